-- Revisions of pure DDL cost few round trips: N of them at most N + 13, whatever they contain.
local drivers = require "spec.support.drivers"
local postgres = require "spec.support.postgres"

local N = 20
-- so long that a client which does not wait for an answer has sent all it wants to send
local DELAY = 10

local function revisions()
  local list = {}
  for i = 1, N do
    list[i] = { id = ("r%02d"):format(i), down = i > 1 and ("r%02d"):format(i - 1) or nil,
      upgrade = ([[
  op.create_table("t%d", { { "id", types.integer, primary_key = true }, { "name", types.text } })
  op.create_index("ix_t%d", "t%d", { "name" })
  op.add_column("t%d", { "note", types.text })]]):format(i, i, i, i),
      downgrade = ('  op.drop_table("t%d")'):format(i) }
  end
  return list
end

describe(N .. " revisions of three DDL statements each", function()
  local project, proxy

  before_each(function()
    project = drivers.postgresql.project { revisions = revisions() }
    proxy = postgres.proxy(project.database, { delay = DELAY })
  end)

  after_each(function()
    proxy:stop()
    project:remove()
  end)

  local function trips(...)
    proxy:tell "reset"
    local result = project:run("-d", proxy.url, ...)
    assert.are.equal(0, result.code, result.err)
    local report = proxy:report()
    assert.are.equal(1, report.connections)
    return report.trips
  end

  it("cost at most N + 13 round trips, up and down", function()
    local up = trips "upgrade"
    assert.are.equal(tostring(N), project:sql "SELECT count(*) FROM luamigrate_history")
    assert.is_true(up > 4 and up <= N + 13, up .. " round trips up")
    local down = trips("downgrade", "base", "--yes")
    assert.are.equal("", project:sql(drivers.postgresql.tables))
    assert.is_true(down > 4 and down <= N + 13, down .. " round trips down")
  end)

  it("cost at most 12 round trips when there is nothing to do", function()
    trips "upgrade"
    local none = trips "upgrade"
    assert.is_true(none <= 12, none .. " round trips")
    -- which only reads the version, once
    assert.is_true(trips "current" <= none)
  end)
end)
