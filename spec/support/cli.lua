--- Runs the program as a process in a temporary project.
local cjson = require "cjson"

local cli = {}

local Project = {}
Project.__index = Project

local function absolute(path)
  if path:find "^/" then
    return path
  end
  local pipe = assert(io.popen "pwd")
  local here = pipe:read "l"
  pipe:close()
  return here .. "/" .. path
end

cli.program = absolute(os.getenv "LUAMIGRATE" or "build/bin/luamigrate")

-- What libpq would read, and would lead a program to another server than the address says.
cli.without_libpq = ("-u PG" .. table.concat({ "HOST", "HOSTADDR", "PORT", "USER", "PASSWORD",
  "PASSFILE", "DATABASE", "SERVICE", "SERVICEFILE", "SYSCONFDIR", "OPTIONS", "APPNAME", "SSLMODE",
  "CONNECT_TIMEOUT", "CLIENTENCODING" }, " -u PG"))

--- A word for the shell.
function cli.quote(word)
  return "'" .. tostring(word):gsub("'", "'\\''") .. "'"
end

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "a"
  file:close()
  return text
end

local function write(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  assert(file:close())
end

--- A new empty folder.
function cli.folder()
  local name = os.tmpname()
  assert(os.remove(name))
  assert(os.execute("mkdir " .. cli.quote(name)))
  return name
end

--- A revision file in the shortest form.
-- fields: id, down (string or list), message, header, upgrade, downgrade (bodies).
function cli.revision(fields)
  local down = fields.down
  if type(down) == "table" then
    down = '{ "' .. table.concat(down, '", "') .. '" }'
  else
    down = down and ("%q"):format(down) or "nil"
  end
  return ([[
--- %s
-- Create Date: 2026-11-21 12:30:00 UTC

revision = %q
down_revision = %s
%s

function upgrade()
%s
end

function downgrade()
%s
end
]]):format(fields.message or fields.id, fields.id, down, fields.header or "",
    fields.upgrade or "", fields.downgrade or "")
end

--- A project: `files` by path, `config` the text of luamigrate.lua (false: none), `revisions` a
-- list for cli.revision, `database` a PostgreSQL one (default: app.db).
function cli.project(options)
  options = options or {}
  local self = setmetatable({ dir = cli.folder(), scratch = cli.folder() }, Project)
  assert(os.execute("mkdir " .. cli.quote(self.dir .. "/migrations")))
  self.database = options.database
  if options.config ~= false then
    self:write("luamigrate.lua", options.config or ("return { url = %q }\n"):format(
      self.database and self.database.url or "sqlite:app.db"))
  end
  for path, text in pairs(options.files or {}) do
    self:write(path, text)
  end
  for _, fields in ipairs(options.revisions or {}) do
    self:write("migrations/" .. fields.id .. ".lua", cli.revision(fields))
  end
  return self
end

function Project:path(name)
  return self.dir .. "/" .. name
end

function Project:write(name, text)
  write(self:path(name), text)
end

function Project:read(name)
  return read(self:path(name))
end

function Project:exists(name)
  local file = io.open(self:path(name), "rb")
  if file then
    file:close()
  end
  return file ~= nil
end

--- Names in a folder, sorted.
function Project:list(name)
  local pipe = assert(io.popen("ls -A " .. cli.quote(self:path(name))))
  local names = {}
  for line in pipe:lines() do
    names[#names + 1] = line
  end
  pipe:close()
  return names
end

--- Runs a shell command line in the project; `$L` is the program. Environment variables that
-- choose a database are removed. Returns { code =, out =, err = }; 128 + n for a signal.
function Project:shell(line, env)
  local out, err = self.scratch .. "/out", self.scratch .. "/err"
  local settings = {}
  for name, value in pairs(env or {}) do
    settings[#settings + 1] = name .. "=" .. cli.quote(value)
  end
  local command = ("cd %s && env -u DATABASE_URL -u POSTGRES_HOST -u POSTGRES_DB "
    .. "-u LUAMIGRATE_CONFIG -u LUAMIGRATE_ENV -u NO_COLOR %s L=%s %s sh -c %s >%s 2>%s "
    .. "</dev/null"):format(cli.quote(self.dir), cli.without_libpq, cli.quote(cli.program),
      table.concat(settings, " "), cli.quote(line), cli.quote(out), cli.quote(err))
  local _, how, code = os.execute(command)
  return {
    code = how == "signal" and 128 + code or code,
    out = read(out),
    err = read(err),
  }
end

--- Runs the program with these arguments.
function Project:run(...)
  local words = { '"$L"' }
  for _, word in ipairs { ... } do
    words[#words + 1] = cli.quote(word)
  end
  return self:shell(table.concat(words, " "))
end

--- Runs the program with --json. Returns the last object and the result; `lines` has all.
function Project:json(...)
  local result = self:run("--json", ...)
  result.lines = {}
  for line in result.out:gmatch "([^\n]*)\n" do
    result.lines[#result.lines + 1] = cjson.decode(line)
  end
  return result.lines[#result.lines], result
end

--- Runs SQL in the project's database with the sqlite3 shell or psql. Returns its output.
function Project:sql(text, file)
  if self.database and not file then
    return self.database:sql(text)
  end
  local result = self:shell(("sqlite3 -cmd '.timeout 5000' %s %s")
    :format(cli.quote(file or "app.db"), cli.quote(text)))
  assert(result.code == 0, result.err)
  return (result.out:gsub("\n$", ""))
end

--- All that a script can have changed, as one text: to compare.
function Project:dump()
  return self.database and self.database:dump() or self:sql ".dump"
end

function Project:remove()
  if self.database then
    self.database:drop()
  end
  os.execute("rm -rf " .. cli.quote(self.dir) .. " " .. cli.quote(self.scratch))
end

return cli
