--- One body of specs for every database: drivers.each(function(driver) ... end) describes it once
-- on SQLite and once on PostgreSQL.
local busted = require "busted"
local cli = require "spec.support.cli"
local postgres = require "spec.support.postgres"

local drivers = {}

local Sqlite = { name = "sqlite" }

-- `options` for cli.project: $URL in the configuration is the database's address.
local function prepared(options, url, database)
  local all = { database = database }
  for key, value in pairs(options or {}) do all[key] = value end
  if all.config then
    all.config = all.config:gsub("%$URL", (("%q"):format(url):gsub("%%", "%%%%")))
  end
  return all
end

--- A project like cli.project, $URL in its configuration being a literal of the address; `url` is
-- that of its empty database, `shown` how the program shows it.
function Sqlite.project(options)
  local project = cli.project(prepared(options, "sqlite:app.db"))
  project.url, project.shown = "sqlite:app.db", "sqlite:app.db"
  return project
end

--- Another database for the same project: an address, sql() and drop().
function Sqlite.another(project, name)
  return { url = "sqlite:" .. name .. ".db", drop = function() end,
    sql = function(_, text) return project:sql(text, name .. ".db") end }
end

--- A connection of core.db to a fresh database, and a function that takes it away.
function Sqlite.open(options)
  local folder = cli.folder()
  local all = { create = true }
  for key, value in pairs(options or {}) do all[key] = value end
  local db = assert(require "luamigrate.core".db.open("sqlite:" .. folder .. "/x.db", all))
  return db, function()
    db:close()
    os.execute("rm -rf " .. cli.quote(folder))
  end
end

--- Names of the tables that belong to scripts, sorted, one a line.
Sqlite.tables = "SELECT name FROM sqlite_schema WHERE type = 'table' "
  .. "AND name NOT LIKE 'luamigrate%' AND name NOT LIKE 'sqlite%' ORDER BY name"
--- The same with those of the program.
Sqlite.all_tables = "SELECT name FROM sqlite_schema WHERE type = 'table' "
  .. "AND name NOT LIKE 'sqlite%' ORDER BY name"

local Postgres = { name = "postgresql" }

function Postgres.project(options)
  local database = postgres.database()
  local project = cli.project(prepared(options, database.url, database))
  project.url, project.shown = database.url, database.url:gsub("//[^@]*@", "//")
  return project
end

function Postgres.another()
  return postgres.database()
end

function Postgres.open(options)
  local database = postgres.database()
  local db = assert(require "luamigrate.core".db.open(database.url, options))
  return db, function()
    db:close()
    database:drop()
  end, database
end

Postgres.tables = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND "
  .. "relnamespace = 'public'::regnamespace AND relname NOT LIKE 'luamigrate%' "
  .. [[ORDER BY relname COLLATE "C"]]
Postgres.all_tables = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND "
  .. [[relnamespace = 'public'::regnamespace ORDER BY relname COLLATE "C"]]

drivers.list = { Sqlite, Postgres }
drivers.sqlite, drivers.postgresql = Sqlite, Postgres

--- Describes `body(driver)` for each database. driver: name ("sqlite", "postgresql"), project(),
-- another(), open(), tables, all_tables (queries). Without a server the PostgreSQL half fails.
function drivers.each(body)
  for _, driver in ipairs(drivers.list) do
    busted.describe("on " .. driver.name, function()
      if driver == Postgres and not postgres.available() then
        busted.it("has a server", function()
          error "no PostgreSQL server: run the specs with tools/specs.sh"
        end)
        return
      end
      body(driver)
    end)
  end
end

return drivers
