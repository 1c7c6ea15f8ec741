-- Proves what is looked up on PostgreSQL before an op becomes SQL (enum types, constraints without
-- a name, what has no IF NOT EXISTS), and that the ops do there what their texts say.
local cli = require "spec.support.cli"
local postgres = require "spec.support.postgres"

local SETUP = [[
  CREATE SCHEMA s;
  CREATE TYPE e AS ENUM ('a', 'b');
  CREATE TYPE s.e AS ENUM ('x');
  CREATE TABLE p (id INTEGER PRIMARY KEY, x INTEGER, y INTEGER, UNIQUE (x, y));
  CREATE TABLE t (id SERIAL PRIMARY KEY, a TEXT UNIQUE, n INTEGER CHECK (n > 0),
    p_id INTEGER REFERENCES p (id), r INT4RANGE, UNIQUE (a, n), CHECK (n < 100),
    EXCLUDE USING gist (r WITH &&));
  INSERT INTO t (a, n) VALUES ('a', 5), ('b', 6);
]]

local ENUMS = "SELECT string_agg(n.nspname || '.' || t.typname || '=' || (SELECT string_agg("
  .. "enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid), ' ' "
  .. "ORDER BY n.nspname, t.typname) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
  .. "WHERE typtype = 'e'"
local COLUMNS = "SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' "
  .. "ORDER BY attnum) FROM pg_attribute WHERE attrelid = '%s'::regclass AND attnum > 0 "
  .. "AND NOT attisdropped"
-- Since PostgreSQL 18 NOT NULL is a constraint too.
local CONSTRAINTS = "SELECT string_agg(conname, ' ' ORDER BY conname) FROM pg_constraint "
  .. "WHERE conrelid = 't'::regclass AND contype <> 'n'"

-- Whether the column v is kept, or why it cannot be made.
local VIRTUAL, KEPT = "SELECT attgenerated FROM pg_attribute WHERE attname = 'v'", "v"
if postgres.version() < 180000 then
  VIRTUAL = { "keeps every computed column: leave out persisted = false" }
end

local function columns(name)
  return COLUMNS:format(name)
end

