-- The editor: which command it is, how it is started, and what its failure means.
local cli = require "spec.support.cli"

describe("the editor", function()
  local project

  before_each(function()
    project = cli.project { revisions = { { id = "a1" }, { id = "b2", down = "a1" } } }
    -- an editor with an argument of its own, as many have
    project:write("editor", '#!/bin/sh\necho "$@" >>"$EDITED"\n[ -z "$FAIL" ] || exit 3\n')
    project:shell "chmod +x editor"
  end)
  after_each(function()
    project:remove()
  end)

  local function run(line, env)
    env = env or {}
    env.EDITOR = env.EDITOR or project:path "editor" .. " -w"
    env.EDITED = project:path "edited"
    os.remove(env.EDITED)
    return project:shell(line, env)
  end

  it("takes VISUAL before EDITOR", function()
    local result = run('"$L" edit a1', { VISUAL = project:path "editor" .. " -v" })
    assert.equal(0, result.code)
    assert.equal("-v migrations/a1.lua\n", project:read "edited")
  end)

  it("fails with the editor", function()
    local result = run('"$L" edit a1', { FAIL = "1" })
    assert.equal(5, result.code)
    assert.truthy(result.err:find("ended with status 3", 1, true))
  end)

  it("opens a file elsewhere, named by -c", function()
    local result = project:shell('cd / && "$L" -c "$D/luamigrate.lua" edit a1',
      { EDITOR = project:path "editor", EDITED = project:path "edited", D = project.dir })
    assert.equal(0, result.code, result.err)
    assert.equal(project:path "migrations/a1.lua" .. "\n", project:read "edited")
  end)
end)
