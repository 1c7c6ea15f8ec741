-- Proves op.alter_enum on both databases: the list of values is another, rows and defaults follow,
-- nothing that is in use is lost.
local drivers = require "spec.support.drivers"
local postgres = require "spec.support.postgres"

-- s and d have the type; t2 is another table of it, o another type.
local SETUP = [[
local S = types.enum("state", { "new", "open", "shut" }, { check = true })
op.create_table("t", { { "id", types.integer, primary_key = true },
  { "s", S, server_default = "new", nullable = false }, { "d", S, server_default = "open" },
  { "o", types.enum("other", { "new", "open" }, { check = true }) } })
op.create_table("t2", { { "id", types.integer, primary_key = true }, { "s", S, index = true } })
op.bulk_insert("t", { { id = 1 }, { id = 2, s = "open", d = null }, { id = 3, s = "shut", d = "new",
  o = "new" } })
op.bulk_insert("t2", { { id = 1, s = "shut" }, { id = 2 } })
]]
local GENERATED = postgres.version() >= 150000 and "column g of table t depends on"
  or "is used by generated column"
local ROWS = "SELECT s, d, o FROM t ORDER BY id; SELECT s FROM t2 ORDER BY id"
local AS_BEFORE = "new|open|\nopen||\nshut|new|new\nshut\n"

-- what, the call, a query and its answer
local works = {
  { "adds values, in order", [[op.alter_enum("state", { "early", "new", "open", "shut", "it's" })
    op.execute "INSERT INTO t2 VALUES (5, 'it''s')"]],
    "SELECT count(*) FROM t2 WHERE s = 'it''s'", "1" },
  { "keeps the rows", [[op.alter_enum("state", { "early", "shut", "open", "new" })]],
    ROWS, AS_BEFORE },
  { "keeps the defaults", [[op.alter_enum("state", { "open", "new", "shut", "more" })
    op.execute "INSERT INTO t (id) VALUES (9)"]], "SELECT s, d FROM t WHERE id = 9", "new|open" },
  { "removes a value that nobody uses", [[op.execute "DELETE FROM t2 WHERE s = 'shut'"
    op.execute "DELETE FROM t WHERE s = 'shut'"
    op.alter_enum("state", { "new", "open" })]], ROWS, "new|open|\nopen||\n" },
  { "gives values other names, in rows and defaults", [[
    op.alter_enum("state", { "fresh", "open", "shut" }, { rename = { new = "fresh" } })
    op.execute "INSERT INTO t (id) VALUES (9)"]],
    ROWS, "fresh|open|\nopen||\nshut|fresh|new\nfresh|open|\nshut\n" },
  { "lets values change their names for each other's", [[
    op.alter_enum("state", { "new", "open", "shut" }, { rename = { new = "open", open = "new" } })
    op.execute "INSERT INTO t (id) VALUES (9)"]],
    ROWS, "open|new|\nnew||\nshut|open|new\nopen|new|\nshut\n" },
  { "joins two values", [[
    op.alter_enum("state", { "new", "done" }, { rename = { open = "done", shut = "done" } })]],
    ROWS, "new|done|\ndone||\ndone|new|new\ndone\n" },
  { "changes nothing that is so", [[op.alter_enum("state", { "new", "open", "shut" })]],
    ROWS, AS_BEFORE },
  { "is undone with its savepoint", [[
    pcall(op.savepoint, function()
      op.alter_enum("state", { "fresh", "open", "shut" }, { rename = { new = "fresh" } })
      error "no"
    end)]], ROWS, AS_BEFORE },
  { "leaves a type of another name", [[op.alter_enum("state", { "x", "new", "open", "shut" })
    op.execute "UPDATE t SET o = 'open' WHERE id = 1"]], "SELECT o FROM t WHERE id = 1", "open" },
  { "takes the columns that are named",
    [[op.alter_enum("state", { "new", "open", "shut", "x" },
      { columns = { { "t", "s" }, { "t", "d" }, { "t2", "s" } } })
    op.execute "UPDATE t2 SET s = 'x'"]], "SELECT count(*) FROM t2 WHERE s = 'x'", "2" },
}

