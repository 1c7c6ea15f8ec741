--- Projects for the specs of batches: a table `items` with some rows, and a revision to be run.
local assert = require "luassert"

local batches = {}

local REVISION = [[
revision = "r2"
down_revision = "r1"
%s
function upgrade()
  local db = op.get_bind()
%s
end
function downgrade() end
]]

local TABLE = [[
  op.create_table("items", {
    { "id", types.biginteger, primary_key = true }, { "name", types.text },
    { "size", types.integer }, { "done", types.boolean, nullable = false,
      server_default = false } })
  local i = 0
  op.get_bind():copy_in("items", { "id", "name", "size" }, function()
    i = i + 1
    if i <= %d then return { i * 2, "n" .. i, i %% 3 ~= 0 and i or nil } end
  end)]]

batches.STEPS = "transaction = false"

--- A project whose first revision makes `items`: `rows` of it, ids 2, 4, 6 ...; every third size is
-- NULL. `more` is Lua behind that.
function batches.project(driver, rows, more)
  local project = driver.project { revisions = {
    { id = "r1", upgrade = TABLE:format(rows or 10) .. "\n" .. (more or "") } } }
  local result = project:run "upgrade"
  assert.are.equal(0, result.code, result.err)
  return project
end

--- Writes the second revision; its body begins at line 6.
function batches.write(project, body, header)
  project:write("migrations/r2.lua", REVISION:format(header or batches.STEPS, body))
end

--- Writes it and upgrades, with `words` before "upgrade"; the status must be the wanted one.
function batches.run(project, status, body, header, words)
  batches.write(project, body, header)
  local result = project:shell(('"$L" %s upgrade'):format(words or ""))
  assert.are.equal(status, result.code, result.err .. result.out)
  return result
end

return batches
