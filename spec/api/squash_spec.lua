-- squash: the file it writes, what it refuses, and what databases make of it.
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

local function rows(file)
  return project:sql("SELECT group_concat(version_num, ' ') FROM (SELECT version_num FROM "
    .. "luamigrate_version ORDER BY 1)", file)
end

local function tables(file)
  return (project:sql("SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema "
    .. "WHERE type = 'table' AND name LIKE 't@_%' ESCAPE '@' ORDER BY name)", file):gsub("t_", ""))
end

local function ids(list)
  local names = {}
  for i, object in ipairs(list) do
    names[i] = object.revision
  end
  return table.concat(names, " ")
end

describe("squash", function()
  before_each(function()
    start { revision("a1"), revision("b2", "a1"), revision("c3", "b2", 'branch_labels = "net"'),
      revision("d4", "c3"), revision("e5", "d4") }
  end)
  after_each(function()
    project:remove()
  end)

  local function squash()
    local object, result = project:json("squash", "b2:d4", "-m", "First release",
      "--rev-id", "s1")
    assert.equal(0, result.code, result.err)
    assert.same({ revision = "s1", file = "migrations/s1_first_release.lua" }, object)
  end

  local function upgrade(file, target)
    local result = project:run("-d", "sqlite:" .. file, "upgrade", target)
    assert.equal(0, result.code, result.err)
    return result
  end

  it("leaves every database with the same tables", function()
    for _, target in ipairs { "a1", "b2", "c3", "d4", "e5" } do
      upgrade(target .. ".db", target)
    end
    squash()
    assert.equal("e5 s1 a1", ids(project:json("history").history))
    assert.same({ "net" }, project:json("show", "s1").revisions[1].branch_labels)
    for _, file in ipairs { "new.db", "a1.db", "b2.db", "c3.db", "d4.db", "e5.db" } do
      upgrade(file)
      assert.equal("e5", rows(file), file)
      assert.equal("a1 b2 c3 d4 e5", tables(file), file)
    end
    assert.equal("a1 s1 e5", project:sql("SELECT group_concat(revision, ' ') FROM "
      .. "(SELECT revision FROM luamigrate_history ORDER BY id)", "new.db"))
    assert.equal("a1 b2 c3 d4 e5", project:sql("SELECT group_concat(revision, ' ') FROM "
      .. "(SELECT revision FROM luamigrate_history ORDER BY id)", "c3.db"))
    local result = project:run("-d", "sqlite:new.db", "downgrade", "a1")
    assert.same({ 0, "a1" }, { result.code, tables "new.db" }, result.err)
  end)

  it("rewrites the row of its last revision with the next upgrade only", function()
    upgrade("app.db", "d4")
    squash()
    local object = project:json "current"
    assert.equal("d4", ids(object.current))
    assert.equal("d4", rows())
    assert.equal(3, project:run("status").code)
    local result = upgrade("app.db", "s1")
    assert.equal("s1", rows())
    assert.truthy(result.err:find("version row d4 was rewritten", 1, true), result.err)
    assert.same({}, project:json("status").edited)
  end)

  it("tells of the rewriting in the history, whichever command does it", function()
    local commands = { ["one.db"] = { "upgrade" }, ["two.db"] = { "upgrade", "s1" },
      ["three.db"] = { "upgrade", "--transaction", "run" }, ["four.db"] = { "stamp", "e5" } }
    for file in pairs(commands) do
      upgrade(file, "d4")
    end
    squash()
    for file, words in pairs(commands) do
      local result = project:run("-d", "sqlite:" .. file, table.unpack(words))
      assert.equal(0, result.code, result.err)
      local list = project:json("-d", "sqlite:" .. file, "history", "--applied").history
      local row = list[#list - 4] -- behind those of a1 to d4
      assert.same({ "s1", "stamp", "squashed" }, { row.revision, row.direction, row.state }, file)
      local text = project:run("-d", "sqlite:" .. file, "history", "--applied").out
      assert.truthy(text:find "stamp  s1  [^\n]*  squashed\n", text)
    end
    -- the file of the new revision is known now: an edit is noticed
    local path = "migrations/s1_first_release.lua"
    project:write(path, project:read(path) .. "\nlocal more = 1\n")
    assert.same({ "s1" }, project:json("-d", "sqlite:one.db", "status").edited)
  end)

  it("needs its old files for a database inside the range", function()
    upgrade("in.db", "c3")
    upgrade("at.db", "d4")
    squash()
    project:shell "mkdir kept && mv migrations/b2.lua migrations/c3.lua migrations/d4.lua kept"
    local result = project:run("-d", "sqlite:in.db", "upgrade")
    assert.equal(9, result.code)
    assert.truthy(result.err:find("inside a range", 1, true), result.err)
    assert.equal("c3", rows "in.db")
    upgrade "at.db"
    assert.equal("e5", rows "at.db")
    project:shell "cp kept/* migrations"
    upgrade "in.db"
    assert.equal("a1 b2 c3 d4 e5", tables "in.db")
  end)

  it("keeps the globals of each script apart", function()
    for _, id in ipairs { "b2", "c3" } do
      local text = project:read("migrations/" .. id .. ".lua")
        :gsub('"t_' .. id .. '"', "name()")
      project:write("migrations/" .. id .. ".lua",
        "#!/usr/bin/lua\n" .. text .. ('\nfunction name() return "t_%s" end\n'):format(id))
    end
    squash()
    upgrade "app.db"
    assert.equal("a1 b2 c3 d4 e5", tables())
    assert.equal(0, project:run("downgrade", "base").code)
    assert.equal("", tables())
  end)

  it("has no downgrade where one of the old ones has none", function()
    local text = project:read("migrations/c3.lua"):gsub("\nfunction downgrade.*", "\n")
    project:write("migrations/c3.lua", text)
    squash()
    upgrade "app.db"
    assert.equal(4, project:run("downgrade", "a1").code)
    assert.equal("a1 b2 c3 d4 e5", tables())
  end)

  it("can be squashed again", function()
    squash()
    local result = project:run("squash", "a1:s1", "-m", "all", "--rev-id", "t2")
    assert.equal(0, result.code, result.err)
    upgrade "app.db"
    assert.equal("a1 b2 c3 d4 e5", tables())
    assert.equal("e5 t2", ids(project:json("history").history))
  end)

  local refusals = {
    { "a branch inside", "a1:d4", "x9", "c3", "c3 has several children" },
    { "one revision", "b2:b2", nil, nil, "nothing to squash" },
    { "the wrong order", "d4:b2", nil, nil, "the older revision comes first" },
    { "an id that is taken", "b2:d4", nil, nil, "e5", "e5" },
  }
  for _, case in ipairs(refusals) do
    it("refuses " .. case[1], function()
      if case[3] then
        project:write("migrations/x9.lua", cli.revision(revision(case[3], case[4])))
      end
      local before = #project:list "migrations"
      local result = project:run("squash", case[2], "-m", "x", "--rev-id", case[6] or "s1")
      assert.equal(2, result.code)
      assert.truthy(result.err:find(case[5], 1, true), result.err)
      assert.equal(before, #project:list "migrations")
    end)
  end

  it("refuses what would need itself, and writes nothing", function()
    project:write("migrations/x9.lua", cli.revision(revision("x9", nil, 'depends_on = "b2"')))
    project:write("migrations/c3.lua", cli.revision(revision("c3", "b2", 'depends_on = "x9"')))
    local result = project:run("squash", "b2:d4", "-m", "x", "--rev-id", "s1")
    assert.equal(4, result.code)
    assert.truthy(result.err:find("cycle", 1, true), result.err)
    assert.falsy(project:exists "migrations/s1_x.lua")
  end)
end)
