-- op.step, op.autocommit_block, and what makes two calls the same step.
local drivers = require "spec.support.drivers"

local TEXT = [[
revision = "r1"
%s
function upgrade()
  local db = op.get_bind()
%s
end
function downgrade() end
]]

describe("steps", function()
  drivers.each(function(driver)
    local project

    before_each(function()
      project = driver.project()
    end)
    after_each(function()
      project:remove()
    end)

    local function run(status, body, header)
      project:write("migrations/r1.lua",
        TEXT:format(header or "transaction = false", body))
      local result = project:run "upgrade"
      assert.are.equal(status, result.code, result.err)
      return result.err
    end

    local function has(text, wanted)
      assert.is_truthy(text:find(wanted, 1, true), ("no %q in:\n%s"):format(wanted, text))
    end

    local function count()
      return tonumber(project:sql "SELECT count(*) FROM luamigrate_progress")
    end

    for _, case in ipairs {
      { "op.step()", "op.step: argument 1 (name): expected string, got nil" },
      { 'op.step("a")', "op.step: argument 2: expected function" },
      { 'op.step("", print)', "op.step: argument 1 (name): expected 1 to 255 bytes" },
      { 'op.step(("x"):rep(256), print)', "expected 1 to 255 bytes" },
      { 'op.step("a", print, 1)', "op.step: too many arguments (3, at most 2)" },
      { 'op:step("a", print)', "call it with a dot" },
      { "op.autocommit_block(1)", "op.autocommit_block: argument 1: expected function" },
      { 'op.step("a", function() op.step("b", print) end)',
        "op.step: 'b' lies inside of another step" },
      { "op.savepoint(print)", "op.savepoint: outside of a step there is no transaction" },
      { 'op.create_table("t", { { "id", types.integer, nulable = true } })',
        "op.create_table: columns[1].nulable: unknown field" },
      { "op.execute()", "op.execute: expected the SQL as a string, got nothing" },
      { "op.execute(print)", "op.execute: expected the SQL as a string, got function" },
    } do
      it("refuses " .. case[1], function()
        local err = run(11, case[1])
        has(err, case[2])
        has(err, "r1.lua:5")
        assert.are.equal("", project:sql(driver.tables))
      end)
    end

    it("simply run in a revision of one transaction", function()
      local err = run(5, [[
  op.step("a", function() op.execute "CREATE TABLE t (id INTEGER)" end)
  print(select("#", op.step("b", function() return 1 end)))
  print(pcall(op.step, "c", function() op.step("d", print) end))
  op.savepoint(function() op.execute "CREATE TABLE u (id INTEGER)" end)
  error "stop"]], "")
      has(err, "op.step: 'd' lies inside of another step")
      has(err, "\n0\n")
      assert.are.equal("", project:sql(driver.tables))
      run(0, [[op.step("a", function() op.execute "CREATE TABLE t (id INTEGER)" end)]], "")
      assert.are.equal("t", project:sql(driver.tables))
    end)

    -- Runs `first` to its end, then `second`; says how many of its steps were new.
    local function new_steps(first, second)
      run(11, "op.execute 'CREATE TABLE t (id INTEGER, v TEXT)'\n" .. first .. '\nerror "stop"')
      local before = count()
      run(11, "op.execute 'CREATE TABLE t (id INTEGER, v TEXT)'\n" .. second .. '\nerror "stop"')
      return count() - before
    end

    local INSERT = 'op.execute("INSERT INTO t VALUES (:id, :v)", { %s })'
    local BULK = 'op.bulk_insert("t", { { %s } })'

    for _, case in ipairs {
      { "arguments in another order", INSERT, "id = 1, v = 'a'", "v = 'a', id = 1", 0 },
      { "another value", INSERT, "id = 1, v = 'a'", "id = 2, v = 'a'", 1 },
      { "a string that looks like the number", INSERT, "id = 1, v = '1'", "id = 1, v = nil", 1 },
      { "null for what is absent", INSERT, "id = 1, v = nil", "id = 1, v = null", 1 },
      { "an sql value for the string", BULK, "id = 1, v = 'lower(1)'", "id = 1, v = sql 'lower(1)'",
        1 },
      { "the same in a list", BULK, "id = 1, v = 'a'", "v = 'a', id = 1", 0 },
    } do
      it(("see %s %s"):format(case[1], case[5] == 0 and "as the same" or "as another"), function()
        if case[1]:find "^an sql" and driver.name == "postgresql" then
          case[3] = case[3]:gsub("lower%(1%)", "now()")
          case[4] = case[4]:gsub("lower%(1%)", "now()")
        end
        assert.are.equal(case[5], new_steps(case[2]:format(case[3]), case[2]:format(case[4])))
      end)
    end

    it("give a batch one step, by what its function asks for", function()
      local batch = [[op.batch_alter_table("t", function(batch)
        batch.add_column { %q, types.integer }
        batch.add_column { %q, types.integer }
      end)]]
      assert.are.equal(0, new_steps(batch:format("a", "b"), batch:format("a", "b")))
      assert.are.equal(1, new_steps("", batch:format("c", "d")))
    end)

    it("return what they returned, without running again", function()
      local body = [[
  op.create_table("t", { { "id", types.integer }, { "n", types.integer } })
  local n = op.bulk_insert("t", { { id = 1 }, { id = 2 } })
  local r = op.execute("UPDATE t SET n = 1")
  print("got", n, r.rowcount, select("#", op.step("s", function() return 5 end)))
  error "stop"]]
      has(run(11, body), "got\t2\t2\t0")
      has(run(11, body), "got\t2\t2\t0")
    end)

    it("keep the first error when several are caught", function()
      local err = run(11, [[
  pcall(op.execute, "INSERT INTO first_missing VALUES (1)")
  pcall(op.step, "x", function() op.execute "INSERT INTO second_missing VALUES (1)" end)
  op.step("y", function() end)]])
      has(err, "first_missing")
      assert.is_nil(err:find("second_missing", 1, true), err)
      assert.are.equal("y", project:sql "SELECT step FROM luamigrate_progress")
    end)

    it("cost no time that grows with their number squared", function()
      run(0, [[
  op.step("t", function() op.execute "CREATE TABLE t (id INTEGER)" end)
  for i = 1, 300 do op.execute("INSERT INTO t VALUES (:i)", { i = i }) end]])
      assert.are.equal("300", project:sql "SELECT count(*) FROM t")
    end)
  end)
end)
