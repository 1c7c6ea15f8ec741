-- Proves how revision files are loaded: what is refused before the first write, and `require`.
local scripts = require "spec.support.scripts"

describe("a revision", function()
  local project

  before_each(function() project = scripts.open { modules = { "luarock" } } end)
  after_each(function() project:close() end)

  local function fails(number, direction)
    local ok, err = project.state:load(number, direction)
    assert.is_nil(ok)
    return err
  end

  local BODY = "function upgrade() end\n"

  -- text from line 2 on, header besides the id, message, line, direction
  local refused = {
    { "a syntax error", "function upgrade( end", {}, "<name> or '...' expected near 'end'", 2 },
    { "a bracket that is open", "x = (1", {}, "')' expected near <eof>", 2 },
    { "300 brackets", "x = " .. ("("):rep(300), {}, "brackets or blocks are nested too deep", 0 },
    { "300 tables", "x = " .. ("{"):rep(300), {}, "brackets or blocks are nested too deep", 0 },
    { "no upgrade", "local x = 1", {},
      "the script has no function upgrade() (a local one does not count)", 0 },
    { "another upgrade", "upgrade = 1", {}, "'upgrade' is not a function", 0 },
    { "no downgrade", BODY, {},
      "the script has no function downgrade() "
        .. "(write it, or say `irreversible = \"why\"` in the header)",
      0, "downgrade" },
    { "a downgrade that is a table", BODY .. "downgrade = {}", {},
      "'downgrade' is not a function", 0, "downgrade" },
    { "no way back", 'irreversible = "data is gone"\n' .. BODY, { irreversible = "data is gone" },
      "the revision is irreversible: data is gone", 0, "downgrade" },
    { "an error at the top level", "\nerror 'no'", {}, "no", 3 },
    { "op at the top level", "\nprobe.enter 'op.execute'", {},
      "op.execute is only available inside upgrade() and downgrade()", 3 },
    { "an unknown global", "x = tipes", {}, "unknown global 'tipes' (did you mean 'types'?)", 2 },
  }
  for _, case in ipairs(refused) do
    local name, text, header, message, line, direction = table.unpack(case)
    it("with " .. name .. " is refused", function()
      local err = fails(project:add(text, header), direction)
      assert.are.same({ message, line, "script", 4, "migrations/r1.lua", "r1" },
        { err.message, err.line, err.code, err.exit, err.file, err.revision })
    end)
  end

  -- What the header says against what the code does.
  local computed = {
    { "id", 'revision = "r" .. "2"', {}, "revision", 2 },
    { "parent", BODY .. 'down_revision = "r0"', {}, "down_revision", 3 },
    { "lost parent", BODY .. "down_revision = nil", { down = { "r0" } }, "down_revision", 3 },
    { "parents", 'down_revision = { "a", "c" }', { down = { "a", "b" } }, "down_revision", 2 },
    { "labels", 'branch_labels = "x"', {}, "branch_labels", 2 },
    { "dependency", "depends_on = 1", {}, "depends_on", 2 },
    { "replaced ids", 'replaces = { "a" }', {}, "replaces", 2 },
    { "transaction", BODY .. "transaction = false", {}, "transaction", 3 },
    { "foreign_keys", "foreign_keys = true", {}, "foreign_keys", 2 },
    { "irreversible", "irreversible = true", {}, "irreversible", 2 },
    { "lock_timeout", "lock_timeout = 5", { lock_timeout = 6 }, "lock_timeout", 2 },
    { "statement_timeout", "statement_timeout = '5'", { statement_timeout = 5 },
      "statement_timeout", 2 },
  }
  for _, case in ipairs(computed) do
    local name, text, header, variable, line = table.unpack(case)
    it("that computes its " .. name .. " is refused", function()
      local err = fails(project:add(text .. "\n" .. BODY, header))
      assert.are.equal("script", err.code)
      assert.are.equal(line, err.line)
      assert.is_truthy(err.message:find("'" .. variable .. "' is set by code", 1, true))
    end)
  end

  it("whose header is what it says is loaded", function()
    local number = project:add([[
down_revision = { "a", "b" }
branch_labels = "l"
depends_on = { "d" }
replaces = nil
transaction = true
foreign_keys = false
lock_timeout = 1.5
statement_timeout = 0
]] .. BODY, { down = { "a", "b" }, labels = { "l" }, depends_on = { "d" }, transaction = true,
      foreign_keys = false, lock_timeout = 1.5, statement_timeout = 0 })
    local ok, err = project.state:load(number)
    assert.is_true(ok, err and err.message)
    assert.is_truthy(project.state:checksum(number):find "^%x+$")
    assert.are.equal(16, #project.state:checksum(number))
    assert.is_true((project.state:load(number)))
  end)

  it("of bytecode is a matter of security", function()
    local code = string.dump(assert(load "x = 1"))
    for _, text in ipairs { code, "\xef\xbb\xbf" .. code, "#!/bin/lua\n" .. code } do
      local ok, err = project.state:load(project:add_file(text))
      assert.is_nil(ok)
      assert.are.equal("security", err.code)
    end
  end)

  it("may begin with a byte order mark and a #! line", function()
    for i, start in ipairs { "\xef\xbb\xbf", "#!/usr/bin/lua\n", "\xef\xbb\xbf#!x\r\n" } do
      local text = start .. ('revision = "r%d"\nfunction upgrade()\nerror "here"\nend'):format(i)
      local ok, err = project.state:run(project:add_file(text))
      assert.is_nil(ok)
      assert.are.equal(i == 1 and 3 or 4, err.line)
    end
  end)

  it("with CRLF keeps its lines", function()
    local _, err = project.state:run(
      project:add "\r\n\r\nfunction upgrade()\r\nerror 'here'\r\nend")
    assert.are.equal(5, err.line)
  end)

  it("that is not there, a folder or too large is an error", function()
    local number = project:add(BODY)
    os.remove(project.folder .. "/r1.lua")
    assert.are.equal("io", fails(number).code)
    assert.is_true(os.execute("mkdir '" .. project.folder .. "/r1.lua'"))
    assert.are.equal("io", fails(number).code)
    assert.are.equal("io", fails(project:add(("-"):rep(1024 * 1024 + 1))).code)
  end)

  it("runs its downgrade", function()
    local number = project:add(BODY .. "function downgrade() print 'down' end")
    assert.is_true(project.state:run(number, "downgrade"))
    assert.are.equal("down", project.state:log()[1].text)
  end)

  it("is tried again as if for the first time", function()
    assert.is_true(os.execute("mkdir -p '" .. project.folder .. "/lib'"))
    project:write("lib/seen.lua", "return {}")
    local number = project:add [[
local n, seen = 0, require "lib.seen"
op.register_operation("count", function() return n end)
function upgrade() n, seen.n = n + 1, (seen.n or 0) + 1 error(op.count() .. " " .. seen.n, 0) end]]
    for _ = 1, 3 do
      local _, err = project.state:run(number)
      assert.are.equal("1 1", err.message)
    end
  end)
end)

describe("require", function()
  local project

  before_each(function() project = scripts.open { modules = { "luarock" } } end)
  after_each(function() project:close() end)

  local function fails(body)
    local ok, err = project:upgrade(body)
    assert.is_nil(ok)
    return err
  end

  it("finds modules beside the revisions", function()
    assert.is_true(os.execute("mkdir '" .. project.folder .. "/lib'"))
    project:write("lib/names.lua", "local M = {} function M.first() return 'a' end return M")
    project:write("plain.lua", "function twice(x) return 2 * x end\nshared = 1")
    assert.are.equal("a\ttrue\ttrue", project:printed [[
      print(require "lib.names".first(), require "plain",
        require "lib.names" == require "lib.names")]])
    assert.are.equal("unknown global 'shared'", fails "require 'plain' return shared".message)
  end)

  it("loads them afresh for each revision", function()
    project:write("counter.lua", "local M = { n = 0 } return M")
    local body = "local c = require 'counter' c.n = c.n + 1 print(c.n)"
    assert.are.equal("1", project:printed(body))
    assert.are.equal("1", project:printed(body))
  end)

  it("holds modules to the rules of revisions", function()
    project:write("strict.lua", "local M = {}\nfunction M.f() leak = 1 end\nreturn M")
    local err = fails "require 'strict'.f()"
    assert.are.equal(2, err.line)
    assert.is_truthy(err.file:find "strict.lua$")
    project:write("typo.lua", "\nreturn prnt")
    err = fails "require 'typo'"
    assert.are.equal("unknown global 'prnt' (did you mean 'print'?)", err.message)
    assert.are.equal(2, err.line)
  end)

  it("gives a syntax error its place", function()
    project:write("broken.lua", "\nlocal = 1")
    local err = fails "require 'broken'"
    assert.are.equal(2, err.line)
    assert.is_truthy(err.file:find "broken.lua$")
    assert.are.equal("<name> expected near '='", err.message)
  end)

  it("notices a circle", function()
    project:write("a.lua", "return require 'b'")
    project:write("b.lua", "return require 'a'")
    assert.are.equal("module 'a' requires itself (a cycle)", fails "require 'a'".message)
    project:write("self.lua", "return require 'self'")
    assert.are.equal("module 'self' requires itself (a cycle)", fails "require 'self'".message)
  end)

  it("says what is not there", function()
    local err = fails "require 'nothing'"
    assert.is_truthy(err.message:find("module 'nothing' not found", 1, true))
    assert.are.equal(3, err.line)
    assert.is_truthy(fails "require 'socket'".message:find("script_modules", 1, true))
    assert.is_truthy(fails "require 'luamigrate.nothing'".message:find "not found")
    assert.is_truthy(fails "require 'luarock'".message:find "luarock")
  end)

  for _, name in ipairs { "../x", "/etc/passwd", "..", "a..b", "a.", ".a", "", "a/b", "a\\\\b",
    "a\\0b", "a b" } do
    it("refuses the name " .. name, function()
      assert.are.equal("security", fails("require '" .. name .. "'").code)
    end)
  end

  it("refuses what is no string", function()
    assert.are.equal("failed", fails "require {}".code)
    assert.are.equal("failed", fails "require()".code)
  end)

  it("refuses links that lead outside, bytecode, FIFOs and large files", function()
    local folder = project.folder
    local outside = os.tmpname()
    scripts.write(outside, "return 1")
    assert.is_true(os.execute(("ln -s %s %s/out.lua"):format(outside, folder)))
    assert.are.equal("security", fails "require 'out'".code)
    project:write("real.lua", "return 'in'")
    assert.is_true(os.execute(("ln -s real.lua %s/alias.lua"):format(folder)))
    assert.are.equal("in", project:printed "print(require 'alias')")
    project:write("code.lua", string.dump(assert(load "return 1")))
    assert.are.equal("security", fails "require 'code'".code)
    assert.is_true(os.execute(("mkfifo %s/fifo.lua"):format(folder)))
    assert.are.equal("io", fails "require 'fifo'".code)
    project:write("large.lua", ("-"):rep(1024 * 1024 + 1))
    assert.are.equal("io", fails "require 'large'".code)
    os.remove(outside)
  end)

  it("has lua-cjson", function()
    assert.are.equal('[1,2]\ttable', project:printed [[
      local cjson = require "cjson"
      print(cjson.encode { 1, 2 }, type(cjson.decode "{}"))]])
  end)
end)
