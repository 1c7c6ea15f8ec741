-- op.bulk_insert of many rows on PostgreSQL: COPY where it does what INSERT does, else INSERT.
-- Values and mistakes on both databases: op_api_spec.lua.
local drivers = require "spec.support.drivers"
local steps = require "spec.support.steps"

-- A statement trigger tells the ways apart: INSERT takes 500 rows at once, COPY all of these.
local PROLOGUE = [[
  local function rows(count, row)
    local list = {}
    for i = 1, count do list[i] = row(i) end
    return list
  end
  local function counted(table_name)
    op.execute([=[CREATE SEQUENCE s_calls;
      CREATE FUNCTION f_calls() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM nextval('s_calls'); RETURN NULL; END $$]=])
    op.execute("CREATE TRIGGER tr_calls AFTER INSERT ON " .. table_name
      .. " EXECUTE FUNCTION f_calls()")
  end
  local function calls()
    return db:scalar "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM s_calls"
  end
  local function plain(i) return { a = i, b = "row " .. i } end
]]

local works = {
  { "loads many rows with the same columns together", [[
    counted "pair"
    same(6000, op.bulk_insert("pair", rows(6000, plain)))
    same(1, calls())
    same(6000, db:scalar "SELECT count(*) FROM pair WHERE b = 'row ' || a")]] },
  { "inserts fewer rows as ever", [[
    counted "pair"
    same(4999, op.bulk_insert("pair", rows(4999, plain)))
    same(10, calls())
    same(4999, db:scalar "SELECT count(*) FROM pair")]] },
  { "gives every value as INSERT does", [[
    op.execute [=[CREATE TYPE mood AS ENUM ('sad', 'it''s'); CREATE DOMAIN positive AS int
      CHECK (VALUE > 0); CREATE TABLE v (id int, i2 int2, i4 int4, i8 int8, n numeric(20, 5),
        f4 real, f8 float8, t text, vc varchar(30), c char(30), b bool, y bytea, j jsonb, d date,
        ts timestamptz(0), u uuid, m mood, a int[], p positive, o text DEFAULT 'default')]=]
    op.execute "CREATE TABLE w (LIKE v INCLUDING DEFAULTS)"
    local texts = { "", "\\N", "\\.", "a\tb\nc\\d\re\bf\fg\vh", "\u{1F600}'\"", "\\x41", "NULL" }
    local function pick(list, i) return list[i % #list + 1] end
    local list = rows(6000, function(i)
      return { id = i, i2 = pick({ 0, -32768, null, "7" }, i), i4 = pick({ i, "12", null }, i),
        i8 = pick({ math.mininteger, math.maxinteger, null }, i),
        n = pick({ i, 0.1, 1e13, "12345.678912", "NaN", -0.0 }, i),
        f4 = pick({ 0.5, 3, math.huge }, i), f8 = pick({ 1e300, 0.1, 5e-324, 0 / 0, 7 }, i),
        t = pick({ pick(texts, i), true, 5, 1.5, null }, i), vc = pick({ "x", i, false }, i),
        c = pick({ "y ", i, true }, i), b = pick({ true, false, null, "yes" }, i),
        y = pick({ bytes "\0\1\\x\255", bytes "", "\\x00ff", null }, i),
        j = pick({ '{"a": "\\n"}', "1", null }, i), d = "2026-02-0" .. i % 9 + 1,
        ts = "2026-01-01 10:00:00.6+02", u = "00000000-0000-0000-0000-000000000001",
        m = pick({ "sad", "it's", null }, i), a = pick({ "{1,NULL,3}", "{}", null }, i),
        p = pick({ 1, "2", null }, i) }
    end)
    counted "v"
    op.bulk_insert("v", list)
    same(true, calls() < 12)
    for i = 1, 6000, 1000 do op.bulk_insert("w", table.move(list, i, i + 999, 1, {})) end
    local function missing(one, other)
      return db:scalar(("SELECT count(*) FROM (SELECT %s::text FROM %s EXCEPT ALL SELECT %s::text \z
        FROM %s) AS x"):format(one, one, other, other))
    end
    same(6000, db:scalar "SELECT count(*) FROM v WHERE o = 'default'")
    same(0, missing("v", "w")) same(0, missing("w", "v"))]] },
  { "goes on with INSERT for a value that COPY would take in another way", [[
    op.execute "CREATE TABLE v (id int, t text, j jsonb)"
    local list = rows(12000, function(i) return { id = i, t = "x", j = "{}" } end)
    list[100].t = sql "upper('inlined')"
    list[7000] = { id = 7000, t = "other columns" }
    counted "v"
    same(12000, op.bulk_insert("v", list))
    same(12000, db:scalar "SELECT count(DISTINCT id) FROM v")
    same("INLINED", db:scalar "SELECT t FROM v WHERE id = 100")
    same(1, db:scalar "SELECT count(*) FROM v WHERE j IS NULL")
    -- 1 to 99, 100, 101 to 5099 or 6999, 7000, the last ones: some by each way
    same(true, calls() > 10 and calls() < 24)]] },
  { "keeps the order of rows whose columns change", [[
    op.execute "CREATE TABLE v (id serial, a int, b int DEFAULT 9)"
    local list = rows(13000, function(i) return i <= 6500 and { a = i } or { a = i, b = 1 } end)
    op.bulk_insert("v", list)
    same(0, db:scalar "SELECT count(*) FROM v WHERE id <> a")
    same(6500, db:scalar "SELECT count(*) FROM v WHERE b = 9")]] },
  { "takes odd names, other schemas and partitions", [[
    op.execute [=[CREATE SCHEMA "s .x"; CREATE TABLE "s .x"."t "" q" ("a b" int, "select" text)
      PARTITION BY RANGE ("a b"); CREATE TABLE p1 PARTITION OF "s .x"."t "" q" FOR VALUES FROM (0)
      TO (3000); CREATE TABLE p2 PARTITION OF "s .x"."t "" q" DEFAULT]=]
    counted '"s .x"."t "" q"'
    op.bulk_insert('t " q', rows(5000, function(i) return { ["a b"] = i, select = "x" } end),
      { schema = "s .x" })
    same(1, calls()) same(2999, db:scalar "SELECT count(*) FROM p1")
    op.execute "CREATE TEMP TABLE pair (a int, b text)"
    op.bulk_insert("pair", rows(5000, plain))
    same(5000, db:scalar "SELECT count(*) FROM pg_temp.pair")
    same(0, db:scalar "SELECT count(*) FROM public.pair")]] },
  { "waits for locks as other data does, also after a change of tables", [[
    op.execute "CREATE TABLE v (a int, b text, c text DEFAULT current_setting('lock_timeout'))"
    counted "v"
    op.bulk_insert("v", rows(5000, plain))
    same(1, calls()) same("1min", db:scalar "SELECT max(c) FROM v")]] },
  { "fires triggers", [[
    op.execute [=[CREATE FUNCTION up() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN NEW.b = upper(NEW.b); RETURN NEW; END $$;
      CREATE TRIGGER tr_up BEFORE INSERT ON pair FOR EACH ROW EXECUTE FUNCTION up()]=]
    op.bulk_insert("pair", rows(5000, plain))
    same(5000, db:scalar "SELECT count(*) FROM pair WHERE b = 'ROW ' || a")]] },
  { "inserts into views, and where rules and policies count", [[
    op.execute [=[CREATE VIEW seen AS SELECT a, b FROM pair; CREATE TABLE ruled (a int, b text);
      CREATE TABLE log (a int); CREATE RULE r AS ON INSERT TO ruled DO ALSO
      INSERT INTO log VALUES (NEW.a)]=]
    same(5000, op.bulk_insert("seen", rows(5000, plain)))
    same(5000, db:scalar "SELECT count(*) FROM pair")
    op.bulk_insert("ruled", rows(5000, plain))
    same(5000, db:scalar "SELECT count(*) FROM log")
    op.execute [=[CREATE TABLE secret (a int, b text); ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
      CREATE POLICY p ON secret USING (true) WITH CHECK (a > 0);
      CREATE ROLE bulk_copy_role; GRANT INSERT ON secret TO bulk_copy_role;
      SET ROLE bulk_copy_role]=]
    op.bulk_insert("secret", rows(5000, plain))
    op.execute "RESET ROLE"
    same(5000, db:scalar "SELECT count(*) FROM secret")
    op.execute "DROP TABLE secret; DROP ROLE bulk_copy_role"]] },
  { "is undone with its savepoint, and names the row", [[
    local list = rows(6000, plain)
    list[5500].b = null
    local ok, e = pcall(op.savepoint, function() op.bulk_insert("pair", list) end)
    same(false, ok)
    same(true, tostring(e):find("op.bulk_insert: rows[5500]: null value in column", 1, true) ~= nil)
    same("23502", e.sqlstate) same("b", e.column)
    same(0, db:scalar "SELECT count(*) FROM pair")
    same(6000, op.bulk_insert("pair", rows(6000, plain)))]] },
  { "loads long rows in pieces", [[
    counted "pair"
    local list = rows(6000, function(i) return { a = i, b = ("x"):rep(1000) .. i } end)
    op.bulk_insert("pair", list)
    same(true, calls() > 4 and calls() < 9)
    same(6000, db:scalar "SELECT count(*) FROM pair WHERE length(b) = 1000 + length(a::text)")]] },
}

local function many(change)
  return ([[local list = rows(6000, plain) %s]]):format(change)
end

-- name, body, what the error says
local fails = {
  { "a row in the second piece, by its number", [[
    local list = rows(6000, function(i) return { a = i, b = ("x"):rep(1000) } end)
    list[5901].a = "no number"
    op.bulk_insert("pair", list)]], "op.bulk_insert: rows%[5901%]: invalid input syntax" },
  { "a duplicate, by its number", [[
    op.execute "CREATE UNIQUE INDEX u ON pair (a)"]] .. many [[list[5432].a = 7
    op.bulk_insert("pair", list)]], "op.bulk_insert: rows%[5432%]: duplicate key value" },
  { "a foreign key that is checked when all are there", [[
    op.execute "ALTER TABLE pair ADD FOREIGN KEY (a) REFERENCES t (id)"]]
    .. many [[op.bulk_insert("pair", list)]],
    "op.bulk_insert: one of rows%[1%] to rows%[6000%]: " },
  { "a value for a column that is always generated", [[
    op.execute "CREATE TABLE v (a int GENERATED ALWAYS AS IDENTITY, b text)"]]
    .. many [[op.bulk_insert("v", list)]], "cannot insert .*into column" },
  { "a value for a computed column", [[
    op.execute "CREATE TABLE v (a int GENERATED ALWAYS AS (1) STORED, b text)"]]
    .. many [[op.bulk_insert("v", list)]], "cannot insert .*into column" },
  { "a number for JSON", [[op.execute "CREATE TABLE v (a json, b text)"]]
    .. many [[op.bulk_insert("v", list)]], "is of type json but expression is of type" },
  { "a number for a boolean", [[op.execute "CREATE TABLE v (a boolean, b text)"]]
    .. many [[for i in ipairs(list) do list[i].a = 1 end op.bulk_insert("v", list)]],
    "is of type boolean but expression is of type" },
  { "bytes for JSON", [[op.execute "CREATE TABLE v (a int, b json)"]]
    .. many [[for i in ipairs(list) do list[i].b = "1" end list[5000].b = bytes "1"
    op.bulk_insert("v", list)]], "is of type json but expression is of type bytea" },
  { "a NUL byte", many [[list[5000].b = "a\0b" op.bulk_insert("pair", list)]], "has a NUL byte" },
  { "a text that is not UTF-8", many [[list[5000].b = "\255" op.bulk_insert("pair", list)]],
    "is not UTF%-8" },
  { "an unknown column", many [[for i in ipairs(list) do list[i].c = 1 end
    op.bulk_insert("pair", list)]], 'column "c" of relation "pair" does not exist' },
  { "an unknown table", many [[op.bulk_insert("nix", list)]], 'relation "nix" does not exist' },
  { "a value that is none", many [[list[5500].b = {} op.bulk_insert("pair", list)]],
    "rows%[5500%], column 'b': expected nil, null," },
  { "a row that is none", many [[list[5500] = 5 op.bulk_insert("pair", list)]],
    "rows%[5500%]: expected table, got number" },
  { "an error before it", [[op.execute "INSERT INTO missing VALUES (1)"]]
    .. many [[op.bulk_insert("pair", list)]], 'relation "missing" does not exist' },
}

for _, list in ipairs { works, fails } do
  for _, case in ipairs(list) do
    case[2] = PROLOGUE .. case[2]
  end
end

describe("op.bulk_insert of many rows", function()
  drivers.each(function(driver)
    steps.check(it, driver == drivers.postgresql and works or {}, driver == drivers.postgresql
      and fails or {}, driver)
  end)

  it("is done once as a step, with or without an interruption", function()
    local project = drivers.postgresql.project { revisions = {
      { id = "r1", header = "transaction = false", upgrade = [[
        op.execute "CREATE TABLE v (id int)"
        local list = {}
        for i = 1, 6000 do list[i] = { id = i } end
        op.bulk_insert("v", list)
        op.execute "SELECT 1 / count(*) FROM pg_class WHERE relname = 'late'"]] } } }
    finally(function() project:remove() end)
    assert.equal(11, project:run("upgrade").code)
    assert.equal("6000", project:sql "SELECT count(*) FROM v")
    project:sql "CREATE TABLE late ()"
    assert.equal(0, project:run("upgrade").code)
    assert.equal("6000", project:sql "SELECT count(*) FROM v")
  end)
end)
