-- rebase and squash: their words. What they write: spec/api/rewrite_spec.lua, squash_spec.lua.
local cli = require "spec.support.cli"

describe("rebase and squash", function()
  local project

  before_each(function()
    project = cli.project { revisions = { { id = "a1" }, { id = "b2", down = "a1" } } }
  end)
  after_each(function()
    project:remove()
  end)

  local cases = {
    { { "rebase" }, "rebase needs REV" },
    { { "rebase", "b2" }, "--onto REV" },
    { { "squash" }, "squash needs A:B" },
    { { "squash", "b2" }, "expected A:B" },
    { { "squash", "b2:" }, "expected A:B" },
    { { "squash", ":b2" }, "expected A:B" },
    { { "squash", "a1:b2:b2" }, "expected A:B" },
  }
  for _, case in ipairs(cases) do
    it("refuses " .. table.concat(case[1], " "), function()
      local result = project:run(table.unpack(case[1]))
      assert.same({ 2, "" }, { result.code, result.out })
      assert.truthy(result.err:find(case[2], 1, true), result.err)
      assert.same({ "a1.lua", "b2.lua" }, project:list "migrations")
    end)
  end

  it("name the file on standard output", function()
    local result = project:run("squash", "a1:b2", "--rev-id", "s1")
    assert.same({ 0, "migrations/s1_squash_a1_to_b2.lua\n" }, { result.code, result.out })
    assert.equal("wrote revision s1\n", result.err)
    result = project:run("rebase", "s1", "--onto", "base")
    assert.same({ 0, "migrations/s1_squash_a1_to_b2.lua\n" }, { result.code, result.out })
    assert.truthy(result.err:find("rebased s1\n", 1, true), result.err)
  end)
end)
