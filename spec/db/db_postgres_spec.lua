-- Proves that statements run, each to its end, and that what fails says what and where.
local postgres = require "spec.support.postgres"
local core = require "luamigrate.core".db

describe("db_postgres", function()
  local database, db

  setup(function() database = postgres.database() end)
  teardown(function() database:drop() end)

  before_each(function()
    database:sql [[DROP TABLE IF EXISTS t; CREATE TABLE t(id int PRIMARY KEY, a text NOT NULL,
      CONSTRAINT short CHECK (length(a) < 10))]]
    db = assert(core.open(database.url))
  end)

  after_each(function() db:close() end)

  it("knows its server", function()
    local about = db:about()
    assert.equal("postgresql", about.driver)
    assert.equal("public", about.schema)
    assert.is_false(about.pooled)
    assert.equal(database:sql "SHOW server_version_num", tostring(about.server_version))
  end)

  for _, inside in ipairs { false, true } do
    describe(inside and "in a transaction" or "outside of transactions", function()
      before_each(function() if inside then assert(db:begin()) end end)

      it("counts changed rows, and no others", function()
        local function count(sql, ...) return (assert(db:execute(sql, ...))) end
        assert.equal(3, count "INSERT INTO t SELECT i, 'x' FROM generate_series(1, 3) AS i")
        assert.equal(2, count("UPDATE t SET a = $1 WHERE id > $2", { "y", 1 }))
        assert.equal(0, count "UPDATE t SET a = 'z' WHERE id = 99")
        assert.equal(0, count "SELECT * FROM t")
        assert.equal(1, count "DELETE FROM t WHERE id = 1 RETURNING id")
        assert.equal(0, count "CREATE TEMP TABLE u AS SELECT * FROM t")
        assert.equal(0, count "-- nothing")
        assert.equal(2, count "WITH a AS (SELECT 1) DELETE FROM t")
      end)

      it("says what failed", function()
        local function fails(sql, ...)
          local ok, err = db:execute(sql, ...)
          assert.is_nil(ok)
          assert.is_true(err.database)
          if inside then
            db:rollback()
            assert(db:begin())
          end
          return err
        end
        local check = fails("INSERT INTO t VALUES ($1, $2)", { 1, "much too long" })
        assert.same({ "23514", "short", "t" }, { check.sqlstate, check.constraint, check.table })
        local null = fails "INSERT INTO t(id) VALUES (1)"
        assert.same({ "23502", "a", "t" }, { null.sqlstate, null.column, null.table })
        local place = fails "SELECT 1,\n  2,\n  nope\nFROM t"
        assert.matches("LINE 3:   nope", place.message, 1, true)
        local syntax = fails "SELEC 1"
        assert.equal("SELEC 1", syntax.sql)
        assert.equal("42601", syntax.sqlstate)
      end)

      it("finds the line in a query, too", function()
        local _, err = db:rows "SELECT 1,\n  2,\n  nöpe, nope\nFROM t"
        assert.matches("LINE 3:   nöpe, nope", err.message, 1, true)
      end)

      it("refuses what is no text", function()
        for _, sql in ipairs { "SELECT '\255'", "SELECT 1\0; DROP TABLE t" } do
          for _, way in ipairs { "execute", "queue", "rows" } do
            local _, err = db[way](db, sql)
            assert.matches("not UTF%-8 text, or has a NUL byte", err.message)
          end
        end
        assert.equal(0, (db:one "SELECT count(*) FROM t"))
      end)

      it("never hangs in COPY", function()
        for _, sql in ipairs { "COPY t FROM STDIN", "COPY t TO STDOUT",
          "COPY (SELECT 1) TO STDOUT" } do
          for _, way in ipairs { "execute", "queue", "rows" } do
            local _, err = db[way](db, sql)
            assert.matches("COPY", err.message)
          end
        end
        assert.equal(1, (db:one "SELECT 1"))
      end)

      it("takes a large statement", function()
        local sql = "SELECT length($$" .. ("ä"):rep(2000000) .. "$$)"
        assert.equal(2000000, (db:one(sql)))
        assert(db:execute(sql))
      end)

      it("takes many parameters", function()
        local places, params = {}, {}
        for i = 1, 5000 do places[i], params[i] = ("($%d, 'x')"):format(i), i end
        assert.equal(5000, (assert(db:execute("INSERT INTO t VALUES " .. table.concat(places, ","),
          params))))
        local too_many = { n = 65536 }
        local _, err = db:execute("SELECT 1", too_many)
        assert.same({ "limit", 14 }, { err.code, err.exit })
      end)

      it("traces each statement", function()
        local trace = {}
        local other = assert(core.open(database.url, { trace = trace }))
        if inside then assert(other:begin()) end
        local long = "SELECT '" .. ("x"):rep(5000) .. "'"
        assert(other:execute(long))
        assert(other:execute("INSERT INTO t VALUES (1, 'x'); SELECT 2", nil, true))
        assert(other:one "SELECT 3")
        local wanted = { long, "INSERT INTO t VALUES (1, 'x');", "SELECT 2", "SELECT 3" }
        if inside then table.insert(wanted, 1, "BEGIN") end
        assert.same(wanted, trace)
        other:close()
      end)
    end)
  end

  it("commits each statement outside of transactions", function()
    local _, err = db:execute("INSERT INTO t VALUES (1, 'a'); INSERT INTO t VALUES (1, 'b')",
      nil, true)
    assert.equal("23505", err.sqlstate)
    assert.equal("1", database:sql "SELECT count(*) FROM t")
  end)

  it("rolls back what is open when it is closed", function()
    assert(db:begin())
    assert(db:execute "INSERT INTO t VALUES (1, 'a')")
    db:close()
    assert.equal("0", database:sql "SELECT count(*) FROM t")
  end)

  it("has no violations of foreign keys to look for", function()
    assert.same({}, db:violations())
  end)

  it("lets the runner's lock be polled behind queued statements", function()
    assert(db:guard "read")
    assert(db:lock "a")
    local other = assert(core.open(database.url, { lock_timeout = 0.1 }))
    local _, err = other:lock "a"
    assert.equal("locked", err.code)
    assert(other:lock "b")
    assert(db:rows "SELECT 1"):close() -- leaves a CLOSE behind
    db:unlock()
    assert(other:lock "a")
    other:close()
  end)
end)
