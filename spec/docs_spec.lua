-- The pages of docs/ tell the truth: their revisions run forth and back, their configurations
-- load, their commands work, their links lead to files and headings.
local cli = require "spec.support.cli"
local drivers = require "spec.support.drivers"

local function read(path)
  local file = io.open(path, "rb")
  if not file then
    return nil
  end
  local text = file:read "a"
  file:close()
  return text
end

local function pages()
  local pipe = assert(io.popen "ls docs/*.md")
  local list = {}
  for path in pipe:lines() do
    list[#list + 1] = path
  end
  pipe:close()
  return list
end

-- The fenced blocks of a page, in their order: { language, text, line }.
local function blocks(text)
  local list, block = {}, nil
  local number = 0
  for line in (text .. "\n"):gmatch "(.-)\n" do
    number = number + 1
    local fence = line:match "^%s*```(%w*)%s*$"
    if fence and block then
      list[#list + 1] = block
      block = nil
    elseif fence then
      block = { language = fence, text = "", line = number + 1 }
    elseif block then
      block.text = block.text .. line .. "\n"
    end
  end
  assert(not block, "a block that has no end")
  return list
end

-- The name that a heading has as the end of a link.
local function anchor(heading)
  return (heading:lower():gsub("[^%w%s_-]", ""):gsub("%s", "-"))
end

local function has_heading(text, name)
  for heading in ("\n" .. text):gmatch "\n#+%s+([^\n]+)" do
    if anchor(heading) == name then
      return true
    end
  end
  return false
end

-- What a block is for.
local function kind(block)
  if block.language == "sh" then
    return "commands"
  elseif block.language ~= "lua" then
    return "text"
  elseif block.text:find "^return%f[%W]" then
    return "configuration"
  elseif block.text:find "^%s*revision%s*=" or block.text:find "\nrevision%s*=" then
    return "revision"
  end
  return "part"
end

-- How many of each kind the pages have.
local kinds = { commands = 0, configuration = 0, revision = 0, part = 0, text = 0 }

-- What is done with a block, in the project of its page.
local steps = {}

local function succeeds(project, block, ...)
  local words = { ... }
  if project.database then
    table.move({ "-d", project.url }, 1, 2, #words + 1, words)
  end
  local result = project:run(table.unpack(words))
  assert.are.equal(0, result.code, ("line %d: %s\n%s")
    :format(block.line, table.concat({ ... }, " "), result.err))
end

-- A revision is applied, reverted and applied again; the next one of the page builds on it.
function steps.revision(project, block)
  local id = assert(block.text:match "revision%s*=%s*[\"']([%w_.]+)[\"']", block.line)
  project:write(("migrations/%s.lua"):format(id), block.text)
  succeeds(project, block, "upgrade", id)
  succeeds(project, block, "downgrade", "-1")
  succeeds(project, block, "upgrade")
  assert.are.equal(id, project:sql("SELECT version_num FROM luamigrate_version"))
end

-- A configuration loads, by itself and with each of its environments.
function steps.configuration(project, block)
  project:write("luamigrate.lua", block.text)
  succeeds(project, block, "heads")
  local loaded = assert(load(block.text, "=docs", "t", { os = os }))()
  for name in pairs(loaded.environments or {}) do
    succeeds(project, block, "-n", name, "heads")
  end
end

function steps.commands(project, block)
  local count = 0
  for line in block.text:gmatch "[^\n]+" do
    local command = line:match "^%$ (.+)"
    if command then
      count = count + 1
      local address = project.database and "export DATABASE_URL=" .. cli.quote(project.url)
        .. " && " or ""
      local result = project:shell(address .. [[PATH="$(dirname "$L"):$PATH" && ]] .. command)
      assert.are.equal(0, result.code, ("line %d: %s\n%s"):format(block.line, command, result.err))
    end
  end
  assert.is_true(count > 0, ("line %d: a block without a command"):format(block.line))
end

describe("docs:", function()
  for _, path in ipairs(pages()) do
    local text = read(path)

    -- what is PostgreSQL's own is followed there
    local own = path == "docs/postgresql.md"

    it(path .. " can be followed", function()
      local project = own and drivers.postgresql.project() or cli.project()
      finally(function() project:remove() end)
      for _, block in ipairs(blocks(text)) do
        local what = kind(block)
        kinds[what] = kinds[what] + 1
        if steps[what] then
          steps[what](project, block)
        end
      end
    end)

    if not own and text:find "\nrevision%s*=" then
      it(path .. " has revisions that run on PostgreSQL too", function()
        local project = drivers.postgresql.project()
        finally(function() project:remove() end)
        for _, block in ipairs(blocks(text)) do
          local what = kind(block)
          if what == "revision" or what == "configuration" then
            steps[what](project, block)
          end
        end
      end)
    end

    it(path .. " links to what is there", function()
      for target in text:gsub("```.-```", ""):gmatch "%]%(([^)%s]+)%)" do
        if not target:find "^%a[%w+.-]*:" then
          local file, heading = target:match "^([^#]*)#?(.*)$"
          local linked = file == "" and text or read("docs/" .. file)
          assert.is_truthy(linked, target .. ": no such file")
          assert.is_true(heading == "" or has_heading(linked, heading),
            target .. ": no such heading")
        end
      end
    end)
  end

  it("hold what this spec looks for", function()
    assert.are.equal(0, kinds.part, "a ```lua block that is neither revision nor configuration")
    assert.is_true(kinds.revision >= 7, kinds.revision)
    assert.is_true(kinds.configuration >= 1, kinds.configuration)
    assert.is_true(kinds.commands >= 3, kinds.commands)
  end)
end)
