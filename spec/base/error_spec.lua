-- Proves the table of words and exit statuses, and how errors are extended on the way up.
local base = require("luamigrate.core").base

describe("error", function()
  it("has the words and exit statuses of the contract", function()
    assert.are.same({
      { "none", 0 }, { "internal", 1 }, { "usage", 2 }, { "config", 2 }, { "tree", 4 },
      { "script", 4 }, { "failed", 5 }, { "connection", 6 }, { "locked", 7 }, { "busy", 8 },
      { "refused", 9 }, { "interrupted", 10 }, { "partial", 11 }, { "unknown_commit", 12 },
      { "io", 13 }, { "limit", 14 }, { "security", 15 }, { "signal", 130 },
    }, base.error_codes())
  end)

  it("grows to the front, and keeps the first hint and place", function()
    local _, message, details = base.error_chain("it failed", { "table users", "revision a1" },
      { "first", "second" }, { "x.lua", "y.lua" }, { "a", "b" })
    assert.are.equal("revision a1: table users: it failed", message)
    assert.are.same({ "first", "x.lua", 1, "a\nb" },
      { details.hint, details.file, details.line, details.candidates })
  end)

  it("is cut to fit", function()
    local long = ("x"):rep(9000)
    local _, message, details = base.error_chain(long, { long, long }, { long }, { long },
      { ("a"):rep(1500), ("b"):rep(1500), "c" })
    assert.are.equal(8191, #message)
    assert.are.equal(511, #details.hint)
    assert.are.equal(511, #details.file)
    assert.are.equal(("a"):rep(1500) .. "\nc", details.candidates)
  end)

  it("says what the system says", function()
    local _, message, details = base.error_errno("cannot read x", 2)
    assert.are.equal("cannot read x: No such file or directory", message)
    assert.are.equal("io", details.code)
  end)
end)
