-- `op` in a revision on a real database: what its functions do, what is refused and when.
local cli = require "spec.support.cli"
local drivers = require "spec.support.drivers"

local SETUP = { sqlite = [[
  CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT DEFAULT 'none', n INTEGER DEFAULT 7,
                  data BLOB, flag BOOLEAN, p_id INTEGER REFERENCES p (id));
  INSERT INTO p VALUES (1, 'one');
  INSERT INTO t (name, p_id) VALUES ('first', 1);
]], postgresql = [[
  CREATE TABLE p (id SERIAL PRIMARY KEY, name TEXT);
  CREATE TABLE t (id SERIAL PRIMARY KEY, name TEXT DEFAULT 'none', n INTEGER DEFAULT 7,
                  data BYTEA, flag BOOLEAN, p_id INTEGER REFERENCES p (id));
  INSERT INTO p VALUES (1, 'one');
  INSERT INTO t (name, p_id) VALUES ('first', 1);
]] }

-- A project whose database has SETUP and whose only revision runs `body`; `body` begins in the
-- line after "function upgrade()".
local function project(body, header, driver)
  driver = driver or drivers.sqlite
  local self = driver.project { revisions = { { id = "r1", upgrade = body, header = header } } }
  self:sql(SETUP[driver.name])
  return self
end

local function upgrade(body, header, driver)
  local self = project(body, header, driver)
  finally(function() self:remove() end)
  return self:run "upgrade", self
end