-- what, the call, a part of the message; only on one database
local fails = {
  { "a row with a value that is removed", [[op.alter_enum("state", { "new", "open" })]],
    "op.alter_enum: 1 row of the table 't' has the value 'shut' in 's', which is not among" },
  { "the hint", [[op.alter_enum("state", { "new", "open" })]],
    [[change it first, or write rename = { ["shut"] = ... }]] },
  { "rows of another table", [[op.execute "DELETE FROM t WHERE s = 'shut'"
    op.execute "INSERT INTO t2 VALUES (7, 'shut')"
    op.alter_enum("state", { "new", "open" })]],
    "2 rows of the table 't2' have the value 'shut' in 's'" },
  { "a default that is removed", [[op.execute "DELETE FROM t"
    op.alter_enum("state", { "open", "shut" })]],
    "op.alter_enum: the default of t.s is 'new', which is not among the new values" },
  { "a rename of what is not there",
    [[op.alter_enum("state", { "new", "open", "shut" }, { rename = { nix = "open" } })]],
    "rename: the enum type 'state' has no value 'nix'; it has 'new', 'open', 'shut'" },
  { "a rename to what is not there",
    [[op.alter_enum("state", { "new", "open", "shut" }, { rename = { new = "nix" } })]],
    "rename: 'new' becomes 'nix', which is not among the new values" },
  { "a rename to a number", [[op.alter_enum("state", { "new" }, { rename = { new = 5 } })]],
    "op.alter_enum: rename.new: expected string" },
  { "a column of one name", [[op.alter_enum("state", { "a" }, { columns = { { "t" } } })]],
    "op.alter_enum: columns[1]: expected 2 to 3 names" },
  { "no values", [[op.alter_enum("state", {})]],
    "op.alter_enum: argument 2 (values): the list is empty" },
  { "values twice", [[op.alter_enum("state", { "a", "a" })]], "'a' is there twice" },
  { "an unknown option", [[op.alter_enum("state", { "a" }, { renam = {} })]],
    "op.alter_enum: renam: unknown option (did you mean 'rename'?)" },
  { "a type that is not there", [[op.alter_enum("nix", { "a" })]],
    "op.alter_enum: there is no enum type 'nix'", "postgresql" },
  { "a column that has another type",
    [[op.alter_enum("state", { "new", "open", "shut" }, { columns = { { "t", "o" } } })]],
    "columns: no column 'o' of a table 't' has the type 'state'", "postgresql" },
  { "a column that is forgotten",
    [[op.alter_enum("state", { "new", "open", "shut", "x" }, { columns = { { "t", "s" } } })]],
    "columns: t.d has the type 'state' too", "postgresql" },
  { "a view", [[op.create_view("v", "SELECT s FROM t")
    op.alter_enum("state", { "new", "open", "shut", "x" })]],
    "op.alter_enum: view v depends on the enum type 'state' or its columns", "postgresql" },
  { "a view that shows it as text", [[op.create_view("v", "SELECT s::text AS s FROM t")
    op.alter_enum("state", { "new", "open", "shut", "x" })]], "view v depends on", "postgresql" },
  { "an index with a condition", [[op.create_index("part", "t", { "id" }, { where = "s = 'new'" })
    op.alter_enum("state", { "new", "open", "shut", "x" })]], "index part depends on",
    "postgresql" },
  { "a check", [[op.create_check_constraint("c", "t", "s <> 'shut' OR id > 2")
    op.alter_enum("state", { "new", "open", "shut", "x" })]], "constraint c on table t depends on",
    "postgresql" },
  { "a function", [[op.execute "CREATE FUNCTION f(state) RETURNS int LANGUAGE sql AS 'SELECT 1'"
    op.alter_enum("state", { "new", "open", "shut", "x" })]], "function f(state) depends on",
    "postgresql" },
  { "a generated column", [[
    op.execute "ALTER TABLE t ADD g boolean GENERATED ALWAYS AS (s IS NULL) STORED"
    op.alter_enum("state", { "new", "open", "shut", "x" })]], GENERATED,
    "postgresql" },
  { "several values, of which it names the first", [[op.alter_enum("state", { "new", "nix" })]],
    "1 row of the table 't' has the value 'open' in 's'" },
}

