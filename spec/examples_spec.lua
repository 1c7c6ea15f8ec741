-- Each folder of examples/ does what its README says.
local again = require "spec.support.again"
local cli = require "spec.support.cli"
local drivers = require "spec.support.drivers"
local postgres = require "spec.support.postgres"
local schema = require "spec.support.schema"

describe("examples/irreversible", function()
  drivers.each(function(driver)
    local project

    before_each(function()
      project = driver.project()
      assert(os.execute(("cp -r examples/irreversible/. %s/"):format(cli.quote(project.dir))))
    end)

    after_each(function()
      project:remove()
    end)

    local function dump()
      return project:dump()
    end

    it("refuses the downgrade before the first write", function()
      assert.are.equal(0, project:run("-d", project.url, "upgrade").code)
      assert.are.equal(0, project:run("-d", project.url, "downgrade", "--yes").code)
      local before = dump()
      local result = project:run("-d", project.url, "downgrade", "--yes")
      assert.are.equal(4, result.code, result.err)
      assert.is_truthy(result.err:find("irreversible", 1, true), result.err)
      assert.is_truthy(result.err:find("the birth dates are gone", 1, true), result.err)
      assert.is_truthy(result.err:find("002_forget_birth_dates.lua", 1, true), result.err)
      assert.are.equal(before, dump())
    end)

    it("begins nothing of a way down that it cannot finish", function()
      assert.are.equal(0, project:run("-d", project.url, "upgrade").code)
      local before = dump()
      local result = project:run("-d", project.url, "downgrade", "base", "--yes")
      assert.are.equal(4, result.code, result.err)
      assert.is_truthy(result.err:find("the birth dates are gone", 1, true), result.err)
      assert.are.equal(before, dump())
    end)

    it("goes up again from where it is", function()
      assert.are.equal(0, project:run("-d", project.url, "upgrade").code)
      assert.are.equal(0, project:run("-d", project.url, "downgrade", "--yes").code)
      assert.are.equal(0, project:run("-d", project.url, "upgrade").code)
      assert.are.equal("C-000001\nC-000002",
        project:sql "SELECT number FROM customers ORDER BY id")
    end)
  end)
end)