-- name, body, query, what the database's shell says to it afterwards; `on`: one database only, or
-- query and answer by database
local works = {
  { "create_table with an index, add_column, create_index", [[
    op.create_table("u", {
      { "id", types.integer, primary_key = true },
      { "email", types.string(50), nullable = false, unique = true, index = true },
    })
    op.add_column("u", { "age", types.integer, server_default = 3, nullable = false, index = true })
    op.create_index("ix_u_lower", "u", { sql "lower(email)" }, { where = "age > 1" })
    op.execute "INSERT INTO u (email) VALUES ('a')"]],
    "SELECT * FROM u; SELECT name FROM sqlite_schema WHERE tbl_name = 'u' ORDER BY name",
    "1|a|3\nix_u_age\nix_u_email\nix_u_lower\nu", postgresql = {
      "SELECT * FROM u; SELECT indexname FROM pg_indexes WHERE tablename = 'u' ORDER BY 1",
      "1|a|3\nix_u_age\nix_u_email\nix_u_lower\nu_pkey" } },
  { "drop_index, drop_column, rename_table, drop_table", [[
    op.create_index("ix", "t", { "name" })
    op.drop_index("ix", "t")
    op.drop_index("ix", { if_exists = true })
    op.drop_column("t", "n")
    op.rename_table("t", "Order")
    op.execute 'DELETE FROM "Order"'
    op.drop_table("p")
    op.drop_table("p", { if_exists = true })]],
    [[SELECT name FROM sqlite_schema WHERE name IN ('t', 'p', 'ix', 'Order');
      SELECT name FROM pragma_table_info('Order')]],
    "Order\nid\nname\ndata\nflag\np_id", on = "sqlite" },
  { "drop_index, drop_column, rename_table, drop_table", [[
    op.create_index("ix", "t", { "name" })
    op.drop_index("ix", "t")
    op.drop_index("ix", { if_exists = true })
    op.drop_column("t", "n")
    op.rename_table("t", "Order")
    op.execute 'DELETE FROM "Order"'
    op.drop_table("p", { cascade = true })
    op.drop_table("p", { if_exists = true })]],
    [[SELECT relname FROM pg_class WHERE relname IN ('t', 'p', 'ix', 'Order');
      SELECT attname FROM pg_attribute WHERE attrelid = '"Order"'::regclass AND attnum > 0
      AND NOT attisdropped ORDER BY attnum]],
    "Order\nid\nname\ndata\nflag\np_id", on = "postgresql" },
  { "if_not_exists and if_exists on columns", [[
    op.add_column("t", { "NAME", types.text }, { if_not_exists = true })
    op.add_column("t", { "extra", types.text }, { if_not_exists = true })
    op.add_column("t", { "extra", types.text, index = true }, { if_not_exists = true })
    op.drop_column("t", "nothing", { if_exists = true })
    op.drop_column("t", "n", { if_exists = true })]],
    "SELECT group_concat(name) FROM pragma_table_info('t')", "id,name,data,flag,p_id,extra",
    on = "sqlite" },
  { "create_table if_not_exists twice", [[
    for _ = 1, 2 do
      op.create_table("u", { { "a", types.text, index = true } }, { if_not_exists = true })
    end]], "SELECT count(*) FROM sqlite_schema WHERE tbl_name = 'u'", "2",
    postgresql = { "SELECT count(*) FROM pg_indexes WHERE tablename = 'u'", "1" } },
  { "comments are nothing on SQLite", [[
    op.create_table_comment("t", "x")
    op.drop_table_comment("t")
    op.create_table("u", { { "a", types.text, comment = "y" } }, { comment = "z" })]],
    "SELECT sql FROM sqlite_schema WHERE name = 'u'", "CREATE TABLE u (\n    a TEXT\n)",
    postgresql = { "SELECT obj_description('u'::regclass), col_description('u'::regclass, 1)",
      "z|y" } },
  { "bulk_insert: an absent key is the default, null is NULL", [[
    op.bulk_insert("t", {
      { id = 10, name = "a", n = 1 },
      { id = 11, n = 2 },
      { id = 12, name = null, n = null },
      { id = 13, name = "b", n = sql "40 + 2", flag = true },
      { name = "it's", data = bytes "\0\1" },
      {},
    })]],
    "SELECT id, quote(name), quote(n), quote(data), quote(flag) FROM t WHERE id > 9 ORDER BY id",
    "10|'a'|1|NULL|NULL\n11|'none'|2|NULL|NULL\n12|NULL|NULL|NULL|NULL\n13|'b'|42|NULL|1\n"
      .. "14|'it''s'|7|X'0001'|NULL\n15|'none'|7|NULL|NULL", on = "sqlite" },
  { "bulk_insert: an absent key is the default, null is NULL", [[
    op.bulk_insert("t", {
      { id = 10, name = "a", n = 1 },
      { id = 11, n = 2 },
      { id = 12, name = null, n = null },
      { id = 13, name = "b", n = sql "40 + 2", flag = true },
      { name = "it's", data = bytes "\0\1" },
      {},
    })]],
    "SELECT id, name, n, data, flag FROM t WHERE id <> 1 ORDER BY id",
    "2|it's|7|\\x0001|\n3|none|7||\n10|a|1||\n11|none|2||\n12||||\n13|b|42||t",
    on = "postgresql" },
  { "bulk_insert keeps every value as it is, in chunks of one statement", [[
    op.execute "CREATE TABLE v (i bigint, f float8, n numeric, s text, b bytea, o boolean)"
    local rows = {}
    for i = 1, 2345 do
      rows[i] = { i = i % 2 == 0 and math.maxinteger - i or i, f = i / 7, n = 12345678901234.56,
        s = ("'\t\\\n%s\u{1F600}"):format(i), b = bytes("\0\255\\" .. i), o = i % 2 == 0 }
      if i % 100 == 0 then rows[i].n = sql "1 + 1" end
      if i % 500 == 1 then rows[i].f = math.huge rows[i].n = "0.10" end
      if i % 7 == 0 then rows[i].o = null end
    end
    assert(op.bulk_insert("v", rows, { schema = "public" }) == 2345)
    local at = 0
    for row in op.get_bind():rows "SELECT * FROM v ORDER BY ctid" do
      at = at + 1
      local want = rows[at]
      assert(row.i == want.i and row.f == want.f and row.s == want.s, at)
      assert(row.b == "\0\255\\" .. at)
      if want.o == null then assert(row.o == nil) else assert(row.o == want.o) end
      local n = at % 100 == 0 and "2" or at % 500 == 1 and "0.10" or "12345678901234.56"
      assert(row.n == n, row.n)
    end]], "SELECT count(*) FROM v", "2345", on = "postgresql" },
  { "bulk_insert of rows with many columns", [[
    local columns, row = {}, {}
    for i = 1, 400 do
      columns[i] = { "c" .. i, types.integer }
      row["c" .. i] = i
    end
    op.create_table("wide", columns)
    local rows = {}
    for i = 1, 700 do rows[i] = row end
    op.bulk_insert("wide", rows)]], "SELECT count(*), sum(c400) FROM wide", "700|280000" },
  { "bulk_insert counts, and takes an empty list", [[
    assert(op.bulk_insert("t", {}) == 0)
    local schema = op.get_bind().dialect == "sqlite" and "main" or "public"
    assert(op.bulk_insert("p", { { id = 5 }, { id = 6 } }, { schema = schema }) == 2)]],
    "SELECT count(*) FROM p", "3" },
  { "bulk_insert with many sets of columns", [[
    local rows = {}
    for i = 1, 2000 do
      local row = { id = 100 + i }
      if i % 2 == 0 then row.name = "x" end
      if i % 3 == 0 then row.n = i end
      if i % 5 == 0 then row.flag = false end
      rows[i] = row
    end
    assert(op.bulk_insert("t", rows) == 2000)]],
    [[SELECT count(*), sum(CASE WHEN name = 'x' THEN 1 END), sum(CASE WHEN n <> 7 THEN 1 END),
        sum(CASE WHEN NOT flag THEN 1 END) FROM t WHERE id > 100]],
    "2000|1000|666|400" },
  { "savepoint undoes what failed, and the script goes on", [[
    local ok, err = pcall(op.savepoint, function()
      op.execute "INSERT INTO p VALUES (2, 'two')"
      op.execute "INSERT INTO p VALUES (1, 'again')"
    end)
    assert(not ok and err.code == "failed", tostring(err))
    op.execute "INSERT INTO p VALUES (3, 'three')"]], "SELECT id FROM p ORDER BY id", "1\n3" },
  { "savepoint keeps what worked, gives results, passes any error on", [[
    local a, b = op.savepoint(function()
      op.execute "INSERT INTO p VALUES (2, 'two')"
      return 1, nil
    end)
    assert(a == 1 and b == nil)
    local value = {}
    local ok, err = pcall(op.savepoint, function()
      op.savepoint(function() op.execute "INSERT INTO p VALUES (3, 'x')" end)
      error(value)
    end)
    assert(not ok and err == value)]], "SELECT id FROM p ORDER BY id", "1\n2" },
  { "savepoint undoes what failed in it though its function caught the error", [[
    local ok, err = pcall(op.savepoint, function()
      op.execute "INSERT INTO p VALUES (2, 'two')"
      pcall(op.execute, "INSERT INTO p VALUES (1, 'again')")
    end)
    assert(not ok and err.code == "failed", tostring(err))
    op.savepoint(function() op.execute "INSERT INTO p VALUES (3, 'three')" end)]],
    "SELECT id FROM p ORDER BY id", "1\n3" },
  { "a statement with parameters fails in a savepoint after it worked in others", [[
    for _, id in ipairs { 2, 3, 1, 4, 1, 5 } do
      local ok = pcall(op.savepoint, function()
        op.execute("INSERT INTO p VALUES (:id, :name)", { id = id, name = "x" })
      end)
      assert(ok == (id ~= 1))
    end]], "SELECT id FROM p ORDER BY id", "1\n2\n3\n4\n5" },
  { "savepoints nest", [[
    op.savepoint(function()
      op.execute "INSERT INTO p VALUES (2, 'two')"
      assert(not pcall(op.savepoint, function()
        op.execute "INSERT INTO p VALUES (3, 'x')"
        op.drop_table "nothing"
      end))
      op.execute "INSERT INTO p VALUES (4, 'four')"
    end)]], "SELECT id FROM p ORDER BY id", "1\n2\n4" },
  { "get_context, is_offline, f, inline_literal", [[
    local context = op.get_context()
    local sqlite = op.get_bind().dialect == "sqlite"
    assert(context.dialect == (sqlite and "sqlite" or "postgresql"))
    assert(context.server_version >= (sqlite and 3040000 or 120000))
    assert(context.offline == false and context.revision == "r1")
    assert(context.direction == "upgrade" and context.tag == nil)
    assert(op.is_offline() == false)
    assert(op.f "name" == "name")
    op.create_table("u", { { "a", types.text, server_default = op.inline_literal "it's" } })
    op.execute "INSERT INTO u DEFAULT VALUES"]], "SELECT a FROM u", "it's" },
  { "get_bind and inspect", [[
    assert(op.get_bind():scalar "SELECT count(*) FROM p" == 1)
    assert(op.inspect():has_table "t")]], "SELECT 1", "1" },
  { "the error of an op is a value", [[
    local ok, err = pcall(op.savepoint, function()
      op.create_table("t", { { "a", types.text } })
    end)
    assert(not ok and err.message:find "already exists", tostring(err))
    assert(err.sql:find "CREATE TABLE t" and err.code == "failed")
    assert(err.sqlite_code == 1 or err.sqlstate == "42P07")
    assert(err.where:find "r1.lua:%d+$", err.where)]], "SELECT 1", "1" },
}

