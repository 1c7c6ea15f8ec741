-- What the inspector says of a table: plain tables with SQLAlchemy's field names.
local drivers = require "spec.support.drivers"
local steps = require "spec.support.steps"

local PROLOGUE = ([[
  local function names(list) return table.concat(list, " ") end
  op.execute(%q)
  local inspector = op.inspect()
]]):format([[
  CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, "odd name" TEXT);
  CREATE TABLE child (
    a INTEGER NOT NULL,
    b VARCHAR(20) DEFAULT 'x''y',
    parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE,
    other_id INTEGER,
    twice INTEGER GENERATED ALWAYS AS (a * 2) VIRTUAL,
    n NUMERIC(10, 2) DEFAULT (1 + 1) CONSTRAINT positive CHECK (n > 0),
    CONSTRAINT pk_child PRIMARY KEY (b, a),
    CONSTRAINT uq_child UNIQUE (a, parent_id),
    CONSTRAINT fk_other FOREIGN KEY (other_id) REFERENCES parent (id)
      ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED,
    CHECK (a <> 7)
  );
  CREATE UNIQUE INDEX ix_child_lower ON child (lower(b), a DESC) WHERE a > 1;
  CREATE INDEX ix_child_a ON child (a);
  CREATE VIEW seen AS SELECT a FROM child;
]])

