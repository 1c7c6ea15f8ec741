-- Proves the border between C and Lua: errors arrive as values with fields and leave unchanged,
-- with the line of the script; values keep their kind.
local scripts = require "spec.support.scripts"

local FAILURE = [[{ message = "no such table: t", database = true, sqlite_code = 1,
  sql = "SELECT * FROM t", hint = "create it" }]]

describe("an error", function()
  local project

  before_each(function() project = scripts.open() end)
  after_each(function() project:close() end)

  local function fails(body)
    local ok, err = project:upgrade(body)
    assert.is_nil(ok)
    return err
  end

  it("of the database is a value in the script", function()
    local text = project:printed([[
      probe.call(function()
        local ok, e = pcall(probe.fail, { message = "bad", sqlite_code = 2067, sql = "SELECT 1" })
        print(ok, type(e), tostring(e), e.message, e.code, e.sqlite_code, e.sql, e.where,
          e.sqlstate)
        print("x: " .. e, e .. "!", tostring(e):find "ad", getmetatable(e))
      end)]])
    assert.are.equal("false\ttable\tbad\tbad\tfailed\t2067\tSELECT 1\tmigrations/r1.lua:4\tnil\n"
      .. "x: bad\tbad!\t2\tfalse", text)
  end)

  it("comes back complete when nobody catches it", function()
    local err = fails("probe.fail(" .. FAILURE .. ")")
    assert.are.same({ code = "failed", message = "no such table: t", sql = "SELECT * FROM t",
      hint = "create it", file = "migrations/r1.lua", line = 3, revision = "r1", exit = 5 }, err)
  end)

  it("comes back complete when it is passed on", function()
    local err = fails("local ok, e = pcall(probe.fail, " .. FAILURE .. ")\n\n\nerror(e)")
    assert.are.equal("create it", err.hint)
    assert.are.equal("no such table: t", err.message)
    assert.are.equal(3, err.line)
  end)

  it("may get words of the script's own", function()
    local err = fails [[
      local _, e = pcall(probe.fail, { message = "bad", sql = "SELECT 1" })
      e.message = "users: " .. e.message
      error(e)]]
    assert.are.equal("users: bad", err.message)
    assert.are.equal("SELECT 1", err.sql)
  end)

  it("of the database that was caught fails the revision all the same", function()
    local err = fails("pcall(probe.fail, " .. FAILURE .. ")")
    assert.are.equal("no such table: t", err.message)
    assert.are.equal("SELECT * FROM t", err.sql)
    assert.are.equal(3, err.line)
  end)

  it("of the database is shown before what follows from it", function()
    local err = fails [[
      pcall(probe.fail, { message = "first", database = true })
      probe.fail { message = "second", database = true }]]
    assert.are.equal("first", err.message)
    assert.is_truthy(err.hint:find("second", 1, true))
  end)

  it("that is no database error may be caught", function()
    assert.are.equal("on", project:printed 'pcall(probe.fail, { message = "x" }) print "on"')
  end)

  -- body, message, line
  local raised = {
    { 'error "text"', "text", 3 },
    { '\nerror "text"', "text", 4 },
    { 'error("text", 0)', "text", 3 },
    { 'local function f()\nerror("text", 2)\nend\nf()', "text", 6 },
    { 'coroutine.wrap(function()\nerror "text"\nend)()', "text", 4 },
    { 'local ok, e = pcall(error, "text", 0)\nerror(e, 0)', "text", 4 },
    { "local t\nreturn t.x", "attempt to index a nil value (local 't')", 4 },
    { "return 1 < 'x'", "attempt to compare number with string", 3 },
    { "error()", "the script raised an error that is no text but a nil value", 3 },
    { "error {}", "the script raised an error that is no text but a table value", 3 },
    { "error(print)", "the script raised an error that is no text but a function value", 3 },
    { "error(true)", "the script raised an error that is no text but a boolean value", 3 },
    { "error(42)", "42", 3 },
    { "error { message = 'inside' }", "inside", 3 },
    { "error(setmetatable({}, { __tostring = function() return 'said' end }))", "said", 3 },
    { "error '\\0not \\0 cut\\0'", "\\0not \\0 cut\\0", 3 },
    { "probe.call(function()\nerror 'text'\nend)", "text", 4 },
    { "assert(false, 'text')", "text", 3 },
    { "assert(nil)", "assertion failed!", 3 },
  }
  for _, case in ipairs(raised) do
    it("of the script has text and line: " .. case[1]:gsub("\n", " "), function()
      local err = fails(case[1])
      assert.are.same({ case[2], case[3], "migrations/r1.lua", "failed" },
        { err.message, err.line, err.file, err.code })
    end)
  end

  it("keeps a long file name whole", function()
    local file = "migrations/" .. ("long/"):rep(40) .. "r.lua"
    local number = project:add("function upgrade()\nerror 'text'\nend", { file = file })
    local _, err = project.state:run(number)
    assert.are.same({ file, 3, "text" }, { err.file, err.line, err.message })
  end)

  it("with zero bytes and a megabyte of text does no harm", function()
    assert.are.equal("a\\0b", fails("error 'a\\0b'").message)
    assert.is_true(#fails("error(('x'):rep(1 << 20), 0)").message > 1000)
  end)
end)

describe("a value", function()
  local project

  before_each(function() project = scripts.open() end)
  after_each(function() project:close() end)

  local values = {
    "true", "false", "0", "-1", "math.maxinteger", "math.mininteger", "1.5", "1e308", "math.huge",
    "''", "'text'", "'a\\0b'", "('x'):rep(100000)", "null",
  }
  for _, value in ipairs(values) do
    it("keeps its kind in C: " .. value, function()
      assert.are.equal("true\ttrue", project:printed(([[
        local v = %s
        local w = probe.value(v)
        print(w == v, math.type(w) == math.type(v))]]):format(value)))
    end)
  end

  it("that is a list needs leave", function()
    assert.are.equal("1\ta\tnil\n3\n0", project:printed [[
      local list = probe.value({ 1, "a" }, true)
      print(list[1], list[2], list[3])
      print(#probe.value({ true, null, 1.5 }, true))
      print(#probe.value({}, true))]])
  end)

  for _, value in ipairs { "print", "{}", "{ a = 1 }", "coroutine.create(print)" } do
    it("is refused: " .. value, function()
      assert.are.equal("0", project:printed(("print(select('#', probe.value(%s)))"):format(value)))
    end)
  end
  for _, value in ipairs { "{ {} }", "{ 1, nil, 3 }", "{ a = 1 }", "{ 1, a = 1 }", "{ print }" } do
    it("is refused as a list: " .. value, function()
      assert.are.equal("0",
        project:printed(("print(select('#', probe.value(%s, true)))"):format(value)))
    end)
  end
end)
