-- Proves arrays that grow: two that grow by turns keep all their items, and the capacity doubles.
local base = require("luamigrate.core").base

describe("vec", function()
  local cases = { { 0, 0 }, { 1, 8 }, { 8, 8 }, { 9, 16 }, { 17, 32 }, { 100000, 131072 } }
  for _, case in ipairs(cases) do
    local count, capacity = table.unpack(case)
    it(("holds %d items in room for %d"):format(count, capacity), function()
      local items, room, other = base.vec(count)
      assert.are.equal(count, #items)
      for i = 1, count do
        assert(items[i] == i, i)
      end
      assert.are.equal(capacity, room)
      assert.is_true(other == ("x"):rep(count), "the other one differs")
    end)
  end
end)
