-- The command line is read from one table: words, options, suggestions.
local cli = require "spec.support.cli"

describe("the command line", function()
  local project

  setup(function()
    project = cli.project { revisions = { { id = "a1", message = "first" } } }
  end)
  teardown(function()
    project:remove()
  end)

  -- words, what the message says
  local WRONG = {
    { { "upgrad" }, "unknown command 'upgrad' (did you mean 'upgrade'?)" },
    { { "xyzzy" }, "unknown command 'xyzzy'" },
    { { "upgrade", "--taag", "x" }, "unknown option '--taag' (did you mean '--tag'?)" },
    { { "--verbos", "heads" }, "unknown option '--verbos' (did you mean '--verbose'?)" },
    { { "--purge", "stamp", "head" }, "option '--purge' comes after its command" },
    { { "heads", "-Z" }, "unknown option '-Z'" },
    { { "heads", "-qZ" }, "unknown option '-Z'" },
    { { "-Zf" }, "unknown option '-Z'" },
    { { "-rf" }, "option '-r' comes after its command" },
    { { "-m", "x", "revision" }, "option '-m' comes after its command" },
    { { "heads", "--url" }, "option '--url' needs a value (URL)" },
    { { "heads", "-d" }, "option '--url' needs a value (URL)" },
    { { "heads", "-x" }, "option '-x' needs a value (KEY=VALUE)" },
    { { "heads", "--quiet=1" }, "option '--quiet' takes no value" },
    { { "heads", "a1" }, "heads takes no arguments: 'a1' is too much" },
    { { "downgrade", "a", "b" }, "downgrade takes one argument: 'b' is too much" },
    { { "show" }, "show needs REV..." },
    { { "stamp" }, "stamp needs TARGET..." },
    { { "merge" }, "merge needs REV..." },
    { { "heads", "-x", "novalue" }, "-x 'novalue': expected KEY=VALUE" },
    { { "heads", "--color", "blue" }, "--color 'blue': expected auto, always or never" },
    { { "heads", "--wait=soon" }, "--wait=soon: expected a number of seconds" },
    { { "upgrade", "--transaction", "all" }, "--transaction 'all': expected revision or run" },
    { { "history", "-r", "a1" }, "-r 'a1': expected A:B, A: or :B" },
    { { "revision" }, "a message is needed" },
    { { "revision", "-m", "a", "b" }, "the message is given twice" },
    { { "revision", "-m", "" }, "the message is empty" },
    { { "show", "base" }, "is base, not a revision" },
    { { "show", ";drop" }, "" },
    { { "show", "../../x" }, "" },
    { { "upgrade", "" }, "" },
    { { "upgrade", "+99999999999999999999" }, "" },
  }
  for _, case in ipairs(WRONG) do
    local words, text = table.unpack(case)
    it("exits 2 for: " .. table.concat(words, " "), function()
      local result = project:run(table.unpack(words))
      assert.same({ 2, "" }, { result.code, result.out })
      assert.truthy(result.err:find("luamigrate: error: ", 1, true))
      assert.truthy(result.err:find(text, 1, true), result.err)
    end)
    it("tells a program about: " .. table.concat(words, " "), function()
      -- in front of the words: -x and its like would swallow it
      local object, result = project:json(table.unpack(words))
      assert.equal(2, result.code)
      assert.equal(2, object.error.exit)
      assert.truthy(object.error.message:find(text, 1, true))
      assert.equal("table", type(object.error.candidates))
    end)
  end

  it("gives the suggestion as a candidate", function()
    assert.same({ "upgrade" }, project:json("upgrad").error.candidates)
  end)

  local SAME = {
    { "--url", "sqlite:other.db", "stamp", "head" },
    { "--url=sqlite:other.db", "stamp", "head" },
    { "stamp", "head", "-d", "sqlite:other.db" },
    { "stamp", "-dsqlite:other.db", "head" },
    { "stamp", "-vdsqlite:other.db", "head" },
    { "stamp", "-qd", "sqlite:other.db", "--", "head" },
  }
  for _, words in ipairs(SAME) do
    it("understands " .. table.concat(words, " "), function()
      os.remove(project:path "other.db")
      assert.equal(0, project:run(table.unpack(words)).code)
      assert.equal("a1", project:sql("SELECT version_num FROM luamigrate_version", "other.db"))
    end)
  end

  it("takes -1 for a target and ends options at --", function()
    local fresh = cli.project { revisions = { { id = "a1" } } }
    assert.equal(0, fresh:run("upgrade").code)
    assert.equal(0, fresh:run("downgrade", "-1").code)
    assert.equal(0, fresh:run("upgrade").code)
    assert.equal(0, fresh:run("downgrade", "--", "-1").code)
    assert.equal("", fresh:sql "SELECT version_num FROM luamigrate_version")
    assert.equal(2, fresh:run("heads", "--", "-v").code)
    fresh:remove()
  end)

  it("never shows an address that stands in the wrong place", function()
    for _, words in ipairs {
      { "postgresql://me:secret@host/db" },
      { "upgrade", "postgresql://me:secret@host/db" },
      { "--ulr=postgresql://me:secret@host/db", "upgrade" },
      { "upgrade", "-c", "postgresql://me:secret@host/db" },
      { "upgrade", "-n", "postgresql://me:secret@host/db" },
      { "upgrade", "-x", "postgresql://me:secret@host/db" },
      { "upgrade", "--color=postgresql://me:secret@host/db" },
      { "upgrade", "--wait=postgresql://me:secret@host/db" },
      { "history", "-r", "postgresql://me:secret@host/db" },
      { "revision", "-m", "x", "--rev-id", "postgresql://me:secret@host/db" },
      { "revision", "-m", "x", "--depends-on", "postgresql://me:secret@host/db" },
    } do
      local result = project:run(table.unpack(words))
      assert.equal(2, result.code)
      assert.falsy((result.out .. result.err):find "secret")
    end
  end)

  it("says when -c names nothing", function()
    local result = project:run("-c", "", "status")
    assert.equal(2, result.code)
    assert.equal("luamigrate: error: the configuration file has no name\n"
      .. "  hint: give -c a file, or leave it out\n", result.err)
  end)

  it("blots the address out of the process list", function()
    local slow = cli.project {
      revisions = { { id = "a1", upgrade = "  sleep(1)" } },
    }
    local result = slow:shell([["$L" -d "$U" upgrade >/dev/null 2>&1 &
      sleep 0.4; tr '\0' ' ' </proc/$!/cmdline; wait]], { U = "sqlite:app.db?password=secret" })
    assert.truthy(result.out:find("upgrade", 1, true), result.out)
    assert.falsy(result.out:find("secret", 1, true))
    slow:remove()
  end)
end)
