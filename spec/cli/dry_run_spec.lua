-- `--dry-run`: shows what upgrade and downgrade would do to the database as it is.
local cli = require "spec.support.cli"
local drivers = require "spec.support.drivers"

local REVISIONS = {
  { id = "r1", message = "first", upgrade = [[
    op.create_table("t", { { "id", types.integer, primary_key = true }, { "a", types.text } })
    op.execute "INSERT INTO t VALUES (1, 'one')"]], downgrade = 'op.drop_table "t"' },
  { id = "r2", down = "r1", upgrade = [[
    op.add_column("t", { "b", types.integer })
    op.execute("UPDATE t SET b = :b", { b = 7 })]], downgrade = 'op.drop_column("t", "b")' },
}

-- Standard output without the lines of `-- ...`.
local function statements(out)
  return (("\n" .. out):gsub("\n%-%-[^\n]*", ""):gsub("^\n+", ""):gsub("\n+$", "\n"))
end

drivers.each(function(driver)
  describe("--dry-run", function()
    local project

    local function open(revisions, config)
      project = driver.project { revisions = revisions, config = config }
      return project
    end

    local function tables()
      if not project.database and not project:exists "app.db" then
        return ""
      end
      return project:sql(driver.all_tables)
    end

    after_each(function()
      project:remove()
    end)

    it("shows the SQL of each step and leaves the database alone", function()
      open(REVISIONS)
      local result = project:run("upgrade", "--dry-run")
      assert.equal(0, result.code, result.err)
      assert.matches("%-%- upgrade base %-> r1  first\nCREATE TABLE t ", result.out)
      local function shows(text)
        assert.truthy(result.out:find("\n-- changes rows:\n" .. text .. ";\n", 1, true), result.out)
      end
      shows "INSERT INTO t VALUES (1, 'one')"
      shows "UPDATE t SET b = 7"
      assert.matches("%-%- dry run of the upgrade: base %-> r2, 2 revisions; nothing was "
        .. "changed\n$", result.out)
      assert.is_nil(result.out:find("luamigrate_", 1, true))
      assert.is_nil(result.out:find("BEGIN", 1, true))
      assert.equal("", tables())
      if not project.database then
        assert.is_false(project:exists "app.db")
      end
    end)

    it("shows SQL that does what the run does", function()
      open(REVISIONS)
      local shown = project:run("upgrade", "--dry-run").out
      assert.equal(0, project:run("upgrade").code)
      local data = project:sql "SELECT * FROM t"
      assert.equal(0, project:run("downgrade", "base").code)
      project:sql(statements(shown))
      assert.equal(data, project:sql "SELECT * FROM t")
    end)

    it("prints one line as JSON", function()
      open(REVISIONS)
      local object, result = project:json("upgrade", "--dry-run")
      assert.equal(0, result.code, result.err)
      assert.equal(1, #result.lines)
      assert.equal("result", object.event)
      assert.is_true(object.dry_run)
      assert.same({ {}, { "r2" } }, { object.from, object.to })
      assert.equal(2, #object.steps)
      assert.is_false(object.steps[2].current) -- the database is where it was
      assert.equal("r1", object.steps[1].revision)
      assert.equal(2, #object.steps[1].sql)
      assert.equal("INSERT INTO t VALUES (1, 'one')", object.steps[1].sql[2])
      assert.is_true(object.steps[2].changes_rows)
      assert.equal(0, project:run("upgrade", "r1").code)
      object = project:json("downgrade", "base", "--dry-run")
      assert.same({ { "r1" }, {} }, { object.from, object.to })
      assert.is_true(object.steps[1].current)
      assert.same({ "DROP TABLE t" }, object.steps[1].sql)
      assert.is_false(object.steps[1].changes_rows)
      assert.equal("r1", project:sql "SELECT version_num FROM luamigrate_version")
    end)

    it("has nothing to show at the target", function()
      open(REVISIONS)
      assert.equal(0, project:run("upgrade").code)
      local result = project:run("upgrade", "--dry-run")
      assert.equal(0, result.code)
      assert.matches("nothing to do: already at or past", result.out)
      local object = project:json("upgrade", "--dry-run")
      assert.is_true(object.dry_run)
      assert.same({}, object.steps)
    end)

    it("never asks, and runs in a protected environment", function()
      open(REVISIONS, "return { url = $URL, protected = true }")
      assert.equal(0, project:run("upgrade").code)
      local result = project:run("downgrade", "base", "--dry-run")
      assert.equal(0, result.code, result.err)
      assert.matches("DROP TABLE t;\n", result.out)
      assert.is_nil(result.err:find("to be reverted", 1, true))
      assert.equal(2, project:run("downgrade", "base").code)
    end)

    it("reads the rows that are there", function()
      open { REVISIONS[1], { id = "r2", down = "r1", upgrade = [[
        assert(not op.is_offline())
        local db = op.get_bind()
        for row in db:rows "SELECT id, a FROM t" do
          db:execute("UPDATE t SET a = :a WHERE id = :id", { a = row.a .. "!", id = row.id })
        end
        assert(op.inspect():has_table "t")]] } }
      assert.equal(0, project:run("upgrade", "r1").code)
      local object, result = project:json("upgrade", "--dry-run")
      assert.equal(0, result.code, result.err)
      assert.same({ "UPDATE t SET a = 'one!' WHERE id = 1" }, object.steps[1].sql)
      assert.equal("one", project:sql "SELECT a FROM t")
    end)

    it("says where it reads what a step before would write", function()
      open { REVISIONS[1], { id = "r2", down = "r1", upgrade = [[
          op.execute "INSERT INTO t VALUES (2, 'two')"
          for row in op.get_bind():rows "SELECT id FROM t" do end
          op.execute "DELETE FROM t"]] },
        { id = "r3", down = "r2", upgrade = "op.execute 'DELETE FROM t WHERE id = 3'" } }
      local object, result = project:json("upgrade", "--dry-run")
      assert.equal(0, result.code, result.err)
      assert.same({ "INSERT INTO t VALUES (2, 'two')" }, object.steps[2].sql)
      assert.matches("^the rest cannot be shown: it reads what would be written before",
        object.steps[2].note)
      assert.same({ "DELETE FROM t WHERE id = 3" }, object.steps[3].sql)
      result = project:run("upgrade", "--dry-run")
      assert.matches("\n%-%- note: the rest cannot be shown", result.out)
      assert.equal("", tables())
      -- the table is there now, but not the row
      assert.equal(0, project:run("upgrade", "r1").code)
      object = project:json("upgrade", "--dry-run")
      assert.equal(2, #object.steps[1].sql)
      assert.matches("database of now", object.steps[1].note)
      assert.equal("1", project:sql "SELECT count(*) FROM t")
    end)

    it("never runs a statement for the rows that it returns", function()
      open { REVISIONS[1], { id = "r2", down = "r1", upgrade = [[
        op.get_bind():scalar "INSERT INTO t VALUES (5, 'x') RETURNING id"]] } }
      assert.equal(0, project:run("upgrade", "r1").code)
      local object, result = project:json("upgrade", "--dry-run")
      assert.equal(0, result.code, result.err)
      assert.matches("RETURNING", object.steps[1].note)
      assert.equal("1", project:sql "SELECT count(*) FROM t")
    end)

    it("shows batches as what they do to the table", function()
      open { REVISIONS[1], { id = "r2", down = "r1", upgrade = [[
        op.update_in_batches("t", { set = { a = "x" }, where = "a IS NULL", key = "id" })
        op.each_batch("t", { columns = { "a" }, update = { "a" }, where = "id > 0" },
          function() error "called" end)]] } }
      assert.equal(0, project:run("upgrade", "r1").code)
      local object, result = project:json("upgrade", "--dry-run")
      assert.equal(0, result.code, result.err)
      assert.equal("UPDATE t SET a = 'x' WHERE a IS NULL", object.steps[1].sql[1])
      assert.matches("^UPDATE t SET a = a WHERE id > 0%s+/%* op.each_batch", object.steps[1].sql[2])
      assert.is_true(object.steps[1].changes_rows)
      assert.equal("one", project:sql "SELECT a FROM t")
    end)

    it("fails where the run would fail", function()
      open { { id = "r1", upgrade = 'error "no way"' } }
      local result = project:run("upgrade", "--dry-run")
      assert.equal(5, result.code)
      assert.equal("", result.out)
      assert.matches("no way", result.err)
      assert.matches("at: migrations/r1.lua:9", result.err, 1, true)
      assert.matches("state: nothing was changed", result.err, 1, true)
      project:write("migrations/r1.lua", cli.revision { id = "r1",
        upgrade = 'op.get_bind():one "SELECT 1 FROM nothing_before"' })
      result = project:run("upgrade", "--dry-run")
      assert.equal(5, result.code)
      assert.matches("nothing_before", result.err)
      project:write("migrations/r1.lua",
        cli.revision { id = "r1", upgrade = 'op.execute "COMMIT"' })
      assert.equal(5, project:run("upgrade", "--dry-run").code)
    end)

    it("shows a revision of steps", function()
      open { REVISIONS[1], { id = "r2", down = "r1", header = "transaction = false", upgrade = [[
        op.create_index("i", "t", { "a" }, { postgresql_concurrently = true })
        op.step("two", function() op.execute "DELETE FROM t" end)]] } }
      assert.equal(0, project:run("upgrade", "r1").code)
      local object, result = project:json("upgrade", "--dry-run")
      assert.equal(0, result.code, result.err)
      local begin = project.database and "BEGIN" or "BEGIN IMMEDIATE"
      local sql = object.steps[1].sql
      assert.equal(project.database and "CREATE INDEX CONCURRENTLY i ON t (a)"
        or "CREATE INDEX i ON t (a)", sql[1])
      assert.same({ begin, "DELETE FROM t", "COMMIT" }, { sql[#sql - 2], sql[#sql - 1], sql[#sql] })
      assert.equal("1", project:sql "SELECT count(*) FROM t")
    end)

    it("takes no lock", function()
      open(REVISIONS)
      assert.equal(0, project:run("upgrade", "r1").code)
      if project.database then
        local session = project.database:session()
        session:sql "BEGIN; LOCK TABLE luamigrate_version IN SHARE ROW EXCLUSIVE MODE"
        local result = project:run("upgrade", "--dry-run")
        session:close()
        assert.equal(0, result.code, result.err)
      else
        local result = project:shell [[
          (echo "BEGIN IMMEDIATE;"; echo ".shell \"$L\" upgrade --dry-run"; echo "ROLLBACK;") |
            sqlite3 -bail app.db]]
        assert.equal(0, result.code, result.err)
        assert.matches("UPDATE t SET b = 7", result.out)
      end
    end)
  end)
end)

describe("--dry-run on SQLite", function()
  it("shows how a table is changed, from the table that is there", function()
    local project = cli.project { revisions = { REVISIONS[1], { id = "r2", down = "r1", upgrade = [[
      op.create_check_constraint("ck", "t", "id > 0")]] } } }
    assert.equal(0, project:run("upgrade", "r1").code)
    local object, result = project:json("upgrade", "--dry-run")
    assert.equal(0, result.code, result.err)
    local all = table.concat(object.steps[1].sql, ";\n")
    assert.matches("CONSTRAINT ck CHECK (id > 0)", all, 1, true)
    assert.matches("DROP TABLE", all)
    assert.equal("1|one", project:sql "SELECT * FROM t")
    project:sql(all)
    assert.equal("1|one", project:sql "SELECT * FROM t")
    assert.not_equal(0, project:shell [[sqlite3 app.db "INSERT INTO t VALUES (0, 'x')"]].code)
    project:remove()
  end)
end)
