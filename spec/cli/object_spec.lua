-- JSON output is valid whatever the texts hold: cjson, which did not write it, is the judge.
local cli = require "spec.support.cli"
local cjson = require "cjson"

describe("a JSON object", function()
  local project

  before_each(function()
    project = cli.project()
  end)
  after_each(function()
    project:remove()
  end)

  it("keeps every byte that UTF-8 allows", function()
    local message = 'quote " back \\ tab \t brace {[ comma, \u{1F600} slash /'
    project:write("migrations/a.lua", cli.revision { id = "a", message = message })
    local shown, result = project:json("show", "a")
    assert.same({ 0, message }, { result.code, shown.revisions[1].message })
  end)

  it("has no comma too many or too few with no, one and two items", function()
    assert.equal('{"heads":[]}\n', project:run("--json", "heads").out)
    for i, id in ipairs { "a", "b" } do
      project:write("migrations/" .. id .. ".lua", cli.revision { id = id })
      local heads = cjson.decode(project:run("--json", "heads").out).heads
      assert.equal(i, #heads)
    end
  end)

  it("writes an empty list for a list and null for a text that is missing", function()
    local result = project:run("--json", "status")
    assert.truthy(result.out:find('"edited":[],"unfinished":[],"last_run":null}', 1, true))
    assert.truthy(result.out:find('"host":null', 1, true))
  end)

  it("is one line", function()
    project:write("migrations/a.lua", "--- one\n-- two\nrevision = 'a'\nfunction upgrade() end\n")
    local result = project:run("--json", "show", "a")
    assert.equal(1, select(2, result.out:gsub("\n", "")))
    assert.equal("one\ntwo", cjson.decode(result.out).revisions[1].doc)
  end)
end)
