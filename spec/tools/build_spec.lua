-- The build's own scripts: packages, targets, the rock, baked files.
local function output(command)
  local pipe = assert(io.popen("{ " .. command .. "\n} 2>&1"))
  local text = pipe:read "a"
  local _, _, status = pipe:close()
  return status, text
end

local function write(path, text)
  local file = assert(io.open(path, "w"))
  assert(file:write(text))
  assert(file:close())
end

describe("tools/deps.sh", function()
  local folder

  -- A system on which only `installed` is there; what apt-get and sudo were
  -- called with goes to a file.
  local function system(installed, root)
    local tools = {
      ["dpkg-query"] = 'for last; do :; done\ncase " ' .. installed
        .. ' " in *" $last "*) printf installed;; *) exit 1;; esac\n',
      ["apt-cache"] = "shift\nfor name; do echo '  Candidate: 1.0'; done\n",
      ["apt-get"] = ('echo "$*" >>%s/calls\n'):format(folder),
      sudo = "exit 1\n",
      id = root and "echo 0\n" or "echo 1000\n",
    }
    for name, text in pairs(tools) do
      write(folder .. "/" .. name, "#!/bin/sh\n" .. text)
    end
    assert(os.execute(("chmod +x %s/*"):format(folder)))
  end

  local function deps(arguments)
    return output(("NO_INSTALL= CREATECLUSTER_CONF=%s/conf PATH=%s:$PATH %s"):format(folder, folder,
      arguments))
  end

  local function calls()
    local file = io.open(folder .. "/calls")
    local text = file and file:read "a" or ""
    if file then
      file:close()
    end
    return text
  end

  before_each(function()
    folder = os.tmpname()
    assert(os.remove(folder))
    assert(os.execute(("mkdir -p %s"):format(folder)))
  end)

  after_each(function()
    assert(os.execute(("rm -rf %s"):format(folder)))
  end)

  it("installs what is missing, and only that", function()
    system("clang clang-format lua-check", true)
    local status, text = deps "tools/deps.sh check"
    assert.equal(0, status, text)
    assert.truthy(text:find("missing: clang-tidy\n", 1, true), text)
    assert.truthy(calls():find("install -y --no-install-recommends clang-tidy\n", 1, true), calls())
  end)

  it("installs a server without a cluster of its own", function()
    system("lua-busted lua-check", true)
    write(folder .. "/conf", "#create_main_cluster = true\n")
    local status, text = deps "tools/deps.sh test"
    assert.equal(0, status, text)
    local common, server = calls():find "recommends postgresql%-common\n",
      calls():find "recommends postgresql postgresql%-contrib zsh fish\n"
    assert.truthy(common and server and common < server, calls())
    local _, conf = output("cat " .. folder .. "/conf")
    assert.equal("#create_main_cluster = true\ncreate_main_cluster = false\n", conf)
  end)

  it("leaves the machine's own word on clusters alone", function()
    system("lua-busted lua-check", true)
    write(folder .. "/conf", "create_main_cluster = true\n")
    assert.equal(0, (deps "tools/deps.sh test"))
    local _, conf = output("cat " .. folder .. "/conf")
    assert.equal("create_main_cluster = true\n", conf)
  end)

  it("does nothing when all is there", function()
    system("alembic python3-psycopg2", true)
    local status, text = deps "tools/deps.sh bench"
    assert.equal(0, status)
    assert.equal("", text)
    assert.equal("", calls())
  end)

  it("prints the command and fails without rights", function()
    system("none", false)
    local status, text = deps "tools/deps.sh bench"
    assert.equal(1, status)
    assert.truthy(text:find("apt-get install --no-install-recommends alembic", 1, true), text)
    assert.equal("", calls())
  end)

  it("goes on without installing when told to", function()
    system("none", true)
    local status, text = deps "NO_INSTALL=1 tools/deps.sh bench"
    assert.equal(0, status)
    assert.truthy(text:find("missing: alembic", 1, true), text)
    assert.equal("", calls())
  end)

  it("refuses a group that it does not know", function()
    local status, text = output "tools/deps.sh nothing"
    assert.equal(2, status)
    assert.truthy(text:find("unknown group 'nothing'", 1, true), text)
  end)
end)

describe("the Makefile", function()
  it("names every target in its help", function()
    local _, help = output "make -s help"
    for _, target in ipairs { "all", "deps", "demo", "test", "check", "asan", "valgrind", "fuzz",
      "bench", "coverage", "install", "clean", "help", "soak" } do
      assert.truthy(help:find("make " .. target .. " ", 1, true), target)
    end
  end)

  it("does not need the compiler's tools to be read", function()
    local status, text = output "PKG_CONFIG=none make -n -s help LUA_CFLAGS="
    assert.equal(0, status, text)
  end)

  it("says what to do when Lua is not there", function()
    local build = os.tmpname()
    assert(os.remove(build))
    local status, text = output(("make -s BUILD='%s' LUA_CFLAGS= core"):format(build))
    os.execute(("rm -rf '%s'"):format(build))
    assert.equal(2, status)
    assert.truthy(text:find("make deps", 1, true), text)
  end)

  it("installs below DESTDIR and PREFIX", function()
    local folder = os.tmpname()
    assert(os.remove(folder))
    local _, text = output(("make -n -o build/bin/luamigrate install DESTDIR='%s' PREFIX=/opt")
      :format(folder))
    assert.truthy(text:find(folder .. "/opt/bin/luamigrate", 1, true), text)
  end)
end)

describe("the rockspec", function()
  it("builds the library through make", function()
    local rock = {}
    assert(loadfile("rocks/luamigrate-scm-1.rockspec", "t", rock))()
    assert.equal("luamigrate", rock.package)
    assert.equal("scm-1", rock.version)
    assert.equal("MIT", rock.description.license)
    assert.equal("make", rock.build.type)
    local file = assert(io.open "Makefile")
    local makefile = file:read "a"
    file:close()
    for _, target in ipairs { rock.build.build_target, rock.build.install_target } do
      assert.truthy(makefile:find("\n" .. target .. ":", 1, true), target)
    end
    for name in pairs(rock.build.install_variables) do
      assert.truthy(makefile:find("$(" .. name .. ")", 1, true), name)
    end
  end)
end)

describe("src/tools/embed.lua", function()
  it("writes C that holds the bytes of each file", function()
    local folder = os.tmpname()
    assert(os.remove(folder))
    assert(os.execute(("mkdir -p '%s/lua/luamigrate' '%s/script'"):format(folder, folder)))
    write(folder .. "/lua/luamigrate/a.lua", 'return "a\\0\195\188" -- ' .. ("x"):rep(5000) .. "\n")
    write(folder .. "/script/embed.h",
      "#include <stddef.h>\nstruct embed_file { const char *name, *data; size_t size; };\n")
    write(folder .. "/main.c", [[
#include <stdio.h>
#include "out.c"
int main(void)
{
    for (int i = 0; embed_files[i].name; i++) {
        fwrite(embed_files[i].data, 1, embed_files[i].size, stdout);
        fprintf(stderr, "%s\n", embed_files[i].name);
    }
}
]])
    local status, text = output(([[
      root=$PWD && cd '%s' && lua5.4 "$root/src/tools/embed.lua" out.c lua/luamigrate/a.lua &&
      cc -I. -o main main.c && ./main >bytes && cmp bytes lua/luamigrate/a.lua
    ]]):format(folder))
    os.execute(("rm -rf '%s'"):format(folder))
    assert.equal("luamigrate.a\n", text)
    assert.equal(0, status)
  end)
end)
