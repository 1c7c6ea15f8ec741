-- How far a long step is: a bar on a terminal, lines elsewhere, nothing with -q.
local batches = require "spec.support.batches"
local drivers = require "spec.support.drivers"

describe("the progress of a step", function()
  local project

  before_each(function()
    project = batches.project(drivers.sqlite, 40)
  end)
  after_each(function()
    project:remove()
  end)

  local function write(pause)
    batches.write(project, ([[
  op.update_in_batches("items", { set = { done = true }, batch_size = 4, pause = %s })
  log.info "behind it"]]):format(pause))
  end

  -- What a terminal of so many columns gets.
  local function on_terminal(words, columns)
    local result = project:shell(([[script -qefc "stty cols %d; '$L' %s upgrade" /dev/null]])
      :format(columns or 80, words))
    assert.are.equal(0, result.code, result.out)
    return result.out
  end

  it("is a bar that is drawn again in its place, and wiped", function()
    write(0.06)
    local out = on_terminal ""
    local bars = {}
    for bar in out:gmatch "\r\27%[K([^\r\n]+)" do bars[#bars + 1] = bar end
    assert.is_true(#bars >= 3, out)
    local done,
      cells = bars[2]:match "^op.update_in_batches items  %[([#.]+)%]  (%d+) of about 40 rows"
    assert.is_truthy(done, bars[2])
    assert.are.equal(#done * tonumber(cells) // 40, #done:match "^#*")
    assert.is_truthy(bars[2]:find "%d+ rows/s, %d s left$", bars[2])
    -- at most ten a second: there were ten batches in 0.6 s
    assert.is_true(#bars <= 8, #bars)
    assert.is_truthy(out:find("\r\27%[K[^\n]*info[^\n]*behind it"), out)
  end)

  it("leaves out what has no room", function()
    write(0.06)
    local narrow = on_terminal("", 30)
    assert.is_nil(narrow:find "op.update_in_batches items  ", narrow)
    for bar in narrow:gmatch "\r\27%[K([^\r\n]+)" do
      if not bar:find "info" then assert.is_true(#bar < 30, bar) end
    end
  end)

  it("is nothing with -q", function()
    write(0.06)
    local out = on_terminal "-q"
    assert.is_nil(out:find("rows", 1, true), out)
  end)

  it("is a line every three seconds elsewhere", function()
    write(0.4)
    local result = project:run "upgrade"
    assert.are.equal(0, result.code, result.err)
    local lines = {}
    for line in result.err:gmatch "  op.update_in_batches items: ([^\n]+)" do
      lines[#lines + 1] = line
    end
    assert.are.equal(2, #lines, result.err)
    assert.is_truthy(lines[1]:find "^%d+ of about 40 rows, %d+ rows/s, %d s left$", lines[1])
    assert.is_truthy(lines[2]:find "^40 rows", lines[2])
  end)

  it("is nothing for a short step, but the end of it for programs", function()
    write(0)
    local result = project:run("--json", "upgrade")
    assert.is_nil(result.err:find("rows", 1, true), result.err)
    assert.is_truthy(result.out:find('"event":"progress","revision":"r2",'
      .. '"step":"op.update_in_batches '
      .. 'items","done":40,"total":40}', 1, true), result.out)
  end)
end)
