--- The PostgreSQL server of the specs: fresh databases, sessions of psql, the proxy that cuts.
-- `make test` starts the server (tools/specs.sh) and names it in LUAMIGRATE_TEST_PGHOST, ...PGPORT,
-- ...PGUSER and ...PGPASSWORD; PGHOST and so on serve a spec that is run by hand.
local cjson = require "cjson"

local postgres = {}

local function setting(name)
  return os.getenv("LUAMIGRATE_TEST_" .. name) or os.getenv(name)
end

local function quote(word)
  return "'" .. tostring(word):gsub("'", "'\\''") .. "'"
end

local function escaped(text)
  return (text:gsub("[^%w._~-]", function(c) return ("%%%02X"):format(c:byte()) end))
end

--- Where the server is, or nil when the environment names none.
function postgres.available()
  local host, port = setting "PGHOST", setting "PGPORT"
  if not (host and port) then
    return nil
  end
  return { host = host, port = port, user = setting "PGUSER" or "postgres",
    password = setting "PGPASSWORD" or "" }
end

local function server()
  return assert(postgres.available(), "no PostgreSQL server: run the specs with tools/specs.sh")
end

--- What psql needs to find a database, as a prefix of a shell command.
local function environment(at, name)
  return ("PGHOST=%s PGPORT=%s PGUSER=%s PGPASSWORD=%s PGDATABASE=%s PGCONNECT_TIMEOUT=10"):format(
    quote(at.host), quote(at.port), quote(at.user), quote(at.password), quote(name))
end

--- The address of a database; `at` may change host, port, user and password.
function postgres.url(name, at)
  at = setmetatable(at or {}, { __index = server() })
  return ("postgresql://%s:%s@%s:%s/%s"):format(escaped(at.user), escaped(at.password),
    at.host:find "^/" and escaped(at.host) or at.host, at.port, escaped(name))
end

-- Runs psql; returns whether it succeeded, its output without the last newline, its errors.
local function psql(prefix, arguments, input)
  local base = os.tmpname()
  local file = assert(io.open(base, "wb"))
  assert(file:write(input or ""))
  assert(file:close())
  local ok = os.execute(("%s psql -XAtq -v ON_ERROR_STOP=1 %s <%s >%s.out 2>%s.err"):format(prefix,
    arguments, base, base, base))
  local function take(path)
    local from = assert(io.open(path, "rb"))
    local text = from:read "a"
    from:close()
    os.remove(path)
    return (text:gsub("\n$", ""))
  end
  os.remove(base)
  return ok == true, take(base .. ".out"), take(base .. ".err")
end

local Database = {}
Database.__index = Database

local version

--- The version of the server: 150020.
function postgres.version()
  if not version then
    local ok, out, err = psql(environment(server(), "postgres"), "-c 'SHOW server_version_num'")
    assert(ok, err)
    version = math.tointeger(out)
  end
  return version
end

--- What to say of a spec that is pending because the server is older than this version (15), if so.
function postgres.older(wanted)
  return postgres.version() < wanted * 10000 and ("needs PostgreSQL %d"):format(wanted)
end

-- Names of this process's databases that may go; at the latest when it ends.
local unused, open = {}, {}

