-- New revision files load, whatever the message and the configuration hold.
local cli = require "spec.support.cli"

describe("a new revision file", function()
  local project

  before_each(function()
    project = cli.project()
  end)
  after_each(function()
    project:remove()
  end)

  local function new(...)
    local object, result = project:json("revision", ...)
    assert.equal(0, result.code, result.err)
    return object
  end

  it("writes a root from the template", function()
    local object = new("-m", "Add API keys", "--rev-id", "001")
    assert.same({ revision = "001", file = "migrations/001_add_api_keys.lua" }, object)
    local text = project:read(object.file):gsub("%d+%-%d+%-%d+ %d+:%d+:%d+", "DATE")
    assert.equal([[
--- Add API keys
-- Revision ID: 001
-- Revises: base
-- Create Date: DATE UTC

revision = "001"
down_revision = nil
branch_labels = nil
depends_on = nil

function upgrade()
end

function downgrade()
end
]], text)
  end)

  -- message, slug, message in lists (default: the message)
  local MESSAGES = {
    { "../../etc/cron.d/x", "etc_cron_d_x" },
    { "-danger", "danger" },
    { "%s%n %d", "s_n_d" },
    { "{rev}{slug}", "rev_slug" },
    { "\u{1F600}", "revision" },
    { "Größe ändern", "gr_e_ndern" },
    { "a\27[31mb", "a_x1b_31mb", "a\\x1b[31mb" },
    { "a\nos.exit(7)\n]]x", "a_os_exit_7_x", "a" },
    { "a\ros.exit(7)", "a_os_exit_7", "a" },
    { "a\r\nos.exit(7)", "a_os_exit_7", "a" },
    { "[[ b ]]", "b" },
    { "[==[ b", "b" },
    { "\n\n  c  \n", "c", "c" },
    { "bad \xff byte", "bad_xff_byte", "bad \\xff byte" },
    { "\u{202E}evil", "u202eevil", "\\u202eevil" },
    { "a really quite long description of what this revision will do",
      "a_really_quite_long_description_of_what" },
    { ("x"):rep(10000), ("x"):rep(40) },
    { 'quote " and \\ back', "quote_and_back" },
  }
  for _, case in ipairs(MESSAGES) do
    local message, slug, shown = table.unpack(case)
    it(("is safe with the message %q"):format(message:sub(1, 40)), function()
      local object = new("--rev-id", "r", "-m", message)
      assert.equal("migrations/r_" .. slug .. ".lua", object.file)
      assert.same({ "luamigrate.lua", "migrations" }, project:list ".")
      local revision = project:json("show", "r").revisions[1]
      assert.equal(shown or message, revision.message)
      assert.equal(0, project:run("upgrade").code)
      assert.equal("r", project:sql "SELECT version_num FROM luamigrate_version")
    end)
  end

  it("shortens the slug so that the name fits", function()
    local id = ("i"):rep(240)
    local object = new("--rev-id", id, "-m", "some words that are too long")
    assert.is_true(#object.file:match "[^/]+$" <= 255)
    assert.equal(2, project:run("revision", "--rev-id", ("i"):rep(255), "-m", "x").code)
  end)

  it("fills file_template, and refuses one that cannot be read back", function()
    project:write("luamigrate.lua", 'return { file_template = "{year}-{slug}-{rev}" }')
    assert.truthy(new("Hi", "--rev-id", "q").file:find "^migrations/20%d%d%-hi%-q%.lua$")
    for template, text in pairs {
      ["{bogus}"] = "unknown token {bogus}", [".{rev}"] = "begins with '.'",
      ["a/{rev}"] = "needs recursive", ["../{rev}"] = "needs recursive",
    } do
      project:write("luamigrate.lua", ("return { file_template = %q }"):format(template))
      local result = project:run("revision", "x")
      assert.equal(2, result.code)
      assert.truthy(result.err:find(text, 1, true), result.err)
    end
    assert.equal(1, #project:list "migrations")
  end)

  it("uses the configured time zone, and knows which there are", function()
    project:write("luamigrate.lua", 'return { timezone = "Asia/Kolkata" }')
    local object = new("x")
    assert.truthy(project:read(object.file):find("Create Date: [%d-]+ [%d:]+ %+0530"))
    assert.truthy(project:json("heads").heads[1].create_date:find "^20[%d-]+T[%d:]+Z$")
    project:write("luamigrate.lua", 'return { timezone = "Mars/North" }')
    assert.equal(2, project:run("revision", "y").code)
  end)

  it("leaves no half file when it is killed", function()
    project:shell([[for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
      "$L" revision -q -m killed --head base >/dev/null 2>&1 & sleep 0.00$((i % 6))
      kill -9 $!; wait $!; done 2>/dev/null]])
    for _, name in ipairs(project:list "migrations") do
      -- the hidden ones are of file systems where a file must have a name
      if not name:find "^%.luamigrate%-.*%.tmp$" then
        assert.truthy(project:read("migrations/" .. name):find "\nend\n$", name)
      end
    end
    assert.equal(0, project:run("heads").code)
  end)

  it("never overwrites", function()
    project:write("migrations/x_m.lua", "-- mine\nrevision = 'other'\n")
    local result = project:run("revision", "m", "--rev-id", "x")
    assert.equal(2, result.code)
    assert.truthy(result.err:find("migrations/x_m.lua is there already", 1, true))
    assert.equal("-- mine\nrevision = 'other'\n", project:read "migrations/x_m.lua")
  end)

  it("writes beside the parent when there are several folders", function()
    project:write("luamigrate.lua", 'return { migrations = { "migrations", "more" } }')
    os.execute("mkdir " .. cli.quote(project:path "more"))
    assert.equal(2, project:run("revision", "root").code)
    assert.equal("more/r_root.lua",
      new("root", "--version-path", "more", "--rev-id", "r").file)
    assert.equal("more/s_next.lua", new("next", "--rev-id", "s").file)
  end)

  it("takes turns with others, so that ids and parents are no others' too", function()
    project:write("luamigrate.lua", 'return { revision_id = "sequential" }')
    local result = project:shell [[for i in 1 2 3 4 5 6; do "$L" revision -m "m$i" & done; wait]]
    local ids = {}
    for id in result.err:gmatch "wrote revision (%d+)" do ids[#ids + 1] = id end
    table.sort(ids)
    assert.same({ "001", "002", "003", "004", "005", "006" }, ids)
    assert.truthy(project:run("heads").out:find "^006 [^\n]*\n$")
  end)

  it("does not wait for ever for a folder", function()
    local result = project:shell [[(exec 9<migrations; flock 9; touch held; exec sleep 60) & p=$!
      while [ ! -e held ]; do sleep 0.02; done
      "$L" revision -m x & q=$!; sleep 0.5; kill -INT $q; wait $q; code=$?
      kill $p; exit $code]]
    assert.equal(130, result.code, result.err)
    assert.same({}, project:list "migrations")
  end)
end)
