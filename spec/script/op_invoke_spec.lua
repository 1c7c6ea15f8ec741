-- Proves op.invoke (an op as a table) and op.register_operation (functions of a revision's own).
local drivers = require "spec.support.drivers"

local TABLE = [[op.create_table("t", { { "id", types.integer, primary_key = true },
  { "a", types.text }, { "b", types.integer, server_default = 7 } })
]]

-- what, the body behind TABLE, a query, its answer
local works = {
  { "an op with options as fields", [[
    op.invoke { "create_index", "ix", "t", { "a" }, unique = true }
    op.execute "INSERT INTO t (id, a) VALUES (1, 'x')"
    assert(not pcall(op.savepoint, function()
      op.execute "INSERT INTO t (id, a) VALUES (2, 'x')" end))]], "SELECT count(*) FROM t", "1" },
  { "an op with options as the last table", [[
    op.invoke { "create_index", "ix", "t", { "a" }, { if_not_exists = true } }
    op.invoke { "create_index", "ix", "t", { "a" }, { if_not_exists = true } }
    op.invoke { "drop_index", "ix", if_exists = true }
    op.invoke { "drop_index", "ix", if_exists = true }]], "SELECT 1", "1" },
  { "an op without a name", [[
    op.invoke { "create_unique_constraint", nil, "t", { "a" } }
    assert(#op.inspect():get_unique_constraints "t" == 1)]], "SELECT 1", "1" },
  { "every kind of function", [[
    op.invoke { "bulk_insert", "t", { { id = 1 }, { id = 2, a = "x" } } }
    local result = op.invoke { "execute", "UPDATE t SET a = :a WHERE id = :id",
      { a = "y", id = 1 } }
    assert(result.rowcount == 1)
    assert(op.invoke { "get_bind" }:scalar "SELECT count(*) FROM t" == 2)
    assert(op.invoke { "inspect" }:has_table "t")
    assert(op.invoke { "is_offline" } == false)
    assert(op.invoke { "f", "name" } == "name")
    assert(op.invoke { "get_context" }.revision == "r1")
    op.invoke { "alter_column", "t", "b", server_default = op.invoke { "inline_literal", 8 } }
    op.execute "INSERT INTO t (id) VALUES (3)"]],
    "SELECT id, a, b FROM t ORDER BY id", "1|y|7\n2|x|7\n3||8" },
  { "a list of ops", [[
    for _, one in ipairs {
      { "add_column", "t", { "c", types.text, server_default = "z" } },
      { "rename_table", "t", "u" },
      { "execute", "INSERT INTO u (id) VALUES (1)" },
    } do op.invoke(one) end]], "SELECT * FROM u", "1||7|z" },
}

-- what, the body, a part of the message
local fails = {
  { "no table", "op.invoke(5)", "op.invoke: expected one table, got number" },
  { "a value of the vocabulary", "op.invoke(types.text)",
    "op.invoke: expected one table, got type" },
  { "two arguments", "op.invoke({}, {})", "op.invoke: expected one table, got more arguments" },
  { "no name", "op.invoke {}", "op.invoke: [1]: expected the name of a function, got nil" },
  { "an unknown name", [[op.invoke { "create_indx" }]],
    "op.create_indx: unknown function (did you mean 'create_index'?)" },
  { "a wrong argument", [[op.invoke { "create_index", "ix", 5, { "a" } }]],
    "op.create_index: argument 2 (table): expected string, got number" },
  { "a wrong argument inside",
    [[op.invoke { "create_table", "u", { { "a", types.text, nul = 1 } } }]],
    "op.create_table: columns[1].nul: unknown field" },
  { "an unknown option", [[op.invoke { "drop_table", "t", if_exist = true }]],
    "op.drop_table: if_exist: unknown option (did you mean 'if_exists'?)" },
  { "options twice", [[op.invoke { "drop_table", "t", { if_exists = true }, cascade = true }]],
    "op.drop_table: too many arguments" },
  { "options of a function that has none", [[op.invoke { "execute", "SELECT 1", a = 1 }]],
    "op.invoke: op.execute takes no options: give its arguments by their places" },
  { "a strange key", [[op.invoke { "drop_table", [1.5] = 1 }]],
    "op.invoke: a key is neither a name nor a place" },
  { "a function that takes a function", [[op.invoke { "savepoint", print }]],
    "op.invoke: [1]: op.savepoint takes a function: call it itself" },
  { "itself", [[op.invoke { "invoke", {} }]], "op.invoke: [1]: op.invoke takes a function" },
  { "a colon", [[op:invoke { "drop_table", "t" }]],
    "op.invoke: call it with a dot, not with a colon" },
}

drivers.each(function(driver)
  local function run(revisions)
    local project = driver.project { revisions = revisions }
    finally(function() project:remove() end)
    return project:run "upgrade", project
  end

  describe("op.invoke", function()
    for _, case in ipairs(works) do
      it("calls " .. case[1], function()
        local result, project = run { { id = "r1", upgrade = TABLE .. case[2] } }
        assert.are.equal(0, result.code, result.err)
        assert.are.equal(case[4], project:sql(case[3]))
      end)
    end
    for _, case in ipairs(fails) do
      it("refuses " .. case[1] .. ", at its line", function()
        local result = run { { id = "r1", upgrade = TABLE .. case[2] } }
        assert.are.equal(5, result.code, result.err)
        assert.is_truthy(result.err:find(case[3], 1, true), result.err)
        assert.is_truthy(result.err:find "r1.lua:11", result.err)
      end)
    end
  end)

  describe("op.register_operation", function()
    local OWN = [[
      op.register_operation("make", function(op, name, ...)
        op.create_table(name, { { "a", types.text } })
        op.execute("INSERT INTO " .. name .. " VALUES ('x')")
        return name, select("#", ...)
      end)]]

    it("adds a function, at the top level, of one revision", function()
      local result, project = run {
        { id = "r1", header = OWN, upgrade = [[
          local name, count = op.make("one", nil, nil)
          assert(name == "one" and count == 2)
          assert(op.invoke { "make", "two" } == "two")]] },
        { id = "r2", down = "r1", upgrade = [[op.create_table("three", { { "a", types.text } })
          op.make "four"]] } }
      assert.are.equal(5, result.code)
      assert.is_truthy(result.err:find("op.make: unknown function", 1, true), result.err)
      assert.are.equal("one\ntwo", project:sql(driver.tables))
    end)

    it("adds one from a module, and two revisions may have the same name", function()
      local project = driver.project { revisions = {
        { id = "r1", header = [[require "lib.ops"]], upgrade = [[op.make "one"]] },
        { id = "r2", down = "r1", header = OWN, upgrade = [[op.make "two"]] } } }
      finally(function() project:remove() end)
      assert.are.equal(0, project:shell("mkdir migrations/lib").code)
      project:write("migrations/lib/ops.lua", OWN)
      local result = project:run "upgrade"
      assert.are.equal(0, result.code, result.err)
      assert.are.equal("one\ntwo", project:sql(driver.tables))
    end)

    it("has calls that are steps of their own, and an error at its line", function()
      local project = driver.project { revisions = { { id = "r1",
        header = "transaction = false\n" .. OWN, upgrade = [[
          op.make "one"
          if config.x.stop then op.execute "SELECT nothing FROM one" end
          op.make "two"]] } } }
      finally(function() project:remove() end)
      local result = project:run("upgrade", "-x", "stop=1")
      assert.are.equal(11, result.code, result.err)
      assert.are.equal("2", project:sql "SELECT count(*) FROM luamigrate_progress")
      result = project:run "upgrade"
      assert.are.equal(0, result.code, result.err)
      assert.are.equal("1|1",
        project:sql "SELECT (SELECT count(*) FROM one), (SELECT count(*) FROM two)")
    end)

    for _, case in ipairs {
      { [[op.register_operation("create_table", print)]], "op.create_table is built in" },
      { [[op.register_operation("execute", print)]], "op.execute is built in" },
      { [[op.register_operation("a b", print)]], "'a b' is no name of Lua" },
      { [[op.register_operation("", print)]], "'' is no name of Lua" },
      { [[op.register_operation(5, print)]], "argument 1 (name): expected string, got number" },
      { [[op.register_operation("x")]], "argument 2: expected function, got nil" },
      { [[op.register_operation("x", print, 1)]], "too many arguments (3, at most 2)" },
      { [[op:register_operation("x", print)]], "call it with a dot" },
      { "op.register_operation('x', function(o) o.create_table('t', {}) end)\nop.x()",
        "op.create_table is only available inside upgrade() and downgrade()" },
      { "op.register_operation('x', print)\nop:x()", "op.x: call it with a dot" },
    } do
      it("refuses " .. case[1]:match "[^\n]*$" .. " before the first write", function()
        local result, project = run { { id = "r1", header = case[1] } }
        assert.are.equal(4, result.code, result.err)
        assert.is_truthy(result.err:find(case[2], 1, true), result.err)
        assert.are.equal("", project:sql(driver.all_tables))
      end)
    end
  end)
end)
