-- `--sql`: a complete script that psql and sqlite3 run as it is, with a guard, from [A:]B.
local cli = require "spec.support.cli"
local drivers = require "spec.support.drivers"
local inspected = require "spec.support.schema"

local REVISIONS = {
  { id = "r1", message = "first", upgrade = [[
    op.create_table("t", { { "id", types.integer, primary_key = true }, { "a", types.text },
      { "kind", types.enum("kind", { "x", "y" }), server_default = "x" } })
    op.bulk_insert("t", {
      { id = 1, a = "it's; -- not" }, { a = "two\nlines", id = -2 }, { id = 3 },
    })]],
    downgrade = [[op.drop_table("t") op.drop_enum("kind")]] },
  { id = "r2", down = "r1", upgrade = [[
    op.add_column("t", { "b", types.enum("kind", { "x", "y" }) })
    op.execute("UPDATE t SET a = :a WHERE id = :id -- all", { a = "q?$1", id = 3 })]],
    downgrade = [[op.drop_column("t", "b")]] },
}

local function at(project, options)
  return project:run("upgrade", "--sql", table.unpack(options or {}))
end

-- Runs SQL as a user would; returns status and what was said.
local function apply(project, sql)
  project:write("script.sql", sql)
  if project.database then
    local result = project:shell(("psql -Xq -v ON_ERROR_STOP=1 -f script.sql '%s'")
      :format(project.database.url))
    return result.code, result.err, result.out
  end
  local result = project:shell "sqlite3 -bail app.db <script.sql"
  return result.code, result.err, result.out
end

local function rows(project)
  return project:sql "SELECT version_num FROM luamigrate_version ORDER BY 1"
end

local function schema(project)
  if project.database then
    return project.database:schema()
  end
  return project:sql "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"
end

