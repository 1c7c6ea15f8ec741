-- Proves the arena: what grows by turns stays whole, a release keeps what is older, and what was
-- given back is zero when it is allocated again.
local arena = require("luamigrate.core").base.arena

describe("arena", function()
  it("keeps two growing texts apart", function()
    for _, count in ipairs { 0, 1, 10, 63, 64, 65, 1000, 30000 } do
      local numbers, letters = {}, {}
      for i = 0, count - 1 do
        numbers[#numbers + 1] = i .. ","
        letters[#letters + 1] = string.char(97 + i % 26)
      end
      local first, second, kept = arena.turns(count)
      assert.are.equal(table.concat(numbers), first)
      assert.are.equal(table.concat(letters), second)
      assert.are.equal("kept-42", kept)
    end
  end)

  it("zeroes what was used before, in small and in large blocks", function()
    for _, size in ipairs { 2, 100, 16000, 16384, 16385, 100000, 1000000 } do
      assert.are.same({ 0, 0, 0 }, { arena.dirty(size) })
    end
  end)
end)
