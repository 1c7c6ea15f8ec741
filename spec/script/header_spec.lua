-- The static header: what is read without running a script, and each mistake with its own message
-- and line.
local header = require("luamigrate.core").graph.header
local checksum = require("luamigrate.core").graph.checksum

local function read(text)
  local result, problems = header(text)
  assert(result, problems and problems[1] and problems[1].text)
  return result
end

describe("a header", function()
  it("gives comment and variables", function()
    local h = read([==[
--- Add API keys.
-- Revision ID: 002_api_keys
-- Create Date: 2026-11-21 12:30:00 UTC

revision = "002_api_keys"
down_revision = { '001', [[000]] }
branch_labels = "net"; depends_on = { "a", "b", }
transaction = false
lock_timeout = 2.5 statement_timeout = 0x10
foreign_keys = true
irreversible = "rows are \u{67}one"
replaces = { "r1"; "r2" }
function upgrade() revision = os.time() end
]==])
    assert.equal("002_api_keys", h.id)
    assert.same({ "001", "000" }, h.down)
    assert.same({ "net" }, h.labels)
    assert.same({ "a", "b" }, h.depends_on)
    assert.same({ "r1", "r2" }, h.replaces)
    assert.is_false(h.transaction)
    assert.is_true(h.foreign_keys)
    assert.equal(2.5, h.lock_timeout)
    assert.equal(16, h.statement_timeout)
    assert.equal("rows are gone", h.irreversible)
    assert.equal("Add API keys.", h.message)
    assert.equal("2026-11-21 12:30:00 UTC", h.create_date)
    assert.equal(
      "Add API keys.\nRevision ID: 002_api_keys\nCreate Date: 2026-11-21 12:30:00 UTC",
      h.doc
    )
    assert.equal(5, h.revision_line)
    assert.equal(6, h.down_line)
  end)

  it("has defaults", function()
    local h = read('revision = "a"\ndown_revision = nil\nbranch_labels = nil')
    assert.same({}, h.down)
    assert.same({}, h.labels)
    assert.is_nil(h.transaction)
    assert.is_nil(h.foreign_keys)
    assert.is_nil(h.doc)
    assert.is_nil(h.message)
    assert.equal(-1, h.lock_timeout)
    assert.equal(-1, h.statement_timeout)
  end)

  -- text, expected id or message
  local accepted = {
    { "a byte order mark", '\239\187\191revision = "a"' },
    { "CRLF", 'revision = "a"\r\ndown_revision = "b"\r\n' },
    { "a #! line", '#!/usr/bin/lua\nrevision = "a"' },
    { "BOM and #!", '\239\187\191#!/x\r\nrevision = "a"' },
    { "a require", 'local x <const> = require "y"\nrevision = "a"' },
    { "other assignments", 'limit = 5 * (2 + 3)\nrevision = "a"\nnames = { revision = "b" }' },
    { "fields", 'local t = {}\nt.revision = "b"\nrevision = "a"' },
    { "a comparison", 'revision = "a"\nok = revision == "a"' },
    { "variables as values", 'revision = "a"\nlog("x", revision)\nlocal y = revision, 2' },
    { "comments between", 'revision --[[ x ]] = -- y\n --[==[ ]] ]==] "a" --z' },
    { "what is behind the first function", 'revision = "a"\nlocal function f() end\nrevision = 5' },
    { "a function in a table", 'revision = "a"\nlocal t = { f = function() end }\nrevision = 5' },
    { "escapes", [[revision = "\97"]] },
    { "a line continued", 'revision = "\\z  \n  a"' },
    { "semicolons", ';revision = "a";;' },
    { "a goto label", 'revision = "a" ::top:: down_revision = nil' },
    { "an empty list", 'revision = "a" down_revision = {}' },
    { "255 bytes", 'down_revision = "' .. ("x"):rep(255) .. '" revision = "a"' },
  }
  for _, case in ipairs(accepted) do
    it("accepts " .. case[1], function()
      assert.equal("a", read(case[2]).id)
    end)
  end

  local docs = {
    { "--- One.\n--\n-- Two\n", "One.\n\nTwo" },
    { "-- One.\n\n-- Two\n", "One." },
    { "--[[ One.\n  Two ]]\n", "One.\n  Two" },
    { "--[==[\nOne.\r\nTwo\n]==]\n", "One.\nTwo" },
    { "#!/x\n----- One. \t\n", "One." },
    { "\n\n-- One.\n", "One." },
    { "--\n--\n", nil },
  }
  for _, case in ipairs(docs) do
    it("reads the comment " .. (case[2] or "of nothing"):gsub("\n", "|"), function()
      local h = read(case[1] .. 'revision = "a"')
      assert.equal(case[2], h.doc)
      assert.equal(case[2] and "One.", h.message)
    end)
  end
end)