drivers.each(function(driver)
  describe("--sql", function()
    local project
    local other

    local function open(revisions, config)
      project = driver.project { revisions = revisions, config = config }
      return project
    end

    after_each(function()
      for _, one in ipairs { project or nil, other or nil } do
        one:remove()
      end
      project, other = nil, nil
    end)

    it("gives the schema, the rows and the history of an online run", function()
      open(REVISIONS)
      other = driver.project { revisions = REVISIONS }
      local result = at(project)
      assert.equal(0, result.code, result.err)
      local code, err, out = apply(project, result.out)
      assert.same({ 0, "" }, { code, out }, err)
      assert.equal(0, other:run("upgrade").code)
      assert.equal(schema(other), schema(project))
      local data = "SELECT id, a, kind, b FROM t ORDER BY id"
      assert.equal(other:sql(data), project:sql(data))
      assert.equal("r2", rows(project))
      local past = "SELECT version_table, revision, direction, checksum, state "
        .. "FROM luamigrate_history ORDER BY id"
      assert.equal(other:sql(past), project:sql(past))
      assert.matches("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ$",
        project:sql "SELECT max(started_at) FROM luamigrate_history")
      local status = project:json("status")
      assert.is_true(status.up_to_date)
      assert.same({}, status.edited)
    end)

    it("is stopped by its guard at another revision, and changes nothing", function()
      open(REVISIONS)
      local all, second = at(project).out, at(project, { "r1:r2" }).out
      local code, err = apply(project, second)
      assert.not_equal(0, code)
      assert.matches(project.database
        and "the database is at revision base, this script begins at r1"
        or "the database is at another revision than r1, where this script begins", err)
      assert.equal("", project:sql(driver.all_tables))
      assert.equal(0, (apply(project, all)))
      local before = project:dump()
      code, err = apply(project, all)
      assert.not_equal(0, code)
      assert.matches(project.database
        and "the database is at revision r2, this script begins at base"
        or "the database is at another revision than base", err)
      assert.equal(before, project:dump())
    end)

    it("goes down, and up again", function()
      open(REVISIONS)
      assert.equal(0, (apply(project, at(project).out)))
      local down = project:run("downgrade", "r2:base", "--sql")
      assert.equal(0, down.code, down.err)
      assert.matches("^%-%- Running downgrade r2 %-> r1, r2\n", down.out)
      assert.matches("%-%- Running downgrade r1 %-> , first\n", down.out)
      assert.equal(0, (apply(project, down.out)))
      assert.equal("", project:sql(driver.tables))
      assert.equal("", rows(project))
      assert.equal(0, (apply(project, at(project).out)))
      assert.equal("r2", rows(project))
    end)

    it("opens no database", function()
      open(REVISIONS)
      local url = project.database and "postgresql://u:p@127.0.0.1:1/none" or "sqlite:/no/such/x.db"
      local result = at(project, { "-d", url })
      assert.equal(0, result.code, result.err)
      assert.equal(at(project).out, result.out)
      if not project.database then
        assert.is_false(project:exists "app.db")
      end
    end)

    it("writes each step as the contract says", function()
      open(REVISIONS)
      local out = at(project).out
      local first, second = out:match "^(.-COMMIT;\n)(.-COMMIT;\n)$"
      assert.matches("^%-%- Running upgrade  %-> r1, first\n", first)
      assert.matches("^%-%- Running upgrade r1 %-> r2, r2\n", second)
      assert.matches(project.database and "\nBEGIN;\n" or "\nBEGIN IMMEDIATE;\n", first)
      assert.matches("CREATE TABLE IF NOT EXISTS luamigrate_version ", first)
      assert.matches("CREATE TABLE IF NOT EXISTS luamigrate_history ", first)
      assert.truthy(first:find(
        "INSERT INTO t (a, id) VALUES ('it''s; -- not', 1), ('two\nlines', -2);\n", 1, true))
      assert.truthy(first:find("INSERT INTO t (id) VALUES (3);\n", 1, true))
      assert.truthy(second:find("UPDATE t SET a = 'q?$1' WHERE id = 3 -- all\n;\n", 1, true))
      local _, types = out:gsub("CREATE TYPE", "")
      assert.equal(project.database and 1 or 0, types)
    end)

    it("stamps", function()
      open(REVISIONS)
      local result = project:run("stamp", "head", "--sql")
      assert.equal(0, result.code, result.err)
      assert.matches("%-%- Running stamp  %-> r2\n", result.out)
      assert.equal(0, (apply(project, result.out)))
      assert.equal("r2", rows(project))
      assert.equal("", project:sql(driver.tables))
      result = project:run("stamp", "r2:r1", "--sql")
      assert.equal(0, (apply(project, result.out)))
      assert.equal("r1", rows(project))
      assert.not_equal(0, (apply(project, result.out)))
    end)

    it("tells a script that it is offline, and keeps standard output clean", function()
      open { { id = "r1", upgrade = [[
        print("hello") log.info("there")
        local context = op.get_context()
        assert(op.is_offline() and context.offline and context.server_version > 100000)
        op.create_table(context.dialect, { { "id", types.integer } })]] } }
      local result = at(project)
      assert.equal(0, result.code, result.err)
      assert.matches("CREATE TABLE " .. driver.name .. " ", result.out)
      assert.is_nil(result.out:find("hello", 1, true))
      assert.matches("hello\n", result.err)
      assert.matches("info: there\n", result.err)
      assert.equal(5, project:run("upgrade").code)
    end)

    it("writes an update in batches as one statement", function()
      open { { id = "r1", upgrade = [[
        op.execute "CREATE TABLE t (id integer PRIMARY KEY, a text)"
        op.update_in_batches("t", { set = { a = "it's" }, where = "a IS NULL", key = "id" })]] } }
      local result = at(project)
      assert.truthy(result.out:find("\nUPDATE t SET a = 'it''s' WHERE a IS NULL;\n", 1, true),
        result.out .. result.err)
    end)

    for what, case in pairs {
      batches = { "op.each_batch('t', { columns = { 'a' }, update = { 'a' } }, function() end)",
        "op.each_batch: rows cannot be read" },
      rows = { "for _ in op.get_bind():rows 'SELECT 1' do end", "rows cannot be read" },
      one = { "op.get_bind():one 'SELECT 1 AS a'", "rows cannot be read" },
      scalar = { "op.get_bind():scalar 'SELECT 1'", "rows cannot be read" },
      inspector = { "op.inspect():get_columns 't'", "the table 't' cannot be looked up" },
      has_table = { "op.inspect():has_table 't'", "cannot be looked up" },
      rowcount = { "local n = op.execute('UPDATE t SET a = 1').rowcount", "only written as SQL" },
    } do
      it("stops at the line that needs a database: " .. what, function()
        open { { id = "r1", upgrade = "op.execute 'CREATE TABLE t (id integer, a integer)'" },
          { id = "r2", down = "r1", upgrade = "op.execute 'DELETE FROM t'\n" .. case[1] } }
        local result = at(project)
        assert.equal(5, result.code, result.err)
        assert.matches(case[2], result.err, 1, true)
        assert.matches("at: migrations/r2.lua:10", result.err, 1, true)
        assert.matches("%-%- Running upgrade  %-> r1", result.out)
        assert.is_nil(result.out:find("r2", 1, true))
        assert.is_nil(result.out:find("DELETE", 1, true))
        assert.matches("COMMIT;\n$", result.out)
      end)
    end

    it("runs the statements of transaction = false outside of a transaction", function()
      open { { id = "r1", upgrade = "op.execute 'CREATE TABLE t (a integer)'" },
        { id = "r2", down = "r1", header = "transaction = false", upgrade = [[
          op.create_index("i", "t", { "a" }, { postgresql_concurrently = true })
          op.autocommit_block(function() op.execute "INSERT INTO t VALUES (0)" end)
          op.step("both", function()
            op.execute "INSERT INTO t VALUES (1)"
            op.execute "INSERT INTO t VALUES (2)"
          end)]] } }
      local out = at(project).out
      local open_ = project.database and "BEGIN;" or "BEGIN IMMEDIATE;"
      local index = project.database and "CREATE INDEX CONCURRENTLY i ON t (a);"
        or "CREATE INDEX i ON t (a);"
      assert.truthy(out:find(table.concat({ "COMMIT;", index, "INSERT INTO t VALUES (0);", open_,
        "INSERT INTO t VALUES (1);", "INSERT INTO t VALUES (2);", "COMMIT;", open_ }, "\n"), 1,
        true), out)
      assert.equal(0, (apply(project, out)))
      assert.equal("3", project:sql "SELECT count(*) FROM t")
      assert.equal("r2", rows(project))
      local code, err = apply(project, at(project, { "r1:r2" }).out)
      assert.not_equal(0, code, err)
      assert.equal("3", project:sql "SELECT count(*) FROM t")
    end)

    it("refuses CONCURRENTLY and transaction control as a run does", function()
      for _, sql in ipairs { "COMMIT", "VACUUM" } do
        open { { id = "r1", upgrade = ("op.execute %q"):format(sql) } }
        local result = at(project)
        assert.equal(5, result.code)
        assert.equal("", result.out)
        project:remove()
      end
      project = nil
    end)

    it("makes one transaction of all with --transaction run, or nothing", function()
      open(REVISIONS)
      local result = at(project, { "--transaction", "run" })
      local _, begins = result.out:gsub("\nBEGIN[^\n]*;\n", "")
      assert.equal(1, begins + (result.out:find "^BEGIN" and 1 or 0))
      assert.equal(0, (apply(project, result.out)))
      assert.equal("r2", rows(project))
      project:write("migrations/r3.lua", cli.revision { id = "r3", down = "r2",
        upgrade = "op.inspect():get_table_names()" })
      result = at(project, { "--transaction", "run" })
      assert.equal(5, result.code)
      assert.equal("", result.out)
    end)

    it("uses the version table of the configuration", function()
      open(REVISIONS, driver.name == "sqlite"
        and [[return { url = $URL, version_table = "it's mine" }]]
        or [[return { url = $URL, version_table = "it's mine", version_table_schema = "public" }]])
      assert.equal(0, (apply(project, at(project).out)))
      assert.equal("r2", project:sql [[SELECT version_num FROM "it's mine"]])
      assert.equal(0, project:run("current").code)
      assert.not_equal(0, (apply(project, at(project).out)))
    end)

    it("sets what a connection and the header set", function()
      open({ { id = "r1", header = "lock_timeout = 3\nstatement_timeout = 0.5" } },
        [[return { url = $URL, role = "pg_monitor", attach = { aux = "it's.db" },
          version_table_schema = "aux" }]])
      local out = at(project).out
      if project.database then
        assert.truthy(out:find("SET ROLE pg_monitor;\nBEGIN;\nSET LOCAL lock_timeout = 3000;\n"
          .. "SET LOCAL statement_timeout = 500;\n", 1, true), out)
        return
      end
      assert.matches("\nATTACH '[^\n]*it''s.db' AS aux;\n", out)
      assert.equal(0, (apply(project, out)))
      assert.equal("r1", project:sql("SELECT version_num FROM luamigrate_version", "it's.db"))
      assert.equal(0, project:run("current", "--check-heads").code)
      assert.not_equal(0, (apply(project, out)))
    end)

    it("writes a merge with its parents", function()
      open { { id = "a" }, { id = "b", down = "a" }, { id = "c", down = "a" },
        { id = "d", down = { "b", "c" } } }
      local out = at(project).out
      assert.matches("%-%- Running upgrade b, c %-> d, d\n", out)
      assert.equal(0, (apply(project, out)))
      assert.equal("d", rows(project))
      local down = project:run("downgrade", "d:a", "--sql").out
      assert.matches("%-%- Running downgrade d %-> b, c, d\n", down)
      assert.equal(0, (apply(project, down)))
      assert.equal("a", rows(project))
    end)

    it("begins at a head that it is told by name", function()
      open { { id = "a" }, { id = "b", down = "a" } }
      assert.equal(project:run("downgrade", "b:base", "--sql").out,
        project:run("downgrade", "head:base", "--sql").out)
      project:write("migrations/c.lua", (project:read "migrations/b.lua"):gsub('"b"', '"c"'))
      local result = project:run("downgrade", "heads:base", "--sql")
      assert.same({ 2, "" }, { result.code, result.out })
      assert.matches("'heads' names 2 revisions", result.err, 1, true)
      assert.matches("begins at one revision or at base", result.err, 1, true)
    end)

    it("says what is wrong with the words", function()
      open(REVISIONS)
      for words, message in pairs {
        ["upgrade r1:r2"] = "a range is for --sql only",
        ["downgrade r2:r1"] = "a range is for --sql only",
        ["upgrade r1: --sql"] = "expected A:B",
        ["upgrade :r1 --sql"] = "expected A:B",
        ["upgrade r1:r2:r1 --sql"] = "expected A:B",
        ["downgrade r1 --sql"] = "expected A:B",
        ["downgrade --sql"] = "needs to know where the downgrade begins",
        ["upgrade r1 r2 --sql"] = "takes one target",
        ["stamp head --purge --sql"] = "--purge needs a database",
        ["upgrade --sql --dry-run"] = "cannot both be given",
        ["upgrade none:r2 --sql"] = "none",
        ["upgrade r2:r1 --dry-run"] = "a range is for --sql only",
      } do
        local result = project:shell('"$L" ' .. words)
        assert.equal(2, result.code, words)
        assert.matches(message, result.err, 1, true)
        assert.equal("", result.out)
      end
      local object = project:json("upgrade", "--sql")
      assert.equal("usage", object.error.code)
    end)

    it("has nothing to write where nothing is to be done", function()
      open(REVISIONS)
      local result = at(project, { "r2:r2" })
      assert.same({ 0, "" }, { result.code, result.out })
      assert.matches("nothing to do", result.err)
    end)

    it("brings every value over as it is", function()
      -- what psql, the shell of SQLite or a lexer could take for more than a value
      open { { id = "r1", upgrade = ([[
        local parts = { "'", '"', "\\", "\n", "\r", ";", "--", "/*", "*/", "$", "$1", "?1", ":a",
          "%%", "{", "}", "\t", ".quit\n", "\\! true\n", "é", "\u{1F600}", "E'", "x", " ", "",
          "go\n" }
        if %q == "sqlite" then
          parts[#parts + 1] = "\0"
          parts[#parts + 1] = "\255"
        end
        op.execute "CREATE TABLE v (id integer, a text, hex text)"
        local state, rows = 7, {}
        for id = 1, 400 do
          local list = {}
          for i = 1, 6 do
            state = (state * 1103515245 + 12345) %% 2147483648
            list[i] = parts[state // 65536 %% #parts + 1]
          end
          local text = table.concat(list)
          rows[id] = { id = id, a = text,
            hex = text:gsub(".", function(c) return ("%%02x"):format(c:byte()) end) }
        end
        op.bulk_insert("v", rows)
        local db = op.get_bind()
        for i = 1, 50 do
          db:execute("INSERT INTO v VALUES (:id, :a, :hex)", rows[i])
        end]]):format(driver.name) } }
      local result = at(project)
      assert.equal(0, result.code, result.err)
      assert.same({ 0, "" }, { (apply(project, result.out)), "" })
      assert.equal("450", project:sql "SELECT count(*) FROM v")
      assert.equal("", project:sql(project.database
        and "SELECT id FROM v WHERE encode(convert_to(a, 'UTF8'), 'hex') <> hex"
        or "SELECT id FROM v WHERE lower(hex(a)) <> hex OR typeof(a) <> 'text'"))
    end)

    it("refuses a control character in a message no matter what", function()
      open { { id = "r1", message = "one\rDROP TABLE t;" } }
      assert.is_nil(at(project).out:find("\r", 1, true))
    end)
  end)
end)

describe("--sql on PostgreSQL", function()
  it("writes a list as the text of an array", function()
    local project = drivers.postgresql.project { revisions = { { id = "r1", upgrade = [[
      op.execute("SELECT 1 WHERE 'x' = ANY (:list::text[])",
        { list = { "it's", 'a"b', 7 } })]] } } }
    local result = at(project)
    project:remove()
    assert.equal(0, result.code, result.err)
    assert.matches([[ANY ('{"it''s","a\"b",7}'::text[])]], result.out, 1, true)
  end)

  it("undoes what a revision sets before the version rows and the next revision", function()
    local project = drivers.postgresql.project { revisions = {
      { id = "r1", upgrade = [[
        op.execute "CREATE SCHEMA app"
        op.execute "SET search_path = app"
        op.execute "SET ROLE pg_monitor"
        op.execute "SET lock_timeout = 7"
        op.execute "RESET ROLE"
        op.create_table("t", { { "x", types.text } })
        op.execute "SET ROLE pg_monitor"]] },
      { id = "r2", down = "r1", header = "transaction = false", upgrade = [[
        op.execute "SET search_path = app"
        op.execute "CREATE INDEX CONCURRENTLY ix ON t (x)"]] },
      { id = "r3", down = "r2", upgrade = [[op.create_table("u", { { "x", types.text } })]] } } }
    finally(function() project:remove() end)
    local result = project:run("upgrade", "--sql")
    assert.equal(0, result.code, result.err)
    local code, err = apply(project, result.out)
    assert.equal(0, code, err)
    assert.equal("r3", rows(project))
    assert.equal("app.t\npublic.luamigrate_history\npublic.luamigrate_version\npublic.u",
      project:sql [[SELECT schemaname || '.' || tablename FROM pg_tables
        WHERE schemaname IN ('app', 'public') ORDER BY 1]])
  end)
end)

describe("--sql on SQLite", function()
  local project

  after_each(function()
    project:remove()
  end)

  local TABLE = [[{ { "id", types.integer, primary_key = true }, { "a", types.text },
    { "gone", types.integer }, index({ "a" }, { name = "ix_a" }) }]]

  it("copies a table that copy_from describes", function()
    project = cli.project { revisions = {
      { id = "r1", upgrade = 'op.create_table("t", ' .. TABLE .. [[)
        op.bulk_insert("t", { { id = 1, a = "x", gone = 5 } })]] },
      { id = "r2", down = "r1", upgrade = [[
        op.batch_alter_table("t", { copy_from = ]] .. TABLE .. [[ }, function(batch)
          batch.alter_column("a", { nullable = false, new_column_name = "b" })
          batch.drop_column("gone")
          batch.add_column({ "c", types.integer, server_default = 7 })
          batch.create_check_constraint("ck", "c > 0")
          batch.create_index("ix_c", { "c" })
        end)]] } } }
    local result = at(project)
    assert.equal(0, result.code, result.err)
    assert.same({ 0, "", "" }, { apply(project, result.out) })
    assert.equal("1|x|7", project:sql "SELECT id, b, c FROM t")
    assert.equal("ix_a\nix_c", project:sql
      "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 't' ORDER BY 1")
    assert.not_equal(0, project:shell "sqlite3 app.db 'INSERT INTO t (b, c) VALUES (1, 0)'".code)
    assert.not_equal(0, project:shell "sqlite3 app.db 'INSERT INTO t (b) VALUES (NULL)'".code)
    assert.equal("", project:sql "SELECT name FROM sqlite_schema WHERE name LIKE 'luamigrate_n%'")
  end)

  it("copies as a run does: dropped indexes, the NOT NULL of a key that references", function()
    local table = [[{ { "a", types.integer, references = { "p", "id" } },
      { "b", types.integer, index = true }, { "c", types.text }, primary_key({ "a", "b" }),
      index({ "c" }, { name = "ix_c" }) }]]
    project = cli.project { revisions = {
      { id = "r1", upgrade = [[
        op.create_table("p", { { "id", types.integer, primary_key = true } })
        op.create_table("t", ]] .. table .. ")" },
      { id = "r2", down = "r1", upgrade = [[
        op.batch_alter_table("t", { copy_from = ]] .. table .. [[ }, function(batch)
          batch.drop_index("ix_c")
          batch.create_index("ix_d", { "c" })
          batch.drop_index("IX_D")
          batch.alter_column("c", { nullable = false })
        end)]] } } }
    local result = at(project)
    assert.equal(0, result.code, result.err)
    assert.same({ 0, "", "" }, { apply(project, result.out) })
    assert.equal("ix_t_b", project:sql
      "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 't' AND sql IS NOT NULL")
    assert.equal("a\nb\nc", project:sql [[SELECT name FROM pragma_table_info('t') WHERE "notnull"]])
  end)

  it("refuses to drop a column out of an index of several, as a run does", function()
    project = cli.project { revisions = { { id = "r1", upgrade = [[
      op.batch_alter_table("t", { copy_from = { { "a", types.integer }, { "b", types.integer },
        index({ "a", "b" }, { name = "ix" }) } }, function(batch)
          batch.drop_column("a")
        end)]] } } }
    local result = at(project)
    assert.equal(5, result.code)
    assert.equal("", result.out)
    assert.matches("the index 'ix' is also about columns that stay", result.err, 1, true)
  end)

  it("needs copy_from for what SQLite has no statement for", function()
    project = cli.project { revisions = { { id = "r1", upgrade = [[
      op.create_check_constraint("ck", "t", "a > 0")]] } } }
    local result = at(project)
    assert.equal(5, result.code)
    assert.equal("", result.out)
    assert.matches("the table 't' must be copied", result.err, 1, true)
    assert.matches("copy_from", result.err, 1, true)
    assert.matches("at: migrations/r1.lua:9", result.err, 1, true)
  end)

  local refused = {
    ['op.add_column("t", { "a", types.integer }, { if_not_exists = true })'] =
      "op.add_column: if_not_exists: SQLite has no statement for this",
    ['op.drop_column("t", "a", { if_exists = true })'] =
      "op.drop_column: if_exists: SQLite has no statement for this",
    ['op.rename_index("i", "j")'] = "op.drop_index and op.create_index do the same",
  }
  for call, message in pairs(refused) do
    it("refuses what it would have to look up: " .. call, function()
      project = cli.project { revisions = { { id = "r1", upgrade = call } } }
      local result = at(project)
      assert.equal(5, result.code)
      assert.matches(message, result.err, 1, true)
      assert.matches("at: migrations/r1.lua:9", result.err, 1, true)
    end)
  end

  it("takes autoincrement for a word to the reader", function()
    project = cli.project { revisions = {
      { id = "r1", upgrade = 'op.create_table("t", ' .. TABLE .. [[)
        op.alter_column("t", "id", { autoincrement = true })
        op.alter_column("t", "a", { autoincrement = false, new_column_name = "b" })]] } } }
    assert.equal(0, (apply(project, at(project).out)))
    assert.equal("id,b,gone",
      project:sql "SELECT group_concat(name) FROM pragma_table_info('t')")
  end)

  it("uses SQLite's own statements without one", function()
    project = cli.project { revisions = {
      { id = "r1", upgrade = 'op.create_table("t", ' .. TABLE .. ")" },
      { id = "r2", down = "r1", upgrade = [[
        op.drop_column("t", "gone")
        op.alter_column("t", "a", { new_column_name = "b" })
        op.rename_table("t", "u")
        op.batch_alter_table("u", function(batch)
          batch.add_column({ "c", types.integer })
        end)]] } } }
    assert.equal(0, (apply(project, at(project).out)))
    assert.equal("id,b,c", project:sql "SELECT group_concat(name) FROM pragma_table_info('u')")
  end)

  it("turns foreign keys on for a revision that wants them, and off again", function()
    project = cli.project { revisions = {
      { id = "r1", upgrade = "op.execute 'SELECT 1'", header = "foreign_keys = true" },
      { id = "r2", down = "r1" } } }
    local out = at(project).out
    assert.truthy(out:find("PRAGMA foreign_keys = ON;\nBEGIN IMMEDIATE;\n", 1, true))
    assert.truthy(out:find("PRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;\n", 1, true))
    assert.equal(0, (apply(project, out)))
  end)
end)

-- Whole histories: applied by psql or sqlite3, up, down to base and up again, what --sql writes
-- gives the database of an online run.
local HISTORIES = {
  { "migrations", ".", head = "015_service_qos_policies" },
  { "examples/payments", "examples/payments", head = "008_months" },
  { "examples/policies", "examples/policies", head = "008_actions_not_empty",
    only = "postgresql" },
}

describe("--sql of a whole history:", function()
  local projects = {}

  after_each(function()
    for _, project in ipairs(projects) do
      project:remove()
    end
    projects = {}
  end)

  local function open(driver, folder)
    local project = driver.project()
    assert(os.execute(("cd %s && cp -r luamigrate.lua migrations %s/"):format(folder,
      cli.quote(project.dir))))
    projects[#projects + 1] = project
    return project
  end

  local function run(project, ...)
    local result = project:run("-d", project.url, ...)
    assert.equal(0, result.code, result.err)
    return result.out
  end

  local function applied(project, sql)
    local code, err = apply(project, sql)
    assert.equal(0, code, err)
  end

  -- Tables as the inspector sees them, columns in order, and what else is there.
  local function state(project)
    if project.database then
      return project.database:schema "-T 'luamigrate_p*'"
    end
    local seen = inspected.read("sqlite:" .. project.dir .. "/app.db")
    for _, t in ipairs(seen) do -- no order counts but that of the columns
      table.sort(t.foreign_keys, function(a, b)
        return table.concat(a.constrained_columns) < table.concat(b.constrained_columns)
      end)
    end
    return { seen, project:sql [[SELECT type, name, tbl_name FROM sqlite_schema
        WHERE tbl_name <> 'luamigrate_progress' ORDER BY 1, 2;
      SELECT sql FROM sqlite_schema WHERE type IN ('view', 'trigger') ORDER BY name;
      PRAGMA integrity_check; PRAGMA foreign_key_check]] }
  end

  -- How many rows there are, for the data of the revisions.
  local function counts(project, driver)
    local list = {}
    for name in project:sql(driver.tables):gmatch "[^\n]+" do
      list[name] = project:sql("SELECT count(*) FROM " .. name)
    end
    return list
  end

  for _, history in ipairs(HISTORIES) do
    for _, driver in ipairs(drivers.list) do
      if not history.only or history.only == driver.name then
        it(history[1] .. " on " .. driver.name, function()
          local project, online = open(driver, history[2]), open(driver, history[2])
          local empty = driver.name == "sqlite" and "" or nil
          local up = run(project, "upgrade", "base:" .. history.head, "--sql")
          run(online, "upgrade")
          applied(project, up)
          assert.same(state(online), state(project))
          assert.same(counts(online, driver), counts(project, driver))
          assert.is_true(project:json("-d", project.url, "status").up_to_date)
          applied(project, run(project, "downgrade", history.head .. ":base", "--sql"))
          run(online, "downgrade", "base", "--yes")
          assert.same(state(online), state(project))
          assert.equal("", project:sql(driver.tables))
          assert.equal(empty, empty and project:sql "SELECT * FROM luamigrate_version")
          applied(project, up)
          run(online, "upgrade")
          assert.same(state(online), state(project))
        end)
      end
    end
  end

  it("each part of migrations alone, on a database that an online run has made", function()
    for _, driver in ipairs(drivers.list) do
      local project, online = open(driver, "."), open(driver, ".")
      run(project, "upgrade", "013_service_metrics")
      applied(project, run(project, "upgrade", "013_service_metrics:head", "--sql"))
      run(online, "upgrade")
      assert.same(state(online), state(project))
      applied(project, run(project, "downgrade", "015_service_qos_policies:013_service_metrics",
        "--sql"))
      run(online, "downgrade", "013_service_metrics", "--yes")
      assert.same(state(online), state(project))
      run(project, "upgrade")
    end
  end)
end)
