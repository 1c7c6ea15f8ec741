-- The graph itself: faults of the tree with their places, names, order, ranges, and planning again.
local graph = require("luamigrate.core").graph

local function many(count, make)
  local list = {}
  for i = 1, count do
    list[i] = make(i)
  end
  return list
end

-- revisions, then "file:line: part of the text" of each problem, sorted; the binding puts id,
-- down_revision, labels and depends_on on the lines 1 to 4
local faults = {
  {
    "a duplicate id names both files",
    { { id = "a", file = "1.lua" }, { id = "a", file = "2.lua" } },
    { '2.lua:1: revision "a" is already a revision, at 1.lua:1' },
  },
  {
    "ids that differ in case only",
    { { id = "ab", file = "1.lua" }, { id = "AB", file = "2.lua" } },
    { '2.lua:1: revision "AB" differs only in case from "ab", at 1.lua:1' },
  },
  {
    "labels that differ in case only",
    { { id = "a", labels = "Net" }, { id = "b", labels = "net" } },
    { 'b:3: label "net" differs only in case from "Net", at a:3' },
  },
  {
    "an unknown parent, with a suggestion",
    { { id = "rev_one" }, { id = "r5", down = "rev_on" } },
    { 'r5:2: down_revision of r5: no revision "rev_on" (did you mean rev_one?)' },
  },
  {
    "an unknown parent that is another case",
    { { id = "Ab12" }, { id = "r5", down = "ab12" } },
    { 'r5:2: down_revision of r5: no revision "ab12" (did you mean Ab12?)' },
  },
  {
    "an unknown dependency",
    { { id = "a" }, { id = "b", down = "a", depends_on = { "zzzzzz" } } },
    { 'b:4: depends_on of b: no revision "zzzzzz"' },
  },
  {
    "a label as parent",
    { { id = "a1", labels = "net" }, { id = "b1", down = "net" } },
    { 'b1:2: down_revision of b1: "net" is a label; write the id of its revision, "a1"' },
  },
  {
    "a revision of itself",
    { { id = "a", down = "a" } },
    { "a:2: down_revision of a: a revision cannot revise itself" },
  },
  {
    "a dependency on itself, by its label",
    { { id = "a", labels = "net", depends_on = "net" } },
    { "a:4: depends_on of a: a revision cannot depend on itself" },
  },
  {
    "a cycle of two",
    { { id = "r2", down = "r4" }, { id = "r4", down = "r2" } },
    { "r2:2: cycle: r2 -> r4 -> r2 (each needs the next)" },
  },
  {
    "the shortest cycle of a knot",
    {
      { id = "a", down = "b" },
      { id = "b", down = "c" },
      { id = "c", down = { "a", "d" } },
      { id = "d", down = "c" },
      { id = "e", down = "d" },
    },
    { "c:2: cycle: c -> d -> c (each needs the next)" },
  },
  {
    "a cycle through a dependency",
    { { id = "a", depends_on = "c" }, { id = "b", down = "a" }, { id = "c", down = "b" } },
    { "a:2: cycle: a -> c -> b -> a (each needs the next)" },
  },
  {
    "two cycles apart",
    { { id = "a", down = "b" }, { id = "b", down = "a" }, { id = "c", down = "d" },
      { id = "d", down = "c" } },
    { "a:2: cycle: a -> b -> a (each needs the next)",
      "c:2: cycle: c -> d -> c (each needs the next)" },
  },
  {
    "a label used twice",
    { { id = "a", labels = "net" }, { id = "b", down = "a", labels = { "x", "net" } } },
    { 'b:3: label "net" is already a label, at a:3' },
  },
  {
    "a label equal to an id, also of a later file",
    { { id = "a", labels = "b" }, { id = "b", down = "a" } },
    { 'a:3: label "b" is already a revision, at b:1' },
  },
  {
    "reserved words",
    { { id = "head" }, { id = "x", labels = { "heads", "base" } }, { id = "current" } },
    {
      'current:1: revision "current": this word is reserved (head, heads, base, current)',
      'head:1: revision "head": this word is reserved (head, heads, base, current)',
      'x:3: label "base": this word is reserved (head, heads, base, current)',
      'x:3: label "heads": this word is reserved (head, heads, base, current)',
    },
  },
}

