-- What each target means, as data: command, version rows, and the steps and rows that follow.
-- `alembic` marks the rows where luamigrate decides otherwise than Alembic 1.19, and says what that
-- does; the others agree with it.
local graph = require("luamigrate.core").graph

local graphs = {
  G1 = {
    { id = "aaaa" },
    { id = "bbbb", down = "aaaa" },
    { id = "c1c1", down = "bbbb", labels = "c1branch" },
    { id = "d1d1", down = "c1c1" },
    { id = "c2c2", down = "bbbb", labels = "c2branch" },
    { id = "d2d2", down = "c2c2" },
  },
  G2 = {
    { id = "a1a1" },
    { id = "a2a2", down = "a1a1" },
    { id = "b1b1", labels = "net" },
    { id = "b2b2", down = "b1b1", depends_on = "a2a2" },
    { id = "b3b3", down = "b2b2" },
  },
  G3 = {
    { id = "aaaa" },
    { id = "b1b1", down = "aaaa", labels = "left" },
    { id = "b2b2", down = "aaaa" },
    { id = "mmmm", down = { "b1b1", "b2b2" } },
    { id = "nnnn", down = "mmmm" },
  },
}

local vectors = {
  G1 = {
    { "down c1branch@base",    "d1d1 d2d2", steps = "d1d1 c1c1", rows = "d2d2",
      alembic = "d1d1 c1c1 d2d2 c2c2 bbbb aaaa / -" },
    { "down c1branch@bbbb",    "d1d1 d2d2", steps = "d1d1 c1c1", rows = "d2d2" },
    { "down -1",               "d1d1 d2d2", error = "usage", alembic = "d1d1 / c1c1 d2d2" },
    { "down -1",               "d2d2 d1d1", error = "usage", alembic = "d2d2 / c2c2 d1d1" },
    { "down c1branch@-1",      "d1d1 d2d2", steps = "d1d1", rows = "c1c1 d2d2" },
    { "down c1branch@-2",      "d1d1 d2d2", steps = "d1d1 c1c1", rows = "d2d2" },
    { "down c1branch@-3",      "d1d1 d2d2", error = "usage",
      alembic = "d1d1 c1c1 d2d2 c2c2 bbbb / aaaa" },
    { "down bbbb",             "d1d1 d2d2", steps = "d1d1 c1c1 d2d2 c2c2", rows = "bbbb" },
    { "down c1c1",             "d1d1 d2d2", steps = "d1d1", rows = "c1c1 d2d2" },
    { "down c2branch@c1c1",    "d1d1 d2d2", error = "usage", alembic = "d1d1 / c1c1 d2d2" },
    { "down d1d1-1",           "d1d1 d2d2", steps = "d1d1", rows = "c1c1 d2d2" },
    { "down base+1",           "d1d1 d2d2", steps = "d1d1 c1c1 d2d2 c2c2 bbbb", rows = "aaaa" },
    { "down +1",               "d1d1", error = "usage" },
    { "down d1d1",             "c1c1", error = "usage" },
    { "down head",             "d1d1 d2d2", error = "usage" },
    { "down heads",            "d1d1 d2d2", error = "usage" },
    { "up head",               "aaaa", error = "usage" },
    { "up heads",              "aaaa", steps = "bbbb c2c2 d2d2 c1c1 d1d1", rows = "d1d1 d2d2" },
    { "up c1branch@head",      "aaaa", steps = "bbbb c1c1 d1d1", rows = "d1d1" },
    { "up c1branch@heads",     "aaaa", steps = "bbbb c1c1 d1d1", rows = "d1d1" },
    { "up +1",                 "bbbb", error = "usage" },
    { "up c1branch@+1",        "bbbb", steps = "c1c1", rows = "c1c1" },
    { "up c1branch@+3",        "", steps = "aaaa bbbb c1c1", rows = "c1c1" },
    { "up c1branch@+4",        "", steps = "aaaa bbbb c1c1 d1d1", rows = "d1d1" },
    { "up c1branch@+1",        "", steps = "aaaa", rows = "aaaa" },
    { "up +1",                 "d1d1 c2c2", error = "usage" },
    { "up c2branch@+1",        "d1d1 c2c2", steps = "d2d2", rows = "d1d1 d2d2" },
    { "up c2branch@+1",        "d1d1", steps = "c2c2", rows = "d1d1 c2c2" },
    { "up c2c2+1",             "d1d1", steps = "c2c2 d2d2", rows = "d1d1 d2d2" },
    { "up c2branch@head-1",    "aaaa", steps = "bbbb c2c2", rows = "c2c2" },
    { "up d2d2-1",             "aaaa", steps = "bbbb c2c2", rows = "c2c2" },
    { "up aaaa",               "d1d1", steps = "", rows = "d1d1" },
    { "up base",               "d1d1", steps = "", rows = "d1d1" },
    { "up -1",                 "d1d1", error = "usage" },
    { "up base+2",             "", steps = "aaaa bbbb", rows = "bbbb" },
    { "up c1",                 "", steps = "aaaa bbbb c1c1", rows = "c1c1", alembic = "USAGE" },
    { "up c",                  "", error = "usage" },
    { "up d2",                 "", steps = "aaaa bbbb c2c2 d2d2", rows = "d2d2" },
    { "up c1b",                "", steps = "aaaa bbbb c1c1", rows = "c1c1" },
    { "up c1branch",           "", steps = "aaaa bbbb c1c1", rows = "c1c1" },
    { "up aaaa+1junk",         "", error = "usage", alembic = "aaaa bbbb / bbbb" },
    { "up c1branch@d2d2",      "", error = "usage" },
    { "up d1d1@head",          "", steps = "aaaa bbbb c1c1 d1d1", rows = "d1d1" },
    { "up aaaa@head",          "", error = "usage" },
    { "up nosuch@head",        "", error = "usage" },
    { "up nosuch",             "", error = "usage" },
    { "up c1c1 d1d1",          "", error = "usage" },
    { "up c1c1 c2c2",          "", steps = "aaaa bbbb c2c2 c1c1", rows = "c1c1 c2c2" },
    { "up head+1",             "d1d1", error = "usage" },
    { "up heads-1",            "", error = "usage" },
    { "up c1branch@base+2",    "", steps = "aaaa bbbb", rows = "bbbb" },
    { "up c1branch@base",      "", steps = "", rows = "" },
    { "up bbbb+1",             "", error = "usage" },
    { "up c1branch@bbbb+1",    "", steps = "aaaa bbbb c1c1", rows = "c1c1" },
    { "up +0",                 "bbbb", error = "usage" },
    { "up bbbb+0",             "", steps = "aaaa bbbb", rows = "bbbb" },
    { "stamp d1d1",            "aaaa", rows = "d1d1" },
    { "stamp heads",           "aaaa", rows = "d1d1 d2d2" },
    { "stamp bbbb",            "d1d1 d2d2", rows = "bbbb" },
    { "stamp c1branch@base",   "d1d1 d2d2", rows = "d2d2" },
    { "stamp base",            "d1d1 d2d2", rows = "" },
    { "stamp c1c1",            "d2d2", rows = "c1c1 d2d2" },
    { "stamp c1c1 d2d2",       "aaaa", rows = "c1c1 d2d2" },
    { "stamp head",            "aaaa", error = "usage" },
    { "stamp d1d1",            "c1c1 c2c2", rows = "d1d1 c2c2" },
    { "stamp c1c1",            "d1d1 d2d2", rows = "c1c1 d2d2" },
    { "stamp +1",              "c1c1", rows = "d1d1", alembic = "USAGE" },
    { "stamp -1",              "c1c1", rows = "bbbb", alembic = "USAGE" },
    { "stamp d1d1-1",          "", rows = "c1c1", alembic = "USAGE" },
  },
  G2 = {
    { "up head",               "", error = "usage" },
    { "up heads",              "", steps = "a1a1 a2a2 b1b1 b2b2 b3b3", rows = "b3b3" },
    { "up net@head",           "", steps = "a1a1 a2a2 b1b1 b2b2 b3b3", rows = "b3b3" },
    { "up a2a2",               "", steps = "a1a1 a2a2", rows = "a2a2" },
    { "down a1a1",             "b3b3", steps = "b3b3 b2b2 a2a2", rows = "a1a1 b1b1" },
    { "down net@base",         "b3b3", steps = "b3b3 b2b2 b1b1", rows = "a2a2" },
    { "down b1b1",             "b3b3", steps = "b3b3 b2b2", rows = "a2a2 b1b1" },
    { "down base",             "b3b3", steps = "b3b3 b2b2 b1b1 a2a2 a1a1", rows = "" },
    { "down -1",               "b2b2", steps = "b2b2", rows = "a2a2 b1b1" },
    { "down -2",               "b3b3", steps = "b3b3 b2b2", rows = "a2a2 b1b1" },
    { "down a2a2",             "b3b3", error = "usage" },
    { "down a2a2@base",        "b3b3", steps = "", rows = "b3b3",
      alembic = "b3b3 b2b2 a2a2 a1a1 / b1b1" },
    { "down a1a1@base",        "b3b3", steps = "", rows = "b3b3",
      alembic = "b3b3 b2b2 a2a2 a1a1 / b1b1" },
    { "stamp b3b3",            "", rows = "b3b3" },
    { "stamp heads",           "", rows = "b3b3" },
    { "stamp a2a2",            "b3b3", rows = "a2a2" },
    { "stamp b1b1",            "b3b3", rows = "a2a2 b1b1", alembic = "rows b1b1" },
    { "stamp a2a2 b3b3",       "", rows = "b3b3", alembic = "rows a2a2 b3b3" },
    { "up net@+1",             "a2a2 b1b1", steps = "b2b2", rows = "b2b2" },
    { "up +1",                 "a2a2 b1b1", error = "usage" },
  },
  G3 = {
    { "down -1",               "mmmm", steps = "mmmm", rows = "b1b1 b2b2", alembic = "USAGE" },
    { "down -2",               "nnnn", steps = "nnnn mmmm", rows = "b1b1 b2b2", alembic = "USAGE" },
    { "down b1b1",             "nnnn", steps = "nnnn mmmm", rows = "b1b1 b2b2" },
    { "down aaaa",             "nnnn", steps = "nnnn mmmm b1b1 b2b2", rows = "aaaa" },
    { "down left@aaaa",        "nnnn", steps = "nnnn mmmm b1b1", rows = "b2b2" },
    { "down left@-1",          "mmmm", steps = "mmmm", rows = "b1b1 b2b2", alembic = "USAGE" },
    { "down base",             "nnnn", steps = "nnnn mmmm b1b1 b2b2 aaaa", rows = "" },
    { "up mmmm",               "b1b1", steps = "b2b2 mmmm", rows = "mmmm" },
    { "up +1",                 "b1b1", steps = "b2b2 mmmm", rows = "mmmm" },
    { "up +1",                 "b1b1 b2b2", error = "usage" },
    { "up b1b1+1",             "b2b2", steps = "b1b1 mmmm", rows = "mmmm" },
    { "stamp b1b1",            "nnnn", rows = "b1b1 b2b2", alembic = "rows b1b1" },
    { "stamp mmmm",            "b1b1 b2b2", rows = "mmmm" },
    { "stamp mmmm",            "b1b1", rows = "mmmm" },
  },
}

local directions = { up = "upgrade", down = "downgrade", stamp = "stamp" }

local function words(text)
  local list = {}
  for word in text:gmatch("%S+") do
    list[#list + 1] = word
  end
  return list
end

local function steps_of(plan)
  local list = {}
  for i, step in ipairs(plan.steps) do
    list[i] = step.id
  end
  return table.concat(list, " ")
end

for name, cases in pairs(vectors) do
  describe("targets in " .. name, function()
    local tree = assert(graph.build(graphs[name]))
    for _, case in ipairs(cases) do
      it(case[1] .. " from " .. (case[2] == "" and "nothing" or case[2]), function()
        local targets = words(case[1])
        local direction = directions[table.remove(targets, 1)]
        local plan, err = tree:plan(direction, words(case[2]), targets)
        if case.error then
          assert.is_nil(plan)
          assert.equal(case.error, err.code)
          return
        end
        assert(plan, err and err.message)
        if case.steps then
          assert.equal(case.steps, steps_of(plan))
        end
        assert.equal(case.rows, table.concat(plan.to, " "))
      end)
    end
  end)
end
