-- Scripts of the specs: a fresh folder, a state, revisions given as text.
local core = require "luamigrate.core"

local helper = {}

function helper.folder()
  local name = os.tmpname()
  assert(os.remove(name))
  assert(os.execute("mkdir '" .. name .. "'"))
  return name
end

function helper.remove(folder)
  assert(folder:match "^/tmp/")
  os.execute("rm -rf '" .. folder .. "'")
end

function helper.write(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  assert(file:close())
  return path
end

local Project = {}
Project.__index = Project

-- Opens a state whose modules lie in a fresh folder.
function helper.open(options)
  local folder = helper.folder()
  options = options or {}
  options.roots = { folder }
  local state = assert(core.script.open(options))
  return setmetatable({ state = state, folder = folder, count = 0 }, Project)
end

function Project:close()
  self.state:close()
  helper.remove(self.folder)
end

function Project:write(name, text)
  return helper.write(self.folder .. "/" .. name, text)
end

-- Adds a revision whose file is `text`, `header` being what the static header
-- says.
function Project:add_file(text, header)
  self.count = self.count + 1
  local revision = { id = "r" .. self.count, file = "migrations/r" .. self.count .. ".lua" }
  for key, value in pairs(header or {}) do revision[key] = value end
  revision.path = self:write("r" .. self.count .. ".lua", text)
  return self.state:add(revision)
end

-- A revision with a header in its first line; `text` goes on in line 2.
function Project:add(text, header)
  return self:add_file(('revision = "r%d"\n'):format(self.count + 1) .. text, header)
end

-- Runs `body` as upgrade(); its first line is line 3 of the file.
function Project:upgrade(body)
  return self.state:run(self:add("function upgrade()\n" .. body .. "\nend\n"))
end

-- What a body printed, as one text.
function Project:printed(body)
  local ok, err = self:upgrade(body)
  if not ok then
    error(("%s:%d: %s"):format(err.file, err.line, err.message), 2)
  end
  local lines = {}
  for i, line in ipairs(self.state:log()) do lines[i] = line.text end
  return table.concat(lines, "\n")
end

return helper
