-- Writes the same history of `count` revisions for each of the programs that
-- are compared: a table with six columns, an index, an added column each.
local generate = {}

local function write(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  assert(file:close())
end

local function fill(template, number)
  local values = {
    id = ("%04d_table"):format(number),
    previous = ("%04d_table"):format(number - 1),
    table = ("table_%04d"):format(number),
    number = number,
  }
  return (template:gsub("%$(%l+)", values))
end

--- `template` with $id, $previous, $table and $number of a revision.
generate.fill = fill

local revision = [[
--- Create $table.
-- Revision ID: $id
-- Create Date: 2026-11-21 12:30:00 UTC

revision = "$id"
down_revision = $parent

function upgrade()
  op.create_table("$table", {
    { "id", types.integer, primary_key = true },
    { "name", types.string(100), nullable = false },
    { "email", types.string(255) },
    { "amount", types.numeric(10, 2) },
    { "active", types.boolean, nullable = false, server_default = true },
    { "created_at", types.datetime },
  })
  op.create_index("ix_$table", "$table", { "name" })
  op.add_column("$table", { "note", types.text })
end

function downgrade()
  op.drop_table("$table")
end
]]

function generate.luamigrate(folder, count)
  for number = 1, count do
    local parent = number == 1 and "nil" or '"$previous"'
    local text = revision:gsub("%$parent", parent)
    write(fill(folder .. "/$id.lua", number), fill(text, number))
  end
end

local tables = [[
CREATE TABLE IF NOT EXISTS luamigrate_version (version_num VARCHAR(255) NOT NULL PRIMARY KEY);
CREATE TABLE IF NOT EXISTS luamigrate_history (id INTEGER PRIMARY KEY, version_table VARCHAR(255)
 NOT NULL, revision VARCHAR(255) NOT NULL, direction VARCHAR(16) NOT NULL, started_at VARCHAR(32)
 NOT NULL, duration_ms BIGINT NOT NULL, checksum VARCHAR(64), actor VARCHAR(255),
 host VARCHAR(255), version VARCHAR(32) NOT NULL, state VARCHAR(16) NOT NULL);
]]
local up = [[
CREATE TABLE $table (
    id INTEGER NOT NULL,
    name VARCHAR(100) NOT NULL,
    email VARCHAR(255),
    amount NUMERIC(10, 2),
    active BOOLEAN DEFAULT 1 NOT NULL,
    created_at DATETIME,
    PRIMARY KEY (id)
);
CREATE INDEX ix_$table ON $table (name);
ALTER TABLE $table ADD COLUMN note TEXT;
]]
local history = [[
INSERT INTO luamigrate_history (version_table, revision, direction, started_at, duration_ms,
 checksum, actor, host, version, state) VALUES ('luamigrate_version', '$id', '$direction',
 '2026-11-21T12:30:00Z', 1, '0123456789abcdef', 'root', 'localhost', '0.1.0', 'done');
]]

-- The statements that a runner sends, as a script for the sqlite3 shell: a
-- transaction for each revision that reads the version and writes both rows.
function generate.sqlite_up(path, count)
  local parts = { "PRAGMA busy_timeout = 60000;\nPRAGMA foreign_keys = OFF;\n" }
  for number = 1, count do
    local version = number == 1 and "INSERT INTO luamigrate_version VALUES ('$id');\n"
      or "UPDATE luamigrate_version SET version_num = '$id' WHERE version_num = '$previous';\n"
    parts[#parts + 1] = fill("BEGIN IMMEDIATE;\n" .. (number == 1 and tables or "")
      .. "SELECT version_num FROM luamigrate_version;\n" .. up .. version
      .. history:gsub("%$direction", "upgrade") .. "COMMIT;\n", number)
  end
  write(path, table.concat(parts))
end

function generate.sqlite_down(path, count)
  local parts = { "PRAGMA busy_timeout = 60000;\nPRAGMA foreign_keys = OFF;\n" }
  for number = count, 1, -1 do
    local version = number == 1 and "DELETE FROM luamigrate_version WHERE version_num = '$id';\n"
      or "UPDATE luamigrate_version SET version_num = '$previous' WHERE version_num = '$id';\n"
    parts[#parts + 1] = fill("BEGIN IMMEDIATE;\nSELECT version_num FROM luamigrate_version;\n"
      .. "DROP TABLE $table;\n" .. version .. history:gsub("%$direction", "downgrade")
      .. "COMMIT;\n", number)
  end
  write(path, table.concat(parts))
end

local alembic_env = [[
from alembic import context
from sqlalchemy import create_engine
engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
]]
local alembic_revision = [[
"""Create $table."""
from alembic import op
import sqlalchemy as sa

revision = "$id"
down_revision = $parent


def upgrade():
    op.create_table(
        "$table",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("email", sa.String(255)),
        sa.Column("amount", sa.Numeric(10, 2)),
        sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("created_at", sa.DateTime),
    )
    op.create_index("ix_$table", "$table", ["name"])
    op.add_column("$table", sa.Column("note", sa.Text))


def downgrade():
    op.drop_table("$table")
]]

--- `database` is the path of a file, or an address.
function generate.alembic(folder, count, database)
  local url = database:find "^%w+[%w+]*://" and database:gsub("%%", "%%%%")
    or "sqlite:///" .. database
  write(folder .. "/alembic.ini", "[alembic]\nscript_location = " .. folder
    .. "\nsqlalchemy.url = " .. url .. "\n")
  write(folder .. "/env.py", alembic_env)
  for number = 1, count do
    local parent = number == 1 and "None" or '"$previous"'
    local text = alembic_revision:gsub("%$parent", parent)
    write(fill(folder .. "/versions/$id.py", number), fill(text, number))
  end
end

--- One revision that changes the type of a column of the table `t` in batch mode.
function generate.alembic_batch(folder, database)
  write(folder .. "/alembic.ini", "[alembic]\nscript_location = " .. folder
    .. "\nsqlalchemy.url = sqlite:///" .. database .. "\n")
  write(folder .. "/env.py", alembic_env)
  write(folder .. "/versions/r1.py", [[
from alembic import op
import sqlalchemy as sa

revision = "r1"
down_revision = None


def upgrade():
    with op.batch_alter_table("t") as batch:
        batch.alter_column("n", type_=sa.Text())


def downgrade():
    pass
]])
end

-- The parents of revision `number` (from 1) in a graph of this shape.
local function parents(number, shape)
  if shape == "branches" then
    return number > 1000 and { number - 1000 } or {}
  elseif number == 1 then
    return {}
  elseif shape == "ladder" then
    local at = number - 1
    return at % 3 == 0 and { number - 2, number - 1 } or { (at - 1) // 3 * 3 + 1 }
  end
  return { number - 1 }
end

local function quoted_parents(number, shape)
  local list = parents(number, shape)
  for i, parent in ipairs(list) do
    list[i] = ('"%05d_empty"'):format(parent)
  end
  return list
end

--- Revisions that do nothing: "line", "ladder" (pairs of branches and merges), "branches" (1,000).
function generate.empty(folder, count, shape)
  for number = 1, count do
    local down = quoted_parents(number, shape)
    local text = #down == 0 and "nil" or #down == 1 and down[1]
      or "{ " .. table.concat(down, ", ") .. " }"
    write(("%s/%05d_empty.lua"):format(folder, number), ([[
--- Nothing.
-- Revision ID: %05d_empty
-- Create Date: 2026-11-21 12:30:00 UTC

revision = "%05d_empty"
down_revision = %s

function upgrade()
end

function downgrade()
end
]]):format(number, number, text))
  end
end

function generate.alembic_empty(folder, count, database)
  write(folder .. "/alembic.ini", "[alembic]\nscript_location = " .. folder
    .. "\nsqlalchemy.url = sqlite:///" .. database .. "\n")
  write(folder .. "/env.py", alembic_env)
  for number = 1, count do
    local down = quoted_parents(number, "ladder")
    local text = #down == 0 and "None" or #down == 1 and down[1]
      or "(" .. table.concat(down, ", ") .. ")"
    write(("%s/versions/%05d_empty.py"):format(folder, number), ([[
"""Nothing."""
revision = "%05d_empty"
down_revision = %s


def upgrade():
    pass


def downgrade():
    pass
]]):format(number, text))
  end
end

return generate
