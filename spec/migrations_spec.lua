-- The history in migrations/, which `make demo` runs: up, down to base and up again; a downgrade
-- gives back schema and rows as they were before the upgrade.
local cli = require "spec.support.cli"

local SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_schema "
  .. "WHERE tbl_name NOT LIKE 'luamigrate%' ORDER BY type, name"
local TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' "
  .. "AND name NOT LIKE 'luamigrate%' ORDER BY name"
-- objects have no order of keys
local SETTINGS = "SELECT id, json_extract(settings, '$.timeout_ms'), "
  .. "json_extract(settings, '$.retries'), json_extract(settings, '$.tags'), "
  .. "json_type(settings, '$.timeout_ms') FROM services ORDER BY id"

describe("the history in migrations/", function()
  local project

  before_each(function()
    project = cli.project()
    assert(os.execute(("cp -r luamigrate.lua migrations %s/"):format(cli.quote(project.dir))))
  end)

  after_each(function()
    project:remove()
  end)

  local function run(...)
    local result = project:run("-d", "sqlite:demo.db", ...)
    assert.are.equal(0, result.code, result.err)
    return result.out
  end

  local function query(sql)
    return project:sql(sql, "demo.db")
  end

  -- schema and rows; renaming a table quotes its name, and times go on
  local function state()
    local parts = { (query(SCHEMA):gsub('"', "")) }
    for name in query(TABLES):gmatch "[^\n]+" do
      parts[#parts + 1] = name
      parts[#parts + 1] = query(name == "services" and SETTINGS
        or ("SELECT * FROM %s ORDER BY 1"):format(name))
    end
    return (table.concat(parts, "\n"):gsub("%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d", "TIME"))
  end

  it("goes up, down to base and up again", function()
    run "upgrade"
    local whole = state()
    assert.are.equal("015_service_qos_policies", query "SELECT * FROM luamigrate_version")
    run("downgrade", "base", "--yes")
    assert.are.equal("", query(SCHEMA))
    assert.are.equal("0", query "SELECT count(*) FROM luamigrate_version")
    run "upgrade"
    assert.are.equal(whole, state())
    assert.are.equal("ok", query "PRAGMA integrity_check")
    assert.are.equal("", query "PRAGMA foreign_key_check")
  end)

  it("goes back exactly", function()
    local before = {}
    for _, file in ipairs(project:list "migrations") do
      local id = file:match "^(.+)%.lua$"
      run("upgrade", id)
      before[id] = state()
    end
    for _, id in ipairs {
      "014_service_rules", "013_service_metrics", "012_service_limits", "011_route_tables",
      "010_merge_traffic_and_observability",
      "005_assignments", "004_proxy_servers", "003_services", "002_clusters", "001_users",
    } do
      run("downgrade", id, "--yes")
      assert.are.equal(before[id], state(), id)
    end
  end)

  it("moves the limits of services out of their settings and back", function()
    run("upgrade", "011_route_tables")
    local settings = query(SETTINGS)
    assert.are.equal('1|1500|2|["public","critical"]|integer\n2|800||[]|integer\n3||5||\n4||||',
      settings)
    run("upgrade", "012_service_limits")
    assert.are.equal("1|1500|2\n2|800|\n3||5\n4||",
      query "SELECT id, timeout_ms, max_retries FROM services ORDER BY id")
    assert.are.equal('{"tags":[]}', query "SELECT settings FROM services WHERE id = 2")
    run("downgrade", "-1", "--yes")
    assert.are.equal(settings, query(SETTINGS))
  end)

  it("holds services to their protocols, limits and policies, and lets them go again", function()
    run "upgrade"
    for _, change in ipairs {
      "UPDATE services SET protocol = 'gopher' WHERE id = 1",
      "UPDATE services SET timeout_ms = 0 WHERE id = 1",
      "PRAGMA foreign_keys = ON; UPDATE services SET qos_policy_id = 9 WHERE id = 1",
      "UPDATE proxy_servers SET version = NULL WHERE id = 1",
      "INSERT INTO proxy_servers (cluster_id, host) VALUES (1, 'proxy-1.example.com')",
    } do
      local ok, why = pcall(query, change)
      assert.is_false(ok, change)
      assert.is_truthy(why:find "constraint failed", why)
    end
    assert.are.equal("1\n1\n1\n1", query "SELECT qos_policy_id FROM services")
    assert.are.equal("unknown", query "SELECT version FROM proxy_servers WHERE id = 3")
    run("downgrade", "013_service_metrics", "--yes")
    assert.are.equal("1", query "SELECT count(*) FROM proxy_servers WHERE version IS NULL")
  end)

  it("has a branch and a merge", function()
    run("upgrade", "007_tracing")
    run("upgrade", "008_certificates")
    assert.are.equal("007_tracing\n008_certificates",
      query "SELECT * FROM luamigrate_version ORDER BY 1")
    run "upgrade"
    assert.are.equal("015_service_qos_policies", query "SELECT * FROM luamigrate_version")
    assert.are.equal("4", query "SELECT count(*) FROM routes")
    assert.are.equal("6", query "SELECT count(*) FROM proxy_services")
  end)
end)