-- text, line, part of the message
local mistakes = {
  { "", 0, "the file is empty" },
  { "\239\187\191", 0, "the file is empty" },
  { "-- nothing\n", 0, "no revision in the header" },
  { "function upgrade() end", 0, "before the first function" },
  { "local M = {}\nreturn M", 0, "is this a module? Modules that revisions require belong into" },
  { 'down_revision = "a"', 0, "no revision in the header: it needs" },
  { 'revision = "a"\nrevision = "b"', 2, "revision is assigned twice (first on line 1)" },
  { 'revision = "a"\ndown_revision = nil\ndown_revision = nil', 3, "twice (first on line 2)" },
  { 'revision = "a" .. "b"', 1, "revision is computed" },
  { 'revision = ("a")', 1, "revision is computed" },
  { "\nrevision = os.date()", 2, "revision is computed" },
  { 'revision = nil or "a"', 1, "revision is computed" },
  { 'revision = "a"\ndown_revision = { id }', 2, "down_revision is computed" },
  { 'revision = "a"\ntransaction = not true', 2, "transaction is computed" },
  { 'revision = function() end', 1, "revision is computed" },
  { 'if x then\nrevision = "a"\nend', 2, "assigned inside a block" },
  { 'local revision = "a"', 1, 'local revision: the header\'s variables are globals' },
  { 'revision = "a"\nlocal x, down_revision = 1', 2, "local down_revision" },
  { 'return { revision = "a" }', 1, "the file returns a table" },
  { "return {\n upgrade = function() end }", 1, "the file returns a table" },
  { 'revision, down_revision = "a", "b"', 1, "assigned together with others" },
  { 'x, revision = 1, "b"', 1, "revision is assigned together with others" },
  { "revision = 1", 1, "revision must be a string, not a number" },
  { "revision = nil", 1, "revision must be a string, not nil" },
  { "revision = true", 1, "revision must be a string, not a boolean" },
  { 'revision = { "a" }', 1, "revision must be a string, not a list" },
  { 'revision = ""', 1, "revision is empty" },
  { 'revision = "' .. ("x"):rep(256) .. '"', 1, "revision is longer than 255 bytes" },
  { 'revision = "a-b"', 1, 'revision "a-b": only A-Z a-z 0-9 _ and . are allowed' },
  { 'revision = "a\\0b"', 1, "only A-Z a-z 0-9 _ and . are allowed" },
  { 'revision = "\\27[1m"', 1, 'revision "\\x1b[1m": only' },
  { 'revision = ".a"', 1, 'revision ".a" begins with a dot' },
  { 'revision = "a"\ndown_revision = 1', 2, "down_revision must be a string or a list of strings" },
  { 'revision = "a"\ndown_revision = { 1 }', 2, "must be a list of strings, not of numbers" },
  { 'revision = "a"\ndown_revision = { {} }', 2, "a list of strings without other tables" },
  { 'revision = "a"\ndown_revision = ""', 2, "down_revision is empty" },
  { 'revision = "a"\nbranch_labels = "foo-1"', 2, 'branch_labels "foo-1": only' },
  { 'revision = "a"\ndepends_on = { "x", "" }', 2, "depends_on is empty" },
  { 'revision = "a"\ntransaction = "no"', 2, "transaction must be true or false, not a string" },
  { 'revision = "a"\nforeign_keys = 1', 2, "foreign_keys must be true or false" },
  { 'revision = "a"\nlock_timeout = "5s"', 2, "lock_timeout must be a number of seconds" },
  { 'revision = "a"\nlock_timeout = -1', 2, "a number of seconds from 0 on" },
  { 'revision = "a"\nstatement_timeout = 1e999', 2, "a number of seconds from 0 on" },
  { 'revision = "a"\nlock_timeout = 5x', 2, "malformed number" },
  { 'revision = "a"\nirreversible = true', 2, "irreversible must be a string that says why" },
  { 'revision = "a"\nirreversible = ""', 2, "irreversible must say why" },
  { 'revision = "a\nb"', 1, "unfinished string" },
  { 'revision = "a"\nx = [==[ y', 2, "unfinished long string" },
  { 'revision = "a"\n--[[ y', 2, "unfinished long comment" },
  { 'revision = "\\q"', 1, "invalid escape sequence" },
  { 'revision = "\\300"', 1, "invalid escape sequence" },
  { 'revision = "a"\n\n-- \0', 3, "NUL byte" },
  { 'revision = "a"\r\n\r\n-- \xff', 3, "not UTF-8" },
  { 'revision = "a" -- \xed\xa0\x80', 1, "not UTF-8" },
  { "\xff\xfer\0e\0", 0, "UTF-16" },
  { "\xfe\xff\0r\0e", 0, "UTF-16" },
  { "\27LuaT", 0, "bytecode", true },
  { "#!/x\n\27LuaT", 0, "bytecode", true },
}

