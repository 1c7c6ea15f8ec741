-- The key that batches go by, and what they write: keys of every type, values of every type.
local batches = require "spec.support.batches"
local drivers = require "spec.support.drivers"
local postgres = require "spec.support.postgres"

local ID = '{ "id", types.biginteger, primary_key = true }'

describe("the plan of batches", function()
  drivers.each(function(driver)
    local project

    after_each(function()
      project:remove()
    end)

    local function has(text, wanted)
      assert.is_truthy(text:find(wanted, 1, true), ("no %q in:\n%s"):format(wanted, text))
    end

    local function start(more)
      project = batches.project(driver, 0, more)
    end

    local function run(...)
      return batches.run(project, ...)
    end

    -- name, columns of `t` (its rows have n = 0 and `v`), key, seven rows as SQL values
    local KEYS = {
      { "an integer", '{ "k", types.integer, primary_key = true }', nil,
        { "-5", "0", "7", "8", "9", "2147483647", "11" } },
      { "a bigint", '{ "k", types.biginteger, primary_key = true }', nil,
        { "-9223372036854775808", "0", "7", "9007199254740993", "9007199254740992",
          "9223372036854775807", "3" } },
      { "text", '{ "k", types.text, primary_key = true }', nil,
        { "''", "'a'", "'B'", "'ä'", "'b c'", "'''\"\\'", "'z'" } },
      { "a string of fixed length", '{ "k", types.char(3), primary_key = true }', nil,
        { "'a'", "'b'", "'bbb'", "'c'", "'d'", "'x y'", "'zz'" } },
      { "a uuid", '{ "k", types.uuid, primary_key = true }', nil,
        { "'11111111-1111-1111-1111-111111111111'", "'21111111-1111-1111-1111-111111111111'",
          "'31111111-1111-1111-1111-111111111111'", "'a1111111-1111-1111-1111-111111111111'",
          "'b1111111-1111-1111-1111-111111111111'", "'f1111111-1111-1111-1111-111111111111'",
          "'f2111111-1111-1111-1111-111111111111'" } },
      { "a number with a fraction", '{ "k", types.numeric(10, 2), primary_key = true }', nil,
        { "-1.50", "0", "1.1", "1.15", "2", "100", "1000.01" } },
      { "a float", '{ "k", types.double, primary_key = true }', nil,
        { "-1.5", "0", "0.1", "1e10", "1e-10", "3", "4.25" } },
      { "a float without end", '{ "k", types.double, primary_key = true }', nil,
        driver.name == "sqlite" and { "-9e999", "9e999", "0", "1", "2", "3", "4" }
        or { "'-Infinity'", "'Infinity'", "'NaN'", "0", "1", "2", "3" } },
      { "a time", '{ "k", types.timestamp { timezone = true }, primary_key = true }', nil,
        { "'2026-01-01 00:00:00+00'", "'2026-01-01 00:00:00.000001+00'", "'2026-02-01 00:00:00+00'",
          "'2026-03-01 00:00:00+00'", "'2026-04-01 00:00:00+00'", "'2026-05-01 00:00:00+00'",
          "'2027-01-01 00:00:00+00'" } },
      { "bytes", '{ "k", types.binary, primary_key = true }', nil, driver.name == "sqlite"
        and { "x''", "x'00'", "x'01ff'", "x'02'", "x'03'", "x'fe'", "x'ff'" }
        or { [['\x']], [['\x00']], [['\x01ff']], [['\x02']], [['\x03']], [['\xfe']], [['\xff']] } },
      { "two columns", '{ "k", types.integer, nullable = false }, '
        .. '{ "l", types.text, nullable = false }, primary_key { "k", "l" }', nil,
        { "1, 'a'", "1, 'b'", "1, 'c'", "2, ''", "2, 'a'", "3, 'x'", "4, 'a'" } },
      { "a unique constraint, in its own order", ID .. ', { "k", types.text, nullable = false }, '
        .. '{ "l", types.integer, nullable = false }, unique { "k", "l" }', '{ "l", "k" }',
        { "1, 'b', 2", "2, 'a', 1", "3, 'a', 2", "4, 'b', 1", "5, 'c', 1", "6, 'c', 2",
          "7, 'd', 1" } },
      { "a unique index over a column that could be NULL", ID .. ', { "k", types.text }', '"k"',
        { "1, 'g'", "2, 'f'", "3, 'e'", "4, 'd'", "5, 'c'", "6, 'b'", "7, 'a'" },
        'op.create_index("ix_t_k", "t", { "k" }, { unique = true })' },
    }
    for _, case in ipairs(KEYS) do
      it("goes by " .. case[1], function()
        local values = {}
        for i, value in ipairs(case[4]) do values[i] = ("(%s, 0, 'v')"):format(value) end
        start(([[
  op.create_table("t", { %s, { "n", types.integer }, { "v", types.text } })
  op.execute %q
  %s]]):format(case[2], "INSERT INTO t VALUES " .. table.concat(values, ", "), case[5] or ""))
        local key = case[3] and "key = " .. case[3] .. "," or ""
        -- each function is interrupted after its second batch, and goes on in another process
        local body = ([[
  local function stop(n) if config.x.stop == n then error "stop" end end
  local count = 0
  op.each_batch("t", { %s columns = { "v" }, update = { "n" }, batch_size = 2 }, function(rows)
    count = count + 1
    if count == 3 then stop "each" end
    for _, row in ipairs(rows) do row.n = row.n + 1 end
  end)
  op.update_in_batches("t", { %s set = { n = sql "n + 10" }, batch_size = 3 })]]):format(key, key)
        batches.run(project, 11, body, nil, "-x stop=each")
        assert.are.equal("4", project:sql "SELECT sum(n) FROM t")
        batches.run(project, 0, body)
        assert.are.equal("7|11|11", project:sql "SELECT count(*), min(n), max(n) FROM t")
      end)
    end

    for _, case in ipairs {
      { "no key", 'op.create_table("t", { { "n", types.integer } })', "",
        "the table 't' has no primary key",
          "create a unique index on columns that are never NULL" },
      { "other keys", 'op.create_table("t", { { "a", types.integer, nullable = false },'
        .. '{ "b", types.integer, nullable = false }, { "n", types.integer }, '
        .. 'unique { "a", "b" } })', "",
        "the table 't' has no primary key", "name a unique key with `key`; there is: (a, b)" },
      { "a part of a key", 'op.create_table("t", { { "a", types.integer }, { "b", types.integer },'
        .. '{ "n", types.integer }, primary_key { "a", "b" } })', "key = 'a',",
        "key: not unique in the table 't'", "there is: (a, b)" },
      { "a unique index for some rows", 'op.create_table("t", { ' .. ID
        .. ', { "n", types.integer } })'
        .. 'op.create_index("ix", "t", { "n" }, { unique = true, where = "n > 0" })', "key = 'n',",
        "key: not unique in the table 't'", "there is: (id)" },
      { "a view", [[op.create_view("t", "SELECT id, size AS n FROM items")]], "",
        "'t' is a view" },
      { "NULL in the key", 'op.create_table("t", { ' .. ID
        .. ', { "k", types.integer, unique = true },'
        .. '{ "n", types.integer } }) op.execute "INSERT INTO t VALUES (1, 1, 1), (2, NULL, 2)"',
        "key = 'k',", "a row has NULL in the key", "name another key" },
    } do
      it("refuses " .. case[1], function()
        start(case[2])
        local result = run(11,
          ("op.each_batch('t', { %s update = { 'n' } }, print)"):format(case[3]))
        has(result.err, case[4])
        has(result.err, case[5] or "")
        has(result.err, "r2.lua:6")
      end)
    end

    if driver.name == "postgresql" then
      it("refuses NULL that NOT NULL has not looked for yet", function()
        if postgres.older(18) then
          return pending(postgres.older(18))
        end
        start('op.create_table("t", { ' .. ID .. ', { "k", types.integer, unique = true },'
          .. '{ "n", types.integer } }) op.execute "INSERT INTO t VALUES (1, 1, 1), (2, NULL, 2)"'
          .. 'op.execute "ALTER TABLE t ADD CONSTRAINT k_there NOT NULL k NOT VALID"')
        local result = run(11,
          "op.each_batch('t', { key = 'k', update = { 'n' } }, function() end)")
        has(result.err, "a row has NULL in the key")
      end)
    end

    it("quotes names and passes values", function()
      start([[
  op.create_table("Odd \"name", { { "select", types.integer, primary_key = true },
    { "it's :x ?", types.text }, { "WHERE", types.text } })
  op.bulk_insert("Odd \"name", { { select = 1 }, { select = 2 } })]])
      run(0, [[
  op.update_in_batches('Odd "name', { batch_size = 1,
    set = { ["it's :x ?"] = "a'); DROP TABLE x; -- :x $1 ?1", WHERE = sql '"select" || \'\'' } })
  op.each_batch('Odd "name', { batch_size = 1, update = { "it's :x ?" } }, function(rows)
    rows[1]["it's :x ?"] = rows[1]["it's :x ?"] .. "\n\t\\'\"{},NULL"
  end)]])
      assert.are.equal("a'); DROP TABLE x; -- :x $1 ?1\n\t\\'\"{},NULL", project:sql
        [[SELECT "it's :x ?" FROM "Odd ""name" WHERE "select" = 2 AND "WHERE" = '2']])
    end)

    it("writes back what it has read, of every type", function()
      start([[
  op.create_table("t", { { "id", types.integer, primary_key = true }, { "b", types.boolean },
    { "n", types.numeric(10, 2) }, { "f", types.double }, { "x", types.binary }, { "j",
      types.json },
    { "d", types.timestamp }, { "s", types.string(20) }, { "big", types.biginteger } })
  op.bulk_insert("t", {
    { id = 1, b = true, n = "12.30", f = 0.1, x = bytes "\0\1\255'\\", j = '{"a": [1, "x"]}',
      d = "2026-11-21 12:30:00", s = "a\\b'c\"{},", big = 9007199254740993 },
    { id = 2 }, { id = 3, b = false, n = "0.00", f = -1e300, x = bytes "", j = "[]", s = "",
      big = 0 } })]])
      local columns = 'id, b, n, f, x, j, d, s, big'
      local before = project:sql("SELECT " .. columns .. " FROM t ORDER BY id")
      run(0, [[
  op.each_batch("t", { update = { "b", "n", "f", "x", "j", "d", "s", "big" }, batch_size = 3 },
    function() end)]])
      assert.are.equal(before, project:sql("SELECT " .. columns .. " FROM t ORDER BY id"))
      if driver.name == "sqlite" then
        assert.are.equal("blob|text|text", project:sql
          "SELECT typeof(x), typeof(j), typeof(s) FROM t WHERE id = 1")
      end
    end)

    if driver.name == "postgresql" then
      for _, type in ipairs { "integer[]", "pair" } do
        it("goes by and writes " .. type, function()
          start(([[
  op.execute "CREATE TYPE pair AS (a integer, b text)"
  op.execute "CREATE TABLE t (k %s PRIMARY KEY, n integer NOT NULL, v %s)"
  op.execute [==[INSERT INTO t VALUES ('%s', 0, '%s'), ('%s', 0, NULL)]==] ]])
            :format(type, type, table.unpack(type == "pair"
              and { '(1,"a ""b")', '(,\\"\\\\\\")', "(2,)" } or { "{1,2}", "{NULL}", "{3}" })))
          local before = project:sql "SELECT v FROM t ORDER BY k"
          run(0, [[
  op.each_batch("t", { update = { "n", "v" }, batch_size = 1 }, function(rows)
    for _, row in ipairs(rows) do row.n = row.n + 1 end
  end)]])
          assert.are.equal("2|1|1", project:sql "SELECT count(*), min(n), max(n) FROM t")
          assert.are.equal(before, project:sql "SELECT v FROM t ORDER BY k")
        end)
      end

      -- the key of a table does not bind those that inherit from it
      for _, more in ipairs { "", ', "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", \z
        "c10", "c11"' } do
        it("tells rows of tables that inherit apart" .. (more ~= "" and ", wide ones too" or ""),
          function()
            local columns = { "id integer PRIMARY KEY", "n integer NOT NULL" }
            for i = 1, 11 do columns[#columns + 1] = ("c%d integer"):format(i) end
            start(([[
  op.execute "CREATE TABLE t (%s)"
  op.execute "CREATE TABLE child (PRIMARY KEY (id)) INHERITS (t)"
  op.execute "INSERT INTO t VALUES (1, 10), (2, 20)"
  op.execute "INSERT INTO child VALUES (1, 11), (2, 21), (3, 31)"]])
              :format(table.concat(columns, ", ")))
            run(0, ([[
  local count = op.each_batch("t", { update = { "n"%s }, batch_size = 3 }, function(rows)
    for _, row in ipairs(rows) do row.n = row.n + 100 end
  end)
  assert(count == 5)]]):format(more))
            assert.are.equal("110,111,120,121,131",
              (project:sql "SELECT n FROM t ORDER BY n"):gsub("\n", ","))
            assert.are.equal("110,120",
              (project:sql "SELECT n FROM ONLY t ORDER BY n"):gsub("\n", ","))
          end)
      end

      it("writes types that only PostgreSQL has, and cuts nothing", function()
        start([[
  op.create_enum("mood", { "sad", "it's" })
  op.execute "CREATE DOMAIN tags AS text[]"
  op.create_table("t", { { "id", types.integer, primary_key = true }, { "m", types.enum("mood", {
    "sad", "it's" }) },
    { "j", types.jsonb }, { "a", types.array(types.integer, { dimensions = 2 }) },
    { "t", types.array(types.text) }, { "u", types.uuid }, { "c", types.char(4) },
    { "r", types.int4range }, { "g", types.domain "tags" } })
  op.execute [==[INSERT INTO t VALUES (1, 'it''s', '{"a": 1}', '{{1,2},{3,NULL}}',
    '{"a,b","\"",NULL,""}', '11111111-1111-1111-1111-111111111111', 'ab', '[1,5)', '{x,y}'),
    (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)]==] ]])
        local before = project:sql "SELECT * FROM t ORDER BY id"
        run(0, [[
  op.each_batch("t", { update = { "m", "j", "a", "t", "u", "c", "r", "g" }, batch_size = 2 },
    function() end)]])
        assert.are.equal(before, project:sql "SELECT * FROM t ORDER BY id")
        local result = batches.run(project, 0, "")
        assert.is_truthy(result)
        project:run("downgrade", "-1")
        result = run(11, [[
  op.each_batch("t", { update = { "c" } }, function(rows) rows[1].c = "abcde" end)]])
        has(result.err, "value too long for type character(4)")
      end)

      it("never overwrites what another session changes meanwhile", function()
        project = batches.project(driver, 4)
        local session = project.database:session()
        session:sql "BEGIN; UPDATE items SET size = 1000 WHERE id = 4"
        batches.write(project, [[
  op.each_batch("items", { update = { "size" }, batch_size = 4 }, function(rows)
    for _, row in ipairs(rows) do row.size = (row.size or 0) + 1 end
  end)]])
        local run_it = assert(io.popen(("cd '%s'; '%s' upgrade 2>&1; echo code $?"):format(
          project.dir,
          require "spec.support.cli".program)))
        repeat
          local waiting = project:sql [[SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock']]
        until waiting == "1"
        session:sql "COMMIT"
        local text = run_it:read "a"
        run_it:close()
        session:close()
        has(text, "code 0")
        assert.are.equal("2|2,4|1001,6|1,8|5",
          (project:sql "SELECT id, size FROM items ORDER BY id"):gsub("\n", ","))
      end)
    else
      it("goes by the values as they are stored, whatever their type", function()
        start([[
  op.execute "CREATE TABLE t (k BOOLEAN, n INTEGER, v, PRIMARY KEY (k))"
  op.execute "INSERT INTO t VALUES (1, 0, 1), (3, 0, 1), (2.5, 0, 2.5), (x'31', 0, 1), \z
    ('b', 0, 1)"]])
        local body = [[
  op.each_batch("t", { update = { "n" }, batch_size = 1 }, function(rows)
    if config.x.stop and #db:all "SELECT 1 FROM t WHERE n > 0" == 3 then error "stop" end
    rows[1].n = rows[1].n + 1
  end)]]
        run(11, body, nil, "-x stop=1")
        run(0, body)
        assert.are.equal("5|1|1", project:sql "SELECT count(*), min(n), max(n) FROM t")
      end)

      it("leaves text and bytes what they are where they were not touched", function()
        start([[
  op.execute "CREATE TABLE t (id INTEGER PRIMARY KEY, x, s TEXT, b BLOB, j JSON)"
  op.execute "INSERT INTO t VALUES (1, x'6100', x'6100', 'a', x'ff'), (2, 'a', 'a', x'61', 'a')"]])
        local query = "SELECT group_concat(typeof(x) || typeof(s) || typeof(b) || typeof(j)) FROM t"
        local before = project:sql(query)
        run(0, [[
  op.each_batch("t", { update = { "x", "s", "b", "j" } }, function(rows) rows[2].b = "c" end)]])
        assert.are.equal(before, project:sql(query))
        assert.are.equal("6100|6100|61|FF|63", project:sql [[SELECT hex(t.x), hex(t.s), hex(t.b),
          hex(t.j), hex(u.b) FROM t, t AS u WHERE t.id = 1 AND u.id = 2]])
      end)

      it("checks the foreign keys that the function touches, not those of the table", function()
        start([[
  op.execute "CREATE TABLE p (id INTEGER PRIMARY KEY)"
  op.execute "CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p, n INTEGER)"
  op.execute "INSERT INTO p VALUES (1)"
  op.execute "INSERT INTO c VALUES (1, 1, 0), (2, 1, 0)"]])
        local result = run(11, [[
  op.each_batch("c", { update = { "n" }, batch_size = 1 }, function(rows)
    if rows[1].id == 2 then db:execute "DELETE FROM p" end
  end)]])
        has(result.err, "foreign keys are violated")
        assert.are.equal("1", project:sql "SELECT count(*) FROM p")
        result = run(11, [[op.update_in_batches("c", { set = { p = 9 } })]])
        has(result.err, "foreign keys are violated")
        project:sql [[CREATE TRIGGER t AFTER UPDATE ON c WHEN new.n = 7
          BEGIN INSERT INTO c VALUES (3, 9, 0); END]]
        result = run(11, [[op.update_in_batches("c", { set = { n = 7 }, where = "id = 1" })]])
        has(result.err, "foreign keys are violated")
      end)
    end
  end)
end)
