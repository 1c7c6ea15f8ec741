-- `revision` and `merge` write files that load, whatever the message holds.
local cli = require "spec.support.cli"

describe("revision", function()
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

  it("prints the path alone on standard output", function()
    local result = project:run("revision", "first", "--rev-id", "x")
    assert.same({ 0, "migrations/x_first.lua\n" }, { result.code, result.out })
    assert.equal("", project:run("-q", "revision", "second").err)
  end)

  it("follows the single head", function()
    new("a", "--rev-id", "a1")
    local second = new("b")
    assert.truthy(second.revision:find "^%x%x%x%x%x%x%x%x%x%x%x%x$")
    local shown = project:json("show", "head").revisions[1]
    assert.same({ second.revision, { "a1" }, "b", second.file },
      { shown.revision, shown.down_revision, shown.message, shown.file })
  end)

  it("makes sequential and timestamp ids", function()
    project:write("luamigrate.lua", 'return { revision_id = "sequential" }')
    assert.equal("001", new("a").revision)
    assert.equal("002", new("b").revision)
    new("c", "--rev-id", "0041_x")
    assert.equal("0042", new("d").revision)
    project:write("luamigrate.lua", 'return { revision_id = "timestamp" }')
    local one, two = new("e").revision, new("f").revision
    assert.truthy(one:find "^20%d%d%d%d%d%d%d%d%d%d%d%d$")
    assert.is_true(math.tointeger(two) > math.tointeger(one))
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

  it("branches with --splice, roots with --head base, labels and dependencies", function()
    new("a", "--rev-id", "a1")
    new("b", "--rev-id", "b2")
    local refused = project:run("revision", "c", "--head", "a1")
    assert.equal(2, refused.code)
    assert.truthy(refused.err:find("a1 is not a head", 1, true))
    assert.truthy(refused.err:find("--splice", 1, true))
    new("c", "--head", "a1", "--splice", "--rev-id", "c3", "-b", "feature")
    new("d", "--head", "base", "--rev-id", "d4", "--depends-on", "b", "--depends-on", "feature")
    local shown = project:json("show", "d4").revisions[1]
    assert.same({ {}, { "b2", "c3" } }, { shown.down_revision, shown.depends_on })
    assert.same({ "feature" }, project:json("show", "c3").revisions[1].branch_labels)
    assert.truthy(project:read("migrations/d4_d.lua")
      :find('depends_on = { "b2", "feature" }', 1, true))
    local several = project:json("revision", "e")
    assert.equal(2, several.error.exit)
    assert.same({ "b2", "c3", "d4" }, several.error.candidates)
  end)

  it("refuses ids and labels that cannot be", function()
    new("a", "--rev-id", "a1", "-b", "label")
    for _, words in ipairs {
      { "--rev-id", "head" }, { "--rev-id", "a1" }, { "--rev-id", "A1" },
      { "--rev-id", "a/b" }, { "--rev-id", "../x" }, { "--rev-id", ".x" }, { "--rev-id", "" },
      { "--rev-id", "label" }, { "--rev-id", ("x"):rep(256) }, { "-b", "label" }, { "-b", "base" },
      { "-b", "x y" }, { "--rev-id", "z", "-b", "z" }, { "--depends-on", "nothing" },
      { "--head", "nothing" }, { "--version-path", "elsewhere" },
    } do
      local object, result = project:json("revision", "m", table.unpack(words))
      assert.equal(2, result.code, table.concat(words, " "))
      assert.equal("usage", object.error.code)
    end
    assert.equal(1, #project:list "migrations")
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
end)

describe("merge", function()
  local project

  before_each(function()
    project = cli.project {
      revisions = {
        { id = "a1" }, { id = "b2", down = "a1" }, { id = "c3", down = "a1" },
      },
    }
  end)
  after_each(function()
    project:remove()
  end)

  it("joins all heads", function()
    local object = project:json("merge", "heads", "-m", "join", "--rev-id", "m1")
    assert.same({ revision = "m1", file = "migrations/m1_join.lua" }, object)
    assert.truthy(project:read(object.file):find('down_revision = { "b2", "c3" }', 1, true))
    local heads = project:json("heads").heads
    assert.equal(1, #heads)
    assert.is_true(heads[1].merge_point)
    assert.equal(0, project:run("upgrade").code)
    assert.equal("m1", project:sql "SELECT version_num FROM luamigrate_version")
  end)

  it("names what it joins when there is no message", function()
    local object = project:json("merge", "c3", "b")
    assert.equal("merge c3 and b", project:json("show", object.revision).revisions[1].message)
  end)

  for _, words in ipairs {
    { "b2" }, { "b2", "b2" }, { "b2", "nothing" }, { "a1", "b2" }, { "heads", "b2" },
  } do
    it("refuses " .. table.concat(words, " "), function()
      assert.equal(2, project:run("merge", table.unpack(words)).code)
      assert.equal(3, #project:list "migrations")
    end)
  end
end)
