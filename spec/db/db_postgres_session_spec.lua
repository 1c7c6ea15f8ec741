-- Proves what a session is set to, that a script's own settings win and are gone after its
-- revision, and what is said of a server that cannot be written to.
local drivers = require "spec.support.drivers"
local postgres = require "spec.support.postgres"

local function has(text, part)
  assert.truthy(text:find(part, 1, true), text)
end

describe("db_postgres_session", function()
  local project

  local function start(revisions, config, url)
    project = drivers.postgresql.project {}
    project:write("luamigrate.lua", ("return { url = %q%s }\n"):format(url and url(project.url)
      or project.url, config or ""))
    for i, fields in ipairs(revisions) do
      fields.id, fields.down = tostring(i), i > 1 and tostring(i - 1) or nil
      project:write("migrations/" .. i .. ".lua", require "spec.support.cli".revision(fields))
    end
  end

  local function upgrade(code)
    local result = project:run "upgrade"
    assert.equal(code or 0, result.code, result.err)
    return result.err
  end

  after_each(function()
    project:remove()
  end)

  local SHOW = [[
  for _, name in ipairs { "lock_timeout", "statement_timeout", "client_encoding", "DateStyle",
    "search_path", "application_name", "role" } do
    print(name .. "=" .. tostring(op.get_bind():scalar("SHOW " .. name)))
  end]]

  it("has limits, an encoding and a name", function()
    start({ { upgrade = SHOW } }, ", ddl_lock_timeout = 3.5, statement_timeout = 61", function(url)
      return url .. "?client_encoding=LATIN1"
    end)
    local text = upgrade()
    has(text, "lock_timeout=3500ms\n")
    has(text, "statement_timeout=61s\n")
    has(text, "client_encoding=UTF8\n")
    has(text, "application_name=luamigrate\n")
    has(text, "DateStyle=ISO, MDY\n")
    has(text, "role=none\n")
  end)

  it("is looked after by the server", function()
    if postgres.older(14) then
      return pending(postgres.older(14))
    end
    start { { upgrade = 'print(op.get_bind():scalar "SHOW client_connection_check_interval")' } }
    has(upgrade(), "1s\n")
  end)

  it("waits longer for rows than for tables", function()
    start({ { upgrade = [[
      local db = op.get_bind()
      op.execute("CREATE TABLE t (id INT)")
      print("ddl " .. db:scalar "SHOW lock_timeout")
      db:execute("INSERT INTO t VALUES (1)")
      print("data " .. db:scalar "SHOW lock_timeout")
      op.execute("ALTER TABLE t ADD a INT")
      print("again " .. db:scalar "SHOW lock_timeout")
      op.execute("SET lock_timeout = '7s'")
      db:execute("INSERT INTO t VALUES (2)")
      print("own " .. db:scalar "SHOW lock_timeout")]] },
      { header = "lock_timeout = 9\nstatement_timeout = 11", upgrade = [[
      local db = op.get_bind()
      db:execute("INSERT INTO t VALUES (1)")
      print("header " .. db:scalar "SHOW lock_timeout" .. " " .. db:scalar "SHOW statement_timeout")
      ]] }, { upgrade = SHOW } })
    local text = upgrade()
    has(text, "ddl 2s\n")
    has(text, "data 1min\n")
    has(text, "again 2s\n")
    has(text, "own 7s\n")
    has(text, "header 9s 11s\n")
    has(text, "\nlock_timeout=2s\nstatement_timeout=0\n")
  end)

  it("is as it was after a revision that changed it", function()
    start({ { upgrade = [[
      op.execute("CREATE SCHEMA aside")
      op.execute("SET search_path = aside")
      op.execute("SET statement_timeout = '5s'")
      op.execute("SET DateStyle = German")
      op.execute("CREATE TEMP TABLE luamigrate_version (version_num TEXT)")
      op.execute("CREATE TEMP TABLE scratch (a INT)")
      op.execute("CREATE ROLE spec_session_role")
      op.execute("SET ROLE spec_session_role")]] },
      { upgrade = SHOW .. '\nprint("scratch", op.get_bind():scalar '
          .. [["SELECT to_regclass('scratch')::text")
      op.execute("CREATE TABLE here (a INT)")
      op.execute("DROP ROLE spec_session_role")]] } })
    local text = upgrade()
    has(text, "search_path=\"$user\", public\n")
    has(text, "statement_timeout=0\n")
    has(text, "DateStyle=ISO, MDY\n")
    has(text, "role=none\n")
    assert.falsy(text:find "scratch\tscratch")
    assert.equal("public.here", project:sql "SELECT to_regclass('public.here')::text"
      :gsub("^here$", "public.here"))
    assert.equal("2", project:sql "SELECT * FROM public.luamigrate_version")
  end)

  it("has no statement that a revision has prepared after it", function()
    local make = [[
      local db = op.get_bind()
      op.execute 'PREPARE mine AS SELECT 41'
      op.execute 'PREPARE "Two words" (int) AS SELECT $1'
      op.execute "DO $$ BEGIN EXECUTE 'PREPARE third AS SELECT 3'; END $$"
      op.execute "CREATE TABLE IF NOT EXISTS p (id int)"
      for i = 1, 3 do db:execute("INSERT INTO p VALUES (:i)", { i = i }) end
      print("mine", db:scalar "EXECUTE mine")]]
    local look = [[
      local db = op.get_bind()
      print("left", db:scalar "SELECT count(*) FROM pg_prepared_statements WHERE from_sql")
      for i = 1, 3 do db:execute("INSERT INTO p VALUES (:i)", { i = i }) end]]
    local called = [[
      op.execute "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS \z
        $$ BEGIN EXECUTE 'prepare fourth AS SELECT 4'; RETURN 5; END $$"
      print("called", op.get_bind():scalar "SELECT f()")]]
    for _, mode in ipairs { "revision", "run" } do
      start { { upgrade = make }, { upgrade = look }, { upgrade = make }, { upgrade = called },
        { upgrade = look } }
      local result = project:run("upgrade", "--transaction", mode)
      assert.equal(0, result.code, result.err)
      assert.equal(2, select(2, result.err:gsub("left\t0\n", "")), result.err)
      assert.equal("12", project:sql "SELECT count(*) FROM p")
      if mode == "revision" then project:remove() end
    end
  end)

  it("has none of a revision of steps or one that failed, either", function()
    start({ { header = "transaction = false", upgrade = [[
        op.step("make", function() op.execute "PREPARE mine AS SELECT 1" end)
        op.step("use", function() print("later", op.get_bind():scalar "EXECUTE mine") end)]] },
      { upgrade = [[op.execute "PREPARE mine AS SELECT 2"
        op.execute "LOCK TABLE a IN ACCESS SHARE MODE"]] } },
      ", ddl_lock_timeout = 0.1")
    project:sql "CREATE TABLE a (id int)"
    local session = project.database:session()
    session:sql "BEGIN; LOCK TABLE a"
    -- tried again when it has met the lock, in the same session
    project:shell [[sh -c '"$L" upgrade >out 2>err; echo $? >code' &
      until grep -q "table lock was not had" err || [ -s code ]; do sleep 0.05; done]]
    session:sql "COMMIT"
    session:close()
    project:shell "until [ -s code ]; do sleep 0.05; done"
    assert.equal("2", project:sql "SELECT version_num FROM luamigrate_version",
      project:read "err")
    has(project:read "err", "later\t1\n")
    has(project:read "err", "table lock was not had")
  end)

  it("has no temporary table of a revision of nothing but DDL after it", function()
    local body = [[op.execute "CREATE TEMP TABLE mine (id int)"]]
    start { { upgrade = body }, { upgrade = [[
      op.create_table("mine", { { "id", types.integer } }, { prefixes = { "TEMPORARY" } })]] },
      { upgrade = "op.execute 'CREATE TABLE pg_temp.mine (id int)'" }, { upgrade = body } }
    upgrade()
  end)

  it("has the statement_timeout of the header between steps, too", function()
    local header = "transaction = false\nstatement_timeout = 11"
    start({ { header = header, upgrade = [[
      local db = op.get_bind()
      print("between " .. db:scalar "SHOW statement_timeout")
      op.step("in a step", function() print("in " .. db:scalar "SHOW statement_timeout") end)
      op.execute "SET statement_timeout = '12s'"
      op.step("another", function() print("own " .. db:scalar "SHOW statement_timeout") end)
      print("then " .. db:scalar "SHOW statement_timeout")]] },
      { upgrade = SHOW } }, ", statement_timeout = 61")
    local text = upgrade()
    has(text, "between 11s\nin 11s\nown 12s\nthen 12s\n")
    has(text, "\nstatement_timeout=61s\n")
  end)

  it("changes to the role of the configuration, again after each revision", function()
    start({ { upgrade = 'op.execute("RESET ROLE")\nop.get_bind():scalar("SELECT 1")' },
      { upgrade = 'op.execute("CREATE TABLE t (id INT)")' } }, ", role = 'spec_owner'")
    project.database:try "CREATE ROLE spec_owner"
    project:sql "GRANT ALL ON SCHEMA public TO spec_owner"
    upgrade()
    assert.equal("spec_owner", project:sql "SELECT tableowner FROM pg_tables WHERE tablename = 't'")
    project.database:try "DROP OWNED BY spec_owner; DROP ROLE spec_owner"
  end)

  it("says that nothing may be written there", function()
    start({ { upgrade = 'op.execute("CREATE TABLE t (id INT)")' } }, "", function(url)
      return url .. "?options=-cdefault_transaction_read_only%3Don"
    end)
    local text = upgrade(13)
    has(text, "read-only transaction")
    has(text, "default_transaction_read_only")
    assert.equal(0, project:run "current".code)
  end)
end)
