-- Proves the text functions: suggestions by edit distance, UTF-8 exactly as RFC 3629 says,
-- nothing left that a terminal acts on, the hash against its published vectors.
local base = require("luamigrate.core").base

describe("str_suggest", function()
  local names = { "upgrade", "downgrade", "history", "heads", "revision", "merge", "id" }
  local cases = {
    { "upgrade", "upgrade" }, { "upgarde", "upgrade" }, { "ugprade", "upgrade" },
    { "upgrad", "upgrade" }, { "uppgrade", "upgrade" }, { "upgrXde", "upgrade" },
    { "dwngrade", "downgrade" }, { "hsitory", "history" }, { "head", "heads" },
    { "ehads", "heads" }, { "revison", "revision" }, { "mgree", nil }, { "meger", nil },
    { "mrege", "merge" },
    { "upg", "upgrade" }, { "rev", "revision" }, { "up", nil },
    { "xyz", nil }, { "", nil }, { "upgXXXX", nil }, { "di", nil }, { "id", "id" },
    { ("upgrade"):rep(20), nil },
  }
  for _, case in ipairs(cases) do
    it(("finds %s for %q"):format(case[2], case[1]), function()
      assert.are.equal(case[2], base.suggest(case[1], names))
    end)
  end

  it("takes the nearest, and the first of equals", function()
    assert.are.equal("tables", base.suggest("tablez", { "tablet!", "tables", "tablex" }))
    assert.are.equal("integer", base.suggest("int", { "integer", "inet" }))
    assert.are.equal("inet", base.suggest("int", { "inet", "integer" }))
    assert.is_nil(base.suggest("x", {}))
    assert.is_nil(base.suggest("upgrade", { ("x"):rep(100) }))
  end)
end)

describe("str_cut", function()
  it("leaves no half of a character", function()
    for _, case in ipairs {
      { "", 1, "" }, { "abc", 4, "abc" }, { "abc", 3, "ab" }, { "abc", 1, "" },
      { "aé", 4, "aé" }, { "aé", 3, "a" }, { "aé", 2, "a" }, { "€", 3, "" },
      { "😀x", 5, "😀" }, { "😀x", 4, "" },
    } do
      assert.are.equal(case[3], base.cut(case[1], case[2]))
    end
  end)
end)

