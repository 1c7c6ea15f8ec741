-- Output that cannot be written is an error, after the work.
local cli = require "spec.support.cli"

describe("output", function()
  local project

  before_each(function()
    project = cli.project {
      revisions = {
        { id = "a1", message = "evil \27[31m\u{202E}",
          upgrade = '  op.execute("CREATE TABLE t (a)")' },
        { id = "b2", down = "a1" },
      },
    }
  end)
  after_each(function()
    project:remove()
  end)

  local function version()
    return project:sql "SELECT version_num FROM luamigrate_version"
  end

  for _, redirection in ipairs { ">&-", ">/dev/full" } do
    for _, line in ipairs { "--version", "-h", "heads", "upgrade", "--json upgrade", "status" } do
      it(line .. " " .. redirection .. " is exit 13", function()
        local result = project:shell('"$L" ' .. line .. " " .. redirection)
        assert.equal(13, result.code)
        assert.truthy(result.err:find("cannot write the output", 1, true))
      end)
    end
  end

  it("a full output does not stop the work", function()
    assert.equal(13, project:shell('"$L" --json upgrade >/dev/full').code)
    assert.equal("b2", version())
  end)

  it("a closed descriptor never becomes the database", function()
    project:shell('"$L" upgrade <&- >&- 2>&-')
    assert.equal("b2", version())
    assert.equal("ok", project:sql "PRAGMA integrity_check")
  end)

  it("a broken pipe ends quietly with 141, after the work", function()
    local result = project:shell(
      [[( "$L" --json upgrade 2>err; echo $? >status ) | true; sleep 0.3; cat status]])
    assert.equal("141\n", result.out)
    assert.falsy(project:read("err"):find("error", 1, true))
    assert.equal("b2", version())
  end)

  it("an error keeps its own status when standard output is full", function()
    assert.equal(2, project:shell('"$L" --json upgrade nothing >/dev/full').code)
  end)
end)
