-- Proves what a script cannot send, with the way out, and that its settings end with its revision.
local postgres = require "spec.support.postgres"
local core = require "luamigrate.core".db

describe("db_postgres_guard", function()
  local database, db

  setup(function() database = postgres.database() end)
  teardown(function() database:drop() end)

  before_each(function()
    database:sql "DROP TABLE IF EXISTS t; CREATE TABLE t(id int)"
    db = assert(core.open(database.url, { ddl_lock_timeout = 2, data_lock_timeout = 60 }))
  end)

  after_each(function() db:close() end)

  local refused = {
    ["transaction control belongs to luamigrate"] = {
      "COMMIT", "-- x\n/* y */ ROLLBACK", "COMMIT AND CHAIN", "BEGIN", "START TRANSACTION",
      "SAVEPOINT a", "ROLLBACK TO a", "RELEASE a", "PREPARE TRANSACTION 'x'", "END", "ABORT",
      "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
    },
    ["COPY FROM STDIN"] = { "COPY t FROM STDIN", "COPY (SELECT 1) TO STDOUT" },
    ["cannot run inside a transaction"] = {
      "CREATE INDEX CONCURRENTLY i ON t(id)", "VACUUM t", "DROP DATABASE x",
      "ALTER SYSTEM RESET ALL",
    },
    ["may not be set by a revision"] = {
      "SET client_encoding = latin1", "SET NAMES 'latin1'",
      "SET standard_conforming_strings = off",
      "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "SET transaction_read_only = on",
    },
    ["may not be discarded"] = {
      "DISCARD ALL", "DISCARD TEMP", "DEALLOCATE ALL", "DEALLOCATE PREPARE ALL", "CLOSE ALL",
    },
  }
  for message, list in pairs(refused) do
    for _, sql in ipairs(list) do
      it("refuses " .. sql, function()
        assert(db:begin())
        assert(db:guard(true))
        local ways = {
          function() return db:execute(sql) end,
          function() return db:queue(sql, nil, { file = "a.lua", line = 4 }) end,
          function() return db:rows(sql) end,
          function() return db:run("SELECT 1; " .. sql .. "; SELECT 2", nil, { many = true }) end,
        }
        for i, way in ipairs(ways) do
          local ok, err = way()
          assert.is_nil(ok)
          assert.matches(message, err.message, 1, true)
          assert.equal("failed", err.code)
          assert.is_string(err.hint)
          assert.matches(sql, err.sql, 1, true)
          if i == 2 then assert.equal(4, err.line) end
        end
        -- nothing was sent
        assert.equal(1, (db:one "SELECT 1"))
        assert(db:guard(false))
        assert(db:prove())
      end)
    end
  end

  it("names the header for what runs outside of a transaction", function()
    assert(db:begin())
    assert(db:guard(true))
    local _, err = db:execute "CREATE INDEX CONCURRENTLY i ON t(id)"
    assert.matches("transaction = false", err.hint, 1, true)
    local _, copy = db:execute "COPY t FROM STDIN"
    assert.matches("db:copy_in", copy.hint, 1, true)
  end)

  it("lets the runner's own statements pass", function()
    assert(db:guard(true))
    assert(db:run("VACUUM t", nil, { own = true }))
  end)

  it("lets a revision set what it likes, until it ends", function()
    local function settings()
      return (db:one [[SELECT concat_ws(' ', current_setting('search_path'), current_user,
        current_setting('lock_timeout'), current_setting('work_mem'), current_setting('DateStyle'),
        current_setting('statement_timeout'), to_regclass('pg_temp.left_over'))]])
    end
    assert(db:begin())
    local before = settings()
    assert(db:guard(true))
    for _, sql in ipairs { "CREATE SCHEMA s", "SET search_path = s", "SET lock_timeout = '7s'",
      "SET work_mem = '9MB'",
      "SET DateStyle = 'German'", "SET statement_timeout = '77s'",
      "CREATE TEMP TABLE left_over(a int)", "SET ROLE pg_monitor" } do
      assert(db:queue(sql))
    end
    assert.equal("s pg_monitor 7s 9MB German, DMY 77s pg_temp.left_over",
      (settings():gsub("[%w_]*%.?left_over", "pg_temp.left_over")))
    assert(db:execute "SELECT 1")
    assert.matches("7s", (db:one "SHOW lock_timeout"), 1, true)
    assert(db:execute "RESET ROLE")
    assert(db:guard(false))
    assert(db:prove())
    assert(db:commit())
    assert(db:begin())
    assert.equal(before, settings())
    assert(db:execute "DROP SCHEMA s")
    assert(db:prove())
    assert(db:commit())
  end)

  it("puts settings back that a rolled back revision left", function()
    assert(db:begin())
    assert(db:guard(true))
    assert(db:execute "SELECT set_config('work_mem', '9MB', false)")
    db:rollback()
    assert(db:guard(false))
    assert(db:begin())
    assert.equal("4MB", (db:one "SHOW work_mem"))
    db:rollback()
  end)

  describe("between steps", function()
    before_each(function() assert(db:guard "read") end)

    it("reads", function()
      assert.equal(0, (db:one "SELECT count(*) FROM t"))
      assert(db:execute "SET work_mem = '9MB'")
      assert.equal("9MB", (db:one "SHOW work_mem"))
      assert(db:execute "EXPLAIN SELECT 1")
    end)

    for _, sql in ipairs { "INSERT INTO t VALUES (1)", "CREATE TABLE u(a int)", "VACUUM t",
      "SELECT * FROM t FOR UPDATE", "DO $$ BEGIN END $$", "CALL f()", "COMMIT",
      "SET default_transaction_read_only = off", "RESET ALL",
      "WITH a AS (INSERT INTO t VALUES (1) RETURNING id) SELECT * FROM a" } do
      it("refuses " .. sql, function()
        for _, way in ipairs { "execute", "queue", "rows" } do
          local ok, err = db[way](db, sql)
          assert.is_nil(ok)
          assert.matches(sql == "COMMIT" and "op.savepoint" or "op.step", err.hint, 1, true)
        end
        assert.equal("0", database:sql "SELECT count(*) FROM t")
      end)
    end

    it("refuses a function that writes", function()
      database:sql [[CREATE OR REPLACE FUNCTION sneak() RETURNS int LANGUAGE sql
        AS 'INSERT INTO t VALUES (1) RETURNING id']]
      for _, way in ipairs { "execute", "rows" } do
        local _, err = db[way](db, "SELECT sneak()")
        assert.equal("25006", err.sqlstate)
        assert.equal("failed", err.code)
        assert.matches("op.step", err.hint, 1, true)
      end
      assert.equal("0", database:sql "SELECT count(*) FROM t")
    end)

    it("writes again in a step", function()
      assert(db:guard(false))
      assert(db:begin())
      assert(db:guard(true))
      assert(db:execute "INSERT INTO t VALUES (1)")
      assert(db:guard(false))
      assert(db:prove())
      assert(db:commit())
      assert(db:guard "read")
      assert.equal(1, (db:one "SELECT count(*) FROM t"))
      assert.is_nil((db:execute "DELETE FROM t"))
    end)
  end)
end)
