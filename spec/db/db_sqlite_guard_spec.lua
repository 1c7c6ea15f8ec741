-- Proves that a script cannot end the transaction or change what a guarantee
-- stands on (G8), and that foreign keys are checked where tables changed (G13).
local db = require "luamigrate.core".db

local function make(sql)
  local handle = assert(db.open "sqlite::memory:")
  assert(handle:execute(sql, nil, true))
  assert(handle:begin())
  assert(handle:guard(true))
  return handle
end

describe("db_sqlite_guard", function()
  local refused = {
    { "BEGIN", "transaction control belongs to luamigrate" },
    { "COMMIT", "transaction control" }, { "/* x */ END", "transaction control" },
    { "-- x\nROLLBACK", "transaction control" }, { "SAVEPOINT a", "transaction control" },
    { "RELEASE a", "transaction control" }, { "ROLLBACK TO a", "transaction control" },
    { "ATTACH ':memory:' AS x", "ATTACH is refused" }, { "DETACH x", "DETACH is refused" },
    { "PRAGMA foreign_keys = ON", "PRAGMA foreign_keys may not be set", "foreign_keys = true" },
    { "PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys may not be set", "leave it out" },
    { "PRAGMA journal_mode = OFF", "may not be set" }, { "PRAGMA Journal_Mode(wal)", "may not" },
    { "PRAGMA locking_mode = exclusive", "may not" }, { "PRAGMA synchronous = 0", "may not" },
    { "PRAGMA writable_schema = 1", "may not" }, { "PRAGMA schema_version = 7", "may not" },
    { "PRAGMA trusted_schema = 1", "may not" }, { "PRAGMA nosuch = 1", "may not" },
    { "PRAGMA busy_timeout = 1", "may not", "lock_timeout" },
    { "VACUUM", "within a transaction", "transaction = false" },
  }
  for _, case in ipairs(refused) do
    it("refuses " .. case[1]:gsub("\n", " "), function()
      local handle = make "CREATE TABLE t(a)"
      assert(handle:execute "INSERT INTO t VALUES (1)")
      for _, call in ipairs { "execute", "rows" } do
        local ok, err = handle[call](handle, case[1])
        assert.is_nil(ok)
        assert.equal(5, err.exit)
        assert.truthy(err.message:find(case[2], 1, true), err.message)
        if case[3] then assert.truthy(err.hint:find(case[3], 1, true)) end
      end
      assert.is_true(handle:in_transaction())
      assert(handle:guard(false))
      assert(handle:commit())
      assert.equal(1, (handle:one "SELECT count(*) FROM t"))
    end)
  end

  for _, sql in ipairs { "PRAGMA foreign_keys", "PRAGMA journal_mode", "PRAGMA table_info(t)",
    "SELECT * FROM pragma_table_info('t')", "PRAGMA user_version = 5", "PRAGMA integrity_check",
    "PRAGMA application_id = 7", "PRAGMA defer_foreign_keys = 1", "PRAGMA foreign_key_check(t)",
    "EXPLAIN SELECT 1", "ANALYZE", "REINDEX" } do
    it("allows " .. sql, function()
      local handle = make "CREATE TABLE t(a)"
      assert(handle:execute(sql))
    end)
  end

  for name, value in pairs { recursive_triggers = 1, legacy_alter_table = 1, cache_size = 77,
    ignore_check_constraints = 1, automatic_index = 0, reverse_unordered_selects = 1,
    cell_size_check = 1, analysis_limit = 9 } do
    it("puts " .. name .. " back", function()
      local handle = make ""
      local before = handle:one("PRAGMA " .. name)
      assert(handle:execute("PRAGMA " .. name .. " = " .. value))
      assert.equal(value, (handle:one("PRAGMA " .. name)))
      assert(handle:execute("PRAGMA main." .. name .. "(" .. value .. ")"))
      assert(handle:guard(false))
      assert.equal(before, (handle:one("PRAGMA " .. name)))
    end)
  end

  it("puts case_sensitive_like back, which nobody can read", function()
    local handle = make ""
    assert(handle:execute "PRAGMA case_sensitive_like = 1")
    assert.equal(0, (handle:one "SELECT 'a' LIKE 'A'"))
    assert(handle:guard(false))
    assert.equal(1, (handle:one "SELECT 'a' LIKE 'A'"))
  end)

  it("holds for statements that were prepared without it", function()
    local handle = make "CREATE TABLE t(a)"
    assert(handle:guard(false))
    assert(handle:execute "PRAGMA journal_size_limit = 5")
    assert(handle:guard(true))
    assert.is_nil((handle:execute "PRAGMA journal_size_limit = 5"))
  end)
end)

