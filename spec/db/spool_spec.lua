-- Proves rows put aside: all kinds of values come back in their order, from memory and from the
-- file behind the first megabyte, and a disk that takes nothing is an error.
local db = require("luamigrate.core").db
local cli = require "spec.support.cli"

local function same(rows, columns)
  local got = assert(db.spool(rows, columns))
  assert.are.equal(#rows, #got)
  for i, row in ipairs(rows) do
    for j = 1, columns do
      local value = row[j]
      value = type(value) == "table" and value.bytes or value
      assert(got[i][j] == value, ("row %d, column %d"):format(i, j))
    end
  end
end

describe("spool", function()
  it("keeps every kind of value", function()
    same({
      { nil, true, 1, 1.5, "text" },
      { false, math.mininteger, -0.5, "", { bytes = "\0\255" } },
      { { bytes = "" }, nil, nil, nil, "a\0b" },
    }, 5)
  end)

  it("gives nothing when nothing was written", function()
    same({}, 3)
  end)

  it("keeps rows without a column", function()
    same({ {}, {}, {} }, 0)
  end)

  for _, size in ipairs { 0, 1, 100, 5000, 524000, 1048576, 3000000 } do
    it(("goes on in the file with texts of %d bytes"):format(size), function()
      local rows = {}
      for i = 1, math.max(3, 3000000 // (size + 100)) do
        rows[i] = { i, i % 3 ~= 0 and (tostring(i)):rep(size):sub(1, size) or nil }
      end
      same(rows, 2)
    end)
  end

  it("goes on in the file behind a row that memory does not take", function()
    same({ { "a" }, { ("b"):rep(2000000) }, { "c" }, { ("d"):rep(5000) }, { "" } }, 1)
  end)

  it("says which folder takes no rows", function()
    local folder = cli.folder()
    local file = assert(io.open(folder .. "/child.lua", "w"))
    file:write [[
      local db = require "luamigrate.core".db
      local rows, err = db.spool({ { ("x"):rep(2000000) } }, 1)
      print(rows, err.exit, err.message, err.hint)]]
    file:close()
    local function run(setting)
      local pipe = assert(io.popen(("%s %s %s/child.lua 2>&1"):format(setting,
        os.getenv "SPEC_LUA" or "lua5.4", folder)))
      local text = pipe:read "a"
      pipe:close()
      return text
    end
    local missing = run(("TMPDIR=%s/none"):format(folder))
    local full = run "trap '' XFSZ; ulimit -f 100;"
    assert(os.execute("rm -r " .. cli.quote(folder)))
    assert.are.equal(("nil\t13\tcannot put rows aside in %s/none: No such file or directory\t"
      .. "TMPDIR names the folder of temporary files\n"):format(folder), missing)
    assert.is_truthy(full:find("^nil\t13\tcannot put rows aside in [^\t]*: File too large\t"), full)
  end)
end)
