--- The texts of new files: revisions, and what `luamigrate init` writes.
-- Every function gets one table of texts and returns a list of texts, or nil and why not.
local stubs = require "luamigrate.stubs"

local template = {}

local NAME_LIMIT = 255 -- bytes that a file name may have

--- Lower-case letters, digits and `_`, at most `limit` bytes, cut at a `_`; never empty.
local function slugify(message, limit)
  local slug = message:lower():gsub("[^a-z0-9]+", "_"):gsub("^_", ""):gsub("_$", "")
  if #slug > limit then
    local cut = slug:sub(1, limit)
    if slug:sub(limit + 1, limit + 1) ~= "_" then
      cut = cut:match("^(.+)_[^_]*$") or cut
    end
    slug = cut:gsub("_$", "")
  end
  return slug == "" and "revision" or slug
end

local TOKENS = {
  rev = true, slug = true, epoch = true, year = true, month = true, day = true,
  hour = true, minute = true, second = true,
}

local function fill(request, slug)
  local name = request.file_template:gsub("{(%w+)}", function(token)
    return token == "slug" and slug or request[token]
  end)
  -- without a slug nothing should be left of what joined it
  return (slug == "" and name:gsub("[_-]+$", "") or name) .. ".lua"
end

local function check_template(request)
  for token in request.file_template:gmatch "{([^}]*)}" do
    if not TOKENS[token] then
      return nil, ("file_template: unknown token {%s}; there are {rev} {slug} {year} {month} "
        .. "{day} {hour} {minute} {second} {epoch}"):format(token)
    end
  end
  if request.file_template:find("/", 1, true) and request.recursive ~= "true" then
    return nil, "file_template: '/' needs recursive = true"
  end
  return true
end