local schema = [[
  CREATE TABLE p(id INTEGER PRIMARY KEY, k TEXT UNIQUE);
  CREATE TABLE c(id INTEGER PRIMARY KEY, p_id INT REFERENCES p, k TEXT REFERENCES "P"(k));
  CREATE TABLE w(a TEXT PRIMARY KEY, x, y, FOREIGN KEY (x, y) REFERENCES q(m, n)) WITHOUT ROWID;
  CREATE TABLE q(m, n, UNIQUE (m, n));
  CREATE TABLE old(id INTEGER PRIMARY KEY, p_id INT REFERENCES p);
  CREATE TABLE plain(a);
  CREATE TRIGGER tr AFTER INSERT ON plain WHEN new.a = 'boom' BEGIN DELETE FROM p; END;
  INSERT INTO p VALUES (1, 'a'), (2, 'b');
  INSERT INTO c VALUES (1, 1, 'a'), (2, 2, NULL), (3, NULL, NULL);
  INSERT INTO w VALUES ('r', 1, 2); INSERT INTO q VALUES (1, 2);
]]

describe("db_sqlite_violations", function()
  local cases = {
    { "nothing", "SELECT 1", {} },
    { "rows of a child", "INSERT INTO c VALUES (7, 9, 'z')",
      { "c row 7: (k) references P(k)", "c row 7: (p_id) references p(id)" } },
    { "rows of a parent", "DELETE FROM p WHERE id = 1",
      { "c row 1: (k) references P(k)", "c row 1: (p_id) references p(id)" } },
    { "a key that changes", "UPDATE p SET id = 10 WHERE id = 2",
      { "c row 2: (p_id) references p(id)" } },
    { "what a trigger does", "INSERT INTO plain VALUES ('boom')",
      { "c row 1: (k) references P(k)", "c row 1: (p_id) references p(id)",
        "c row 2: (p_id) references p(id)" } },
    { "a dropped parent", "DROP TABLE q", { "w, 1 row: (x, y) references q(m, n)" } },
    { "a new child", "CREATE TABLE n(a REFERENCES p); INSERT INTO n VALUES (5)",
      { "n row 1: (a) references p(id)" } },
    { "a column with a default", "ALTER TABLE plain ADD COLUMN z DEFAULT 9 REFERENCES p; " ..
      "INSERT INTO plain(a) VALUES (0)", { "plain row 1: (z) references p(id)" } },
    { "a renamed parent", "PRAGMA legacy_alter_table = 1; ALTER TABLE q RENAME TO r",
      { "w, 1 row: (x, y) references q(m, n)" }, },
    { "a rename that keeps references", "ALTER TABLE q RENAME TO r", {} },
    { "an index nobody needs", "CREATE INDEX i ON plain(a)", {} },
    { "violations elsewhere", "INSERT INTO plain VALUES (1)", {} },
  }
  for _, case in ipairs(cases) do
    it("finds " .. case[1], function()
      local handle = make(schema)
      assert(handle:execute(case[2], nil, true))
      assert(handle:guard(false))
      local found = assert(handle:violations())
      if case[1] == "a renamed parent" then
        -- the parent is missing: its key has no name any more
        assert.equal(1, #found)
        assert.matches("^w, 1 row: %(x, y%) references q", found[1])
      else
        assert.same(case[3], found)
      end
    end)
  end

  it("notes a cached statement in every revision", function()
    local handle = make(schema)
    for _ = 1, 3 do
      assert(handle:execute("UPDATE c SET p_id = ?1 WHERE id = 1", { 99 }))
      assert(handle:guard(false))
      assert.same({ "c row 1: (p_id) references p(id)" }, handle:violations())
      assert(handle:guard(true))
      assert.same({}, handle:violations())
    end
  end)

  it("notes nothing of what the runner itself writes", function()
    local handle = make(schema)
    assert(handle:guard(false))
    assert(handle:execute "UPDATE c SET p_id = 99")
    assert.same({}, handle:violations())
  end)

  it("tells a key that cannot be checked", function()
    local handle = make [[CREATE TABLE p(a); CREATE TABLE c(x REFERENCES p(a));]]
    assert(handle:execute "INSERT INTO c VALUES (1)")
    assert.same({ 'c: foreign key mismatch - "c" referencing "p"' }, handle:violations())
  end)

  it("still knows the tables after a rollback, for the state before", function()
    local handle = make(schema .. "; INSERT INTO old VALUES (1, 55)")
    assert(handle:execute "UPDATE old SET id = id")
    assert.same({ "old row 1: (p_id) references p(id)" }, handle:violations())
    handle:rollback()
    assert.same({ "old row 1: (p_id) references p(id)" }, handle:violations())
  end)
end)
