-- Proves the Lua state: memory is counted and capped, print, log and sleep reach the host as given.
local core = require "luamigrate.core"
local scripts = require "spec.support.scripts"

describe("a state", function()
  it("counts its memory", function()
    local project = scripts.open()
    local before = project.state:memory()
    assert.is_true(before > 10000 and before < 300000, before)
    project:upgrade "local t = {} for i = 1, 1e5 do t[i] = i end"
    assert.is_true(project.state:memory() > before)
    project:close()
  end)

  it("that gets too little memory for its libraries says so", function()
    for _, memory in ipairs { 1, 1000, 5000, 20000, 30000 } do
      local state, err = core.script.open { memory = memory }
      if state then
        state:close()
      else
        assert.are.equal("limit", err.code)
      end
    end
    assert.is_nil((core.script.open { memory = 5000 }))
  end)

  it("never crashes, wherever memory ends", function()
    local ended, fine = 0, 0
    for memory = 30000, 200000, 1511 do
      local state = core.script.open { memory = memory }
      if state then
        local folder = scripts.folder()
        local path = scripts.write(folder .. "/r1.lua", [[
          revision = "r1"
          function upgrade()
            local t = {}
            for i = 1, 200 do t[i] = pcall(error, { tostring(i) }) and 1 or ("x"):rep(i) end
            pcall(probe.fail, { message = "bad" })
            print(table.concat(t, ","))
          end]])
        local ok, err = state:run(state:add { id = "r1", file = "r1.lua", path = path })
        if ok then
          fine = fine + 1
        else
          ended = ended + 1
          assert.are.equal("limit", err.code, err.message)
        end
        scripts.remove(folder)
        state:close()
      end
    end
    assert.is_true(ended > 3, ended)
    assert.is_true(fine > 3, fine)
  end)
end)

describe("what a script says", function()
  local project

  before_each(function() project = scripts.open() end)
  after_each(function() project:close() end)

  local function said(body)
    local ok, err = project:upgrade(body)
    assert.is_true(ok, err and err.message)
    return project.state:log()
  end

  it("with print has tabs between", function()
    assert.are.same({ { level = 1, print = true, text = "a\t1\tnil\ttrue" } },
      said 'print("a", 1, nil, true)')
    assert.are.equal("", said "print()"[1].text)
  end)

  it("with log has a level", function()
    local lines = said 'log.debug "a" log.info "b" log.warn "c" log.error "d"'
    for i, text in ipairs { "a", "b", "c", "d" } do
      assert.are.same({ level = i - 1, print = false, text = text }, lines[i])
    end
  end)

  it("as one argument is not formatted", function()
    assert.are.equal("100 %d", said 'log.info "100 %d"'[1].text)
    assert.are.equal("nil", said "log.info()"[1].text)
    assert.are.equal("7 of 9: x", said 'log.info("%d of %d: %s", 7, 9, "x")'[1].text)
  end)

  it("in a wrong format is an error at the line", function()
    local _, err = project:upgrade 'log.info("%d", "x")'
    assert.are.equal(3, err.line)
  end)

  it("keeps every byte", function()
    assert.are.equal("a\0b\27[31m\xff", said [[print "a\0b\27[31m\xff"]][1].text)
  end)

  it("to sleep is a number of seconds", function()
    for _, value in ipairs { "-1", "'x'", "nil", "0/0", "math.huge" } do
      assert.is_nil((project:upgrade("sleep(" .. value .. ")")), value)
    end
    assert.is_true(project:upgrade "sleep(0)")
  end)
end)
