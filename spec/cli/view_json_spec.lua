-- A revision as an object: every field, nothing left out.
local cli = require "spec.support.cli"
local cjson = require "cjson"

local REVISIONS = {
  { id = "a1", message = "first" },
  { id = "b2", down = "a1", message = "left", header = 'branch_labels = "left"' },
  { id = "c3", down = "a1", message = "right", header = 'depends_on = "left"' },
  { id = "d4", down = { "b2", "c3" }, message = "join" },
}

describe("a revision for programs", function()
  local project

  before_each(function()
    project = cli.project { revisions = REVISIONS }
  end)
  after_each(function()
    project:remove()
  end)

  it("a revision object has every field", function()
    local object = project:json "history"
    assert.same({
      revision = "c3", down_revision = { "a1" }, depends_on = { "b2" }, branch_labels = {},
      message = "right", file = "migrations/c3.lua", create_date = "2026-11-21T12:30:00Z",
      head = false, branch_point = false, merge_point = false, current = false,
    }, object.history[2])
    assert.same({ "b2", "c3" }, object.history[1].down_revision)
  end)

  it("message and create_date are null when missing", function()
    project:write("migrations/e5.lua",
      'revision = "e5"\ndown_revision = "d4"\nfunction upgrade() end\n')
    local shown = project:json("show", "e5").revisions[1]
    assert.same({ cjson.null, cjson.null, cjson.null },
      { shown.message, shown.create_date, shown.doc })
  end)

  local DATES = {
    ["2026-11-21 12:30:00 UTC"] = "2026-11-21T12:30:00Z",
    ["2026-11-21 12:30:00 +0530"] = "2026-11-21T07:00:00Z",
    ["2026-11-21 23:30:00 -01:00"] = "2026-11-22T00:30:00Z",
    ["2026-11-21 12:30:00.123456"] = "2026-11-21T12:30:00Z",
    ["2026-11-21T12:30:00Z"] = "2026-11-21T12:30:00Z",
    ["yesterday"] = cjson.null,
  }
  for text, expected in pairs(DATES) do
    it("gives a date in UTC: " .. text, function()
      project:write("migrations/e5.lua", ([[
--- x
-- Create Date: %s
revision = "e5"
down_revision = "d4"
function upgrade() end
]]):format(text))
      assert.equal(expected, project:json("show", "e5").revisions[1].create_date)
    end)
  end
end)
