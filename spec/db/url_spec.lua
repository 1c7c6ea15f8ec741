-- Proves every form of an address, and that no error shows a piece of it.
local parse = require "luamigrate.core".db.url_parse

local sqlite = {
  { "sqlite:app.db", "app.db", "sqlite:app.db" },
  { "sqlite:/abs/app.db", "/abs/app.db", "sqlite:/abs/app.db" },
  { "sqlite:///app.db", "app.db", "sqlite:app.db" },
  { "sqlite:////abs/app.db", "/abs/app.db", "sqlite:/abs/app.db" },
  { "sqlite+aiosqlite:///app.db", "app.db", "sqlite:app.db" },
  { "sqlite+pysqlite:////abs.db", "/abs.db", "sqlite:/abs.db" },
  { "sqlite:a%20b?c#d.db", "a%20b?c#d.db", "sqlite:a%20b?c#d.db" },
  { "sqlite:///a%20b%3fc#d.db", "a b?c#d.db", "sqlite:a b?c#d.db" },
  { "sqlite:\xff.db", "\xff.db", "sqlite:\xff.db" },
  { "sqlite:./file:x", "./file:x", "sqlite:./file:x" },
  { "sqlite:///app.db?check_same_thread=false&timeout=5", "app.db", "sqlite:app.db" },
}

local postgresql = {
  { "postgresql://u:p@h:5433/d", { user = "u", password = "p", host = "h", port = "5433",
    dbname = "d" }, "postgresql://h:5433/d" },
  { "postgres://h/d", { host = "h", dbname = "d" }, "postgresql://h/d" },
  { "postgresql:///d", { dbname = "d" }, "postgresql:///d" },
  { "postgresql://", {}, "postgresql:///" },
  { "postgresql+asyncpg://u:p@h/d?ssl=require&command_timeout=5",
    { user = "u", password = "p", host = "h", dbname = "d", sslmode = "require" },
    "postgresql://h/d" },
  { "postgresql://u:p%40%3a%2f@h/d%20e", { user = "u", password = "p@:/", host = "h",
    dbname = "d e" }, "postgresql://h/d e" },
  { "postgresql://u:p@ss@h/d", { user = "u", password = "p@ss", host = "h", dbname = "d" },
    "postgresql://h/d" },
  { "postgresql://u:p/w?x@h/d", { user = "u", password = "p/w?x", host = "h", dbname = "d" },
    "postgresql://h/d" },
  { "postgresql://h:5432/d?application_name=a@b", { host = "h", port = "5432", dbname = "d",
    application_name = "a@b" }, "postgresql://h:5432/d" },
  { "postgresql://a:1,b,c:3/d?target_session_attrs=read-write", { host = "a,b,c", port = "1,,3",
    dbname = "d", target_session_attrs = "read-write" }, "postgresql://a,b,c:1,,3/d" },
  { "postgresql://[::1]:5432/d", { host = "::1", port = "5432", dbname = "d" },
    "postgresql://::1:5432/d" },
  { "postgresql://%2Fvar%2Frun/d", { host = "/var/run", dbname = "d" },
    "postgresql:///var/run/d" },
  { "postgresql:///d?host=/tmp&port=5433&password=x", { host = "/tmp", port = "5433",
    dbname = "d", password = "x" }, "postgresql:///tmp:5433/d" },
  { "postgresql+psycopg2:///d?host=a:1&host=b:2", { host = "a,b", port = "1,2", dbname = "d" },
    "postgresql://a,b:1,2/d" },
}

local bad = {
  { "", "empty" }, { "app.db", "unknown scheme" }, { "mysql://u:geheim@h/d", "unknown scheme" },
  { "sqlite:", "names no file" }, { "sqlite://host/geheim", "a host at byte 10" },
  { "sqlite:///a%zz", "bad percent code at byte 12" }, { "sqlite:///a%0", "bad percent code" },
  { "sqlite:///a%00", "a NUL byte at byte 12" }, { "sqlite:file:geheim", "file: addresses" },
  { "sqlite:///file:geheim?mode=ro", "option at byte 23" },
  { "sqlite:///a.db?mode=geheim", "option at byte 16" },
  { "postgresql:u:geheim@h", "no '//' behind the scheme at byte 12" },
  { "postgresql://u:geh%im@h/d", "bad percent code at byte 19" },
  { "postgresql://u:geheim%00@h/d", "NUL byte" },
  { "postgresql://u:geheim@h:0/d", "port that is not a number from 1 to 65535 at byte 25" },
  { "postgresql://u:geheim@h:65536/d", "port" }, { "postgresql://u:geheim@h:x/d", "port" },
  { "postgresql://u:geheim@[::1/d", "IPv6 address without" },
  { "postgresql://u:geheim@[::1]x/d", "something else than" },
  { "postgresql://u:geheim@h/d?geheim=1", "unknown parameter at byte 27" },
  { "postgresql://u:geheim@h/d?geheim", "parameter without '='" },
  { "postgresql://u:p@x/geheim@h/d", "a bare '@' at byte 26" },
  { "postgresql:///d?port=geheim", "port" },
  { "postgresql+Bad!://u:geheim@h/d", "unknown scheme" },
}

describe("url", function()
  for _, case in ipairs(sqlite) do
    it("reads " .. case[1], function()
      local url = assert(parse(case[1]))
      assert.equal("sqlite", url.dialect)
      assert.equal(case[2], url.path)
      assert.equal(case[3], url.display)
      assert.equal(case[2]:sub(1, 1) ~= "/", url.relative)
      assert.is_false(url.memory)
    end)
  end

  for _, text in ipairs { "sqlite::memory:", "sqlite://", "sqlite:///", "sqlite:///:memory:",
    "sqlite+aiosqlite://" } do
    it("reads " .. text .. " as memory", function()
      local url = assert(parse(text))
      assert.is_true(url.memory)
      assert.equal("sqlite::memory:", url.display)
    end)
  end

  it("starts a relative file at the base", function()
    assert.equal("/etc/x/app.db", assert(parse("sqlite:app.db", "/etc/x")).path)
    assert.equal("/app.db", assert(parse("sqlite:/app.db", "/etc/x")).path)
  end)

  for _, case in ipairs(postgresql) do
    it("reads " .. case[1], function()
      local url = assert(parse(case[1]))
      assert.equal("postgresql", url.dialect)
      assert.same(case[2], url.options)
      assert.equal(case[3], url.display)
    end)
  end

  for _, case in ipairs(bad) do
    it("refuses " .. case[1] .. " without showing it", function()
      local url, err = parse(case[1])
      assert.is_nil(url)
      assert.equal("config", err.code)
      assert.equal(2, err.exit)
      assert.truthy(err.message:find(case[2], 1, true), err.message)
      assert.is_nil((err.message .. (err.hint or "")):find("geh", 1, true))
    end)
  end

  it("never shows a random password", function()
    local alphabet = "abc%:@/?#[]&=,. 01"
    math.randomseed(3)
    for _ = 1, tonumber(os.getenv "SOAK" or 2000) do
      local secret = {}
      for i = 1, math.random(4, 12) do
        local at = math.random(#alphabet)
        secret[i] = alphabet:sub(at, at)
      end
      local text = table.concat(secret)
      local url, err = parse("postgresql://user:" .. "QZX" .. text .. "QZX@host/db")
      local shown = url and url.display or err.message .. (err.hint or "")
      assert.is_nil(shown:find("QZX", 1, true), text)
    end
  end)
end)
