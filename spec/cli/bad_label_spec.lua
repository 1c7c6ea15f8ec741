-- G4 of the vectors: a label that the grammar of targets cannot hold. Alembic reads "foo-1" as one
-- below "foo"; here the file is refused before any target is read, with exit 4.
local cli = require "spec.support.cli"

describe("a label with a minus", function()
  local project

  setup(function()
    project = cli.project { revisions = {
      { id = "aaaa" }, { id = "bbbb", down = "aaaa", header = 'branch_labels = "foo-1"' },
      { id = "cccc", down = "bbbb" },
    } }
  end)
  teardown(function()
    project:remove()
  end)

  for _, words in ipairs {
    { "upgrade", "foo-1@head" }, { "upgrade", "foo-1" }, { "downgrade", "foo-1@aaaa" },
    { "upgrade", "foo-1@+1" },
  } do
    it("is refused by " .. table.concat(words, " "), function()
      local object, result = project:json(table.unpack(words))
      assert.equal(4, result.code)
      assert.same({ "tree", "migrations/bbbb.lua" }, { object.error.code, object.error.file })
      assert.truthy(object.error.message:find("foo-1", 1, true), object.error.message)
      assert.falsy(project:exists "app.db")
    end)
  end
end)
