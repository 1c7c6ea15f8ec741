-- current, heads, history, show: which revisions they list.
local cli = require "spec.support.cli"
local cjson = require "cjson"

local REVISIONS = {
  { id = "a1", message = "first" },
  { id = "b2", down = "a1", message = "left", header = 'branch_labels = "left"' },
  { id = "c3", down = "a1", message = "right", header = 'depends_on = "left"' },
  { id = "d4", down = { "b2", "c3" }, message = "join" },
}

local function ids(revisions)
  local list = {}
  for i, revision in ipairs(revisions) do
    list[i] = revision.revision
  end
  return list
end

describe("lists", function()
  local project

  before_each(function()
    project = cli.project { revisions = REVISIONS }
  end)
  after_each(function()
    project:remove()
  end)

  it("history -r, -i, -v", function()
    project:run("upgrade", "b2")
    assert.same({ "b2", "a1" }, ids(project:json("history", "-r", ":current").history))
    -- c3 depends on b2, so it lies between
    assert.same({ "d4", "c3", "b2" }, ids(project:json("history", "-r", "b2:d4").history))
    local result = project:run("history", "-i")
    assert.truthy(result.out:find("a1 -> b2 (left) (current)  left\n", 1, true), result.out)
    result = project:run("history", "-v", "-r", "b2:b2")
    assert.truthy(result.out:find("Revision:  b2 (left)\nParent:    a1\n"
      .. "File:      migrations/b2.lua\nCreated:   2026-11-21 12:30:00 UTC\n\n    left\n",
      1, true), result.out)
  end)

  it("history --applied: what was run, by whom", function()
    project:run("upgrade", "b2")
    project:run "downgrade"
    local rows = project:json("history", "--applied").history
    assert.same({ "b2", "b2", "a1" }, ids(rows))
    assert.same({ "downgrade", "upgrade", "upgrade" },
      { rows[1].direction, rows[2].direction, rows[3].direction })
    for _, name in ipairs { "started_at", "duration_ms", "actor", "host", "state" } do
      assert.is_not_nil(rows[1][name], name)
      assert.are_not_equal(cjson.null, rows[1][name], name)
    end
    assert.truthy(project:run("history", "--applied").out:find "^20[%d-]+T[%d:]+Z  downgrade  b2")
    assert.same({ "a1" }, ids(project:json("history", "--applied", "-r", ":a1").history))
    assert.same({ "b2", "b2" }, ids(project:json("history", "--applied", "-r", "b2:").history))
    assert.equal(2, project:run("history", "--applied", "-r", "nix:").code)
  end)

  it("heads", function()
    os.remove(project:path "migrations/d4.lua")
    assert.equal("b2 (left) (effective head)  left\nc3 (head)  right\n",
      project:run("heads").out)
    assert.same({ "b2", "c3" }, ids(project:json("heads").heads))
    assert.same({ "c3" }, ids(project:json("heads", "--resolve-dependencies").heads))
  end)

  it("branches: where they begin, with what follows", function()
    assert.equal("a1 (branchpoint)  first\n  -> b2 (left)  left\n  -> c3  right\n",
      project:run("branches").out)
    local result = project:run("branches", "-v")
    assert.truthy(result.out:find "^Revision:  a1 %(branchpoint%)\n.*\n  %-> b2 %(left%)  left\n",
      result.out)
    local object = project:json "branches"
    assert.same({ "a1" }, ids(object.branches))
    assert.same({ "b2", "c3" }, object.branches[1].children)
    assert.is_true(object.branches[1].branch_point)
    os.remove(project:path "migrations/d4.lua")
    os.remove(project:path "migrations/c3.lua")
    assert.same({}, project:json("branches").branches)
    assert.equal("", project:run("branches").out)
  end)

  it("show: several targets, prefixes, the comment", function()
    local object = project:json("show", "heads", "b")
    assert.same({ "d4", "b2" }, ids(object.revisions))
    assert.truthy(object.revisions[1].doc:find "^join")
    assert.same({ "a1" }, ids(project:json("show", "b2-1").revisions))
    for _, symbol in ipairs { "zz", "base", "b2-7", "head+1", "-1" } do
      assert.equal(2, project:run("show", symbol).code, symbol)
    end
    project:run("upgrade", "b2")
    assert.same({ "b2" }, ids(project:json("show", "current").revisions))
    assert.same({ "a1" }, ids(project:json("show", "current-1").revisions))
    assert.same({ "b2" }, ids(project:json("show", "left@current").revisions))
    assert.same({ "d4" }, ids(project:json("show", "current+1").revisions))
  end)

  it("current: rows and marks; --check-heads exits 3", function()
    local result = project:run "current"
    assert.same({ 0, "" }, { result.code, result.out })
    assert.falsy(project:exists "app.db")
    project:run("upgrade", "c3")
    local object
    object, result = project:json("current", "--check-heads")
    assert.equal(3, result.code)
    assert.is_false(object.at_heads)
    assert.is_true(object.current[1].current)
    project:run "upgrade"
    result = project:run("current", "--check-heads")
    assert.same({ 0, "d4 (left) (head) (mergepoint)  join\n" }, { result.code, result.out })
    assert.is_true(project:json("current").at_heads)
  end)

  it("a broken tree is exit 4 for each of them", function()
    project:write("migrations/e5.lua", cli.revision { id = "e5", down = "nowhere" })
    for _, words in ipairs {
      { "history" }, { "heads" }, { "show", "a1" }, { "current" }, { "status" }, { "upgrade" },
      { "revision", "x" }, { "merge", "heads" },
    } do
      local object, result = project:json(table.unpack(words))
      assert.equal(4, result.code, words[1])
      assert.same({ "tree", "migrations/e5.lua" }, { object.error.code, object.error.file })
    end
  end)
end)
