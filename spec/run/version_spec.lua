-- The version table: its shape, a table that Alembic made, and rows changed
-- by compare-and-set.
local cli = require "spec.support.cli"
local drivers = require "spec.support.drivers"

local function write(project, id, parents, body)
  project:write("migrations/" .. id .. ".lua", ([[
revision = "%s"
down_revision = %s
function upgrade() %s end
function downgrade() end
]]):format(id, parents or "nil", body or ""))
end

local ALEMBIC = 'return { url = $URL, version_table = "alembic_version" }'

local function tree(project)
  write(project, "a")
  write(project, "b1", '"a"')
  write(project, "b2", '"a"')
  write(project, "m", '{ "b1", "b2" }')
end

local function run(project, ...)
  local result = project:run(...)
  assert.are.equal(0, result.code, result.err)
  return result
end

local function rows(project, name)
  return project:sql(("SELECT version_num FROM %s ORDER BY 1"):format(name or "luamigrate_version"))
end

describe("the version table", function()
  drivers.each(function(driver)
    local project

    local function start(config)
      project = driver.project { config = config }
      tree(project)
    end

    after_each(function()
      project:remove()
    end)

    it("has one row for each head that is applied", function()
      start()
      run(project, "upgrade", "b1")
      assert.are.equal("b1", rows(project))
      run(project, "upgrade", "b2")
      assert.are.equal("b1\nb2", rows(project))
      run(project, "upgrade", "head")
      assert.are.equal("m", rows(project))
      run(project, "downgrade", "-1")
      assert.are.equal("b1\nb2", rows(project))
      run(project, "downgrade", "base")
      assert.are.equal("", rows(project))
    end)

    it("may be the one that Alembic made", function()
      start(ALEMBIC)
      project:sql([[CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,
        CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
        INSERT INTO alembic_version VALUES ('b1')]])
      run(project, "upgrade")
      assert.are.equal("m", rows(project, "alembic_version"))
      assert.are.equal("2", project:sql("SELECT count(*) FROM luamigrate_history"))
    end)

    it("refuses an id that it cannot hold, before the first write", function()
      start(ALEMBIC)
      local long = ("x"):rep(33)
      write(project, long, '"m"')
      project:sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
      local result = project:run("upgrade")
      assert.are.equal(4, result.code, result.err)
      assert.is_truthy(result.err:find(long, 1, true))
      assert.are.equal("", rows(project, "alembic_version"))
    end)

    it("of Alembic's width holds no longer id after a --purge either", function()
      start(ALEMBIC)
      write(project, ("x"):rep(33), '"m"')
      project:sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
      assert.are.equal(4, project:run("stamp", "--purge", "head").code)
    end)

    it("of another make keeps its rows, --purge or not", function()
      start()
      for _, definition in ipairs {
        "TABLE luamigrate_version (version_num TEXT, note TEXT)",
        "TABLE luamigrate_version (version_number TEXT)",
        "VIEW luamigrate_version AS SELECT 'a' AS version_num",
      } do
        local kind = definition:match "^%u+"
        project:sql("CREATE " .. definition)
        if kind == "TABLE" then
          project:sql "INSERT INTO luamigrate_version DEFAULT VALUES"
        end
        local before = project:dump()
        local result = project:run("stamp", "--purge", "m")
        assert.are.equal(9, result.code, result.err)
        assert.are.equal(before, project:dump())
        project:sql("DROP " .. kind .. " luamigrate_version")
      end
    end)

    it("with a row twice is refused, and --purge goes on", function()
      start()
      project:sql([[CREATE TABLE luamigrate_version (version_num VARCHAR(255));
        INSERT INTO luamigrate_version VALUES ('a'), ('a')]])
      for _, command in ipairs { "current", "upgrade", "status" } do
        local result = project:run(command)
        assert.are.equal(9, result.code, result.err)
        assert.is_truthy(result.err:find('row "a" twice', 1, true), result.err)
      end
      run(project, "stamp", "--purge", "b1")
      assert.are.equal("b1", rows(project))
      local object = project:json("stamp", "--purge", "m")
      assert.are.same({ { "b1" }, { "m" } }, { object.from, object.to })
    end)

    it("is stamped in one piece, --purge included", function()
      start()
      project:sql([[CREATE TABLE luamigrate_version (version_num VARCHAR(255) NOT NULL PRIMARY KEY);
        INSERT INTO luamigrate_version VALUES ('unknown')]])
      assert.are.equal(9, project:run("stamp", "m").code)
      run(project, "stamp", "--purge", "b1", "b2")
      assert.are.equal("b1\nb2", rows(project))
      run(project, "stamp", "m")
      assert.are.equal("m", rows(project))
      run(project, "stamp", "base")
      assert.are.equal("", rows(project))
    end)

    it("that the script changed fails the revision", function()
      start()
      run(project, "upgrade", "b1")
      for _, sql in ipairs { "DELETE FROM luamigrate_version",
        "INSERT INTO luamigrate_version VALUES ('b2')",
        "UPDATE luamigrate_version SET version_num = 'm'",
        "DROP TABLE luamigrate_version" } do
        for _, id in ipairs { "b2", "c" } do -- adds a row, replaces one
          write(project, "b2", '"a"', ('op.execute "%s"'):format(sql))
          write(project, "c", '"b1"', ('op.execute "%s"'):format(sql))
          local result = project:run("upgrade", id)
          assert.are.equal(5, result.code, sql .. result.err)
          assert.is_truthy(result.err:find("version", 1, true), result.err)
          assert.are.equal("b1", rows(project))
        end
      end
    end)

    it("that the script dropped or altered fails the revision, named with what it did", function()
      start()
      run(project, "upgrade", "b1")
      for sql, name in pairs {
        ["DROP TABLE luamigrate_version"] = "luamigrate_version",
        ["ALTER TABLE luamigrate_version RENAME TO other"] = "luamigrate_version",
        ["ALTER TABLE luamigrate_version RENAME COLUMN version_num TO x"] = "luamigrate_version",
        ["DROP TABLE luamigrate_history"] = "luamigrate_history",
        ["ALTER TABLE luamigrate_history DROP COLUMN host"] = "luamigrate_history",
      } do
        write(project, "b2", '"a"', ('op.execute "%s"'):format(sql))
        for _, mode in ipairs { "revision", "run" } do
          local err = project:json("upgrade", "--transaction", mode, "b2").error
          assert.are.equal(5, err.exit, sql)
          assert.is_truthy(err.message:find(" has dropped, renamed or altered the table " .. name,
            1, true), err.message)
          if mode == "revision" then
            assert.are.equal("b2", err.revision)
            assert.are.equal("b2", err.message:match "^%w+")
          end
          assert.is_truthy(err.hint:find("take the statement out of the script", 1, true))
          assert.is_nil(err.sql)
          assert.are.equal("rolled back; the database is at b1", err.state)
          assert.are.equal("b1", rows(project))
        end
      end
      -- what a script looks for itself is its own
      write(project, "b2", '"a"', 'op.execute "SELECT x FROM luamigrate_version"')
      local err = project:json("upgrade", "b2").error
      assert.is_nil(err.message:find("has dropped", 1, true))
      assert.are.equal("SELECT x FROM luamigrate_version", err.sql)
    end)

    it("that a step changed is as it was: the step is undone", function()
      start()
      run(project, "upgrade", "b1")
      for sql, what in pairs {
        ["DROP TABLE luamigrate_version"] = "altered the table luamigrate_version",
        ["DELETE FROM luamigrate_version"] = "has changed the rows of luamigrate_version",
        ["INSERT INTO luamigrate_version VALUES ('b2')"] = "has changed the rows",
        ["DROP TABLE luamigrate_progress"] = "altered the table luamigrate_progress",
      } do
        write(project, "b2", '"a" transaction = false', ([[
          op.execute "CREATE TABLE IF NOT EXISTS kept (id INTEGER)"
          op.execute "%s"]]):format(sql))
        local err = project:json("upgrade", "b2").error
        assert.are.equal(11, err.exit, err.message)
        assert.is_truthy(err.message:find(what, 1, true), sql .. ": " .. err.message)
        assert.are.equal("b1", rows(project))
      end
      write(project, "b2", '"a" transaction = false',
        'op.execute "CREATE TABLE IF NOT EXISTS kept (id INTEGER)"')
      run(project, "upgrade", "b2")
      assert.are.equal("b1\nb2", rows(project))
    end)
  end)
end)