-- body, part of the message; another one on PostgreSQL, false: not there
local refused = {
  { [[op.create_table("u", { { "a", types.text, nulable = false } })]],
    "op.create_table: columns[1].nulable: unknown field (did you mean 'nullable'?)" },
  { [[op.crate_table("u", {})]],
    "op.crate_table: unknown function (did you mean 'create_table'?)" },
  { [[op:drop_table("t")]], "op.drop_table: call it with a dot, not with a colon" },
  { [[print(op.get_context().as_sql)]],
    "op.get_context().as_sql: unknown name (did you mean 'offline'?)" },
  { [[print(op.get_context().dialekt)]],
    "op.get_context().dialekt: unknown name (did you mean 'dialect'?)" },
  { [[print(op.get_context().bind)]], "op.get_context().bind: unknown name" },
  { [[op.x = 1]], "'op' cannot be changed" },
  { "op.add_column('t',\n{ 'a', types.text, nullable = false })",
    "op.add_column: NOT NULL constraint failed: t.a",
    [[contains null values]] },
  { "op.add_column('t',\n{ 'a', types.text, nullable = false })",
    "hint: there are rows: give a new column a server_default" },
  { [[op.execute("UPDATE t SET id = :id")]], "give the values in a table behind the SQL" },
  { [[op.validate_constraint("c", "t")]], "on PostgreSQL only",
    [[constraint "c" of relation "t" does not exist]] },
  { [[op.drop_table "nothing"]], "no such table: nothing", [[table "nothing" does not exist]] },
  { [[op.savepoint(5)]], "op.savepoint: argument 1: expected function, got number" },
  { [[op.is_offline(1)]], "op.is_offline: too many arguments" },
  { [[op.f(5)]], "op.f: argument 1 (name): expected string, got number" },
  { [[op.bulk_insert()]], "op.bulk_insert: argument 1 (table): expected string, got nil" },
  { [[op.bulk_insert("t")]], "argument 2 (rows): expected list of rows, got nil" },
  { [[op.bulk_insert("t", { name = "x" })]], "got a table with the key 'name'" },
  { [[op.bulk_insert("t", { {}, nil, {} })]], "argument 2 (rows): the list has a hole" },
  { [[op.bulk_insert("t", { {}, 5 })]], "rows[2]: expected table, got number" },
  { [[op.bulk_insert("t", { { "x" } })]], "rows[1]: a row is a table by column name" },
  { [[op.bulk_insert("t", { {}, { n = 0 / 0 } })]], "rows[2], column 'n' is NaN",
    [[invalid input syntax for type integer: "NaN"]] },
  { [[op.bulk_insert("t", { { n = {} } })]], "rows[1], column 'n': expected nil, null," },
  { [[op.bulk_insert("t", { { nope = 1 } })]], "rows[1]: table t has no column named nope",
    [[column "nope" of relation "t" does not exist]] },
  { [[op.bulk_insert("t", { { id = 5 }, { id = 5 } })]],
    "op.bulk_insert: rows[2]: UNIQUE constraint failed: t.id",
    [[duplicate key value violates unique constraint "t_pkey"]] },
  { [[op.bulk_insert("t", { { id = 5 }, { id = 5 } })]], "INSERT INTO t (id) VALUES",
    "INSERT INTO t (id) VALUES ($1) -- op.bulk_insert, rows[1] to rows[2]" },
  { [[pcall(op.bulk_insert, "t", { { id = 5 }, { id = 5 } })]], "rows[2]: UNIQUE",
    "op.bulk_insert: one of rows[1] to rows[2]: duplicate key" },
  { [[op.bulk_insert("t", {}, { shema = "x" })]], "shema: unknown option (there is 'schema')" },
  { [[op.bulk_insert("t\0", {})]], "the name has a NUL byte" },
  { [[pcall(op.drop_table, "nothing")]], "no such table: nothing",
    [[table "nothing" does not exist]] },
}

