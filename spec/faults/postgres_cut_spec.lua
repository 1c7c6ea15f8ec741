-- The connection is cut at every message of a run, in both directions: the state is never wrong,
-- and the same run or the next one brings it to the end without any option (G1, G2, G6).
local drivers = require "spec.support.drivers"
local postgres = require "spec.support.postgres"

local SOAK = os.getenv "SOAK" ~= nil
-- one message in so many is cut in a short run, fewer where each takes long
local STEP = SOAK and 1 or os.getenv "SPEC_KIND" == "asan" and 37 or 19

local REVISIONS = {
  { id = "r1", upgrade = [[
  op.create_table("t1", { { "id", types.integer, primary_key = true }, { "name", types.text } })
  op.bulk_insert("t1", { { id = 1, name = "one" }, { id = 2, name = "two" } })]] },
  { id = "r2", down = "r1", upgrade = [[
  op.create_table("t2", { { "id", types.integer, primary_key = true } })
  op.get_bind():execute("INSERT INTO t2 SELECT id FROM t1 WHERE id > :least", { least = 0 })
  op.create_index("ix_t1_name", "t1", { "name" })]] },
  -- the COMMIT of the one before opens its flight
  { id = "r3", down = "r2", upgrade = [[
  op.create_table("t3", { { "id", types.integer, primary_key = true } })]] },
}

-- What each number of finished revisions looks like.
local STATES = {
  ["||"] = 0, ["r1|r1|t1"] = 1, ["r2|r1,r2|ix_t1_name,t1,t2"] = 2,
  ["r3|r1,r2,r3|ix_t1_name,t1,t2,t3"] = 3,
}

-- The version row, the history, the schema, in one snapshot.
local QUERY = [[SELECT (SELECT max(version_num) FROM luamigrate_version),
  (SELECT string_agg(revision, ',' ORDER BY id) FROM luamigrate_history),
  (SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class
   WHERE relname IN ('t1', 't2', 't3', 'ix_t1_name'))]]
local NO_TABLES = [[SELECT (SELECT count(*) FROM pg_class WHERE relname = 'luamigrate_version'),
  (SELECT count(*) FROM pg_class WHERE relname IN ('t1', 't2', 't3', 'ix_t1_name'))]]

local function finished(project)
  local tables = project:sql(NO_TABLES)
  if tables:find "^0|" then
    assert.are.equal("0|0", tables)
    return 0
  end
  local found = project:sql(QUERY)
  return assert(STATES[found], "a wrong state: " .. found)
end

-- Exit statuses that are right after a cut, with what they say of the outcome.
local RIGHT = { [0] = true, [6] = true, [12] = true }