describe("a mistake in a header", function()
  for _, case in ipairs(mistakes) do
    it(("%q"):format(case[1]:sub(1, 60)) .. " says " .. case[3], function()
      local result, problems = header(case[1])
      assert.is_nil(result)
      assert.equal(1, #problems, problems[2] and problems[2].text)
      assert.truthy(problems[1].text:find(case[3], 1, true), problems[1].text)
      assert.equal(case[2], problems[1].line)
      assert.equal(case[4] or false, problems[1].security)
    end)
  end

  it("does not hide the next one", function()
    local _, problems = header("down_revision = 1\nlock_timeout = true\nrevision = 'a-b'")
    assert.equal(3, #problems)
  end)
end)

describe("the beginning of a header", function()
  local text = '-- One.\nlocal x = {}\nrevision = "a"\ndown_revision = { "b", "c" }\n'
    .. "irreversible = [[ x\n y ]]\n\nfunction upgrade()\nend\n"

  it("is enough, or asks for more, and never misleads", function()
    local full = read(text)
    for cut = 1, #text do
      local part, problems = header(text:sub(1, cut), true)
      assert(part, problems and problems[1].text)
      if part ~= true then
        assert.same(full, part)
        assert.truthy(cut > text:find("function", 1, true) + 7)
      end
    end
    assert.is_table(header(text:sub(1, -5), true))
  end)
end)

describe("the checksum", function()
  local base = 'revision = "a"\nlocal x = 1 -- one\nfunction upgrade() op.execute([[a\nb]]) end\n'
  local same = {
    base:gsub("\n", "\r\n"),
    base:gsub("\n", "\r"),
    "\239\187\191" .. base,
    "#!/usr/bin/lua\n" .. base,
    base:gsub("%-%- one", "--[[ two\n ]]"),
    base:gsub(" = ", "="),
    "\n\n  " .. base,
  }
  local other = {
    base:gsub("1", "2"),
    base:gsub("local x", "localx"),
    base:gsub("a\nb", "ab"),
    base:gsub("a\nb", "a\n\nb"),
    base .. ";",
    (base:gsub("revision", "revis ion")),
  }

  it("is 16 hexadecimal digits, the same each time", function()
    assert.truthy(checksum(base):match("^%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x$"))
    assert.equal(checksum(base), checksum(base))
  end)

  for i, text in ipairs(same) do
    it("does not change with layout, " .. i, function()
      assert.not_equal(base, text)
      assert.equal(checksum(base), checksum(text))
    end)
  end

  for i, text in ipairs(other) do
    it("changes with the tokens, " .. i, function()
      assert.not_equal(checksum(base), checksum(text))
    end)
  end

  it("ends for any text", function()
    for _, text in ipairs({ "", '"', "[[", "--[[", "\0", "\xff", "#", "'\\", "[=", "..", "0x" }) do
      assert.equal(16, #checksum(text))
    end
  end)
end)
