-- Ops on PostgreSQL that must know the catalog, written without a database: their SQL looks there
-- when it is run. What op.alter_enum writes: exec_enum_spec.lua.
local drivers = require "spec.support.drivers"

local SETUP = [[op.execute [=[
  CREATE TABLE t (id serial PRIMARY KEY, a int UNIQUE, b int CHECK (b > 0), "C d" int,
    FOREIGN KEY ("C d") REFERENCES t, UNIQUE (a, "C d"), UNIQUE ("C d", b));
  CREATE TABLE named (a int CONSTRAINT "Odd n" UNIQUE); CREATE SCHEMA s; CREATE TABLE s.t (a int);
  CREATE VIEW v AS SELECT 1 AS one; CREATE TYPE mood AS ENUM ('sad', 'ok');
  CREATE TYPE s.mood AS ENUM ('x')]=] ]]

-- Since PostgreSQL 18 NOT NULL is a constraint too.
local CONSTRAINTS = "SELECT conname FROM pg_constraint WHERE conrelid = 't'::regclass "
  .. "AND contype <> 'n' ORDER BY 1"
local ALL = "t_C d_b_key\nt_C d_fkey\nt_a_C d_key\nt_a_key\nt_b_check\nt_pkey"

local function without(name)
  return (("\n" .. ALL .. "\n"):gsub("\n" .. name:gsub("%p", "%%%0") .. "\n", "\n"):sub(2, -2))
end

-- what, the body, a query, its answer
local works = {
  { "drops a unique constraint by its columns",
    [[op.drop_constraint(nil, "t", { columns = { "C d", "a" }, type = "unique" })]],
    CONSTRAINTS, without "t_a_C d_key" },
  { "drops a primary key by its type, and what depends on it",
    [[op.drop_constraint(nil, "t", { type = "primary", cascade = true })]],
    CONSTRAINTS, (without "t_pkey":gsub("t_C d_fkey\n", "")) },
  { "drops a foreign key", [[op.drop_constraint(nil, "t", { columns = { "C d" },
    type = "foreignkey" })]], CONSTRAINTS, without "t_C d_fkey" },
  { "drops a check", [[op.drop_constraint(nil, "t", { columns = { "b" }, type = "check" })]],
    CONSTRAINTS, without "t_b_check" },
  { "drops one of an odd name, in a batch", [[op.batch_alter_table("named", function(batch)
      batch.drop_constraint(nil, { columns = { "a" }, type = "unique" })
    end)]], "SELECT count(*) FROM pg_constraint WHERE conrelid = 'named'::regclass", "0" },
  { "drops none that need not be there",
    [[op.drop_constraint(nil, "t", { columns = { "b" }, type = "unique", if_exists = true })]],
    CONSTRAINTS, ALL },
  { "adds a column with all that belongs to it, once", [[
    for _, name in ipairs { "new", "a" } do
      op.add_column("t", { name, types.integer, unique = true, check = "id > 0", comment = "it's" },
        { if_not_exists = true })
      op.add_column("t", { name, types.integer, unique = true }, { if_not_exists = true })
      op.add_column("t", { name, types.integer, index = true },
        { if_not_exists = true, schema = "s" })
    end]],
    "SELECT col_description('t'::regclass, 5), "
      .. "(SELECT string_agg(indexname, ' ' ORDER BY indexname) FROM pg_indexes "
      .. "WHERE schemaname IN ('s', 'public') AND indexname ~ 'new|_a$')",
    "it's|ix_s_t_new t_new_key" },
  { "makes views that are missing", [[
    op.create_view("v", "SELECT 2 AS two", { if_not_exists = true })
    op.create_view("w", "SELECT 3 AS three -- end", { if_not_exists = true })
    op.create_view("v", "SELECT 4 AS four", { if_not_exists = true, schema = "s" })]],
    "SELECT * FROM v, w, s.v AS x", "1|3|4" },
  { "makes enum types that are missing, and takes those that are there", [[
    op.create_enum("mood", { "sad", "ok" }, { checkfirst = true })
    op.create_enum("fresh", { "it's", "$luamigrate$" }, { checkfirst = true })
    op.create_table("u", { { "a", types.enum("mood", { "sad", "ok" }), server_default = "ok" },
      { "b", types.enum("fresh", { "it's", "$luamigrate$" }) },
      { "c", types.enum("late", { "y" }), server_default = "y" },
      { "d", types.enum("mood", { "x" }, { schema = "s" }), server_default = "x" } })
    op.add_column("u", { "e", types.enum("late", { "y" }), server_default = "y" })
    op.execute "INSERT INTO u (b) VALUES ('$luamigrate$')"]],
    "SELECT * FROM u", "ok|$luamigrate$|y|x|y" },
  { "takes autoincrement for a word to the reader", [[
    op.alter_column("t", "a", { type = types.biginteger, autoincrement = false })
    op.alter_column("t", "id", { comment = "key", autoincrement = true })]],
    "SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = 't'::regclass "
      .. "AND attname = 'a'", "bigint" },
}

