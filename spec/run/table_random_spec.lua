-- Random tables with all that SQLite can hang on one: after a change and its inverse everything is
-- as before; after a dropped column everything else is.
local cli = require "spec.support.cli"

local SOAK = os.getenv "SOAK" ~= nil
local COUNT = tonumber(os.getenv "COUNT") or SOAK and 100000
  or os.getenv "SPEC_KIND" == "asan" and 400 or 1000
local PER_RUN = math.min(COUNT, 1000)
local START = tonumber(os.getenv "SEED" or 1)

-- The generator runs inside the revision, in one transaction; each schema in a savepoint.
local BODY = [==[
  local generator = function(...)
%s
  end
  local count = {}
  for seed = %d, %d do
    local gone = {}
    local ok, err = pcall(op.savepoint, function()
      local env = { op = op, types = types, sql = sql, null = null, seed = seed }
      local done, first, second = pcall(generator, env)
      if not done then
        error(("seed %%d: %%s\n%%s"):format(seed, tostring(first), env.made or ""), 0)
      end
      count[first] = (count[first] or 0) + 1
      count[second] = (count[second] or 0) + 1
      error(gone)
    end)
    if not ok and err ~= gone then error(err, 0) end
  end
  local list = {}
  for name, n in pairs(count) do list[#list + 1] = ("%%s=%%d"):format(name, n) end
  table.sort(list)
  print(table.concat(list, " "))
]==]

local function source()
  local file = assert(io.open "spec/support/random_tables.lua")
  local text = file:read "a"
  file:close()
  return text
end

describe("random tables", function()
  local text = source()
  for first = START, START + COUNT - 1, PER_RUN do
    it(("%d to %d come back as they were"):format(first, first + PER_RUN - 1), function()
      local self = cli.project { revisions = {
        { id = "r1", upgrade = BODY:format(text, first, first + PER_RUN - 1) } } }
      finally(function() self:remove() end)
      local result = self:run "upgrade"
      assert.equal(0, result.code, result.err)
      -- every kind of change was met
      for _, name in ipairs { "add_column", "batch", "check", "copy", "default", "foreign_key",
        "insert_column", "nullable", "rename_column", "rename_table", "type", "unique", "dropped",
        "refused" } do
        assert.truthy(result.err:find(name .. "=", 1, true), name .. " is missing: " .. result.err)
      end
    end)
  end
end)
