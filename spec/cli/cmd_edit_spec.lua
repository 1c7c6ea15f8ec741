-- edit REV and revision --edit: which file the editor gets, and what its failure means.
local cli = require "spec.support.cli"

describe("edit", function()
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

  it("opens the file of a revision, of head or of current", function()
    assert.equal(0, run('"$L" edit b').code)
    assert.equal("-w migrations/b2.lua\n", project:read "edited")
    assert.equal(0, run('"$L" edit head-1').code)
    assert.equal("-w migrations/a1.lua\n", project:read "edited")
    project:run("upgrade", "a1")
    assert.equal(0, run('"$L" edit current').code)
    assert.equal("-w migrations/a1.lua\n", project:read "edited")
    assert.equal(0, run('"$L" edit current+1').code)
    assert.equal("-w migrations/b2.lua\n", project:read "edited")
  end)

  it("prints an object with --json, and nothing of the editor", function()
    local result = run('"$L" --json edit a1', { EDITOR = "echo noise; true" })
    assert.same({ 0, '{"revision":"a1","file":"migrations/a1.lua"}\n' },
      { result.code, result.out })
    assert.equal("noise\n", result.err)
  end)

  it("opens a new revision", function()
    local result = run '"$L" revision --edit --rev-id c3 "more"'
    assert.same({ 0, "migrations/c3_more.lua\n" }, { result.code, result.out })
    assert.equal("-w migrations/c3_more.lua\n", project:read "edited")
  end)

  it("says what is missing or not one revision", function()
    local result = project:shell 'unset VISUAL EDITOR; "$L" edit a1'
    assert.equal(2, result.code)
    assert.truthy(result.err:find("VISUAL or EDITOR", 1, true))
    -- nothing is written that could not be opened
    result = project:shell 'unset VISUAL EDITOR; "$L" revision --edit x'
    assert.equal(2, result.code)
    assert.same({ "a1.lua", "b2.lua" }, project:list "migrations")
    result = run '"$L" edit current'
    assert.equal(2, result.code)
    assert.truthy(result.err:find("nothing is applied", 1, true))
    project:write("migrations/c3.lua", cli.revision { id = "c3", down = "a1" })
    result = run '"$L" edit heads'
    assert.equal(2, result.code)
    assert.truthy(result.err:find("c3", 1, true))
    assert.falsy(project:exists "edited")
  end)
end)