describe("a tree with faults", function()
  for _, case in ipairs(faults) do
    it("reports " .. case[1], function()
      local tree, problems, err = graph.build(case[2])
      assert.is_nil(tree)
      local lines = {}
      for i, problem in ipairs(problems) do
        lines[i] = ("%s:%d: %s"):format(problem.file, problem.line, problem.text)
      end
      assert.same(case[3], lines)
      assert.equal(table.concat(case[3], "\n"), err.message)
      assert.equal("tree", err.code)
      assert.equal(4, err.exit)
      assert.equal(problems[1].file, err.file)
      assert.equal(problems[1].line, err.line)
    end)
  end

  it("shows fifty problems and says how many more there are", function()
    local _, problems, err = graph.build(many(80, function(i)
      return { id = ("r%03d"):format(i), down = "nowhere" }
    end))
    assert.equal(80, #problems)
    local _, newlines = err.message:gsub("\n", "")
    assert.equal(50, newlines)
    assert.equal("and 30 more", err.message:match("[^\n]+$"))
  end)

  it("shows as many as have room", function()
    local _, _, err = graph.build(many(60, function(i)
      return { id = ("r%03d"):format(i) .. ("x"):rep(240), down = "nowhere" }
    end))
    local shown = select(2, err.message:gsub("\n", ""))
    assert.equal(("and %d more"):format(60 - shown), err.message:match("[^\n]+$"))
    assert.truthy(#err.message < 8192)
  end)

  it("is judged in time for large knots", function()
    local tree, problems = graph.build(many(100000, function(i)
      return { id = "r" .. i, down = "r" .. (i % 100000 + 1) }
    end))
    assert.is_nil(tree)
    assert.equal(1, #problems)
    assert.truthy(problems[1].text:find("(99970 more) -> r1 (each", 1, true), problems[1].text)
  end)
end)

describe("a good tree", function()
  it("may name a parent twice, or one that another implies", function()
    local tree = assert(graph.build({
      { id = "a" },
      { id = "b", down = { "a", "a" } },
      { id = "c", down = { "b", "a" }, depends_on = { "b", "a" } },
    }))
    assert.same({ "a", "b", "c" }, tree:order())
    assert.same({ "c" }, tree:plan("upgrade", {}, "heads").to)
  end)

  it("may be empty", function()
    local tree = assert(graph.build({}))
    for _, target in ipairs({ "head", "heads", "base" }) do
      local plan = assert(tree:plan("upgrade", {}, target))
      assert.same({}, plan.steps)
      assert.same({ "base" }, plan.resolved)
    end
    assert.same({}, tree:range({}, "", ""))
    assert.equal("usage", select(2, tree:plan("downgrade", {}, {})).code)
  end)

  it("knows heads, branch points and merges", function()
    local tree = assert(graph.build({
      { id = "a" },
      { id = "b", down = "a" },
      { id = "c", down = "a" },
      { id = "d", down = { "b", "c" } },
    }))
    assert.same({ "a", "a", false, true, false }, { tree:resolve("a") })
    assert.same({ "d", "d", true, false, true }, { tree:resolve("d") })
    assert.is_true(tree:find("d"))
    assert.is_false(tree:find("x"))
  end)

  it("is ordered and planned in time with 100,000 revisions", function()
    local tree = assert(graph.build(many(100000, function(i)
      local id = ("r%06d"):format(i)
      if i == 1 then
        return { id = id }
      end
      return { id = id, down = ("r%06d"):format(i - 1), depends_on = ("r%06d"):format(i // 2) }
    end)))
    local clock = os.clock()
    local plan = assert(tree:plan("upgrade", {}, "head"))
    assert.equal(100000, #plan.steps)
    assert.equal("r000001", plan.steps[1].id)
    assert.same({ "r100000" }, plan.to)
    assert.equal(100000, #tree:plan("downgrade", { "r100000" }, "base").steps)
    assert.truthy(os.clock() - clock < 10)
  end)
end)

describe("a name", function()
  local tree = assert(graph.build({
    { id = "1a2b" },
    { id = "1a3c", down = "1a2b", labels = { "network", "1a3cx" } },
    { id = "head1", down = "1a3c" },
    { id = "1a3c9", down = "head1", labels = "nets" },
  }))
  local cases = {
    { "1a2b", "1a2b" }, { "1a2", "1a2b" }, { "network", "1a3c" }, { "netw", "1a3c" },
    { "1a3c", "1a3c" }, { "1a3cx", "1a3c" }, { "1a3c9", "1a3c9" }, { "nets", "1a3c9" },
    { "head1", "head1" }, { "h", "head1" }, { "head", nil }, { "current", nil }, { "", nil },
    { "1A2B", nil, "1a2b" }, { "1a2c", nil, "1a2b" }, { "zzzzzzzz", nil },
    { "1a", nil, "1a2b\n1a3c\n1a3c9" }, { "net", nil, "1a3c\n1a3c9" },
  }
  for _, case in ipairs(cases) do
    it(("%q is %s"):format(case[1], case[2] or "an error"), function()
      local id, err = tree:resolve(case[1])
      assert.equal(case[2], id)
      if not case[2] then
        assert.equal("usage", err.code)
        assert.equal(case[3], err.candidates)
      end
    end)
  end
end)

describe("a target", function()
  local tree = assert(graph.build({
    { id = "aaaa" },
    { id = "bbbb", down = "aaaa" },
    { id = "cccc", down = "aaaa", labels = "side" },
  }))
  local malformed = {
    "", "+0", "-0", "+", "-", "+99999999999999999999", "+2147483648", "aaaa+1junk", "aaaa+", "+1+1",
    " aaaa", "aaaa ", "a b", "@", "@head", "side@", "side@side@head", "aaaa:bbbb", "+x", "--1",
    "../../x", "-rf", ";drop", "a\27[1m", "ä", "side@+0", "aaaa,bbbb", "*", "current",
  }
  for _, text in ipairs(malformed) do
    for _, direction in ipairs({ "upgrade", "downgrade", "stamp" }) do
      it(("%s %q is refused"):format(direction, text), function()
        local plan, err = tree:plan(direction, { "bbbb" }, { text })
        assert.is_nil(plan)
        assert.equal("usage", err.code)
        assert.equal(2, err.exit)
      end)
    end
  end

  -- direction, rows, targets, part of the message, part of the hint, candidates
  local refusals = {
    { "upgrade", {}, {}, "there are 2 heads", "merge heads", "bbbb\ncccc" },
    { "upgrade", { "aaaa" }, { "-1" }, "cannot go down", "luamigrate downgrade -1" },
    { "downgrade", { "aaaa" }, { "+1" }, "cannot go up", "luamigrate upgrade +1" },
    { "downgrade", { "bbbb", "cccc" }, {}, "there are 2", "@-1", "bbbb\ncccc" },
    { "downgrade", { "aaaa" }, { "-2" }, "base is reached after 1 revision" },
    { "downgrade", {}, {}, "nothing is applied" },
    { "downgrade", { "aaaa" }, { "bbbb" }, "it is not applied", "current", "aaaa" },
    { "upgrade", { "bbbb" }, { "+1" }, "there is no further revision after 0" },
    { "upgrade", { "aaaa" }, { "+1" }, "several revisions follow aaaa", "LABEL@", "bbbb\ncccc" },
    { "upgrade", {}, { "side@bbbb" }, "bbbb is not in the branch of side", 'without "side@"' },
    { "upgrade", {}, { "aaaa", "+1" }, "cannot stand beside", "one by one" },
    { "upgrade", {}, { "aaaa", "bbbb" }, '"aaaa" is contained in "bbbb"', "leave" },
    { "upgrade", {}, { "bbbx" }, 'no revision or label "bbbx"', "did you mean bbbb", "bbbb" },
    { "upgrade", {}, { "haed" }, 'no revision or label "haed"', "did you mean head", "head" },
    { "upgrade", {}, { "aaaa:bbbb" }, "not understood", "history -r" },
    { "downgrade", { "bbbb" }, { "heads" }, "goes to one", nil, "bbbb\ncccc" },
  }
  for i, case in ipairs(refusals) do
    it(("says why it is refused, and the way out, %d"):format(i), function()
      local plan, err = tree:plan(case[1], case[2], case[3])
      assert.is_nil(plan)
      assert.equal("usage", err.code)
      assert.truthy(err.message:find(case[4], 1, true), err.message)
      assert.truthy(not case[5] or err.hint:find(case[5], 1, true), err.hint)
      if case[6] then
        assert.equal(case[6], err.candidates)
      end
    end)
  end

  it("that is applied already needs no step", function()
    for _, target in ipairs({ "aaaa", "base", "bbbb", "aaaa+0", "bbbb-1" }) do
      local plan = assert(tree:plan("upgrade", { "bbbb" }, target))
      assert.same({}, plan.steps)
      assert.same({ "bbbb" }, plan.to)
    end
    assert.same({}, tree:plan("downgrade", { "bbbb" }, "bbbb").steps)
  end)
end)

describe("version rows", function()
  local tree = assert(graph.build({
    { id = "a" },
    { id = "b", down = "a" },
    { id = "c", down = "b" },
    { id = "x" },
  }))

  it("that others imply are redundant", function()
    local plan = assert(tree:plan("upgrade", { "a", "c", "x", "b", "c" }, "heads"))
    assert.same({ "c", "x" }, plan.from)
    assert.same({ "a", "b" }, plan.redundant)
    assert.same({}, plan.steps)
    plan = assert(tree:plan("downgrade", { "a", "b" }, "-1"))
    assert.same({ "b" }, plan.from)
    assert.same({ "a" }, plan.to)
  end)

  it("that no file knows are refused", function()
    for _, direction in ipairs({ "upgrade", "downgrade", "stamp" }) do
      local plan, err = tree:plan(direction, { "a", "gone" }, "base")
      assert.is_nil(plan)
      assert.equal("refused", err.code)
      assert.equal(9, err.exit)
      assert.truthy(err.message:find('"gone"', 1, true))
      assert.truthy(err.hint:find("stamp --purge", 1, true))
    end
  end)

  it("follow each step", function()
    local plan = assert(tree:plan("upgrade", { "x" }, "c"))
    local seen = {}
    for i, step in ipairs(plan.steps) do
      seen[i] = table.concat(step.from, ",") .. " " .. step.id .. " " .. table.concat(step.to, ",")
    end
    assert.same({ "x a a,x", "a,x b b,x", "b,x c c,x" }, seen)
  end)

  it("change one by one in a stamp", function()
    local plan = assert(tree:plan("stamp", { "x", "c" }, "a"))
    assert.equal(1, #plan.steps)
    assert.same({ "c", "x" }, plan.steps[1].from)
    assert.same({ "a", "x" }, plan.steps[1].to)
    assert.equal("a", plan.steps[1].id)
    assert.equal("stamp", plan.steps[1].direction)
    plan = assert(tree:plan("stamp", { "x", "c" }, "base"))
    assert.equal(2, #plan.steps)
    assert.same({ "x" }, plan.steps[1].to)
    assert.equal("c", plan.steps[1].id)
    assert.same({}, plan.to)
  end)
end)

describe("a range", function()
  local tree = assert(graph.build({
    { id = "aaaa" },
    { id = "bbbb", down = "aaaa" },
    { id = "cccc", down = "bbbb", labels = "side" },
    { id = "dddd", down = "bbbb" },
    { id = "eeee", down = "dddd", depends_on = "cccc" },
    { id = "ffff" },
  }))
  -- rows, a, b, ids newest first or an error
  local ranges = {
    { {}, "", "", "eeee dddd cccc bbbb aaaa ffff" },
    { {}, "bbbb", "eeee", "eeee dddd cccc bbbb" },
    { {}, "cccc", "eeee", "eeee cccc" },
    { {}, "bbbb", "", "eeee dddd cccc bbbb" },
    { {}, "", "bbbb", "bbbb aaaa" },
    { {}, "base", "side", "cccc bbbb aaaa" },
    { {}, "bbbb", "bbbb", "bbbb" },
    { {}, "", "base", "" },
    { {}, "", "current", "" },
    { {}, "current", "", "eeee dddd cccc bbbb aaaa ffff" },
    { { "dddd" }, "current", "", "eeee dddd" },
    { { "dddd" }, "", "current", "dddd bbbb aaaa" },
    { { "dddd" }, "-1", "current", "dddd bbbb" },
    { {}, "-2", "dddd", "dddd bbbb aaaa" },
    { {}, "-9", "dddd", "dddd bbbb aaaa" },
    { {}, "dddd", "+1", "eeee dddd" },
    { {}, "dddd", "+9", "eeee dddd" },
    { {}, "eeee", "bbbb", nil },
    { {}, "ffff", "eeee", nil },
    { {}, "cccc", "dddd", nil },
    { {}, "+1", "dddd", nil },
    { {}, "bbbb", "+1", nil },
    { {}, "nope", "", nil },
    { nil, "current", "", nil },
  }
  for _, case in ipairs(ranges) do
    local rows, a, b, ids = case[1], case[2], case[3], case[4]
    it(("%s:%s with %s"):format(a, b, rows and table.concat(rows) or "no database"), function()
      local list, err = tree:range(rows, a, b)
      if ids then
        assert.equal(ids, table.concat(assert(list, err and err.message), " "))
      else
        assert.is_nil(list)
        assert.equal("usage", err.code)
      end
    end)
  end
end)

describe("planning again after waiting", function()
  local tree = assert(graph.build({
    { id = "aaaa" },
    { id = "bbbb", down = "aaaa" },
    { id = "cccc", down = "bbbb" },
    { id = "dddd", down = "aaaa" },
    { id = "mmmm", down = { "cccc", "dddd" } },
  }))
  -- direction, rows, target, rows now, steps or an error
  local cases = {
    { "downgrade", "mmmm", "-1", "cccc dddd", "" },
    { "downgrade", "cccc", "-1", "bbbb", "" },
    { "downgrade", "cccc", "-2", "bbbb", "bbbb" },
    { "downgrade", "cccc", "-1", "aaaa", "" },
    { "downgrade", "cccc", "-1", "cccc dddd", "cccc" },
    { "downgrade", "cccc", "-1", "mmmm", nil },
    { "downgrade", "cccc", "base", "", "" },
    { "upgrade", "", "+1", "aaaa", "" },
    { "upgrade", "aaaa", "bbbb+1", "bbbb", "cccc" },
    { "upgrade", "aaaa", "base", "aaaa", "" },
    { "stamp", "aaaa", "bbbb+1", "cccc", "" },
    { "stamp", "cccc", "-1", "bbbb", "" },
  }
  for _, case in ipairs(cases) do
    it(("%s %s from %s, now %s"):format(case[1], case[3], case[2], case[4]), function()
      local function words(text)
        local list = {}
        for word in text:gmatch("%S+") do
          list[#list + 1] = word
        end
        return list
      end
      local plan, err = tree:plan(case[1], words(case[2]), { case[3] }, words(case[4]))
      if not case[5] then
        assert.is_nil(plan)
        assert.equal("refused", err.code)
        return
      end
      assert(plan, err and err.message)
      local ids = {}
      for i, step in ipairs(plan.steps) do
        ids[i] = step.id
      end
      assert.equal(case[5], table.concat(ids, " "))
    end)
  end
end)
