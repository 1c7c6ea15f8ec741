-- op.update_in_batches and op.each_batch: arguments, rows handed out and taken back, steps.
local batches = require "spec.support.batches"
local drivers = require "spec.support.drivers"

local STEPS, ONE = "transaction = false", ""

describe("batches", function()
  drivers.each(function(driver)
    local project

    local shared

    after_each(function()
      if project ~= shared then project:remove() end
    end)

    -- For what changes nothing: one project.
    local function share()
      shared = shared or batches.project(driver, 4)
      project = shared
    end

    teardown(function()
      if shared then shared:remove() end
    end)

    local function has(text, wanted)
      assert.is_truthy(text:find(wanted, 1, true), ("no %q in:\n%s"):format(wanted, text))
    end

    local function lacks(text, unwanted)
      assert.is_nil(text:find(unwanted, 1, true), text)
    end

    local function run(...)
      return batches.run(project, ...)
    end

    local function printed(result)
      local lines = {}
      for line in result.err:gmatch "[^\n]+" do
        if not line:find "^%w+: " and not line:find "^  r1 " then lines[#lines + 1] = line end
      end
      return table.concat(lines, "\n")
    end

    -- What is refused at its line, before anything is written.
    for _, case in ipairs {
      { "op.update_in_batches()", "argument 1 (table): expected string, got nil" },
      { "op.update_in_batches('items')", "op.update_in_batches: set: expected table, got nil" },
      { "op.update_in_batches('items', 1)", "argument 2 (options): expected table, got number" },
      { "op.update_in_batches('items', { set = {} })", "set: there is nothing to set" },
      { "op.update_in_batches('items', { set = { done = true }, wher = 'x' })",
        "wher: unknown option (did you mean 'where'?)" },
      { "op.update_in_batches('items', { set = { done = true }, columns = { 'a' } })",
        "columns: unknown option" },
      { "op.update_in_batches('items', { set = { done = print } })", "set.done: expected" },
      { "op.update_in_batches('items', { set = { dome = true } })",
        "set: the table 'items' has no column 'dome'" },
      { "op.update_in_batches('items', { set = { id = 1 } })",
        "set: 'id' is part of the key, which cannot change" },
      { "op.update_in_batches('itens', { set = { done = true } })", "there is no table 'itens'" },
      { "op.update_in_batches('items', { set = { done = true }, batch_size = 0 })",
        [[batch_size: expected an integer from 1 or "auto"]] },
      { "op.update_in_batches('items', { set = { done = true }, batch_size = 1.5 })",
        [[batch_size: expected an integer from 1 or "auto"]] },
      { "op.update_in_batches('items', { set = { done = true }, batch_size = 'all' })",
        [[batch_size: expected an integer from 1 or "auto"]] },
      { "op.update_in_batches('items', { set = { done = true }, pause = -1 })",
        "pause: expected seconds, 0 or more" },
      { "op.update_in_batches('items', { set = { done = true }, target_time = 0 })",
        "target_time: expected seconds, more than 0" },
      { "op.update_in_batches('items', { set = { done = true }, sweep = true })",
        "sweep: it needs a `where`" },
      { "op.update_in_batches('items', { set = { done = true }, name = '' })",
        "name: expected 1 to 255 bytes" },
      { "op.update_in_batches('items', { set = { done = true }, where = '' })",
        "where: the SQL is empty" },
      { "op:each_batch('items', print)", "call it with a dot" },
      { "op.each_batch('items', {})", "the last argument: expected function, got table" },
      { "op.each_batch('items', { columns = { 'nam' } }, print)",
        "columns: the table 'items' has no column 'nam'" },
      { "op.each_batch('items', { update = { 'id' } }, print)", "update: 'id' is part of the key" },
      { "op.each_batch('items', { key = 'name' }, print)",
        "key: not unique in the table 'items'" },
      { "op.each_batch('items', { key = 'nam' }, print)",
        "key: the table 'items' has no column 'nam'" },
      { "op.each_batch('items', { set = { done = true } }, print)", "set: unknown option" },
    } do
      it("refuses " .. case[1], function()
        share()
        local result = run(11, case[1])
        has(result.err, case[2])
        has(result.err, "migrations/r2.lua:6")
        assert.are.equal("0", project:sql "SELECT count(*) FROM items WHERE done")
      end)
    end

    for _, header in ipairs { STEPS, ONE } do
      describe(header == ONE and "in one transaction" or "as steps", function()
        it("update every row once, with values and expressions", function()
          project = batches.project(driver, 10)
          local result = run(0, [[
  print(op.update_in_batches("items", { batch_size = 3,
    set = { done = true, name = sql "name || '!'", size = 7 } }))]], header)
          assert.are.equal("10", printed(result))
          assert.are.equal("10|n1!|n9!|7", project:sql [[SELECT count(*), min(name), max(name),
            min(size) FROM items WHERE done]])
        end)

        it("update what `where` finds, in pieces of the size", function()
          project = batches.project(driver, 10)
          local result = run(0, [[
  print(op.update_in_batches("items", { batch_size = 2, set = { done = true },
    where = "size IS NULL OR id = 2 -- the first" }))]], header, "-v")
          has(result.err, "\n4\n")
          assert.are.equal("2,6,12,18", (project:sql "SELECT id FROM items WHERE done ORDER BY id")
            :gsub("\n", ","))
          local _, count = result.err:gsub("UPDATE items SET", "")
          assert.are.equal(3, count)
        end)

        it("hand out rows in the order of the key and write them back", function()
          project = batches.project(driver, 7)
          local result = run(0, [[
  print(op.each_batch("items", { columns = { "size" }, update = { "name", "done" },
    batch_size = 3 },
    function(rows)
      print(#rows, rows[1].id, rows[#rows].id, rows[1].size, rows[1].done, #rows >= 3
        and rows[3].size)
      for _, row in ipairs(rows) do
        row.name = row.size and row.name .. row.size or nil
        row.done = row.id % 4 == 0
      end
    end))]], header)
          assert.are.equal("3\t2\t6\t1\tfalse\tnil\n3\t8\t12\t4\tfalse\tnil\n"
            .. "1\t14\t14\t7\tfalse\tfalse\n7",
            printed(result))
          assert.are.equal("2 n11\n4 n22\n6 \n8 n44\n10 n55\n12 \n14 n77", project:sql
            "SELECT id || ' ' || coalesce(name, '') FROM items ORDER BY id")
          assert.are.equal("4\n8\n12", project:sql "SELECT id FROM items WHERE done ORDER BY id")
        end)

        it("write null, and leave alone what is not touched", function()
          project = batches.project(driver, 4)
          run(0, [[
  op.each_batch("items", { update = { "name", "size" }, batch_size = 4 }, function(rows)
    rows[1].name = null
    rows[2].size = nil
  end)]], header)
          assert.are.equal("-1,n2-,n3-,n44", (project:sql [[SELECT coalesce(name, '-')
            || coalesce(cast(size AS text), '-') FROM items ORDER BY id]]):gsub("\n", ","))
        end)

        it("take rows in another order", function()
          project = batches.project(driver, 5)
          run(0, [[
  op.each_batch("items", { update = { "name" }, batch_size = 5 }, function(rows)
    table.sort(rows, function(a, b) return a.id > b.id end)
    for i, row in ipairs(rows) do row.name = "x" .. i end
  end)]], header)
          assert.are.equal("x5,x4,x3,x2,x1",
            (project:sql "SELECT name FROM items ORDER BY id"):gsub("\n", ","))
        end)

        it("let the function use the database in the batch's transaction", function()
          project = batches.project(driver, 6, [[
  op.create_table("log", { { "id", types.biginteger, primary_key = true } })]])
          run(0, [[
  op.each_batch("items", { batch_size = 4 }, function(rows)
    for _, row in ipairs(rows) do db:execute("INSERT INTO log VALUES (:id)", row) end
  end)]], header)
          assert.are.equal("6", project:sql "SELECT count(*) FROM log")
        end)

        for _, case in ipairs {
          { "a changed key", "rows[2].id = 5", "the row with id = 4: the key 'id' was changed" },
          { "a removed key", "rows[2].id = nil", "the row with id = 4: the key 'id' was changed" },
          { "a field that is not in `update`", "rows[1].size = 9",
            "the row with id = 2: the field 'size' was changed, but it is not in `update`" },
          { "a field that is gone", "rows[1].size = nil",
            "the row with id = 2: the field 'size' was changed" },
          { "a field that was NULL", "rows[3].size = 1",
            "the row with id = 6: the field 'size' was changed" },
          { "an unknown field", "rows[1].nmae = 1",
            "the row with id = 2: unknown field 'nmae' (did you mean 'name'?)" },
          { "a field that is no name", "rows[1][1] = 1",
            "the row with id = 2: a field is a number, not a name" },
          { "a removed row", "table.remove(rows)", "the function got 4 rows and left 3" },
          { "an added row", "rows[5] = { id = 9 }", "the function got 4 rows and left 5" },
          { "another row", "rows[2] = { id = 4 }", "rows[2] is no row of this batch" },
          { "a row twice", "rows[2] = rows[1]",
            "rows[2] is no row of this batch, or it is there twice" },
          { "a function as value", "rows[1].name = print",
            "the row with id = 2: column 'name': expected nil, null, boolean" },
          { "sql as value", "rows[1].name = sql 'now()'", "column 'name': an sql value" },
          { "an error of its own", "error 'mine'", "mine" },
          driver.name == "sqlite"
            and { "NaN", "rows[1].name = 0/0", "the row with id = 2: column 'name' is NaN" } or nil,
        } do
          it("refuse " .. case[1], function()
            share()
            local result = run(header == ONE and 5 or 11, ([[
  op.each_batch("items", { columns = { "size" }, update = { "name" }, batch_size = 4 },
    function(rows)
    %s
  end)]]):format(case[2]), header)
            has(result.err, case[3])
            has(result.err, "migrations/r2.lua:")
            assert.are.equal("n1,n2,n3,n4",
              (project:sql "SELECT name FROM items ORDER BY id"):gsub("\n", ","))
          end)
        end

        it("do nothing on an empty table", function()
          project = batches.project(driver, 0)
          local result = run(0, [[
  print(op.update_in_batches("items", { set = { done = true } }))
  print(op.each_batch("items", { update = { "name" } }, function() error "no rows" end))]], header)
          assert.are.equal("0\n0", printed(result))
        end)

        it("fail with a caught error of the database", function()
          project = batches.project(driver, 4)
          local result = run(header == ONE and 5 or 11, [[
  op.each_batch("items", { update = { "done" }, batch_size = 2 }, function(rows)
    for _, row in ipairs(rows) do row.done = true end
    if rows[1].id > 2 then pcall(db.execute, db, "UPDATE nowhere SET a = 1") end
  end)]], header)
          has(result.err, "nowhere")
          assert.are.equal(header == ONE and "0" or "2",
            project:sql "SELECT count(*) FROM items WHERE done")
        end)

        it("are undone by op.savepoint when they fail", function()
          project = batches.project(driver, 4, [[
  op.create_table("least", { { "id", types.integer, primary_key = true },
    { "n", types.integer, nullable = false } })
  op.bulk_insert("least", { { id = 1, n = 1 }, { id = 2, n = 2 } })]])
          local within = [[
    local done, problem = pcall(op.savepoint, function()
      op.each_batch("least", { update = { "n" } }, function(rows)
        rows[1].n, rows[2].n = 7, null
      end)
      print "too far"
    end)
    assert(not done and tostring(problem):lower():find "null")]]
          local result = run(0, header == ONE and within
            or "op.step('all', function() " .. within .. " end)", header)
          lacks(result.err, "too far")
          assert.are.equal("1|2", project:sql "SELECT min(n), max(n) FROM least")
        end)

        it("go on after an error in op.savepoint", function()
          project = batches.project(driver, 4)
          run(0, [[
  op.each_batch("items", { update = { "done" }, batch_size = 2 }, function(rows)
    for _, row in ipairs(rows) do row.done = true end
    pcall(op.savepoint, function() db:execute "UPDATE nowhere SET a = 1" end)
  end)]], header)
          assert.are.equal("4", project:sql "SELECT count(*) FROM items WHERE done")
        end)
      end)
    end

    it("are part of op.step, and of its transaction", function()
      project = batches.project(driver, 6)
      local result = run(11, [[
  op.step("all", function()
    op.update_in_batches("items", { set = { done = true }, batch_size = 2 })
    op.each_batch("items", { update = { "name" }, batch_size = 2 }, function(rows)
      if rows[1].id > 8 then error "stop" end
    end)
  end)]])
      has(result.err, "stop")
      assert.are.equal("0", project:sql "SELECT count(*) FROM items WHERE done")
    end)

    it("are rolled back with a revision of one transaction", function()
      project = batches.project(driver, 6)
      run(5, [[
  op.update_in_batches("items", { set = { done = true }, batch_size = 2 })
  error "stop"]], ONE)
      assert.are.equal("0", project:sql "SELECT count(*) FROM items WHERE done")
    end)

    it("keep what is committed, and go on behind it", function()
      project = batches.project(driver, 10)
      local body = [[
  print(op.each_batch("items", { update = { "size" }, batch_size = 3 }, function(rows)
    if rows[1].id > 12 and config.x.stop then error "stop" end
    for _, row in ipairs(rows) do row.size = (row.size or 0) + 100 end
  end))]]
      local result = run(11, body, STEPS, "-x stop=1")
      has(result.err, "stop")
      assert.are.equal("6", project:sql "SELECT count(*) FROM items WHERE size >= 100")
      local status = project:run("--json", "status")
      has(status.out,
        '"unfinished":[{"revision":"r2","direction":"upgrade","step":"op.each_batch items",'
        .. '"done":6,"total":10}]')
      has(project:run("status").out, "r2, 6 of 10 rows in the step op.each_batch items")
      result = run(0, body)
      has(result.err, "note: op.each_batch items goes on behind the first 6 rows")
      assert.are.equal("10", (printed(result):gsub("^.*\n", "")))
      assert.are.equal("10|0",
        project:sql [[SELECT count(*), sum(CASE WHEN size >= 200 THEN 1 ELSE 0
        END) FROM items WHERE size >= 100]])
      assert.are.equal("0", project:sql "SELECT count(*) FROM luamigrate_progress")
    end)

    it("are skipped once they are done, and return their count", function()
      project = batches.project(driver, 5)
      local body = [[
  print(op.update_in_batches("items", { set = { size = sql "coalesce(size, 0) + 100" } }))
  print(op.update_in_batches("items", { set = { size = sql "size + 1000" } }))
  if config.x.stop then error "stop" end]]
      run(11, body, STEPS, "-x stop=1")
      local result = run(0, body)
      assert.are.equal("5\n5", printed(result))
      assert.are.equal("5|1100|1105",
        project:sql "SELECT count(*), min(size), max(size) FROM items")
    end)

    -- Stops in the second batch of three.
    local BODY = [[
  %s
  op.each_batch("items", { update = { "size" }, batch_size = %d, where = "%s"%s }, function(rows)
    if rows[1].id > 4 and config.x.stop then error "stop" end
    for _, row in ipairs(rows) do row.size = (row.size or 0) + 100 end
  end)]]

    for _, case in ipairs {
      { "an edited file", BODY:format("print 'new'", 3, "id > 0", ""), "was edited since" },
      { "other arguments", BODY:format("", 3, "id > '..(config.x.stop and 0 or 1)..'", "")
        :gsub('"id > (.-)"', "'id > %1'"), "is called with other arguments" },
      { "an edited file, by name", BODY:format("print 'new'", 3, "id > 0", ", name = 'grow'"),
        "grow stopped after 3 rows" },
    } do
      it("refuse " .. case[1] .. ", with both ways out", function()
        project = batches.project(driver, 7)
        local first = case[1] == "other arguments" and case[2]
          or case[2]:gsub("print 'new'", "")
        run(11, first, STEPS, "-x stop=1")
        local result = run(9, case[2])
        has(result.err, case[3])
        has(result.err, "stopped after 3 rows")
        has(result.err, "`luamigrate accept r2`")
        has(result.err, "`luamigrate accept --restart r2`")
        assert.are.equal("3", project:sql "SELECT count(*) FROM items WHERE size >= 100")
        has(project:run("--json", "accept", "r2").out, '"accepted":true')
        run(0, case[2])
        assert.are.equal("7|0",
          project:sql [[SELECT count(*), sum(CASE WHEN size >= 200 THEN 1 ELSE 0
          END) FROM items WHERE size >= 100]])
      end)
    end

    it("refuse to go on by another key, also when the edit was accepted", function()
      project = batches.project(driver, 7,
        [[op.create_index("ix", "items", { "name" }, { unique = true })]])
      run(11, BODY:format("", 3, "id > 0", ""), STEPS, "-x stop=1")
      local body = BODY:format("", 3, "id > 0", ", key = 'name'")
      run(9, body)
      has(project:run("--json", "accept", "r2").out, '"accepted":true')
      local result = run(9, body)
      has(result.err, "the place where it stopped is not one of items (name)")
      has(result.err, "hint: `luamigrate accept --restart r2` begins again")
      assert.are.equal("3", project:sql "SELECT count(*) FROM items WHERE size >= 100")
    end)

    it("refuse to end without a step that has stopped, until that is accepted", function()
      project = batches.project(driver, 7)
      run(11, BODY:format("", 3, "id > 0", ""), STEPS, "-x stop=1")
      local result = run(9, "")
      has(result.err, "op.each_batch items stopped after 3 rows, and r2, which was edited since, "
        .. "does not come to it any more")
      has(result.err, "`luamigrate accept r2` leaves the other rows as they are")
      has(result.err, "`luamigrate accept --restart r2` begins again")
      has(project:run("status").out, "r2, 3 of 7 rows in the step op.each_batch items")
      has(project:run("--json", "accept", "r2").out, '"accepted":true')
      run(0, "")
      assert.are.equal("3", project:sql "SELECT count(*) FROM items WHERE size >= 100")
      assert.are.equal("0", project:sql "SELECT count(*) FROM luamigrate_progress")
    end)

    it("begin again after accept --restart", function()
      project = batches.project(driver, 7)
      run(11, BODY:format("", 3, "id > 0", ""), STEPS, "-x stop=1")
      run(9, BODY:format("", 2, "id > 0", ""))
      has(project:run("--json", "accept", "--restart", "r2").out, '"restarted":true')
      run(0, BODY:format("", 2, "id > 0", ""))
      assert.are.equal("7|3", project:sql [[SELECT count(*), sum(CASE WHEN size >= 200 THEN 1 ELSE 0
        END) FROM items WHERE size >= 100]])
    end)

    it("go on after comments and spaces were changed", function()
      project = batches.project(driver, 7)
      run(11, BODY:format("", 3, "id > 0", ""), STEPS, "-x stop=1")
      run(0, BODY:format("-- a comment", 3, "id > 0", ""))
      assert.are.equal("7", project:sql "SELECT count(*) FROM items WHERE size BETWEEN 100 AND 199")
    end)

    it("sweep until nothing is found", function()
      project = batches.project(driver, 9)
      local result = run(0, [[
  local passes = 0
  print(op.each_batch("items", { where = "NOT done", update = { "done", "size" }, batch_size = 4,
    sweep = true }, function(rows)
    if passes == 0 then db:execute "INSERT INTO items (id, size) VALUES (1, 0)" end
    passes = passes + 1
    for _, row in ipairs(rows) do row.done = true row.size = (row.size or 0) + 100 end
  end))]])
      assert.are.equal("10", printed(result))
      assert.are.equal("10|100|108", project:sql
        "SELECT count(*), min(size), max(size) FROM items WHERE done")
    end)

    it("end a sweep that finds the same again", function()
      project = batches.project(driver, 5)
      local result = run(11, [[
  op.update_in_batches("items", { where = "NOT done", set = { size = 1 }, sweep = true })]])
      has(result.err, "`sweep` found the same 5 rows again")
    end)

    it("know `null`, schema and several keys of one table", function()
      project = batches.project(driver, 5)
      local schema = driver.name == "sqlite" and "main" or "public"
      run(0, ([[
  op.update_in_batches("items", { schema = "%s", set = { name = null }, key = { "id" } })]])
        :format(schema))
      assert.are.equal("5", project:sql "SELECT count(*) FROM items WHERE name IS NULL")
    end)

    it("pause between batches only", function()
      project = batches.project(driver, 4)
      local result = run(0, [[
  local began = os.now()
  op.update_in_batches("items", { set = { done = true }, batch_size = 2, pause = 0.3 })
  local first = os.now() - began
  print(first >= 0.3 and first < 0.9)]])
      assert.are.equal("true", printed(result))
    end)

    it("say how to go on after a signal, behind the batch that runs", function()
      project = batches.project(driver, 9)
      batches.write(project, [[
  op.each_batch("items", { update = { "done" }, batch_size = 3 }, function(rows)
    for _, row in ipairs(rows) do row.done = true end
    if rows[1].id == 2 then
      print "ready"
      local until_then = os.now() + 0.3
      while os.now() < until_then do end
    end
  end)]])
      local result = project:shell [[mkfifo fifo; "$L" upgrade 2>fifo & pid=$!
        while read -r line; do
          echo "$line" >&2
          [ "$line" = ready ] && kill -INT $pid
        done <fifo
        wait $pid]]
      assert.are.equal(10, result.code, result.err)
      has(result.err, "op.each_batch items stopped after 3 rows; run again to go on")
      assert.are.equal("3", project:sql "SELECT count(*) FROM items WHERE done")
      assert.are.equal(0, project:run("upgrade").code)
      assert.are.equal("9", project:sql "SELECT count(*) FROM items WHERE done")
    end)

    it("roll a long batch back within a second", function()
      project = batches.project(driver, 9)
      batches.write(project, [[
  op.each_batch("items", { update = { "done" }, batch_size = 3 }, function(rows)
    for _, row in ipairs(rows) do row.done = true end
    if rows[1].id == 8 and not config.x.fast then print "ready"; sleep(60) end
  end)]])
      local result = project:shell [[mkfifo fifo; "$L" upgrade 2>fifo & pid=$!
        { while read -r line; do echo "$line" >&2
          [ "$line" = ready ] && { date +%s%N >began; kill -TERM $pid; }; done; } <fifo
        wait $pid; code=$?; date +%s%N >ended; exit $code]]
      assert.are.equal(10, result.code, result.err)
      has(result.err, "op.each_batch items stopped after 3 rows; run again to go on")
      local seconds = (tonumber(project:read "ended") - tonumber(project:read "began")) / 1e9
      assert.is_true(seconds < 1.3, seconds)
      assert.are.equal("3", project:sql "SELECT count(*) FROM items WHERE done")
    end)

    it("give events to programs", function()
      project = batches.project(driver, 9)
      local result = run(0, [[
  op.update_in_batches("items", { set = { done = true }, batch_size = 3 })]], STEPS, "--json")
      has(result.out, '{"event":"progress","revision":"r2","step":"op.update_in_batches items",'
        .. '"done":3,"total":9}')
      has(result.out, '"done":9,"total":9}')
      has(result.out, '"event":"result"')
    end)

    it("hint at large tables in one transaction", function()
      project = batches.project(driver, 5, driver.name == "sqlite" and [[
  op.execute "INSERT INTO items (id) VALUES (200000)"]] or [[
  op.execute "INSERT INTO items (id) SELECT i + 100 FROM generate_series(1, 120000) AS s(i)"
  op.execute "ANALYZE items"]])
      local body = [[
  op.update_in_batches("items", { set = { done = true } })]]
      local result = run(0, body, ONE)
      has(result.err, "rows in one transaction; with `transaction = false` in the header")
      project:run("downgrade", "-1")
      lacks(run(0, body, STEPS).err, "in one transaction")
    end)

    it("write one statement where SQL is only written", function()
      project = batches.project(driver, 5)
      batches.write(project, [[
  op.update_in_batches("items", { set = { done = true, name = sql "upper(name)" },
    where = "id > 4" })]],
        ONE)
      local result = project:run("upgrade", "r1:r2", "--sql")
      assert.are.equal(0, result.code, result.err)
      has(result.out, "UPDATE items SET done = ")
      has(result.out, "WHERE id > 4;")
      batches.write(project, [[op.each_batch("items", {}, print)]], ONE)
      result = project:run("upgrade", "r1:r2", "--sql")
      assert.are.equal(5, result.code)
      has(result.err, "rows cannot be read")
      has(result.err, "hint: write it as SQL, with op.update_in_batches or op.execute")
    end)
  end)
end)
