-- Every mistake in files, tree, scripts, configuration and addresses gets its
-- exit status and a message that names the place; nothing is written.
local cli = require "spec.support.cli"
local drivers = require "spec.support.drivers"

local ROOT = [[
revision = "r1"
down_revision = nil
function upgrade() op.create_table("t", { { "id", types.integer, primary_key = true } }) end
function downgrade() op.drop_table("t") end
]]

-- A second revision with `body` as its upgrade.
local function second(body)
  return 'revision = "r2"\ndown_revision = "r1"\nfunction upgrade()\n' .. body
    .. "\nend\nfunction downgrade() end\n"
end

-- name; files besides r1; arguments; status; patterns of standard error
local tree = {
  { "a syntax error", { ["migrations/r2.lua"] = second "local x = = 1" },
    4, { "r2%.lua:4", "near '='" } },
  { "no revision", { ["migrations/r2.lua"] = "function upgrade() end" },
    4, { "r2%.lua", "revision" } },
  { "a revision that is no string", { ["migrations/r2.lua"] = "revision = 12" },
    4, { "r2%.lua:1", "revision" } },
  { "an empty id", { ["migrations/r2.lua"] = 'revision = ""' }, 4, { "r2%.lua:1" } },
  { "an id of odd characters", { ["migrations/r2.lua"] = 'revision = "../x"' },
    4, { "r2%.lua:1" } },
  { "an id that is too long",
    { ["migrations/r2.lua"] = ('revision = "%s"'):format(("x"):rep(256)) }, 4, { "r2%.lua:1" } },
  { "a reserved id", { ["migrations/r2.lua"] = 'revision = "head"\ndown_revision = "r1"' },
    4, { "r2%.lua:1", "head" } },
  { "a misspelt variable of the header", { ["migrations/r2.lua"] =
      'revision = "r2"\ndonw_revision = "r1"\nfunction upgrade() end' },
    4, { "r2%.lua:2", "did you mean 'down_revision'" } },
  { "a duplicate id", { ["migrations/r2.lua"] = ROOT }, 4, { "r1%.lua", "r2%.lua", "r1" } },
  { "ids that differ in case",
    { ["migrations/r2.lua"] = 'revision = "R1"\ndown_revision = "r1"\nfunction upgrade() end' },
    4, { "R1" } },
  { "an unknown parent",
    { ["migrations/r2.lua"] = 'revision = "r2"\ndown_revision = "r1x"\nfunction upgrade() end' },
    4, { "r2%.lua:2", "r1x", "did you mean" } },
  { "an unknown dependency", { ["migrations/r2.lua"] =
      'revision = "r2"\ndown_revision = "r1"\ndepends_on = "nix"\nfunction upgrade() end' },
    4, { "r2%.lua:3", "nix" } },
  { "a reference to itself",
    { ["migrations/r2.lua"] = 'revision = "r2"\ndown_revision = "r2"\nfunction upgrade() end' },
    4, { "r2%.lua:2", "r2" } },
  { "a cycle", {
      ["migrations/r2.lua"] = 'revision = "r2"\ndown_revision = "r3"\nfunction upgrade() end',
      ["migrations/r3.lua"] = 'revision = "r3"\ndown_revision = "r2"\nfunction upgrade() end' },
    4, { "r2 %-> r3 %-> r2" } },
  { "two faults at once", {
      ["migrations/r2.lua"] = 'revision = "r2"\ndown_revision = "nix"\nfunction upgrade() end',
      ["migrations/r3.lua"] = 'revision = 3' },
    4, { "r2%.lua:2", "r3%.lua:1" } },
  { "two heads and the target head", {
      ["migrations/r2.lua"] = second "", ["migrations/r3.lua"] =
        'revision = "r3"\ndown_revision = "r1"\nfunction upgrade() end' },
    2, { "r2", "r3", "merge" } },
  { "bytecode", { ["migrations/r2.lua"] = string.dump(function() end) }, 15, { "r2%.lua" } },
  { "UTF-16", { ["migrations/r2.lua"] = "\255\254r\0e\0v\0" }, 4, { "r2%.lua" } },
  { "a NUL byte", { ["migrations/r2.lua"] = 'revision = "r2"\0' }, 4, { "r2%.lua" } },
  { "a NUL byte far behind the header", { ["migrations/r2.lua"] =
      second "" .. ("-- " .. ("x"):rep(97) .. "\n"):rep(200) .. "\0" }, 4, { "r2%.lua" } },
  { "an empty file", { ["migrations/r2.lua"] = "" }, 4, { "r2%.lua" } },
  { "a file over 1 MiB", { ["migrations/r2.lua"] =
      second "" .. ("-- " .. ("x"):rep(97) .. "\n"):rep(11000) }, 4, { "r2%.lua", "1 MiB" } },
  { "upgrade is missing", { ["migrations/r2.lua"] = 'revision = "r2"\ndown_revision = "r1"' },
    4, { "r2%.lua", "upgrade" } },
  { "upgrade is no function",
    { ["migrations/r2.lua"] = 'revision = "r2"\ndown_revision = "r1"\nupgrade = 12' },
    4, { "r2%.lua", "upgrade" } },
  { "a local revision",
    { ["migrations/r2.lua"] = 'local revision = "r2"\nfunction upgrade() end' },
    4, { "r2%.lua:1", "local" } },
  { "a returned table", { ["migrations/r2.lua"] = 'return { revision = "r2" }' },
    4, { "r2%.lua:1", "return" } },
  { "a computed header", { ["migrations/r2.lua"] =
      'revision = "r" .. 2\ndown_revision = "r1"\nfunction upgrade() end' }, 4, { "r2%.lua:1" } },
  { "a header assigned twice", { ["migrations/r2.lua"] =
      'revision = "r2"\nrevision = "r3"\ndown_revision = "r1"\nfunction upgrade() end' },
    4, { "r2%.lua:2", "twice" } },
  { "a header assigned behind the functions", { ["migrations/r2.lua"] =
      'revision = "r2"\ndown_revision = "r1"\nfunction upgrade() end\ndepends_on = "r1"' },
    4, { "r2%.lua", "depends_on" } },
  { "work at the top level", { ["migrations/r2.lua"] =
      'revision = "r2"\ndown_revision = "r1"\nop.execute "SELECT 1"\nfunction upgrade() end' },
    4, { "r2%.lua:3", "only available inside" } },
  { "an error at the top level", { ["migrations/r2.lua"] =
      'revision = "r2"\ndown_revision = "r1"\nerror "boom"\nfunction upgrade() end' },
    4, { "r2%.lua:3", "boom" } },
  { "300 nested brackets", { ["migrations/r2.lua"] =
      second("local x = " .. ("("):rep(300) .. "1" .. (")"):rep(300)) },
    4, { "r2%.lua", "nested too deep" } },
}

