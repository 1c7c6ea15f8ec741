-- Each folder of examples/ does what its README says.
local cli = require "spec.support.cli"

describe("examples/irreversible", function()
  local project

  before_each(function()
    project = cli.project()
    assert(os.execute(("cp -r examples/irreversible/. %s/"):format(cli.quote(project.dir))))
  end)

  after_each(function()
    project:remove()
  end)

  local function dump()
    return project:sql ".dump"
  end

  it("refuses the downgrade before the first write", function()
    assert.are.equal(0, project:run("upgrade").code)
    assert.are.equal(0, project:run("downgrade", "--yes").code)
    local before = dump()
    local result = project:run("downgrade", "--yes")
    assert.are.equal(4, result.code, result.err)
    assert.is_truthy(result.err:find("irreversible", 1, true), result.err)
    assert.is_truthy(result.err:find("the birth dates are gone", 1, true), result.err)
    assert.is_truthy(result.err:find("002_forget_birth_dates.lua", 1, true), result.err)
    assert.are.equal(before, dump())
  end)

  it("begins nothing of a way down that it cannot finish", function()
    assert.are.equal(0, project:run("upgrade").code)
    local before = dump()
    local result = project:run("downgrade", "base", "--yes")
    assert.are.equal(4, result.code, result.err)
    assert.is_truthy(result.err:find("the birth dates are gone", 1, true), result.err)
    assert.are.equal(before, dump())
  end)

  it("goes up again from where it is", function()
    assert.are.equal(0, project:run("upgrade").code)
    assert.are.equal(0, project:run("downgrade", "--yes").code)
    assert.are.equal(0, project:run("upgrade").code)
    assert.are.equal("C-000001\nC-000002",
      project:sql "SELECT number FROM customers ORDER BY id")
  end)
end)
