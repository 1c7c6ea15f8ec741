-- Proves how a connection comes about: every way to name a server, what is said when there is
-- none, how long that takes, and that no password is ever shown.
local cli = require "spec.support.cli"
local postgres = require "spec.support.postgres"

local function encoded(text)
  return (text:gsub("[^%w._~-]", function(c) return ("%%%02X"):format(c:byte()) end))
end

-- A port that takes connections and never says a word. Returns the port and what ends it.
local function silent()
  local pipe = assert(io.popen([[exec perl -MIO::Socket::INET -e '
    my $s = IO::Socket::INET->new(Listen => 9, LocalAddr => "127.0.0.1", LocalPort => 0);
    $| = 1; print $$, "\n", $s->sockport, "\n"; sleep 60']]))
  local pid, port = pipe:read "l", pipe:read "l"
  return port, function()
    os.execute("kill " .. pid)
    pipe:close()
  end
end

describe("db_postgres_open", function()
  local database, project, server

  setup(function()
    server = postgres.available()
    database = postgres.database() -- nothing is written to it
  end)

  teardown(function()
    database:drop()
  end)

  before_each(function()
    project = cli.project { config = false }
  end)

  after_each(function()
    project:remove()
  end)

  -- `current` there, with these variables.
  local function current(url, env)
    return project:shell('"$L" -d ' .. cli.quote(url) .. " current", env)
  end

  local function credentials(extra)
    local env = { PGUSER = server.user, PGPASSWORD = server.password }
    for name, value in pairs(extra or {}) do env[name] = value end
    return env
  end

  local function succeeds(url, env)
    local result = current(url, env)
    assert.equal(0, result.code, result.err)
    return result
  end

  local function fails(code, url, env, ...)
    local result = current(url, env)
    assert.equal(code, result.code, result.err)
    for _, text in ipairs { ... } do
      assert.truthy(result.err:find(text, 1, true), result.err)
    end
    return result
  end

  local function at(host, rest)
    return ("postgresql://%s:%s@%s/%s%s"):format(encoded(server.user), encoded(server.password),
      host, database.name, rest or "")
  end

  describe("finds the server", function()
    it("by an address with everything", function()
      succeeds(database.url)
    end)

    it("with the suffix of a driver", function()
      succeeds((database.url:gsub("^postgresql:", "postgresql+asyncpg:")))
      succeeds((database.url:gsub("^postgresql:", "postgres:")))
    end)

    it("by PG* variables where the address is silent", function()
      succeeds("postgresql://", credentials { PGHOST = server.host, PGPORT = server.port,
        PGDATABASE = database.name })
      -- the address wins
      succeeds(at(server.host .. ":" .. server.port), { PGHOST = "none.invalid", PGPORT = "1",
        PGDATABASE = "none", PGUSER = "none", PGPASSWORD = "none" })
    end)

    it("by a service", function()
      project:write("services", ("[mine]\nhost=%s\nport=%s\ndbname=%s\nuser=%s\npassword=%s\n")
        :format(server.host, server.port, database.name, server.user, server.password))
      local env = { PGSERVICEFILE = project:path "services" }
      succeeds("postgresql:///?service=mine", env)
      env.PGSERVICE = "mine"
      succeeds("postgresql://", env)
    end)

    it("by the name of its host in a service, which is resolved first", function()
      project:write("services", "[mine]\nhost=none.invalid\n")
      fails(6, "postgresql:///x?service=mine", { PGSERVICEFILE = project:path "services" },
        "none.invalid:5432: its name is unknown")
    end)

    it("by the numeric address in hostaddr", function()
      succeeds(at("none.invalid:" .. server.port, "?hostaddr=127.0.0.1"))
      succeeds(at("127.0.0.1:" .. server.port))
    end)

    it("by a socket", function()
      local folder = database:sql "SHOW unix_socket_directories":match "^[^,]+"
      local pipe = io.popen "id -un"
      local user = pipe:read "l"
      pipe:close()
      database:try(('CREATE ROLE "%s" LOGIN'):format(user))
      succeeds(("postgresql://%s@%s:%s/%s"):format(user, encoded(folder), server.port,
        database.name))
      succeeds(("postgresql:///%s?host=%s&port=%s&user=%s"):format(database.name,
        encoded(folder), server.port, user))
    end)

    it("as the second of several", function()
      succeeds(at(("127.0.0.1:1,%s:%s"):format(server.host, server.port)))
      succeeds(at(("none.invalid,%s:%s"):format(server.host, server.port)))
      succeeds(at(("%s:%s,none.invalid"):format(server.host, server.port)))
    end)

    it("by its role among several", function()
      local both = ("%s:%s,127.0.0.1:%s"):format(server.host, server.port, server.port)
      succeeds(at(both, "?target_session_attrs=primary"))
      succeeds(at(both, "?target_session_attrs=prefer-standby"))
      fails(6, at(both, "?target_session_attrs=standby"), nil, "server is not in hot standby mode")
    end)

    it("after one that never answers", function()
      local port, stop = silent()
      succeeds(at(("127.0.0.1:%s,%s:%s"):format(port, server.host, server.port),
        "?connect_timeout=1"))
      stop()
    end)
  end)

  describe("says what is wrong:", function()
    local function case(title, code, make, ...)
      local texts = { ... }
      it(title, function()
        local url, env = make()
        local result = fails(code, url, env, table.unpack(texts))
        assert.falsy(result.err:find("127.0.0.1\n", 1, true))
        assert.truthy(code == 2 or result.err:find("hint:", 1, true), result.err)
      end)
    end

    case("nobody listens", 6, function() return "postgresql://127.0.0.1:1/x" end,
      "cannot connect to 127.0.0.1:1: Connection refused\n", "--wait")
    case("no socket", 6, function() return "postgresql:///x?host=/nowhere&port=77" end,
      "/nowhere/.s.PGSQL.77: No such file or directory\n", "--wait")
    case("unknown host", 6, function() return "postgresql://none.invalid/x" end,
      "none.invalid:5432: its name is unknown", "check the name of the host")
    case("wrong password", 6, function()
      return ("postgresql://%s:wrong-one@%s:%s/x"):format(server.user, server.host, server.port)
    end, 'password authentication failed for user', "check user and password")
    case("no password", 6, function()
      return ("postgresql://%s@%s:%s/x"):format(server.user, server.host, server.port)
    end, "no password supplied\n", "PGPASSWORD")
    case("unknown database", 6, function()
      return at(server.host .. ":" .. server.port):gsub("/[^/]*$", "/no_such_one"), nil
    end, 'database "no_such_one" does not exist', "createdb")
    case("unknown service", 2, function() return "postgresql:///x?service=none" end,
      'database address: definition of service "none" not found')
    case("bad value", 2, function() return "postgresql://127.0.0.1/x?sslmode=some" end,
      'database address: invalid sslmode value: "some"')
    case("bad time", 2, function() return "postgresql://127.0.0.1/x?connect_timeout=soon" end,
      'database address: connect_timeout is no number of seconds: "soon"')
    case("TLS that the server has not", 6, function()
      local proxy = postgres.proxy(database)
      return proxy.url .. "?sslmode=require", nil
    end, "server does not support SSL", "sslmode")
    case("bad setting of the session", 6, function()
      return at(server.host .. ":" .. server.port, "?options=-cnone%3D1")
    end, 'unrecognized configuration parameter "none"')

    it("a role of the configuration that there is not", function()
      project:write("luamigrate.lua", ("return { url = %q, role = 'no_such_role' }")
        :format(database.url))
      local result = project:run "current"
      assert.equal(2, result.code, result.err)
      assert.truthy(result.err:find('role "no_such_role" does not exist', 1, true), result.err)
    end)

    it("several servers, each for itself", function()
      fails(6, "postgresql://127.0.0.1:1,none.invalid:2/x", nil, "127.0.0.1:1: Connection refused; "
        .. "none.invalid:2: its name is unknown")
    end)

    it("a server that does not answer, after connect_timeout", function()
      local port, stop = silent()
      fails(6, ("postgresql://127.0.0.1:%s/x?connect_timeout=1"):format(port), nil,
        "it did not answer in time")
      stop()
    end)

    it("another kind of server", function()
      local pipe = assert(io.popen([[exec perl -MIO::Socket::INET -e '
        my $s = IO::Socket::INET->new(Listen => 9, LocalAddr => "127.0.0.1", LocalPort => 0);
        $| = 1; print $s->sockport, "\n"; my $c = $s->accept;
        print $c "HTTP/1.1 400 Bad\r\n\r\n"; sysread $c, $_, 99
        ']]))
      fails(6, ("postgresql://127.0.0.1:%s/x?sslmode=disable"):format(pipe:read "l"), nil,
        "cannot connect to 127.0.0.1:")
      pipe:close()
    end)
  end)

  describe("--wait", function()
    it("goes on once the server answers", function()
      local proxy = postgres.proxy(database)
      proxy:tell "refuse"
      local pipe = assert(io.popen(("cd %s && %s -d %s --wait=30 current 2>&1"):format(
        cli.quote(project.dir), cli.quote(cli.program), cli.quote(proxy.url))))
      local text = ""
      repeat
        local line = assert(pipe:read "L", text)
        text = text .. line
      until line:find "waiting for the database"
      proxy:tell "accept"
      text = text .. pipe:read "a"
      assert.truthy(pipe:close(), text)
      proxy:stop()
    end)

    it("ends with the time given", function()
      local result = project:shell('"$L" -d postgresql://127.0.0.1:1/x --wait=1 current')
      assert.equal(6, result.code)
      assert.truthy(result.err:find("note: waiting for the database: 127.0.0.1:1: Connection "
        .. "refused\n", 1, true), result.err)
    end)

    it("does not wait for a password to become right", function()
      local result = project:shell(('"$L" -d postgresql://%s:bad-one@%s:%s/x --wait=60 current')
        :format(server.user, server.host, server.port))
      assert.equal(6, result.code)
      assert.falsy(result.err:find "waiting")
    end)
  end)

  for name, code in pairs { INT = 130, TERM = 143 } do
    it("ends within a second of SIG" .. name .. ", with a server that does not answer", function()
      local port, stop = silent()
      local result = project:shell(("timeout --preserve-status --kill-after=1 -s %s 0.3 \"$L\" "
        .. "-d postgresql://127.0.0.1:%s/x current"):format(name, port))
      stop()
      assert.equal(code, result.code, result.err)
    end)
  end

  it("warns of a server elsewhere without an sslmode", function()
    local warning = "warning: the address has no sslmode"
    local away = at("none.invalid:" .. server.port, "?hostaddr=127.0.0.1")
    assert.truthy(succeeds(away).err:find(warning, 1, true))
    assert.falsy(succeeds(away .. "&sslmode=disable").err:find(warning, 1, true))
    assert.falsy(succeeds(away, { PGSSLMODE = "disable" }).err:find(warning, 1, true))
    assert.falsy(succeeds(database.url).err:find(warning, 1, true))
  end)

  describe(".pgpass", function()
    local url, env

    before_each(function()
      project:write("pgpass", ("*:*:*:*:%s\n"):format((server.password:gsub("[\\:]", "\\%0"))))
      url = ("postgresql://%s@%s:%s/%s"):format(server.user, server.host, server.port,
        database.name)
      env = { PGPASSFILE = project:path "pgpass" }
    end)

    it("gives the password", function()
      os.execute("chmod 600 " .. project:path "pgpass")
      succeeds(url, env)
      os.execute(("mv %s %s"):format(project:path "pgpass", project:path ".pgpass"))
      succeeds(url, { HOME = project.dir })
    end)

    it("is refused when others may read it and it is needed", function()
      os.execute("chmod 644 " .. project:path "pgpass")
      local result = fails(15, url, env, project:path "pgpass" .. ", which may have it, can be "
        .. "read by others", "chmod 600 " .. project:path "pgpass")
      -- libpq would have said so itself
      assert.falsy(result.err:find "WARNING")
    end)

    it("is nobody's business when it is not needed", function()
      os.execute("chmod 644 " .. project:path "pgpass")
      local result = project:shell('"$L" -q -d ' .. cli.quote(database.url) .. " current", env)
      assert.same({ 0, "" }, { result.code, result.err })
    end)
  end)

  describe("keeps a secret:", function()
    local passwords = {
      "simple-word", "p@ss:w/or?d#x", "100%sure%41", "a b  c", "quote'\"s", "back\\slash\\",
      "$(id)`id`", "semi;colon&and=is", "ünïcödé密码", "tab\tinside", "brackets[::1]", "%s%n%d%x",
      "-d postgresql://x", "trailing\\", "{curly}|pipe", "++plus++", "null-ish%2500",
      "../../etc/passwd", "UPPER lower 123", ("long-"):rep(20),
    }

    -- Every role, with its password.
    local function make()
      local lines = {}
      for i, password in ipairs(passwords) do
        lines[#lines + 1] = ("DROP ROLE IF EXISTS spec_secret_%d; CREATE ROLE spec_secret_%d LOGIN "
          .. "PASSWORD '%s';"):format(i, i, (password:gsub("'", "''")))
      end
      database:sql(table.concat(lines, "\n"))
    end

    local function hides(result, password)
      local output = result.out .. result.err
      for _, form in ipairs { password, encoded(password) } do
        assert.falsy(output:find(form, 1, true), output)
      end
    end

    it("20 passwords work and are never shown", function()
      make()
      for i, password in ipairs(passwords) do
        local url = ("postgresql://spec_secret_%d:%s@%s:%s/%s"):format(i, encoded(password),
          server.host, server.port, database.name)
        local right = project:shell('"$L" -v -d ' .. cli.quote(url) .. " --json status")
        assert.equal(0, right.code, password .. right.err)
        hides(right, password)
        local variable = current((url:gsub(":[^:]*@", "@")), { PGPASSWORD = password })
        assert.equal(0, variable.code, password .. variable.err)
        hides(variable, password)
        -- for another role it is wrong, and the server says so
        local wrong = project:shell('"$L" --json -d ' .. cli.quote((url:gsub("secret_%d+",
          "secret_" .. i % #passwords + 1))) .. " current")
        assert.equal(6, wrong.code, wrong.err)
        hides(wrong, password)
        -- a server that repeats it
        local repeated = current((url:gsub("[^/]*$", function() return encoded(password) end)))
        assert.equal(6, repeated.code, repeated.err)
        assert.falsy(repeated.err:gsub("^database:[^\n]*\n", ""):find(password, 1, true),
          repeated.err)
      end
    end)

    it("not in the list of processes", function()
      local port, stop = silent()
      local pipe = assert(io.popen(("cd %s && echo $$ && exec %s -d "
        .. "postgresql://u:%s@127.0.0.1:%s/x current 2>&1"):format(cli.quote(project.dir),
        cli.quote(cli.program),
        "geheim%2Fwort",
        port)))
      local pid = pipe:read "l"
      assert.truthy(pipe:read "l":find "^database:") -- it has read its arguments
      local ps = assert(io.popen("ps -o args= -p " .. pid .. "; tr '\\0' ' ' </proc/" .. pid
        .. "/cmdline"))
      local text = ps:read "a"
      ps:close()
      os.execute("kill " .. pid)
      pipe:close()
      stop()
      assert.truthy(text:find "current", text)
      assert.falsy(text:find "geheim", text)
    end)
  end)
end)