-- name; body; status; patterns; what is other on PostgreSQL: patterns, or false: no such mistake
local scripts = {
  { "a runtime error", 'local t = nil\nreturn t.x', 5, { "r2%.lua:5", "nil value", "r2" } },
  { "an error with a table", "error { 1 }", 5, { "table" } },
  { "an error with nil", "error(nil)", 5, { "nil" } },
  { "an error whose __tostring fails",
    "error(setmetatable({}, { __tostring = function() error 'x' end }))", 5, {} },
  { "a statement that fails", 'op.execute "SELECT * FROM nix"', 5,
    { "r2%.lua:4", "no such table: nix", "SELECT %* FROM nix" },
    { "r2%.lua:4", 'relation "nix" does not exist', "SELECT %* FROM nix" } },
  { "a database error that pcall caught", 'pcall(op.execute, "SELECT * FROM nix")', 5,
    { "no such table: nix" }, { 'relation "nix" does not exist' } },
  { "transaction control", 'op.execute "COMMIT"', 5, { "r2%.lua:4", "transaction" } },
  { "transaction control among others", 'op.execute "SELECT 1; ROLLBACK; SELECT 2"', 5,
    { "transaction" } },
  { "a savepoint of its own", 'op.execute "SAVEPOINT x"', 5, { "savepoint" } },
  { "ATTACH", [[op.execute "ATTACH 'x.db' AS x"]], 5, { "attach" }, { "syntax error" } },
  { "PRAGMA foreign_keys", 'op.execute "PRAGMA foreign_keys = ON"', 5, { "foreign_keys = true" },
    { "syntax error" } },
  { "a rollback by the database",
    'op.execute "INSERT OR ROLLBACK INTO t VALUES (1), (1)"\n', 5, {}, { "syntax error" } },
  { "a global in a function", "count = 1", 5, { "r2%.lua:4", "count" } },
  { "an unknown global", "return opp.execute", 5, { "r2%.lua:4", "opp" } },
  { "an unknown op", 'op.create_tabel("x", {})', 5, { "create_tabel", "create_table" } },
  { "an index renamed with the arguments of another op", 'op.rename_index("t")', 5,
    { "op%.rename_index" } },
  { "an unknown field", 'op.create_table("x", { { "id", types.integer, nulable = true } })', 5,
    { "columns%[1%]%.nulable", "did you mean 'nullable'" } },
  { "a missing argument", 'op.add_column("t")', 5, { "op%.add_column" } },
  { "a name with a NUL byte", 'op.drop_table("t\\0backup")', 5, { "NUL" } },
  { "an unused parameter", 'op.execute("SELECT :name", { nmae = 1 })', 5, { "nmae", "name" } },
  { "a double-quoted text", [[op.execute 'UPDATE t SET id = "nix"']], 5, { "nix" } },
  { "all of the transaction's rows in one COPY", 'op.execute "COPY t FROM STDIN"', 5,
    { "syntax error" }, { "copy_in" } },
  { "a yield", "coroutine.yield()", 5, { "yield" } },
  { "__gc", "setmetatable({}, { __gc = print })", 5, { "__gc" } },
  { "load", 'load "return 1"', 5, { "load" } },
  { "a module that is not there", 'require "nix"', 5, { "nix" } },
  { "a module outside", 'require "..nix"', 15, { "r2%.lua:4" } },
  { "the version table dropped", 'op.execute "DROP TABLE luamigrate_version"', 5, { "version" } },
  { "the version row changed",
    [[op.execute "UPDATE luamigrate_version SET version_num = 'zzz'"]], 5,
    { "version table" } },
  { "a violated foreign key", [[
op.execute "CREATE TABLE child (id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t (id))"
op.execute "INSERT INTO child VALUES (1, 99)"]], 5, { "foreign key", "child" } },
  { "a deferred foreign key that fails in the end", [[
op.execute "CREATE TABLE child (id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t (id) \z
  DEFERRABLE INITIALLY DEFERRED)"
op.execute "INSERT INTO child VALUES (1, 99)"]], 5, { "foreign key", "child" } },
}

