-- The revisions of docs/data-migrations.md do with rows what the page says, on both databases: each
-- is applied in its turn, and the rows are looked at.
local drivers = require "spec.support.drivers"

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "a"
  file:close()
  return text
end

-- What a query gives after a revision; a downgrade that is looked at too: `back`.
local EXPECTED = {
  d01_people = { { "SELECT count(*) FROM people", "4" }, { "SELECT count(*) FROM orders", "3" } },
  d02_sort_name = {
    { "SELECT sort_name FROM people ORDER BY id",
      "ada lovelace\ngrace brewster hopper\ngrace hopper\nplato" } },
  d03_split_name = {
    { "SELECT given_name FROM people ORDER BY id", "Ada\nGrace Brewster\ngrace\nPlato" },
    { "SELECT family_name FROM people WHERE family_name IS NOT NULL ORDER BY id",
      "Lovelace\nHopper\nhopper" },
    { "SELECT id FROM people WHERE family_name IS NULL", "4" } },
  d04_join_names = {
    { "SELECT display_name FROM people ORDER BY id",
      "Lovelace, Ada\nHopper, Grace Brewster\nhopper, grace\nPlato" } },
  d05_phones = {
    { "SELECT number FROM phones ORDER BY person_id, id", "+44 20 1\n(020) 2\n1-212-3" },
    { "SELECT id FROM people WHERE profile IS NULL", "4" },
    { "SELECT count(*) FROM people WHERE CAST(profile AS text) LIKE '%phones%'", "0" },
    { "SELECT count(*) FROM people WHERE CAST(profile AS text) LIKE '%London%'", "1" },
    back = { "SELECT count(*) FROM people WHERE CAST(profile AS text) LIKE '%+44 20 1%'", "1" } },
  d06_unique_email = {
    { "SELECT id FROM people ORDER BY id", "1\n2\n4" },
    { "SELECT email FROM people WHERE email IS NOT NULL ORDER BY id",
      "ada@example.com\ngrace@example.com" },
    { "SELECT person_id FROM orders ORDER BY id", "1\n2\n2" },
    { "SELECT person_id FROM phones ORDER BY id", "1\n1\n2" } },
  d07_order_email = {
    { "SELECT email FROM orders ORDER BY id",
      "ada@example.com\ngrace@example.com\ngrace@example.com" } },
  d08_order_status = { { "SELECT status FROM orders ORDER BY id", "paid\nopen\nopen" } },
  d09_phone_form = { { "SELECT number FROM phones ORDER BY id", "+44201\n0202\n12123" } },
  d10_expand = { { "SELECT count(*) FROM orders WHERE cents IS NULL", "3" } },
  d11_backfill = { { "SELECT cents FROM orders ORDER BY id", "1000\n2050\n3000" } },
  d12_contract = { { "SELECT cents FROM orders ORDER BY id", "1000\n2050\n3000" },
    back = { "SELECT CAST(round(amount * 100) AS integer) FROM orders ORDER BY id",
      "1000\n2050\n3000" } },
  d13_patience = { { "SELECT count(*) FROM orders WHERE note IS NULL", "3" } },
  d14_savepoint = { { "SELECT note FROM orders ORDER BY id", "seen\nseen\nseen" } },
  d15_by_hand = { { "SELECT count(*) FROM people WHERE city IS NULL", "3" } },
}


drivers.each(function(driver)
  describe("docs/data-migrations.md", function()
    it("has revisions that do what it says", function()
      local project = driver.project()
      finally(function() project:remove() end)
      local seen = 0
      local function run(...)
        local result = project:run(...)
        assert.are.equal(0, result.code, table.concat({ ... }, " ") .. "\n" .. result.err)
      end
      local function look(id, check)
        assert.are.equal(check[2], project:sql(check[1]), id .. ": " .. check[1])
      end
      for text in read "docs/data-migrations.md":gmatch "```lua\n(.-)```" do
        local id = assert(text:match 'revision = "([%w_]+)"', text)
        local checks = assert(EXPECTED[id], id)
        seen = seen + 1
        project:write(("migrations/%s.lua"):format(id), text)
        run("upgrade", id)
        for _, check in ipairs(checks) do
          look(id, check)
        end
        if checks.back then
          run("downgrade", "-1")
          look(id, checks.back)
          run("upgrade", id)
          look(id, checks[1])
        end
      end
      local count = 0
      for _ in pairs(EXPECTED) do
        count = count + 1
      end
      assert.are.equal(count, seen)
    end)
  end)
end)
