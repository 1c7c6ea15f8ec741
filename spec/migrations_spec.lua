-- The history in migrations/, which `make demo` runs: up, down to base and up again; a downgrade
-- gives back schema and rows as they were before the upgrade.
local cjson = require "cjson"
local cli = require "spec.support.cli"
local drivers = require "spec.support.drivers"
local schema = require "spec.support.schema"

local SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_schema "
  .. "WHERE tbl_name NOT LIKE 'luamigrate%' ORDER BY type, name"

-- objects have no order of keys
local function normal(value)
  if type(value) ~= "table" then
    return type(value) == "number" and ("%.14g"):format(value) or tostring(value)
  end
  local parts = {}
  for key, item in pairs(value) do
    parts[#parts + 1] = key .. "=" .. normal(item)
  end
  table.sort(parts)
  return "{" .. table.concat(parts, ",") .. "}"
end

local ROW_REFUSED = {
  sqlite = "PRAGMA foreign_keys = ON; UPDATE services SET qos_policy_id = 9 WHERE id = 1",
  postgresql = "UPDATE services SET qos_policy_id = 9 WHERE id = 1",
}

describe("the history in migrations/", function()
  drivers.each(function(driver)
    local project

    before_each(function()
      project = driver.project()
      assert(os.execute(("cp -r luamigrate.lua migrations %s/"):format(cli.quote(project.dir))))
    end)

    after_each(function()
      project:remove()
    end)

    local function run(...)
      local result = project:run("-d", project.url, ...)
      assert.are.equal(0, result.code, result.err)
      return result.out
    end

    local function query(sql)
      return project:sql(sql)
    end

    local function settings()
      local list = {}
      for line in query "SELECT settings FROM services ORDER BY id":gmatch "[^\n]+" do
        list[#list + 1] = normal(cjson.decode(line))
      end
      return table.concat(list, "\n")
    end

    -- schema and rows; renaming a table quotes its name, and times go on
    local function state()
      local parts, tables = {}, query(driver.tables)
      if driver.name == "sqlite" then
        parts[1] = query(SCHEMA):gsub('"', "")
      else
        parts[1] = project.database:dump(true):gsub("<settings>.-</settings>", "")
      end
      for name in tables:gmatch "[^\n]+" do
        parts[#parts + 1] = name
        parts[#parts + 1] = name == "services" and settings()
          or query(("SELECT * FROM %s ORDER BY 1"):format(name))
      end
      local text = table.concat(parts, "\n")
      return (text:gsub("%d%d%d%d%-%d%d%-%d%d[ T]%d%d:%d%d:%d%d[.%d]*", "TIME"))
    end

    it("goes up, down to base and up again", function()
      run "upgrade"
      local whole = state()
      assert.are.equal("015_service_qos_policies", query "SELECT * FROM luamigrate_version")
      run("downgrade", "base", "--yes")
      assert.are.equal("", query(driver.tables))
      assert.are.equal("0", query "SELECT count(*) FROM luamigrate_version")
      run "upgrade"
      assert.are.equal(whole, state())
      if driver.name == "sqlite" then
        assert.are.equal("ok", query "PRAGMA integrity_check")
        assert.are.equal("", query "PRAGMA foreign_key_check")
      end
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
      local before = settings()
      assert.are.equal("{retries=2,tags={1=public,2=critical},timeout_ms=1500}\n"
        .. "{tags={},timeout_ms=800}\n{retries=5}\n{}", before)
      run("upgrade", "012_service_limits")
      assert.are.equal("1|1500|2\n2|800|\n3||5\n4||",
        query "SELECT id, timeout_ms, max_retries FROM services ORDER BY id")
      assert.are.equal('{"tags":[]}', query "SELECT settings FROM services WHERE id = 2")
      run("downgrade", "-1", "--yes")
      assert.are.equal(before, settings())
      assert.is_nil(query "SELECT settings FROM services":find "%d%.", "1500 is no fraction")
    end)

    it("holds services to their protocols, limits and policies, and lets them go again", function()
      run "upgrade"
      for _, change in ipairs {
        "UPDATE services SET protocol = 'gopher' WHERE id = 1",
        "UPDATE services SET timeout_ms = 0 WHERE id = 1",
        ROW_REFUSED[driver.name],
        "UPDATE proxy_servers SET version = NULL WHERE id = 1",
        "INSERT INTO proxy_servers (id, cluster_id, host) VALUES (99, 1, 'proxy-1.example.com')",
      } do
        local ok, why = pcall(query, change)
        assert.is_false(ok, change)
        assert.is_truthy(why:find "constraint failed" or why:find "violates", why)
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

  it("makes the same schema on every database", function()
    local texts = {}
    for i, driver in ipairs(drivers.list) do
      local project = driver.project()
      assert(os.execute(("cp -r luamigrate.lua migrations %s/"):format(cli.quote(project.dir))))
      local url = driver.name == "sqlite" and "sqlite:" .. project:path "app.db" or project.url
      local result = project:run("-d", url, "upgrade")
      assert.are.equal(0, result.code, result.err)
      texts[i] = schema.text(url)
      project:remove()
    end
    assert.is_truthy(texts[1]:find "\n  column email VARCHAR%(255%) NOT NULL\n")
    assert.are.equal(texts[1], texts[2])
  end)
end)
