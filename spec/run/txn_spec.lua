-- One transaction per revision: everything or nothing, foreign keys judged by
-- what the revision changed (G1, G5, G13).
local cli = require "spec.support.cli"
local drivers = require "spec.support.drivers"
local postgres = require "spec.support.postgres"

local function revision(id, parent, body, header)
  return ([[
revision = "%s"
down_revision = %s
%s
function upgrade()
%s
end
function downgrade() end
]]):format(id, parent and ('"%s"'):format(parent) or "nil", header or "", body)
end

local TABLES = [[
op.execute "CREATE TABLE parent (id INTEGER PRIMARY KEY)"
op.execute "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id) \z
  ON DELETE CASCADE)"
op.execute "INSERT INTO parent VALUES (1), (2)"
op.execute "INSERT INTO child VALUES (10, 1), (20, 2)"
]]

describe("the transaction of a revision", function()
  drivers.each(function(driver)
    local project

    before_each(function()
      project = driver.project()
      project:write("migrations/r1.lua", revision("r1", nil, TABLES))
    end)

    after_each(function()
      project:remove()
    end)

    local function upgrade(status)
      local last, result = project:json "upgrade"
      assert.are.equal(status, result.code, result.err)
      return result, last.error
    end

    local function second(body, header)
      project:write("migrations/r2.lua", revision("r2", "r1", body, header))
    end

    local function query(sql)
      return project:sql(sql)
    end

    it("keeps what earlier revisions did when a later one fails", function()
      second([[
op.execute "CREATE TABLE half (id INTEGER)"
op.execute "DELETE FROM child"
error "boom"]])
      local result, err = upgrade(5)
      assert.are.equal("r1", query "SELECT * FROM luamigrate_version")
      assert.are.equal("r1|upgrade", query "SELECT revision, direction FROM luamigrate_history")
      assert.are.equal("2", query "SELECT count(*) FROM child")
      assert.are.equal("child\nparent", query(driver.tables))
      for _, word in ipairs { "r2", "boom", "rolled back" } do
        assert.is_truthy(result.err:find(word, 1, true), result.err)
      end
      assert.are.same({ "r2", "rolled back; the database is at r1" }, { err.revision, err.state })
    end)

    it("leaves nothing at all when the first revision fails", function()
      project:write("migrations/r1.lua", revision("r1", nil, TABLES .. 'error "boom"'))
      upgrade(5)
      assert.are.equal("", query(driver.all_tables))
    end)

    it("fails with a statement whose error nobody waited for", function()
      second([[
op.execute "CREATE TABLE half (id INTEGER)"
op.execute "INSERT INTO nix VALUES (1)"]])
      local _, err = upgrade(5)
      assert.are.same({ "r2", "rolled back; the database is at r1" }, { err.revision, err.state })
      assert.is_truthy(err.message:find("nix", 1, true), err.message)
      assert.are.equal("child\nparent", query(driver.tables))
    end)

    it("fails when pcall swallowed an error of the database", function()
      second([[
pcall(op.execute, "INSERT INTO nix VALUES (1)")
pcall(op.execute, "INSERT INTO parent VALUES (3)")]])
      upgrade(5)
      assert.are.equal("2", query "SELECT count(*) FROM parent")
      assert.are.equal("r1", query "SELECT * FROM luamigrate_version")
    end)

    it("lets a savepoint undo its part and the revision go on", function()
      second([[
local ok = pcall(op.savepoint, function()
  op.execute "INSERT INTO parent VALUES (3)"
  op.execute "INSERT INTO nix VALUES (1)"
end)
assert(not ok)
op.execute "INSERT INTO parent VALUES (4)"]])
      upgrade(0)
      assert.are.equal("1\n2\n4", query "SELECT id FROM parent ORDER BY id")
    end)

    it("cannot be ended by the script", function()
      for _, text in ipairs { "COMMIT", "ROLLBACK", "BEGIN" } do
        second(('pcall(op.execute, %q)\nop.execute "DELETE FROM child"'):format(text))
        upgrade(5)
        assert.are.equal("2", query "SELECT count(*) FROM child")
        assert.are.equal("r1", query "SELECT * FROM luamigrate_version")
      end
    end)
  end)
end)

