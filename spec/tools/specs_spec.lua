-- tools/specs.sh counts honestly: its last line and its exit status say what
-- happened, also when a spec crashes, hangs or proves nothing.
local root

local function write(name, text)
  local file = assert(io.open(root .. "/" .. name, "w"))
  assert(file:write(text))
  assert(file:close())
end

-- Runs the specs of `root`; returns the exit status, the last line, all text.
local function run(settings)
  local pipe = assert(io.popen(("env %s BUILD='%s/build' RUNNER='lua5.4 /usr/bin/busted' "
    .. "tools/specs.sh '%s' 2>&1"):format(settings or "", root, root)))
  local text = pipe:read "a"
  local _, _, status = pipe:close()
  return status, text:match "([^\n]*)\n$", text
end

local passing = 'it("passes", function() assert.equal(1, 1) end)\n'
local failing = 'it("fails", function() assert.equal(1, 2) end)\n'

local cases = {
  { "passing tests", passing:rep(3), "3 passed, 0 failed", 0 },
  { "a failing test", passing .. failing, "1 passed, 1 failed", 1 },
  { "an error in a test", passing .. 'it("x", function() error "oh" end)\n',
    "1 passed, 1 failed", 1 },
  { "an error outside a test", passing .. 'describe("x", function() error "oh" end)\n',
    "1 passed, 1 failed", 1 },
  { "a file that does not compile", "it(", "0 passed, 1 failed", 1 },
  { "an error in a set-up", "before_each(function() error 'oh' end)\n" .. passing,
    "0 passed, 1 failed", 1 },
  { "an error in a tear-down", "teardown(function() error 'oh' end)\n" .. passing,
    "1 passed, 1 failed", 1 },
  { "a crash", passing .. 'it("x", function() os.execute("kill -11 $PPID") end)\n',
    "0 passed, 1 failed", 1 },
  { "an exit that looks well", passing .. 'it("x", function() os.exit(0) end)\n',
    "0 passed, 1 failed", 1 },
  { "a file without a test", "local _ = 1\n", "0 passed, 1 failed", 1 },
  { "only pending tests", 'pending("later", function() end)\n', "0 passed, 1 failed", 1 },
  { "256 failures, which are 0 as an exit status",
    "for i = 1, 256 do it('fails ' .. i, function() assert.equal(1, i + 1) end) end\n",
    "0 passed, 256 failed", 1 },
}

describe("tools/specs.sh", function()
  before_each(function()
    root = os.tmpname()
    assert(os.remove(root))
    assert(os.execute(("mkdir -p '%s'"):format(root)))
  end)

  after_each(function()
    assert(os.execute(("rm -rf '%s'"):format(root)))
  end)

  for _, case in ipairs(cases) do
    local what, text, line, status = table.unpack(case)
    it("counts " .. what, function()
      write("one_spec.lua", text)
      local got, last, all = run()
      assert.equal(line, last, all)
      assert.equal(status, got)
    end)
  end

  it("adds the files up and shows why one failed", function()
    write("one_spec.lua", passing)
    write("two_spec.lua", failing)
    local status, last, all = run()
    assert.equal("1 passed, 1 failed", last)
    assert.equal(1, status)
    assert.truthy(all:find("two_spec.lua:1", 1, true), all)
  end)

  it("ends a spec that hangs", function()
    write("one_spec.lua", 'it("x", function() while true do end end)\n')
    local status, last, all = run "SPEC_LIMIT=1"
    assert.equal("0 passed, 1 failed", last)
    assert.equal(1, status)
    assert.truthy(all:find("over 1 s", 1, true), all)
  end)

  it("fails when there is no spec", function()
    local status, last = run()
    assert.equal("0 passed, 1 failed", last)
    assert.equal(1, status)
  end)

  it("counts what a sanitizer reported", function()
    write("one_spec.lua", ('it("x", function() os.execute "echo leak >%s/report.1" end)\n')
      :format(root))
    local status, last = run(("REPORTS='%s/report'"):format(root))
    assert.equal("1 passed, 1 failed", last)
    assert.equal(1, status)
  end)

  it("keeps the user's settings from the specs", function()
    write("one_spec.lua", [[
      it("sees none", function()
        assert.is_nil(os.getenv "DATABASE_URL")
        assert.is_nil(os.getenv "LUAMIGRATE_ENV")
        assert.truthy(os.getenv "LUAMIGRATE":find("/build/bin/luamigrate$"))
      end)
    ]])
    local _, last, all = run "DATABASE_URL=sqlite:x.db LUAMIGRATE_ENV=production"
    assert.equal("1 passed, 0 failed", last, all)
  end)

  it("tells the specs of a server by names that no program looks at", function()
    write("one_spec.lua", [[
      it("sees it", function()
        assert.equal("here 1 me secret", ("%s %s %s %s"):format(
          os.getenv "LUAMIGRATE_TEST_PGHOST", os.getenv "LUAMIGRATE_TEST_PGPORT",
          os.getenv "LUAMIGRATE_TEST_PGUSER", os.getenv "LUAMIGRATE_TEST_PGPASSWORD"))
        assert.is_nil(os.getenv "PGHOST")
        assert.is_nil(os.getenv "PGPASSWORD")
      end)
      -- require "spec.support.postgres"
    ]])
    local _, last, all = run "PGHOST=here PGPORT=1 PGUSER=me PGPASSWORD=secret"
    assert.equal("1 passed, 0 failed", last, all)
  end)

  it("starts a server that is there for the whole run", function()
    for _, name in ipairs { "one", "two" } do
      write(name .. "_spec.lua", [[
        local postgres = require "spec.support.postgres"
        it("sees it", function()
          local database = postgres.database()
          assert.equal("off 200", database:sql
            "SELECT current_setting('fsync') || ' ' || current_setting('max_connections')")
        end)
      ]])
    end
    local _, last, all = run "-u LUAMIGRATE_TEST_PGHOST"
    assert.equal("2 passed, 0 failed", last, all)
  end)

  it("fails what needs a server when there is none", function()
    write("one_spec.lua", [[
      local drivers = require "spec.support.drivers"
      drivers.each(function(driver)
        it("has a name", function() assert.truthy(driver.name) end)
      end)
    ]])
    write("pg_virtualenv", "#!/bin/sh\nexit 2\n")
    assert(os.execute(("chmod +x '%s/pg_virtualenv'"):format(root)))
    local _, last, all = run(('-u LUAMIGRATE_TEST_PGHOST PATH="%s:$PATH"'):format(root))
    assert.equal("1 passed, 1 failed", last, all)
  end)
end)
