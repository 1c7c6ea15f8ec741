-- Statements that cannot run in a transaction: journaled before and after, and the catalog says
-- what became of one that was cut short (G9, F22).
local drivers = require "spec.support.drivers"

local HEAD = [[
revision = "%s"
down_revision = %s
%s
function upgrade()
  local db = op.get_bind()
%s
end
function downgrade() end
]]

local function text_of(id, parent, header, body)
  return HEAD:format(id, parent and ('"%s"'):format(parent) or "nil", header, body)
end

describe("a statement that cannot run in a transaction", function()
  local project

  local function write(body, header)
    project:write("migrations/r1.lua", text_of("r1", nil, header or "transaction = false", body))
  end

  local function run(status, ...)
    local words = { ... }
    if #words == 0 then words = { "upgrade" } end
    local result = project:run(table.unpack(words))
    assert.are.equal(status, result.code, result.err)
    return result.err
  end

  local function has(text, wanted)
    assert.is_truthy(text:find(wanted, 1, true), ("no %q in:\n%s"):format(wanted, text))
  end

  local function states()
    return project:sql "SELECT step || ' ' || state FROM luamigrate_progress ORDER BY id"
  end

  after_each(function()
    project:remove()
  end)

  drivers.each(function(driver)
    before_each(function()
      project = driver.project()
    end)

    it("runs alone, once", function()
      write [[
  op.execute "CREATE TABLE t (id INTEGER)"
  op.execute "VACUUM"
  op.autocommit_block(function()
    op.execute "VACUUM"
    op.execute "INSERT INTO t VALUES (1)"
  end)
  error "stop"]]
      run(11)
      assert.are.equal("op.execute CREATE TABLE t (id INTEGER) done\nop.execute VACUUM done\n"
        .. "op.execute VACUUM done\nop.execute INSERT INTO t VALUES (1) done", states())
      write [[
  op.execute "CREATE TABLE t (id INTEGER)"
  op.execute "VACUUM"
  op.autocommit_block(function()
    op.execute "INSERT INTO t VALUES (1)"
  end)]]
      run(0)
      assert.are.equal("1", project:sql "SELECT count(*) FROM t")
    end)

    it("is refused at its line with the way out in a revision of one transaction", function()
      for _, body in ipairs {
        'op.execute "VACUUM"',
        'op.step("x", function() op.execute "VACUUM" end)',
        'op.autocommit_block(function() end)',
      } do
        write(body, "")
        local err = run(5)
        has(err, "cannot run inside a transaction")
        has(err, "r1.lua:6")
        has(err, "put `transaction = false` into the header")
      end
    end)

    it("is refused inside of op.step", function()
      write [[op.step("x", function() op.execute "VACUUM" end)]]
      local err = run(11)
      has(err, "cannot run inside a transaction")
      has(err, "call it outside of op.step")
      write [[op.step("x", function() op.autocommit_block(function() end) end)]]
      has(run(11), "call it outside of op.step")
      write [[op.execute "SELECT 1; VACUUM"]]
      has(run(11), "needs a call of its own")
    end)

    it("is run again when it failed without leaving anything", function()
      write [[
  op.execute "CREATE TABLE t (id INTEGER)"
  op.execute "VACUUM nix"]]
      run(11)
      assert.are.equal("op.execute CREATE TABLE t (id INTEGER) done", states())
    end)
  end)

  describe("on postgresql", function()
    local TABLE = [[
  op.create_table("t", { { "id", types.integer, primary_key = true }, { "n", types.integer } })
  op.bulk_insert("t", { { id = 1, n = 1 }, { id = 2, n = 1 } })
]]
    local INDEX = 'op.create_index("ix_t", "t", { "n" }, '
      .. '{ unique = true, postgresql_concurrently = true%s })'
    local VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('ix_t')"

    before_each(function()
      project = drivers.postgresql.project()
    end)

    it("refuses postgresql_concurrently in one transaction, at its line", function()
      for body, line in pairs {
        [INDEX:format ""] = "r1.lua:6",
        ['op.drop_index("ix", { postgresql_concurrently = true })'] = "r1.lua:6",
        ['op.execute "CREATE INDEX CONCURRENTLY ix ON t (n)"'] = "r1.lua:6",
      } do
        write(body, "")
        local err = run(5)
        has(err, "cannot run inside a transaction")
        has(err, line)
        has(err, "put `transaction = false` into the header")
      end
    end)

    it("builds an index that failed again, and never takes an invalid one", function()
      for _, index in ipairs {
        INDEX:format "", INDEX:format ", if_not_exists = true",
        'op.execute "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ix_t ON public.t (n)"',
      } do
        write(TABLE .. index)
        has(run(11), "is duplicated")
        assert.are.equal("f", project:sql(VALID))
        has(states(), "started")
        has(run(11), "it is dropped and built again")
        assert.are.equal("f", project:sql(VALID))
        project:sql "UPDATE t SET n = id"
        has(run(0), "DROP INDEX CONCURRENTLY public.ix_t")
        assert.are.equal("t", project:sql(VALID))
        assert.are.equal("2", project:sql "SELECT count(*) FROM t")
        project:sql "DROP TABLE t; DELETE FROM luamigrate_version"
      end
    end)

    it("takes no invalid index of others for the wanted one", function()
      project:sql "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1), (1)"
      project.database:try "CREATE UNIQUE INDEX CONCURRENTLY ix_t ON t (n)"
      assert.are.equal("f", project:sql(VALID))
      project:sql "DELETE FROM t"
      write(INDEX:format ", if_not_exists = true")
      run(0)
      assert.are.equal("t", project:sql(VALID))
    end)

    -- A build that failed, and the step as it was edited then; what is said of it.
    local edited = {
      { "with other columns under the same name", 'op.create_index("ix_t", "t", { "id", "n" }, '
        .. "{ unique = true, postgresql_concurrently = true })" },
      { "as SQL", 'op.execute "CREATE INDEX CONCURRENTLY ix_t ON t (n)"' },
      { "under another name", 'op.create_index("ix_u", "t", { "n" }, '
        .. "{ postgresql_concurrently = true })", "ix_u" },
      { "and gone", "", "" },
    }
    for _, case in ipairs(edited) do
      it("leaves no invalid index when its step was edited: " .. case[1], function()
        write(TABLE .. INDEX:format "")
        local err = run(11)
        has(err, "it has left an invalid index: mend what the message says, and the next "
          .. "`luamigrate upgrade` drops it")
        assert.are.equal("f", project:sql(VALID))
        write(TABLE .. "\n" .. case[2])
        err = run(0)
        has(err, "the step op.create_index ix_t, which is in the script no more, has left an "
          .. "invalid index: it is dropped (DROP INDEX CONCURRENTLY public.ix_t)")
        assert.are.equal((case[3] or "ix_t") .. (case[3] == "" and "" or " true"), project:sql [[
          SELECT indexrelid::regclass::text || ' ' || indisvalid FROM pg_index
          WHERE indrelid = 't'::regclass AND NOT indisprimary]])
      end)
    end

    it("finds what it has left also where the search path was another one", function()
      project:sql "CREATE SCHEMA aside"
      write('op.execute "SET search_path = aside"\n' .. TABLE .. INDEX:format "")
      run(11)
      write('op.execute "SET search_path = aside"\n' .. TABLE
        .. 'op.execute "SET search_path = public"')
      has(run(0), "DROP INDEX CONCURRENTLY aside.ix_t")
      assert.are.equal("", project:sql
        "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid")
    end)

    it("keeps away from an invalid index of others, and says how to go on", function()
      project:sql "CREATE TABLE t (id INTEGER, n INTEGER); INSERT INTO t VALUES (1, 1), (2, 1)"
      project.database:try "CREATE UNIQUE INDEX CONCURRENTLY ix_t ON t (n)"
      local before = project:sql "SELECT 'ix_t'::regclass::oid"
      write(INDEX:format "")
      local err = run(11)
      has(err, "already exists")
      has(err, "an invalid index has the name")
      has(err, "remove it with `DROP INDEX CONCURRENTLY public.ix_t`")
      assert.are.equal(before, project:sql "SELECT 'ix_t'::regclass::oid")
      project:sql "DROP INDEX CONCURRENTLY ix_t; UPDATE t SET n = id"
      run(0)
    end)

    it("tells of a begun statement that is in the script no more", function()
      write [[
  op.autocommit_block(function()
    op.execute "DO $$ BEGIN COMMIT; PERFORM 1 / (SELECT 0); END $$"
  end)]]
      run(11)
      write ""
      has(run(0), "the step op.execute DO $$ BEGIN COMMIT; PERFORM 1 / (SELECT 0); END $$ was "
        .. "begun by an earlier run and is in the script no more")
    end)

    it("finds an index that was built by a run that was killed", function()
      write(TABLE .. 'op.execute "UPDATE t SET n = id"\n' .. INDEX:format "")
      run(0)
      project:sql [[DELETE FROM luamigrate_version; DROP INDEX ix_t]]
      -- as it is when the client dies behind CREATE INDEX: begun, and there
      write(TABLE .. 'op.execute "UPDATE t SET n = id"\n' .. INDEX:format "" .. '\nerror "stop"')
      project:sql "DROP TABLE t"
      run(11)
      project:sql "UPDATE luamigrate_progress SET state = 'started' WHERE step LIKE '%ix_t'"
      local before = project:sql "SELECT to_regclass('ix_t')::oid"
      run(11)
      assert.are.equal(before, project:sql "SELECT to_regclass('ix_t')::oid")
      has(states(), "op.create_index ix_t done")
      -- begun, and not there
      project:sql "UPDATE luamigrate_progress SET state = 'started' WHERE step LIKE '%ix_t'"
      project:sql "DROP INDEX ix_t"
      run(11)
      assert.are.equal("t", project:sql(VALID))
    end)

    it("drops an index once, also when it was begun before", function()
      write(TABLE .. [[
  op.create_index("ix_t", "t", { "n" })
  op.drop_index("ix_t", { postgresql_concurrently = true })
  error "stop"]])
      run(11)
      assert.are.equal("", project:sql(VALID))
      project:sql "UPDATE luamigrate_progress SET state = 'started' WHERE step LIKE '%drop%'"
      run(11)
      project:sql "UPDATE luamigrate_progress SET state = 'started' WHERE step LIKE '%drop%'"
      project:sql "CREATE INDEX ix_t ON t (n)"
      run(11)
      assert.are.equal("", project:sql(VALID))
    end)

    it("names the step when nothing tells what became of it; accept goes on", function()
      local body = TABLE .. [[
  op.autocommit_block(function()
    op.execute "DO $$ BEGIN INSERT INTO t VALUES (3, 3); COMMIT; PERFORM 1 / (SELECT 0); END $$"
  end)]]
      write(body)
      run(11)
      assert.are.equal("3", project:sql "SELECT count(*) FROM t")
      local err = run(11)
      has(err, "nothing tells whether it was carried out")
      has(err, "luamigrate accept r1")
      assert.are.equal("3", project:sql "SELECT count(*) FROM t")
      assert.are.equal("accepted r1\n", project:run("accept", "r1").out)
      run(0)
      assert.are.equal("3", project:sql "SELECT count(*) FROM t")
    end)

    -- Starts `upgrade` while a transaction of another session holds it up at the index; returns
    -- that session once the program waits for it.
    local function start_blocked()
      write(TABLE .. 'op.execute "UPDATE t SET n = id"\nerror "stop"')
      run(11)
      write(TABLE .. 'op.execute "UPDATE t SET n = id"\n' .. INDEX:format "")
      local session = project.database:session()
      session:sql "BEGIN; UPDATE t SET n = n WHERE id = 1; SELECT pg_sleep(0.6)"
      project:shell [[sh -c 'sh -c "echo \$\$ >pid; exec \"$L\" upgrade" >out 2>&1;
        echo $? >code' >/dev/null 2>&1 &]]
      local waiting = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE "
        .. "'CREATE UNIQUE INDEX CONCURRENTLY%' AND datname = current_database() "
        .. "AND state = 'active' AND wait_event_type = 'Lock'"
      repeat
        if project:sql(waiting) == "1" then
          return session
        end
      until project:exists "code"
      error(project:read "out")
    end

    local function code()
      project:shell "until [ -s code ]; do sleep 0.02; done"
      return tonumber(project:read "code")
    end

    it("waits for older transactions while it builds, whatever lock_timeout says", function()
      project:write("luamigrate.lua",
        ("return { url = %q, ddl_lock_timeout = 0.1 }\n"):format(project.url))
      local session = start_blocked()
      assert.are.equal("0.3", session:sql "SELECT 0.3 FROM pg_sleep(0.3)")
      local pid = session:sql "SELECT pg_backend_pid()"
      session:sql "COMMIT"
      session:close()
      assert.are.equal(0, code(), project:read "out")
      has(project:read "out", "op.create_index ix_t waits for the end of older transactions: pid "
        .. pid .. " (psql), idle in transaction")
      assert.are.equal("t", project:sql(VALID))
    end)

    it("survives kill -9 while it builds: the next run has a valid index", function()
      local session = start_blocked()
      project:shell "kill -9 $(cat pid)"
      assert.are.equal(137, code())
      project:sql [[SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE 'CREATE UNIQUE INDEX CONC%']]
      session:close()
      has(states(), "op.create_index ix_t started")
      assert.are.equal("f", project:sql(VALID))
      has(run(0), "it is dropped and built again")
      assert.are.equal("t", project:sql(VALID))
    end)

    it("ends with 10 when a signal comes while it builds, and builds it again", function()
      local session = start_blocked()
      project:shell "kill -INT $(cat pid)"
      assert.are.equal(10, code(), project:read "out")
      session:close()
      has(states(), "op.create_index ix_t started")
      run(0)
      assert.are.equal("t", project:sql(VALID))
    end)

    it("deadlocks with none of eight runners that wait", function()
      write(TABLE .. 'op.execute "UPDATE t SET n = id"\n' .. INDEX:format "")
      local result = project:shell [[
        for i in 1 2 3 4 5 6 7 8; do "$L" -q upgrade 2>err$i & pids="$pids $!"; done
        for pid in $pids; do wait $pid || exit $?; done]]
      local errors = ""
      for i = 1, 8 do errors = errors .. project:read("err" .. i) end
      assert.are.equal(0, result.code, errors)
      assert.are.equal("", errors)
      assert.are.equal("t", project:sql(VALID))
      assert.are.equal("1", project:sql "SELECT count(*) FROM luamigrate_history")
    end)
  end)
end)
