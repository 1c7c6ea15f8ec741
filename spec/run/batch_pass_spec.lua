-- The size of batches, timeouts, locks, a lost connection, and the estimate of the total.
local batches = require "spec.support.batches"
local drivers = require "spec.support.drivers"
local postgres = require "spec.support.postgres"

local function has(text, wanted)
  assert.is_truthy(text:find(wanted, 1, true), ("no %q in:\n%s"):format(wanted, text))
end

describe("a pass in batches", function()
  local project

  after_each(function()
    project:remove()
  end)

  drivers.each(function(driver)
    it("makes batches of \"auto\" larger and smaller", function()
      project = batches.project(driver, 3000)
      local result = batches.run(project, 0, [[
  local sizes = {}
  op.each_batch("items", { batch_size = "auto", target_time = 0.02 }, function(rows)
    sizes[#sizes + 1] = #rows
    sleep(#rows * 0.0001) -- 200 rows take the time
  end)
  print(sizes[1] == 1000, sizes[2] < sizes[1] / 2, sizes[3] < 400)
  sizes = {}
  op.each_batch("items", { batch_size = "auto", target_time = 60 }, function(rows)
    sizes[#sizes + 1] = #rows
  end)
  print(table.concat(sizes, " "))]])
      has(result.err, "true\ttrue\ttrue\n1000 2000")
    end)

    it("counts small tables with `where`, and asks the statistics of large ones", function()
      project = batches.project(driver, 3000, driver.name == "sqlite" and [[
  op.execute "INSERT INTO items (id, size) VALUES (70000, 1)"]] or [[
  op.execute "INSERT INTO items (id, name) SELECT 10000 + i, repeat('x', 400) \z
    FROM generate_series(1, 20000) AS s(i)"
  op.execute "ANALYZE items"]])
      local body = [[
  op.update_in_batches("items", { set = { done = true }, where = "id <= 20", batch_size = 4 })]]
      local result = batches.run(project, 0, body, nil, "--json")
      local total = tonumber(result.out:match '"done":4,"total":(%d+)')
      if driver.name == "sqlite" then
        assert.are.equal(70000, total)
      else
        assert.is_true(total >= 4 and total < 2000, total)
      end
      has(result.out, '"done":10,"total":10}')
    end)
  end)

  describe("on postgresql", function()
    -- each row of `items` takes a while
    local SLOW = [[
  print(op.update_in_batches("items", { batch_size = 40,
    set = { size = sql "coalesce(size, 0) + 100 + length(pg_sleep(0.01)::text)" } }))]]

    for _, header in ipairs { "transaction = false\nstatement_timeout = 0.25",
      "statement_timeout = 0.25" } do
      it("halves batches that time out: " .. header:gsub("\n", " "), function()
        project = batches.project(drivers.postgresql, 45)
        local result = batches.run(project, 0, SLOW, header)
        has(result.err, "the statement timed out, batches have 20 rows now")
        has(result.err, "\n45\n")
        assert.are.equal("45|100|144",
          project:sql "SELECT count(*), min(size), max(size) FROM items")
      end)
    end

    for _, header in ipairs { "transaction = false\nstatement_timeout = 0.3",
      "statement_timeout = 0.3" } do
      it("halves batches that time out when written: " .. header:gsub("\n", " "), function()
        project = batches.project(drivers.postgresql, 20, [[
  op.execute "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS \z
    'BEGIN PERFORM pg_sleep(0.02); RETURN NEW; END'"
  op.execute "CREATE TRIGGER slow BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION slow()"]])
        local result = batches.run(project, 0, [[
  op.each_batch("items", { batch_size = 20, update = { "name" } }, function(rows)
    for _, row in ipairs(rows) do row.name = row.name .. "+" end
  end)]], header)
        has(result.err, "the statement timed out, batches have 10 rows now")
        assert.are.equal("20", project:sql "SELECT count(*) FROM items WHERE name LIKE 'n%+'")
      end)
    end

    it("halves the rows of a function, too, and fails at one row", function()
      project = batches.project(drivers.postgresql, 8)
      local header = "transaction = false\nstatement_timeout = 0.2"
      local result = batches.run(project, 0, [[
  op.each_batch("items", { batch_size = 8, update = { "done" } }, function(rows)
    for _, row in ipairs(rows) do row.done = true end
    db:execute("SELECT pg_sleep(:s)", { s = #rows * 0.03 })
  end)]], header)
      has(result.err, "batches have 4 rows now")
      assert.are.equal("8", project:sql "SELECT count(*) FROM items WHERE done")
      project:run("downgrade", "-1")
      result = batches.run(project, 11, [[
  op.each_batch("items", { batch_size = 2 }, function() db:execute "SELECT pg_sleep(1)" end)]],
    header)
      has(result.err, "batches have 1 rows now")
      has(result.err, "statement timeout")
    end)

    it("tries again when a row's lock is not had in time", function()
      project = batches.project(drivers.postgresql, 6)
      local session = project.database:session()
      session:sql "BEGIN; UPDATE items SET name = 'other' WHERE id = 8"
      batches.write(project, [[
  op.update_in_batches("items", { set = { size = sql "coalesce(size, 0) + 100" },
    batch_size = 2 })]],
        "transaction = false\nlock_timeout = 0.2")
      local run = assert(io.popen(("cd '%s'; '%s' upgrade 2>&1; echo code $?"):format(project.dir,
        require "spec.support.cli".program)))
      local seen = {}
      for line in run:lines() do
        seen[#seen + 1] = line
        if line:find "the next attempt is in" then session:sql "COMMIT" end
      end
      run:close()
      session:close()
      local text = table.concat(seen, "\n")
      has(text, "a table lock was not had, rolled back; the next attempt is in")
      has(text, "code 0")
      assert.are.equal("6|100|105|1", project:sql [[SELECT count(*), min(size), max(size),
        count(*) FILTER (WHERE name = 'other') FROM items]])
    end)

    local BODY = [[
  %s
  print(op.update_in_batches("items", { set = { size = sql "coalesce(size, 0) + 100" },
    batch_size = 2 }))
  print(op.each_batch("items", { update = { "size" }, batch_size = 2 }, function(rows)
    for _, row in ipairs(rows) do row.size = row.size + 1000 end
  end))]]

    for _, case in ipairs {
      { "in an UPDATE", { ["do"] = "before", text = "UPDATE items SET", nth = 3 } },
      { "when the answer of an UPDATE comes", { ["do"] = "sent", text = "UPDATE items SET",
        nth = 2 } },
      { "when rows are read", { ["do"] = "sent", text = "SELECT id, size FROM items", nth = 2 } },
      { "before a COMMIT", { ["do"] = "before", text = "COMMIT", nth = 3 } },
      { "when the answer of a COMMIT comes", { ["do"] = "sent", text = "COMMIT", nth = 3 } },
      { "when the answer of the last COMMIT of the step comes",
        { ["do"] = "sent", text = "COMMIT", nth = 4 } },
    } do
      it("opens a connection again that is lost " .. case[1], function()
        project = batches.project(drivers.postgresql, 7)
        local proxy = postgres.proxy(project.database, case[2])
        local result = batches.run(project, 0, BODY:format "", nil, "-d " .. proxy.url)
        assert.are.equal(1, proxy:stop().cuts)
        has(result.err, "\n7\n")
        assert.are.equal("7|1100|1107",
          project:sql "SELECT count(*), min(size), max(size) FROM items")
      end)
    end

    it("does not when the revision has set something in the session", function()
      project = batches.project(drivers.postgresql, 7)
      for _, at in ipairs { "UPDATE items SET", "COMMIT" } do
        local proxy = postgres.proxy(project.database, { ["do"] = "sent", text = at, nth = 2 })
        local result = batches.run(project, 10, BODY:format "op.execute 'SET work_mem = 5000'", nil,
          "-d " .. proxy.url)
        proxy:stop()
        has(result.err, "stopped after ")
        has(result.err, " rows; run again to go on")
      end
      batches.run(project, 0, BODY:format "op.execute 'SET work_mem = 5000'")
      assert.are.equal("7|1100|1107",
        project:sql "SELECT count(*), min(size), max(size) FROM items")
    end)
  end)
end)
