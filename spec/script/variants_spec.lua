-- Proves what one script means on each database: variants of types, enums with and without a CHECK,
-- literals.
local drivers = require "spec.support.drivers"

local BODY = [[
op.create_table("t", {
  { "id", types.integer, primary_key = true },
  { "j", types.json:with_variant(types.jsonb, "postgresql") },
  { "s", types.string(20):with_variant(types.text, "sqlite") },
  { "l", types.text:with_variant(types.array(types.enum("e", { "a", "b" })), "postgresql") },
  { "e", types.enum("e", { "a", "b" }, { check = true }), server_default = op.inline_literal "a" },
  { "free", types.enum("free", { "x", "yy" }) },
  { "text", types.enum("as_text", { "x", "yy" }, { native = false, check = true }) },
  { "quote", types.text, server_default = op.inline_literal "it's \\ \" $$" },
  { "yes", types.boolean, server_default = op.inline_literal(true) },
  { "half", types.float, server_default = op.inline_literal(0.5) },
  { "big", types.biginteger, server_default = op.inline_literal(math.mininteger) },
  { "raw", types.binary, server_default = op.inline_literal(bytes "\0\1\xff'") },
  { "none", types.text, server_default = op.inline_literal(null) },
})
local db = op.get_bind()
op.execute "INSERT INTO t (id, s) VALUES (1, 'x')"
op.execute("UPDATE t SET s = " .. op.inline_literal("it's \\").text)
local row = db:one "SELECT * FROM t"
assert(row.s == "it's \\" and row.e == "a" and row.quote == "it's \\ \" $$", row.quote)
assert(row.yes == true and row.half == 0.5 and row.big == math.mininteger, row.big)
assert(row.raw == "\0\1\xff'" and row.none == nil)
local found = {}
for _, column in ipairs(op.inspect():get_columns "t") do
  found[#found + 1] = column.name .. "=" .. column.type
end
print("types " .. table.concat(found, ", "))
op.alter_column("t", "s", { type = types.text:with_variant(types.string(50), "postgresql") })
for _, try in ipairs { "e", "text", "free" } do
  local ok = pcall(op.savepoint, function()
    op.execute(("UPDATE t SET %s = 'nix'"):format(try))
  end)
  print("takes " .. try .. " " .. tostring(ok))
end
]]

local TYPES = {
  sqlite = "id=INTEGER, j=JSON, s=TEXT, l=TEXT, e=VARCHAR(1), free=VARCHAR(2), text=VARCHAR(2), "
    .. "quote=TEXT, yes=BOOLEAN, half=FLOAT, big=BIGINT, raw=BLOB, none=TEXT",
  postgresql = "id=integer, j=jsonb, s=character varying(20), l=e[], e=e, free=free, "
    .. "text=character varying(2), quote=text, yes=boolean, half=double precision, big=bigint, "
    .. "raw=bytea, none=text",
}

drivers.each(function(driver)
  it("variants, enums and literals are what they should be", function()
    local project = driver.project { revisions = { { id = "r1", upgrade = BODY } } }
    finally(function() project:remove() end)
    local result = project:run "upgrade"
    assert.are.equal(0, result.code, result.err)
    assert.are.equal(TYPES[driver.name], result.err:match "types ([^\n]*)")
    assert.is_truthy(result.err:find "takes e false" and result.err:find "takes text false",
      result.err)
    -- an enum without a CHECK is text on SQLite
    assert.is_truthy(result.err:find("takes free " .. tostring(driver.name == "sqlite")),
      result.err)
  end)
end)
