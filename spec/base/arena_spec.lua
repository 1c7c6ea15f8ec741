-- Proves the arena: what grows by turns stays whole, a release keeps what is older.
local base = require("luamigrate.core").base

describe("arena", function()
  it("keeps two growing texts apart", function()
    for _, count in ipairs { 0, 1, 10, 63, 64, 65, 1000, 30000 } do
      local numbers, letters = {}, {}
      for i = 0, count - 1 do
        numbers[#numbers + 1] = i .. ","
        letters[#letters + 1] = string.char(97 + i % 26)
      end
      local first, second, kept = base.arena_turns(count)
      assert.are.equal(table.concat(numbers), first)
      assert.are.equal(table.concat(letters), second)
      assert.are.equal("kept-42", kept)
    end
  end)
end)