describe("a mistake", function()
  drivers.each(function(driver)
    local project

    before_each(function()
      project = driver.project { config = false }
      project:write("migrations/r1.lua", ROOT)
    end)

    after_each(function()
      project:remove()
    end)

    local function check(result, status, patterns)
      assert.are.equal(status, result.code, result.err)
      for _, pattern in ipairs(patterns) do
        assert.is_truthy(result.err:find(pattern),
          ("no %q in:\n%s"):format(pattern, result.err))
      end
    end

    for _, case in ipairs(tree) do
      local name, files, status, patterns = table.unpack(case)
      it("in the tree: " .. name, function()
        for path, text in pairs(files) do project:write(path, text) end
        check(project:run("-d", project.url, "upgrade"), status, patterns)
        assert.are.equal("", project:sql(driver.all_tables))
      end)
    end

    for _, case in ipairs(scripts) do
      local name, body, status, patterns = table.unpack(case)
      if driver.name == "postgresql" then patterns = case[5] or patterns end
      it("in a script: " .. name, function()
        check(project:run("-d", project.url, "upgrade"), 0, {})
        local before = project:dump()
        project:write("migrations/r2.lua", second(body))
        check(project:run("-d", project.url, "upgrade"), status, patterns)
        assert.are.equal(before, project:dump())
      end)
    end

    local special = {
      { "a folder", 'mkdir migrations/r2.lua' },
      { "a FIFO", 'mkfifo migrations/r2.lua' },
      { "a broken link", 'ln -s nix migrations/r2.lua' },
      { "a link that leads outside", 'ln -s /etc/passwd migrations/r2.lua', 15 },
    }
    for _, case in ipairs(special) do
      it("in the folder: " .. case[1], function()
        project:shell(case[2])
        check(project:run("-d", project.url, "heads"), case[3] or 4, { "r2%.lua" })
      end)
    end

    it("leaves hidden files, leftovers and other names alone", function()
      for _, name in ipairs {
        ".r2.lua", "#r2.lua#", "#r2.lua", "r2.lua~", ".r2.lua.swp", "notes.txt",
      } do
        project:write("migrations/" .. name, "this is no revision")
      end
      check(project:run("-d", project.url, "upgrade"), 0, {})
    end)

    it("accepts BOM, CRLF and #!, which do not change the checksum", function()
      check(project:run("-d", project.url, "upgrade"), 0, {})
      project:write("migrations/r1.lua",
        "\239\187\191#!/usr/bin/env luamigrate\r\n" .. ROOT:gsub("\n", "\r\n"))
      local status = project:run("-d", project.url, "status", "--json")
      check(status, 0, {})
      assert.is_truthy(status.out:find('"edited":%s*%[%]'), status.out)
    end)
  end)
end)

