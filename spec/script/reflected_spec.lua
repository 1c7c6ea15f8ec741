-- What the inspector says of a table: plain tables with SQLAlchemy's field names.
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
  { "has no comments on SQLite", [[same(nil, inspector:get_table_comment "child".text)]] },
}

describe("the inspector", function()
  steps.check(it, works, {})
end)
