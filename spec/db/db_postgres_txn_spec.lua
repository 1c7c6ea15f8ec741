-- Proves that a transaction is begun, fenced, proven and committed as promised (G5-G8), that COMMIT
-- is believed only with proof, and that a rollback always ends.
local postgres = require "spec.support.postgres"
local core = require "luamigrate.core".db

describe("db_postgres_txn", function()
  local database, db

  setup(function() database = postgres.database() end)
  teardown(function() database:drop() end)

  before_each(function()
    database:sql [[DROP TABLE IF EXISTS child, t, version;
      CREATE TABLE t(id int PRIMARY KEY, a text); CREATE TABLE version(id text);
      CREATE TABLE child(id int REFERENCES t DEFERRABLE INITIALLY DEFERRED)]]
    db = assert(core.open(database.url, { lock_timeout = 5 }))
  end)

  after_each(function() db:close() end)

  local function count() return database:sql "SELECT count(*) FROM t" end

  it("commits", function()
    assert(db:begin())
    assert.is_true(db:in_transaction())
    assert(db:queue "INSERT INTO t VALUES (1, 'a')")
    assert(db:prove())
    assert.equal("0", count())
    assert(db:commit())
    assert.is_false(db:in_transaction())
    assert.equal("1", count())
    local _, err = db:commit()
    assert.equal("internal", err.code)
  end)

  it("rolls back", function()
    assert(db:begin())
    assert(db:queue "INSERT INTO t VALUES (1, 'a')")
    db:rollback()
    assert.is_false(db:in_transaction())
    db:rollback()
    assert.equal("0", count())
    assert(db:begin())
    local _, err = db:begin()
    assert.equal("internal", err.code)
  end)

  it("needs two round trips", function()
    local proxy = postgres.proxy(database)
    local far = assert(core.open(proxy.url))
    local before = proxy:report().trips
    assert(far:begin(false, "public", "version", 3, 4))
    for i = 1, 20 do assert(far:queue("INSERT INTO t VALUES ($1, 'a')", { i })) end
    assert(far:prove())
    assert(far:commit())
    assert.equal(2, proxy:report().trips - before)
    assert.equal("20", count())
    far:close()
    proxy:stop()
  end)

  it("locks the version table against other runners", function()
    local other = assert(core.open(database.url))
    assert(other:begin(false, "public", "version"))
    assert(other:collect())
    assert(db:begin(false, nil, "version"))
    local behind = assert(db:queue "INSERT INTO t VALUES (1, 'a')")
    local _, err = db:collect()
    assert.same({ "locked", 7, "55P03" }, { err.code, err.exit, err.sqlstate })
    assert.matches("another runner", err.message)
    assert.is_false((behind:answer()))
    db:rollback()
    other:rollback()
    other:close()
    assert(db:begin(false, nil, "version"))
    assert(db:prove())
    -- others may read meanwhile
    assert.equal("0", database:sql "SELECT count(*) FROM version")
    assert(db:commit())
  end)

  it("quotes the names of the fence", function()
    database:sql [[DROP SCHEMA IF EXISTS "a""b" CASCADE; CREATE SCHEMA "a""b";
      CREATE TABLE "a""b"."x;y"(id int)]]
    assert(db:begin(false, 'a"b', "x;y"))
    assert(db:prove())
    db:rollback()
    database:sql [[DROP SCHEMA "a""b" CASCADE]]
  end)

  it("says that a table lock is busy, not another runner", function()
    local session = database:session()
    session:sql "BEGIN; LOCK TABLE t"
    assert(db:begin(false, nil, "version", 0.05))
    local _, err = db:execute "ALTER TABLE t ADD COLUMN b int"
    assert.same({ "busy", "55P03" }, { err.code, err.sqlstate })
    session:close()
  end)

  it("takes the timeouts of a revision", function()
    assert(db:begin(false, nil, nil, 3, 4.5))
    assert.equal("3s", (db:one "SHOW lock_timeout"))
    assert.equal("4500ms", (db:one "SHOW statement_timeout"))
    db:rollback()
    assert(db:begin(false, nil, nil, -1, 0.1))
    local _, err = db:execute "SELECT pg_sleep(5)"
    assert.equal("57014", err.sqlstate)
    db:rollback()
    assert(db:begin())
    assert.equal("0", (db:one "SHOW statement_timeout"))
  end)

  describe("prove", function()
    -- what gets past the guard, or when there is none
    for _, sql in ipairs { "COMMIT", "ROLLBACK", "COMMIT AND CHAIN", "ROLLBACK AND CHAIN" } do
      it("notices " .. sql, function()
        assert(db:begin())
        assert(db:queue "INSERT INTO t VALUES (1, 'a')")
        assert(db:queue(sql))
        local ok, err = db:prove()
        assert.is_nil(ok)
        assert.equal("failed", err.code)
        assert.matches("ended the transaction", err.message)
        db:rollback()
        assert.is_false(db:in_transaction())
      end)
    end

    it("notices that the runner's lock was released", function()
      assert(db:lock "version")
      assert(db:begin())
      assert(db:guard(true))
      assert(db:execute "SELECT 1")
      assert(db:prove())
      assert(db:execute "SELECT pg_advisory_unlock_all()")
      local _, err = db:prove()
      assert.equal("failed", err.code)
      assert.matches("released the runner's lock", err.message)
      db:rollback()
    end)

    it("returns the error of a queued statement", function()
      assert(db:begin())
      assert(db:queue "SELECT nope")
      local _, err = db:prove()
      assert.equal("42703", err.sqlstate)
    end)
  end)

  describe("commit", function()
    it("fails with a deferred constraint", function()
      assert(db:begin())
      assert(db:queue "INSERT INTO child VALUES (7)")
      assert(db:prove())
      local ok, err = db:commit()
      assert.is_nil(ok)
      assert.same({ "23503", "failed", "child_id_fkey" },
        { err.sqlstate, err.code, err.constraint })
      assert.is_false(db:in_transaction())
      assert(db:begin())
      assert.equal(0, (db:one "SELECT count(*) FROM child"))
    end)

    for _, when in ipairs { "before", "sent", "answered" } do
      it("says that its outcome is unknown, and finds it out: cut " .. when, function()
        local proxy = postgres.proxy(database, { ["do"] = when, text = "COMMIT" })
        local far = assert(core.open(proxy.url, { lock_timeout = 10 }))
        assert(far:lock "version")
        assert(far:begin())
        assert(far:queue "INSERT INTO t VALUES (1, 'a')")
        assert(far:prove())
        local ok, err = far:commit()
        if when == "answered" and ok then -- it may have come before the end
          far:close()
          proxy:stop()
          return
        end
        assert.same({ "unknown_commit", 12 }, { err.code, err.exit })
        assert.is_false(far:in_transaction())
        assert.equal(when == "before" and "aborted" or "committed", assert(far:resolve()))
        assert.equal(when == "before" and "0" or "1", count())
        -- it goes on, with the runner's lock
        assert(far:begin())
        assert(far:execute "INSERT INTO t VALUES (2, 'b')")
        assert(far:prove())
        assert(far:commit())
        assert.equal("1", database:sql [[SELECT count(*) FROM pg_locks
          WHERE locktype = 'advisory' AND database =
          (SELECT oid FROM pg_database WHERE datname = current_database())]])
        far:close()
        proxy:stop()
      end)
    end

    it("says so when nothing can be found out", function()
      local proxy = postgres.proxy(database, { ["do"] = "sent", text = "COMMIT", refuse = true })
      local far = assert(core.open(proxy.url))
      assert(far:begin())
      assert(far:prove())
      local _, err = far:commit()
      assert.equal("unknown_commit", err.code)
      far:signal(2) -- nobody waits for 30 s
      local ok, unresolved = far:resolve()
      assert.is_nil(ok)
      assert.same({ "unknown_commit", 12 }, { unresolved.code, unresolved.exit })
      assert.matches("next run", unresolved.state)
      far:close()
      proxy:stop()
    end)

    it("knows the outcome when the connection was lost before", function()
      assert(db:begin())
      assert(db:prove())
      database:sql [[SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()]]
      local _, err = db:execute "SELECT 1"
      assert.equal("connection", err.code)
      local _, again = db:commit()
      assert.equal("connection", again.code)
    end)
  end)

  describe("savepoints", function()
    it("nest", function()
      assert(db:begin())
      assert(db:queue "INSERT INTO t VALUES (1, 'a')")
      assert(db:savepoint())
      assert(db:queue "INSERT INTO t VALUES (2, 'a')")
      assert(db:savepoint())
      assert(db:queue "INSERT INTO t VALUES (3, 'a')")
      assert(db:undo())
      assert(db:release())
      assert(db:savepoint())
      assert(db:queue "INSERT INTO t VALUES (1, 'again')")
      local _, err = db:collect()
      assert.equal("23505", err.sqlstate)
      local _, again = db:execute "SELECT 1"
      assert.equal("23505", again.sqlstate)
      assert(db:undo())
      assert(db:prove())
      assert(db:commit())
      assert.equal("1,2", database:sql "SELECT string_agg(id::text, ',' ORDER BY id) FROM t")
    end)

    it("undo what is still queued", function()
      assert(db:begin())
      assert(db:savepoint())
      assert(db:queue "INSERT INTO t VALUES (1, 'a')")
      assert(db:queue "SELECT nope")
      assert(db:queue "INSERT INTO t VALUES (2, 'a')")
      assert(db:undo())
      assert(db:prove())
      assert(db:commit())
      assert.equal("0", count())
    end)

    it("are known when there is none", function()
      local _, err = db:savepoint()
      assert.equal("internal", err.code)
      assert(db:begin())
      for _, call in ipairs { "release", "undo" } do
        local _, none = db[call](db)
        assert.equal("internal", none.code)
      end
    end)

    it("fail in a transaction that has failed", function()
      assert(db:begin())
      assert.is_nil((db:execute "SELECT nope"))
      local _, err = db:savepoint()
      assert.equal("42703", err.sqlstate)
    end)

    it("put the lock timeout back", function()
      local other = assert(core.open(database.url,
        { ddl_lock_timeout = 2, data_lock_timeout = 60 }))
      assert(other:begin())
      assert(other:savepoint())
      assert(other:execute "INSERT INTO t VALUES (1, 'a')")
      assert(other:undo())
      local function timeout()
        local show = assert(other:queue("SHOW lock_timeout", nil, { own = true }))
        assert(other:collect())
        return (select(3, show:answer()))
      end
      assert(other:execute "INSERT INTO t VALUES (1, 'a')")
      assert.equal("1min", timeout())
      assert(other:execute "CREATE INDEX i ON t(a)")
      assert.equal("2s", timeout())
      other:close()
    end)
  end)

  describe("rollback", function()
    it("ends a statement that runs", function()
      assert(db:begin())
      assert(db:queue "SELECT pg_sleep(30)")
      local began = os.time()
      db:rollback()
      assert.is_true(os.time() - began <= 2)
      assert(db:begin())
      assert.equal(1, (db:one "SELECT 1"))
    end)

    it("ends within a second of a signal, though nobody answers", function()
      local proxy = postgres.proxy(database)
      local far = assert(core.open(proxy.url))
      assert(far:begin())
      assert(far:execute "INSERT INTO t VALUES (1, 'a')")
      proxy:tell "hole"
      far:signal(2)
      local began = os.time()
      local _, err = far:execute "SELECT 1"
      assert.equal("signal", err.code)
      far:rollback()
      assert.is_true(os.time() - began <= 2)
      assert.is_false(far:in_transaction())
      far:close()
      proxy:stop()
    end)

    it("closes cursors and empties the queue", function()
      assert(db:begin())
      local cursor = assert(db:rows "SELECT i FROM generate_series(1, 5000) AS i")
      for i = 1, 50 do assert(db:queue("INSERT INTO t VALUES ($1, 'a')", { i })) end
      db:rollback()
      assert.is_nil((cursor:next()))
      assert(db:begin())
      assert.equal(0, (db:one "SELECT count(*) FROM t"))
    end)
  end)

  it("shows its own statements in the trace", function()
    local trace = {}
    local other = assert(core.open(database.url, { trace = trace }))
    assert(other:begin(false, nil, "version", 3))
    assert(other:execute "SELECT 1")
    assert(other:savepoint())
    assert(other:undo())
    assert(other:prove())
    assert(other:commit())
    assert(other:begin())
    other:rollback()
    assert.same({ "BEGIN", "SELECT 1", "SAVEPOINT luamigrate_1",
      "ROLLBACK TO luamigrate_1", "RELEASE luamigrate_1", "COMMIT",
      "BEGIN", "ROLLBACK" }, trace)
    other:close()
  end)
end)