local configs = {
  { "an unknown key", 'return { ulr = "sqlite:app.db" }', 2, { "luamigrate%.lua", "ulr", "url" } },
  { "a wrong type", "return { url = {}, recursive = 1 }", 2, { "luamigrate%.lua" } },
  { "a negative time", 'return { url = "sqlite:a.db", lock_timeout = -1 }', 2, { "lock_timeout" } },
  { "a syntax error", "return {", 2, { "luamigrate%.lua:1" } },
  { "no table", "return 1", 2, { "luamigrate%.lua", "table" } },
  { "an error", 'error "boom"', 2, { "luamigrate%.lua:1", "boom" } },
  { "bytecode", string.dump(function() return {} end), 15, { "luamigrate%.lua" } },
  { "an end that looks like success", "os.exit(0)", 2, { "luamigrate%.lua:1", "os%.exit" } },
  { "a table in a database that is not attached",
    'return { url = "sqlite:app.db", version_table_schema = "aux" }', 2,
    { "version_table_schema", "aux" } },
  { "a table of the tool's own",
    'return { url = "sqlite:app.db", version_table = "Luamigrate_History" }', 2,
    { "version_table" } },
  { "a table of SQLite's own", 'return { url = "sqlite:app.db", version_table = "sqlite_x" }', 2,
    { "version_table" } },
  { "an attached database of SQLite's own",
    'return { url = "sqlite:app.db", attach = { Main = "x.db" } }', 2, { "attach%.Main" } },
  { "a table whose name PostgreSQL would cut",
    'return { url = "postgresql://h/x", version_table = ("v"):rep(64) }', 2,
    { "version_table: a name has at most 63 bytes, not 64" } },
  { "a role whose name PostgreSQL would cut",
    'return { url = "postgresql://h/x", role = ("r"):rep(70) }', 2,
    { "role: a name has at most 63 bytes" } },
  { "a table whose name is no text",
    'return { url = "postgresql://h/x", version_table = "\\xff" }', 2,
    { "version_table: the name is not UTF%-8" } },
  { "tables that end with the session",
    'return { url = "postgresql://h/x", version_table_schema = "pg_temp" }', 2,
    { "version_table_schema: tables in pg_temp end with the session" } },
  { "the first of several environments",
    'return { url = "sqlite:app.db", environments = { b = 1, a = 1, d = 1, c = 1 } }', 2,
    { "environments%.a:" } },
  { "no database", "return {}", 2, { "no database" } },
  { "a hook that a later version builds",
    'return { url = "sqlite:app.db", hooks = { after_write = { "stylua {file}" } } }', 5,
    { "hooks.after_write" } },
}

