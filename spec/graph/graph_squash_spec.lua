-- Squashed ranges: which revisions a database sees, what its rows become, and which ranges are no
-- ranges. Vectors: rows, command; then the nodes that are seen, the steps and the rows after them.
local graph = require("luamigrate.core").graph

local one = {
  { id = "a" },
  { id = "b", down = "a" },
  { id = "c", down = "b", labels = "net" },
  { id = "d", down = "c" },
  { id = "e", down = "d" },
  { id = "s", down = "a", labels = "net", replaces = { "b", "c", "d" } },
}
-- t replaces s and what follows it
local nested = { table.unpack(one) }
nested[#nested + 1] = { id = "t", down = "a", labels = "net", replaces = { "s", "e" } }
local gone = { one[1], one[5], one[6] }
-- b is missing, c and d are there
local half = { one[1], one[3], one[4], one[5], one[6] }
-- something outside needs a revision inside the range
local needed = { table.unpack(one) }
needed[#needed + 1] = { id = "x", depends_on = "c" }

-- a in part and k as a whole would need each other
local crossed = { { id = "e" }, { id = "n" }, { id = "p", depends_on = "n" },
  { id = "a", replaces = { "e", "p" } }, { id = "k", down = "p", replaces = { "n" } } }

local vectors = {
  { "a new database runs the new one", one, "", "up head", sees = "a e s", steps = "a s e",
    rows = "e" },
  { "before the range", one, "a", "up head", sees = "a e s", steps = "s e", rows = "e" },
  { "at its end: the row gets the new id", one, "d", "up head", sees = "a e s", steps = "e",
    from = "s", renamed = "d", rows = "e" },
  { "at its end, nothing to run", one, "d", "up d", sees = "a e s", steps = "", from = "s",
    renamed = "d", rows = "s" },
  { "behind the range", one, "e", "up head", sees = "a e s", steps = "", rows = "e" },
  { "inside: finishes the old ones", one, "b", "up head", sees = "a b c d e", steps = "c d e",
    rows = "e" },
  { "inside: the new id means the end", one, "c", "up s", sees = "a b c d e", steps = "d",
    rows = "d" },
  { "inside: down by the old ones", one, "c", "down -1", sees = "a b c d e", steps = "c",
    rows = "b" },
  { "at the new one", one, "s", "down -1", sees = "a e s", steps = "s", rows = "a" },
  { "down below the range from its old end", one, "d", "down a", sees = "a e s", steps = "s",
    from = "s", renamed = "d", rows = "a" },
  { "the label is that of what is seen", one, "", "up net", sees = "a e s", steps = "a s",
    rows = "s" },
  { "the label inside", one, "b", "up net", sees = "a b c d e", steps = "c", rows = "c" },
  { "an old id inside is no target", one, "", "up c", sees = "a e s", error = "usage" },
  { "the last old id is the new one", one, "a", "up d", sees = "a e s", steps = "s", rows = "s" },
  { "a stamp by the old id", one, "", "stamp d", sees = "a e s", steps = "s", rows = "s" },

  { "the files are gone: at the end", gone, "d", "up head", sees = "a e s", steps = "e",
    from = "s", renamed = "d", rows = "e" },
  { "the files are gone: inside", gone, "c", "up head", sees = "a e s", error = "refused" },
  { "half of the files are gone: inside", half, "c", "up head", sees = "a e s",
    error = "refused" },
  { "half of the files are gone: new", half, "", "up head", sees = "a e s", steps = "a s e",
    rows = "e" },

  { "nested: new", nested, "", "up head", sees = "a t", steps = "a t", rows = "t" },
  { "nested: inside the inner one", nested, "b", "up head", sees = "a b c d e",
    steps = "c d e", rows = "e" },
  { "nested: between", nested, "s", "up head", sees = "a e s", steps = "e", rows = "e" },
  { "nested: between, by the old id", nested, "d", "up head", sees = "a e s", steps = "e",
    from = "s", renamed = "d", rows = "e" },
  { "nested: at the end", nested, "e", "up head", sees = "a t", steps = "", from = "t",
    renamed = "e", rows = "t" },

  { "a dependency on an inner one is one on the range", needed, "", "up x", sees = "a e s x",
    steps = "a s x", rows = "x" },
  { "a dependent makes the range applied in part", needed, "x", "up e", sees = "a b c d e x",
    steps = "d e", rows = "e x" },
  { "two ranges across each other: all old ones", crossed, "p", "up e", sees = "e n p",
    steps = "e", rows = "e p" },
}

local DIRECTIONS = { up = "upgrade", down = "downgrade", stamp = "stamp" }

local function words(text)
  local list = {}
  for word in text:gmatch "%S+" do
    list[#list + 1] = word
  end
  return list
end

local function sorted(list)
  table.sort(list)
  return table.concat(list, " ")
end

describe("a squashed range", function()
  for _, vector in ipairs(vectors) do
    local name, nodes, rows, command = table.unpack(vector)
    it(name .. ": " .. command .. " from " .. (rows == "" and "nothing" or rows), function()
      local tree = assert(graph.build(nodes))
      assert.equal(vector.sees, sorted(tree:order(words(rows))))
      local direction, target = command:match "(%S+) (%S+)"
      local plan, err = tree:plan(DIRECTIONS[direction], words(rows), target)
      if vector.error then
        assert.is_nil(plan)
        assert.equal(vector.error, err.code, err.message)
        return
      end
      assert(plan, err and err.message)
      local steps = {}
      for i, step in ipairs(plan.steps) do
        steps[i] = step.id
      end
      assert.equal(vector.steps, table.concat(steps, " "))
      assert.equal(vector.rows, sorted(plan.to))
      assert.equal(vector.renamed or "", sorted(plan.renamed))
      assert.equal(vector.from or rows, sorted(plan.from))
    end)
  end

  it("is judged again when another runner went into it", function()
    local tree = assert(graph.build(one))
    local plan = assert(tree:plan("upgrade", { "a" }, "head", { "b" }))
    assert.same({ "c", "d", "e" }, { plan.steps[1].id, plan.steps[2].id, plan.steps[3].id })
    -- and a downgrade of the old ones meets the new one
    local _, err = tree:plan("downgrade", { "c" }, "a", { "s" })
    assert.is_nil(err)
  end)

  local faults = {
    { "itself", { { id = "a", replaces = { "a" } } },
      "a:5: replaces of a: a revision cannot replace itself" },
    { "what is replaced already", { { id = "a" }, { id = "b", down = "a" },
      { id = "s", replaces = { "a", "b" } }, { id = "t", replaces = { "b" } } },
      "t:5: replaces of t: b is replaced by s already" },
    { "each other", { { id = "s", replaces = { "t" } }, { id = "t", replaces = { "s" } } },
      "s:5: revisions replace each other" },
    { "what outside needs and is needed by", { { id = "a" }, { id = "b", down = "a",
      depends_on = "x" }, { id = "x", depends_on = "a" },
      { id = "s", depends_on = "x", replaces = { "a", "b" } } },
      "x:2: cycle: x -> s -> x (each needs the next)" },
    { "a broken range", { { id = "a" }, { id = "b", down = "q" },
      { id = "s", replaces = { "a", "b" } } },
      'b:2: down_revision of b: no revision "q"' },
  }
  for _, case in ipairs(faults) do
    it("is none of " .. case[1], function()
      local tree, problems = graph.build(case[2])
      assert.is_nil(tree)
      local problem = problems[1]
      assert.equal(case[3], ("%s:%d: %s"):format(problem.file, problem.line, problem.text))
    end)
  end
end)
