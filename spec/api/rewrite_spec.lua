-- rebase: the file it writes, and what it refuses.
local cli = require "spec.support.cli"

local function revision(id, down, header)
  return {
    id = id, down = down, header = header,
    upgrade = ('  op.create_table("t_%s", { { "id", types.integer, primary_key = true } })')
      :format(id),
    downgrade = ('  op.drop_table("t_%s")'):format(id),
  }
end

local project

local function start(revisions)
  project = cli.project { revisions = revisions }
end

describe("rebase", function()
  before_each(function()
    start { revision("a1"), revision("b2", "a1"), revision("c3", "a1"), revision("d4", "c3") }
  end)
  after_each(function()
    project:remove()
  end)

  it("makes a late branch linear and changes nothing else in the file", function()
    local before = project:read "migrations/c3.lua"
    project:shell "chmod 640 migrations/c3.lua"
    local object, result = project:json("rebase", "c3", "--onto", "b2")
    assert.equal(0, result.code, result.err)
    assert.same({ revision = "c3", file = "migrations/c3.lua" }, object)
    assert.equal(before:gsub('down_revision = "a1"', 'down_revision = "b2"'),
      project:read "migrations/c3.lua")
    assert.equal("640\n", project:shell("stat -c %a migrations/c3.lua").out)
    assert.same({ "a1.lua", "b2.lua", "c3.lua", "d4.lua" }, project:list "migrations")
    local order = {}
    for i, item in ipairs(project:json("history").history) do
      order[i] = item.revision
    end
    assert.same({ "d4", "c3", "b2", "a1" }, order)
    assert.falsy(project:exists "app.db")
  end)

  it("makes a root with --onto base", function()
    assert.equal(0, project:run("rebase", "b2", "--onto", "base").code)
    assert.truthy(project:read("migrations/b2.lua"):find("\ndown_revision = nil\n", 1, true))
  end)

  local refusals = {
    { "what is applied", { "c3", "--onto", "b2" }, 9, "c3 is applied in the database" },
    { "what others applied need", { "a1", "--onto", "base" }, 9, "a1 is applied" },
    { "a cycle", { "b2", "--onto", "e5" }, 2, "that would be a cycle" },
    { "itself", { "e5", "--onto", "e5" }, 2, "onto itself" },
    { "a merge", { "m6", "--onto", "a1" }, 2, "is a merge" },
    { "several new parents", { "e5", "--onto", "heads" }, 2, "names 2 revisions" },
    { "an unknown revision", { "zz", "--onto", "a1" }, 2, "zz" },
  }
  for _, case in ipairs(refusals) do
    it("refuses " .. case[1], function()
      project:write("migrations/e5.lua", cli.revision(revision("e5", "b2")))
      project:write("migrations/m6.lua", cli.revision(revision("m6", { "d4", "b2" })))
      assert.equal(0, project:run("upgrade", "c3").code)
      local before = project:shell("cat migrations/*").out
      local result = project:run("rebase", table.unpack(case[2]))
      assert.equal(case[3], result.code)
      assert.truthy(result.err:find(case[4], 1, true), result.err)
      assert.equal(before, project:shell("cat migrations/*").out)
    end)
  end

  it("refuses a database whose row no file knows", function()
    project:run("upgrade", "b2")
    project:sql "UPDATE luamigrate_version SET version_num = 'gone'"
    assert.equal(9, project:run("rebase", "d4", "--onto", "b2").code)
  end)
end)