-- what, the body, a query and its answer; or a list of texts that the error has
local cases = {
  -- enum types
  { "an enum type is created once, for all that use it", [[
    op.create_table("u", { { "a", types.enum("color", { "red", "it's" }), server_default = "red" },
      { "b", types.array(types.enum("color", { "red", "it's" })) } })
    op.create_table("v", { { "a", types.enum("color", { "red", "it's" }) } })
    op.add_column("t", { "c", types.enum("color", { "red", "it's" }) })
    op.alter_column("t", "a", { type = types.enum("st", { "a", "b" }) })]],
    ENUMS, "public.color=red,it's public.e=a,b public.st=a,b s.e=x" },
  { "an enum type that exists is used", [[
    op.add_column("t", { "c", types.array(types.enum("e", { "a", "b" })) })
    op.add_column("t", { "d", types.enum("e", { "x" }, { schema = "s" }) })]], columns "t",
    "id integer, a text, n integer, p_id integer, r int4range, c e[], d s.e" },
  { "an enum type is created in its schema", [[
    op.create_schema("other")
    op.add_column("t", { "c", types.enum("e", { "q" }, { schema = "other" }) })]], ENUMS,
    "other.e=q public.e=a,b s.e=x" },
  { "an enum type is found as a statement finds it", [[
    op.execute("SET search_path = s, public")
    op.add_column("t", { "c", types.enum("e", { "x" }) })
    op.add_column("t", { "d", types.enum("e", { "a", "b" }, { schema = "public" }) })
    op.add_column("t", { "f", types.enum("g", { "q" }) })]], columns "t",
    "id integer, a text, n integer, p_id integer, r int4range, c s.e, d e, f s.g" },
  { "a type made and undone is made again", [[
    pcall(op.savepoint, function()
      op.create_table("u", { { "a", types.enum("late", { "x" }) } })
      error("undo")
    end)
    op.create_table("u", { { "a", types.enum("late", { "x" }) } })]], columns "u", "a late" },
  { "in a batch", [[
    op.batch_alter_table("t", function(batch)
      batch.add_column { "c", types.enum("new", { "x" }) }
      batch.add_column { "d", types.enum("new", { "x" }) }
      batch.alter_column("a", { type = types.enum("e", { "a", "b" }) })
    end)]], columns "t",
    "id integer, a e, n integer, p_id integer, r int4range, c new, d new" },
  { "create_type = false leaves a missing type missing", [[
    op.create_table("u", { { "a", types.enum("gone", { "x" }, { create_type = false }) } })]],
    { 'type "gone" does not exist' } },
  { "native = false needs no type", [[
    op.create_table("u", { { "a", types.enum("text_e", { "x", "long" }, { native = false,
      check = true }) } })]], columns "u", "a character varying(4)" },
  { "a variant is what counts", [[op.create_table("u", { { "a",
    types.string(5):with_variant(types.enum("variant", { "x" }), "postgresql") } })]],
    columns "u", "a variant" },
  { "a type with other values",
    [[op.create_table("u", { { "a", types.enum("e", { "a", "c" }) } })]],
    { "op.create_table: the enum type 'e' exists with the values 'a', 'b', not with 'a', 'c'",
      "op.add_enum_value" } },
  { "a type with other values, in an array of a batch", [[
    op.batch_alter_table("t", function(batch)
      batch.add_column { "c", types.array(types.enum("e", { "b", "a" })) }
    end)]],
    { "op.add_column: the enum type 'e' exists with the values 'a', 'b', not with 'b', 'a'" } },
  { "two columns that do not agree", [[op.create_table("u", { { "a", types.enum("z", { "a" }) },
    { "b", types.array(types.enum("z", { "b" })) } })]],
    { "op.create_table: the enum type 'z' is written with the values 'a' and with 'b'" } },
  { "create_enum looks first", [[
    op.create_enum("e", { "a", "b" }, { checkfirst = true })
    op.create_enum("f", { "x" }, { checkfirst = true })
    op.drop_enum("nix", { checkfirst = true })
    op.drop_enum("f", { checkfirst = true })]], ENUMS, "public.e=a,b s.e=x" },
  { "create_enum looks first and finds others",
    [[op.create_enum("e", { "a" }, { checkfirst = true })]],
    { "op.create_enum: the enum type 'e' exists with the values 'a', 'b', not with 'a'" } },
  { "create_enum does not look", [[op.create_enum("e", { "a", "b" })]],
    { 'type "e" already exists' } },
  { "values are added and renamed", [[
    op.add_enum_value("e", "c")
    op.add_enum_value("e", "0", { before = "a" })
    op.add_enum_value("e", "a1", { after = "a" })
    op.add_enum_value("e", "c", { if_not_exists = true })
    op.rename_enum_value("e", "b", "B")
    op.rename_enum_value("e", "x", "y", { schema = "s" })]], ENUMS,
    "public.e=0,a,a1,B,c s.e=y" },
  { "drop_table never drops a type", [[
    op.create_table("u", { { "a", types.enum("kept", { "x" }) } })
    op.drop_table("u")]], ENUMS, "public.e=a,b public.kept=x s.e=x" },
  { "text with a default becomes an enum", [[
    op.alter_column("t", "a", { server_default = "a" })
    op.alter_column("t", "a", { type = types.enum("e", { "a", "b" }), server_default = "b" })]],
    "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid "
    .. "AND attnum = adnum WHERE attname = 'a'", "'b'::e" },

  -- constraints without a name
  { "a unique constraint by its columns",
    [[op.drop_constraint(nil, "t", { columns = { "n", "a" } })]],
    CONSTRAINTS, "t_a_key t_n_check t_n_check1 t_p_id_fkey t_pkey t_r_excl" },
  { "each kind by its columns", [[
    op.drop_constraint(nil, "t", { columns = { "a" }, type = "unique" })
    op.drop_constraint(nil, "t", { columns = { "p_id" }, type = "foreignkey" })
    op.drop_constraint(nil, "t", { columns = { "r" }, type = "exclude" })
    op.drop_constraint(nil, "t", { type = "primary" })]], CONSTRAINTS,
    "t_a_n_key t_n_check t_n_check1" },
  { "two that are meant", [[op.drop_constraint(nil, "t", { columns = { "n" }, type = "check" })]],
    { "op.drop_constraint: 2 constraints of the table 't' are meant", "t_n_check: check (n)",
      "t_n_check1: check (n)" } },
  { "none that is meant", [[op.drop_constraint(nil, "t", { columns = { "r" }, type = "unique" })]],
    { "op.drop_constraint: the table 't' has no such constraint; it has",
      "t_a_n_key: unique (a, n)", "t_p_id_fkey: foreignkey (p_id)", "t_r_excl: exclude (r)" } },
  { "none that may be missing",
    [[op.drop_constraint(nil, "t", { columns = { "r" }, type = "unique", if_exists = true })]],
    "SELECT 1", "1" },
  { "a bare nil", [[op.drop_constraint(nil, "t")]],
    { "a constraint without a name needs columns and type", "columns = {" } },
  { "a table that is not there", [[op.drop_constraint(nil, "nix", { columns = { "a" } })]],
    { "nix" } },
  { "in a batch, one that the batch made", [[
    op.batch_alter_table("t", function(batch)
      batch.create_unique_constraint(nil, { "r" })
      batch.drop_constraint(nil, { columns = { "r" }, type = "unique" })
    end)]], CONSTRAINTS, "t_a_key t_a_n_key t_n_check t_n_check1 t_p_id_fkey t_pkey t_r_excl" },

  -- IF [NOT] EXISTS where statements know none
  { "a column with everything, twice", [[
    for _ = 1, 2 do
      op.add_column("t", { "c", types.integer, unique = true, references = { "p", "id" },
        check = "c > 0", comment = "x" }, { if_not_exists = true })
      op.add_column("t", { "d", types.integer, index = true }, { if_not_exists = true })
    end]], CONSTRAINTS, "t_a_key t_a_n_key t_c_check t_c_fkey t_c_key t_n_check t_n_check1 "
    .. "t_p_id_fkey t_pkey t_r_excl" },
  { "a view, twice", [[
    op.create_view("v", "SELECT 1 AS a")
    op.create_view("v", "SELECT 2 AS a", { if_not_exists = true })]], "SELECT a FROM v", "1" },
  { "a view in another schema", [[
    op.create_view("v", "SELECT 1 AS a")
    op.create_view("v", "SELECT 2 AS a", { if_not_exists = true, schema = "s" })]],
    "SELECT a FROM s.v", "2" },

  -- numbers
  { "autoincrement of a serial column", [[op.alter_column("t", "id", { autoincrement = true })]],
    "SELECT 1", "1" },
  { "autoincrement of a column that is not numbered",
    [[op.alter_column("t", "n", { autoincrement = true })]],
    { "op.alter_column: autoincrement: the column 'n' is not numbered", "identity = {}" } },
  { "a serial column without its numbers",
    [[op.alter_column("t", "id", { autoincrement = false })]],
    { "autoincrement = false: the column 'id' is numbered", "server_default = null" } },
  { "an identity comes, changes, goes", [[
    op.alter_column("t", "n", { nullable = false, identity = { start = 50 } })
    op.alter_column("t", "n", { identity = { always = true, increment = 5 },
      existing_identity = { start = 50 } })
    op.execute("INSERT INTO t (a) VALUES ('c'), ('d')")
    op.alter_column("t", "n", { identity = null })]],
    "SELECT string_agg(n::text, ' ' ORDER BY n) FROM t", "5 6 50 55" },

  -- the others, for real
  { "indexes of every kind", [[
    op.add_column("t", { "j", types.jsonb })
    op.create_index("i1", "t", { "j" }, { postgresql_using = "gin",
      postgresql_ops = { j = "jsonb_path_ops" }, postgresql_with = { fastupdate = false } })
    op.create_index("i2", "t", { "n", sql "lower(a) DESC" }, { unique = true,
      postgresql_include = { "p_id" }, postgresql_where = "n > 1",
      postgresql_nulls_not_distinct = true, postgresql_with = { fillfactor = 70 } })
    op.rename_index("i2", "I3")]],
    [[SELECT pg_get_indexdef('"I3"'::regclass)]],
    'CREATE UNIQUE INDEX "I3" ON public.t USING btree (n, lower(a) DESC) INCLUDE (p_id) '
    .. "NULLS NOT DISTINCT WITH (fillfactor='70') WHERE (n > 1)", since = 15 },
  { "sequences, extensions, schemas", [[
    op.create_schema("a.b")
    op.create_sequence("q", { schema = "a.b", start = 7, increment = 3, data_type = types.integer })
    op.create_table("u", { { "n", types.integer, server_default = sql [=[nextval('"a.b".q')]=] },
      { "m", types.integer } })
    op.execute("INSERT INTO u (m) VALUES (1), (2)")
    op.drop_table("u")
    op.create_extension("plpgsql", { if_not_exists = true })]],
    [[SELECT nextval('"a.b".q')]], "13" },
  { "a materialized view", [[
    op.create_view("m", "SELECT a FROM t", { materialized = true })
    op.create_index("im", "m", { "a" }, { unique = true })
    op.drop_view("m", { materialized = true })]], "SELECT to_regclass('m') IS NULL", "t" },
  { "partitions", [[
    op.create_table("u", { { "d", types.date, primary_key = true } },
      { postgresql_partition_by = "RANGE (d)", comment = "by day" })
    op.execute("CREATE TABLE u1 PARTITION OF u FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')")
    op.execute("INSERT INTO u VALUES ('2020-05-05')")]],
    "SELECT d || ' ' || obj_description('u'::regclass) FROM u1", "2020-05-05 by day" },
  { "a batch, native and in order", [[
    op.batch_alter_table("t", { recreate = "always", table_kwargs = { sqlite_strict = true },
      naming_convention = { uq = "uq_%(table_name)s_%(column_0_name)s" },
      table_args = { check("n <> 7", { name = "not_seven" }) } }, function(batch)
      batch.alter_column("a", { new_column_name = "name", nullable = false })
      batch.create_unique_constraint(nil, { "name", "r" })
      batch.rename_constraint("t_n_check", "positive")
      batch.create_exclude_constraint("ex", { { "n", "=" } }, { using = "btree" })
      batch.drop_constraint("t_r_excl", { type = "exclude" })
      batch.create_table_comment("renamed soon")
      batch.rename_table("tt")
      batch.drop_column("p_id")
    end)
    op.rename_table("tt", "t")]], CONSTRAINTS,
    "ex not_seven positive t_a_key t_a_n_key t_n_check1 t_pkey uq_t_name" },
  { "table_args that the table has already", [[
    op.batch_alter_table("t", { table_args = { primary_key { "id" }, unique { "a", "n" },
      check("n IN (5, 6)", { name = "t_n_check" }), check "n < 100",
      check("n < 50", { name = "few" }),
      foreign_key({ "p_id" }, "p", { "id" }, { name = "t_p_id_fkey" }) } }, function(batch)
      batch.drop_constraint "t_a_key"
    end)
    local uq = unique({ "a" }, { name = "uq_a" })
    op.batch_alter_table("t", { table_args = { uq } }, function(batch)
      batch.create_unique_constraint("uq_a", { "a" })
    end)]], CONSTRAINTS, "few t_a_n_key t_n_check t_n_check1 t_p_id_fkey t_pkey t_r_excl uq_a" },
  { "checks that wait", [[
    op.create_check_constraint("big", "t", "n > 5", { postgresql_not_valid = true })
    op.execute("DELETE FROM t WHERE n = 5")
    op.validate_constraint("big", "t")]],
    "SELECT convalidated FROM pg_constraint WHERE conname = 'big'", "t" },
  { "an index built while others write, in a transaction",
    [[op.create_index("i", "t", { "a" }, { postgresql_concurrently = true })]],
    { "op.create_index: postgresql_concurrently cannot run inside a transaction",
      "transaction = false" } },
  { "the same in a batch", [[op.batch_alter_table("t", function(batch)
      batch.create_index("i", { "a" }, { postgresql_concurrently = true })
    end)]], { "postgresql_concurrently cannot run inside a transaction" } },
  { "the same in a new table", [[op.create_table("u", { { "a", types.text },
      index({ "a" }, { postgresql_concurrently = true }) })]],
    { "op.create_table: postgresql_concurrently cannot run inside a transaction" } },
  { "a computed column that is not kept", [[op.add_column("t",
      { "v", types.integer, computed = { "n * 2", persisted = false } })]], VIRTUAL, KEPT },
  { "the same in a new table", [[op.create_table("u", { { "n", types.integer },
      { "v", types.integer, computed = { "n * 2", persisted = false } } })]], VIRTUAL, KEPT },
  { "a name that PostgreSQL would cut",
    ('op.create_index("%s", "t", { "a" })'):format(("i"):rep(64)),
    { "has 64 bytes, PostgreSQL takes 63" } },
  { "an error of a statement that nobody waits for names its line",
    "op.drop_column('t', 'nix')\nop.create_view('w', 'SELECT 1')",
    { "at: migrations/r1.lua:9\n", 'column "nix" of relation "t" does not exist' } },
}

