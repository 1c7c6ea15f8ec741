-- Proves that everything SQLite knows of a table is read, odd names included.
local core = require "luamigrate.core"
local again = require "spec.support.again"

local db = core.db

local function make(sql)
  local handle = assert(db.open "sqlite::memory:")
  assert(handle:execute(sql, nil, true))
  return handle
end

local function reflect(sql, name)
  return assert(make(sql):reflect(name or "t"))
end

describe("reflect_sqlite", function()
  it("reads columns", function()
    local t = reflect [[CREATE TABLE t(
      id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(255) NOT NULL COLLATE NOCASE,
      price NUMERIC(10, 2) DEFAULT 0.5, at DATETIME DEFAULT CURRENT_TIMESTAMP,
      twice AS (price * 2), kept INT GENERATED ALWAYS AS (id + 1) STORED, odd "my type", none)]]
    local c = t.columns
    assert.equal(8, #c)
    assert.is_true(t.autoincrement)
    assert.same({ "integer", "INTEGER", true, true },
      { c[1].type, c[1].type_text, c[1].primary_key, c[1].autoincrement })
    assert.same({ "string", { 255 }, false, "NOCASE" },
      { c[2].type, c[2].type_args, c[2].nullable, c[2].collation })
    assert.same({ "numeric", { 10, 2 }, true, "0.5" },
      { c[3].type, c[3].type_args, c[3].nullable, c[3].default })
    assert.equal("CURRENT_TIMESTAMP", c[4].default)
    assert.same({ "price * 2", false }, { c[5].computed, c[5].persisted })
    assert.same({ "id + 1", true }, { c[6].computed, c[6].persisted })
    assert.same({ "raw", "my type" }, { c[7].type, c[7].type_text })
    assert.equal("raw", c[8].type)
  end)

  local types = { INTEGER = "integer", INT = "integer", BIGINT = "biginteger",
    SMALLINT = "smallinteger", FLOAT = "float", ["DOUBLE PRECISION"] = "double", REAL = "real",
    BOOLEAN = "boolean", ["VARCHAR(9)"] = "string", VARCHAR = "string", ["CHAR(32)"] = "char",
    TEXT = "text", DATE = "date", TIME = "time", DATETIME = "datetime", TIMESTAMP = "timestamp",
    BLOB = "binary", JSON = "json", ["VARCHAR(1, 2)"] = "raw", ["INTEGER(5)"] = "raw",
    ["DECIMAL(5)"] = "numeric", GEOMETRY = "raw" }
  for text, kind in pairs(types) do
    it("knows the type " .. text, function()
      local c = reflect("CREATE TABLE t(a " .. text .. ")").columns[1]
      assert.equal(kind, c.type)
      assert.equal(text, c.type_text)
    end)
  end

  it("reads constraints with their names, in order", function()
    local t = reflect [[CREATE TABLE t(a INT CONSTRAINT a_pos CHECK (a > 0) UNIQUE,
      b INT REFERENCES p(x) ON DELETE CASCADE, c, d,
      CONSTRAINT pk PRIMARY KEY (b, a), CONSTRAINT uq UNIQUE (c, d), UNIQUE (d),
      CONSTRAINT fk FOREIGN KEY (c, d) REFERENCES "q q" (m, n) ON UPDATE SET NULL
        DEFERRABLE INITIALLY DEFERRED, CHECK (c <> ')'))]]
    local seen = {}
    for _, k in ipairs(t.constraints) do
      seen[#seen + 1] = table.concat({ k.kind, k.name or "-", table.concat(k.columns, ","),
        k.referent or "-", table.concat(k.referent_columns, ","), k.ondelete or "-",
        k.onupdate or "-", k.initially or "-", k.condition or "-" }, "|")
    end
    assert.same({
      "primary|pk|b,a|-||-|-|-|-",
      "unique|-|a|-||-|-|-|-",
      "unique|uq|c,d|-||-|-|-|-",
      "unique|-|d|-||-|-|-|-",
      "foreignkey|-|b|p|x|CASCADE|-|-|-",
      "foreignkey|fk|c,d|q q|m,n|-|SET NULL|DEFERRED|-",
      "check|a_pos||-||-|-|-|a > 0",
      "check|-||-||-|-|-|c <> ')'",
    }, seen)
    assert.is_true(t.constraints[6].deferrable)
  end)

  it("reads indexes", function()
    local t = reflect [[CREATE TABLE t(a TEXT COLLATE NOCASE, b, "x y", UNIQUE (a));
      CREATE UNIQUE INDEX i1 ON t(a, b DESC, "x y" COLLATE RTRIM) WHERE b > 1 -- end
      ; CREATE INDEX i2 ON t(lower(a) DESC, ( (b + 1)), a COLLATE BINARY, (a) || (b), (b) )]]
    assert.equal(2, #t.indexes)
    assert.same({ name = "i1", unique = true, where = "b > 1", elements = { { column = "a" },
      { column = "b", descending = true }, { column = "x y", collation = "RTRIM" } } },
      t.indexes[1])
    assert.same({ name = "i2", unique = false, elements = {
      { expression = "lower(a)", descending = true }, { expression = "b + 1" },
      { column = "a", collation = "BINARY" }, { expression = "(a) || (b)" }, { column = "b" } } },
      t.indexes[2])
  end)

  it("reads STRICT and WITHOUT ROWID", function()
    local t = reflect "CREATE TABLE t(a INT PRIMARY KEY) WITHOUT ROWID, STRICT"
    assert.is_true(t.strict)
    assert.is_false(t.with_rowid)
    t = reflect "CREATE TABLE t(a)"
    assert.is_nil(t.strict)
    assert.is_nil(t.with_rowid)
  end)

  it("reads what ALTER TABLE made", function()
    local t = reflect([[CREATE TABLE p(x PRIMARY KEY); CREATE TABLE t(a, CHECK (a > 0));
      ALTER TABLE t ADD COLUMN b REFERENCES p CONSTRAINT bc CHECK (b > 1);
      ALTER TABLE t RENAME a TO "new a"; ALTER TABLE t RENAME TO t2]], "t2")
    assert.same({ "new a", "b" }, { t.columns[1].name, t.columns[2].name })
    local names = {}
    for _, k in ipairs(t.constraints) do names[#names + 1] = k.kind .. (k.condition or "") end
    assert.same({ "foreignkey", 'checkb > 1', 'check"new a" > 0' }, names)
  end)

  local odd = { 'a"b', "a'b", "a b", "[x]", "select", "ä", "a;--", "%s", "T" }
  for _, name in ipairs(odd) do
    it("reads a table named " .. name, function()
      local quoted = '"' .. name:gsub('"', '""') .. '"'
      local handle = make("CREATE TABLE " .. quoted .. "(" .. quoted .. " INT UNIQUE)")
      local t = assert(handle:reflect(name))
      assert.equal(name, t.name)
      assert.equal(name, t.columns[1].name)
      assert.same({ name }, t.constraints[1].columns)
      assert.same({ name }, handle:relations "tables")
    end)
  end

  it("finds a name in any case, and says when there is none", function()
    local handle = make "CREATE TABLE Users(a)"
    assert.equal("Users", handle:reflect("USERS").name)
    assert.is_false(handle:reflect "nosuch")
    assert.is_false(handle:reflect("Users", "nosuch"))
    assert.equal("Users", handle:reflect("users", "MAIN").name)
    assert.same({ "Users" }, handle:relations("tables", "MAIN"))
  end)

  it("lists tables and views, without hidden ones", function()
    local handle = make [[CREATE TABLE b(id INTEGER PRIMARY KEY AUTOINCREMENT); CREATE TABLE a(x);
      CREATE VIEW v AS SELECT x AS y FROM a; CREATE VIRTUAL TABLE f USING fts5(body); ANALYZE;
      CREATE VIEW broken AS SELECT * FROM nosuch; CREATE TABLE sqlitex(a)]]
    assert.same({ "a", "b", "f", "sqlitex" }, handle:relations "tables")
    assert.same({ "broken", "v" }, handle:relations "views")
    assert.equal("y", handle:reflect("v").columns[1].name)
  end)
end)

-- A table is read, made again from what was read, and read once more.
describe("reflect_sqlite, a table made again,", function()
  local tables = {
    ["with a rowid key"] = "CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)",
    ["with AUTOINCREMENT"] = "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, v)",
    ["with a named AUTOINCREMENT"] = [[CREATE TABLE t(id INTEGER NOT NULL
      CONSTRAINT pk PRIMARY KEY AUTOINCREMENT)]],
    ["with a key that is no rowid"] = "CREATE TABLE t(id BIGINT NOT NULL PRIMARY KEY)",
    ["with an INT key, which is no rowid"] = "CREATE TABLE t(id INT NOT NULL PRIMARY KEY, v)",
    ["with keys that may be NULL"] = "CREATE TABLE t(a TEXT PRIMARY KEY, v)",
    ["with a key that counts down"] = "CREATE TABLE t(id INTEGER, PRIMARY KEY (id DESC))",
    ["with a key of text"] = "CREATE TABLE t(code CHAR(2) NOT NULL PRIMARY KEY, v) WITHOUT ROWID",
    ["with two keys"] = "CREATE TABLE t(a INT NOT NULL, b TEXT NOT NULL, PRIMARY KEY (b, a))",
    ["with a named key"] = [[CREATE TABLE t("a b" INT NOT NULL,
      CONSTRAINT "Pk T" PRIMARY KEY ("a b"))]],
    ["with many types"] = [[CREATE TABLE t(a INTEGER, b BIGINT, c SMALLINT, d NUMERIC(10, 2),
      e NUMERIC, f FLOAT, g DOUBLE, h REAL, i BOOLEAN, j VARCHAR(9), k VARCHAR, l CHAR(4), m TEXT,
      n DATE, o TIME, p DATETIME, q TIMESTAMP, r BLOB, s JSON, t "my type", u, v GEOMETRY(2),
      w DECIMAL(5), x INTEGER(5), y "DOUBLE PRECISION", z NVARCHAR(3))]],
    ["with collations"] = "CREATE TABLE t(a TEXT COLLATE NOCASE, b VARCHAR(9) COLLATE RTRIM)",
    ["with defaults"] = [[CREATE TABLE t(a INT DEFAULT 5 NOT NULL, b TEXT DEFAULT 'it''s',
      c TEXT DEFAULT (lower('A') || ')'), d DATETIME DEFAULT CURRENT_TIMESTAMP,
      i TEXT DEFAULT "it's", j TEXT DEFAULT word, e BLOB DEFAULT x'00FF',
      f REAL DEFAULT -1.5e3, g DEFAULT NULL, h BOOLEAN DEFAULT 1)]],
    ["with computed columns"] = [[CREATE TABLE t(a INT, b INT AS (a + 1),
      c INT GENERATED ALWAYS AS ((a + 1) * 2) STORED, d TEXT GENERATED ALWAYS AS ('x' || a) VIRTUAL
      NOT NULL)]],
    ["with unique constraints"] = [[CREATE TABLE t(a INT UNIQUE, b INT, c INT,
      CONSTRAINT uq UNIQUE (b, c), UNIQUE (c))]],
    ["with checks"] = [[CREATE TABLE t(a INT CHECK (a > 0), b INT CONSTRAINT ck_b CHECK (b <> ')'),
      CHECK (a < b), CONSTRAINT "Ck" CHECK (a IN (1, 2) OR b IS NULL))]],
    ["with foreign keys"] = [[CREATE TABLE t(id INTEGER PRIMARY KEY,
      a INT REFERENCES p (id) ON DELETE CASCADE, b INT REFERENCES p, c INT, d INT,
      up INT REFERENCES t (id) ON UPDATE SET NULL,
      CONSTRAINT fk FOREIGN KEY (c, d) REFERENCES "q q" (x, "y z") ON DELETE SET DEFAULT
        ON UPDATE RESTRICT DEFERRABLE INITIALLY DEFERRED)]],
    ["with indexes"] = [[CREATE TABLE t(a TEXT, b INT, "c d" TEXT);
      CREATE INDEX i1 ON t(a, b DESC, "c d" COLLATE NOCASE);
      CREATE UNIQUE INDEX "I 2" ON t(lower(a) DESC, (b + 1)) WHERE b > 1 AND a <> ')';
      CREATE INDEX i3 ON t("c d") WHERE "c d" IS NOT NULL]],
    ["that is STRICT"] = "CREATE TABLE t(a INT NOT NULL, b TEXT, c ANY, d BLOB) STRICT",
    ["that is STRICT and WITHOUT ROWID"] = [[CREATE TABLE t(a TEXT NOT NULL PRIMARY KEY)
      STRICT, WITHOUT ROWID]],
    ["with odd names"] = [=[CREATE TABLE t("select" INT, [a b] INT, `b``c` INT, "q""t" INT, "ä" INT,
      CONSTRAINT "--" CHECK ("select" > 0)); CREATE INDEX "x;y" ON t("q""t", "ä")]=],
    ["that ALTER TABLE changed"] = [[CREATE TABLE t(a, b TEXT, CHECK (a > 0));
      ALTER TABLE t ADD COLUMN n INT DEFAULT 3 REFERENCES p; ALTER TABLE t RENAME a TO "new a";
      ALTER TABLE t DROP COLUMN b]],
  }
  for name, text in pairs(tables) do
    it(name .. " is the same", function()
      local handle = make([[CREATE TABLE p(id INTEGER PRIMARY KEY);
        CREATE TABLE "q q"(x INT, "y z" INT, UNIQUE (x, "y z"));]] .. text)
      again.table(handle, "t")
      handle:close()
    end)
  end

  it("numbers its rows as before: only INTEGER is the rowid", function()
    for kind, numbered in pairs { INTEGER = true, INT = false, BIGINT = false, SMALLINT = false } do
      local handle = make(("CREATE TABLE t(id %s NOT NULL, v, PRIMARY KEY (id))"):format(kind))
      local statements = assert(handle:reflect("t", nil, "ddl"))
      assert(handle:execute "DROP TABLE t")
      assert(handle:execute(statements[1]))
      assert.equal(numbered, (handle:execute "INSERT INTO t (v) VALUES (1)") ~= nil, kind)
      handle:close()
    end
  end)

  it("is the same, whatever ops have made it", function()
    local cases = require "spec.ddl.cases"
    local count = 0
    for i, case in ipairs(cases.list) do
      if case.op[1] == "create_table" and case.sqlite and not case.no_run_sqlite
        and not case.refused_sqlite and not case.op.prefixes then
        local handle = make("ATTACH ':memory:' AS s;" .. table.concat(cases.surroundings, ";"))
        assert(handle:execute(case.sqlite, nil, true))
        if case.op[2] == "u" then
          local statements = again.table(handle, "u", case.sqlite:find "TABLE s%.u" and "s")
          assert.is_true(#statements > 0, i)
          count = count + 1
        end
        handle:close()
      end
    end
    assert.is_true(count > 60)
  end)
end)
