-- Proves that foreign keys that are kept from one revision to the next are
-- those of the schema: whatever changed it, violations() finds what a look at
-- the whole schema would find (G13).
local db = require "luamigrate.core".db

local schema = [[
  CREATE TABLE p(id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1), (2);
  CREATE TABLE plain(a);
]]

local path

local function open()
  return assert(db.open("sqlite:" .. path, { create = true }))
end

local function write(handle, sql)
  assert(handle:execute(sql, nil, true))
end

-- Runs one revision and returns its violations.
local function revision(handle, sql, ending)
  assert(handle:begin())
  assert(handle:guard(true))
  write(handle, sql)
  assert(handle:guard(false))
  local found = assert(handle:violations())
  handle[ending or "commit"](handle)
  return found
end

describe("db_sqlite_keys", function()
  local handle

  before_each(function()
    path = os.tmpname()
    handle = open()
    write(handle, schema)
    -- from now on the keys are known
    assert.same({}, revision(handle, "INSERT INTO plain VALUES (0)"))
  end)

  after_each(function()
    handle:close()
    os.remove(path)
  end)

  local child = "CREATE TABLE c(x REFERENCES p); INSERT INTO c VALUES (1)"
  local cases = {
    { "a new child", { child }, "DELETE FROM p", { "c row 1: (x) references p(id)" } },
    { "a new child and its dropped parent", { child }, "DROP TABLE p",
      { "c row 1: (x) references p" } },
    { "a column that refers", { "ALTER TABLE plain ADD COLUMN x REFERENCES p",
      "UPDATE plain SET x = 2" }, "DELETE FROM p", { "plain row 1: (x) references p(id)" } },
    { "a dropped child", { child, "DROP TABLE c" }, "DELETE FROM p", {} },
    { "a child made again without a key", { child, "DROP TABLE c; CREATE TABLE c(x); " ..
      "INSERT INTO c VALUES (1)" }, "DELETE FROM p", {} },
    { "a child made again with a key", { child, "DROP TABLE c", child }, "DELETE FROM p",
      { "c row 1: (x) references p(id)" } },
    { "a renamed child", { child, "ALTER TABLE c RENAME TO d" }, "DELETE FROM p",
      { "d row 1: (x) references p(id)" } },
    { "a renamed parent", { child, "ALTER TABLE p RENAME TO q" }, "DELETE FROM q",
      { "c row 1: (x) references q(id)" } },
    { "a new table with the name of a renamed one",
      { child, "ALTER TABLE p RENAME TO q; CREATE TABLE p(id)" }, "DELETE FROM p", {} },
    { "names in another case", { "CREATE TABLE C(x REFERENCES P); INSERT INTO c VALUES (1)" },
      "DELETE FROM p", { "C row 1: (x) references P(id)" } },
    { "a child of two tables", { "CREATE TABLE q(id INTEGER PRIMARY KEY); INSERT INTO q VALUES (3)",
      "CREATE TABLE c(x REFERENCES p, y REFERENCES q); INSERT INTO c VALUES (1, 3)" },
      "DELETE FROM q", { "c row 1: (y) references q(id)" } },
    { "a key to itself", { "CREATE TABLE t(id INTEGER PRIMARY KEY, up REFERENCES t); " ..
      "INSERT INTO t VALUES (1, NULL), (2, 1)" }, "DELETE FROM t WHERE id = 1",
      { "t row 2: (up) references t(id)" } },
  }
  for _, case in ipairs(cases) do
    it("finds what violates after " .. case[1], function()
      for _, sql in ipairs(case[2]) do
        assert.same({}, revision(handle, sql))
      end
      assert.same(case[4], revision(handle, case[3], "rollback"))
      -- and again, from a look at the whole schema
      assert.same(case[4], revision(handle, case[3], "rollback"))
    end)
  end

  it("forgets what was rolled back", function()
    assert.same({}, revision(handle, child, "rollback"))
    assert.same({}, revision(handle, "CREATE TABLE d(x REFERENCES p); INSERT INTO d VALUES (2)"))
    assert.same({ "d row 1: (x) references p(id)" }, revision(handle, "DELETE FROM p"))
  end)

  it("forgets it also when another program comes to the same version of the schema", function()
    assert.same({}, revision(handle, child, "rollback"))
    local other = open()
    write(other, "CREATE TABLE d(x REFERENCES p)")
    write(other, "INSERT INTO d VALUES (2)")
    other:close()
    assert.same({ "d row 1: (x) references p(id)" }, revision(handle, "DELETE FROM p"))
  end)

  it("knows a table that a savepoint brought back", function()
    assert.same({}, revision(handle, child))
    assert(handle:begin())
    assert(handle:guard(true))
    assert(handle:savepoint())
    write(handle, "DROP TABLE c")
    assert(handle:undo())
    write(handle, "DELETE FROM p")
    assert(handle:guard(false))
    assert.same({ "c row 1: (x) references p(id)" }, handle:violations())
    handle:rollback()
  end)

  it("sees what another program changed between two revisions", function()
    local other = open()
    write(other, child)
    other:close()
    assert.same({ "c row 1: (x) references p(id)" }, revision(handle, "DELETE FROM p"))
  end)

  it("sees it too when nothing of the script shows it", function()
    assert.same({}, revision(handle, child))
    local other = open()
    write(other, "DROP TABLE c; CREATE TABLE d(x REFERENCES p); INSERT INTO d VALUES (2)")
    other:close()
    assert.same({}, revision(handle, "DELETE FROM p WHERE id = 1"))
    assert.same({ "d row 1: (x) references p(id)" }, revision(handle, "DELETE FROM p"))
  end)
end)
