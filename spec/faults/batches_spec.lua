-- Batches that are interrupted at random, while another session inserts and deletes: rows that are
-- there all the time are transformed exactly once, rows inserted meanwhile at most once, rows that
-- were deleted never come back (G10).
local drivers = require "spec.support.drivers"
local postgres = require "spec.support.postgres"

local SOAK = os.getenv "SOAK" ~= nil
local INTERRUPTIONS = SOAK and 300 or os.getenv "SPEC_KIND" == "asan" and 4 or 12
local ROWS = SOAK and 200000 or 20000

local SERIES = {
  sqlite = "WITH RECURSIVE s(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM s WHERE i < %d) ",
  postgresql = "WITH s(i) AS (SELECT * FROM generate_series(1, %d)) ",
}

local REVISIONS = {
  { id = "r1", upgrade = [[
  op.create_table("items", {
    { "id", types.biginteger, primary_key = true }, { "kind", types.text, nullable = false },
    { "a", types.integer, nullable = false, server_default = "0" },
    { "b", types.integer, nullable = false, server_default = "0" } })
  op.create_table("gone", { { "id", types.biginteger, primary_key = true } })
  local series = op.get_context().dialect == "sqlite" and %q or %q
  -- two databases read an INSERT with WITH in one place only
  op.execute("INSERT INTO items (id, kind) " .. series
    .. "SELECT i * 10, CASE WHEN i %% 5 = 0 THEN 'doomed' ELSE 'kept' END FROM s")]] },
  { id = "r2", down = "r1", header = "transaction = false", upgrade = [[
  op.update_in_batches("items", { set = { a = sql "a + 1" }, batch_size = %d })
  op.each_batch("items", { update = { "b" }, batch_size = %d }, function(rows)
    for _, row in ipairs(rows) do row.b = row.b + 1 end
  end)]] },
}

-- What the other session does again and again.
local WRITER = {
  sqlite = [[while [ -e busy ]; do sqlite3 -cmd '.timeout 20000' app.db "BEGIN IMMEDIATE;
    INSERT INTO gone SELECT id FROM items WHERE kind = 'doomed' ORDER BY random() LIMIT 7;
    DELETE FROM items WHERE id IN (SELECT id FROM gone);
    WITH RECURSIVE s(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM s WHERE i < 9)
    INSERT OR IGNORE INTO items (id, kind)
    SELECT abs(random() %% %d) * 10 + 1 + abs(random() %% 9), 'new' FROM s;
    COMMIT" >writer.out 2>&1 || exit 1; done]],
  postgresql = [[while [ -e busy ]; do echo "WITH d AS (DELETE FROM items WHERE id IN (
      SELECT id FROM items WHERE kind = 'doomed' ORDER BY random() LIMIT 7) RETURNING id)
    INSERT INTO gone SELECT id FROM d;
    INSERT INTO items (id, kind)
    SELECT (random() * %d)::bigint * 10 + 1 + (random() * 8)::bigint, 'new'
    FROM generate_series(1, 9) ON CONFLICT DO NOTHING;
    SELECT pg_sleep(0.005);"; done | %s psql -XAtq >writer.out 2>&1]],
}

describe(("batches with %d interruptions"):format(INTERRUPTIONS), function()
  drivers.each(function(driver)
    local project, busy

    local function fresh()
      local revisions = {}
      for i, revision in ipairs(REVISIONS) do
        revisions[i] = setmetatable({}, { __index = revision })
      end
      revisions[1].upgrade = REVISIONS[1].upgrade:format(SERIES.sqlite:format(ROWS),
        SERIES.postgresql:format(ROWS))
      revisions[2].upgrade = REVISIONS[2].upgrade:format(ROWS // 60, ROWS // 80)
      project = driver.project { revisions = revisions }
      local result = project:run("upgrade", "r1")
      assert.are.equal(0, result.code, result.err)
      project:write("busy", "")
      local environment = project.database and project.database.env or ""
      busy = assert(io.popen(("cd '%s'; %s"):format(project.dir,
        WRITER[driver.name]:format(ROWS, environment)), "w"))
    end

    local function finish()
      os.remove(project:path "busy")
      assert.is_truthy(busy:close(), project:read "writer.out")
      busy = nil
    end

    after_each(function()
      if busy then
        os.remove(project:path "busy")
        busy:close()
      end
      if project then project:remove() end
    end)

    local function check()
      local function sql(text) return project:sql(text) end
      assert.are.equal(tostring(ROWS - ROWS // 5) .. "|1|1|1|1", sql [[SELECT count(*), min(a),
        max(a), min(b), max(b) FROM items WHERE kind = 'kept']])
      assert.are.equal("1|1|1|1", sql [[SELECT min(a), max(a), min(b), max(b) FROM items
        WHERE kind = 'doomed']])
      assert.are.equal("0",
        sql "SELECT count(*) FROM items WHERE kind = 'new' AND (a > 1 OR b > 1)")
      assert.are.equal("0", sql "SELECT count(*) FROM items WHERE id IN (SELECT id FROM gone)")
      -- the other session was there
      assert.is_true(tonumber(sql "SELECT count(*) FROM gone") > 0)
      assert.is_true(tonumber(sql "SELECT count(*) FROM items WHERE kind = 'new'") > 0)
    end

    -- One run that a signal ends, perhaps after the connection was cut. Returns its status.
    local function run(seconds)
      local signal = ({ "INT", "TERM", "KILL" })[math.random(3)]
      local url, proxy = project.url, nil
      if driver.name == "postgresql" and math.random(2) == 1 then
        proxy = postgres.proxy(project.database, {
          ["do"] = ({ "before", "sent", "answered" })[math.random(3)],
          message = math.random(30, 400), refuse = 50 })
        url = proxy.url
      end
      local result = project:shell(('timeout --preserve-status -s %s %.3f "$L" -q -d "%s" upgrade')
        :format(signal, seconds, url))
      if proxy then proxy:stop() end
      -- 6: cut before the first step was looked at
      assert.is_truthy(({ [0] = true, [6] = true, [10] = true, [130] = true,
        [137] = true, [143] = true })[result.code], result.code .. ": " .. result.err)
      return result.code
    end

    it("transform each row exactly once", function()
      math.randomseed(tonumber(os.getenv "SEED") or 20261121)
      local done, inside = 0, 0
      while done < INTERRUPTIONS do
        fresh()
        local code
        repeat
          code = run((SOAK and 0.1 or 0.06) + math.random() * (SOAK and 1.5 or 0.25))
          if code ~= 0 then
            done = done + 1
            inside = inside + (code == 10 and 1 or 0)
          end
        until code == 0 or done >= INTERRUPTIONS
        if code ~= 0 then
          local result = project:run "upgrade"
          assert.are.equal(0, result.code, result.err)
        end
        finish()
        check()
        project:remove()
        project = nil
      end
      -- interruptions that met no batch prove nothing
      assert.is_true(inside > INTERRUPTIONS / 5, inside .. " met a batch")
    end)
  end)
end)
