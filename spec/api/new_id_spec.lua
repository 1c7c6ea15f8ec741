-- Ids are made as the configuration says; what cannot be one is refused.
local cli = require "spec.support.cli"

describe("the id of a new revision", function()
  local project

  before_each(function()
    project = cli.project()
  end)
  after_each(function()
    project:remove()
  end)

  local function new(...)
    local object, result = project:json("revision", ...)
    assert.equal(0, result.code, result.err)
    return object
  end

  it("makes sequential and timestamp ids", function()
    project:write("luamigrate.lua", 'return { revision_id = "sequential" }')
    assert.equal("001", new("a").revision)
    assert.equal("002", new("b").revision)
    new("c", "--rev-id", "0041_x")
    assert.equal("0042", new("d").revision)
    project:write("luamigrate.lua", 'return { revision_id = "timestamp" }')
    local one, two = new("e").revision, new("f").revision
    assert.truthy(one:find "^20%d%d%d%d%d%d%d%d%d%d%d%d$")
    assert.is_true(math.tointeger(two) > math.tointeger(one))
  end)

  it("refuses ids and labels that cannot be", function()
    new("a", "--rev-id", "a1", "-b", "label")
    for _, words in ipairs {
      { "--rev-id", "head" }, { "--rev-id", "a1" }, { "--rev-id", "A1" },
      { "--rev-id", "a/b" }, { "--rev-id", "../x" }, { "--rev-id", ".x" }, { "--rev-id", "" },
      { "--rev-id", "label" }, { "--rev-id", ("x"):rep(256) }, { "-b", "label" }, { "-b", "base" },
      { "-b", "x y" }, { "--rev-id", "z", "-b", "z" }, { "--depends-on", "nothing" },
      { "--head", "nothing" }, { "--version-path", "elsewhere" },
    } do
      local object, result = project:json("revision", "m", table.unpack(words))
      assert.equal(2, result.code, table.concat(words, " "))
      assert.equal("usage", object.error.code)
    end
    assert.equal(1, #project:list "migrations")
  end)
end)
