-- Proves that the JSON written from C is valid whatever the bytes, and that numbers are the
-- shortest text that reads back the same (lua-cjson and Lua's own reader are the oracles).
local cjson = require "cjson"
local base = require("luamigrate.core").base

local soak = tonumber(os.getenv("SOAK")) or 1

describe("json_write_string", function()
  local cases = {
    { "", '""' }, { "abc", '"abc"' }, { 'a"b\\c/', '"a\\"b\\\\c/"' },
    { "\b\f\n\r\t", '"\\b\\f\\n\\r\\t"' }, { "\0\1\31\127", '"\\u0000\\u0001\\u001f\\u007f"' },
    { "é漢😀", '"é漢😀"' }, { "a\xffb", '"a\u{fffd}b"' }, { "\xc0\xaf", '"\u{fffd}\u{fffd}"' },
    { "\xed\xa0\x80", '"\u{fffd}\u{fffd}\u{fffd}"' }, { "é\xc3", '"é\u{fffd}"' },
  }
  for _, case in ipairs(cases) do
    it(("writes %q"):format(case[1]), function()
      assert.are.equal(case[2], base.json_string(case[1]))
    end)
  end

  it("writes NULL as null", function()
    assert.are.equal("null", base.json_string(nil))
    assert.are.equal("null", base.json_text(nil))
    assert.are.equal('"x"', base.json_text("x"))
  end)

  it("writes any byte at any place", function()
    -- the scan takes eight bytes at a time: every byte at every place of two words
    for byte = 0, 255 do
      for place = 0, 17 do
        local c = string.char(byte)
        local text = ("x"):rep(place) .. c .. ("y"):rep(17 - place)
        local want = byte < 128 and text or text:gsub(c, "\u{fffd}")
        assert(want == cjson.decode(base.json_string(text)), ("%q"):format(text))
      end
    end
  end)

  it("keeps every valid text", function()
    math.randomseed(os.time())
    for _ = 1, 2000 * soak do
      local out = {}
      for i = 1, math.random(0, 30) do
        local code = math.random(5) > 1 and math.random(0, 0x17F) or math.random(0, 0x10FFFF)
        out[i] = utf8.char(code >= 0xD800 and code <= 0xDFFF and 0x20 or code)
      end
      local text = table.concat(out)
      assert.are.equal(text, cjson.decode(base.json_string(text)))
    end
  end)
end)

describe("json_write_number", function()
  it("writes integers", function()
    for _, number in ipairs { 0, 1, -1, 9, 10, 99, 100, math.maxinteger, math.mininteger } do
      assert.are.equal(("%d"):format(number), base.json_integer(number))
    end
  end)

  it("writes NaN and infinities as null", function()
    assert.are.equal("null", base.json_number(0 / 0))
    assert.are.equal("null", base.json_number(math.huge))
    assert.are.equal("null", base.json_number(-math.huge))
  end)

  local function check(number)
    local text = base.json_number(number)
    local back = tonumber(text)
    assert(math.type(back) == "float", text)
    assert(string.pack("<d", back) == string.pack("<d", number), text)
    local digits = text:gsub("e.*", ""):gsub("[-.]", ""):gsub("^0+", ""):gsub("0+$", "")
    assert(#digits <= 17, text)
    if #digits > 1 then
      local shorter = ("%%.%dg"):format(#digits - 1):format(number)
      assert(tonumber(shorter) ~= number, text .. " could be " .. shorter)
    end
  end

  it("writes the shortest text that reads back", function()
    math.randomseed(os.time())
    for _ = 1, 10000 * soak do
      check(math.random())
      check(math.random() * 10.0 ^ math.random(-8, 18))
      check(math.random(1, 10 ^ 9) / 10 ^ math.random(0, 9))
      check(-math.random(0, 2 ^ 53 | 0) * 1.0)
      local any = string.unpack("<d", string.pack("<i8", math.random(0)))
      if any == any and math.abs(any) < math.huge then
        check(any)
      end
    end
    for power = -1074, 1023 do
      check(2.0 ^ power)
      check(2.0 ^ power * (1 - 2.0 ^ -53))
    end
    for power = -323, 308 do
      check(tonumber("1e" .. power))
      check(tonumber("9.5e" .. (power - 1)))
    end
  end)
end)
