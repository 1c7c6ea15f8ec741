-- Names and values are never SQL (G16), in masses: random ones go as literals, as parameters and as
-- names of columns through SELECTs, and come back the same, byte for byte, or are refused before
-- anything is sent. SEED chooses others, SOAK=1 a million of them for each database.
local core = require "luamigrate.core"
local drivers = require "spec.support.drivers"

local SEED = tonumber(os.getenv "SEED") or os.time()
local COUNT = os.getenv "SOAK" and 1000000 or 20000
local PER_STATEMENT = 50
local ddl = core.ddl

local WORDS = {
  "select", "table", "user", "order", "analyse", "a b", "A", "a", "İ", "ß", "日本", "💥", "--",
  "/*", "*/", ";", "'", "''", '"', '""', "`", "[", "]", "\\", "\\'", "\n", "\r\n", "\t", ":x",
  "::int", "?1", "$1", "$$", "$a$", "@v", "%s", "%n", "\27[31m", "NULL", "1", "_", "x'00'", "E'",
  "U&'\\0041'", "\u{202e}", "\u{7f}", "\u{85}", "\u{feff}", "\u{10ffff}", "||", ",", "(", ")",
  "))", "values", "PRIMARY", "0x", "1e5", ".", "DROP TABLE t", "pg_sleep(1)", "\u{2019}",
  "\u{2c8}", " ", "",
}
-- what is not UTF-8: pieces, overlong forms, surrogates, what eats the quote behind it (the way of
-- CVE-2025-1094)
local BROKEN = { "\255", "\192\167", "\224\128\167", "\237\160\128", "\244\144\128\128", "\195",
  "\195'", "\224\160", "\240\159\146", "\128", "\254\255", "\0", "'\0", "\0'; DROP TABLE t; --" }

local function text(random)
  local parts = {}
  for i = 1, random(0, 8) do
    parts[i] = random(40) == 1 and BROKEN[random(#BROKEN)] or WORDS[random(#WORDS)]
  end
  local made = table.concat(parts, random(2) == 1 and " " or "")
  local kind = random(20)
  if kind == 1 then -- at the limit of a name
    made = (made .. ("é"):rep(40)):sub(1, random(61, 66))
  elseif kind == 2 then
    local bytes = {}
    for i = 1, random(0, 70) do bytes[i] = string.char(random(0, 255)) end
    made = table.concat(bytes)
  end
  return made
end

local function clean(s)
  return utf8.len(s) ~= nil and not s:find("\0", 1, true)
end

-- What is taken; the rest is refused. SQLite keeps bytes that are not UTF-8.
local rules = {
  sqlite = {
    value = function(s) return not s:find("\0", 1, true) end,
    parameter = function() return true end,
    name = function(s) return s ~= "" and clean(s) end,
  },
  postgresql = {
    value = clean, parameter = clean,
    name = function(s) return s ~= "" and clean(s) and #s <= 63 end,
  },
}

drivers.each(function(driver)
  local rule, dialect = rules[driver.name], driver.name
  local PREFIX = "ALTER TABLE t RENAME TO "

  -- The name as an op writes it, or nil and why it is refused.
  local function quote(name)
    local statements, why = ddl.compile({ "rename_table", "t", name }, dialect)
    return statements and statements[1]:sub(#PREFIX + 1), why
  end

  -- One SELECT with many of them. Returns how many came back; what is wrong is an error.
  local function round(db, random)
    local columns, wanted, names, params = {}, {}, {}, { n = 0 }
    for i = 1, PER_STATEMENT do
      local value, name = text(random), text(random)
      local quoted, refusal = quote(name)
      if not rule.name(name) then
        assert(quoted == nil and refusal, ("the name %q is taken"):format(name))
        name, quoted = "c" .. i, "c" .. i
      end
      assert(quoted, ("the name %q is refused: %s"):format(name, refusal))
      local sql, why = ddl.literal(value, dialect)
      if i % 2 == 0 and rule.parameter(value) then
        params.n = params.n + 1
        params[params.n] = value
        sql = dialect == "sqlite" and "?" .. params.n or "$" .. params.n .. "::text"
      elseif not rule.value(value) then
        assert(sql == nil and why, ("the value %q is taken"):format(value))
        value, sql = "", "''"
      end
      assert(sql, ("the value %q is refused: %s"):format(value, why))
      columns[i], wanted[i], names[i] = sql .. " AS " .. quoted, value, name
    end
    local cursor, described = db:rows("SELECT " .. table.concat(columns, ", "), params)
    assert(cursor, described and described.message)
    local row = assert(cursor:next())
    for i = 1, PER_STATEMENT do
      assert(row[i] == wanted[i], ("expected %q, got %q"):format(wanted[i], row[i]))
      assert(described[i].name == names[i], ("expected the name %q, got %q")
        :format(names[i], described[i].name))
    end
    assert(cursor:next() == nil)
    cursor:close()
    return PER_STATEMENT
  end

  it(("%d random values and names come back (SEED=%d)"):format(COUNT, SEED), function()
    math.randomseed(SEED)
    local db, close = driver.open()
    finally(close)
    assert(db:execute "CREATE TABLE t (a INTEGER)")
    local done = 0
    while done < COUNT do
      done = done + round(db, math.random)
    end
    assert.are.equal(0, (db:one "SELECT count(*) FROM t"))
  end)

  it("a parameter that the database cannot hold is refused before it is sent", function()
    local trace = {}
    local db, close = driver.open { trace = trace }
    finally(close)
    local before = #trace
    for _, piece in ipairs(BROKEN) do
      for _, value in ipairs { piece, "a" .. piece, piece .. "'; SELECT 1; --" } do
        local got, err = db:one(dialect == "sqlite" and "SELECT ?1" or "SELECT $1::text", { value })
        if rule.parameter(value) then
          assert.are.equal(value, got)
        else
          assert.is_nil(got)
          assert.is_nil(err.sqlstate)
        end
      end
    end
    assert(dialect == "sqlite" or #trace == before)
  end)
end)
