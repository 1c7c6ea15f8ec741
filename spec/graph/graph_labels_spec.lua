-- Labels as they are shown: downwards to all that follows, upwards until a branch or merge.
local graph = require("luamigrate.core").graph

local cases = {
  { "to what follows, through a merge", {
    { id = "a" }, { id = "b", down = "a", labels = "x" }, { id = "c", down = "a", labels = "y" },
    { id = "d", down = { "b", "c" } }, { id = "e", down = "d" } },
    { a = "", b = "x", c = "y", d = "x y", e = "x y" } },
  { "up to the root", { { id = "a" }, { id = "b", down = "a" },
    { id = "c", down = "b", labels = { "x", "y" } } }, { a = "x y", b = "x y", c = "x y" } },
  { "not into a branch point", { { id = "a" }, { id = "b", down = "a" },
    { id = "c", down = "b", labels = "x" }, { id = "d", down = "a" } },
    { a = "", b = "x", c = "x", d = "" } },
  { "not into a merge", { { id = "a" }, { id = "b" }, { id = "m", down = { "a", "b" } },
    { id = "c", down = "m", labels = "x" } }, { a = "", b = "", m = "", c = "x" } },
  { "from a merge to nothing above it", { { id = "a" }, { id = "b" },
    { id = "m", down = { "a", "b" }, labels = "x" } }, { a = "", b = "", m = "x" } },
  { "not along dependencies", { { id = "a", labels = "x" }, { id = "b", depends_on = "a" } },
    { a = "x", b = "" } },
  { "each once", { { id = "a", labels = "x" }, { id = "b", down = "a" },
    { id = "c", down = "a", labels = "z" }, { id = "d", down = { "b", "c" } } },
    { a = "x", b = "x", c = "z x", d = "x z" } },
}

describe("labels are shown", function()
  for _, case in ipairs(cases) do
    it(case[1], function()
      local tree = assert(graph.build(case[2]))
      local shown = tree:labels()
      for id, labels in pairs(case[3]) do
        assert.equal(labels, table.concat(shown[id], " "), id)
      end
    end)
  end
end)
