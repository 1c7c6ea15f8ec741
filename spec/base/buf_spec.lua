-- Proves text that grows: every byte stays, a NUL is behind it after each addition, a reset
-- leaves an empty text that can be filled again.
local base = require("luamigrate.core").base

-- A list of parts as the binding takes them, and the text that they make.
local cases = {
  { "nothing", {}, "" },
  { "a text without a byte", { "", { "" }, "" }, "" },
  { "each kind of part", { "a", { "bc" }, 3, true }, "abc007!" },
  { "bytes that C takes for an end", { "a\0b", "\0", true }, "a\0b\0!" },
  { "a number that is wider than what is free", { 500 }, ("0"):rep(499) .. "7" },
}
-- around the first 64 bytes, and from there past several doublings at once
for _, size in ipairs { 62, 63, 64, 65, 127, 128, 129, 4000, 100000 } do
  local text = ("x"):rep(size)
  cases[#cases + 1] = { size .. " bytes by length", { text, "y" }, text .. "y" }
  cases[#cases + 1] = { size .. " bytes of a string", { { text }, { "y" } }, text .. "y" }
  cases[#cases + 1] = { size .. " bytes by format", { size, 1 }, ("0"):rep(size - 1) .. "77" }
  local many = {}
  for i = 1, size do
    many[i] = true
  end
  cases[#cases + 1] = { size .. " characters", many, ("!"):rep(size) }
end

describe("buf", function()
  for _, case in ipairs(cases) do
    local what, parts, text = table.unpack(case)
    it("keeps " .. what, function()
      local first, second = base.buf(parts)
      assert.is_true(text == first, "the text differs")
      assert.is_true(text == second, "the text differs after a reset")
    end)
  end
end)