describe("the transaction of a revision on PostgreSQL", function()
  local project

  before_each(function()
    project = drivers.postgresql.project()
  end)

  after_each(function()
    project:remove()
  end)

  local function upgrade(status, first, second)
    project:write("migrations/r1.lua", revision("r1", nil, first))
    if second then project:write("migrations/r2.lua", revision("r2", "r1", second)) end
    local last, result = project:json "upgrade"
    assert.are.equal(status, result.code, result.err)
    return last.error, result
  end

  it("puts session settings back after the revision", function()
    upgrade(0, [[
op.execute "CREATE SCHEMA elsewhere"
op.execute "SET search_path = elsewhere"
op.execute "SET statement_timeout = 1234"
op.execute "CREATE TABLE t (id integer)"]], [[
local db = op.get_bind()
for _, name in ipairs { "search_path", "statement_timeout" } do
  db:execute("INSERT INTO elsewhere.t SELECT count(*) FROM pg_settings WHERE name = :name \z
    AND setting IN ('elsewhere', '1234')", { name = name })
end
op.execute "CREATE TABLE u (id integer)"]])
    assert.are.equal("0\n0", project:sql "SELECT * FROM elsewhere.t")
    assert.are.equal("u", project:sql(drivers.postgresql.tables))
    assert.are.equal("r2", project:sql "SELECT * FROM public.luamigrate_version")
  end)

  it("is rolled back when its server process is ended, with 6", function()
    local err = upgrade(6, "", [[
op.execute "CREATE TABLE t (id integer)"
op.get_bind():scalar "SELECT pg_terminate_backend(pg_backend_pid())"]])
    assert.are.same({ "connection", "r2", "rolled back; the database is at r1" },
      { err.code, err.revision, err.state })
    assert.are.equal("", project:sql(drivers.postgresql.tables))
  end)

  it("fails when a deferred constraint fails in COMMIT", function()
    local err = upgrade(5, [[
op.execute "CREATE TABLE p (id integer PRIMARY KEY)"
op.execute "CREATE TABLE c (p integer REFERENCES p DEFERRABLE INITIALLY DEFERRED)"]],
      [[op.execute "INSERT INTO c VALUES (7)"]])
    assert.are.same({ "r2", "23503", "rolled back; the database is at r1" },
      { err.revision, err.sqlstate, err.state })
    assert.are.equal("r1", project:sql "SELECT * FROM luamigrate_version")
    assert.are.equal("0", project:sql "SELECT count(*) FROM c")
  end)

  -- The connection is cut at the COMMIT of r2.
  local function cut(what)
    local proxy = postgres.proxy(project.database, { ["do"] = what, text = "COMMIT", nth = 2 })
    finally(function() proxy:stop() end)
    project:write("luamigrate.lua", ("return { url = %q }"):format(proxy.url))
    for i = 1, 3 do
      project:write(("migrations/r%d.lua"):format(i), revision("r" .. i, i > 1 and "r" .. i - 1,
        ('op.execute "CREATE TABLE t%d (id integer)"'):format(i)))
    end
    return project:json "upgrade"
  end

  it("goes on when the connection comes back after COMMIT, and says so", function()
    local _, result = cut "sent"
    assert.are.equal(0, result.code, result.err)
    assert.is_truthy(result.err:find("the commit of r2 was confirmed", 1, true), result.err)
    assert.are.equal("r3", project:sql "SELECT * FROM luamigrate_version")
    assert.are.equal("t1\nt2\nt3", project:sql(drivers.postgresql.tables))
    assert.are.equal("3", project:sql "SELECT count(*) FROM luamigrate_history")
    assert.are.equal("0", project:sql [[SELECT count(*) FROM pg_locks AS l JOIN pg_database AS d
      ON d.oid = l.database WHERE locktype = 'advisory' AND datname = current_database()]])
  end)

  it("is rolled back when the connection is lost before COMMIT, with 6", function()
    local last, result = cut "before"
    assert.are.equal(6, result.code, result.err)
    assert.are.same({ "connection", "r2", "rolled back; the database is at r1" },
      { last.error.code, last.error.revision, last.error.state })
    assert.are.equal("r1", project:sql "SELECT * FROM luamigrate_version")
    assert.are.equal(0, project:run("upgrade", "-d", project.database.url).code)
    assert.are.equal("r3", project:sql "SELECT * FROM luamigrate_version")
  end)

  it("takes its duration from the server's clock", function()
    local _, result = upgrade(0, [[op.execute "SELECT pg_sleep(0.12)"]])
    local ms = tonumber(project:sql "SELECT duration_ms FROM luamigrate_history")
    assert.is_truthy(ms >= 120 and ms < 2000, ms)
    assert.is_truthy(math.abs(result.lines[1].duration_ms - ms) <= 1)
  end)

  it("is not had by a runner that lost its lock", function()
    local err = upgrade(5, "", [[op.execute "SELECT pg_advisory_unlock_all()"]])
    assert.are.equal("r2", err.revision)
    assert.are.equal("r1", project:sql "SELECT * FROM luamigrate_version")
  end)
end)

describe("the transaction of a revision on SQLite", function()
  local project

  before_each(function()
    project = cli.project { config = false }
    project:write("migrations/r1.lua", revision("r1", nil, TABLES))
  end)

  after_each(function()
    project:remove()
  end)

  local function upgrade(status)
    local result = project:run("-d", "sqlite:app.db", "upgrade")
    assert.are.equal(status, result.code, result.err)
    return result
  end

  local function second(body, header)
    project:write("migrations/r2.lua", revision("r2", "r1", body, header))
  end

  local function third(body)
    project:write("migrations/r3.lua", revision("r3", "r2", body))
  end

  local function query(sql)
    return project:sql(sql)
  end

  it("enforces no foreign key inside, and checks at the end", function()
    second([[
op.execute "DELETE FROM parent"
op.execute "INSERT INTO parent VALUES (1), (2)"]])
    upgrade(0)
    assert.are.equal("2", query "SELECT count(*) FROM child")
  end)

  it("refuses a new violation and names the row", function()
    second('op.execute "DELETE FROM parent WHERE id = 2"')
    local result = upgrade(5)
    assert.is_truthy(result.err:find "child" and result.err:find "20", result.err)
    assert.are.equal("2", query "SELECT count(*) FROM parent")
  end)

  it("refuses a violation made by dropping the parent", function()
    second('op.drop_table "parent"')
    upgrade(5)
    assert.are.equal("2", query "SELECT count(*) FROM parent")
  end)

  it("goes past violations that were there before, and names only new ones", function()
    upgrade(0)
    query "INSERT INTO child VALUES (30, 99)"
    second([[op.execute "INSERT INTO child VALUES (40, 1)"]])
    upgrade(0)
    assert.are.equal("4", query "SELECT count(*) FROM child")
    third([[op.execute "INSERT INTO child VALUES (50, 77)"]])
    local result = upgrade(5)
    assert.is_truthy(result.err:find "50", result.err)
    assert.is_nil(result.err:find("30", 1, true), result.err)
  end)

  it("looks only at tables that the revision changed", function()
    upgrade(0)
    query [[CREATE TABLE other (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parent (id));
      INSERT INTO other VALUES (1, 99)]]
    second('op.execute "CREATE TABLE free (id INTEGER)"')
    upgrade(0)
  end)

  it("enforces foreign keys where the header asks for it", function()
    second('op.execute "DELETE FROM parent WHERE id = 2"', "foreign_keys = true")
    upgrade(0)
    assert.are.equal("1", query "SELECT count(*) FROM child")
  end)

  it("refuses to drop a table that others refer to while they are enforced", function()
    second('op.drop_table "parent"', "foreign_keys = true")
    local result = upgrade(5)
    assert.is_truthy(result.err:find "r2.lua:5", result.err)
    assert.are.equal("2", query "SELECT count(*) FROM child")
  end)

  it("fails when the database rolled back by itself, and runs nothing after it", function()
    second([[
pcall(op.execute, "INSERT OR ROLLBACK INTO parent VALUES (1)")
pcall(op.execute, "INSERT INTO parent VALUES (3)")]])
    upgrade(5)
    assert.are.equal("2", query "SELECT count(*) FROM parent")
  end)

  it("puts session settings back after the revision", function()
    second('op.execute "PRAGMA recursive_triggers = ON"')
    third([[
local on = op.get_bind():scalar "PRAGMA recursive_triggers"
if on ~= 0 then error "the setting outlived its revision" end]])
    upgrade(0)
  end)
end)
