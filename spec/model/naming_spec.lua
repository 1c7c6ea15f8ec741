-- Proves the names that nobody gave: ix_<table>_<first column>, and those of naming conventions
-- with every token, as SQLAlchemy makes them.
local ddl = require("luamigrate.core").ddl
local vocabulary = ddl.vocabulary()
local types, sql, index = vocabulary.types, vocabulary.sql, vocabulary.index

local A, B = { "a", types.integer }, { "b", types.integer }

-- what, the op, the index that it makes; false: there is no name
local cases = {
  { "an index of a table", { "create_table", "t", { A, B, index { "b" } } },
    "CREATE INDEX ix_t_b ON t (b)" },
  { "its own name", { "create_table", "t", { A, index({ "a" }, { name = "mine" }) } },
    "CREATE INDEX mine ON t (a)" },
  { "the first of several columns", { "create_table", "t", { A, B, index { "b", "a" } } },
    "CREATE INDEX ix_t_b ON t (b, a)" },
  { "the column before an expression",
    { "create_table", "t", { A, index { "a", sql "abs(a)" } } },
    "CREATE INDEX ix_t_a ON t (a, (abs(a)))" },
  { "an expression first", { "create_table", "t", { A, index { sql "abs(a)" } } }, false },
  { "a column with index = true",
    { "create_table", "t", { { "a", types.integer, index = true } } },
    "CREATE INDEX ix_t_a ON t (a)" },
  { "one that is unique, too",
    { "create_table", "t", { { "a", types.integer, index = true, unique = true } } },
    "CREATE UNIQUE INDEX ix_t_a ON t (a)" },
  { "a column that is added",
    { "add_column", "t", { "c", types.integer, index = true } },
    "CREATE INDEX ix_t_c ON t (c)" },
  { "a name to be quoted",
    { "create_table", "T", { { "x y", types.integer, index = true } } },
    'CREATE INDEX "ix_T_x y" ON "T" ("x y")' },
}

