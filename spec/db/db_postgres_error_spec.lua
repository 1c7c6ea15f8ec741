-- Proves what an error of the server becomes: its exit status, its words, where it was.
local drivers = require "spec.support.drivers"
local postgres = require "spec.support.postgres"

describe("db_postgres_error", function()
  local project

  local function start(body, header, setup)
    project = drivers.postgresql.project { revisions = { { id = "001", header = header,
      upgrade = body } } }
    if setup then
      project:sql(setup)
    end
  end

  local function fails(code)
    local last, result = project:json "upgrade"
    assert.equal(code, result.code, result.err)
    assert.equal(code, last.error.exit)
    return last.error, result
  end

  -- An error that plpgsql raises.
  local function raised(sqlstate)
    return ("op.execute [==[DO $$ BEGIN RAISE EXCEPTION 'told so' USING ERRCODE = '%s'; END $$]==]")
      :format(sqlstate)
  end

  after_each(function()
    project:remove()
  end)

  for sqlstate, code in pairs {
    ["23505"] = 5, ["42601"] = 5, ["P0001"] = 5, ["22012"] = 5,
    ["53100"] = 13, ["25006"] = 13, ["58030"] = 13, ["53200"] = 14, ["XX001"] = 13,
  } do
    it(("%s is exit %d"):format(sqlstate, code), function()
      start(raised(sqlstate))
      local err = fails(code)
      assert.equal(sqlstate, err.sqlstate)
      assert.truthy(err.message:find("told so", 1, true))
    end)
  end

  it("says what was violated", function()
    start('op.execute("INSERT INTO t VALUES (1)")', nil,
      "CREATE TABLE t (id INT CONSTRAINT one UNIQUE); INSERT INTO t VALUES (1)")
    local err = fails(5)
    assert.truthy(err.message:find('duplicate key value violates unique constraint "one"\n'
      .. "DETAIL: Key (id)=(1) already exists.", 1, true), err.message)
    assert.equal("INSERT INTO t VALUES (1)", err.sql)
    assert.truthy(err.file:find "001.lua$")
  end)

  it("gives a script the parts", function()
    start([[
      local ok, err = pcall(op.savepoint, function()
        op.execute("INSERT INTO t VALUES (1)")
      end)
      print(ok, err.sqlstate, err.constraint, err.table)
      ok, err = pcall(op.savepoint, function()
        op.execute("INSERT INTO t VALUES (NULL)")
      end)
      print(ok, err.sqlstate, err.column)]], nil,
      "CREATE TABLE t (id INT NOT NULL CONSTRAINT one UNIQUE); INSERT INTO t VALUES (1)")
    local result = project:run "upgrade"
    assert.equal(0, result.code, result.err)
    assert.truthy(result.err:find("false\t23505\tone\tt\n", 1, true), result.err)
    assert.truthy(result.err:find("false\t23502\tid\n", 1, true), result.err)
  end)

  it("shows the line in which the error is", function()
    start('op.execute [[SELECT 1,\n  \'ü\',\n  nosuch + 1\nFROM pg_class]]')
    local err = fails(5)
    assert.truthy(err.message:find('column "nosuch" does not exist\nLINE 3:   nosuch + 1', 1, true),
      err.message)
  end)

  it("passes the hint of the server on", function()
    start('op.execute "SELECT lenght(\'a\')"')
    local err = fails(5)
    assert.truthy(err.hint:find("No function matches", 1, true), err.hint)
  end)

  for _, case in ipairs {
    { "a table with deferred checks", [[
      op.execute "CREATE TABLE p (id INT PRIMARY KEY); INSERT INTO p VALUES (1)"
      op.execute "CREATE TABLE t (id INT REFERENCES p DEFERRABLE INITIALLY DEFERRED)"
      op.execute "INSERT INTO t VALUES (1)"
      op.add_column("t", { "a", types.integer })]], "SET CONSTRAINTS ALL IMMEDIATE" },
    { "a new value of an enum type", [[
      op.add_enum_value("mood", "new")
      op.execute "SELECT 'new'::mood"]], "in a later revision" },
    { "a parameter of no type", 'op.execute("SELECT :a IS NULL", {})', "CAST(:name AS text)" },
  } do
    it("gives a way out: " .. case[1], function()
      start(case[2], nil, "CREATE TYPE mood AS ENUM ('old')")
      local err = fails(5)
      assert.truthy(err.hint and err.hint:find(case[3], 1, true), err.hint or err.message)
    end)
  end

  it("says where in a function it was", function()
    start('op.execute "SELECT f()"', nil, [[CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS
      $$ BEGIN RETURN 1 / 0; END $$]])
    assert.truthy(fails(5).message:find("\nPL/pgSQL function f() line 1 at RETURN", 1, true))
  end)

  it("says what a missing permission is about", function()
    start('op.execute "CREATE TABLE denied.t (a INT)"', nil, "CREATE SCHEMA denied; "
      .. "CREATE ROLE spec_denied; GRANT ALL ON SCHEMA public TO spec_denied")
    project:write("luamigrate.lua", ("return { url = %q, role = 'spec_denied' }"):format(
      project.url))
    local err = fails(5)
    project:sql "DROP OWNED BY spec_denied; DROP ROLE spec_denied"
    assert.equal("42501", err.sqlstate)
    assert.truthy(err.message:find("permission denied for schema denied", 1, true))
    assert.truthy(err.hint)
  end)

  it("a terminated session is exit 6, and what is open is rolled back", function()
    start [[op.execute("CREATE TABLE t (a INT)")
      op.execute("SELECT pg_terminate_backend(pg_backend_pid())")
      op.get_bind():scalar("SELECT 1")]]
    local err = fails(6)
    assert.equal("57P01", err.sqlstate)
    assert.equal("", project:sql(drivers.postgresql.tables))
  end)

  it("so is one that the server ended because it was idle in its transaction", function()
    start [[op.execute("SET idle_in_transaction_session_timeout = '50ms'")
      op.get_bind():scalar("SELECT 1")
      sleep(0.4)
      op.get_bind():scalar("SELECT 1")]]
    local err = fails(6)
    assert.equal("25P03", err.sqlstate)
    assert.truthy(err.hint:find("idle_in_transaction_session_timeout", 1, true), err.hint)
  end)

  it("a time limit for statements is exit 5", function()
    start('op.execute "SELECT pg_sleep(60)"', "statement_timeout = 0.1")
    local err = fails(5)
    assert.equal("57014", err.sqlstate)
  end)

  it("cuts and hides nothing that JSON could not hold", function()
    start(("op.execute [==[SELECT '%s' + 1]==]"):format(("ü"):rep(3000)))
    local err = fails(5)
    assert.truthy(#err.sql < 1100)
    assert.truthy(utf8.len(err.sql))
    assert.truthy(utf8.len(err.message))
  end)

  it("hides a password that a statement repeats", function()
    local server = postgres.available()
    start(("op.execute [==[SELECT '%s'::int]==]"):format(server.password))
    local result = project:run "upgrade"
    assert.equal(5, result.code)
    assert.falsy(result.err:find(server.password, 1, true), result.err)
  end)
end)