local function drops()
  local words = {}
  for _, name in ipairs(unused) do
    words[#words + 1] = (postgres.version() >= 130000
      and "-c 'DROP DATABASE IF EXISTS %s WITH (FORCE)'"
      or [[-c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'" ]]
        .. "-c 'DROP DATABASE IF EXISTS %s'"):gsub("%%s", name)
  end
  unused = {}
  return table.concat(words, " ")
end

local function sweep()
  for name in pairs(open) do
    unused[#unused + 1] = name
  end
  open = {}
  if #unused > 0 then
    psql(environment(server(), "postgres"), drops())
  end
end

-- Kept by the registry: collected when the state is closed.
postgres.sweeper = setmetatable({}, { __gc = sweep })

local function own_pid()
  local file = assert(io.open "/proc/self/stat")
  local pid = file:read "l":match "^%d+"
  file:close()
  return pid
end

local count = 0

--- A fresh, empty database: { url, name, env }, gone at drop() or when the process ends.
-- options: template (default template0), settings (after CREATE DATABASE ... WITH)
function postgres.database(options)
  options = options or {}
  count = count + 1
  local at, name = server(), ("spec_%s_%d"):format(own_pid(), count)
  local ok, _, err = psql(environment(at, "postgres"), drops()
    .. (" -c 'CREATE DATABASE %s TEMPLATE %s %s %s'"):format(name,
      options.template or "template0", postgres.version() >= 150000 and "STRATEGY wal_log" or "",
      options.settings or ""))
  assert(ok, err)
  open[name] = true
  return setmetatable({ name = name, url = postgres.url(name), env = environment(at, name),
    server = at }, Database)
end

--- The database "postgres", to create and to look.
function postgres.admin()
  local at = server()
  return setmetatable({ name = "postgres", url = postgres.url "postgres", server = at,
    env = environment(at, "postgres") }, Database)
end

--- Runs statements, each for itself. Returns success, output, errors.
function Database:try(text)
  return psql(self.env, "", text)
end

--- The same; an error when one fails. Returns the output, columns with | between.
function Database:sql(text)
  local ok, out, err = self:try(text)
  if not ok then
    error(err, 2)
  end
  return out
end

local DUMP = [[
SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%' ORDER BY 1;
SELECT c.oid::regclass, c.relkind, c.reloptions, obj_description(c.oid, 'pg_class'),
  (SELECT string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull,
    attidentity, attgenerated, pg_get_expr(adbin, adrelid)), ', ' ORDER BY attnum)
   FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
   WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped),
  CASE c.relkind WHEN 'i' THEN pg_get_indexdef(c.oid) WHEN 'v' THEN pg_get_viewdef(c.oid) END,
  CASE WHEN c.relkind = '$ROWS' THEN query_to_xml(
    format('SELECT * FROM %s AS t ORDER BY t::text', c.oid::regclass), true, true, '') END
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema' AND relname NOT LIKE '$OWN'
ORDER BY c.oid::regclass::text COLLATE "C";
SELECT conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint
WHERE connamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
AND conrelid::regclass::text NOT LIKE '$OWN' ORDER BY 1, 2;
SELECT t.oid::regtype, enumlabel FROM pg_type AS t JOIN pg_enum ON enumtypid = t.oid
ORDER BY t.oid::regtype::text, enumsortorder;
]]

--- Schema and rows as one text, to compare; without the program's own tables, and without rows, if
-- they do not count.
function Database:dump(without_own, without_rows)
  return self:sql((DUMP:gsub("%$OWN", without_own and "luamigrate%%" or "")
    :gsub("%$ROWS", without_rows and "" or "r")))
end

--- The schema as pg_dump writes it; as dump() has it where pg_dump is older than the server.
function Database:schema(arguments)
  local file = os.tmpname()
  local pipe = assert(io.popen(("%s pg_dump -s %s 2>%s"):format(self.env, arguments or "", file)))
  local text = pipe:read "a"
  local ok = pipe:close()
  local from = assert(io.open(file, "rb"))
  local err = from:read "a"
  from:close()
  os.remove(file)
  if err:find "server version mismatch" then
    return self:dump(true, true)
  end
  assert(ok, err)
  return (text:gsub("\\%l*restrict [^\n]*", "")) -- a random word of newer versions
end

function Database:drop()
  if open[self.name] then
    open[self.name] = nil
    unused[#unused + 1] = self.name
  end
end

local Session = {}
Session.__index = Session

--- A session of psql that stays, for locks and open transactions.
function Database:session()
  local fifo = os.tmpname()
  assert(os.remove(fifo))
  assert(os.execute("mkfifo " .. fifo))
  local session = setmetatable({ count = 0 }, Session)
  session.input = assert(io.popen(("%s psql -XAtq >%s 2>&1"):format(self.env, fifo), "w"))
  session.output = assert(io.open(fifo, "rb"))
  os.remove(fifo)
  return session
end

--- Hands over statements without waiting.
function Session:post(text)
  assert(self.input:write(text, "\n;\n"))
  assert(self.input:flush())
end

--- Runs statements, waits for them. Returns what they printed, errors too.
function Session:sql(text)
  self.count = self.count + 1
  local mark = ("-- done %d --"):format(self.count)
  self:post(text .. "\n;\n\\echo '" .. mark .. "'")
  local lines = {}
  for line in self.output:lines() do
    if line == mark then
      return table.concat(lines, "\n")
    end
    lines[#lines + 1] = line
  end
  error("the session ended: " .. table.concat(lines, "\n"), 2)
end

--- Ends the session; what is open is rolled back.
function Session:close()
  if self.input then
    self.input:close()
    self.output:close()
    self.input = nil
  end
end
Session.__gc = Session.close

local Cluster = {}
Cluster.__index = Cluster

-- What the shell inside pg_virtualenv does: says where it is, obeys commands until they end.
local KEEPER = [[echo "$PGHOST $PGPORT $PGUSER $PGPASSWORD"
while read -r line; do eval "$line"; echo "done $?"; done]]

--- A server of its own, for what the others must not notice: stop, restart, settings.
function postgres.cluster()
  local fifo = os.tmpname()
  assert(os.remove(fifo))
  assert(os.execute("mkfifo " .. fifo))
  local cluster = setmetatable({}, Cluster)
  cluster.input = assert(io.popen(([[export PGPORT=$(shuf -i 15000-31000 -n 1) TMPDIR=/dev/shm
    [ -w $TMPDIR ] || TMPDIR=/tmp
    exec pg_virtualenv -t bash -c %s >%s 2>%s.err]]):format(quote(KEEPER), fifo, fifo), "w"))
  cluster.output = assert(io.open(fifo, "rb"))
  os.remove(fifo)
  for line in cluster.output:lines() do
    local host, port, user, password = line:match "^(%S+) (%d+) (%S+) (%S+)$"
    if host then
      os.remove(fifo .. ".err")
      cluster.at = { host = host, port = port, user = user, password = password }
      return cluster
    end
  end
  error "pg_virtualenv did not start"
end

--- Runs a shell command beside the server.
function Cluster:shell(command)
  assert(self.input:write(command, "\n"))
  assert(self.input:flush())
  for line in self.output:lines() do
    local code = line:match "^done (%d+)$"
    if code then
      return assert(code == "0", command)
    end
  end
  error "the server's shell ended"
end

--- Stops the server ("smart", "fast", "immediate") and starts it again.
function Cluster:restart(mode)
  self:shell(("pg_ctlcluster --mode %s $PGVERSION regress restart >/dev/null 2>&1"):format(mode))
end

--- The database "postgres" of this server, like postgres.database().
function Cluster:database()
  return setmetatable({ name = "postgres", url = postgres.url("postgres", self.at),
    env = environment(self.at, "postgres"), server = self.at }, Database)
end

--- Ends the server and removes it.
function Cluster:stop()
  if self.input then
    self.input:close()
    self.output:close()
    self.input = nil
  end
end
Cluster.__gc = Cluster.stop

local Proxy = {}
Proxy.__index = Proxy

--- A proxy before the server (spec/support/pgproxy.c): { url }. options are its arguments without
-- the dashes ({ delay = 20 }, { ["cut-before"] = 7 }); true stands for one without a value.
function postgres.proxy(db, options)
  local at = db and db.server or server()
  local build = (os.getenv "LUAMIGRATE" or (os.getenv "BUILD" or "build") .. "/bin/luamigrate")
    :gsub("/?bin/[^/]*$", "")
  local program = build .. "/pgproxy"
  local words, control = {}, os.tmpname()
  assert(os.remove(control))
  for name, value in pairs(options or {}) do
    words[#words + 1] = "--" .. name .. (value == true and "" or "=" .. quote(value))
  end
  local pipe = assert(io.popen(("%s --control=%s --server=%s:%s %s"):format(quote(program), control,
    quote(at.host), at.port, table.concat(words, " "))))
  local port = pipe:read "l"
  assert(pipe:close() and port, "the proxy did not start")
  return setmetatable({ program = program, control = control, port = port,
    url = db and postgres.url(db.name, { host = "127.0.0.1", port = port }) }, Proxy)
end

--- Says something to the proxy: "report", "hole", "cut", "refuse", "accept", "reset", "stop".
function Proxy:tell(word)
  local pipe = assert(io.popen(("%s --control=%s --tell=%s"):format(quote(self.program),
    self.control, word)))
  local text = pipe:read "a"
  assert(pipe:close(), "the proxy does not answer")
  return text
end

--- What went through so far: { connections, refused, cuts, trips, client = { messages, bytes },
-- server = { messages, bytes }, log = { { connection, type, text } ... } }
function Proxy:report()
  return cjson.decode(self:tell "report")
end

--- Ends the proxy. Returns its report.
function Proxy:stop()
  if self.control then
    local text = self:tell "stop"
    self.control = nil
    return cjson.decode(text)
  end
end

Proxy.__gc = function(self)
  pcall(self.stop, self)
end

return postgres
