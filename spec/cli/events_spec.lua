-- What happens during a run: lines for people, JSON lines for programs.
local drivers = require "spec.support.drivers"

local REVISIONS = {
  { id = "001", message = "Add users", upgrade = '  op.execute("CREATE TABLE users (id INT)")',
    downgrade = '  op.execute("DROP TABLE users")' },
  { id = "002", down = "001", message = "Add keys",
    upgrade = '  op.execute("CREATE TABLE keys (id INT)")',
    downgrade = '  op.execute("DROP TABLE keys")' },
}

describe("events", function()
  drivers.each(function(driver)
    local project

    local function start(options)
      options = options or {}
      options.revisions = options.revisions or REVISIONS
      project = driver.project(options)
    end

    after_each(function()
      project:remove()
    end)

    it("-q leaves errors only", function()
      start { revisions = { { id = "a", upgrade = '  print "p"; log.info "i"; log.error "e"' } } }
      local result = project:run("-q", "upgrade")
      assert.same({ 0, "error: e\n" }, { result.code, result.err })
    end)

    it("-v shows SQL with timings and debug messages", function()
      start { revisions = { { id = "a",
        upgrade = '  log.debug "d"; op.execute("CREATE TABLE t (id INT)")' } } }
      local result = project:run("-v", "upgrade")
      assert.truthy(result.err:find("debug: d\n", 1, true))
      assert.truthy(result.err:find "    CREATE TABLE t %(id INT%)  %-%- [%d.]+ ms\n")
    end)

    it("prints messages of scripts on standard error only, escaped", function()
      start { revisions = { { id = "a",
        upgrade = '  print "p\\27[2J"; log.warn "w\\n[ERROR] x"\n'
          .. '  log.info "%d%%"; log.debug "no"' } } }
      local result = project:run "upgrade"
      assert.truthy(result.err:find("p\\x1b[2J\n", 1, true), result.err)
      assert.truthy(result.err:find("warning: w\\x0a[ERROR] x\n", 1, true))
      assert.truthy(result.err:find("info: %d%%\n", 1, true))
      assert.falsy(result.err:find("debug", 1, true))
      assert.falsy(result.out:find("p\\x1b", 1, true))
    end)

    it("tells a program of every step and of the end", function()
      start()
      local last, result = project:json "upgrade"
      assert.equal(3, #result.lines)
      local step = result.lines[2]
      assert.same({ "step", "002", "upgrade", { "001" }, { "002" }, "number" },
        { step.event, step.revision, step.direction, step.from, step.to,
          type(step.duration_ms) })
      assert.same({ {}, { "001" } }, { result.lines[1].from, result.lines[1].to })
      assert.same({ "result", "upgrade", false, {}, { "002" }, 2 },
        { last.event, last.direction, last.dry_run, last.from, last.to, #last.steps })
      assert.same({ "001", false, "002", true },
        { last.steps[1].revision, last.steps[1].current, last.steps[2].revision,
          last.steps[2].current })
      last, result = project:json "upgrade"
      assert.same({ 0, 1, {} }, { result.code, #result.lines, last.steps })
      last = project:json("downgrade", "base")
      assert.same({ "downgrade", { "002" }, {} }, { last.direction, last.from, last.to })
    end)

    it("notes files that every user may write, where they run as root", function()
      start()
      local root = project:shell("id -u").out == "0\n"
      local function noted(text, ...)
        local result = project:run(...)
        assert.equal(0, result.code, result.err)
        assert.equal(root and text ~= nil, result.err:find("every user may write", 1, true) ~= nil)
        assert.truthy(not root or result.err:find(text or "", 1, true), result.err)
      end
      noted(nil, "upgrade", "001")
      project:shell "chmod o+w luamigrate.lua"
      noted("luamigrate.lua, which runs as root", "current")
      project:shell "chmod o-w luamigrate.lua; chmod o+w migrations/*"
      noted(nil, "current")
      noted("migrations/002.lua, which runs as root", "upgrade")
      noted("migrations/002.lua and 1 more, which run as root", "downgrade", "base")
    end)

    it("gives log events to a program too", function()
      start { revisions = { { id = "a", upgrade = '  log.warn "w"' } } }
      local _, result = project:json "upgrade"
      assert.same({ event = "log", level = "warn", message = "w" }, result.lines[1])
    end)
  end)
end)