-- Drops the indexes of the table `t` and makes them from what the inspector said: (inspector, t).
local AGAIN = [[
  local function word(list)
    local parts = {}
    for i, text in ipairs(list or {}) do parts[i] = " " .. text:upper():gsub("_", " ") end
    return table.concat(parts)
  end
  local function text(value) -- keys of a table come in any order
    if type(value) ~= "table" then return tostring(value) end
    local parts = {}
    for key, item in pairs(value) do parts[#parts + 1] = tostring(key) .. "=" .. text(item) end
    table.sort(parts)
    return "{" .. table.concat(parts, ",") .. "}"
  end
  local function again(inspector, t)
    local before = inspector:get_indexes(t)
    for _, index in ipairs(before) do
      local columns, options = {}, { unique = index.unique }
      for i, column in ipairs(index.column_names) do
        local sorting = (index.column_sorting or {})[index.expressions and index.expressions[i]
          or column]
        local name = column == null and index.expressions[i] or '"' .. column .. '"'
        columns[i] = (column == null or sorting) and sql(name .. word(sorting)) or column
      end
      for key, value in pairs(index.dialect_options) do options[key] = value end
      op.drop_index(index.name, t)
      op.create_index(index.name, t, columns, options)
    end
    same(text(before), text(inspector:get_indexes(t)))
    return #before
  end
]]

local function with_prologue(list)
  for _, case in ipairs(list) do
    case[2] = PROLOGUE .. case[2]
  end
  return list
end

local works = with_prologue {
  { "describes columns", [[
    local c = {}
    for i, column in ipairs(inspector:get_columns "child") do c[i] = column end
    same(6, #c)
    same("a", c[1].name) same("INTEGER", c[1].type) same(false, c[1].nullable)
    same(nil, c[1].default) same(true, c[1].primary_key)
    same("VARCHAR(20)", c[2].type) same("'x''y'", c[2].default)
    same("parent_id", c[3].name) same(true, c[3].nullable) same(false, c[3].primary_key)
    same("a * 2", c[5].computed.sqltext) same(false, c[5].computed.persisted)
    same("NUMERIC(10, 2)", c[6].type) same(nil, c[6].computed)
    same(true, c[6].default:find "1 %+ 1" ~= nil)
    local id = inspector:get_columns "parent"[1]
    same(true, id.autoincrement) same(true, id.primary_key)
    same(false, c[1].autoincrement)]] },
  { "describes the primary key", [[
    local key = inspector:get_pk_constraint "child"
    same("pk_child", key.name) same("b a", names(key.constrained_columns))
    same("id", names(inspector:get_pk_constraint "parent".constrained_columns))
    op.execute "CREATE TABLE bare (x INTEGER)"
    same(0, #inspector:get_pk_constraint "bare".constrained_columns)]] },
  { "describes foreign keys", [[
    local by_column = {}
    for _, key in ipairs(inspector:get_foreign_keys "child") do
      by_column[names(key.constrained_columns)] = key
    end
    local first, second = by_column.parent_id, by_column.other_id
    same("parent", first.referred_table) same("id", names(first.referred_columns))
    same("CASCADE", first.options.ondelete) same(nil, first.name)
    same("fk_other", second.name) same("SET NULL", second.options.onupdate)
    same(true, second.options.deferrable) same("DEFERRED", second.options.initially)
    same(0, #inspector:get_foreign_keys "parent")]] },
  { "describes other constraints", [[
    local unique = inspector:get_unique_constraints "child"
    same(1, #unique) same("uq_child", unique[1].name)
    same("a parent_id", names(unique[1].column_names))
    local texts = {}
    for _, check in ipairs(inspector:get_check_constraints "child") do
      texts[check.sqltext] = check.name or ""
    end
    same("positive", texts["n > 0"]) same("", texts["a <> 7"])]] },
  { "describes indexes", [[
    local indexes = {}
    for _, index in ipairs(inspector:get_indexes "child") do indexes[index.name] = index end
    local plain, lower = indexes.ix_child_a, indexes.ix_child_lower
    same(false, plain.unique) same("a", names(plain.column_names)) same(nil, plain.expressions)
    same(nil, plain.dialect_options.sqlite_where)
    same(true, lower.unique) same(null, lower.column_names[1]) same("a", lower.column_names[2])
    same("lower(b)", lower.expressions[1]) same("a", lower.expressions[2])
    same("desc", lower.column_sorting.a[1])
    same("a > 1", lower.dialect_options.sqlite_where)
    local count = 0
    for _ in pairs(indexes) do count = count + 1 end
    same(2, count)]] },
  { "says the order of expressions and odd columns", AGAIN .. [[
    op.execute [=[CREATE TABLE "odd t" ("desc" TEXT, "a b" INT, n INT);
      CREATE INDEX "odd i" ON "odd t" (lower("desc") DESC, "desc" DESC, "a b", n DESC);
      CREATE UNIQUE INDEX i2 ON "odd t" (n + 1 DESC, "a b" ASC) WHERE n > 1]=]
    local indexes = inspector:get_indexes "odd t"
    same("odd i", indexes[1].name)
    same("desc", names(indexes[1].column_sorting['lower("desc")']))
    same("desc", names(indexes[1].column_sorting["desc"]))
    same(nil, indexes[1].column_sorting["a b"])
    same("desc", names(indexes[1].column_sorting.n))
    same("desc", names(indexes[2].column_sorting["n + 1"]))
    same(2, again(inspector, "odd t")) same(2, again(inspector, "child"))]] },
  { "says what a foreign key without columns refers to", [[
    op.execute [=[CREATE TABLE pair2 (x INT, y INT, PRIMARY KEY (y, x));
      CREATE TABLE odd (a INT REFERENCES Parent, b INT REFERENCES nosuch, c INT, d INT,
        FOREIGN KEY (c, d) REFERENCES pair2)]=]
    local keys = inspector:get_foreign_keys "odd"
    same("id", names(keys[1].referred_columns)) same("", names(keys[2].referred_columns))
    same("y x", names(keys[3].referred_columns))]] },
  { "says collations, and defaults as they are meant", [[
    op.execute [=[CREATE TABLE odd (a TEXT COLLATE NOCASE DEFAULT "it's", b TEXT DEFAULT word,
      c BOOLEAN DEFAULT true, d DEFAULT NULL, e DEFAULT -1.5, f DEFAULT CURRENT_DATE)]=]
    local c = inspector:get_columns "odd"
    same("NOCASE", c[1].collation) same(nil, c[2].collation)
    same("'it''s'", c[1].default) same("'word'", c[2].default) same("true", c[3].default)
    same("NULL", c[4].default) same("-1.5", c[5].default) same("CURRENT_DATE", c[6].default)]] },
  { "has no comments on SQLite", [[same(nil, inspector:get_table_comment "child".text)]] },
}

local POSTGRESQL = ([[
  local function names(list) return table.concat(list, " ") end
  local function by_name(list)
    local found = {}
    for _, item in ipairs(list) do found[item.name] = item end
    return found
  end
  op.execute(%q)
  local inspector = op.inspect()
]]):format([[
  CREATE SCHEMA other;
  CREATE TABLE other.parent (id INTEGER PRIMARY KEY);
  CREATE TABLE parent (id BIGSERIAL PRIMARY KEY, "odd name" TEXT);
  CREATE TABLE child (
    a INTEGER NOT NULL,
    b VARCHAR(20) DEFAULT 'x''y',
    parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE,
    other_id INTEGER,
    twice INTEGER GENERATED ALWAYS AS (a * 2) STORED,
    n NUMERIC(10, 2) DEFAULT (1 + 1) CONSTRAINT positive CHECK (n > 0),
    number INTEGER GENERATED ALWAYS AS IDENTITY (START 5),
    list TEXT[],
    CONSTRAINT pk_child PRIMARY KEY (b, a) INCLUDE (n),
    CONSTRAINT uq_child UNIQUE (a, parent_id) INCLUDE (n) DEFERRABLE,
    CONSTRAINT fk_other FOREIGN KEY (other_id) REFERENCES other.parent (id)
      ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED
  );
  ALTER TABLE child ADD CONSTRAINT late CHECK (a <> 7) NOT VALID;
  ALTER TABLE child ADD CONSTRAINT fk_late FOREIGN KEY (a) REFERENCES other.parent NOT VALID;
  CREATE UNIQUE INDEX ix_child_lower ON child (lower(b), a DESC NULLS LAST, n NULLS FIRST)
    INCLUDE (other_id) WITH (fillfactor = 70) WHERE a > 1;
  CREATE INDEX ix_child_a ON child (a);
  CREATE INDEX ix_child_list ON child USING gin (list);
  CREATE INDEX ix_child_b ON child (b varchar_pattern_ops);
  COMMENT ON TABLE child IS 'a table';
  COMMENT ON COLUMN child.a IS 'a column';
]])

local on_postgresql = {
  { "describes columns", [[
    local c = inspector:get_columns "child"
    same(8, #c)
    same("a", c[1].name) same("integer", c[1].type) same(false, c[1].nullable)
    same(nil, c[1].default) same(true, c[1].primary_key) same("a column", c[1].comment)
    same("character varying(20)", c[2].type) same("'x''y'::character varying", c[2].default)
    same("parent_id", c[3].name) same(true, c[3].nullable) same(false, c[3].primary_key)
    same("a * 2", c[5].computed.sqltext) same(true, c[5].computed.persisted)
    same(nil, c[5].default)
    same("numeric(10,2)", c[6].type) same(nil, c[6].computed) same("(1 + 1)", c[6].default)
    same(true, c[7].autoincrement) same(true, c[7].identity.always)
    same(5, c[7].identity.start) same(1, c[7].identity.increment)
    same(1, c[7].identity.minvalue) same(2147483647, c[7].identity.maxvalue)
    same(1, c[7].identity.cache) same(false, c[7].identity.cycle)
    same("text[]", c[8].type) same(nil, c[8].identity) same(false, c[8].autoincrement)
    local id = inspector:get_columns "parent"[1]
    same(true, id.autoincrement) same("nextval('parent_id_seq'::regclass)", id.default)
    same("bigint", id.type) same(nil, id.identity)]] },
  { "describes keys", [[
    local key = inspector:get_pk_constraint "child"
    same("pk_child", key.name) same("b a", names(key.constrained_columns))
    same("n", names(key.dialect_options.postgresql_include))
    local unique = inspector:get_unique_constraints "child"
    same(1, #unique) same("uq_child", unique[1].name)
    same("a parent_id", names(unique[1].column_names)) same(true, unique[1].deferrable)
    same("n", names(unique[1].dialect_options.postgresql_include))]] },
  { "describes foreign keys", [[
    local keys = by_name(inspector:get_foreign_keys "child")
    local first, second = keys.child_parent_id_fkey, keys.fk_other
    same("parent", first.referred_table) same("id", names(first.referred_columns))
    same("CASCADE", first.options.ondelete) same(nil, first.referred_schema)
    same("other", second.referred_schema) same("SET NULL", second.options.onupdate)
    same(true, second.options.deferrable) same("DEFERRED", second.options.initially)
    same(nil, second.options.postgresql_not_valid)
    same(true, keys.fk_late.options.postgresql_not_valid)
    same("a", names(keys.fk_late.constrained_columns))]] },
  { "describes checks", [[
    local checks = by_name(inspector:get_check_constraints "child")
    same("n > (0)::numeric", checks.positive.sqltext) same(nil, checks.positive.dialect_options)
    same("a <> 7", checks.late.sqltext) same(true, checks.late.dialect_options.not_valid)]] },
  { "describes indexes", [[
    local list = inspector:get_indexes "child"
    same(4, #list)
    local indexes = by_name(list)
    local plain, lower = indexes.ix_child_a, indexes.ix_child_lower
    same(false, plain.unique) same("a", names(plain.column_names)) same(nil, plain.expressions)
    same(nil, plain.column_sorting) same(nil, plain.invalid) same(0, #plain.include_columns)
    same(nil, plain.dialect_options.postgresql_where)
    same(nil, plain.dialect_options.postgresql_using)
    same(true, lower.unique) same(null, lower.column_names[1]) same("a", lower.column_names[2])
    same("lower((b)::text)", lower.expressions[1]) same("a", lower.expressions[2])
    same("desc nulls_last", names(lower.column_sorting.a))
    same("nulls_first", names(lower.column_sorting.n))
    same("other_id", names(lower.include_columns))
    same("a > 1", lower.dialect_options.postgresql_where)
    same("other_id", names(lower.dialect_options.postgresql_include))
    same(70, lower.dialect_options.postgresql_with.fillfactor)
    same("gin", indexes.ix_child_list.dialect_options.postgresql_using)
    same("varchar_pattern_ops", indexes.ix_child_b.dialect_options.postgresql_ops.b)]] },
  { "says the order of expressions and odd columns", AGAIN .. [[
    op.execute [=[CREATE TABLE "odd t" ("desc" TEXT, "a b" INT, n INT);
      CREATE INDEX "odd i" ON "odd t" (lower("desc") DESC, "desc" DESC NULLS LAST, "a b", n DESC);
      CREATE UNIQUE INDEX i2 ON "odd t" ((n + 1) NULLS FIRST, "a b") INCLUDE (n) WHERE n > 1;
      CREATE INDEX i3 ON "odd t" (lower("desc") text_pattern_ops, "desc" text_pattern_ops)]=]
    local indexes = by_name(inspector:get_indexes "odd t")
    local sorting = indexes["odd i"].column_sorting
    same("desc", names(sorting['lower("desc")'])) same("desc nulls_last", names(sorting["desc"]))
    same(nil, sorting["a b"]) same("desc", names(sorting.n))
    same("nulls_first", names(indexes.i2.column_sorting["(n + 1)"]))
    local ops = indexes.i3.dialect_options.postgresql_ops
    same("text_pattern_ops", ops["desc"]) same("text_pattern_ops", ops['lower("desc")'])
    same(3, again(inspector, "odd t")) same(4, again(inspector, "child"))]] },
  { "describes collations and checks of one table alone", [[
    op.execute [=[CREATE TABLE odd (a TEXT COLLATE "C", b TEXT,
      CONSTRAINT alone CHECK (a <> '') NO INHERIT)]=]
    local c = inspector:get_columns "odd"
    same("C", c[1].collation) same(nil, c[2].collation)
    same(true, inspector:get_check_constraints "odd"[1].dialect_options.no_inherit)]] },
  { "tells of NULL that is a value", [[
    op.execute [=[CREATE TABLE odd (a INTEGER CONSTRAINT uq UNIQUE NULLS NOT DISTINCT, b INTEGER);
      CREATE UNIQUE INDEX i ON odd (b) NULLS NOT DISTINCT]=]
    local unique, index = inspector:get_unique_constraints "odd"[1], inspector:get_indexes "odd"[1]
    same(true, unique.dialect_options.postgresql_nulls_not_distinct)
    same(true, index.dialect_options.postgresql_nulls_not_distinct)]], since = 15 },
  { "says of a unique constraint what makes it again", [[
    op.execute "CREATE TABLE odd (a INTEGER, b INTEGER, CONSTRAINT uq UNIQUE (b, a) INCLUDE (b))"
    local unique = inspector:get_unique_constraints "odd"[1]
    op.drop_constraint("uq", "odd")
    op.create_unique_constraint("uq", "odd", unique.column_names, unique.dialect_options)
    local again = inspector:get_unique_constraints "odd"[1]
    same("b a", names(again.column_names))
    same("b", names(again.dialect_options.postgresql_include))]] },
  { "describes what is not enforced, and columns that may still have NULL", [[
    op.execute [=[CREATE TABLE odd (a INTEGER REFERENCES parent NOT ENFORCED, b INTEGER,
      c INTEGER NOT NULL, CONSTRAINT never CHECK (a > 1) NOT ENFORCED);
      ALTER TABLE odd ADD CONSTRAINT b_there NOT NULL b NOT VALID]=]
    local key = inspector:get_foreign_keys "odd"[1]
    same(true, key.options.postgresql_not_enforced) same(nil, key.options.postgresql_not_valid)
    local check = inspector:get_check_constraints "odd"[1]
    same("never", check.name) same(true, check.dialect_options.not_enforced)
    same(nil, check.dialect_options.not_valid)
    same(1, #inspector:get_check_constraints "odd")
    local c = inspector:get_columns "odd"
    same(true, c[1].nullable) same(nil, c[1].dialect_options)
    same(false, c[2].nullable) same(true, c[2].dialect_options.not_valid)
    same(false, c[3].nullable) same(nil, c[3].dialect_options)
    op.validate_constraint("b_there", "odd")
    same(nil, inspector:get_columns "odd"[2].dialect_options)]], since = 18 },
  { "describes keys of periods", [[
    op.execute [=[CREATE TABLE stay (room INT4RANGE, during DATERANGE, other DATERANGE,
      CONSTRAINT pk_stay PRIMARY KEY (room, during WITHOUT OVERLAPS),
      CONSTRAINT uq_stay UNIQUE (room, other WITHOUT OVERLAPS));
      CREATE TABLE bill (room INT4RANGE, paid DATERANGE,
        FOREIGN KEY (room, PERIOD paid) REFERENCES stay (room, PERIOD during))]=]
    local key = inspector:get_pk_constraint "stay"
    same("room during", names(key.constrained_columns))
    same(true, key.dialect_options.postgresql_without_overlaps)
    key = inspector:get_unique_constraints "stay"[1]
    same("room other", names(key.column_names))
    same(true, key.dialect_options.postgresql_without_overlaps)
    same(nil, inspector:get_pk_constraint "parent".dialect_options.postgresql_without_overlaps)
    key = inspector:get_foreign_keys "bill"[1]
    same("room paid", names(key.constrained_columns))
    same("room during", names(key.referred_columns)) same(true, key.options.postgresql_period)
    same(0, #inspector:get_indexes "stay")]], since = 18 },
  { "tells computed columns that are kept from those that are not", [[
    op.execute [=[CREATE TABLE odd (a INTEGER, b INTEGER GENERATED ALWAYS AS (a * 2) VIRTUAL,
      c INTEGER GENERATED ALWAYS AS (a * 3) STORED)]=]
    local c = inspector:get_columns "odd"
    same("a * 2", c[2].computed.sqltext) same(false, c[2].computed.persisted)
    same("a * 3", c[3].computed.sqltext) same(true, c[3].computed.persisted)]], since = 18 },
  { "describes the comment", [[
    same("a table", inspector:get_table_comment "child".text)
    same(nil, inspector:get_table_comment "parent".text)]] },
  { "describes a table of another schema", [[
    op.execute [=[CREATE TABLE other.child
      (id INTEGER REFERENCES other.parent, p INTEGER REFERENCES parent)]=]
    local keys = by_name(inspector:get_foreign_keys("child", { schema = "other" }))
    same("other", keys.child_id_fkey.referred_schema)
    same(nil, keys.child_p_fkey.referred_schema)]] },
}

for _, case in ipairs(on_postgresql) do
  case[2] = POSTGRESQL .. case[2]
end

describe("the inspector", function()
  drivers.each(function(driver)
    steps.check(it, driver.name == "sqlite" and works or on_postgresql, {}, driver)
  end)
end)