drivers.each(function(driver)
  local tables = { sqlite = "SELECT name FROM sqlite_schema WHERE name = 'u'",
    postgresql = "SELECT relname FROM pg_class WHERE relname = 'u'" }

  for _, case in ipairs(works) do
    if not case.on or case.on == driver.name then
      it(case[1], function()
        local result, self = upgrade(case[2], nil, driver)
        local query = case[driver.name] or { case[3], case[4] }
        assert.equal("", result.err:match "error: [^\n]*" or "")
        assert.equal(0, result.code, result.err)
        assert.equal(query[2], self:sql(query[1]))
      end)
    end
  end

  for _, case in ipairs(refused) do
    local wanted = driver.name == "postgresql" and case[3] or case[2]

    it("refuses: " .. wanted, function()
      local result, self = upgrade("do end\n" .. case[1], nil, driver)
      assert(result.err:find(wanted, 1, true), result.err)
      assert(result.err:find("r1.lua:10", 1, true), result.err)
      assert.equal(5, result.code)
      -- rolled back
      assert.equal("1", self:sql "SELECT count(*) FROM t")
      assert.equal("", self:sql(tables[driver.name]))
    end)
  end
end)

describe("op", function()
  it("is not there at load time", function()
    local result = upgrade("", 'op.drop_table "t"')
    assert.equal(4, result.code)
    assert(result.err:find("op.drop_table is only available inside upgrade()", 1, true), result.err)
  end)

  it("gives each revision its own", function()
    local self = cli.project { revisions = {
      { id = "r1", upgrade = 'rawset(op, "drop_table", 5) rawset(types, "text", 5)' },
      { id = "r2", down = "r1", upgrade = [[
        op.create_table("u", { { "a", types.text } })
        op.drop_table "u"]] } } }
    finally(function() self:remove() end)
    local result = self:run "upgrade"
    assert.equal(0, result.code, result.err)
  end)

  -- G13: with foreign keys enforced DROP TABLE would change the rows of others
  it("refuses drop_table while another table refers to it and keys are enforced", function()
    local result, self = upgrade('op.drop_table "p"', "foreign_keys = true")
    assert.equal(5, result.code)
    assert(result.err:find("the table 't' refers to 'p'", 1, true), result.err)
    assert(result.err:find("drop 't' first", 1, true), result.err)
    assert.equal("1", self:sql "SELECT count(*) FROM p")
  end)

  it("drops a table with keys enforced when nothing refers to it", function()
    local result, self = upgrade('op.drop_table "t"\nop.drop_table "p"', "foreign_keys = true")
    assert.equal(0, result.code, result.err)
    assert.equal("0", self:sql "SELECT count(*) FROM sqlite_schema WHERE name IN ('t', 'p')")
  end)
end)
