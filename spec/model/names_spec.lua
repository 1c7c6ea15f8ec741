-- Proves the lists of names: the same ones in the same order, one among them, one more.
local model = require("luamigrate.core").model

describe("lists of names", function()
  it("are the same when each name is, in its place", function()
    assert.is_true(model.names_same({}, {}))
    assert.is_true(model.names_same({ "a", "b" }, { "a", "b" }))
    for _, other in ipairs { {}, { "a" }, { "b", "a" }, { "a", "B" }, { "a", "b", "c" } } do
      assert.is_false(model.names_same({ "a", "b" }, other))
      assert.is_false(model.names_same(other, { "a", "b" }))
    end
    assert.is_true(model.names_same({ "a", "Name" }, { "A", "nAME" }, true))
    assert.is_false(model.names_same({ "a", "Name" }, { "Name", "a" }, true))
  end)

  it("have a name as it is, or in any case", function()
    assert.is_true(model.names_have({ "a", "b" }, "b"))
    for _, name in ipairs { "B", "", "ab", "c" } do
      assert.is_false(model.names_have({ "a", "b" }, name))
    end
    assert.is_false(model.names_have({}, "a"))
    assert.is_true(model.names_have({ "a", "Name" }, "nAME", true))
    assert.is_false(model.names_have({ "a", "Name" }, "nam", true))
  end)

  it("get one more without touching a copy", function()
    assert.same({ 0, 1, "x", true }, { model.names_push({}, "x") })
    assert.same({ 2, 3, "a", true }, { model.names_push({ "a", "b" }, "a") })
  end)
end)
