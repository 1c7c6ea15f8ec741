-- Proves the names that the configuration's convention gives in revisions, on both databases, up to
-- what the database itself says they are called.
local drivers = require "spec.support.drivers"

local CONFIG = [==[
return { url = $URL, naming_convention = {
  ix = "ix_%(column_0_label)s", uq = "uq_%(table_name)s_%(column_0_N_name)s",
  ck = "ck_%(table_name)s_%(constraint_name)s", pk = "pk_%(table_name)s",
  fk = "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s" },
  environments = { other = { naming_convention = { uq = "other_%(column_0_name)s" } } } }
]==]

local BEGIN = [[
op.create_table("p", { { "id", types.integer, primary_key = true } })
op.create_table("t", {
  { "id", types.integer, primary_key = true },
  { "a", types.string(9), unique = true },
  { "p_id", types.integer, references = { "p", "id" }, index = true },
  unique { "a", "p_id" }, check("id > 0", { name = "positive" }),
})
]]

-- Every name that the inspector knows of the table t, sorted.
local NAMES = [[
local i, names = op.inspect(), {}
local function add(list)
  for _, item in ipairs(list) do names[#names + 1] = item.name or "?" end
end
add { i:get_pk_constraint "t" }
add(i:get_unique_constraints "t")
add(i:get_foreign_keys "t")
add(i:get_check_constraints "t")
add(i:get_indexes "t")
-- PostgreSQL's indexes of constraints
local seen, list = {}, {}
for _, name in ipairs(names) do
  if not seen[name] then seen[name], list[#list + 1] = true, name end
end
table.sort(list)
print("names " .. table.concat(list, " "))
]]

local ALL = "ck_t_positive fk_t_p_id_p ix_t_p_id pk_t uq_t_a uq_t_a_p_id"

-- what, the rest of the revision, the names of t
local cases = {
  { "constraints and indexes of a table", "", ALL },
  { "what a column brings", [[
    op.add_column("t", { "b", types.integer, references = { "p", "id" }, index = true })]],
    "ck_t_positive fk_t_b_p fk_t_p_id_p ix_t_b ix_t_p_id pk_t uq_t_a uq_t_a_p_id" },
  { "functions without a name", [[
    op.add_column("t", { "b", types.integer })
    op.create_unique_constraint(nil, "t", { "b", "a" })
    op.create_foreign_key(nil, "t", "p", { "b" }, { "id" })
    op.create_index(nil, "t", { "b" })]],
    "ck_t_positive fk_t_b_p fk_t_p_id_p ix_t_b ix_t_p_id pk_t uq_t_a uq_t_a_p_id uq_t_b_a" },
  { "what is given, and what is final", [[
    op.create_check_constraint("small", "t", "id < 9")
    op.create_check_constraint(op.f "last", "t", "id <> 5")
    op.create_unique_constraint("mine", "t", { "p_id" })]],
    "ck_t_positive ck_t_small fk_t_p_id_p ix_t_p_id last mine pk_t uq_t_a uq_t_a_p_id" },
  { "a constraint is dropped by the name it was given", [[
    op.drop_constraint("positive", "t", { type = "check" })
    op.drop_constraint(op.f "uq_t_a", "t", { type = "unique" })]],
    "fk_t_p_id_p ix_t_p_id pk_t uq_t_a_p_id" },
  { "a batch", [[
    op.batch_alter_table("t", function(batch)
      batch.add_column({ "b", types.integer, unique = true })
      batch.create_check_constraint("small", "id < 9")
      batch.create_check_constraint(batch.f "last", "id <> 5")
      batch.create_index(nil, { "b" })
    end)]],
    "ck_t_positive ck_t_small fk_t_p_id_p ix_t_b ix_t_p_id last pk_t uq_t_a uq_t_a_p_id uq_t_b" },
  { "a batch with a convention of its own", [[
    op.batch_alter_table("t", { naming_convention = { uq = "b_%(column_0N_name)s" } },
      function(batch)
        batch.create_unique_constraint(nil, { "p_id", "id" })
        batch.create_check_constraint("small", "id < 9")
      end)]],
    "b_p_idid ck_t_positive ck_t_small fk_t_p_id_p ix_t_p_id pk_t uq_t_a uq_t_a_p_id" },
  { "what a batch adds to the table", [[
    op.batch_alter_table("t", { recreate = "always",
      table_args = { unique { "p_id" }, check("id < 9", { name = "small" }) } }, function() end)]],
    "ck_t_positive ck_t_small fk_t_p_id_p ix_t_p_id pk_t uq_t_a uq_t_a_p_id uq_t_p_id" },
}

drivers.each(function(driver)
  local function run(body, ...)
    local project = driver.project { config = CONFIG,
      revisions = { { id = "r1", upgrade = body } } }
    finally(function() project:remove() end)
    return project:run("upgrade", ...), project
  end

  describe("a naming convention names", function()
    for _, case in ipairs(cases) do
      it(case[1], function()
        local result = run(BEGIN .. case[2] .. "\n" .. NAMES)
        assert.are.equal(0, result.code, result.err)
        assert.are.equal(case[3], result.err:match "names ([^\n]*)")
      end)
    end
  end)

  it("an environment has some keys of its own", function()
    local result = run([[op.create_table("t", { { "a", types.text, primary_key = true },
      { "b", types.text, unique = true } })]] .. "\n" .. NAMES, "-n", "other")
    assert.are.equal(0, result.code, result.err)
    assert.are.equal("other_b pk_t", result.err:match "names ([^\n]*)")
  end)

  it("a check without a name is refused, at its line", function()
    local result = run(BEGIN .. [[op.create_check_constraint(nil, "t", "id < 9")]])
    assert.are.equal(5, result.code)
    assert.is_truthy(result.err:find("op.create_check_constraint: the naming convention "
      .. '"ck_%(table_name)s_%(constraint_name)s" of the table \'t\' needs a name', 1, true),
      result.err)
    assert.is_truthy(result.err:find "r1.lua:16")
  end)

  it("a long name is shortened on PostgreSQL, for op.f too, and refused when it is the script's",
    function()
      local long = ("column"):rep(10)
      local body = ([[
        op.create_table("t", { { "%s", types.integer, index = true },
          { "b", types.integer } })
        op.create_index(op.f "ix_t_%sx", "t", { "b" })
        for _, index in ipairs(op.inspect():get_indexes "t") do print("index", index.name) end
        op.drop_index(op.f "ix_t_%sx")
        op.create_index("%s", "t", { "b" })]]):format(long, long, long, ("x"):rep(64))
      local result = run(body)
      local _, count = result.err:gsub("index\tix_t_" .. long:sub(1, 50) .. "_%x%x%x%x\n", "")
      local _, whole = result.err:gsub("index\tix_t_" .. long .. "x?\n", "")
      if driver.name == "postgresql" then
        assert.are.equal(2, count, result.err)
        assert.are.equal(5, result.code)
        assert.is_truthy(result.err:find("has 64 bytes, PostgreSQL takes 63", 1, true), result.err)
      else
        assert.are.equal(2, whole, result.err)
        assert.are.equal(0, result.code, result.err)
      end
    end)
end)
