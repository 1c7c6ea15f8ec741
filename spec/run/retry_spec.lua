-- When a transaction on PostgreSQL is tried again: a table lock that another session holds, the
-- fence, conflicts of transactions (G5, G12).
local core = require "luamigrate.core"
local cli = require "spec.support.cli"
local postgres = require "spec.support.postgres"

describe("a revision on PostgreSQL", function()
  local db, session

  before_each(function()
    db = postgres.database()
    db:sql "CREATE TABLE t (id integer)"
    session = db:session()
  end)

  after_each(function()
    session:close()
    db:drop()
  end)

  local function upgrade(sql, options)
    options = options or {}
    options.revisions = { { id = "r1", sql = sql, lock_timeout = options.header } }
    options.ddl_lock_timeout = options.ddl_lock_timeout or 0.1
    return core.run.upgrade(db.url, options)
  end

  local function hold(mode)
    local text = session:sql(("BEGIN; SELECT 'pid ' || pg_backend_pid(); LOCK TABLE t IN %s MODE")
      :format(mode or "ACCESS EXCLUSIVE"))
    return assert(text:match "pid %d+", text)
  end

  local ALTER = "ALTER TABLE t ADD COLUMN n integer"

  it("that does not get a table lock is tried again, and who holds it is named", function()
    local pid, texts = hold(), {}
    local count, err = upgrade(ALTER, { event = function(text)
      texts[#texts + 1] = text
      session:sql "COMMIT"
    end })
    assert.equal(1, count, err and err.message)
    assert.equal(1, #texts)
    assert.truthy(texts[1]:find("r1: a table lock was not had", 1, true), texts[1])
    assert.truthy(texts[1]:find(pid, 1, true), texts[1])
    assert.equal("r1", db:sql "SELECT * FROM luamigrate_version")
    assert.equal("1", db:sql "SELECT count(*) FROM luamigrate_history")
  end)

  it("is given up after its time, with 8 and the sessions in the way", function()
    local pid, texts = hold(), 0
    local count, err = upgrade(ALTER, { retry_for = 1, event = function() texts = texts + 1 end })
    assert.is_nil(count)
    assert.same({ "busy", 8, "55P03" }, { err.code, err.exit, err.sqlstate })
    assert.truthy(err.message:find(pid, 1, true), err.message)
    assert.equal("rolled back; the database is at base", err.state)
    assert.equal("r1", err.revision)
    assert.truthy(texts >= 1)
    session:sql "COMMIT"
    assert.equal("t", db:sql [[SELECT relname FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r']])
  end)

  it("that had done much work before it met the lock is given up at once", function()
    local texts = 0
    hold()
    local count, err = upgrade("DO $$ BEGIN PERFORM pg_sleep(0.3); " .. ALTER .. "; END $$",
      { retry_for = 1, event = function() texts = texts + 1 end })
    assert.is_nil(count)
    assert.same({ "busy", 8, 0 }, { err.code, err.exit, texts })
  end)

  it("is tried again as a whole run too", function()
    hold()
    assert.equal(1, upgrade(ALTER, { whole = true, event = function() session:sql "COMMIT" end }))
    assert.equal("r1", db:sql "SELECT * FROM luamigrate_version")
  end)

  it("waits for locks as long as its header says", function()
    local check = [[DO $$ BEGIN IF current_setting('lock_timeout') <> '3210ms' THEN
      RAISE EXCEPTION 'lock_timeout is %', current_setting('lock_timeout'); END IF; END $$]]
    local _, err = upgrade(check, { header = 3.21 })
    assert.is_nil(err, err and err.message)
  end)

  it("waits for the fence, and goes on when it is free", function()
    assert.equal(1, upgrade "SELECT 1")
    session:sql "BEGIN; LOCK TABLE luamigrate_version IN ROW EXCLUSIVE MODE"
    session:post "SELECT pg_sleep(0.3); COMMIT"
    local _, err = core.run.upgrade(db.url, { revisions = { { id = "r1", sql = "" },
      { id = "r2", sql = ALTER } } })
    assert.is_nil(err, err and err.message)
    assert.equal("r2", db:sql "SELECT * FROM luamigrate_version")
  end)

  for what, second in pairs { ["fails"] = ALTER, ["does nothing"] = "SELECT 1" } do
    it("is planned again when the rows moved behind the lock, its script " .. what, function()
      assert.equal(1, upgrade "SELECT 1")
      session:sql "BEGIN; LOCK TABLE luamigrate_version IN ROW EXCLUSIVE MODE"
      session:sql("UPDATE luamigrate_version SET version_num = 'r2';" .. ALTER)
      session:post "SELECT pg_sleep(0.3); COMMIT"
      local count, err = core.run.upgrade(db.url, { revisions = { { id = "r1", sql = "" },
        { id = "r2", sql = second }, { id = "r3", sql = "CREATE TABLE u (id integer)" } } })
      assert.equal(1, count, err and err.message)
      assert.equal("r3", db:sql "SELECT * FROM luamigrate_version")
      assert.equal("r1\nr3", db:sql "SELECT revision FROM luamigrate_history ORDER BY id")
    end)
  end

  it("gives up with 7 when the fence is not free in lock_timeout", function()
    assert.equal(1, upgrade "SELECT 1")
    local pid = session:sql [[BEGIN; SELECT 'pid ' || pg_backend_pid();
      LOCK TABLE luamigrate_version IN ROW EXCLUSIVE MODE]]
    local count, err = core.run.upgrade(db.url, { lock_timeout = 0.4,
      revisions = { { id = "r1", sql = "" }, { id = "r2", sql = ALTER } } })
    assert.is_nil(count)
    assert.same({ "locked", 7 }, { err.code, err.exit })
    assert.truthy(err.message:find("luamigrate_version", 1, true), err.message)
    assert.truthy(err.message:find(pid, 1, true), err.message)
    assert.equal("nothing was changed; the database is at r1", err.state)
  end)

  local function conflict(sqlstate, times)
    db:sql "CREATE SEQUENCE s"
    return ([[DO $$ BEGIN IF nextval('s') <= %d THEN RAISE EXCEPTION 'conflict'
      USING ERRCODE = '%s'; END IF; END $$]]):format(times, sqlstate)
  end

  for _, sqlstate in ipairs { "40001", "40P01" } do
    it("that ends with " .. sqlstate .. " is tried again three times", function()
      assert.equal(1, upgrade(conflict(sqlstate, 3)))
      assert.equal("4", db:sql "SELECT last_value FROM s")
    end)
  end

  it("that always meets a conflict is given up with 8", function()
    local count, err = upgrade(conflict("40001", 100))
    assert.is_nil(count)
    assert.same({ "busy", 8, "40001" }, { err.code, err.exit, err.sqlstate })
    assert.equal("rolled back; the database is at base", err.state)
    assert.equal("4", db:sql "SELECT last_value FROM s")
  end)

  it("is tried again while another runner makes the tables, or the type of their rows", function()
    db:sql "CREATE DOMAIN luamigrate_version AS text"
    session:post "SELECT pg_sleep(0.2); DROP DOMAIN luamigrate_version"
    local count, err = upgrade "SELECT 1"
    assert.equal(1, count, err and err.message)
    db:sql "DROP TABLE luamigrate_version, luamigrate_history"
    db:sql "CREATE DOMAIN luamigrate_history AS text"
    count, err = upgrade "SELECT 1"
    assert.is_nil(count)
    assert.equal("failed", err.code)
    assert.equal("42710", err.sqlstate)
  end)

  it("that fails otherwise is not tried again", function()
    local count, err = upgrade(conflict("22012", 1))
    assert.is_nil(count)
    assert.same({ "failed", 5 }, { err.code, err.exit })
    assert.equal("1", db:sql "SELECT last_value FROM s")
  end)

  it("ends with a signal while it waits to be tried again", function()
    local project = cli.project { database = db, revisions = { { id = "r1",
      header = "lock_timeout = 0.1", upgrade = ('op.execute "%s"'):format(ALTER) } } }
    hold()
    project:shell [["$L" upgrade >out 2>err & pid=$!
      n=0; until grep -q "table lock was not had" err || [ $n = 200 ]; do
        sleep 0.05; n=$((n + 1)); done
      kill -INT $pid; wait $pid; echo $? >status]]
    assert.equal("130\n", project:read "status", project:read "err")
    assert.truthy(project:read "err":find("rolled back", 1, true), project:read "err")
    session:sql "COMMIT"
    assert.equal("t", db:sql [[SELECT relname FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r']])
    os.execute("rm -rf " .. cli.quote(project.dir) .. " " .. cli.quote(project.scratch))
  end)
end)