describe("str_utf8", function()
  it("agrees with the strict decoder of Lua on every two and three bytes", function()
    -- utf8.len without `lax` refuses surrogates, overlong forms and more than U+10FFFF
    for first = 0, 255 do
      for second = 0, 255 do
        local two = string.char(first, second)
        assert(base.utf8_valid(two) == (utf8.len(two) ~= nil), ("%q"):format(two))
      end
    end
    local edges = { 0, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xED,
      0xEF, 0xF0, 0xF4, 0xF5, 0xFF }
    for first = 0xC0, 255 do
      for _, b in ipairs(edges) do
        for _, c in ipairs(edges) do
          for _, d in ipairs(edges) do
            local text = string.char(first, b, c, d)
            assert(base.utf8_valid(text) == (utf8.len(text) ~= nil), ("%q"):format(text))
            text = text:sub(1, 3)
            assert(base.utf8_valid(text) == (utf8.len(text) ~= nil), ("%q"):format(text))
          end
        end
      end
    end
  end)

  it("reads every code point", function()
    for code = 0, 0x10FFFF, 7 do
      local text = utf8.char(code)
      if code >= 0xD800 and code <= 0xDFFF then
        assert.are.equal(0, (base.utf8_next(text)))
      else
        local length, got = base.utf8_next(text .. "x")
        assert(length == #text and got == code, code)
        assert(base.utf8_next(text:sub(1, -2)) == 0, code)
      end
    end
    assert.are.equal(0, (base.utf8_next("")))
  end)
end)

describe("str_escape", function()
  local cases = {
    { "plain", "a b~", "a b~" },
    { "text of all languages", "é漢😀", "é漢😀" },
    { "escape sequences", "\27[31mred\27[0m", "\\x1b[31mred\\x1b[0m" },
    { "NUL and DEL", "a\0b\127", "a\\x00b\\x7f" },
    { "carriage return", "ok\rbad", "ok\\x0dbad" },
    { "newline and tab", "a\n\tb", "a\\x0a\\x09b" },
    { "C1 as UTF-8", "\u{80}\u{9b}31m\u{9f}\u{a0}", "\\u0080\\u009b31m\\u009f\u{a0}" },
    { "C1 as bytes", "\x9b31m", "\\x9b31m" },
    { "bidirectional controls", "\u{202a}\u{202e}\u{2066}\u{2069}\u{200e}\u{200f}\u{61c}",
      "\\u202a\\u202e\\u2066\\u2069\\u200e\\u200f\\u061c" },
    { "their neighbours", "\u{2029}\u{202f}\u{2065}\u{206a}\u{200d}\u{2010}\u{61b}",
      "\u{2029}\u{202f}\u{2065}\u{206a}\u{200d}\u{2010}\u{61b}" },
    { "invalid bytes", "a\xff\xc0\xafb", "a\\xff\\xc0\\xafb" },
    { "a surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80" },
    { "a cut sequence", "é\xe6\xbc", "é\\xe6\\xbc" },
    { "nothing", "", "" },
  }
  for _, case in ipairs(cases) do
    it("makes safe: " .. case[1], function()
      assert.are.equal(case[3], base.escape(case[2]))
    end)
  end

  it("keeps only newline and tab when multiline", function()
    assert.are.equal("a\n\tb\\x0d\\x1b\\x0b", base.escape("a\n\tb\r\27\v", true))
  end)

  it("leaves no control character of any random text", function()
    math.randomseed(os.time())
    for _ = 1, 2000 do
      local bytes = {}
      for i = 1, math.random(0, 40) do
        bytes[i] = string.char(math.random(0, 255))
      end
      local safe = base.escape(table.concat(bytes))
      assert.is_nil(safe:find("%c"))
      assert.is_true(base.utf8_valid(safe))
      assert.is_nil(safe:find("\xc2[\x80-\x9f]"))
    end
    assert.are.equal("x\\x1b", base.safe("x\27"))
  end)
end)

describe("str", function()
  it("compares", function()
    assert.is_true(base.equal("a", "a"))
    assert.is_true(base.equal(nil, nil))
    assert.is_false(base.equal("a", nil))
    assert.is_false(base.equal("a", "b"))
    assert.is_true(base.starts("sqlite:x", "sqlite:"))
    assert.is_true(base.starts("x", ""))
    assert.is_false(base.starts("sq", "sqlite"))
    assert.is_true(base.ends("a.lua", ".lua"))
    assert.is_true(base.ends("x", ""))
    assert.is_false(base.ends("lua", ".lua"))
    assert.is_false(base.ends("a.luac", ".lua"))
  end)

  it("hashes as FNV-1a does", function()
    local function hex(text, start)
      return ("%016x"):format(base.hash(text, start))
    end
    assert.are.equal("cbf29ce484222325", hex(""))
    assert.are.equal("af63dc4c8601ec8c", hex("a"))
    assert.are.equal("85944171f73967e8", hex("foobar"))
    assert.are.equal(base.hash("foobar"), base.hash("bar", base.hash("foo")))
  end)

  it("reads whole numbers up to a limit", function()
    local cases = {
      { "0", 10, 0 }, { "10", 10, 10 }, { "11", 10 }, { "007", 10, 7 }, { "", 10 }, { "-1", 10 },
      { "+1", 10 }, { " 1", 10 }, { "1 ", 10 }, { "1x", 10 }, { "0x1", 10 }, { "5", 4 },
      { "9223372036854775807", math.maxinteger, math.maxinteger },
      { "9223372036854775808", math.maxinteger }, { ("9"):rep(50), math.maxinteger },
      { "0", 0, 0 }, { "1", 0 },
    }
    for _, case in ipairs(cases) do
      assert.are.equal(case[3], base.to_number(case[1], case[2]), case[1])
    end
  end)
end)
