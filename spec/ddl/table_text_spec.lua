-- Proves that the text of CREATE TABLE is taken apart where SQLite's own parser
-- does it: fixed cases, and random tables compared with SQLite's pragmas.
local db = require "luamigrate.core".db

local function kinds(clauses)
  local out = {}
  for i, clause in ipairs(clauses) do out[i] = clause.kind end
  return table.concat(out, " ")
end

describe("table_text", function()
  it("keeps names, types and every clause of a column", function()
    local text = assert(db.table_text([[
CREATE TABLE "my t" ( -- head
  id INTEGER CONSTRAINT "the key" PRIMARY KEY ASC ON CONFLICT ABORT AUTOINCREMENT,
  [a b] VARCHAR ( 10 ) NOT NULL DEFAULT 'x,)' COLLATE NOCASE /* , */ CHECK (length("a b") > 1),
  c DEFAULT -1.5, d AS (c + 1) STORED, e NUMERIC(10, 2) GENERATED ALWAYS AS (c) VIRTUAL,
  f INT REFERENCES p(x) ON DELETE SET NULL ON UPDATE NO ACTION MATCH FULL
    NOT DEFERRABLE INITIALLY IMMEDIATE UNIQUE,
  CONSTRAINT u UNIQUE (id, "a b" COLLATE NOCASE DESC) ON CONFLICT IGNORE
  CHECK (c IN (1, 2)), FOREIGN KEY (c, d) REFERENCES "q q" (m, n) DEFERRABLE INITIALLY DEFERRED
) ;]]))
    assert.equal("my t", text.name)
    assert.equal(6, #text.columns)
    local id, ab, c, d, e, f = table.unpack(text.columns)
    assert.equal("INTEGER", id.type)
    assert.equal("the key", id.clauses[1].name)
    assert.is_true(id.clauses[1].autoincrement)
    assert.equal("a b", ab.name)
    assert.equal("VARCHAR ( 10 )", ab.type)
    assert.equal("notnull default collate check", kinds(ab.clauses))
    assert.equal("'x,)'", ab.clauses[2].body)
    assert.equal("NOCASE", ab.clauses[3].collation)
    assert.equal('length("a b") > 1', ab.clauses[4].body)
    assert.equal("-1.5", c.clauses[1].body)
    assert.equal("c + 1", d.clauses[1].body)
    assert.is_true(d.clauses[1].stored)
    assert.equal("NUMERIC(10, 2)", e.type)
    assert.equal("generated", kinds(e.clauses))
    assert.equal("foreign unique", kinds(f.clauses))
    assert.same({ "x" }, f.clauses[1].referent_columns)
    assert.equal("FULL", f.clauses[1].match)
    assert.is_false(f.clauses[1].deferrable)
    assert.equal("unique check foreign", kinds(text.constraints))
    assert.same({ "id", "a b" }, text.constraints[1].columns)
    assert.equal("c IN (1, 2)", text.constraints[2].body)
    assert.equal("q q", text.constraints[3].referent)
    assert.equal("DEFERRED", text.constraints[3].initially)
  end)

  it("reads the options", function()
    local text = assert(db.table_text "CREATE TABLE t(a PRIMARY KEY) STRICT, WITHOUT ROWID")
    assert.is_true(text.strict)
    assert.is_true(text.without_rowid)
  end)

  for _, sql in ipairs { "", "CREATE TABLE", "CREATE TABLE t", "CREATE TABLE t(",
    "CREATE TABLE t(a",
    "CREATE TABLE t(a, )", "CREATE TABLE t(a CHECK (1)", "CREATE TABLE t(a 'x)", "DROP TABLE t",
    "CREATE TABLE t AS SELECT 1", "CREATE TABLE t(a CHECK)", "CREATE TABLE t(CHECK (1))" } do
    it("refuses " .. sql, function()
      local text, err = db.table_text(sql)
      assert.is_nil(text)
      assert.matches("cannot read the stored table text", err.message)
    end)
  end
end)

-- Random tables, each with what it must have.
local function pick(list) return list[math.random(#list)] end

local function spaced(text)
  return (text:gsub(" ", function() return pick { " ", "\n\t", " /* a,) '( */ ", " -- x)\n" } end))
end

local function column(i)
  local name = "c" .. i
  local quoted = pick { name, '"' .. name .. '"', "[" .. name .. "]", "`" .. name .. "`" }
  local parts = { quoted, pick { "", "INTEGER", "VARCHAR(10)", "NUMERIC( 10 , 2 )", '"odd type"',
    "unsigned big int", "TEXT" } }
  local count = { notnull = 0, unique = 0, check = 0, foreign = 0 }
  local function add(kind, text)
    if math.random(4) > 1 then return end
    if math.random(2) == 1 then text = "CONSTRAINT n" .. math.random(9) .. " " .. text end
    parts[#parts + 1] = text
    count[kind] = (count[kind] or 0) + 1
  end
  add("notnull", pick { "NOT NULL", "NOT NULL ON CONFLICT FAIL" })
  add("default", pick { "DEFAULT 'a,b)'", "DEFAULT (1 + (2))", "DEFAULT - 5",
    "DEFAULT CURRENT_DATE" })
  add("unique", "UNIQUE")
  add("check", pick { "CHECK (" .. name .. " <> ')')", "CHECK ((1))" })
  add("collate", "COLLATE NOCASE")
  add("foreign", pick { "REFERENCES p", "REFERENCES p(x) ON DELETE CASCADE",
    "REFERENCES p(x) NOT DEFERRABLE", "REFERENCES p MATCH SIMPLE DEFERRABLE INITIALLY DEFERRED" })
  return table.concat(parts, " "), count
end

local function random_table()
  local pieces, total = {}, { notnull = 0, unique = 0, check = 0, foreign = 0 }
  local columns = math.random(1, 6)
  for i = 1, columns do
    local text, count = column(i)
    pieces[i] = text
    for kind in pairs(total) do total[kind] = total[kind] + count[kind] end
  end
  local sql = table.concat(pieces, ", ")
  for _ = 1, math.random(0, 3) do
    local kind = pick { "check", "foreign", "unique" }
    local text = ({ check = "CHECK (c1 > 0)", unique = "UNIQUE (c1 COLLATE BINARY DESC)",
      foreign = "FOREIGN KEY (c1) REFERENCES p(x) ON UPDATE SET DEFAULT" })[kind]
    if math.random(2) == 1 then text = "CONSTRAINT [k " .. math.random(99) .. "] " .. text end
    sql = sql .. pick { " , ", ", " } .. text
    total[kind] = total[kind] + 1
  end
  return spaced("CREATE TABLE t ( " .. sql .. " )"), columns, total
end

local function count_of(text, kind)
  local count = 0
  local function look(clauses)
    for _, clause in ipairs(clauses) do if clause.kind == kind then count = count + 1 end end
  end
  for _, c in ipairs(text.columns) do look(c.clauses) end
  look(text.constraints)
  return count
end

describe("table_text and SQLite", function()
  it("agree on random tables", function()
    local handle = assert(db.open("sqlite::memory:"))
    math.randomseed(11)
    for _ = 1, tonumber(os.getenv "SOAK" or 2000) do
      local sql, columns, total = random_table()
      assert(handle:execute(sql))
      local stored = handle:one "SELECT sql FROM sqlite_schema WHERE name = 't'"
      local text, err = db.table_text(stored)
      assert(text, sql .. (err and err.message or ""))
      assert.equal(columns, #text.columns, sql)
      assert.equal(columns, handle:one "SELECT count(*) FROM pragma_table_xinfo('t')", sql)
      assert.equal(total.check, count_of(text, "check"), sql)
      assert.equal(total.unique, count_of(text, "unique"), sql)
      assert.equal(handle:one "SELECT count(*) FROM pragma_foreign_key_list('t')",
        count_of(text, "foreign"), sql)
      assert.equal(total.foreign, count_of(text, "foreign"), sql)
      for i, c in ipairs(text.columns) do
        local types = handle:one("SELECT type FROM pragma_table_xinfo('t') WHERE cid = ?1",
          { i - 1 })
        local plain = c.type or ""
        -- a quoted type loses its quotes in the pragma
        assert.equal((types:gsub('[%s"]', "")), (plain:gsub('[%s"]', "")), sql)
      end
      assert(handle:execute "DROP TABLE t")
    end
    handle:close()
  end)
end)
