-- current, heads, history, show, status: the same facts as text and as JSON.
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

  it("history: newest first, without a database", function()
    local result = project:run("-c", "luamigrate.lua", "history")
    assert.same({ 0, "" }, { result.code, result.err })
    assert.equal(
      "b2, c3 -> d4 (head) (mergepoint)  join\n"
      .. "a1 -> c3  right\n"
      .. "a1 -> b2 (left)  left\n"
      .. "base -> a1 (branchpoint)  first\n", result.out)
    assert.falsy(project:exists "app.db")
    assert.equal(result.out, project:run("history", "--no-graph").out)
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
  end)

  it("heads", function()
    os.remove(project:path "migrations/d4.lua")
    assert.equal("b2 (left) (effective head)  left\nc3 (head)  right\n",
      project:run("heads").out)
    assert.same({ "b2", "c3" }, ids(project:json("heads").heads))
    assert.same({ "c3" }, ids(project:json("heads", "--resolve-dependencies").heads))
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
    assert.same({ 0, "d4 (head) (mergepoint)  join\n" }, { result.code, result.out })
    assert.is_true(project:json("current").at_heads)
  end)

  it("status: 3 while something is pending, 0 then", function()
    local object, result = project:json "status"
    assert.equal(3, result.code)
    assert.falsy(project:exists "app.db")
    assert.same({ "a1", "b2", "c3", "d4" }, ids(object.pending))
    assert.same({ "sqlite", "app.db", cjson.null, "luamigrate.lua", "number" },
      { object.database.dialect, object.database.name, object.database.host,
        object.database.source, type(object.database.server_version) })
    assert.same({ 4, false, {}, {}, cjson.null, { "d4" }, {} },
      { object.pending_count, object.up_to_date, object.edited, object.unfinished,
        object.last_run, ids(object.heads), object.current })
    project:run("upgrade", "b2")
    result = project:run "status"
    assert.equal(3, result.code)
    assert.truthy(result.out:find("Database:  sqlite:app.db (from luamigrate.lua)\n", 1, true))
    assert.truthy(result.out:find "Server:    SQLite 3%.%d+%.%d+\n")
    assert.truthy(result.out:find("Current:   b2\nTarget:    d4\nPending:   2\n"
      .. "  a1 -> c3  right\n  b2, c3 -> d4 (head) (mergepoint)  join\n", 1, true), result.out)
    assert.truthy(result.out:find "Last run:  upgrade b2 at 20")
    project:run "upgrade"
    object, result = project:json "status"
    assert.same({ 0, 0, true, "d4" },
      { result.code, object.pending_count, object.up_to_date, object.last_run.revision })
  end)

  it("status lists an unknown row and exits 3", function()
    project:run "upgrade"
    project:sql "INSERT INTO luamigrate_version VALUES ('ghost')"
    local object, result = project:json "status"
    assert.equal(3, result.code)
    assert.same({ "d4", "ghost" }, ids(object.current))
    assert.equal(cjson.null, object.current[2].file)
    assert.is_true(object.current[2].current)
    assert.is_false(object.up_to_date)
    assert.truthy(project:run("status").out:find("Unknown:   ghost", 1, true))
  end)

  it("status names edited files", function()
    project:run "upgrade"
    project:write("migrations/a1.lua", cli.revision { id = "a1", upgrade = "  print(1)" })
    assert.same({ "a1" }, project:json("status").edited)
    assert.truthy(project:run("status").out:find("Edited:    a1", 1, true))
  end)

  it("says where the address came from", function()
    project:write("luamigrate.lua", "return {}")
    assert.equal(2, project:run("status").code)
    local result = project:shell('"$L" status', { DATABASE_URL = "sqlite:env.db" })
    assert.truthy(result.out:find("Database:  sqlite:env.db (from DATABASE_URL)\n", 1, true))
    assert.truthy(project:run("status", "-d", "sqlite:x.db").out:find("(from -d)", 1, true))
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
