-- The driver that writes SQL: literals in the place of parameters, one statement each, what it
-- refuses, what it reads where it has a live database.
local core = require "luamigrate.core"
local drivers = require "spec.support.drivers"

local function offline(url)
  return assert(core.db.open(url, { print = true }))
end

-- The statements that `db` has written since the last call.
local function texts(db)
  local list = {}
  for _, printed in ipairs(db:printed()) do
    list[#list + 1] = printed.sql
  end
  return list
end

-- The text of one statement with parameters.
local function written(url, sql, params)
  local db = offline(url)
  local ok, err = db:execute(sql, params or { n = 0 })
  local list = texts(db)
  db:close()
  return ok and table.concat(list, " | ") or nil, err
end

local SQLITE, POSTGRES = "sqlite:/nowhere/at/all.db", "postgresql://nobody@nowhere.invalid/x"

describe("db_print without a database", function()
  it("opens nothing", function()
    for _, url in ipairs { SQLITE, POSTGRES } do
      local db = offline(url)
      assert.is_true((db:execute "SELECT 1") ~= nil)
      assert.same({ "SELECT 1" }, texts(db))
      db:close()
    end
  end)

  it("puts every kind of value into its place", function()
    local values = { n = 6, true, -3, 0.5, "it's", { bytes = "\0\255" } }
    assert.equal("INSERT INTO t VALUES (1, -3, 0.5, 'it''s', X'00FF', NULL)",
      written(SQLITE, "INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5, ?6)", values))
    assert.equal([[INSERT INTO t VALUES (true, -3, 0.5, 'it''s', '\x00FF'::bytea, NULL)]],
      written(POSTGRES, "INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6)", values))
  end)

  it("leaves strings, quoted names, comments and dollar quotes alone", function()
    assert.equal([[SELECT '?1', "?1", 7 -- ?1]],
      written(SQLITE, [[SELECT '?1', "?1", ?1 -- ?1]], { n = 1, 7 }))
    assert.equal([[SELECT '$1', "$1", $$ $1 $$, 7 /* $1 */]],
      written(POSTGRES, [[SELECT '$1', "$1", $$ $1 $$, $1 /* $1 */]], { n = 1, 7 }))
    assert.equal("CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1'",
      written(POSTGRES, "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1'"))
  end)

  it("keeps a literal whole beside what stands next to it", function()
    assert.equal("SELECT 1-(-5), (-5)::int", written(POSTGRES, "SELECT 1-$1, $1::int",
      { n = 1, -5 }))
    assert.equal("SELECT 'a' FROM t WHERE x='a' AND y", written(SQLITE,
      "SELECT?1 FROM t WHERE x=?1AND y", { n = 1, "a" }))
    assert.equal("SELECT x 'ab'", (written(SQLITE, "SELECT x?1", { n = 1, "ab" })))
  end)

  it("writes texts that no literal holds as bytes, or refuses them", function()
    assert.equal("SELECT CAST(X'6100FF' AS TEXT)",
      written(SQLITE, "SELECT ?1", { n = 1, "a\0\255" }))
    local _, err = written(POSTGRES, "SELECT $1", { n = 1, "a\0" })
    assert.matches("NUL byte", err.message)
    _, err = written(POSTGRES, "SELECT $1", { n = 1, "\255" })
    assert.matches("UTF%-8", err.message)
  end)

  it("takes several statements apart and drops what is empty", function()
    local db = offline(SQLITE)
    assert(db:execute("\n  CREATE TABLE a (x); -- one\n ; INSERT INTO a VALUES (';') ;;"
      .. " CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM a; END; -- end", nil, true))
    local list = db:printed()
    assert.same({ "CREATE TABLE a (x)", "INSERT INTO a VALUES (';')",
      "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM a; END" },
      { list[1].sql, list[2].sql, list[3].sql })
    assert.same({ false, true, false }, { list[1].writes, list[2].writes, list[3].writes })
    db:close()
  end)

  it("ends each line so that the semicolon counts", function()
    assert.equal("SELECT 1;\n", core.db.print_line("sqlite", "SELECT 1"))
    assert.equal("SELECT 1 -- one\n;\n", core.db.print_line("sqlite", "SELECT 1 -- one"))
    assert.equal("SELECT '-- one';\n", core.db.print_line("postgresql", "SELECT '-- one'"))
    assert.equal("SELECT 1 /* -- */;\n", core.db.print_line("postgresql", "SELECT 1 /* -- */"))
  end)

  it("refuses a text that would take the rest of the script with it", function()
    for sql, what in pairs { ["SELECT 'abc"] = "string", ['SELECT "abc'] = "quoted name",
      ["SELECT 1 /* abc"] = "comment" } do
      local _, err = written(POSTGRES, sql)
      assert.matches("a " .. what .. " that does not end",
        err and err.message or "accepted: " .. sql)
    end
  end)

  it("refuses what the guard refuses a script", function()
    local db = offline(POSTGRES)
    assert(db:begin())
    assert(db:guard(true))
    for _, sql in ipairs { "COMMIT", "ROLLBACK", "PREPARE TRANSACTION 'x'", "COPY t FROM STDIN",
      "VACUUM", "CREATE INDEX CONCURRENTLY i ON t (a)", "SELECT 1; COMMIT" } do
      local ok, err = db:execute(sql, nil, true)
      assert.is_nil(ok, sql)
      assert.equal(5, err.exit)
      assert.is_true(err.database)
    end
    db:close()
  end)

  it("says that there is nothing to read", function()
    for _, url in ipairs { SQLITE, POSTGRES } do
      local db = offline(url)
      local ok, err = db:one "SELECT count(*) FROM t"
      assert.is_nil(ok)
      assert.equal("rows cannot be read: this SQL is written without a database", err.message)
      ok, err = db:reflect "t"
      assert.is_nil(ok)
      assert.matches("^the table 't' cannot be looked up", err.message)
      assert.is_nil(db:unread())
      db:close()
    end
  end)

  it("writes the transaction of each database", function()
    local db = offline(SQLITE)
    assert(db:begin())
    assert(db:commit())
    assert(db:begin())
    assert(db:savepoint())
    assert(db:undo())
    assert(db:commit())
    assert.same({ "PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE", "COMMIT", "BEGIN IMMEDIATE",
      "SAVEPOINT luamigrate_1", "ROLLBACK TO SAVEPOINT luamigrate_1",
      "RELEASE SAVEPOINT luamigrate_1", "COMMIT" }, texts(db))
    db:close()
    db = offline(POSTGRES)
    assert(db:begin())
    assert(db:guard(true))
    assert(db:execute "SET lock_timeout = 5")
    assert(db:guard(false))
    assert(db:commit())
    assert.same({ "BEGIN", "SET lock_timeout = 5", "RESET SESSION AUTHORIZATION", "RESET ROLE",
      "RESET ALL", "COMMIT" }, texts(db))
    db:close()
  end)

  it("throws away what is rolled back", function()
    local db = offline(SQLITE)
    assert(db:begin())
    assert(db:execute "SELECT 1")
    db:rollback()
    assert.same({}, texts(db))
    assert.is_false(db:in_transaction())
    db:close()
  end)

  it("knows the enum types that the script has made", function()
    local db = offline(POSTGRES)
    local function values(schema, name)
      local list = assert(db:enums(schema, name))
      return list[1] and table.concat(list[1].values, ",")
    end
    assert.is_nil(values(nil, "mood"))
    assert(db:execute "CREATE TYPE mood AS ENUM ('ok', 'it''s')")
    assert(db:execute [[CREATE TYPE s."Mood" AS ENUM ('x')]])
    assert.equal("ok,it's", values(nil, "mood"))
    assert.equal("x", values("s", "Mood"))
    assert.is_nil(values(nil, "Mood"))
    assert(db:execute "ALTER TYPE mood ADD VALUE 'bad' BEFORE 'ok'")
    assert(db:execute "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'new' AFTER 'bad'")
    assert(db:execute "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'")
    assert.equal("bad,new,fine,it's", values(nil, "mood"))
    assert(db:execute "DROP TYPE IF EXISTS mood")
    assert.is_nil(values(nil, "mood"))
    db:close()
  end)
end)

drivers.each(function(driver)
  describe("db_print round a live database", function()
    local live, drop, db

    before_each(function()
      live, drop = driver.open()
      assert(live:execute "CREATE TABLE t (a integer)")
      assert(live:execute "INSERT INTO t VALUES (1)")
      if driver.name == "postgresql" then
        assert(live:execute "CREATE SEQUENCE numbers")
      end
      db = assert(core.db.open(driver.name == "sqlite" and SQLITE or POSTGRES, { print = live }))
    end)

    after_each(function()
      db:close()
      drop()
    end)

    it("reads there and writes nothing", function()
      assert(db:execute "INSERT INTO t VALUES (2)")
      assert(db:execute "DROP TABLE t")
      assert.equal(1, (db:one "SELECT count(*) FROM t"))
      assert.is_truthy(db:reflect "t")
      assert.same({ "INSERT INTO t VALUES (2)", "DROP TABLE t" }, texts(db))
      assert.is_true(db:stale())
      assert.is_false(db:stale())
    end)

    it("never runs a statement that changes rows to read them", function()
      local ok, err = db:one "INSERT INTO t VALUES (2) RETURNING a"
      assert.is_nil(ok)
      assert.matches("only written cannot be read", err.message)
      assert.is_truthy(db:unread())
      assert.equal(1, (live:one "SELECT count(*) FROM t"))
    end)

    it("cannot write through what looks like reading", function()
      if driver.name == "sqlite" then
        db:one "PRAGMA user_version = 7"
        assert.equal(0, (live:one "PRAGMA user_version"))
        return
      end
      local ok, err = db:one "SELECT nextval('numbers')"
      assert.is_nil(ok)
      assert.equal("25006", err.sqlstate)
      assert.matches("nextval", db:unread())
      assert.is_false((live:one "SELECT is_called FROM numbers"))
    end)

    it("remembers what is not there yet, once something was written", function()
      local ok = db:one "SELECT * FROM later"
      assert.is_nil(ok)
      assert.is_nil(db:unread())
      assert(db:execute "CREATE TABLE later (a integer)")
      assert.is_nil((db:one "SELECT * FROM later"))
      assert.matches("later", db:unread())
      assert.is_nil(db:unread())
      assert.is_false((db:reflect "later"))
      assert.matches("later", db:unread())
    end)
  end)
end)
