-- Proves when output is coloured: --color wins over NO_COLOR, that over the terminal.
local cli = require "spec.support.cli"

-- what, NO_COLOR, TERM, --color, whether there is colour on a terminal and in a pipe
local cases = {
  { "a terminal is coloured, a pipe is not", nil, "xterm", nil, true, false },
  { "an empty NO_COLOR counts as none", "", "xterm", nil, true, false },
  { "NO_COLOR", "1", "xterm", nil, false, false },
  { "a dumb terminal", nil, "dumb", nil, false, false },
  { "a terminal of no kind", nil, nil, nil, false, false },
  { "auto is the default", nil, "xterm", "auto", true, false },
  { "auto does not win over NO_COLOR", "1", "xterm", "auto", false, false },
  { "always wins over all of it", "1", "dumb", "always", true, true },
  { "never wins over a terminal", nil, "xterm", "never", false, false },
}

describe("colour:", function()
  for _, case in ipairs(cases) do
    local what, no_color, term, mode, terminal, pipe = table.unpack(case, 1, 6)
    it(what, function()
      local project = cli.project { revisions = { { id = "r1" } } }
      finally(function() project:remove() end)
      local function output(format)
        local command = ("%s %s \"$L\" heads %s"):format(
          no_color and "NO_COLOR=" .. cli.quote(no_color) or "env -u NO_COLOR",
          term and ("env TERM=" .. term) or "env -u TERM",
          mode and "--color=" .. mode or "")
        local result = project:shell(format:format(cli.quote(command)))
        assert.are.equal(0, result.code, result.err)
        assert.is_truthy(result.out:find("r1", 1, true), result.out)
        return result.out:find("\27[", 1, true) ~= nil
      end
      assert.are.equal(terminal, output "script -qec %s /dev/null")
      assert.are.equal(pipe, output "sh -c %s")
    end)
  end
end)
