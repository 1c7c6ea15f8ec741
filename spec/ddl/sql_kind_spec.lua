-- Proves that the kind of a statement is known by its words, where one ends and the next begins,
-- what a SET is about, and which index a statement makes or drops.
local db = require "luamigrate.core".db

-- One statement a line.
local kinds = {
  empty = [[
    ;;
    -- SELECT 1
    /* BEGIN; /* nested */ */ ;]],
  read = [[
    SELECT 1
    ;; /* x */ select * from t where a = 'for update'
    (SELECT 1) UNION (SELECT 2)
    VALUES (1), (2)
    TABLE t
    WITH a AS (SELECT 1) SELECT * FROM a
    WITH a AS MATERIALIZED (SELECT "update", t.delete, x AS insert FROM t) SELECT * FROM a
    SELECT substring(a FROM 1 FOR 3), extract(year FROM b) FROM t
    SELECT replace(a, 'x', 'y') FROM t
    SELECT 1 AS into
    SELECT (SELECT a FROM t WHERE b = $$ INTO x $$)
    SELECT "into", 'insert' FROM t -- FOR UPDATE]],
  write = [[
    INSERT INTO t VALUES (1)
    update t set a = 1
    DELETE FROM t
    MERGE INTO t USING s ON a = b WHEN MATCHED THEN DELETE
    WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a
    WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a
    WITH a AS (SELECT 1) UPDATE t SET b = 1
    SELECT * FROM t FOR UPDATE
    SELECT * FROM (SELECT * FROM t FOR NO KEY UPDATE SKIP LOCKED) AS x
    SELECT * FROM t FOR KEY SHARE
    ANALYZE t
    COPY t FROM '/tmp/x'
    EXPLAIN ANALYZE DELETE FROM t
    EXPLAIN (COSTS off, ANALYZE) INSERT INTO t VALUES (1)]],
  ddl = [[
    CREATE TABLE t(a int)
    CREATE UNIQUE INDEX i ON t(a)
    CREATE INDEX IF NOT EXISTS i ON t(a)
    CREATE TABLE t AS SELECT 1
    SELECT a INTO u FROM t
    WITH x AS (SELECT 1 AS a) SELECT a INTO u FROM x
    ALTER TABLE t ADD COLUMN b int
    ALTER TYPE e ADD VALUE 'x'
    ALTER DATABASE d SET work_mem = '1MB'
    DROP INDEX i
    TRUNCATE t
    LOCK TABLE t IN EXCLUSIVE MODE NOWAIT
    GRANT ALL ON t TO u
    COMMENT ON TABLE t IS 'x'
    REFRESH MATERIALIZED VIEW CONCURRENTLY v
    REINDEX TABLE t
    REINDEX (VERBOSE) INDEX i
    CLUSTER t USING i
    IMPORT FOREIGN SCHEMA s FROM SERVER x INTO y]],
  setting = [[
    SET search_path = a, b
    SET LOCAL lock_timeout TO '1s'
    SET SESSION AUTHORIZATION x
    SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY
    set role none
    RESET ALL
    PRAGMA foreign_keys = on]],
  show = [[
    SHOW search_path
    EXPLAIN SELECT 1
    EXPLAIN DELETE FROM t
    EXPLAIN (ANALYZE) SELECT 1
    EXPLAIN VERBOSE SELECT 1]],
  transaction = [[
    BEGIN
    begin isolation level serializable
    /* x */ COMMIT AND CHAIN
    ;COMMIT
    END
    ABORT
    ROLLBACK TO SAVEPOINT a
    SAVEPOINT a
    RELEASE a
    START TRANSACTION
    PREPARE TRANSACTION 'x'
    COMMIT PREPARED 'x'
    ROLLBACK PREPARED 'x'
    SET TRANSACTION READ ONLY]],
  copy_stdio = [[
    COPY t FROM STDIN
    COPY s.t (a, "from") FROM stdin WITH (FORMAT csv)
    COPY (SELECT * FROM t) TO STDOUT
    copy t to stdout]],
  alone = [[
    CREATE INDEX CONCURRENTLY i ON t(a)
    CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t(a)
    DROP INDEX CONCURRENTLY i
    REINDEX INDEX CONCURRENTLY i
    REINDEX (CONCURRENTLY) TABLE t
    REINDEX (VERBOSE) TABLE CONCURRENTLY t
    REINDEX DATABASE d
    REINDEX SYSTEM d
    VACUUM
    VACUUM (FULL) t
    CREATE DATABASE d
    DROP DATABASE d
    CREATE TABLESPACE x LOCATION '/x'
    DROP TABLESPACE x
    CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p
    ALTER SUBSCRIPTION s REFRESH PUBLICATION
    ALTER SYSTEM SET work_mem = 1
    ALTER DATABASE d SET TABLESPACE x
    ALTER TABLE t DETACH PARTITION p CONCURRENTLY
    CLUSTER
    CLUSTER VERBOSE;]],
  other = [[
    DO $$ BEGIN COMMIT; END $$
    CALL f()
    LISTEN x
    PREPARE p AS SELECT 1
    EXECUTE p
    DISCARD ALL
    DEALLOCATE ALL
    COPY t TO '/tmp/x'
    "select" 1
    nonsense]],
}