describe("the version table on SQLite", function()
  it("is made like Alembic's, 255 wide", function()
    local project = cli.project()
    finally(function() project:remove() end)
    tree(project)
    run(project, "upgrade", "a")
    assert.are.equal("version_num|VARCHAR(255)|1|1", project:sql [[
      SELECT name, type, "notnull", pk FROM pragma_table_info('luamigrate_version')]])
  end)
end)

describe("the version table of another on SQLite", function()
  it("keeps ids as they are written, or is none", function()
    local project = drivers.sqlite.project { revisions = { { id = "001" } } }
    finally(function() project:remove() end)
    for type, code in pairs { INTEGER = 9, ["NUMERIC(32)"] = 9, STRING = 9, POINT_CHAR = 9,
      REAL = 9,
      ["VARCHAR(32)"] = 0, TEXT = 0, clob = 0, [""] = 0 } do
      project:sql("DROP TABLE IF EXISTS luamigrate_version")
      project:sql("CREATE TABLE luamigrate_version (version_num " .. type .. ")")
      local result = project:run "upgrade"
      assert.are.equal(code, result.code, type .. result.err)
      if code == 0 then
        assert.are.equal("001|text",
          project:sql "SELECT version_num, typeof(version_num) FROM luamigrate_version")
      else
        assert.is_truthy(result.err:find("is no version table", 1, true), result.err)
        assert.are.equal("0", project:sql "SELECT count(*) FROM luamigrate_version")
      end
    end
  end)
end)

