-- The texts of new revision files, from the Lua module alone.
package.path = "lua/?.lua;" .. package.path
local template = require "luamigrate.template"

local function request(fields)
  local full = {
    message = "m", rev = "r", down = {}, merge = "false", branch_labels = {}, depends_on = {},
    date = "D", file_template = "{rev}_{slug}", truncate_slug_length = "40", recursive = "false",
    year = "2026", month = "01", day = "02", hour = "03", minute = "04", second = "05",
    epoch = "6",
  }
  for name, value in pairs(fields) do
    full[name] = value
  end
  return full
end

local NAMES = {
  { { file_template = "{slug}" }, "m.lua" },
  { { file_template = "{year}{month}{day}_{hour}{minute}{second}_{epoch}_{rev}" },
    "20260102_030405_6_r.lua" },
  { { message = "a_b c", truncate_slug_length = "3" }, "r_a_b.lua" },
  { { message = "abc def", truncate_slug_length = "5" }, "r_abc.lua" },
  { { message = "abcdef", truncate_slug_length = "3" }, "r_abc.lua" },
  { { message = "!!!" }, "r_revision.lua" },
  { { message = "%1 %%" }, "r_1.lua" },
  { { file_template = "{year}/{rev}", recursive = "true" }, "2026/r.lua" },
}

local REFUSED = {
  { { file_template = "{nope}" }, "unknown token {nope}" },
  { { file_template = "{year}/{rev}" }, "'/' needs recursive = true" },
  { { file_template = "/{rev}", recursive = "true" }, "may not begin with '/'" },
  { { file_template = "x/../../{rev}", recursive = "true" }, "begins with '.'" },
  { { file_template = "#{rev}" }, "begins with '#'" },
  { { rev = ("r"):rep(252) }, "at most 255" },
}

describe("the template", function()
  for _, case in ipairs(NAMES) do
    it("names a file " .. case[2], function()
      assert.equal(case[2], template.revision(request(case[1]))[1])
    end)
  end

  for _, case in ipairs(REFUSED) do
    it("refuses: " .. case[2], function()
      local texts, why = template.revision(request(case[1]))
      assert.is_nil(texts)
      assert.truthy(why:find(case[2], 1, true), why)
    end)
  end

  it("writes a list for a merge, names for one, nil for none", function()
    local function field(fields, name)
      return template.revision(request(fields))[2]:match("\n" .. name .. " = ([^\n]*)")
    end
    assert.equal("nil", field({}, "down_revision"))
    assert.equal('"a"', field({ down = { "a" } }, "down_revision"))
    assert.equal('{ "a", "b" }', field({ down = { "a", "b" }, merge = "true" }, "down_revision"))
    assert.equal('{ "a", "b" }', field({ depends_on = { "a", "b" } }, "depends_on"))
    assert.equal('"l"', field({ branch_labels = { "l" } }, "branch_labels"))
  end)

  it("keeps a message inside its comment", function()
    for _, message in ipairs { "[[ x", "[==[ x", "x\n[[ y\n\nz", "{rev} %1", "-- x", "]]" } do
      local text = template.revision(request { message = message })[2]
      local environment = {}
      assert(load(text, "=t", "t", environment))()
      assert.equal("r", environment.revision)
      assert.equal("function", type(environment.upgrade))
    end
  end)
end)
