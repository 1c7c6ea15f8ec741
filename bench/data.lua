-- The case "data": every row of a table is changed, in the ways that revisions have for it. ROWS
-- (1,000,000) are given a full_name made of first_name and last_name. The PostgreSQL server is
-- the one that PGHOST and so on name.
return function(bench)
  local postgres = require "spec.support.postgres"
  local quoted, shell = bench.quoted, bench.shell
  local rows = tonumber(os.getenv "ROWS" or 1000000)
  local BATCH = 10000

  local HEAD = 'revision = "r1"\ndown_revision = nil\n%s\nfunction downgrade() end\n'
    .. "function upgrade()\n%s\nend\n"
  local NAME = "first_name || ' ' || last_name"

  -- The ways of luamigrate: a name, a line of the header, the body of upgrade().
  local WAYS = {
    { "rows", "", [[
  local db = op.get_bind()
  for row in db:rows "SELECT id, first_name, last_name FROM users ORDER BY id" do
    db:execute("UPDATE users SET full_name = :full_name WHERE id = :id",
      { id = row.id, full_name = row.first_name .. " " .. row.last_name })
  end]] },
    { "each", "", ([[
  op.each_batch("users", { columns = { "first_name", "last_name" }, update = { "full_name" },
    batch_size = %d }, function(rows)
    for _, row in ipairs(rows) do
      row.full_name = row.first_name .. " " .. row.last_name
    end
  end)]]):format(BATCH) },
    { "update", "transaction = false", ([[
  op.update_in_batches("users", { set = { full_name = sql "%s" }, batch_size = %d })]])
      :format(NAME, BATCH) },
  }

  local PYTHON = [[
from alembic import op
import sqlalchemy as sa

revision = "r1"
down_revision = None


def upgrade():
    users = sa.table("users", sa.column("id", sa.BigInteger), sa.column("first_name", sa.Text),
                     sa.column("last_name", sa.Text), sa.column("full_name", sa.Text))
    connection = op.get_bind()
%s

def downgrade():
    pass
]]
  local LOOP = [[
    for row in connection.execute(sa.select(users)).fetchall():
        connection.execute(users.update().where(users.c.id == row.id)
                           .values(full_name=row.first_name + " " + row.last_name))
]]
  local MANY = [[
    rows = connection.execute(sa.select(users)).fetchall()
    connection.execute(
        users.update().where(users.c.id == sa.bindparam("key"))
        .values(full_name=sa.bindparam("name")),
        [{"key": row.id, "name": row.first_name + " " + row.last_name} for row in rows])
]]

  local ENV = [[
from alembic import context
from sqlalchemy import create_engine
engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
]]

  local function write(path, text)
    local file = assert(io.open(path, "w"))
    assert(file:write(text))
    assert(file:close())
  end

  -- The projects in the folder `at`: the commands of WAYS, and those of alembic.
  local function projects(at, url, python_url)
    local ours, alembic = {}, {}
    for i, way in ipairs(WAYS) do
      local name, header, body = table.unpack(way)
      shell("mkdir -p %s/%s", quoted(at), name)
      write(("%s/%s.lua"):format(at, name), ("return { url = %q, migrations = %q }\n")
        :format(url, name))
      write(("%s/%s/r1.lua"):format(at, name), HEAD:format(header, body))
      ours[i] = ("%s -q -c %s/%s.lua upgrade"):format(quoted(bench.program), quoted(at), name)
    end
    for i, body in ipairs { LOOP, MANY } do
      local folder = ("%s/alembic%d"):format(at, i)
      shell("mkdir -p %s/versions", quoted(folder))
      write(folder .. "/alembic.ini", ("[alembic]\nscript_location = %s\nsqlalchemy.url = %s\n")
        :format(folder, (python_url:gsub("%%", "%%%%"))))
      write(folder .. "/env.py", ENV)
      write(folder .. "/versions/r1.py", PYTHON:format(body))
      alembic[i] = ("alembic -c %s/alembic.ini upgrade head"):format(quoted(folder))
    end
    return ours, alembic
  end

  -- The batches of update_in_batches as a script for a shell.
  local function batches(path)
    local lines = {}
    for first = 1, rows, BATCH do
      lines[#lines + 1] = ("BEGIN; UPDATE users SET full_name = %s WHERE id BETWEEN %d AND %d; "
        .. "COMMIT;\n"):format(NAME, first, first + BATCH - 1)
    end
    write(path, table.concat(lines))
  end

  local function compare(database, ours, peers, alembic, before)
    local commands = table.move(peers, 1, #peers, #ours + 1, { table.unpack(ours) })
    local times, memory, cpu = bench.measure(bench.runs, commands, before)
    local c, set, batched = times[#ours + 1], times[#ours + 2], times[#ours + 3]
    local targets = database == "pg" and { 2.2, 1.3 } or { 2.5, 1.9 }
    bench.row(database .. ": rows and execute", "in C", times[1], c, targets[1])
    bench.row(database .. ": each_batch", "in C", times[2], c, targets[2])
    bench.row(database .. ": update_in_batches", "batches in the shell", times[3], batched, 1.05)
    bench.row(database .. ": each_batch", "one UPDATE", times[2], set)
    if database == "sqlite" then -- elsewhere it is the server's
      bench.row(database .. ": rows: CPU", "in C", cpu[1], cpu[#ours + 1])
      bench.row(database .. ": each_batch: CPU", "in C", cpu[2], cpu[#ours + 1])
    end
    for i, way in ipairs(WAYS) do
      bench.row_memory(("%s: %s: memory"):format(database, way[1]), memory[i], 25)
    end
    if not bench.has_alembic then
      return
    end
    -- once: it takes minutes
    times, memory = bench.measure(1, { ours[1], ours[2], alembic[1], alembic[2] }, before)
    for i, name in ipairs { "rows and execute", "each_batch" } do
      bench.row(("%s: %s"):format(database, name), "alembic: loop", times[i], times[3])
      bench.row(("%s: %s"):format(database, name), "alembic: executemany", times[i], times[4])
    end
    bench.row_memory(database .. ": alembic, loop: memory", memory[3])
    bench.row_memory(database .. ": alembic, many: memory", memory[4])
  end

  local function sqlite()
    local at = bench.folder .. "/data-sqlite"
    local ours, alembic = projects(at, ("sqlite:%s/work.db"):format(at),
      ("sqlite:///%s/work.db"):format(at))
    write(at .. "/full.sql", ([[
CREATE TABLE users (id INTEGER PRIMARY KEY, first_name TEXT NOT NULL, last_name TEXT NOT NULL,
  full_name TEXT);
INSERT INTO users SELECT value, 'first' || value, 'last ' || (value * 7919 %% 100003), NULL
  FROM generate_series(1, %d);
]]):format(rows))
    shell("sqlite3 -batch -bail %s/full.db '.read %s/full.sql'", quoted(at), at)
    batches(at .. "/batches.sql")
    compare("sqlite", ours, {
      ("%s/bench/rows_sqlite %s/work.db"):format(quoted(bench.build), quoted(at)),
      ('sqlite3 -batch -bail %s/work.db "UPDATE users SET full_name = %s"'):format(quoted(at),
        NAME),
      ("sqlite3 -batch -bail %s/work.db '.read %s/batches.sql'"):format(quoted(at), at),
    }, alembic, function()
      shell("cd %s && rm -f work.db* && cp full.db work.db && sync work.db", quoted(at))
    end)
  end

  local function postgresql()
    local database = postgres.database()
    local at = bench.folder .. "/data-pg"
    local ours, alembic = projects(at, database.url,
      (database.url:gsub("^postgresql:", "postgresql+psycopg2:")))
    database:sql(([[
CREATE TABLE seed AS SELECT i::bigint AS id, 'first' || i AS first_name,
  'last ' || (i * 7919::bigint %% 100003) AS last_name, NULL::text AS full_name
  FROM generate_series(1, %d) AS i;]]):format(rows))
    batches(at .. "/batches.sql")
    local psql = "psql -XAtq -v ON_ERROR_STOP=1 -d " .. quoted(database.url)
    compare("pg", ours, {
      ("%s/bench/rows_postgres %s"):format(quoted(bench.build), quoted(database.url)),
      ('%s -c "UPDATE users SET full_name = %s"'):format(psql, NAME),
      ("%s -f %s/batches.sql"):format(psql, quoted(at)),
    }, alembic, function()
      database:sql [[
DROP TABLE IF EXISTS users, luamigrate_version, luamigrate_history, luamigrate_progress,
  alembic_version;
CREATE TABLE users (id BIGINT PRIMARY KEY, first_name TEXT NOT NULL, last_name TEXT NOT NULL,
  full_name TEXT);
INSERT INTO users SELECT * FROM seed;
VACUUM ANALYZE users;
CHECKPOINT;]]
    end)
    database:drop()
  end

  return {
    data = function()
      sqlite()
      postgresql()
    end,
  }
end
