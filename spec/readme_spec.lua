-- Every command of README.md works, in the order in which it stands there.
local cli = require "spec.support.cli"

describe("README.md", function()
  it("tells the truth", function()
    local file = assert(io.open("README.md"))
    local text = file:read "a"
    file:close()
    local project = cli.project { config = false }
    local tour = text:match "## Five minutes(.-)\n## "
    local folder, commands = "", 0
    for before, language, block in tour:gmatch "(.-)```(%a+)\n(.-)```" do
      if language == "lua" then
        project:write(folder .. assert(before:match "`(migrations/[%w_]+%.lua)`"), block)
      else
        for line in block:gmatch "%$ ([^\n]+)" do
          commands = commands + 1
          local inside = line:match "^cd (%S+)$"
          if inside then
            folder = inside .. "/"
          else
            local result = project:shell(([[cd "./%s" && PATH="$(dirname "$L"):$PATH" && %s]])
              :format(folder, line))
            assert.are.equal(0, result.code, line .. "\n" .. result.err)
          end
        end
      end
    end
    assert.is_true(commands >= 11)
    assert.are.equal("002", project:sql("SELECT * FROM luamigrate_version", "shop/app.db"))
    assert.are.equal("dark", project:sql("SELECT theme FROM users WHERE id = 1", "shop/app.db"))
    project:remove()
  end)
end)
