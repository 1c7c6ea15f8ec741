-- Proves the SQLite driver on real files: opening, locks, transactions, values
-- and errors, as guarantees.md (G1, G3, G8, G11) and the fault matrix say.
local db = require "luamigrate.core".db

local folder

local function shell(command, ...)
  assert(os.execute(command:format(...)))
end

local function open(name, options)
  options = options or { create = true }
  return db.open("sqlite:" .. folder .. "/" .. name, options)
end

-- Makes a database with the statements of `sql`.
local function make(name, sql)
  local handle = assert(open(name))
  if sql then assert(handle:execute(sql, nil, true)) end
  return handle
end

local function exists(name)
  local file = io.open(folder .. "/" .. name)
  return file ~= nil and file:close()
end

describe("db_sqlite", function()
  before_each(function()
    folder = os.tmpname()
    os.remove(folder)
    shell("mkdir %s", folder)
  end)
  after_each(function()
    collectgarbage()
    shell("rm -rf %s", folder)
  end)

  describe("opening", function()
    it("takes a missing file for an empty database and creates nothing", function()
      local handle = assert(open("no.db", {}))
      assert.equal(0, (handle:one "SELECT count(*) FROM sqlite_schema"))
      assert.same({}, handle:relations "tables")
      local ok, err = handle:execute "CREATE TABLE t(a)"
      assert.is_nil(ok)
      assert.equal("io", err.code)
      ok, err = handle:begin()
      assert.is_nil(ok)
      assert.matches("there is no database", err.message)
      handle:close()
      assert.is_false(exists "no.db")
    end)

    it("reads a schema with JSON functions, which SQLite 3.38 to 3.40 would not trust", function()
      shell([[sqlite3 %s/json.db "CREATE TABLE t (a TEXT CHECK (json_valid(a)), b AS
        (json_extract(a, '$.b'))); CREATE INDEX i ON t (a -> 'c'); CREATE VIEW v AS SELECT
        json_array_length(a) AS n FROM t"]], folder)
      local handle = assert(open "json.db")
      assert(handle:begin())
      assert(handle:execute [[INSERT INTO t (a) VALUES ('{"b": 5}')]])
      assert.equal(5, (handle:one "SELECT b FROM t"))
      assert.equal(0, (handle:one "SELECT n FROM v"))
      assert.equal(1, #handle:reflect("t").indexes)
      local ok, err = handle:execute "INSERT INTO t (a) VALUES ('{')"
      assert.is_nil(ok)
      assert.matches("malformed JSON", err.message)
      handle:close()
    end)

    it("creates it with the first transaction, readable by its owner only", function()
      local handle = assert(open("new.db"))
      assert.equal(0, (handle:one "SELECT count(*) FROM sqlite_schema"))
      assert.is_false(exists "new.db")
      assert(handle:begin())
      assert(handle:execute "CREATE TABLE t(a)")
      assert(handle:commit())
      handle:close()
      local pipe = io.popen("stat -c %a " .. folder .. "/new.db")
      assert.equal("600\n", pipe:read "a")
      pipe:close()
    end)

    it("takes an empty file for an empty database", function()
      shell("touch %s/zero.db", folder)
      local handle = assert(open("zero.db", {}))
      assert.equal(0, (handle:one "SELECT count(*) FROM sqlite_schema"))
    end)

    it("keeps names that SQLite reads otherwise", function()
      for _, name in ipairs { "a?mode=ro", "a%20b", "a#b", "file:x", "\xff", ":x" } do
        local handle = assert(db.open("sqlite:" .. folder .. "/" .. name, { create = true }))
        assert(handle:execute "CREATE TABLE t(a)")
        handle:close()
        assert.truthy(exists(name), name)
      end
    end)

    local bad = {
      { "a directory", "mkdir %s/x.db", "it is a directory" },
      { "a FIFO", "mkfifo %s/x.db", "it is not a file" },
      { "a broken folder", "ln -s /nowhere/at/all %s/x.db", "x.db" },
    }
    for _, case in ipairs(bad) do
      it("refuses " .. case[1], function()
        shell(case[2], folder)
        local handle, err = open("x.db")
        if handle then -- a link that leads nowhere is a missing file
          handle, err = handle:begin()
        end
        assert.is_nil(handle)
        assert.equal(13, err.exit)
        assert.truthy(err.message:find(case[3], 1, true), err.message)
      end)
    end

    it("refuses a missing folder, also where nothing is created", function()
      for _, options in ipairs { {}, { create = true } } do
        local handle, err = open("nodir/x.db", options)
        assert.is_nil(handle)
        assert.equal(13, err.exit)
        assert.matches("its folder: No such file", err.message)
      end
    end)

    it("tells another kind of file and a damaged one", function()
      local file = assert(io.open(folder .. "/other.db", "w"))
      file:write(("x"):rep(4096)):close()
      local handle = assert(open("other.db"))
      local _, err = handle:one "SELECT * FROM sqlite_schema"
      assert.equal(13, err.exit)
      assert.equal(26, err.sqlite_code)
      make("bad.db", "CREATE TABLE t(a); INSERT INTO t VALUES (zeroblob(9000))"):close()
      file = assert(io.open(folder .. "/bad.db", "r+"))
      file:seek("set", 4096)
      file:write(("x"):rep(16)):close()
      handle = assert(open("bad.db"))
      local _, err2 = handle:one "SELECT * FROM t"
      assert.equal(13, err2.exit)
      assert.equal(11, err2.sqlite_code & 255)
    end)

    it("attaches files under their names", function()
      make("aux.db", "CREATE TABLE x(a); INSERT INTO x VALUES (5)"):close()
      local handle = assert(open("main.db",
        { create = true, attach = { other = folder .. "/aux.db" } }))
      assert.equal(5, (handle:one "SELECT a FROM other.x"))
      assert.same({ "main", "other" }, handle:schemas())
      assert.same({ "x" }, handle:relations("tables", "other"))
      assert(handle:begin())
      assert(handle:execute "UPDATE other.x SET a = 6")
      assert(handle:commit())
      assert.equal(6, (handle:one "SELECT a FROM other.x"))
    end)
  end)

  describe("settings", function()
    it("refuses a misspelt column in double quotes (S7)", function()
      local handle = make("a.db", "CREATE TABLE t(a)")
      assert.is_nil((handle:execute 'UPDATE t SET a = "nosuch"'))
      assert.is_nil((handle:execute 'CREATE INDEX i ON t("nosuch")'))
    end)

    it("sets foreign keys before the transaction, as asked", function()
      local handle = make("a.db")
      assert.equal(0, (handle:one "PRAGMA foreign_keys"))
      assert(handle:begin(true))
      assert.equal(1, (handle:one "PRAGMA foreign_keys"))
      assert(handle:commit())
      assert(handle:begin(false))
      assert.equal(0, (handle:one "PRAGMA foreign_keys"))
      handle:rollback()
    end)

    it("limits the size of a value", function()
      local handle = assert(open("a.db", { create = true, memory_limit = 1000000 }))
      local _, err = handle:one "SELECT length(zeroblob(2000000))"
      assert.equal(14, err.exit)
    end)
  end)

  describe("transactions", function()
    it("are whole or gone", function()
      local handle = make("a.db", "CREATE TABLE t(a)")
      assert(handle:begin())
      assert.is_true(handle:in_transaction())
      assert(handle:execute "INSERT INTO t VALUES (1)")
      assert(handle:execute "CREATE TABLE u(a)")
      handle:rollback()
      assert.is_false(handle:in_transaction())
      assert.equal(0, (handle:one "SELECT count(*) FROM t"))
      assert.same({ "t" }, handle:relations "tables")
    end)

    it("nest savepoints", function()
      local handle = make("a.db", "CREATE TABLE t(a)")
      assert(handle:begin())
      assert(handle:savepoint())
      assert(handle:execute "INSERT INTO t VALUES (1)")
      assert(handle:savepoint())
      assert(handle:execute "INSERT INTO t VALUES (2)")
      assert(handle:undo())
      assert(handle:release())
      assert(handle:commit())
      assert.equal("1", (handle:one "SELECT group_concat(a) FROM t"))
    end)

    local ends = {
      { "OR ROLLBACK", "INSERT OR ROLLBACK INTO t VALUES (1)", 5 },
      { "RAISE(ROLLBACK)", "DELETE FROM t", 5 },
      { "a COMMIT without the guard", "COMMIT", 5 },
    }
    for _, case in ipairs(ends) do
      it("stay ended after " .. case[1] .. " (S5)", function()
        local handle = make("a.db", [[CREATE TABLE t(a UNIQUE); INSERT INTO t VALUES (1);
          CREATE TRIGGER r BEFORE DELETE ON t BEGIN SELECT RAISE(ROLLBACK, 'no'); END]])
        assert(handle:begin())
        assert(handle:execute "CREATE TABLE u(a)")
        local ok, err = handle:execute(case[2])
        assert.is_nil(ok)
        assert.equal(case[3], err.exit)
        assert.matches("SQLite rolled the transaction back", err.message)
        for _, call in ipairs { "execute", "one", "rows" } do
          local again, later = handle[call](handle, "INSERT INTO t VALUES (9)")
          assert.is_nil(again)
          assert.matches("nothing can follow", later.message)
        end
        assert.is_nil((handle:savepoint()))
        assert.is_nil((handle:commit()))
        handle:rollback()
        assert.equal(1, (handle:one "SELECT count(*) FROM t"))
        assert(handle:begin())
        assert(handle:commit())
      end)
    end

    it("report a full database (F28)", function()
      local handle = make("a.db", "CREATE TABLE t(a)")
      assert(handle:execute "PRAGMA max_page_count = 20")
      assert(handle:begin())
      local ok, err = handle:execute "INSERT INTO t VALUES (zeroblob(1000000))"
      assert.is_nil(ok)
      assert.equal(13, err.exit)
      assert.equal(13, err.sqlite_code)
      handle:rollback()
    end)

    it("end when the file may not grow (S6)", function()
      local script = folder .. "/child.lua"
      local file = assert(io.open(script, "w"))
      file:write(([[
        local db = require "luamigrate.core".db
        local handle = assert(db.open("sqlite:%s/f.db", { create = true }))
        assert(handle:begin())
        assert(handle:execute "CREATE TABLE t(a)")
        local _, err = handle:execute "INSERT INTO t VALUES (zeroblob(9000000))"
        local _, later = handle:execute "CREATE TABLE u(a)"
        local _, commit = handle:commit()
        handle:rollback()
        print(err and err.exit, later and later.exit, commit and commit.exit,
          (handle:one "SELECT count(*) FROM sqlite_schema"))]]):format(folder)):close()
      local pipe = io.popen("trap '' XFSZ; ulimit -f 100; " .. (os.getenv "SPEC_LUA" or "lua5.4")
        .. " " .. script)
      assert.equal("13\t13\t13\t0\n", pipe:read "a")
      pipe:close()
    end)

    it("wait for the lock until lock_timeout, then say locked (G3)", function()
      local first = make("a.db", "CREATE TABLE t(a)")
      local second = assert(open("a.db", { lock_timeout = 0.2 }))
      assert(first:begin())
      local ok, err = second:begin()
      assert.is_nil(ok)
      assert.equal(7, err.exit)
      assert.matches("is locked by another program %(waited 0.2 s%)", err.message)
      assert.is_false(second:in_transaction())
      assert(first:commit())
      assert(second:begin())
      assert(second:commit())
    end)

    it("say locked when they cannot even read: who writes much shuts readers out", function()
      local first = make("a.db", "CREATE TABLE t(a)")
      local second = assert(open("a.db", { lock_timeout = 0.1 }))
      assert(first:begin())
      assert(first:execute "PRAGMA cache_size = 10")
      assert(first:execute "INSERT INTO t VALUES (zeroblob(1000000))")
      local _, err = second:one "SELECT count(*) FROM t"
      assert.same({ 7, "locked" }, { err.exit, err.code })
      assert.matches("is locked by another program %(waited 0.1 s%)", err.message)
      first:rollback()
      assert.equal(0, second:one "SELECT count(*) FROM t")
    end)

    it("say busy at COMMIT while somebody reads, and can commit later (S10)", function()
      local writer = assert(open("a.db", { create = true, lock_timeout = 0.1 }))
      assert(writer:execute "CREATE TABLE t(a)")
      assert(writer:execute "INSERT INTO t VALUES (1), (2)")
      local reader = assert(open("a.db"))
      local cursor = assert(reader:rows "SELECT * FROM t")
      assert(writer:begin())
      assert(writer:execute "INSERT INTO t VALUES (3)")
      local ok, err = writer:commit()
      assert.is_nil(ok)
      assert.equal(8, err.exit)
      assert.is_true(writer:in_transaction())
      cursor:close()
      assert(writer:commit())
      assert.equal(3, (reader:one "SELECT count(*) FROM t"))
    end)

    it("end a wait and a statement at a signal (G11)", function()
      local first = make("a.db", "CREATE TABLE t(a)")
      local second = assert(open("a.db", { lock_timeout = 60 }))
      assert(first:begin())
      second:signal(15)
      local _, err = second:begin()
      assert.equal(128 + 15, err.exit)
      second:signal(2)
      local _, err2 = second:one [[WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
        SELECT count(*) FROM n]]
      assert.equal(128 + 2, err2.exit)
      first:rollback()
    end)

    it("roll back even after a signal", function()
      local handle = make("a.db", "CREATE TABLE t(a)")
      assert(handle:begin())
      assert(handle:execute "INSERT INTO t VALUES (1)")
      handle:signal(2)
      handle:rollback()
      handle:signal(0)
      assert.is_false(handle:in_transaction())
      assert.equal(0, (handle:one "SELECT count(*) FROM t"))
    end)

    for what, command in pairs { removed = "rm %s/a.db", renamed = "mv %s/a.db %s/b.db",
      replaced = "cp %s/a.db %s/b.db && mv %s/b.db %s/a.db" } do
      it("do not commit into a file that was " .. what .. " (F34)", function()
        local handle = make("a.db", "CREATE TABLE t(a)")
        assert(handle:begin())
        assert(handle:execute "INSERT INTO t VALUES (1)")
        shell((command:gsub("%%s", folder)))
        local ok, err = handle:commit()
        assert.is_nil(ok)
        assert.equal(13, err.exit)
        assert.matches("was renamed, replaced or removed", err.message)
        handle:rollback()
      end)
    end
  end)

  describe("statements", function()
    it("count rows of INSERT, UPDATE, DELETE only", function()
      local handle = make("a.db")
      assert.equal(0, (handle:execute "CREATE TABLE t(id INTEGER PRIMARY KEY, a)"))
      local count, id = handle:execute "INSERT INTO t(a) VALUES (1), (2), (3)"
      assert.same({ 3, 3 }, { count, id })
      assert.equal(0, (handle:execute "SELECT * FROM t"))
      assert.equal(0, (handle:execute "CREATE INDEX i ON t(a)"))
      assert.equal(0, (handle:execute "UPDATE t SET a = 1 WHERE a = 99"))
      assert.equal(2, (handle:execute "UPDATE t SET a = 1 WHERE a > 1"))
      assert.equal(3, (handle:execute("DELETE FROM t WHERE a = ?1", { 1 })))
    end)

    it("run one after the other when there may be many", function()
      local handle = make("a.db")
      local ok, err = handle:execute "CREATE TABLE t(a); CREATE TABLE u(a)"
      assert.is_nil(ok)
      assert.matches("more than one statement", err.message)
      assert.same({}, handle:relations "tables")
      assert(handle:execute("CREATE TABLE t(a); -- x;\n CREATE TABLE u(a);;/* y */", nil, true))
      assert.same({ "t", "u" }, handle:relations "tables")
      assert(handle:execute "DROP TABLE u; -- the end")
    end)

    it("bind values exactly", function()
      local handle = make("a.db", "CREATE TABLE t(a)")
      local values = { 9223372036854775807, -1, 0.1, 1e300, "a\0b", "", true,
        { bytes = "\0\1\255" }, { bytes = "" } }
      for _, value in ipairs(values) do
        assert(handle:execute("INSERT INTO t VALUES (?1)", { value }))
      end
      assert(handle:execute("INSERT INTO t VALUES (?1)", { n = 1 }))
      local rows = assert(handle:rows "SELECT a, typeof(a) FROM t ORDER BY rowid")
      local seen = {}
      for row in function() return rows:next() end do seen[#seen + 1] = { row[1], row[2] } end
      assert.same({ { 9223372036854775807, "integer" }, { -1, "integer" }, { 0.1, "real" },
        { 1e300, "real" }, { "a\0b", "text" }, { "", "text" }, { 1, "integer" },
        { "\0\1\255", "blob" }, { "", "blob" }, { nil, "null" } }, seen)
    end)

    it("refuse NaN, wrong counts and a NUL in the text", function()
      local handle = make("a.db", "CREATE TABLE t(a)")
      local _, err = handle:execute("INSERT INTO t VALUES (?1)", { 0 / 0 })
      assert.matches("parameter 1 is not a number", err.message)
      local _, err2 = handle:execute "INSERT INTO t VALUES (?1)"
      assert.matches("has 1 parameter, but 0", err2.message)
      local _, err3 = handle:execute "DELETE FROM t\0 WHERE 0"
      assert.matches("NUL byte", err3.message)
    end)

    it("trace what runs", function()
      local seen = {}
      local handle = assert(open("a.db", { create = true, trace = seen }))
      assert(handle:begin())
      assert(handle:execute("CREATE TABLE t(a); DROP TABLE t", nil, true))
      assert(handle:commit())
      assert.same({ "BEGIN IMMEDIATE", "CREATE TABLE t(a);", " DROP TABLE t", "COMMIT" }, seen)
    end)

    it("are prepared again after a change of the schema", function()
      local handle = make("a.db", "CREATE TABLE t(a); INSERT INTO t VALUES (1)")
      assert.equal(1, (handle:one "SELECT * FROM t"))
      assert(handle:execute "ALTER TABLE t RENAME a TO b")
      local rows, columns = handle:rows "SELECT * FROM t"
      assert.equal("b", columns[1].name)
      rows:close()
    end)

    it("stay right when more than the cache holds are in use", function()
      local handle = make("a.db")
      local open_rows = {}
      for i = 1, 200 do
        open_rows[i] = assert(handle:rows("SELECT " .. i % 100 .. " UNION ALL SELECT 7"))
      end
      for i = 1, 200 do
        assert.equal(i % 100, open_rows[i]:next()[1])
        assert.equal(7, open_rows[i]:next()[1])
        assert.is_nil(open_rows[i]:next())
      end
    end)
  end)

  describe("errors", function()
    local cases = {
      { "INSERT INTO t(id, a) VALUES (1, 1)", { table = "t", column = "id", sqlite_code = 1555 } },
      { "INSERT INTO t(a, b) VALUES (1, 2)", { table = "t", column = "a, b", sqlite_code = 2067 } },
      { "INSERT INTO t(a, n) VALUES (5, NULL)", { table = "t", column = "n", sqlite_code = 1299 } },
      { "INSERT INTO t(a) VALUES (-1)", { constraint = "positive", sqlite_code = 275 } },
      { "INSERT INTO t(a, e) VALUES (7, 1)", { constraint = "ix_e", sqlite_code = 2067 } },
      { "SELECT * FROM nosuch", { table = "nosuch", sqlite_code = 1 } },
      { "SELECT nosuch FROM t", { column = "nosuch", sqlite_code = 1 } },
      { "SELEC 1", { sqlite_code = 1 } },
    }
    for _, case in ipairs(cases) do
      it("name their parts: " .. case[1], function()
        local handle = make("a.db", [[CREATE TABLE t(id INTEGER PRIMARY KEY, a, b, e,
          n NOT NULL DEFAULT 0, UNIQUE (a, b), CONSTRAINT positive CHECK (a > 0));
          CREATE UNIQUE INDEX ix_e ON t(e + 1);
          INSERT INTO t(id, a, b, e) VALUES (1, 1, 2, 1)]])
        local ok, err = handle:execute(case[1])
        assert.is_nil(ok)
        assert.equal(5, err.exit)
        assert.is_true(err.database)
        assert.equal(case[1], err.sql)
        for _, field in ipairs { "table", "column", "constraint", "sqlite_code" } do
          assert.equal(case[2][field], err[field], field)
        end
      end)
    end
  end)

  it("closes with cursors open, in any order", function()
    local handle = make("a.db", "CREATE TABLE t(a); INSERT INTO t VALUES (1), (2)")
    local rows = assert(handle:rows "SELECT * FROM t")
    rows:next()
    handle:close()
    local row, err = rows:next()
    assert.is_nil(row)
    assert.matches("has ended", err.message)
    rows:close()
  end)
end)