describe("a mistake in the configuration", function()
  local project

  before_each(function()
    project = cli.project { config = false }
    project:write("migrations/r1.lua", ROOT)
  end)

  after_each(function()
    project:remove()
  end)

  for _, case in ipairs(configs) do
    local name, text, status, patterns = table.unpack(case)
    it(name, function()
      project:write("luamigrate.lua", text)
      local result = project:run("upgrade")
      assert.are.equal(status, result.code, result.err)
      for _, pattern in ipairs(patterns) do
        assert.is_truthy(result.err:find(pattern), result.err)
      end
      assert.is_false(project:exists("app.db"))
    end)
  end

  it("an attached file that is open already is told, not waited for", function()
    for _, attach in ipairs { '{ a = "./app.db" }', '{ a = "a.db", b = "./a.db" }' } do
      project:write("luamigrate.lua",
        ('return { url = "sqlite:app.db", attach = %s, lock_timeout = 1 }'):format(attach))
      local result = project:run "upgrade"
      assert.are.equal(2, result.code, result.err)
      assert.is_truthy(result.err:find("is the same file as", 1, true), result.err)
    end
  end)

  it("attaches a database in memory", function()
    project:write("luamigrate.lua",
      'return { url = "sqlite:app.db", attach = { a = ":memory:", b = ":memory:" } }')
    local result = project:run "upgrade"
    assert.are.equal(0, result.code, result.err)
    assert.is_false(project:exists ":memory:")
  end)

  it("keeps standard output clear of what the file prints", function()
    project:write("luamigrate.lua", [[
print "one" io.write "two\n" io.stdout:write "three\n" return { url = "sqlite:app.db" }]])
    local object, result = project:json "current"
    assert.are.same({ 0, 1, {} }, { result.code, #result.lines, object.current })
    assert.is_truthy(result.err:find "one.*two.*three", result.err)
  end)

  it("takes the path of a table as it is", function()
    for _, name in ipairs { "file:x", "a%20b.db", "x?y#z" } do
      project:write("luamigrate.lua",
        ("return { url = { dialect = 'sqlite', database = %q } }"):format(name))
      local result = project:run "upgrade"
      assert.are.equal(0, result.code, result.err)
      assert.is_true(project:exists(name))
    end
    project:write("luamigrate.lua", ("return { url = { dialect = 'sqlite', database = '/%s' } }")
      :format(project:path "p%20.db"))
    assert.are.equal(0, project:run("upgrade").code)
    assert.is_true(project:exists "p%20.db")
  end)

  it("an unknown environment lists the known ones", function()
    project:write("luamigrate.lua", [[return { url = "sqlite:app.db",
      environments = { production = {}, staging = {} } }]])
    local result = project:run("-n", "prod", "status")
    assert.are.equal(2, result.code)
    assert.is_truthy(result.err:find "production" and result.err:find "staging", result.err)
  end)
end)

local addresses = {
  { "mysql://localhost/x", 2 }, { "sqlite", 2 }, { "nix:app.db", 2 }, { "", 2 },
  { "sqlite:///a%zz.db", 2 }, { "sqlite:///a%00.db", 2 },
  { "postgresql://u:s3cretword@h:0/x", 2 }, { "postgresql://u:s3cretword@h:65536/x", 2 },
  { "postgresql://u:s3cretword@h:x/x", 2 }, { "postgresql://u:s3cretword%zz@h/x", 2 },
  { "postgresql://u:s3cretword@no-such-host.invalid/x", 6 },
}

describe("a mistake in the address", function()
  for _, case in ipairs(addresses) do
    it(("%q"):format(case[1]), function()
      local project = cli.project { config = false }
      project:write("migrations/r1.lua", ROOT)
      local result = project:run("-d", case[1], "upgrade")
      project:remove()
      assert.are.equal(case[2], result.code, result.err)
      assert.is_nil((result.err .. result.out):find "s3cretword")
    end)
  end

  local files = {
    { "a folder", 'mkdir app.db', 13 },
    { "another kind of file", 'yes nonsense | head -c 5000 >app.db', 13 },
    { "a missing folder", "true", 13, "sqlite:nix/app.db" },
  }
  for _, case in ipairs(files) do
    it("that leads to " .. case[1], function()
      local project = cli.project { config = false }
      project:write("migrations/r1.lua", ROOT)
      project:shell(case[2])
      local result = project:run("-d", case[4] or "sqlite:app.db", "upgrade")
      project:remove()
      assert.are.equal(case[3], result.code, result.err)
    end)
  end
end)

-- what stands in the version table, and what is said to it
local rows = {
  { "CREATE TABLE luamigrate_version (version_num VARCHAR(255)); "
    .. "INSERT INTO luamigrate_version VALUES ('zzz')", "zzz" },
  { "CREATE TABLE luamigrate_version (version_num VARCHAR(255)); "
    .. "INSERT INTO luamigrate_version VALUES (NULL)", "NULL" },
  { "CREATE TABLE luamigrate_version (version_num VARCHAR(255)); "
    .. "INSERT INTO luamigrate_version VALUES ('')", "" },
  { "CREATE TABLE luamigrate_version (version_num VARCHAR(255)); "
    .. "INSERT INTO luamigrate_version VALUES ('\27[31m')", "\\x1b" },
  { "CREATE TABLE luamigrate_version (id INTEGER, applied INTEGER)", "columns" },
  { "CREATE VIEW luamigrate_version AS SELECT 'r1' AS version_num", "view" },
}

describe("a version table of another make", function()
  drivers.each(function(driver)
    for _, case in ipairs(rows) do
      it(case[1], function()
        local project = driver.project { config = false }
        project:write("migrations/r1.lua", ROOT)
        project:sql(case[1])
        for _, command in ipairs { "current", "upgrade" } do
          local result = project:run("-d", project.url, command)
          assert.are.equal(9, result.code, result.err)
          assert.is_truthy(result.err:find(case[2], 1, true), result.err)
          assert.is_nil(result.err:find "\27")
        end
        project:remove()
      end)
    end

    it("removes a redundant row with a note, and reads past it", function()
      local project = driver.project { config = false }
      project:write("migrations/r1.lua", ROOT)
      project:write("migrations/r2.lua", second "")
      assert.are.equal(0, project:run("-d", project.url, "upgrade").code)
      project:sql("INSERT INTO luamigrate_version VALUES ('r1')")
      local result = project:run("-d", project.url, "upgrade")
      assert.are.equal(0, result.code, result.err)
      assert.is_truthy(result.err:find "redundant", result.err)
      assert.are.equal("r2", project:sql("SELECT * FROM luamigrate_version"))
      project:remove()
    end)
  end)
end)
