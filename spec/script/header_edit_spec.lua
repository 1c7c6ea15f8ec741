-- What rebase changes in a file: the value of down_revision and the line "Revises:", nothing else.
local script = require("luamigrate.core").graph

local cases = {
  { "one parent", '--- X\n-- Revises: a\nrevision = "x"\ndown_revision = "a"\nf()', { "b" },
    '--- X\n-- Revises: b\nrevision = "x"\ndown_revision = "b"\nf()' },
  { "to base", '-- Revises: a\nrevision = "x" down_revision = "a" -- why', {},
    '-- Revises: base\nrevision = "x" down_revision = nil -- why' },
  { "from nil", 'revision = "x"\ndown_revision = nil\n', { "b" },
    'revision = "x"\ndown_revision = "b"\n' },
  { "a list over several lines", 'down_revision = { -- two\n  "a",\n  "b",\n}\nrevision = "x"',
    { "c" }, 'down_revision = "c"\nrevision = "x"' },
  { "to a list", 'revision = "x"\ndown_revision = "a";depends_on = "q"', { "b", "c" },
    'revision = "x"\ndown_revision = { "b", "c" };depends_on = "q"' },
  { "a root that leaves it out", 'revision = "x"\nfunction upgrade() end', { "b" },
    'revision = "x"\ndown_revision = "b"\nfunction upgrade() end' },
  { "a long comment", '--[[ X\nRevises: a ]]\nrevision = [[x]] down_revision = [=[a]=]', { "b" },
    '--[[ X\nRevises: b]]\nrevision = [[x]] down_revision = "b"' },
  { "CRLF", '-- Revises: a\r\nrevision = "x"\r\ndown_revision = "a"\r\n', { "b" },
    '-- Revises: b\r\nrevision = "x"\r\ndown_revision = "b"\r\n' },
  { "only the leading comment", 'revision = "x"\n-- Revises: a\ndown_revision = "a"', { "b" },
    'revision = "x"\n-- Revises: a\ndown_revision = "b"' },
  { "not a field of the same name", 'revision = "x"\nlocal t = { down_revision = "q" }\n'
    .. 't.down_revision = "q"\ndown_revision = "a"', { "b" }, 'revision = "x"\n'
    .. 'local t = { down_revision = "q" }\nt.down_revision = "q"\ndown_revision = "b"' },
}

describe("a new down_revision", function()
  for _, case in ipairs(cases) do
    it("of " .. case[1], function()
      local text = script.edit_down(case[2], case[3])
      assert.equal(case[4], text)
      local header = assert(script.header(text))
      assert.same(case[3], header.down)
    end)
  end
end)