describe("sql_kind", function()
  for kind, lines in pairs(kinds) do
    for line in lines:gmatch "[^\n]+" do
      local sql = line:match "^%s*(.-)$"
      it(("calls %s %s"):format(sql, kind), function()
        assert.equal(kind, db.sql_kind("postgresql", sql))
        assert.equal(kind, db.sql_kind("postgresql", "-- BEGIN\n/* VACUUM */ " .. sql))
      end)
    end
  end

  it("knows SQLite's own", function()
    local wanted = {
      ["VACUUM"] = "alone", ["ATTACH 'x' AS y"] = "other", ["DETACH y"] = "other",
      ["REPLACE INTO t VALUES (1)"] = "write", ["PRAGMA table_info(t)"] = "setting",
      ["EXPLAIN QUERY PLAN DELETE FROM t"] = "show", ["REINDEX t"] = "ddl",
      ["SELECT [for], `update` FROM t"] = "read", ["BEGIN IMMEDIATE"] = "transaction",
      ["END"] = "transaction", ["WITH x AS (SELECT 1) REPLACE INTO t SELECT * FROM x"] = "write",
    }
    for sql, kind in pairs(wanted) do
      assert.equal(kind, db.sql_kind("sqlite", sql), sql)
    end
  end)

  it("knows that an enum value needed a transaction of its own before 12", function()
    local sql = "ALTER TYPE e ADD VALUE 'x'"
    assert.equal("alone", db.sql_kind("postgresql", sql, 110022))
    assert.equal("ddl", db.sql_kind("postgresql", sql, 120000))
    assert.equal("ddl", db.sql_kind("postgresql", "ALTER TYPE e RENAME TO f", 110022))
  end)

  it("never reads past the end", function()
    for _, lines in pairs(kinds) do
      for size = 0, #lines do
        local text = lines:sub(1, size)
        for _, dialect in ipairs { "sqlite", "postgresql", "either" } do
          assert.is_string(db.sql_kind(dialect, text))
          assert.equal(text, table.concat(db.sql_split(dialect, text)))
          db.sql_setting(dialect, text)
          db.sql_index(dialect, text)
        end
      end
    end
  end)

  describe("split", function()
    local function check(dialect, pieces)
      assert.same(pieces, db.sql_split(dialect, table.concat(pieces)))
    end

    it("ends statements at semicolons", function()
      check("postgresql", { "SELECT 1;", " SELECT ';' -- ;\n;", "\nSELECT $x$;$x$, \";\" /* ; */;",
        " SELECT 4" })
      check("postgresql", { "SELECT 1", })
      check("postgresql", { ";; SELECT 1;", ";", })
    end)

    it("keeps the body of a function whole", function()
      check("postgresql", { [[CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql
        BEGIN ATOMIC
          INSERT INTO t VALUES (CASE WHEN a > 1 THEN 1 ELSE 2 END);
          SELECT t.end FROM t;
        END;]], " SELECT 2;" })
      check("postgresql", { "CREATE PROCEDURE p() BEGIN ATOMIC; END;", "BEGIN;", " COMMIT;" })
      check("postgresql", { "BEGIN;", "CREATE TABLE t(a int);", "END;" })
    end)

    it("keeps a rule and its statements whole", function()
      check("postgresql", { "CREATE RULE r AS ON INSERT TO t DO (INSERT INTO u VALUES (1);"
        .. " DELETE FROM v);", "SELECT 1" })
    end)

    it("keeps a trigger of SQLite whole", function()
      check("sqlite", { [[CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN
        UPDATE t SET a = CASE a WHEN 1 THEN 2 END; DELETE FROM u; END;]], " SELECT 1;" })
      check("postgresql", { "CREATE TRIGGER begin BEFORE UPDATE ON t EXECUTE FUNCTION f();",
        "SELECT 1;" })
    end)
  end)

  it("names what a setting is about", function()
    local wanted = {
      ["SET search_path = a"] = "search_path", ["set local Lock_Timeout = 1"] = "lock_timeout",
      ["SET SESSION \"statement_timeout\" TO 1"] = "statement_timeout",
      ["SET TIME ZONE 'UTC'"] = "time zone", ["SET ROLE x"] = "role", ["RESET ALL"] = "all",
      ["SET my.own = 1"] = "my.own", ["SET NAMES 'UTF8'"] = "names",
      ["SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"] = "session characteristics",
      ["SET SESSION AUTHORIZATION x"] = "session authorization",
    }
    for sql, name in pairs(wanted) do
      assert.equal(name, db.sql_setting("postgresql", sql), sql)
    end
    assert.is_nil(db.sql_setting("postgresql", "SELECT 1"))
    assert.equal("user_version", db.sql_setting("sqlite", "PRAGMA main.User_Version = 3"))
  end)

  it("names the index that is made, dropped or built again", function()
    local function index(sql) return db.sql_index("postgresql", sql) end
    assert.same({ verb = "create", name = "i", table = "t" }, index "CREATE INDEX I ON T(a)")
    assert.same({ verb = "create", name = "I", table_schema = "s", table = "a.b", unique = true,
      concurrently = true, if_exists = true },
      index 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "I" ON ONLY s."a.b" USING gin (x)')
    assert.same({ verb = "create", concurrently = true, table = "t" },
      index "CREATE INDEX CONCURRENTLY ON t(a)")
    assert.same({ verb = "drop", schema = "s", name = "i", concurrently = true, if_exists = true },
      index "DROP INDEX CONCURRENTLY IF EXISTS s.i CASCADE")
    assert.same({ verb = "reindex", name = "i", concurrently = true },
      index "REINDEX (VERBOSE, CONCURRENTLY) INDEX i")
    assert.is_nil(index "DROP INDEX a, b")
    assert.is_nil(index "REINDEX TABLE t")
    assert.is_nil(index "CREATE TABLE t(a int)")
  end)
end)
