-- The connection of a revision: what its methods run, and what is refused.
local drivers = require "spec.support.drivers"
local steps = require "spec.support.steps"

-- name, body of an upgrade that raises when it is not so
local works = {
  { "execute counts what it changed", [[
    local result = db:execute("UPDATE t SET name = 'x' WHERE id > :id", { id = 0 })
    same(2, result.rowcount)
    result = db:execute "INSERT INTO t (name) VALUES ('three')"
    same(1, result.rowcount)
    same(db.dialect == "sqlite" and 3 or nil, result.last_insert_id)
    same(1, op.execute("DELETE FROM t WHERE id = :id", { id = 3 }).rowcount)]] },
  { "execute runs several statements without parameters", [[
    db:execute "INSERT INTO pair VALUES (1, ':a'); INSERT INTO pair VALUES (2, 'it''s; fine');"
    same(2, db:scalar "SELECT count(*) FROM pair")
    same("it's; fine", db:scalar "SELECT b FROM pair WHERE a = 2")]] },
  { "the connection knows its database", [[
    same("sqlite", db.dialect)
    same("integer", math.type(db.server_version))
    same(true, db.server_version >= 3035000)]], on = "sqlite" },
  { "the connection knows its database", [[
    same("postgresql", db.dialect) same("postgresql", op.get_context().dialect)
    same("integer", math.type(db.server_version))
    same(true, db.server_version >= 120000)
    same(db.server_version, op.get_context().server_version)
    same(db.server_version, tonumber((db:scalar "SHOW server_version_num")))]],
    on = "postgresql" },
  { "an error is a value", [[
    local fine, e = pcall(op.savepoint, function()
      db:execute("INSERT INTO t (id) VALUES (:id)", { id = 1 })
    end)
    same(false, fine)
    same(true, tostring(e):find("UNIQUE", 1, true) ~= nil)
    same("failed", e.code)
    same(1555, e.sqlite_code)
    same("INSERT INTO t (id) VALUES (:id)", e.sql)
    same(true, e.where:find "r2%.lua:%d+$" ~= nil)]], on = "sqlite" },
  { "an error is a value", [[
    local function caught(sql, params)
      local fine, e = pcall(op.savepoint, function() db:execute(sql, params) end)
      same(false, fine) same("failed", e.code) same(nil, e.sqlite_code) same(sql, e.sql)
      same(true, e.where:find "r2%.lua:%d+$" ~= nil)
      return e
    end
    local e = caught("INSERT INTO t (id) VALUES (:id)", { id = 1 })
    same("23505", e.sqlstate) same("t_pkey", e.constraint) same("t", e.table)
    same(true, tostring(e):find("duplicate key", 1, true) ~= nil)
    e = caught "INSERT INTO pair (a) VALUES (1)"
    same("23502", e.sqlstate) same("pair", e.table) same("b", e.column)
    same("42P01", caught "SELECT * FROM missing".sqlstate)
    same("22012", caught("SELECT 1 / :a::int", { a = 0 }).sqlstate)
    same("22P02", caught("SELECT :a::int", { a = "x" }).sqlstate)]],
    on = "postgresql" },
}

-- name, body, what the error says
local fails = {
  { "a dot", [[db.execute "SELECT 1"]], "db:execute: call it with a colon" },
  { "an unknown method",
    [[db:exceute "SELECT 1"]], "db.exceute: unknown name %(did you mean 'execute'%?%)" },
  { "more arguments than there are",
    [[db:execute("SELECT :a", { a = 1 }, { a = 2 })]],
    "db:execute: too many arguments %(3, at most 2%)" },
  { "an sql value as the parameters", [[db:execute("SELECT :text", sql "1")]],
    "expected a table of parameters, got a sql" },
  { "a type as a parameter", [[db:execute("SELECT 1 WHERE 1 IN (:a)", { a = types.text })]],
    "parameter 'a': expected .*, got a type" },
  { "a change of the connection", [[db.x = 1]], "cannot be changed" },
  { "options of op.execute",
    [[op.execute("SELECT 1", nil, { x = 1 })]], "op.execute: x: unknown option" },
  { "a syntax error", [[db:execute "SELEC 1"]], "syntax error" },
  { "a syntax error in the second statement", [[db:execute "SELECT 1; SELEC 2"]], "SELEC 2" },
  { "the transaction's end", [[db:execute "COMMIT"]], "COMMIT" },
  { "the transaction's end among several", [[db:execute "SELECT 1; ROLLBACK"]], "ROLLBACK" },
  { "a caught error without a savepoint",
    [[pcall(db.execute, db, "INSERT INTO t (id) VALUES (1)")]],
    { sqlite = "UNIQUE", postgresql = "duplicate key" } },
  { "what comes after a caught error", [[
    pcall(db.execute, db, "INSERT INTO t (id) VALUES (1)")
    db:execute "INSERT INTO pair VALUES (1, 'x')"]],
    { sqlite = "UNIQUE", postgresql = "duplicate key" } },
}

-- What a revision does with a lock that it does not get.
local TRIES = [[
    local fine, e = pcall(op.savepoint, function() db:execute "LOCK TABLE pair NOWAIT" end)
    same(false, fine) same("55P03", e.sqlstate)
    same(false, (pcall(op.savepoint, function()
      db:execute "SET LOCAL lock_timeout = '10ms'"
      db:execute "ALTER TABLE pair ADD COLUMN c integer"
    end)))
    db:execute "INSERT INTO t (name) VALUES ('went on')"]]

describe("the connection", function()
  it("tells that a table is locked, and a savepoint lets the script go on", function()
    local project = steps.project(drivers.postgresql)
    assert.are.equal(0, project:run "upgrade".code)
    local other = project.database:session()
    other:sql "BEGIN; LOCK TABLE pair"
    local result = steps.run(project, TRIES)
    other:close()
    local count = project:sql "SELECT count(*) FROM t WHERE name = 'went on'"
    project:remove()
    assert.are.equal(0, result.code, result.err)
    assert.are.equal("1", count)
  end)

  drivers.each(function(driver)
    steps.check(it, works, fails, driver)
  end)

  it("is good for one step", function()
    local project = drivers.sqlite.project {
      revisions = { { id = "r1" }, { id = "r2", down = "r1" } }, config = [[
local kept
return { url = $URL, hooks = { before_revision = function(run)
  if kept then
    kept:execute "SELECT 1"
  end
  kept = run.op.get_bind()
end } }
]] }
    finally(function() project:remove() end)
    local last, result = project:json "upgrade"
    assert.are.equal(5, result.code, result.err)
    assert.are.equal("db:execute: this connection belongs to a step that has ended",
      last.error.message)
    assert.are.equal("r1", project:sql "SELECT version_num FROM luamigrate_version")
  end)
end)
