-- Proves that queued statements run in their order, that an error is told once it is known, with
-- its own place, that nothing behind it ran, and that neither side waits for the other for ever.
local postgres = require "spec.support.postgres"
local core = require "luamigrate.core".db

describe("db_postgres_queue", function()
  local database, db

  setup(function() database = postgres.database() end)
  teardown(function() database:drop() end)

  before_each(function()
    database:sql "DROP TABLE IF EXISTS t; CREATE TABLE t(id int PRIMARY KEY, a text)"
    db = assert(core.open(database.url))
    assert(db:begin())
  end)

  after_each(function() db:close() end)

  it("answers tickets", function()
    local insert = assert(db:queue "INSERT INTO t SELECT i, 'x' FROM generate_series(1, 7) AS i")
    local update = assert(db:queue("UPDATE t SET a = $1 WHERE id > $2", { "y", 5 }))
    local one = assert(db:queue "SELECT a, id FROM t ORDER BY id DESC")
    local own = assert(db:queue("SELECT a FROM t", nil, { own = true }))
    local null = assert(db:queue "SELECT NULL")
    local none = assert(db:queue "SELECT 1 WHERE false")
    local ddl = assert(db:queue "CREATE INDEX i ON t(a)")
    local long = assert(db:queue "SELECT repeat('x', 1000)")
    assert(db:collect())
    assert.same({ true, 7, "" }, { insert:answer() })
    assert.same({ true, 2, "" }, { update:answer() })
    assert.same({ true, 0, "y" }, { one:answer() })
    assert.same({ true, 7, "x" }, { own:answer() })
    assert.same({ true, 0, "" }, { null:answer() })
    assert.same({ true, 0, "" }, { none:answer() })
    assert.same({ true, 0, "" }, { ddl:answer() })
    assert.same({ true, 0, ("x"):rep(63) }, { long:answer() })
  end)

  it("waits for nothing before it must", function()
    local began = os.time()
    local ticket = assert(db:queue "SELECT pg_sleep(2)")
    assert.is_false((ticket:answer()))
    assert.is_true(os.time() - began <= 1)
    assert(db:collect())
    assert.is_true((ticket:answer()))
    assert.is_true(os.time() - began >= 1)
  end)

  it("forgets a ticket whose statement still runs", function()
    local ticket = assert(db:queue "INSERT INTO t VALUES (1, 'a')")
    ticket:forget()
    assert(db:collect())
    assert.same({ false, 0, "" }, { ticket:answer() })
    assert.equal(1, (db:one "SELECT count(*) FROM t"))
    for i = 2, 50 do
      assert(db:queue("INSERT INTO t VALUES ($1, 'a')", { i })) -- garbage at once
      collectgarbage()
    end
    assert.equal(50, (db:one "SELECT count(*) FROM t"))
  end)

  local touching = {
    collect = function() return db:collect() end,
    prove = function() return db:prove() end,
    commit = function() return db:commit() end,
    execute = function() return db:execute "SELECT 1" end,
    query = function() return db:rows "SELECT 1" end,
    savepoint = function() return db:savepoint() end,
    copy_in = function() return db:copy_in "COPY t FROM STDIN" end,
  }
  for name, touch in pairs(touching) do
    it("tells an error at the next " .. name, function()
      assert(db:queue "INSERT INTO t VALUES (1, 'a')")
      assert(db:queue("INSERT INTO t VALUES (1, 'b')", nil, { file = "x.lua", line = 12 }))
      local behind = assert(db:queue("SELECT nope", nil, { file = "x.lua", line = 13 }))
      for _ = 1, 2 do
        local ok, err = touch()
        assert.is_nil(ok)
        assert.equal("23505", err.sqlstate)
        assert.equal("t_pkey", err.constraint)
        assert.equal("INSERT INTO t VALUES (1, 'b')", err.sql)
        assert.same({ "x.lua", 12 }, { err.file, err.line })
        assert.equal("failed", err.code)
      end
      assert.is_false((behind:answer()))
      assert.is_true(db:in_transaction())
      db:rollback()
      assert.equal(0, (db:one "SELECT count(*) FROM t"))
    end)
  end

  it("returns the first error to everything that is queued behind it", function()
    assert(db:queue "SELECT nope")
    local failed
    for _ = 1, 3000 do
      local ok, err = db:queue "SELECT neither"
      failed = failed or not ok and err
    end
    assert.equal('column "nope" does not exist', failed.message)
    db:rollback()
    assert(db:begin())
    assert.equal(1, (db:one "SELECT 1"))
  end)

  it("does not fill both directions", function()
    -- each answer is large, each statement too
    local text = ("x"):rep(100000)
    for _ = 1, 300 do
      assert(db:queue("SELECT repeat('y', 200000), $1::text", { text }))
    end
    assert(db:collect())
  end)

  it("keeps few answers waiting", function()
    local trace = {}
    local other = assert(core.open(database.url, { trace = trace }))
    assert(other:begin())
    for i = 1, 2500 do assert(other:queue("INSERT INTO t VALUES ($1, 'x')", { i })) end
    assert.is_true(#trace > 1000, "the first ones were answered meanwhile")
    assert(other:collect())
    assert.equal(2500, (other:one "SELECT count(*) FROM t"))
    other:close()
  end)

  it("sends a text that comes again once", function()
    for i = 1, 100 do assert(db:queue("INSERT INTO t VALUES ($1, $2)", { i, "x" })) end
    for i = 1, 100 do assert(db:queue("UPDATE t SET a = $1 WHERE id = $2", { "y" .. i, i })) end
    assert.equal(2, (db:one "SELECT count(*) FROM pg_prepared_statements"))
    assert.equal(100, (db:one "SELECT count(*) FROM t WHERE a = 'y' || id"))
  end)

  it("knows a text with other types as another one", function()
    for _, id in ipairs { 1, 2, 3, 40000, 40001, 40002, 4 } do
      assert(db:queue("INSERT INTO t VALUES ($1, $2)", { id, "x" }))
    end
    assert.equal(7, (db:one "SELECT count(*) FROM t"))
    assert.equal(2, (db:one "SELECT count(*) FROM pg_prepared_statements"))
  end)

  it("keeps few prepared statements", function()
    for i = 1, 200 do
      for _ = 1, 2 do
        assert(db:queue("INSERT INTO t VALUES ($1, $2) ON CONFLICT DO NOTHING -- " .. i,
          { i, "x" }))
      end
    end
    assert.equal(64, (db:one "SELECT count(*) FROM pg_prepared_statements"))
    assert.equal(200, (db:one "SELECT count(*) FROM t"))
  end)

  it("prepares again after the table has changed", function()
    local sql = "INSERT INTO t(id, a) VALUES ($1, $2)"
    for i = 1, 3 do assert(db:queue(sql, { i, "1" })) end
    assert(db:queue "ALTER TABLE t ALTER a TYPE int USING a::int")
    for i = 4, 6 do assert(db:queue(sql, { i, 2 })) end
    assert(db:queue "ALTER TABLE t ALTER a TYPE text")
    for i = 7, 9 do assert(db:queue(sql, { i, "c" })) end
    assert(db:queue "DO $$ BEGIN ALTER TABLE t ALTER a TYPE varchar(1); END $$")
    for i = 10, 12 do assert(db:queue(sql, { i, "d" })) end
    assert.equal("1|1|1|2|2|2|c|c|c|d|d|d", (db:one "SELECT string_agg(a, '|' ORDER BY id) FROM t"))
  end)

  it("prepares again after a rollback", function()
    local sql = "INSERT INTO t(id, a) VALUES ($1, $2)"
    assert(db:savepoint())
    assert(db:execute "ALTER TABLE t ALTER a TYPE int USING a::int")
    for i = 1, 3 do assert(db:queue(sql, { i, 1 })) end
    assert(db:undo())
    for i = 1, 3 do assert(db:queue(sql, { i, "x" })) end
    assert(db:queue(sql, { 1, "x" }))
    assert.is_nil((db:collect()))
    db:rollback()
    assert(db:begin())
    for i = 1, 3 do assert(db:queue(sql, { i, "x" })) end
    assert.equal(3, (db:one "SELECT count(*) FROM t"))
  end)

  it("runs at once outside of a transaction", function()
    db:rollback()
    local ticket = assert(db:queue "INSERT INTO t VALUES (1, 'a')")
    assert.same({ true, 1, "" }, { ticket:answer() })
    assert.equal("1", database:sql "SELECT count(*) FROM t")
    local _, err = db:queue "SELECT nope"
    assert.equal("42703", err.sqlstate)
    assert.equal(1, (db:one "SELECT 1"))
  end)

  it("splits several statements", function()
    local ticket = assert(db:queue("INSERT INTO t VALUES (1, 'a;b'); ;UPDATE t SET a = $$;$$; -- x",
      nil, { many = true }))
    assert(db:collect())
    assert.same({ true, 1, "" }, { ticket:answer() })
    assert.equal(";", (db:one "SELECT a FROM t"))
    local empty = assert(db:queue(" -- nothing\n; /* ; */", nil, { many = true }))
    assert.same({ true, 0, "" }, { empty:answer() })
    assert.equal(0, (assert(db:run("", nil, { many = true }))))
    local _, err = db:run("UPDATE t SET a = 'x'; SELECT 1; SELECT nope; SELECT 2", nil,
      { many = true, file = "y.lua", line = 3 })
    assert.equal("42703", err.sqlstate)
    assert.equal("SELECT nope;", err.sql)
    assert.equal(3, err.line)
  end)

  it("splits several statements that each travel alone", function()
    db:rollback()
    assert(db:run([[VACUUM t; CREATE INDEX CONCURRENTLY i ON t(a); DROP INDEX CONCURRENTLY i;
      INSERT INTO t VALUES (1, 'a')]], nil, { many = true }))
    assert.equal("1", database:sql "SELECT count(*) FROM t")
  end)

  it("refuses several statements where one is expected", function()
    local _, err = db:execute "SELECT 1; SELECT 2"
    assert.equal("42601", err.sqlstate)
  end)

  it("ends a statement when a signal comes", function()
    local trace = {}
    local other = assert(core.open(database.url, { trace = trace }))
    assert(other:begin())
    assert(other:queue "SELECT pg_sleep(30)")
    other:signal(15)
    local began = os.time()
    local ok, err = other:collect()
    assert.is_nil(ok)
    assert.same({ "signal", 143 }, { err.code, err.exit })
    other:rollback()
    assert.is_true(os.time() - began <= 2)
    assert.is_false(other:in_transaction())
    other:close()
    -- a request to cancel that comes before the statement is lost: then the server ends it when
    -- it looks at the socket
    local active
    for _ = 1, 100 do
      active = database:sql [[SELECT count(*) FROM pg_stat_activity
        WHERE query LIKE 'SELECT pg_sleep(30)%' AND state = 'active'
        AND datname = current_database()]]
      if active == "0" then break end
      database:sql "SELECT pg_sleep(0.1)"
    end
    assert.equal("0", active)
  end)

  it("says that the connection was lost", function()
    assert(db:queue "INSERT INTO t VALUES (1, 'a')")
    database:sql [[SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()]]
    local _, err = db:collect()
    assert.equal("connection", err.code)
    for _, touch in pairs(touching) do
      local ok, again = touch()
      assert.is_nil(ok)
      assert.equal("connection", again.code)
    end
    db:rollback()
    assert.is_false(db:in_transaction())
  end)

  it("loads rows with COPY, between queued statements", function()
    assert(db:queue "INSERT INTO t VALUES (0, 'first')")
    local copy = assert(db:copy_in "COPY t (id, a) FROM STDIN")
    local _, busy = db:execute "SELECT 1"
    assert.matches("COPY", busy.message)
    for i = 1, 20000 do assert(copy:put(i .. "\t" .. ("x"):rep(i % 300) .. "\n")) end
    assert.equal(20000, copy:finish())
    assert(db:queue "INSERT INTO t VALUES (20001, 'last')")
    assert.equal(20002, (db:one "SELECT count(*) FROM t"))
    assert(db:prove())
    assert(db:commit())
  end)

  it("fails the transaction with its COPY", function()
    local copy = assert(db:copy_in("COPY t (id, a) FROM STDIN", nil, { file = "z.lua", line = 9 }))
    assert(copy:put "1\ta\n1\tb\n")
    local _, err = copy:finish()
    assert.equal("23505", err.sqlstate)
    assert.equal(9, err.line)
    local _, again = db:execute "SELECT 1"
    assert.equal("23505", again.sqlstate)
    db:rollback()
    assert(db:begin())
    copy = assert(db:copy_in "COPY t (id, a) FROM STDIN")
    assert(copy:put "1\ta\n")
    copy:abort "the iterator failed"
    local _, given_up = db:collect()
    assert.matches("the iterator failed", given_up.message)
    db:rollback()
    local _, wrong = db:copy_in "COPY nope FROM STDIN"
    assert.equal("42P01", wrong.sqlstate)
    assert.equal(0, (db:one "SELECT count(*) FROM t"))
  end)
end)
