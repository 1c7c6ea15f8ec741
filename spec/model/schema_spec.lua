-- Proves the list of types: each has a name of its own that `types` knows, and those of
-- PostgreSQL (and arrays) are refused on SQLite, the others are not.
local ddl = require("luamigrate.core").ddl
local types = ddl.vocabulary().types
local names, first = ddl.type_names()

-- Types that need arguments.
local made = {
  enum = function() return types.enum("e", { "a" }) end,
  array = function() return types.array(types.integer) end,
  raw = function() return types.raw "point" end,
  domain = function() return types.domain "d" end,
}

describe("the types", function()
  it("have names of their own", function()
    local seen = {}
    for i, name in ipairs(names) do
      assert.is_truthy(name:find "^%l[%l%d]*$", name)
      assert.is_nil(seen[name], name)
      seen[name] = i
    end
    assert.are.equal("integer", names[1])
    assert.are.equal("jsonb", names[first])
    assert.is_true(#names >= 40, #names)
  end)

  for i, name in ipairs(names) do
    local both = i < first and name ~= "array"
    it(("hold %s, which %s"):format(name, both and "both databases have"
      or "PostgreSQL has"), function()
      local made_type = made[name] and made[name]() or types[name]
      local table = { "create_table", "t", { { "c", made_type } } }
      local statements, message = ddl.compile(table, "sqlite")
      if both then
        assert.is_truthy(statements, message)
      else
        assert.is_nil(statements)
        assert.is_truthy(message:find(name, 1, true), message)
        assert.is_truthy(message:find("PostgreSQL", 1, true), message)
      end
      assert(ddl.compile(table, "postgresql"))
    end)
  end
end)