describe("the name of an index:", function()
  for _, case in ipairs(cases) do
    local what, op, statement = table.unpack(case)
    it(what, function()
      local statements, message = ddl.compile(op, "sqlite")
      if statement then
        assert.are.equal(statement, statements and statements[#statements] or message)
      else
        assert.is_nil(statements)
        assert.is_truthy(message:find "name", message)
      end
    end)
  end
end)

local unique, check, foreign_key = vocabulary.unique, vocabulary.check, vocabulary.foreign_key
local primary_key = vocabulary.primary_key
local USUAL = {
  ix = "ix_%(column_0_label)s", uq = "uq_%(table_name)s_%(column_0_N_name)s",
  ck = "ck_%(table_name)s_%(constraint_name)s", pk = "pk_%(table_name)s",
  fk = "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
}
local LONG = ("long"):rep(16)

local function uq(pattern) return { uq = pattern } end
local AB = { "create_unique_constraint", nil, "t", { "a", "b" } }
local FK = { "create_foreign_key", nil, "t", "p", { "a", "b" }, { "x", "y" } }

-- what, convention, the op, a piece of its SQL on PostgreSQL; "!text": refused so
local conventions = {
  { "a table's own constraints", USUAL, { "create_table", "t", { A, B, unique { "a", "b" } } },
    "CONSTRAINT uq_t_a_b UNIQUE (a, b)" },
  { "a foreign key of a table", USUAL,
    { "create_table", "t", { A, foreign_key({ "a" }, "p", { "x" }) } },
    "CONSTRAINT fk_t_a_p FOREIGN KEY(a) REFERENCES p (x)" },
  { "a primary key of a table", USUAL, { "create_table", "t", { A, primary_key { "a" } } },
    "CONSTRAINT pk_t PRIMARY KEY (a)" },
  { "a key by flags", USUAL, { "create_table", "t",
    { { "a", types.text, primary_key = true }, { "b", types.text, primary_key = true } } },
    "CONSTRAINT pk_t PRIMARY KEY (a, b)" },
  { "a flag unique", USUAL, { "create_table", "t", { { "a", types.text, unique = true } } },
    "CONSTRAINT uq_t_a UNIQUE (a)" },
  { "a reference in a column", USUAL,
    { "create_table", "t", { { "a", types.integer, references = { "p", "x" } } } },
    "CONSTRAINT fk_t_a_p FOREIGN KEY(a) REFERENCES p (x)" },
  { "a check in a column", { ck = "ck_%(column_0_label)s" },
    { "create_table", "t", { { "a", types.integer, check = "a > 0" } } },
    "CONSTRAINT ck_t_a CHECK (a > 0)" },
  { "an index of a table", { ix = "%(table_name)s__%(column_0_N_name)s" },
    { "create_table", "t", { A, B, index { "a", sql "lower(b)", "b" } } },
    "CREATE INDEX t__a_b ON t (a, (lower(b)), b)" },
  { "a flag index", { ix = "i_%(column_0_key)s" },
    { "create_table", "t", { { "a", types.integer, index = true, unique = true } } },
    "CREATE UNIQUE INDEX i_a ON t (a)" },
  { "a column that is added: unique", USUAL,
    { "add_column", "t", { "c", types.integer, unique = true } },
    "ADD CONSTRAINT uq_t_c UNIQUE (c)" },
  { "a column that is added: reference", USUAL,
    { "add_column", "t", { "c", types.integer, references = { "p", "x" } } },
    "ADD CONSTRAINT fk_t_c_p FOREIGN KEY(c)" },
  { "a column that is added: key", USUAL,
    { "add_column", "t", { "c", types.text, primary_key = true } },
    "c TEXT NOT NULL CONSTRAINT pk_t PRIMARY KEY" },
  { "a column that is added: index", { ix = "%(column_0_name)s_%(table_name)s" },
    { "add_column", "t", { "c", types.text, index = true } }, "CREATE INDEX c_t ON t (c)" },
  { "create_index", USUAL, { "create_index", nil, "t", { "a" } }, "CREATE INDEX ix_t_a ON t (a)" },
  { "create_primary_key", USUAL, { "create_primary_key", nil, "t", { "a" } },
    "ADD CONSTRAINT pk_t PRIMARY KEY (a)" },
  { "create_foreign_key", USUAL, FK, "ADD CONSTRAINT fk_t_a_p FOREIGN KEY(a, b)" },
  { "a name that is given stays", USUAL, { "create_unique_constraint", "mine", "t", { "a" } },
    "CONSTRAINT mine UNIQUE (a)" },
  { "a check takes the name that is given", USUAL,
    { "create_check_constraint", "positive", "t", "a > 0" }, "CONSTRAINT ck_t_positive CHECK" },
  { "a check of a table too", USUAL,
    { "create_table", "t", { A, check("a > 0", { name = "positive" }) } },
    "CONSTRAINT ck_t_positive CHECK (a > 0)" },
  { "what drops it by the name and type finds it", USUAL,
    { "drop_constraint", "positive", "t", type = "check" }, "DROP CONSTRAINT ck_t_positive" },
  { "without a type the name is the name", USUAL, { "drop_constraint", "positive", "t" },
    "DROP CONSTRAINT positive" },
  { "a check without a name", USUAL, { "create_check_constraint", nil, "t", "a > 0" },
    "!needs a name that the script gives" },
  { "no convention for it", { ix = "x" }, AB, "t ADD UNIQUE (a, b)" },
  { "an exclude constraint has none", USUAL,
    { "create_exclude_constraint", nil, "t", { { "a", "=" } } }, "ADD EXCLUDE" },
  { "table_name", uq "%(table_name)s", AB, "CONSTRAINT t UNIQUE" },
  { "column_0_name", uq "u_%(column_0_name)s", AB, "CONSTRAINT u_a UNIQUE" },
  { "column_1_name", uq "u_%(column_1_name)s", AB, "CONSTRAINT u_b UNIQUE" },
  { "a column that is not there", uq "u_%(column_2_name)s", AB, "CONSTRAINT u_ UNIQUE" },
  { "column_0_key", uq "u_%(column_0_key)s", AB, "CONSTRAINT u_a UNIQUE" },
  { "column_0_label", uq "u_%(column_0_label)s", AB, "CONSTRAINT u_t_a UNIQUE" },
  { "column_0_label in a schema", uq "u_%(column_0_label)s",
    { "create_unique_constraint", nil, "t", { "a" }, schema = "s" }, "CONSTRAINT u_s_t_a UNIQUE" },
  { "column_0N_name", uq "u_%(column_0N_name)s", AB, "CONSTRAINT u_ab UNIQUE" },
  { "column_0_N_name", uq "u_%(column_0_N_name)s", AB, "CONSTRAINT u_a_b UNIQUE" },
  { "column_0N_label", uq "u_%(column_0N_label)s", AB, "CONSTRAINT u_t_at_b UNIQUE" },
  { "column_0_N_label", uq "u_%(column_0_N_label)s", AB, "CONSTRAINT u_t_a_t_b UNIQUE" },
  { "column_0_N_key", uq "u_%(column_0_N_key)s", AB, "CONSTRAINT u_a_b UNIQUE" },
  { "referred_table_name", { fk = "f_%(referred_table_name)s" }, FK, "CONSTRAINT f_p FOREIGN" },
  { "referred_column_0_name", { fk = "f_%(referred_column_0_name)s" }, FK,
    "CONSTRAINT f_x FOREIGN" },
  { "referred_column_1_name", { fk = "f_%(referred_column_1_name)s" }, FK,
    "CONSTRAINT f_y FOREIGN" },
  { "referred_column_0N_name", { fk = "f_%(referred_column_0N_name)s" }, FK,
    "CONSTRAINT f_xy FOREIGN" },
  { "referred_column_0_N_name", { fk = "f_%(referred_column_0_N_name)s" }, FK,
    "CONSTRAINT f_x_y FOREIGN" },
  { "constraint_name, for any kind", uq "%(table_name)s_%(constraint_name)s",
    { "create_unique_constraint", "n", "t", { "a" } }, "CONSTRAINT t_n UNIQUE" },
  { "a sign of per cent", uq "u%%_%(table_name)s", AB, 'CONSTRAINT "u%_t" UNIQUE' },
  { "a token that is unknown", uq "%(colum_0_name)s", AB, "!'colum_0_name' stands for nothing" },
  -- 55 bytes, "_", and the end of printf %s NAME | md5sum
  { "a name that is too long", uq("uq_" .. LONG), AB,
    "CONSTRAINT uq_" .. LONG:sub(1, 52) .. "_784b UNIQUE" },
  { "an index of its own, too long", {}, { "create_index", nil, LONG:sub(5), { "c" } },
    "CREATE INDEX ix_" .. LONG:sub(1, 52) .. "_0168 ON" },
  { "cut between characters", uq("uq_" .. ("ä"):rep(40)), AB,
    'CONSTRAINT "uq_' .. ("ä"):rep(26) .. '_cfde" UNIQUE' },
  { "63 bytes are not too long", uq(("x"):rep(63)), AB,
    "CONSTRAINT " .. ("x"):rep(63) .. " UNIQUE" },
  { "a name of the script that is too long", USUAL,
    { "create_unique_constraint", LONG, "t", { "a" } }, "!63" },
}

describe("a naming convention:", function()
  for _, case in ipairs(conventions) do
    local what, convention, op, wanted = table.unpack(case)
    it(what, function()
      local statements, message = ddl.compile(op, "postgresql", convention)
      if wanted:sub(1, 1) == "!" then
        assert.is_nil(statements)
        assert.is_truthy(message:find(wanted:sub(2), 1, true), message)
      else
        local text = assert(statements, message) and table.concat(statements, "\n")
        assert.is_truthy(text:find(wanted, 1, true), text)
      end
    end)
  end

  it("shortens nothing on SQLite", function()
    local statements = assert(ddl.compile({ "create_index", nil, LONG, { "c" } }, "sqlite"))
    assert.are.equal(("CREATE INDEX ix_%s_c ON %s (c)"):format(LONG, LONG), statements[1])
  end)
end)