describe("a connection that is cut", function()
  local project, proxy

  before_each(function()
    project = drivers.postgresql.project { revisions = REVISIONS }
  end)

  after_each(function()
    if proxy then proxy:stop() end
    project:remove()
  end)

  local function upgrade(options)
    proxy = postgres.proxy(project.database, options)
    local result = project:run("--json", "-d", proxy.url, "upgrade")
    result.report = proxy:stop()
    proxy = nil
    return result
  end

  -- After a cut: a right status, a state that is one of three, and one run more ends it.
  local function judge(result, where)
    local count = finished(project)
    assert(RIGHT[result.code], ("%s: exit %d\n%s"):format(where, result.code, result.err))
    if result.code == 0 then
      assert.are.equal(3, count, where)
    end
    local again = project:run("upgrade")
    assert.are.equal(0, again.code, where .. "\n" .. again.err)
    assert.are.equal(3, finished(project), where)
  end

  -- An empty database again, which costs less than a new one.
  local function clear()
    project:sql "SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public"
  end

  local function messages()
    local result = upgrade()
    assert.are.equal(0, result.code, result.err)
    clear()
    return result.report.client.messages, result.report.server.messages
  end

  it("before a message of ours arrives: never a wrong state", function()
    local last = messages()
    local cut = 0
    for i = 1, last, STEP do
      local result = upgrade { ["do"] = "before", message = i }
      cut = cut + result.report.cuts
      judge(result, "message " .. i)
      clear()
    end
    assert.is_true(cut > 0 and cut >= last // STEP - 1, cut .. " cuts")
  end)

  it("after a message of ours arrived: never a wrong state", function()
    for i = 2, messages(), STEP do
      judge(upgrade { ["do"] = "sent", message = i }, "message " .. i)
      clear()
    end
  end)

  it("before a message of the server arrives: never a wrong state", function()
    local _, last = messages()
    for i = 1, last, STEP do
      judge(upgrade { answer = i }, "answer " .. i)
      clear()
    end
  end)

  for nth = 1, 3 do
    it(("before COMMIT %d: rolled back, said so, exit 6"):format(nth), function()
      local result = upgrade { ["do"] = "before", text = "COMMIT", nth = nth }
      assert.are.equal(6, result.code, result.err)
      assert.is_truthy(result.err:find("rolled back", 1, true), result.err)
      assert.is_truthy(result.out:find('"revision":"r' .. nth .. '"', 1, true), result.out)
      assert.are.equal(nth - 1, finished(project))
      judge(result, "COMMIT")
    end)

    it(("in COMMIT %d: resolved after connecting again, exit 0"):format(nth), function()
      local result = upgrade { ["do"] = "sent", text = "COMMIT", nth = nth }
      assert.are.equal(1, result.report.cuts)
      assert.are.equal(0, result.code, result.err)
      assert.is_true(result.report.connections >= 2)
      assert.are.equal(3, finished(project))
      assert.are.equal("3", project:sql "SELECT count(*) FROM luamigrate_history")
    end)

    it(("after COMMIT %d: nothing is lost or done twice"):format(nth), function()
      local result = upgrade { ["do"] = "answered", text = "COMMIT", nth = nth }
      assert.are.equal(1, result.report.cuts)
      assert.is_true(finished(project) >= nth)
      judge(result, "COMMIT")
    end)
  end

  it("in COMMIT, and the server stays away: exit 12, the next run resolves it", function()
    -- it is tried for half a minute
    local result = upgrade { ["do"] = "sent", text = "COMMIT", nth = 2, refuse = true }
    assert.are.equal(12, result.code, result.err)
    assert.is_truthy(result.err:find("not known", 1, true), result.err)
    assert.is_truthy(result.out:find('"exit":12', 1, true), result.out)
    assert.are.equal(2, finished(project))
    judge(result, "COMMIT")
  end)

  it("in COMMIT while the server is away for a second: resolved by the same run", function()
    local result = upgrade { ["do"] = "sent", text = "COMMIT", refuse = 1000 }
    assert.are.equal(0, result.code, result.err)
    assert.are.equal(3, finished(project))
  end)

  it("falls silent: SIGTERM ends the run within a second", function()
    proxy = postgres.proxy(project.database, { ["do"] = "hole", text = "CREATE TABLE t2" })
    local result = project:shell(([["$L" -d "%s" upgrade 2>err & pid=$!
      sleep 1; start=$(date +%%s%%N); kill -TERM $pid; wait $pid; code=$?
      echo $(( ($(date +%%s%%N) - start) / 1000000 )); exit $code]]):format(proxy.url))
    assert.are.equal(143, result.code, project:read "err")
    assert.is_true(tonumber(result.out:match "%d+") < 1000, result.out)
    proxy:stop()
    proxy = nil
    judge({ code = 6, err = project:read "err" }, "a silent server")
  end)
end)

describe("a connection that is cut while a savepoint is undone", function()
  it("is what ends the revision: exit 6, not the error that the script caught", function()
    local project = drivers.postgresql.project { revisions = { { id = "r1", upgrade = [[
      pcall(op.savepoint, function() op.execute "SELECT 1 / 0" end)]] } } }
    finally(function() project:remove() end)
    local proxy = postgres.proxy(project.database, { ["do"] = "before", text = "ROLLBACK TO" })
    local result = project:run("-d", proxy.url, "upgrade")
    assert.are.equal(1, proxy:stop().cuts)
    assert.are.equal(6, result.code, result.err)
    assert.is_truthy(result.err:find("rolled back", 1, true), result.err)
    assert.is_nil(result.err:find("division", 1, true), result.err)
    assert.are.equal(0, project:run("upgrade").code)
  end)
end)