describe("an op on PostgreSQL:", function()
  local template

  setup(function()
    template = postgres.database()
    template:sql(SETUP)
  end)
  teardown(function()
    template:drop()
  end)

  for _, case in ipairs(cases) do
    local what, body, query, answer = table.unpack(case, 1, 4)
    it(what, function()
      local old = case.since and postgres.older(case.since)
      if old then
        return pending(old)
      end
      local database = postgres.database { template = template.name }
      local project = cli.project { database = database,
        revisions = { { id = "r1", upgrade = body } } }
      finally(function()
        project:remove()
        database:drop()
      end)
      local before = database:dump(true)
      local result = project:run "upgrade"
      if type(query) == "table" then
        assert.are.equal(5, result.code, result.err)
        for _, text in ipairs(query) do
          assert.is_truthy(result.err:find(text, 1, true), text .. "\n" .. result.err)
        end
        assert.are.equal(before, database:dump(true))
      else
        assert.are.equal(0, result.code, result.err)
        assert.are.equal(answer, database:sql(query))
      end
    end)
  end

  it("columns come last, and a warning says so", function()
    local database = postgres.database { template = template.name }
    local project = cli.project { database = database, revisions = { { id = "r1", upgrade = [[
      op.batch_alter_table("t", { partial_reordering = { { "n", "a" } } }, function(batch)
        batch.add_column({ "c", types.text }, { insert_after = "id" })
      end)]] } } }
    finally(function()
      project:remove()
      database:drop()
    end)
    local result = project:run "upgrade"
    assert.are.equal(0, result.code, result.err)
    assert.is_truthy(result.err:find("'c' is not moved behind 'id'", 1, true), result.err)
    assert.is_truthy(result.err:find("partial_reordering changes nothing", 1, true), result.err)
    assert.are.equal("id integer, a text, n integer, p_id integer, r int4range, c text",
      database:sql(columns "t"))
  end)
end)
