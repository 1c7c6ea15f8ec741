-- Proves what a revision can reach and that nothing passes from one to the next (L1, L5 of the
-- reliability page).
local scripts = require "spec.support.scripts"

-- Every function and table that scripts have, apart from the vocabulary of op.
local reachable = {
  _G = "_VERSION assert collectgarbage error getmetatable ipairs next pairs pcall print rawequal "
    .. "rawget rawlen rawset require select setmetatable sleep tonumber tostring type xpcall",
  string = "byte char find format gmatch gsub len lower match pack packsize rep reverse sub unpack "
    .. "upper",
  table = "concat insert move pack remove sort unpack",
  utf8 = "char charpattern codepoint codes len offset",
  os = "clock date difftime now time",
  coroutine = "create isyieldable resume running status wrap yield",
  log = "debug error info warn",
  config = "vars x",
  math = "abs acos asin atan ceil cos deg exp floor fmod huge log max maxinteger min mininteger "
    .. "modf pi rad random randomseed sin sqrt tan tointeger type ult",
}

-- Debian's Lua has these of Lua 5.2 too.
local old = { atan2 = true, cosh = true, frexp = true, ldexp = true, log10 = true, pow = true,
  sinh = true, tanh = true }

local function sorted(text)
  local names = {}
  for name in text:gmatch "%S+" do
    if not old[name] then names[#names + 1] = name end
  end
  table.sort(names)
  return table.concat(names, " ")
end

describe("the sandbox", function()
  local project

  before_each(function() project = scripts.open { x_keys = { "KEY" }, x_values = { "value" } } end)
  after_each(function() project:close() end)

  local function fails(body)
    local ok, err = project:upgrade(body)
    assert.is_nil(ok, body)
    return err.message, err
  end

  for library, names in pairs(reachable) do
    if library == "_G" then
      it("has the functions of Lua", function()
        for name in names:gmatch "%S+" do
          assert.are_not.equal("nil", project:printed("print(type(" .. name .. "))"), name)
        end
      end)
    else
      it("has of " .. library .. " exactly what is allowed", function()
        local text = project:printed(("for k in pairs(%s) do print(k) end"):format(library))
        assert.are.equal(sorted(names), sorted(text))
      end)
    end
  end

  for _, name in ipairs { "load", "loadstring", "loadfile", "dofile", "io", "debug", "package" } do
    it("has no " .. name, function()
      assert.are.equal("'" .. name .. "' is not available in revisions",
        (fails("return " .. name)))
    end)
  end

  it("names a global that is unknown", function()
    local message, err = fails "\nlocal x = tabel.concat {}"
    assert.are.equal("unknown global 'tabel' (did you mean 'table'?)", message)
    assert.are.equal(4, err.line)
    assert.are.equal("unknown global 'zzzzzz'", (fails "return zzzzzz"))
  end)

  it("names a global that is assigned inside a function", function()
    local message, err = fails "\ncount = 1"
    assert.is_truthy(message:find("assignment to the global 'count' inside a function", 1, true))
    assert.are.equal(4, err.line)
    for _, body in ipairs { "upgrade = nil", "string = {}", "_G.x = 1", "function helper() end" } do
      assert.is_truthy(fails(body):find("inside a function", 1, true), body)
    end
  end)

  it("takes helpers and values at the top level", function()
    local number = project:add [[
local function set() limit = 7 end
function helper(x) return x + limit end
limit = 1
limit = limit + 1
function upgrade() print(helper(1), _G.limit, _G.helper == helper, pcall(set)) end]]
    assert.is_true(project.state:run(number))
    assert.is_truthy(project.state:log()[1].text:find "^3\t2\ttrue\tfalse\t")
  end)

  it("locks the metatables", function()
    assert.are.equal("false\tfalse", project:printed "print(getmetatable '', getmetatable(_G))")
    assert.is_truthy(fails "setmetatable(_G, {})":find "protected")
    assert.is_truthy(fails "setmetatable({}, { __gc = print })":find "__gc")
    assert.is_truthy(fails "collectgarbage 'stop'":find "count")
    assert.is_truthy(fails "collectgarbage()":find "count")
    assert.are.equal("float", project:printed "print(math.type(collectgarbage 'count'))")
    assert.is_truthy(fails "return ('x').dump(print)":find "no field 'dump'")
  end)

  it("has Lua's setmetatable otherwise", function()
    assert.are.equal("7", project:printed [[
      local t = setmetatable({}, { __index = { x = 7 } })
      print(t.x)]])
    assert.is_truthy(fails "setmetatable(1, {})":find "table expected")
    assert.is_truthy(fails "setmetatable({}, 1)":find "nil or table")
    assert.is_truthy(fails "setmetatable(setmetatable({}, { __metatable = 1 }), {})"
      :find "protected")
  end)

  it("keeps whole seconds and fractions apart", function()
    assert.are.equal("integer\tfloat\ttrue",
      project:printed [[
        local a, b = os.time(), os.now()
        print(math.type(a), math.type(b), math.abs(b - a) < 2)]])
  end)

  for _, format in ipairs { "%", "%Ez", "%!", "%O", "%Q", "!%", ("%c"):rep(3) .. "%" } do
    it("survives os.date of " .. format, function()
      assert.are.equal("false", project:printed(("print((pcall(os.date, %q)))"):format(format)))
    end)
  end
  it("survives os.date of a year that is no year", function()
    assert.are.equal("false", project:printed "print((pcall(os.date, '%c', math.maxinteger)))")
    assert.are.equal("1970", project:printed "print(os.date('!%Y', 0))")
  end)

  it("lets nothing pass to the next revision", function()
    assert.is_true(project:upgrade [[
      string.format = nil
      table.leak, math.leak, os.leak, utf8.leak, coroutine.leak, log.leak = 1, 1, 1, 1, 1, 1
      config.leak, config.x.leak, config.vars.leak, config.x.KEY = 1, 1, 1, 2
      rawset(_G, "leak", 1)
      math.randomseed(42)
      pcall(function() types.leak = 1 end)
      pcall(function() op.leak = 1 end)
      json.leak = 1]])
    assert.are.equal("function" .. ("\tnil"):rep(9) .. "\tvalue\tnil\tfalse\tfalse\tnil",
      project:printed [[
        print(type(string.format), table.leak, math.leak, os.leak, utf8.leak, coroutine.leak,
          log.leak, config.leak, config.x.leak, config.vars.leak, config.x.KEY, rawget(_G, "leak"),
          (pcall(function() return types.leak == 1 or error() end)),
          (pcall(function() return op.leak == 1 or error() end)), rawget(json, "leak"))]])
    local numbers = "print(math.random(1 << 40))"
    local seeded = project:printed("math.randomseed(42)\n" .. numbers)
    assert.are_not.equal(seeded, project:printed(numbers))
  end)

  it("lets no setting or mark of json pass to the next revision", function()
    assert.is_true(project:upgrade [[
      json.encode_max_depth(1)
      json.array_mt.__index = function() return "leak" end
      json.empty_array_mt.__index = json.array_mt.__index
      json.new().decode_max_depth(1)]])
    assert.are.equal("[[[]]]\tnil\tnil", project:printed [[
      print(json.encode { { json.array {} } }, json.array().x,
        setmetatable({}, json.empty_array_mt).x)]])
  end)

  it("shares json with the modules of the revision", function()
    project:write("lists.lua", "json.encode_max_depth(3) return json.array()")
    assert.are.equal("[]\ttrue\t3", project:printed [[
      print(json.encode(require "lists"), getmetatable(require "lists") == json.array_mt,
        json.encode_max_depth())]])
  end)

  it("knows what it makes anew when a name is misspelt", function()
    assert.are.equal("unknown global 'jsno' (did you mean 'json'?)", (fails "return jsno"))
    assert.are.equal("unknown global 'confg' (did you mean 'config'?)", (fails "return confg"))
  end)

  it("refuses a field that strings do not have", function()
    for _, name in ipairs { "get_bind", "get_context" } do
      assert.are.equal(
        [[a string has no field 'name' (a dialect is its name: dialect == "sqlite")]],
        (fails(("return op.%s().dialect.name"):format(name))))
    end
    assert.are.equal("a string has no field 'trim'", (fails "return ('a '):trim()"))
    assert.are.equal("a string has no field '1'", (fails "return ('abc')[1]"))
  end)

  it("gives strings methods that no revision changes", function()
    project:upgrade "string.upper = function() return 'changed' end"
    assert.are.equal("ABC\tABC", project:printed "print(('abc'):upper(), string.upper 'abc')")
  end)

  it("passes values through coroutines and pcall as Lua does", function()
    assert.are.equal("true\t1\t2\n3\tx\ntrue\tend\nfalse\tcannot resume dead coroutine\ndead\n"
      .. "false\tk\ntrue\ty\nfalse\thandled: e", project:printed [[
      local co = coroutine.create(function(a)
        local ok, b = pcall(function() return coroutine.yield(a, 2) end)
        print(b, ok and "x")
        return "end"
      end)
      print(coroutine.resume(co, 1))
      print(coroutine.resume(co, 3))
      print(coroutine.resume(co))
      print(coroutine.status(co))
      print(pcall(coroutine.wrap(function() error("k", 0) end)))
      print(xpcall(function(x) return x end, print, "y"))
      print(xpcall(error, function(e) return "handled: " .. e end, "e", 0))]])
  end)

  it("costs little for each revision", function()
    assert.is_true(project.state:time_environments(20000) < 20)
  end)
end)
