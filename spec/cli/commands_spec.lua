-- What is not built yet is a known word, refused by name.
local cli = require "spec.support.cli"

local LATER = {
  "check", "verify",
}

describe("commands of later versions", function()
  local project

  setup(function()
    project = cli.project { revisions = { { id = "a1", message = "first" } } }
  end)
  teardown(function()
    project:remove()
  end)

  for _, name in ipairs(LATER) do
    it("refuses " .. name .. " by name with exit 5", function()
      local result = project:run(name, "x", "--whatever")
      assert.same({ 5, "" }, { result.code, result.out })
      assert.equal("luamigrate: error: luamigrate " .. name
        .. " is not built in this version\n", result.err)
    end)
  end

  local LATER_OPTIONS = {
    { "upgrade", "--backup" }, { "upgrade", "--backup=x" }, { "downgrade", "--backup" },
    { "revision", "--autogenerate", "x" },
  }
  for _, words in ipairs(LATER_OPTIONS) do
    it("refuses " .. table.concat(words, " ") .. " by name with exit 5", function()
      local result = project:run(table.unpack(words))
      assert.equal(5, result.code)
      assert.truthy(result.err:find("luamigrate " .. words[1] .. " "
        .. words[2]:gsub("=.*", ""), 1, true), result.err)
      assert.truthy(result.err:find("is not built in this version", 1, true))
      assert.falsy(project:exists "app.db")
    end)
  end
end)