-- PostgreSQL alone: body, query, answer
local own = {
  { "arrays, their defaults and nested ones", [[
    op.create_table("a", { { "id", types.integer, primary_key = true },
      { "l", types.array(types.enum("state", { "new", "open", "shut" })),
        server_default = "{new,open}" } })
    op.execute "INSERT INTO a (id, l) VALUES (1, '{shut,new,NULL}'), (2, '{{new},{open}}')"
    op.execute "INSERT INTO a (id, l) VALUES (3, NULL)"
    op.alter_enum("state", { "new", "open", "shut" }, { rename = { new = "open", open = "new" } })
    op.execute "INSERT INTO a (id) VALUES (4)"]],
    "SELECT l FROM a ORDER BY id", "{shut,open,NULL}\n{{open},{new}}\n\n{open,new}" },
  { "another schema, quoted names", [[
    op.create_schema "S p"
    op.create_enum("State", { "new" }, { schema = "S p" })
    op.create_table("T", { { "C", types.enum("State", { "new" }, { schema = "S p" }),
      server_default = "new" } }, { schema = "S p" })
    op.alter_enum("State", { "a b", "new" }, { schema = "S p", columns = { { "S p", "T", "C" } } })
    op.execute [=[INSERT INTO "S p"."T" VALUES ('a b'), (DEFAULT)]=] ]],
    [[SELECT * FROM "S p"."T" ORDER BY 1]], "a b\nnew" },
  { "partitions and their own defaults", [[
    op.execute "CREATE TABLE m (id int, s state DEFAULT 'new') PARTITION BY RANGE (id)"
    op.execute "CREATE TABLE m1 PARTITION OF m (s DEFAULT 'shut') FOR VALUES FROM (0) TO (9)"
    op.execute "CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (9) TO (99)"
    op.execute "INSERT INTO m VALUES (1, 'open'), (10, 'shut')"
    op.alter_enum("state", { "new", "open", "closed" }, { rename = { shut = "closed" } })
    op.execute "INSERT INTO m1 (id) VALUES (2)"
    op.execute "INSERT INTO m (id) VALUES (11)"]],
    "SELECT s FROM m ORDER BY id", "open\nclosed\nclosed\nnew" },
  { "the comment of the type, and its place in an index", [[
    op.execute "COMMENT ON TYPE state IS 'it''s'"
    op.alter_enum("state", { "new", "open", "shut", "x" })]],
    [[SELECT obj_description('state'::regtype), (SELECT indexdef FROM pg_indexes
      WHERE indexname = 'ix_t2_s'), (SELECT count(*) FROM pg_type
      WHERE typname ~ 'luamigrate_new')]],
    "it's|CREATE INDEX ix_t2_s ON public.t2 USING btree (s)|0" },
}
local own_fails = {
  { "a value in an array", [[
    op.create_table("a", { { "l", types.array(types.enum("state", { "new", "open", "shut" })) } })
    op.execute "DELETE FROM t"
    op.execute "DELETE FROM t2"
    op.execute "INSERT INTO a VALUES ('{new,shut}'), ('{shut}')"
    op.alter_enum("state", { "new", "open" })]],
    "2 rows of the table 'a' have the value 'shut' in 'l'" },
}

drivers.each(function(driver)
  local function run(body, header)
    local project = driver.project { revisions = {
      { id = "r0", upgrade = SETUP },
      { id = "r1", down = "r0", upgrade = body, header = header } } }
    finally(function() project:remove() end)
    return project:run "upgrade", project
  end

  local function it_works(case)
    it(case[1], function()
      local result, project = run(case[2])
      assert.are.equal(0, result.code, result.err)
      assert.are.equal(case[4], project:sql(case[3]))
    end)
  end

  local function it_fails(case)
    if case[4] and case[4] ~= driver.name then
      return
    end
    it("refuses " .. case[1] .. ", and leaves everything", function()
      local result, project = run(case[2])
      assert.are.equal(5, result.code)
      assert.is_truthy(result.err:find(case[3], 1, true), result.err)
      assert.are.equal(AS_BEFORE, project:sql(ROWS))
    end)
  end

  describe("op.alter_enum", function()
    for _, case in ipairs(works) do it_works(case) end
    for _, case in ipairs(fails) do it_fails(case) end
    if driver.name == "postgresql" then
      for _, case in ipairs(own) do it_works(case) end
      for _, case in ipairs(own_fails) do it_fails(case) end
    end

    it("is a step where there is no one transaction", function()
      local result, project = run([[
        op.alter_enum("state", { "fresh", "open", "shut" }, { rename = { new = "fresh" } })
        op.step("two", function() op.alter_enum("state", { "fresh", "open", "shut", "x" }) end)]],
        "transaction = false")
      assert.are.equal(0, result.code, result.err)
      assert.are.equal("fresh|open", project:sql "SELECT s, d FROM t WHERE id = 1")
    end)

    it("is shown by a dry run, which changes nothing", function()
      local body = [[
        op.alter_enum("state", { "fresh", "open", "shut" }, { rename = { new = "fresh" } })]]
      local project = driver.project { revisions = { { id = "r0", upgrade = SETUP },
        { id = "r1", down = "r0", upgrade = body } } }
      finally(function() project:remove() end)
      assert.are.equal(0, project:run("upgrade", "r0").code)
      local result = project:run("upgrade", "--dry-run")
      assert.are.equal(0, result.code, result.err)
      assert.is_truthy(result.out:find "'fresh'", result.out)
      assert.is_truthy(result.out:find "DEFAULT 'fresh'", result.out)
      assert.are.equal(AS_BEFORE, project:sql(ROWS))
    end)
  end)
end)

