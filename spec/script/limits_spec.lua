-- Proves G15: whatever a script does, it ends soon after its limit with the right code, and no
-- pcall of the script holds the limit. Stage two ends a process that sits in a C function.
local scripts = require "spec.support.scripts"

local STALL = 0.2
local MEMORY = 48 * 1024 * 1024

-- body, code
local cases = {
  { "an endless loop", "while true do end", "limit" },
  { "a loop inside pcall", "while true do pcall(function() while true do end end) end", "limit" },
  { "a loop inside xpcall",
    "while true do xpcall(function() while true do end end, print) end", "limit" },
  { "a loop in a message handler",
    "xpcall(error, function() while true do end end)", "limit" },
  { "a loop in the handler of the limit itself",
    "xpcall(function() while true do end end, function() while true do end end)", "limit" },
  { "a handler that fails", "xpcall(error, function() error 'again' end) error 'end'", "failed" },
  { "a loop in a coroutine", "coroutine.wrap(function() while true do end end)()", "limit" },
  { "coroutines without end",
    "while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
    "limit" },
  { "a loop inside pcall inside a coroutine", [[
    local co = coroutine.wrap(function()
      while true do pcall(function() while true do end end) end
    end)
    while true do pcall(co) end]], "limit" },
  { "a loop in __index",
    "return setmetatable({}, { __index = function() while true do end end }).x", "limit" },
  { "a chain of __index", [[
    local t = {}
    setmetatable(t, { __index = function(_, k) return t[k] end })
    return t.x]], "failed" },
  { "a loop in __close",
    "local x <close> = setmetatable({}, { __close = function() while true do end end })", "limit" },
  { "a loop in __close after a limit", [[
    local x <close> = setmetatable({}, { __close = function() while true do end end })
    while true do end]], "limit" },
  { "a loop in __concat",
    "return setmetatable({}, { __concat = function() while true do end end }) .. 'x'", "limit" },
  { "a loop in __tostring",
    "print(setmetatable({}, { __tostring = function() while true do end end }))", "limit" },
  { "a loop in __tostring of the error",
    "error(setmetatable({}, { __tostring = function() while true do end end }))", "limit" },
  { "an error in __tostring of the error",
    "error(setmetatable({}, { __tostring = function() error 'x' end }))", "failed" },
  { "a __tostring that gives no text",
    "error(setmetatable({}, { __tostring = function() return {} end }))", "failed" },
  { "a comparator that loops", [[
    local t = {} for i = 1, 100 do t[i] = i end
    table.sort(t, function() while true do end end)]], "limit" },
  { "a comparator that contradicts itself", [[
    local t = {} for i = 1, 100 do t[i] = i end
    table.sort(t, function() return true end)]], "failed" },
  { "a loop of prints", "while true do print 'x' end", "limit" },
  { "a loop called by the program", "probe.call(function() while true do end end)", "limit" },
  { "a loop in pcall called by the program",
    "while true do pcall(probe.call, function() while true do end end) end", "limit" },
  { "string.rep", 'return ("x"):rep(1 << 30)', "limit" },
  { "string.rep beyond every limit", 'return ("x"):rep(1 << 40)', "failed" },
  { "string.rep behind pcall",
    'while true do pcall(string.rep, "x", 1 << 30) end', "limit" },
  { "string.rep in a coroutine",
    'while true do coroutine.resume(coroutine.create(string.rep), "x", 1 << 30) end', "limit" },
  { "a table that grows",
    "local t, s = {}, ('x'):rep(100000) while true do t[#t + 1] = s .. #t end", "limit" },
  { "a table that grows behind pcall", [[
    local t, s = {}, ('x'):rep(100000)
    while true do pcall(function() while true do t[#t + 1] = s .. #t end end) end]], "limit" },
  { "gsub that grows", 'local s = "x" while true do s = s:gsub("x", "xx") end', "limit" },
  { "concatenation that doubles", 'local s = "x" while true do s = s .. s end', "limit" },
  { "table.concat", [[
    local t = {} for i = 1, 100 do t[i] = ("x"):rep(1000000) end
    return #table.concat(t)]], "limit" },
  { "recursion behind pcall", "local function f() return pcall(f) end f() error 'end'", "failed" },
  { "a yield over the program",
    "coroutine.wrap(function() probe.call(coroutine.yield) end)()", "failed" },
  { "a yield out of the revision", "coroutine.yield()", "failed" },
  { "a signal in a loop", "probe.cancel(2) while true do end", "signal" },
  { "a signal in a loop of pcalls",
    "probe.cancel(2) while true do pcall(function() while true do end end) end", "signal" },
  { "a signal before a call", "probe.cancel(15) probe.enter 'x' while true do end", "signal" },
  { "a signal in its last call", "probe.cancel(2)", "signal" },
  { "a signal in a pause", "probe.cancel(15) pcall(sleep, 60) while true do end", "signal" },
}

describe("a script with", function()
  local project

  before_each(function() project = scripts.open { stall = STALL, memory = MEMORY } end)
  after_each(function() project:close() end)

  for _, case in ipairs(cases) do
    local name, body, code = table.unpack(case)
    it(name .. " ends: " .. code, function()
      local started = os.clock()
      local ok, err = project:upgrade(body)
      assert.is_nil(ok)
      assert.are.equal(code, err.code, err.message)
      assert.is_true(os.clock() - started < STALL + 2)
      assert.are.equal("r1", err.revision)
      assert.are.equal("migrations/r1.lua", err.file)
    end)
  end

  it("a loop says where it was", function()
    local _, err = project:upgrade "local x = 1\nwhile x do end"
    assert.are.equal(4, err.line)
    assert.are.equal(14, err.exit)
  end)

  it("a loop at the top level ends too", function()
    local ok, err = project.state:load(project:add "while true do end")
    assert.is_nil(ok)
    assert.are.equal("limit", err.code)
    assert.are.equal(2, err.line)
  end)

  it("a loop in a module ends too", function()
    project:write("loop.lua", "while true do end")
    local ok, err = project.state:load(project:add 'require "loop"')
    assert.is_nil(ok)
    assert.are.equal("limit", err.code)
  end)

  it("a limit that was hit stops the next script before its first line", function()
    project:upgrade "while true do end"
    local ok, err = project:upgrade "print 'alive'"
    assert.is_nil(ok)
    assert.are.equal("limit", err.code)
    assert.are.equal(0, #project.state:log())
  end)

  it("a pause longer than the limit goes on", function()
    assert.are.equal("late", project:printed "sleep(0.3) print 'late'")
  end)

  it("calls of the program in time go on", function()
    assert.are.equal("late", project:printed [[
      local stop = os.now() + 0.5
      while os.now() < stop do probe.enter "x" end
      print "late"]])
  end)

  it("much garbage, little in use, goes on", function()
    assert.are.equal("done", project:printed [[
      for _ = 1, 40 do local s = ("x"):rep(10000):rep(400) probe.enter(s and "x") end
      print "done"]])
  end)
end)

describe("a script that sits in a library function", function()
  local bombs = {
    { "string.find", 'string.find(("a"):rep(40), ("a?"):rep(40) .. ("a"):rep(40) .. "b")' },
    { "string.rep of nothing", 'string.rep("", 1 << 60)' },
    { "table.move without end", "table.move({}, 1, math.maxinteger - 1, 2)" },
  }
  local program = [[
    package.path, package.cpath = %q, %q
    local scripts = require "spec.support.scripts"
    local project = scripts.open { stall = %g, fatal = true, fatal_line = '{"error":{}}\n' }
    io.stderr:write(project.folder, "\n")
    project:upgrade(%q)
    print "survived"
  ]]

  for _, bomb in ipairs(bombs) do
    it(bomb[1] .. " ends with its process", function()
      local file = scripts.write(os.tmpname(),
        program:format(package.path, package.cpath, STALL, bomb[2]))
      local started = os.time()
      local pipe = assert(io.popen(("%s %s 2>%s.err")
        :format(os.getenv "SPEC_LUA" or "lua5.4", file, file)))
      local out = pipe:read "a"
      local _, _, status = pipe:close()
      local handle = assert(io.open(file .. ".err"))
      local folder, err = handle:read("l"), handle:read("a")
      handle:close()
      os.remove(file)
      os.remove(file .. ".err")
      scripts.remove(folder)
      assert.are.equal(14, status)
      assert.are.equal('{"error":{}}\n', out)
      assert.is_truthy(err:find("luamigrate: migrations/r1.lua: the script is stuck", 1, true), err)
      assert.is_true(os.time() - started <= 3)
    end)
  end
end)