describe("examples/proxy-pool", function()
  local project

  before_each(function()
    project = cli.project()
    assert(os.execute(("cp -r examples/proxy-pool/. %s/"):format(cli.quote(project.dir))))
  end)

  after_each(function()
    project:remove()
  end)

  -- Rows and schema of the pool; spaces of the texts do not count, since an edit may break lines.
  local function state()
    return (project:sql([[
      SELECT type, name, sql FROM sqlite_schema WHERE tbl_name NOT LIKE 'luamigrate%' ORDER BY 1, 2;
      SELECT * FROM providers; SELECT rowid, * FROM proxies; SELECT rowid, * FROM leases;
      SELECT * FROM free_proxies; SELECT * FROM sqlite_sequence WHERE name = 'leases';
      PRAGMA integrity_check; PRAGMA foreign_key_check]], "proxy-pool.db"):gsub("%s+", " "))
  end

  it("goes up, down and up, and every state is the same again", function()
    local revisions = { "001_pool", "002_rules", "003_health", "004_lease_keys" }
    local states = {}
    for i, revision in ipairs(revisions) do
      local result = project:run("upgrade", revision)
      assert.are.equal(0, result.code, result.err)
      states[i] = state()
    end
    for i = #revisions - 1, 1, -1 do
      local result = project:run("downgrade", revisions[i], "--yes")
      assert.are.equal(0, result.code, result.err)
      assert.are.equal(states[i], state())
    end
    assert.are.equal(0, project:run("upgrade").code)
    assert.are.equal(states[#states], state())
  end)

  it("has tables that can be made again from what is read", function()
    assert.are.equal(0, project:run("upgrade").code)
    assert.are.equal(3, again.all("sqlite:" .. project.dir .. "/proxy-pool.db"))
  end)

  it("cannot break its rules half", function()
    assert.are.equal(0, project:run("upgrade", "001_pool").code)
    project:sql("INSERT INTO proxies VALUES (4, 1, '192.0.2.9', '70000', 'NO', 1)", "proxy-pool.db")
    local before = state()
    local result = project:run("upgrade", "002_rules")
    assert.are.equal(5, result.code)
    assert.is_truthy(result.err:find("ck_proxies_port", 1, true), result.err)
    assert.are.equal(before, state())
  end)
end)

-- Goes up revision by revision, down and up again: `state()` is the same at each revision.
-- after: functions by revision, for rows.
local function up_down_up(project, revisions, state, after)
  local states = {}
  local function run(...)
    local result = project:run("-d", project.url, ...)
    assert.are.equal(0, result.code, result.err)
  end
  local function up(last)
    for i, revision in ipairs(revisions) do
      run("upgrade", revision)
      if after[revision] then
        after[revision]()
      end
      local now = state()
      assert.are.equal(states[i] or now, now, revision)
      states[i] = now
      if revision == last then
        return
      end
    end
  end
  local before = state()
  up()
  for i = #revisions - 1, 1, -1 do
    run("downgrade", revisions[i], "--yes")
    assert.are.equal(states[i], state(), revisions[i])
  end
  run("downgrade", "base", "--yes")
  assert.are.equal(before, state())
  up(revisions.rows)
  run "upgrade"
  assert.are.equal(states[#states], state())
end

describe("examples/payments", function()
  local inspected = {}

  drivers.each(function(driver)
    local project

    before_each(function()
      project = driver.project()
      assert(os.execute(("cp -r examples/payments/. %s/"):format(cli.quote(project.dir))))
    end)

    after_each(function()
      project:remove()
    end)

    -- Spaces of the texts do not count, since an edit may break lines.
    local function state()
      if driver == drivers.postgresql then
        return project.database:dump(true)
      end
      local rows = {}
      for line in (project:sql ".dump --data-only" .. "\n"):gmatch "([^\n]*)\n" do
        if not line:find "luamigrate" then
          rows[#rows + 1] = line
        end
      end
      table.sort(rows)
      return project:sql([[SELECT type, name, sql FROM sqlite_schema
        WHERE tbl_name NOT LIKE 'luamigrate%' ORDER BY 1, 2;
        PRAGMA integrity_check; PRAGMA foreign_key_check]]):gsub("%s+", " ")
        .. "\n" .. table.concat(rows, "\n")
    end

    local function url()
      return driver == drivers.postgresql and project.url or "sqlite:" .. project.dir .. "/app.db"
    end

    local ACCOUNTS = [[INSERT INTO accounts (id, owner, balance, created_at) VALUES
      (1, 'shop', 900, '2026-06-01 10:00:00'), (2, 'ada', 80, '2026-06-01 10:00:00'),
      (3, 'grace', 20, '2026-06-01 10:00:00')]]
    local TRANSFERS = [[INSERT INTO transfers (id, from_account_id, to_account_id, amount, details,
      created_at) VALUES (1, 2, 1, 30, '{"note": "it''s paid"}', '2026-06-02 10:00:00'),
      (2, 3, 1, 5, NULL, '2026-06-03 10:00:00'), (3, 1, 2, 7, '{}', '2026-07-03 10:00:00')]]
    local revisions = { "001_accounts", "002_transfers",
      "005_merge_ledger_and_reservations", "006_available", "007_idempotency", "008_months",
      rows = "002_transfers" }

    it("goes up, down and up, and every state is the same again", function()
      up_down_up(project, revisions, state, {
        ["001_accounts"] = function() project:sql(ACCOUNTS) end,
        ["002_transfers"] = function() project:sql(TRANSFERS) end,
      })
      assert.are.equal("1|2|-30|-30|it's paid\n1|1|30|30|it's paid\n2|3|-5|-5|\n2|1|5|35|\n"
        .. "3|1|-7|28|\n3|2|7|-23|", project:sql [[SELECT transfer_id, account_id, amount,
        running_total, note FROM ledger_entries ORDER BY id]])
      assert.are.equal("2026-06\n2026-06\n2026-07",
        project:sql "SELECT month FROM transfers ORDER BY id")
      assert.are.equal("900\n80\n20", project:sql "SELECT amount FROM available ORDER BY id")
    end)

    it("holds its rules", function()
      assert.are.equal(0, project:run("-d", project.url, "upgrade").code)
      project:sql(ACCOUNTS)
      for _, statement in ipairs {
        "UPDATE accounts SET balance = -1 WHERE id = 1",
        "UPDATE accounts SET reserved = 901 WHERE id = 1",
        "INSERT INTO transfers (from_account_id, to_account_id, amount) VALUES (1, 1, 5)",
        "INSERT INTO transfers (from_account_id, to_account_id, amount) VALUES (1, 2, 0)",
        "INSERT INTO reservations (account_id, amount, state, expires_at) \z
          VALUES (1, 5, 'nix', '2027-01-01')",
      } do
        assert.has_error(function() project:sql(statement) end)
      end
    end)

    it("has tables that can be made again from what is read", function()
      assert.are.equal(0, project:run("-d", project.url, "upgrade").code)
      assert.are.equal(5, again.all(url()))
    end)

    it("has the same schema by the SQL of --sql", function()
      local script = project:run("-d", project.url, "upgrade", "base:head", "--sql")
      assert.are.equal(0, script.code, script.err)
      local other = driver.another(project, "other")
      finally(function() other:drop() end)
      other:sql("\n" .. script.out) -- it begins with a comment: no option of sqlite3
      assert.are.equal(0, project:run("-d", project.url, "upgrade").code)
      assert.are.equal(schema.text(url()), schema.text(driver == drivers.postgresql and other.url
        or "sqlite:" .. project.dir .. "/other.db"))
    end)

    it("has the same schema on every database", function()
      assert.are.equal(0, project:run("-d", project.url, "upgrade").code)
      inspected[#inspected + 1] = schema.text(url())
      assert.is_truthy(inspected[1]:find("index unique uq_reservations_transfer", 1, true))
      assert.are.equal(inspected[1], inspected[#inspected])
    end)
  end)
end)

describe("examples/policies", function()
  local project

  before_each(function()
    project = drivers.postgresql.project()
    assert(os.execute(("cp -r examples/policies/. %s/"):format(cli.quote(project.dir))))
  end)

  after_each(function()
    project:remove()
  end)

  local revisions = { "001_policies", "002_rules", "003_first_policy", "004_assignments",
    "005_audit_effect", "006_decisions", "007_active_view", "008_actions_not_empty",
    rows = "004_assignments" }

  it("goes up, down and up, and every state is the same again", function()
    up_down_up(project, revisions, function()
      return project.database:dump(true) .. project:sql [[
        SELECT d.classoid::regclass, d.objsubid, d.description FROM pg_description AS d
        JOIN pg_class AS c ON c.oid = d.objoid WHERE relnamespace = to_regnamespace('policy')
        ORDER BY relname, objsubid; SELECT extname FROM pg_extension ORDER BY 1]]
    end, {
      ["004_assignments"] = function()
        project:sql [[INSERT INTO policy.assignments (policy_id, kind, subject, during) VALUES
          (1, 'group', 'Everyone', '[2026-01-01 00:00+00,)')]]
      end,
    })
    assert.are.equal("group|Everyone|Nothing is allowed|deny",
      project:sql "SELECT kind, subject, name, effect FROM policy.active")
  end)

  it("holds its rules", function()
    assert.are.equal(0, project:run("-d", project.url, "upgrade").code)
    for statement, name in pairs {
      ["UPDATE policy.policies SET default_rule_id = 77"] = "fk_policies_default_rule",
      ["INSERT INTO policy.policies (name) VALUES ('NOTHING is allowed')"] = "uq_policies_name",
      [ [[INSERT INTO policy.assignments (policy_id, kind, subject, during) VALUES
        (1, 'user', 'ada', '[2026-01-01,2026-02-01)'), (1, 'user', 'ada', '[2026-01-15,)')]] ]
        = "ex_assignments_during",
      ["INSERT INTO policy.rules (policy_id, priority) VALUES (1, 1)"] = "ck_rules_actions",
    } do
      local ok, _, err = project.database:try(statement)
      assert.is_false(ok)
      assert.is_truthy(err:find(name, 1, true), err)
    end
    -- rules may swap their priorities: it is checked at COMMIT
    project:sql [[INSERT INTO policy.rules (policy_id, priority, actions) VALUES (1, 1, '{read}');
      UPDATE policy.rules SET priority = 101 - priority;
      INSERT INTO policy.policies (name, effect) VALUES ('Some', 'audit')]]
  end)

  it("has tables that can be made again from what is read", function()
    assert.are.equal(0, project:run("-d", project.url, "upgrade").code)
    assert.are.equal(4, again.all(project.url, "policy"))
  end)

  it("has the same schema by the SQL of --sql", function()
    local script = project:run("-d", project.url, "upgrade", "base:head", "--sql")
    assert.are.equal(0, script.code, script.err)
    local other = drivers.postgresql.another()
    finally(function() other:drop() end)
    other:sql(script.out)
    assert.are.equal(0, project:run("-d", project.url, "upgrade").code)
    assert.are.equal(project.database:dump(true), other:dump(true))
  end)

  it("makes a hypertable where there is TimescaleDB", function()
    -- before that nobody may write into the catalog
    if postgres.older(13) then
      return pending(postgres.older(13))
    end
    assert.are.equal(0, project:run("-d", project.url, "upgrade", "005_audit_effect").code)
    -- a server without it can still show that the call is the right one
    project:sql [[CREATE FUNCTION create_hypertable(relation regclass, time_column_name name,
        chunk_time_interval interval) RETURNS void LANGUAGE sql AS
        $$ COMMENT ON TABLE policy.decisions IS 'a hypertable' $$;
      SET allow_system_table_mods = on;
      INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
      VALUES (999999, 'timescaledb', 10, 'public'::regnamespace, false, '2.0')]]
    local result = project:run("-d", project.url, "upgrade", "006_decisions")
    assert.are.equal(0, result.code, result.err)
    assert.are.equal("a hypertable",
      project:sql "SELECT obj_description('policy.decisions'::regclass)")
  end)
end)

describe("migrations", function()
  drivers.each(function(driver)
    it("have tables that can be made again from what is read", function()
      local project = driver.project()
      finally(function() project:remove() end)
      assert(os.execute(("cp -r migrations/. %s/migrations"):format(cli.quote(project.dir))))
      local result = project:run("-d", project.url, "upgrade")
      assert.are.equal(0, result.code, result.err)
      local url = driver == drivers.postgresql and project.url
        or "sqlite:" .. project.dir .. "/app.db"
      assert.is_true(again.all(url) > 10)
    end)
  end)
end)
