-- The folder of revision files: which names count, what is refused, and that nothing there can hang
-- the program.
local graph = require("luamigrate.core").graph

local function sh(format, ...)
  assert(os.execute(format:format(...)))
end

local function write(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  assert(file:close())
end

local function revision(id, down)
  return ('revision = "%s"\ndown_revision = %s\nfunction upgrade() end\n'):format(
    id, down and ('"%s"'):format(down) or "nil")
end

describe("a folder of revision files", function()
  local root, folder

  before_each(function()
    root = os.tmpname()
    os.remove(root)
    folder = root .. "/migrations"
    sh("mkdir -p '%s'", folder)
  end)

  after_each(function()
    sh("rm -rf '%s'", root)
  end)

  local function load(recursive)
    local list, rest = graph.tree(folder, "migrations", recursive)
    if not list then
      return nil, rest
    end
    local ids = {}
    for i, item in ipairs(list) do
      ids[i] = item.id
    end
    return table.concat(ids, " "), list
  end

  it("is read in the order of the names' bytes", function()
    write(folder .. "/b.lua", revision("one"))
    write(folder .. "/a.lua", revision("two", "one"))
    write(folder .. "/Z.lua", revision("three", "two"))
    local ids, list = load()
    assert.equal("three two one", ids)
    assert.equal("migrations/Z.lua", list[1].file)
    assert.equal(folder .. "/Z.lua", list[1].path)
  end)

  it("may be empty", function()
    assert.equal("", load())
  end)

  it("holds other things that are left alone", function()
    write(folder .. "/a.lua", revision("one"))
    write(folder .. "/.hidden.lua", "broken")
    write(folder .. "/#a.lua#", "broken")
    write(folder .. "/#a.lua", "broken")
    write(folder .. "/a.lua~", "broken")
    write(folder .. "/.a.lua.swp", "broken")
    write(folder .. "/README", "text")
    sh("mkdir '%s/lib' && mkfifo '%s/pipe'", folder, folder)
    write(folder .. "/lib/helper.lua", "return {}")
    assert.equal("one", load())
  end)

  it("has sub-folders when it is recursive", function()
    sh("mkdir -p '%s/2025/x' '%s/2026' '%s/.git'", folder, folder, folder)
    write(folder .. "/2026/a.lua", revision("three", "two"))
    write(folder .. "/2025/b.lua", revision("one"))
    write(folder .. "/2025/x/a.lua", revision("two", "one"))
    write(folder .. "/.git/a.lua", "broken")
    local ids, list = load(true)
    assert.equal("one two three", ids)
    assert.equal("migrations/2025/x/a.lua", list[2].file)
    assert.equal("", load(false))
  end)

  it("may be several, one after the other", function()
    sh("mkdir '%s/other'", root)
    write(folder .. "/b.lua", revision("two", "one"))
    write(root .. "/other/a.lua", revision("one"))
    local list = assert(graph.tree({ folder, root .. "/other" }, { "m", "o" }))
    assert.equal("m/b.lua", list[1].file)
    assert.equal("o/a.lua", list[2].file)
  end)

  it("may hold links that end inside", function()
    sh("mkdir '%s/..data'", folder)
    write(folder .. "/..data/a.lua", revision("one"))
    sh("ln -s ..data/a.lua '%s/a.lua'", folder)
    write(folder .. "/..data/b.lua", revision("two", "one"))
    sh("ln -s '%s/..data/b.lua' '%s/b.lua'", folder, folder)
    assert.equal("one two", load())
  end)

  it("may itself be a link", function()
    write(folder .. "/b.lua", revision("one"))
    sh("ln -s b.lua '%s/a.lua' && rm '%s/a.lua'", folder, folder)
    sh("ln -s '%s' '%s/link'", folder, root)
    local list = assert(graph.tree(root .. "/link", "link"))
    assert.equal("link/b.lua", list[1].file)
  end)

  it("that leads outside by a link is a security matter", function()
    write(root .. "/secret.lua", revision("one"))
    sh("ln -s ../secret.lua '%s/a.lua'", folder)
    write(folder .. "/b.lua", "broken")
    local ids, err = load()
    assert.is_nil(ids)
    assert.equal("security", err.code)
    assert.equal(15, err.exit)
    assert.equal("migrations/a.lua", err.file)
  end)

  it("with a neighbour of a longer name is not fooled", function()
    sh("mkdir '%s-secret'", folder)
    write(folder .. "-secret/a.lua", revision("one"))
    sh("ln -s '%s-secret/a.lua' '%s/a.lua'", folder, folder)
    assert.equal("security", select(2, load()).code)
  end)

  it("that is missing says how to make one", function()
    local list, err = graph.tree(root .. "/nowhere", "nowhere")
    assert.is_nil(list)
    assert.equal("config", err.code)
    assert.equal("there is no folder nowhere for revision files", err.message)
    assert.truthy(err.hint:find("where luamigrate.lua is, or name that file with -c", 1, true))
    assert.truthy(err.hint:find("luamigrate init", 1, true))
  end)

  it("that is a file is none", function()
    write(root .. "/file", "")
    local _, err = graph.tree(root .. "/file", "file")
    assert.equal("config", err.code)
    assert.equal("file is not a folder", err.message)
  end)

  -- command to make %s/x.lua, message
  local others = {
    { "mkdir '%s/x.lua'", "x.lua: a folder, not a file: rename it" },
    { "mkfifo '%s/x.lua'", "x.lua: a FIFO, not a file" },
    { "ln -s nowhere '%s/x.lua'", "x.lua: a broken link" },
    { "ln -s x.lua '%s/x.lua'", "x.lua: a broken link" },
    { "ln -s /dev/zero '%s/x.lua'", "x.lua: a device, not a file" },
    { "ln -s . '%s/x.lua'", "x.lua: a folder, not a file: rename it" },
    { "mkfifo '%s/p'; ln -s p '%s/x.lua'", "x.lua: a FIFO, not a file" },
    { "head -c 1048577 /dev/zero | tr '\\0' '\\n' > '%s/x.lua'",
      "x.lua: the file is larger than 1 MiB" },
    { ": > '%s/x.lua'", "x.lua: the file is empty" },
    { "printf 'local M = {}\\nreturn M' > '%s/x.lua'",
      "x.lua: no revision in the header: is this a module? Modules that revisions require "
        .. "belong into a sub-folder" },
  }
  for _, case in ipairs(others) do
    it("refuses " .. case[1]:gsub("'?%%s/", ""), function()
      sh((case[1]:gsub("%%s", folder)))
      write(folder .. "/y.lua", revision("child", "unread"))
      local ids, err = load()
      assert.is_nil(ids)
      assert.equal("tree", err.code)
      -- every fault is listed at once, also a parent that may be in that file
      assert.equal("migrations/" .. case[2]
        .. '\nmigrations/y.lua:2: down_revision of child: no revision "unread"', err.message)
    end)
  end

  it("refuses bytecode", function()
    write(folder .. "/x.lua", string.dump(load))
    local _, err = load()
    assert.equal("security", err.code)
  end)

  it("refuses names that differ in case only", function()
    write(folder .. "/a.lua", revision("one"))
    write(folder .. "/A.lua", revision("two", "one"))
    local _, err = load()
    assert.equal("migrations/a.lua: the name differs only in case from A.lua", err.message)
  end)

  it("lists every problem, sorted", function()
    write(folder .. "/1.lua", revision("one"))
    write(folder .. "/2.lua", revision("one"))
    write(folder .. "/3.lua", 'revision = "three"\n\ndown_revision = "oen"')
    write(folder .. "/4.lua", 'down_revision = 1\nrevision = "four"')
    write(folder .. "/5.lua", revision("five", "four"))
    local _, err = load()
    assert.equal(table.concat({
      'migrations/2.lua:1: revision "one" is already a revision, at migrations/1.lua:1',
      'migrations/3.lua:3: down_revision of three: no revision "oen" (did you mean one?)',
      "migrations/4.lua:1: down_revision must be a string or a list of strings, not a number",
    }, "\n"), err.message)
    assert.equal("migrations/2.lua", err.file)
    assert.equal(1, err.line)
    assert.equal(4, err.exit)
  end)

  it("reads headers of any length", function()
    local long = "-- " .. ("x"):rep(20000) .. "\n"
    write(folder .. "/1.lua", long .. revision("one"))
    write(folder .. "/2.lua", ("-- y\n"):rep(3000) .. revision("two", "one"))
    write(folder .. "/3.lua", revision("three", "two") .. ("\n"):rep(100000))
    write(folder .. "/4.lua", revision("four", "three") .. ("x"):rep(100000))
    local text = "-- z\n" .. revision("five", "four")
    write(folder .. "/5.lua", text .. ("\n"):rep(8192 - #text))
    write(folder .. "/6.lua", revision("six", "five") .. ("\n"):rep(8192))
    assert.equal("one two three four five six", load())
  end)
end)
