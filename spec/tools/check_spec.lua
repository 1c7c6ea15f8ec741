-- src/tools/check.lua finds what it is there to find: each case is a small
-- tree with one fault, and the same tree without it is clean.
local root

local function write(path, text)
  local folder = path:match "^(.*)/"
  assert(os.execute(("mkdir -p '%s/%s'"):format(root, folder)))
  local file = assert(io.open(root .. "/" .. path, "w"))
  assert(file:write(text))
  assert(file:close())
end

local function check(name)
  local pipe = assert(io.popen(("lua5.4 src/tools/check.lua '%s' '%s/build' %s 2>&1")
    :format(root, root, name)))
  local text = pipe:read "a"
  local _, _, status = pipe:close()
  return status, text
end

local program = [[#!/bin/sh
case "$1" in
-h) printf 'Usage\n\nCommands:\n  upgrade  apply\n\nOptions:\n  --json  as JSON\n' ;;
upgrade) printf 'Usage\n  --tag TEXT  a tag\n  --dry-run  nothing\n' ;;
*) exit 2 ;;
esac
]]

local cases = {
  { "layers", "an arrow upwards", "src/db/a.c", '#include "run/run.h"\n',
    "src/db/a.c:1: db must not include run/run.h", '#include "ddl/ddl.h"\n' },
  { "layers", "an arrow sideways", "src/graph/a.c", '\n#include "ddl/ddl.h"\n',
    "src/graph/a.c:2: graph must not include ddl/ddl.h", '#include "model/op.h"\n' },
  { "layers", "the library's header below it", "src/script/a.h", '#include "luamigrate.h"\n',
    "script must not include luamigrate.h", '#include "run/run.h"\n' },
  { "layers", "a path not from src/", "src/db/a.c", '#include "db.h"\n',
    "is not written from src/", '#include "db/db.h"\n' },
  { "layers", "a folder that is no layer", "src/misc/a.c", "\n",
    "no layer has this folder", nil },
  { "layers", "Lua outside script/", "src/run/a.c", "#include <lua.h>\n",
    "<lua.h> does not belong here", "#include <string.h>\n" },
  { "layers", "SQLite outside its driver", "src/db/db_postgres.c", "#include <sqlite3.h>\n",
    "<sqlite3.h> does not belong here", "#include <stdio.h>\n" },
  { "printing", "a layer that prints", "src/run/a.c", '    printf("x");\n',
    "src/run/a.c:1: nothing below cli prints", '    snprintf(a, 1, "x");\n' },
  { "printing", "a layer that ends the process", "src/db/a.c", "\n    exit(1);\n",
    "src/db/a.c:2: nothing below cli prints or exits", "    at_exit(1);\n" },
  { "guards", "a wrong guard", "src/db/a_b.h", "#ifndef A_H\n#define A_H\n#endif\n",
    "its guard is not DB_A_B_H", "#ifndef DB_A_B_H\n#define DB_A_B_H\n#endif\n" },
  { "specs", "a source without a spec", "src/db/b.c", "\n",
    "src/db/b.c: spec/db/b_spec.lua is missing", nil },
  { "text", "work left undone", "src/db/a.c", "/* TO" .. "DO: more */\n",
    "holds the mark", "/* FIXMEUP */\n" },
  { "text", "a file that grew too long", "src/db/a.c", ("\n"):rep(701),
    "701 lines", ("\n"):rep(700) },
  { "docs", "an option that the manual lacks", "docs/commands.md",
    "# `upgrade`\n`--json` `--dry-run`\n",
    "--tag (luamigrate upgrade -h) is missing", "# `upgrade`\n`--json` `--tag` `--dry-run`\n" },
  { "docs", "an option with a hyphen that the manual lacks", "docs/commands.md",
    "# `upgrade`\n`--json` `--tag` `--dry` `--dryrun`\n",
    "--dry-run (luamigrate upgrade -h) is missing", nil },
  { "docs", "a longer option is not the one", "docs/commands.md",
    "# `upgrade`\n`--json` `--tags` `--dry-run`\n",
    "--tag (luamigrate upgrade -h) is missing", nil },
  { "docs", "a command that the manual lacks", "docs/commands.md", "`--json` `--tag` `--dry-run`\n",
    "the command upgrade is missing", nil },
}

describe("src/tools/check.lua", function()
  before_each(function()
    root = os.tmpname()
    assert(os.remove(root))
    write("src/db/a.c", "int nothing;\n")
    write("spec/db/a_spec.lua", "\n")
    write("docs/commands.md", "# `upgrade`\n`--json` `--tag` `--dry-run`\n")
    write("build/bin/luamigrate", program)
    assert(os.execute(("chmod +x '%s/build/bin/luamigrate'"):format(root)))
  end)

  after_each(function()
    assert(os.execute(("rm -rf '%s'"):format(root)))
  end)

  for _, case in ipairs(cases) do
    local name, what, path, bad, message, good = table.unpack(case, 1, 6)
    it("refuses " .. what, function()
      local status, text = check(name)
      assert.equal("", text)
      assert.equal(0, status)
      write(path, bad)
      status, text = check(name)
      assert.truthy(text:find(message, 1, true), text)
      assert.equal(1, status)
      if good then
        write(path, good)
        status, text = check(name)
        assert.equal("", text)
        assert.equal(0, status)
      end
    end)
  end

  it("refuses an exported name that its file does not announce", function()
    local function export(name)
      write("src/db/a.c", ("int %s(void);\nint %s(void)\n{\n    return 0;\n}\n"):format(name, name))
      assert(os.execute(("mkdir -p '%s/build/db' && cc -c -o '%s/build/db/a.o' '%s/src/db/a.c'")
        :format(root, root, root)))
      return check "exports"
    end
    assert.equal(0, (export "a_thing"))
    local status, text = export "other_thing"
    assert.equal(1, status)
    assert.truthy(text:find("src/db/a.c: exports other_thing", 1, true), text)
  end)

  it("knows the beginning of a file's name", function()
    write("src/db/a_b.c", "int a_thing(void);\nint a_thing(void)\n{\n    return 0;\n}\n")
    assert(os.execute(("mkdir -p '%s/build/db' && cc -c -o '%s/build/db/a_b.o' '%s/src/db/a_b.c'")
      :format(root, root, root)))
    assert.equal(0, (check "exports"))
  end)
end)