describe("the version table on PostgreSQL", function()
  local project

  local function start(config)
    project = drivers.postgresql.project { config = config }
    tree(project)
  end

  after_each(function()
    project:remove()
  end)

  local function where()
    return project:sql [[SELECT relnamespace::regnamespace || '.' || relname FROM pg_class
      WHERE relname IN ('luamigrate_version', 'luamigrate_history') ORDER BY 1]]
  end

  local function path(value)
    project:sql(("ALTER DATABASE %s SET search_path = %s"):format(project.database.name, value))
  end

  it("is made like Alembic's, 255 wide, in the default schema", function()
    start()
    run(project, "upgrade", "a")
    assert.are.equal("public.luamigrate_history\npublic.luamigrate_version", where())
    assert.are.equal("version_num|character varying(255)|t|p", project:sql [[
      SELECT attname, format_type(atttypid, atttypmod), attnotnull, contype FROM pg_attribute
      JOIN pg_constraint ON conrelid = attrelid AND conkey = ARRAY[attnum] AND contype <> 'n'
      WHERE attrelid = 'luamigrate_version'::regclass]])
  end)

  it("is made where the configuration says", function()
    start 'return { url = $URL, version_table_schema = "Kept \\"here\\"" }'
    project:sql [[CREATE SCHEMA "Kept ""here"""]]
    run(project, "upgrade", "a")
    run(project, "upgrade")
    assert.are.equal('"Kept ""here""".luamigrate_history\n"Kept ""here""".luamigrate_version',
      where())
    assert.are.equal("m", rows(project, [["Kept ""here""".luamigrate_version]]))
    run(project, "status")
    run(project, "history", "--applied")
  end)

  it("is found along the search path, and stays there", function()
    start()
    project:sql "CREATE SCHEMA one; CREATE SCHEMA two"
    path "one"
    run(project, "upgrade", "a")
    path "two, one"
    run(project, "upgrade", "b1")
    assert.are.equal("one.luamigrate_history\none.luamigrate_version", where())
    assert.are.equal("b1", rows(project, "one.luamigrate_version"))
    assert.are.equal("2", project:sql "SELECT count(*) FROM one.luamigrate_history")
    assert.is_truthy(run(project, "history", "--applied").out:find "b1")
    -- a script cannot hide it, with another schema or a temporary table
    write(project, "b2", '"a"', [[
      op.execute "SET search_path = two"
      op.execute "CREATE TEMP TABLE luamigrate_version (version_num text)"
      op.execute "CREATE TABLE two.luamigrate_history (x integer)"]])
    run(project, "upgrade", "b2")
    assert.are.equal("b1\nb2", rows(project, "one.luamigrate_version"))
  end)

  it("has no place without a schema", function()
    start()
    path "nix"
    for _, command in ipairs { "upgrade", "current" } do
      local result = project:run(command)
      assert.are.equal(9, result.code, result.err)
      assert.is_truthy(result.err:find("search_path", 1, true), result.err)
    end
    assert.are.equal("", where())
  end)

  it("tells who has locked it", function()
    start "return { url = $URL, ddl_lock_timeout = 0.1, lock_timeout = 1 }"
    run(project, "upgrade", "a")
    local other = project.database:session()
    finally(function() other:close() end)
    other:sql "SET application_name = 'somebody'; BEGIN; LOCK TABLE luamigrate_version"
    for _, command in ipairs { "upgrade", "current", "status" } do
      local result = project:run(command)
      assert.are.equal(8, result.code, result.err)
      assert.is_truthy(result.err:find("the version table luamigrate_version is locked by another "
        .. "session\n%s*blocked by "), result.err)
      assert.is_truthy(result.err:find("somebody", 1, true), result.err)
    end
  end)

  it("is no foreign table and has a column of text", function()
    start()
    for definition, drop in pairs {
      ["TABLE luamigrate_version (version_num integer)"] = "TABLE luamigrate_version",
      ["FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE "
        .. "luamigrate_version (version_num text) SERVER s"] = "FOREIGN DATA WRAPPER w CASCADE",
    } do
      project:sql("CREATE " .. definition)
      for _, command in ipairs { "upgrade", "current" } do
        local result = project:run(command)
        assert.are.equal(9, result.code, result.err)
        assert.is_truthy(result.err:find("is no version table", 1, true), result.err)
      end
      project:sql("DROP " .. drop)
    end
  end)

  it("is sorted as the program sorts, whatever the collation", function()
    start()
    for _, id in ipairs { "B", "a.1", "A_1", "a1" } do write(project, id) end
    run(project, "upgrade", "B", "a.1", "A_1", "a1")
    run(project, "upgrade", "heads")
    run(project, "downgrade", "base")
    assert.are.equal("", rows(project))
  end)
end)