-- what, the body, what psql says
local fails = {
  { "a constraint that is not there", [[op.drop_constraint(nil, "t", { columns = { "b" },
    type = "unique" })]], "op.drop_constraint: 0 constraints of the table t are meant" },
  { "two that may be meant", [[op.execute "ALTER TABLE t ADD UNIQUE (a)"
    op.drop_constraint(nil, "t", { columns = { "a" } })]],
    "op.drop_constraint: 2 constraints of the table t are meant: {t_a_key,t_a_key1}" },
  { "an enum type with other values",
    [[op.create_table("u", { { "a", types.enum("mood", { "sad" }) } })]],
    "the enum type mood exists with the values {sad,ok}, not with {sad}" },
  { "create_enum with other values",
    [[op.create_enum("mood", { "ok", "sad" }, { checkfirst = true })]],
    "the enum type mood exists with the values {sad,ok}, not with {ok,sad}" },
}

describe("on PostgreSQL, offline,", function()
  local function script(body)
    local project = drivers.postgresql.project { revisions = {
      { id = "r0", upgrade = SETUP }, { id = "r1", down = "r0", upgrade = body } } }
    finally(function() project:remove() end)
    assert.are.equal(0, project:run("upgrade", "r0").code)
    return project:run("upgrade", "r0:r1", "--sql"), project
  end

  for _, case in ipairs(works) do
    it(case[1], function()
      local result, project = script(case[2])
      assert.are.equal(0, result.code, result.err)
      local ok, _, err = project.database:try(result.out)
      assert.is_true(ok, err)
      assert.are.equal(case[4], project:sql(case[3]))
    end)
  end

  for _, case in ipairs(fails) do
    it("the SQL refuses " .. case[1], function()
      local result, project = script(case[2])
      assert.are.equal(0, result.code, result.err)
      local ok, _, err = project.database:try(result.out)
      assert.is_false(ok)
      assert.is_truthy(err:find(case[3], 1, true), err)
      assert.are.equal("r0", project:sql "SELECT version_num FROM luamigrate_version")
    end)
  end

  it("refuses a bare constraint at its line", function()
    local result = script [[op.drop_constraint(nil, "t")]]
    assert.are.equal(5, result.code)
    assert.is_truthy(result.err:find("a constraint without a name needs columns and type", 1, true))
    assert.is_truthy(result.err:find "r1.lua:%d+", result.err)
  end)

  it("writes plain statements where the script begins with nothing", function()
    local project = drivers.postgresql.project { revisions = { { id = "r1", upgrade = [[
      op.create_table("t", { { "a", types.enum("mood", { "x" }) } })]] } } }
    finally(function() project:remove() end)
    local out = project:run("upgrade", "--sql").out
    assert.is_truthy(out:find("\nCREATE TYPE mood AS ENUM ('x');\nCREATE TABLE t", 1, true), out)
  end)
end)