-- The SQL that is written without a database looks into the catalog when it is run.
describe("op.alter_enum offline, on PostgreSQL,", function()
  -- Whether psql ran it, what it said, the project.
  local function run(body, header)
    local project = drivers.postgresql.project { revisions = {
      { id = "r0", upgrade = SETUP },
      { id = "r1", down = "r0", upgrade = body, header = header } } }
    finally(function() project:remove() end)
    assert.are.equal(0, project:run("upgrade", "r0").code)
    local result = project:run("upgrade", "r0:r1", "--sql")
    assert.are.equal(0, result.code, result.err)
    local ok, _, err = project.database:try(result.out)
    return ok, err, project, result.out
  end

  for _, list in ipairs { works, own } do
    for _, case in ipairs(list) do
      it(case[1], function()
        local ok, err, project = run(case[2])
        assert.is_true(ok, err)
        assert.are.equal(case[4], project:sql(case[3]))
        assert.are.equal("r1", project:sql "SELECT version_num FROM luamigrate_version")
      end)
    end
  end

  -- what, the call, what the server says
  local refused = {
    { "a row with a value that is removed", [[op.alter_enum("state", { "new", "open" })]],
      "op.alter_enum: rows of the table t have the value 'shut' in s, which is not among the new" },
    { "a default that is removed", [[op.execute "DELETE FROM t"
      op.alter_enum("state", { "open", "shut" })]],
      "op.alter_enum: the default 'new'::state of t.s is not among the new values" },
    { "a value in an array", own_fails[1][2], "rows of the table a have the value 'shut' in l" },
    { "a rename of what is not there",
      [[op.alter_enum("state", { "new", "open", "shut" }, { rename = { nix = "open" } })]],
      "rename: state has no such value; it has {new,open,shut}" },
    { "a type that is not there", [[op.alter_enum("nix", { "a" })]], 'type "nix" does not exist' },
    { "what is no enum type", [[op.alter_enum("text", { "a" })]], "text is no enum type" },
    { "a column that has another type",
      [[op.alter_enum("state", { "new", "open", "shut", "x" }, { columns = { { "t", "o" } } })]],
      "columns: no column o of a table t has the type state" },
    { "a column that is forgotten",
      [[op.alter_enum("state", { "new", "open", "shut", "x" }, { columns = { { "t", "s" } } })]],
      "columns: t.d has the type state too" },
    { "a default that is an expression", [[
      op.execute "ALTER TABLE t ALTER s SET DEFAULT lower('NEW')::state"
      op.alter_enum("state", { "x", "open", "shut" }, { rename = { new = "x" } })]],
      "the default of t.s is an expression whose value is renamed" },
    { "a view", [[op.create_view("v", "SELECT s FROM t")
      op.alter_enum("state", { "new", "open", "shut", "x" })]], "used by a view" },
    { "a function", [[op.execute "CREATE FUNCTION f(state) RETURNS int LANGUAGE sql AS 'SELECT 1'"
      op.alter_enum("state", { "new", "open", "shut", "x" })]], "other objects depend on it" },
  }
  for _, case in ipairs(refused) do
    it("refuses " .. case[1] .. ", and leaves everything", function()
      local ok, err, project = run(case[2])
      assert.is_false(ok)
      assert.is_truthy(err:find(case[3], 1, true), err)
      assert.are.equal(AS_BEFORE, project:sql(ROWS))
      assert.are.equal("r0", project:sql "SELECT version_num FROM luamigrate_version")
    end)
  end

  it("keeps values out of the SQL", function()
    local odd = "$luamigrate$; \\ ' %s %% $luamigrate_1$"
    local ok, err, project = run(([[local odd = %q
      op.alter_enum("state", { "new", odd, "shut" }, { rename = { open = odd } })]]):format(odd))
    assert.is_true(ok, err)
    assert.are.equal(odd, project:sql "SELECT s FROM t WHERE id = 2")
    assert.are.equal(odd, project:sql "SELECT d FROM t WHERE id = 1")
  end)

  it("is one statement where there is no transaction, and known to what follows", function()
    local ok, err, project = run([[
      op.alter_enum("state", { "new", "open", "shut", "x" })
      op.create_table("t3", { { "s", types.enum("state", { "new", "open", "shut", "x" }) } })
      op.execute "INSERT INTO t3 VALUES ('x')"]], "transaction = false")
    assert.is_true(ok, err)
    assert.are.equal("x", project:sql "SELECT s FROM t3")
  end)

  it("knows what a savepoint has undone", function()
    local ok, err, project = run [[
      local S = types.enum("late", { "a" })
      pcall(op.savepoint, function()
        op.create_table("gone", { { "s", S } })
        op.alter_enum("state", { "x", "new", "open", "shut" })
        op.savepoint(function() op.rename_enum_value("late", "a", "b") end)
        error "no"
      end)
      op.savepoint(function() op.create_table("t3", { { "s", S, server_default = "a" } }) end)
      op.add_column("t3", { "again", S, server_default = "a" })
      op.add_column("t3", { "state", types.enum("state", { "new", "open", "shut" }) })
      op.execute "INSERT INTO t3 DEFAULT VALUES"]]
    assert.is_true(ok, err)
    assert.are.equal("a|a|", project:sql "SELECT * FROM t3")
  end)

  it("knows the type that the script has made itself", function()
    local function sql(body)
      local project = drivers.postgresql.project { revisions = { { id = "r1", upgrade = [[
        op.create_table("t", { { "s", types.enum("state", { "a", "b" }) } })
        ]] .. body } } }
      finally(function() project:remove() end)
      local result = project:run("upgrade", "--sql")
      return result, project
    end
    local result, project = sql [[op.alter_enum("state", { "c", "b" }, { rename = { a = "c" } })
      op.add_column("t", { "again", types.enum("state", { "c", "b" }) })]]
    assert.are.equal(0, result.code, result.err)
    local ok, _, err = project.database:try(result.out)
    assert.is_true(ok, err)
    assert.are.equal("{c,b}", project:sql "SELECT enum_range(NULL::state)")
    result = sql [[op.alter_enum("state", { "c", "b" }, { rename = { nix = "c" } })]]
    assert.are.equal(5, result.code)
    assert.is_truthy(result.err:find(
      "op.alter_enum: rename: the enum type 'state' has no value 'nix'; it has 'a', 'b'", 1, true),
      result.err)
    assert.is_truthy(result.err:find "r1.lua:%d+", result.err)
  end)
end)

describe("enum types offline, on SQLite,", function()
  for name, call in pairs {
    ["op.alter_enum"] = 'op.alter_enum("state", { "a" })',
    ["op.add_enum_value"] = 'op.add_enum_value("state", "a")',
    ["op.rename_enum_value"] = 'op.rename_enum_value("state", "a", "b")',
  } do
    it("are refused by " .. name .. " at its line, with the way out", function()
      local project = drivers.sqlite.project { revisions = { { id = "r1", upgrade = call } } }
      finally(function() project:remove() end)
      local result = project:run("upgrade", "base:r1", "--sql")
      assert.are.equal(5, result.code)
      assert.is_truthy(result.err:find(name
        .. ": on SQLite an enum type is the CHECKs in the texts of tables", 1, true), result.err)
      assert.is_truthy(result.err:find("batch.create_check_constraint", 1, true), result.err)
      assert.is_truthy(result.err:find "r1.lua:9", result.err)
    end)
  end
end)
