-- op.batch_alter_table: what is recorded, when it runs, what is refused at its line.
local cli = require "spec.support.cli"

local SETUP = "CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT, b INT); "
  .. "INSERT INTO p VALUES (1, 'x', 2);"

local function upgrade(body)
  local self = cli.project { revisions = { { id = "r1", upgrade = body } } }
  finally(function() self:remove() end)
  self:sql(SETUP)
  return self:run "upgrade", self
end

-- body, query, answer
local works = {
  { "several changes, done when the function has returned", [[
    op.batch_alter_table("p", function(batch)
      batch.add_column { "c", types.text }
      assert(not op.inspect():has_column("p", "c"))
      batch.create_unique_constraint("uq", { "a", "c" })
      batch.create_index("ix", { "c" })
      batch.create_foreign_key("fk", "p", { "b" }, { "id" })
      batch.drop_constraint "fk"
    end)
    assert(op.inspect():has_column("p", "c"))]],
    "SELECT group_concat(name) FROM pragma_table_info('p'); SELECT name FROM sqlite_schema "
      .. "WHERE name = 'ix'", "id,a,b,c\nix" },
  { "nothing, when nothing is asked for", [[op.batch_alter_table("p", function() end)]],
    "SELECT count(*) FROM p", "1" },
  { "nothing of it, when the function fails", [[
    local ok, err = pcall(op.batch_alter_table, "p", function(batch)
      batch.drop_column "a"
      error "no"
    end)
    assert(not ok and err:find "no")]], "SELECT a FROM p", "x" },
  { "names that are final", [[
    op.batch_alter_table("p", function(batch)
      batch.create_index(batch.f "ix_a", { "a" })
    end)]], "SELECT name FROM sqlite_schema WHERE tbl_name = 'p' AND type = 'index'",
    "ix_a" },
  { "nothing that an undone savepoint has done, which SQLite must not remember", [[
    pcall(op.savepoint, function()
      op.add_column("p", { "c", types.datetime, server_default = sql.now })
      error "undone"
    end)
    op.add_column("p", { "c", types.date })]],
    "SELECT group_concat(name || ' ' || type) FROM pragma_table_info('p')",
    "id INTEGER,a TEXT,b INT,c DATE" },
  { "a table as its options, and nil for them", [[
    op.batch_alter_table("p", nil, function(batch) batch.drop_column "b" end)
    op.batch_alter_table("p", { recreate = "always" }, function(batch) batch.drop_column "a" end)]],
    "SELECT * FROM p", "1" },
}

-- body, the message, the line of the body
local refused = {
  { [[op.batch_alter_table("p")]], "the last argument: expected function, got nil" },
  { [[op.batch_alter_table("p", { recreat = "always" }, function() end)]],
    "recreat: unknown option (did you mean 'recreate'?)" },
  { [[op.batch_alter_table("p", { recreate = "maybe" }, function() end)]], "'maybe' is none of" },
  { "op.batch_alter_table('p', function(batch)\nbatch.add_colum() end)",
    "batch.add_colum: unknown function (did you mean 'add_column'?)", 2 },
  { "op.batch_alter_table('p', function(batch)\nbatch.add_column { 'c', types.txt } end)",
    "txt", 2 },
  { "op.batch_alter_table('p', function(batch)\nbatch:drop_column 'a' end)",
    "batch.drop_column: call it with a dot", 2 },
  { "op.batch_alter_table('p', function(batch)\nbatch.x = 1 end)", "'batch' cannot be changed", 2 },
  { "local kept; op.batch_alter_table('p', function(batch) kept = batch end)\nkept.drop_column 'a'",
    "the batch is over", 2 },
  { "op.batch_alter_table('p', function(batch) batch.drop_column 'z' end)",
    "batch.drop_column: the table 'p' has no column 'z'" },
  { "op.batch_alter_table('p', function(batch)\nbatch.execute 'SELECT 1' end)",
    "batch.execute: the changes of a batch are made together", 2 },
  { "op.batch_alter_table('p', function(batch)\nbatch.f(1) end)",
    "batch.f: argument 1 (name): expected string, got number", 2 },
  { "op.batch_alter_table('p', function(batch)\nbatch.f('a', 'b') end)",
    "batch.f: too many arguments (2, at most 1)", 2 },
  -- arguments are counted as they are written, without the table's name
  { "op.batch_alter_table('p', function(batch)\nbatch.drop_column(1) end)",
    "batch.drop_column: argument 1 (name): expected string, got number", 2 },
  { "op.batch_alter_table('p', function(batch)\nbatch.alter_column('a', 7) end)",
    "batch.alter_column: argument 2 (options): expected table, got number", 2 },
  { "op.batch_alter_table('p', function(batch)\nbatch.drop_column('a', {}, 3) end)",
    "batch.drop_column: too many arguments (3, at most 2)", 2 },
  { "op.batch_alter_table('p', function(batch)\nbatch.create_unique_constraint('u', 'a') end)",
    "batch.create_unique_constraint: argument 2 (columns): expected", 2 },
  { "op.batch_alter_table('p', function(batch)\nbatch.create_unique_constraint(7, { 'a' }) end)",
    "batch.create_unique_constraint: argument 1 (name): expected string, got number", 2 },
  { "op.batch_alter_table('p', function(batch)\n"
    .. "batch.create_foreign_key('f', 'p', { 1 }, { 'id' }) end)",
    "batch.create_foreign_key: local_cols[1]: expected string, got number", 2 },
  { [[op.batch_alter_table("p", { partial_reordering = { { "a", "z" } } }, function() end)]],
    "partial_reordering: the table 'p' has no column 'z'" },
  { [[op.batch_alter_table("p", { table_kwargs = { x = 1 } }, function() end)]],
    "table_kwargs: 'x'" },
}

describe("op.batch_alter_table", function()
  for _, case in ipairs(works) do
    it("does " .. case[1], function()
      local result, self = upgrade(case[2])
      assert.equal(0, result.code, result.err)
      assert.equal(case[4], self:sql(case[3]))
    end)
  end

  for _, case in ipairs(refused) do
    it("refuses: " .. case[2], function()
      local result, self = upgrade(case[1])
      assert.equal(5, result.code, result.err)
      assert.truthy(result.err:find(case[2], 1, true), result.err)
      assert.truthy(result.err:find(("r1.lua:%d"):format(8 + (case[3] or 1)), 1, true), result.err)
      assert.equal("1|x|2", self:sql "SELECT * FROM p")
    end)
  end
end)