local function check_name(name)
  if name:find "^/" then
    return nil, "file_template: the name may not begin with '/'"
  end
  for part in name:gmatch "[^/]+" do
    if part:find "^[.#]" then
      return nil, ("file_template: the name %q begins with '%s', such files are not read")
        :format(part, part:sub(1, 1))
    end
    if #part > NAME_LIMIT then
      return nil, ("the file name would have %d bytes, at most %d are possible")
        :format(#part, NAME_LIMIT)
    end
  end
  return name
end

--- The file name; the slug gives way when the name gets too long.
local function file_name(request)
  local fine, why = check_template(request)
  if not fine then
    return nil, why
  end
  local slug = slugify(request.message, tonumber(request.truncate_slug_length))
  local name = fill(request, slug)
  while #name:match "[^/]*$" > NAME_LIMIT and slug ~= "" do
    local excess = #name:match "[^/]*$" - NAME_LIMIT
    slug = slug:sub(1, math.max(#slug - excess, 0)):gsub("_$", "")
    name = fill(request, slug)
  end
  return check_name(name)
end

--- The message as comment lines. `--` and a blank before the text make sure that none begins a
-- long comment; the caller has escaped control characters and made every line end "\n".
local function comment(message)
  local lines = {}
  for line in (message .. "\n"):gmatch "(.-)\n" do
    local text = line:gsub("%s+$", "")
    local mark = #lines == 0 and "---" or "--"
    lines[#lines + 1] = text == "" and mark or mark .. " " .. text
  end
  return table.concat(lines, "\n")
end

--- nil, "a" or { "a", "b" }. Ids and labels need no escapes, %q is for certainty.
local function literal(names, always_list)
  local quoted = {}
  for i, name in ipairs(names or {}) do
    quoted[i] = ("%q"):format(name)
  end
  if #quoted == 0 then
    return "nil"
  end
  if #quoted == 1 and not always_list then
    return quoted[1]
  end
  return "{ " .. table.concat(quoted, ", ") .. " }"
end

local REVISION = [[
{comment}
-- Revision ID: {rev}
-- Revises: {revises}
-- Create Date: {date}

revision = {id}
down_revision = {down}
branch_labels = {labels}
depends_on = {depends}

function upgrade()
end

function downgrade()
end
]]

--- A revision file. Returns { name, text }.
function template.revision(request)
  local name, why = file_name(request)
  if not name then
    return nil, why
  end
  local values = {
    comment = comment(request.message),
    rev = request.rev,
    revises = #request.down > 0 and table.concat(request.down, ", ") or "base",
    date = request.date,
    id = ("%q"):format(request.rev),
    down = literal(request.down, request.merge == "true"),
    labels = literal(request.branch_labels),
    depends = literal(request.depends_on),
  }
  return { name, (REVISION:gsub("{(%l+)}", values)) }
end

-- The old scripts are copied whole, each with globals of its own that fall back to those of the
-- revision; the functions come first, so that the header ends before them.
local SQUASH = [[
{comment}
-- Revision ID: {rev}
-- Revises: {revises}
-- Create Date: {date}
--
-- In the place of {old}. Their files may go when no
-- database stands between them any more.

revision = {id}
down_revision = {down}
branch_labels = {labels}
depends_on = {depends}
replaces = {replaces}
{settings}
local squashed = {}

function upgrade()
  for _, step in ipairs(squashed) do
    step.upgrade()
  end
end

function downgrade()
  for i = #squashed, 1, -1 do
    squashed[i].downgrade()
  end
end
{steps}]]

local STEP = [[

do -- {file}
  local _ENV = setmetatable({ upgrade = false, downgrade = false }, { __index = _ENV })
  squashed[#squashed + 1] = _ENV
{text}
end
if not squashed[#squashed].downgrade then
  downgrade = nil -- luacheck: ignore
end
]]

--- The script without what may only stand at the beginning of a file.
local function inner_text(text)
  text = text:gsub("^\xEF\xBB\xBF", ""):gsub("^#[^\n]*", ""):gsub("\r\n?", "\n")
  return (text:gsub("^\n+", ""):gsub("\n+$", ""))
end

--- Settings of the header that all of the old ones agree on.
local function settings(request)
  local lines = {}
  for _, name in ipairs { "foreign_keys", "lock_timeout", "statement_timeout" } do
    if request[name] then
      lines[#lines + 1] = name .. " = " .. request[name]
    end
  end
  if request.irreversible then
    lines[#lines + 1] = ("irreversible = %q"):format(request.irreversible):gsub("\n", "n")
  end
  return #lines > 0 and table.concat(lines, "\n") .. "\n" or ""
end

--- A revision in the place of others. Returns { name, text }.
function template.squash(request)
  local name, why = file_name(request)
  if not name then
    return nil, why
  end
  local steps = {}
  for i, text in ipairs(request.texts) do
    local values = { file = request.files[i], text = inner_text(text) }
    steps[i] = STEP:gsub("{(%l+)}", values)
  end
  local values = {
    comment = comment(request.message),
    rev = request.rev,
    revises = #request.down > 0 and table.concat(request.down, ", ") or "base",
    date = request.date,
    old = request.replaces[1] .. " to " .. request.replaces[#request.replaces],
    id = ("%q"):format(request.rev),
    down = literal(request.down),
    labels = literal(request.branch_labels),
    depends = literal(request.depends_on),
    replaces = literal(request.replaces, true),
    settings = settings(request),
    steps = table.concat(steps),
  }
  return { name, (SQUASH:gsub("{(%l+)}", values)) }
end

local CONFIG = [[
-- Configuration of luamigrate: this file returns a table. What is commented out is the default.
return {
  -- sqlite:relative.db, sqlite:////absolute.db, sqlite::memory:, postgresql://user@host/name
  url = os.getenv "DATABASE_URL" or "sqlite:app.db",

  migrations = "migrations", -- a folder or a list of folders, relative to this file
  -- recursive = false,

  -- version_table = "luamigrate_version",
  -- file_template = "{rev}_{slug}", -- rev slug year month day hour minute second epoch
  -- truncate_slug_length = 40,
  -- timezone = "UTC",
  -- revision_id = "random", -- or "sequential" (001, 002, ...), "timestamp"

  -- lock_timeout = 60, -- seconds to wait for another runner
  -- limits = { memory = 512, stall = 60 }, -- of a script: MiB, seconds

  -- vars = {}, -- what revisions read as config.vars
  -- script_modules = {}, -- installed rocks that revisions may require

  -- luamigrate -n production ...
  -- environments = {
  --   production = { url = os.getenv "PROD_DATABASE_URL", protected = true },
  -- },
}
]]

local LUACHECKRC = [[
std = "lua54"
exclude_files = { "luamigrate.d.lua" }
files["migrations"] = {
  globals = {
    "revision", "down_revision", "branch_labels", "depends_on", "transaction", "lock_timeout",
    "statement_timeout", "foreign_keys", "irreversible", "replaces", "upgrade", "downgrade",
  },
  read_globals = {
    "op", "types", "sql", "null", "bytes", "json", "log", "sleep", "config",
    "primary_key", "unique", "foreign_key", "check", "exclude", "index",
    os = { fields = { "now" } },
  },
}
]]

--- What `init` writes: { path, text, path, text, ... }.
function template.project()
  return {
    "luamigrate.lua", CONFIG,
    ".luacheckrc", LUACHECKRC,
    "luamigrate.d.lua", stubs,
  }
end

return template
