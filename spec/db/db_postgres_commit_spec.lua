-- A COMMIT that opens the flight of the next revision (G6, G7): nothing behind it runs when it
-- fails, and its own revision is blamed.
local drivers = require "spec.support.drivers"
local postgres = require "spec.support.postgres"

local TABLE = [[op.create_table("t%d", { { "id", types.integer, primary_key = true } })]]
-- A foreign key that is judged by COMMIT.
local BROKEN = [[
  op.create_table("child", { { "id", types.integer, primary_key = true },
    { "parent", types.integer } })
  op.create_foreign_key("fk_child", "child", "t1", { "parent" }, { "id" },
    { deferrable = true, initially = "deferred" })
  op.bulk_insert("child", { { id = 1, parent = 7 } })]]

describe("a COMMIT that opens the next flight", function()
  local project, proxy

  -- r1 has run: the first COMMIT of all, which makes the tables of the program, travels alone.
  local function prepare(bodies)
    local list = {}
    for i, body in ipairs(bodies) do
      list[i] = { id = "r" .. i, down = i > 1 and "r" .. i - 1 or nil, upgrade = body }
    end
    project = drivers.postgresql.project { revisions = list }
    assert.equal(0, project:run("upgrade", "r1").code)
  end

  local function upgrade(options)
    proxy = postgres.proxy(project.database, options)
    local last, result = project:json("-d", proxy.url, "upgrade")
    local report = proxy:stop()
    proxy = nil
    return last, result, report
  end

  -- The events of a run in their order: "r2" for a step that was done, "log TEXT".
  local function events(result)
    local list = {}
    for line in result.out:gmatch "[^\n]+" do
      local text = line:match '"event":"log".-"message":"(.-)"'
      list[#list + 1] = text and "log " .. text or line:match '"event":"step","revision":"(%w+)"'
    end
    return table.concat(list, ", ")
  end

  local function state()
    return project:sql [[SELECT (SELECT string_agg(version_num, ',') FROM luamigrate_version) || ' '
      || (SELECT string_agg(revision, ',' ORDER BY id) FROM luamigrate_history)]]
  end

  after_each(function()
    if proxy then proxy:stop() end
    proxy = nil
    project:remove()
  end)

  it("has no Sync behind it, but the last one", function()
    prepare { TABLE:format(1), TABLE:format(2), TABLE:format(3), TABLE:format(4) }
    local _, result, report = upgrade()
    assert.equal(0, result.code, result.err)
    local behind, asked = {}, 0
    for i, entry in ipairs(report.log) do
      if entry.type == "P" and entry.text == "COMMIT" then
        -- Parse, Bind, Describe, Execute
        behind[#behind + 1] = report.log[i + 4].type .. report.log[i + 4].text
      end
      asked = asked + ((entry.text:find "xact_id" or entry.text:find "txid_current") and 1 or 0)
    end
    assert.same({ "PBEGIN", "PBEGIN", "S" }, behind)
    -- the question for the transaction's id is prepared when it comes again
    assert.equal(2, asked)
    assert.equal("r2, r3, r4", events(result))
  end)

  it("is waited for when the session has to be put back first", function()
    prepare { TABLE:format(1), "op.execute [[SELECT set_config('work_mem', '1MB', false)]]",
      TABLE:format(3) }
    local _, result, report = upgrade()
    assert.equal(0, result.code, result.err)
    for i, entry in ipairs(report.log) do
      if entry.type == "P" and entry.text == "COMMIT" then
        assert.equal("S", report.log[i + 4].type)
      end
    end
    assert.equal("r3 r1,r2,r3", state())
  end)

  it("fails for its own revision, and the next one does not run", function()
    prepare { TABLE:format(1), TABLE:format(2), BROKEN, TABLE:format(4), TABLE:format(5) }
    local last, result = upgrade()
    assert.equal(5, result.code, result.err)
    assert.equal("r3", last.error.revision)
    assert.equal("rolled back; the database is at r2", last.error.state)
    assert.truthy(last.error.message:find("foreign key", 1, true), last.error.message)
    assert.equal("r2", events(result))
    assert.equal("r2 r1,r2", state())
    assert.equal("t1,t2", project:sql [[SELECT string_agg(relname, ',' ORDER BY relname)
      FROM pg_class WHERE relname IN ('t1', 't2', 'child', 't4', 't5')]])
  end)

  it("fails for its own revision when the next one catches every error", function()
    prepare { TABLE:format(1), BROKEN, [[
      op.create_table("t3", { { "id", types.integer } })
      pcall(function() op.get_bind():execute("SELECT 1") end)
      local good = pcall(op.execute, "CREATE TABLE t4 (id integer)")
      log.info("caught " .. tostring(good))]] }
    local last, result = upgrade()
    assert.equal(5, result.code, result.err)
    assert.equal("r2", last.error.revision)
    assert.equal("", events(result))
    assert.equal("r1 r1", state())
  end)

  it("is done before the next one says anything, and when that fails", function()
    prepare { TABLE:format(1), TABLE:format(2), 'log.info "three" ' .. TABLE:format(3),
      TABLE:format(4) .. ' error "boom"', TABLE:format(5) }
    local last, result = upgrade()
    assert.equal(5, result.code, result.err)
    assert.equal("r4", last.error.revision)
    assert.equal("rolled back; the database is at r3", last.error.state)
    assert.equal("r2, log three, r3", events(result))
    assert.equal("r3 r1,r2,r3", state())
  end)

  it("is resolved when the connection is lost, and the next one runs again", function()
    prepare { TABLE:format(1), TABLE:format(2), TABLE:format(3), TABLE:format(4) }
    local _, result, report = upgrade { ["do"] = "sent", text = "COMMIT", nth = 2 }
    assert.equal(0, result.code, result.err)
    assert.equal(1, report.cuts)
    assert.equal("r2, r3, r4", events(result))
    assert.equal("r4 r1,r2,r3,r4", state())
  end)

  it("that never arrived is blamed on its revision", function()
    prepare { TABLE:format(1), TABLE:format(2), TABLE:format(3), TABLE:format(4) }
    local last, result = upgrade { ["do"] = "before", text = "COMMIT", nth = 2 }
    assert.equal(6, result.code, result.err)
    assert.equal("r3", last.error.revision)
    assert.equal("rolled back; the database is at r2", last.error.state)
    assert.equal("r2 r1,r2", state())
    assert.equal(0, project:run("upgrade").code)
    assert.equal("r4 r1,r2,r3,r4", state())
  end)

  it("is told of before a hook runs, so that it may do anything", function()
    prepare { TABLE:format(1), TABLE:format(2), TABLE:format(3) }
    project:write("luamigrate.lua", ([[return { url = %q, hooks = { after_revision = function(c)
      print("after " .. c.revision) end } }]]):format(project.database.url))
    local _, result, report = upgrade()
    assert.equal(0, result.code, result.err)
    for i, entry in ipairs(report.log) do
      if entry.type == "P" and entry.text == "COMMIT" then
        assert.equal("S", report.log[i + 4].type)
      end
    end
    assert.equal("r3 r1,r2,r3", state())
  end)

  it("that met a conflict is tried again, and answered for before the next one", function()
    -- the first COMMIT of r2 fails as a serialization failure would
    prepare { TABLE:format(1) .. [==[
      op.execute "CREATE SEQUENCE tries"
      op.execute [[CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('tries') = 1 THEN RAISE SQLSTATE '40001'; END IF; RETURN NULL; END $$]]
      op.execute [[CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON t1 INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION fail_once()]]
      ]==],
      [[op.bulk_insert("t1", { { id = 1 } })]], TABLE:format(3) }
    local _, result = upgrade()
    assert.equal(0, result.code, result.err)
    assert.equal("r2, r3", events(result))
    assert.equal("r3 r1,r2,r3", state())
    assert.equal("1", project:sql "SELECT count(*) FROM t1")
  end)
end)
