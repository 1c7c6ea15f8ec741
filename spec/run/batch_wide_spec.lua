-- op.each_batch over rows with many columns: on PostgreSQL they are written back with COPY, and
-- must be what a single UPDATE makes of the same values.
local batches = require "spec.support.batches"
local drivers = require "spec.support.drivers"

-- name, type in Lua, the new value as Lua in which `i` is the number of the row
local COLUMNS = {
  { "plain", "types.text", "'row ' .. i" },
  { "odd", "types.text", [['\t\n\r\b\\ "\'\\N {,} ' .. i]] },
  { "empty", "types.text", "''" },
  { "wide", "types.text", "('x'):rep(1000 * i)" },
  { "gone", "types.text", "i % 2 == 0 and 'even' or null" },
  { "small", "types.smallinteger", "-i" },
  { "large", "types.biginteger", "math.maxinteger - i" },
  { "real_1", "types.float", "i / 3" },
  { "amount", "types.numeric(20, 4)", "'12345678901234.567' .. i" },
  { "yes", "types.boolean", "i % 3 == 0" },
  { "day_1", "types.date", "('2026-11-%02d'):format(i)" },
  { "moment", "types.datetime", "('2026-11-21 12:30:%02d'):format(i)" },
  { "body", "types.json", "json.encode { i, 'a\\tb' }" },
  { "bin", "types.binary", "bytes(('\\0\\1\\255\\\\'):rep(i))" },
}
local LISTS = {
  { "numbers", "types.array(types.integer)", "'{' .. i .. ',NULL,7}'" },
  { "words", "types.array(types.text)", [['{"a\tb","\\\\","\\"",""}']] },
}

local HEADERS = { ["in one transaction"] = "", ["as steps"] = batches.STEPS }

describe("wide rows", function()
  drivers.each(function(driver)
    local columns = { table.unpack(COLUMNS) }
    if driver.name == "postgresql" then
      table.move(LISTS, 1, #LISTS, #columns + 1, columns)
    end
    local project

    after_each(function()
      if project then project:remove() end
    end)

    local function joined(pattern)
      local parts = {}
      for i, column in ipairs(columns) do
        parts[i] = pattern:gsub("%$(%d)", function(n) return column[tonumber(n)] end)
      end
      return table.concat(parts, ", ")
    end

    -- `items2` and `wanted`, whose rows get their values one by one.
    local function make_tables()
      local text = {}
      for _, name in ipairs { "items2", "wanted" } do
        text[#text + 1] = ([[op.create_table(%q, { { "a", types.text, primary_key = true },
          { "b", types.integer, primary_key = true }, %s })]])
          :format(name, joined "{ '$1', $2 }")
        text[#text + 1] = ("for i = 1, 9 do op.get_bind():execute("
          .. "\"INSERT INTO %s (a, b) VALUES (:a, :b)\", { a = 'k\\\\' .. i %% 3, b = i }) end")
          :format(name)
      end
      text[#text + 1] = ("for i = 1, 9 do op.get_bind():execute(\"UPDATE wanted SET %s "
        .. "WHERE b = :b\", { b = i, %s }) end"):format(joined "$1 = :$1", joined "$1 = $3")
      project = batches.project(driver, 1, table.concat(text, "\n"))
    end

    local function difference()
      local list = joined(driver.name == "postgresql" and "$1::text" or "$1, typeof($1)")
      local query = "(SELECT a, b, " .. list .. " FROM %s EXCEPT SELECT a, b, " .. list
        .. " FROM %s) AS d"
      return project:sql("SELECT (SELECT count(*) FROM " .. query:format("items2", "wanted")
        .. "), (SELECT count(*) FROM " .. query:format("wanted", "items2") .. ")")
    end

    -- Fills all columns of `items2`, between two parts of the script.
    local function fill(header, before, behind)
      return batches.run(project, 0, ([[
  %s
  op.each_batch("items2", { update = { %s }, batch_size = 4 }, function(rows)
    for _, row in ipairs(rows) do
      local i = row.b
      %s
    end
  end)
  %s]]):format(before or "", joined "'$1'", (joined("row.$1 = $3"):gsub(", row%.", "; row.")),
        behind or ""), header, "-v")
    end

    for how, header in pairs(HEADERS) do
      it("are written back " .. how, function()
        make_tables()
        local result = fill(header)
        local copied = select(2, result.err:gsub("CREATE TEMPORARY TABLE luamigrate_rows", ""))
        assert.equal(driver.name == "postgresql" and 3 or 0, copied)
        copied = select(2, result.err:gsub("COPY pg_temp.luamigrate_rows FROM STDIN", ""))
        assert.equal(driver.name == "postgresql" and 3 or 0, copied)
        assert.equal("9", project:sql "SELECT count(*) FROM items2 WHERE plain = 'row ' || b")
        assert.equal("0|0", difference())
      end)
    end

    if driver.name == "postgresql" then
      it("are written back without a temporary table where none may be made", function()
        make_tables()
        project.database:try "CREATE ROLE spec_no_tables"
        project:sql("REVOKE TEMPORARY ON DATABASE " .. project.database.name .. " FROM PUBLIC; "
          .. "GRANT ALL ON ALL TABLES IN SCHEMA public TO spec_no_tables")
        local result = fill("", [[op.execute "SET ROLE spec_no_tables"]],
          [[op.execute "RESET ROLE"]])
        assert.is_nil(result.err:find("CREATE TEMPORARY", 1, true))
        assert.equal("0|0", difference())
      end)
    end

    local BAD = {
      { "a text cannot hold a NUL byte", [['a\0b']], "610062" },
      { "a text must be UTF-8", [['\xff']], "FF" },
    }
    for _, case in ipairs(BAD) do
      it("hold what the database takes: " .. case[1], function()
        make_tables()
        for _, names in ipairs { "'plain'", (joined "'$1'") } do
          local body = ("op.each_batch('items2', { update = { %s } }, function(rows)\n"
            .. "rows[5].plain = %s end)"):format(names, case[2])
          local result = batches.run(project, driver.name == "postgresql" and 5 or 0, body, "")
          if driver.name == "postgresql" then
            assert.is_truthy(result.err:find([[the row with a = k\1, b = 4: column 'plain': ]]
              .. case[1], 1, true), result.err)
          else
            assert.equal(case[3],
              project:sql "SELECT hex(plain) FROM items2 WHERE plain IS NOT NULL")
            assert.equal(0, project:run("downgrade", "-1").code)
          end
        end
      end)
    end
  end)
end)
