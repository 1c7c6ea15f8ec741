-- history on a terminal: branches and merges as lines; elsewhere and with --no-graph a plain list.
local cli = require "spec.support.cli"

local project

local function terminal(line)
  local result = project:shell(("script -qec %s /dev/null")
    :format(cli.quote('"$L" -q --color never ' .. line)))
  assert.equal(0, result.code, result.out)
  return (result.out:gsub("\r", ""):gsub("\nScript done.*", "\n"))
end

local cases = {
  { "a line", { { id = "a" }, { id = "b", down = "a" } }, [[
* b (head)  b
* a         a
]] },
  { "two roots", { { id = "a" }, { id = "b" } }, [[
* a (head)  a
* b (head)  b
]] },
  { "a branch and its merge", {
    { id = "a" }, { id = "b", down = "a" }, { id = "c", down = "a" },
    { id = "d", down = { "b", "c" } }, { id = "e", down = "d" } }, [[
* e (head)         e
* d (mergepoint)   d
|\
* | b                b
| * c                c
|/
* a (branchpoint)  a
]] },
  { "a merge of three, and a head beside it", {
    { id = "a" }, { id = "b", down = "a" }, { id = "c", down = "a" }, { id = "d", down = "a" },
    { id = "m", down = { "b", "c", "d" } }, { id = "x", down = "b" } }, [[
* m (head) (mergepoint)  m
|\_\
| * | c                      c
| | * d                      d
| | | * x (head)               x
|_|_|/
* | | b (branchpoint)        b
|/  |
|__/
* a (branchpoint)        a
]] },
}

describe("history draws", function()
  after_each(function()
    project:remove()
  end)

  for _, case in ipairs(cases) do
    it(case[1], function()
      project = cli.project { revisions = case[2] }
      assert.equal(case[3], terminal "history")
      -- one line for each revision otherwise, as in a pipe
      local plain = project:run("history").out
      assert.equal(#case[2], select(2, plain:gsub("\n", "")))
      assert.equal(select(2, plain:gsub(" %->", "")), #case[2])
      assert.equal(#case[2], select(2, terminal("history --no-graph"):gsub(" %->", "")))
    end)
  end

  it("what a range leaves, and which revisions are applied", function()
    project = cli.project { revisions = cases[3][2] }
    assert.equal(0, project:run("upgrade", "b").code)
    assert.equal([[
o d (mergepoint)             d
|\
* | b (current)                b
| o c                          c
|/
* a (branchpoint) (applied)  a
]], terminal "history -i -r a:d")
    assert.equal([[
o d (mergepoint)  d
* b (current)     b
]], terminal "history -i -r b:d")
  end)
end)
