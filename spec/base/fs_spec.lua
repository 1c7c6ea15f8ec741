-- Proves that files are read whole or refused with a clear reason, and written whole, once and
-- without traces of a failed try.
local base = require("luamigrate.core").base

local folder

local function sh(command, ...)
  assert(os.execute(command:format(...)))
end

local function path(name)
  return folder .. "/" .. name
end

local function write(name, data)
  local file = assert(io.open(path(name), "wb"))
  assert(file:write(data))
  assert(file:close())
end

local function list()
  local names = {}
  local pipe = assert(io.popen("ls -A '" .. folder .. "'"))
  for name in pipe:lines() do
    names[#names + 1] = name
  end
  pipe:close()
  return names
end

before_each(function()
  folder = os.tmpname()
  os.remove(folder)
  sh("mkdir '%s'", folder)
end)

after_each(function()
  sh("chmod -R u+w '%s' && rm -rf '%s'", folder, folder)
end)

describe("fs_read", function()
  it("reads all bytes", function()
    for _, data in ipairs { "", "x", "a\0b\n\255", ("0123456789"):rep(50000) } do
      write("f", data)
      assert.are.equal(data, base.fs_read(path "f", #data))
    end
  end)

  it("reads files that do not tell their size", function()
    local data = base.fs_read("/proc/self/status")
    assert.is_truthy(data:find("VmRSS", 1, true))
    local cmdline = base.fs_read("/proc/self/maps", 10 << 20)
    assert.is_true(#cmdline > 4096)
  end)

  local function refused(name, text, limit)
    local data, message, details = base.fs_read(name, limit)
    assert.is_nil(data)
    assert.are.equal("cannot read " .. name .. ": " .. text, message)
    assert.are.same({ "io", 13, name }, { details.code, details.status, details.file })
  end

  it("refuses what is too large", function()
    write("f", "12345")
    refused(path "f", "larger than the limit of 4 bytes", 4)
    refused("/proc/self/status", "larger than the limit of 1 byte", 1)
  end)

  it("refuses what is no regular file, without waiting", function()
    sh("mkfifo '%s'", path "fifo")
    sh("ln -s fifo '%s'", path "link")
    refused(folder, "it is a directory")
    refused(path "fifo", "it is a FIFO, not a regular file")
    refused(path "link", "it is a FIFO, not a regular file")
    refused("/dev/null", "it is a device, not a regular file")
    refused("/dev/zero", "it is a device, not a regular file")
  end)

  it("refuses what is not there", function()
    refused(path "missing", "No such file or directory")
    refused(path "a/b", "No such file or directory")
    write("f", "x")
    refused(path "f/b", "Not a directory")
    sh("ln -s loop '%s'", path "loop")
    refused(path "loop", "Too many levels of symbolic links")
  end)
end)

describe("fs_write_new", function()
  it("writes all bytes and nothing beside", function()
    for i, data in ipairs { "", "x", "a\0b\n\255", ("0123456789"):rep(500000) } do
      assert.is_true(base.fs_write_new(path(tostring(i)), data))
      assert.are.equal(data, base.fs_read(path(tostring(i)), 10 << 20))
    end
    assert.are.same({ "1", "2", "3", "4" }, list())
  end)

  it("gives the rights that the umask leaves", function()
    assert.is_true(base.fs_write_new(path "f", "x"))
    local pipe = assert(io.popen(("umask; stat -c %%a '%s'"):format(path "f")))
    local mask, mode = tonumber(pipe:read("l"), 8), tonumber(pipe:read("l"), 8)
    pipe:close()
    assert.are.equal(tonumber("666", 8) & ~mask, mode)
  end)

  local function refused(name, text)
    local before = list()
    local ok, message, details = base.fs_write_new(name, "new")
    assert.is_nil(ok)
    assert.are.equal("cannot write " .. name .. ": " .. text, message)
    assert.are.equal("io", details.code)
    assert.are.same(before, list())
  end

  it("never replaces what is there", function()
    write("f", "old")
    sh("mkdir '%s'", path "d")
    sh("ln -s nowhere '%s'", path "dangling")
    refused(path "f", "it already exists")
    refused(path "d", "it already exists")
    refused(path "dangling", "it already exists")
    assert.are.equal("old", base.fs_read(path "f"))
    assert.is_false(base.fs_exists(path "nowhere"))
  end)

  it("leaves nothing when it cannot write", function()
    refused(path "missing/f", "No such file or directory")
    refused(path(("x"):rep(300)), "File name too long")
    refused(("x"):rep(5000), "File name too long")
    refused("/proc/f", "No such file or directory")
  end)

  it("leaves nothing when the disk is full", function()
    local ok, message = base.fs_write_limited(path "f", ("x"):rep(1 << 20), 4096)
    assert.is_nil(ok)
    assert.are.equal("cannot write " .. path "f" .. ": File too large", message)
    assert.are.same({}, list())
  end)

  it("passes by the temporary file of a killed run", function()
    local pid = base.fs_read("/proc/self/stat"):match("^%d+")
    write((".luamigrate-%s-0.tmp"):format(pid), "left behind")
    assert.is_true(base.fs_write_new(path "f", "x"))
    assert.are.equal(2, #list())
  end)

  it("lets one of many win", function()
    local won, winner = base.fs_race(path "f", 8)
    assert.are.equal(1, won)
    assert.are.equal(tostring(winner), base.fs_read(path "f"))
    assert.are.same({ "f" }, list())
  end)
end)

describe("fs_replace", function()
  local long = ("new line\n"):rep(100000)

  local function mode_of(name)
    local pipe = assert(io.popen(("stat -c '%%a %%u:%%g %%F' '%s'"):format(path(name))))
    local line = pipe:read "l"
    pipe:close()
    return line
  end

  -- What a process of its own says: `shell` starts "$LUA" with a script ("$2") that replaces the
  -- file ("$1"). All of it lies where any user may read.
  local function elsewhere(shell, name, data)
    local at = os.tmpname()
    sh("rm '%s' && mkdir -p '%s/luamigrate' && cp '%s' '%s/luamigrate/core.so'", at, at,
      package.searchpath("luamigrate.core", package.cpath), at)
    sh("cp \"$(command -v '%s')\" '%s/lua' && chmod -R a+rX '%s'",
      os.getenv "SPEC_LUA" or "lua5.4", at, at)
    local file = assert(io.open(at .. "/script.lua", "w"))
    assert(file:write(([[package.cpath = %q
      print((select(2, require("luamigrate.core").base.fs_replace(arg[1], %s))))]])
      :format(at .. "/?.so", data)))
    assert(file:close())
    local pipe = assert(io.popen(("export LUA='%s/lua'; sh -c '%s' sh '%s' '%s/script.lua' 2>&1")
      :format(at, shell, path(name), at)))
    local said = pipe:read "a"
    pipe:close()
    sh("rm -r '%s'", at)
    return said
  end

  it("puts all bytes in the place of the old ones, and nothing beside", function()
    for _, data in ipairs { "x", "", "a\0b\n\255", long } do
      write("f", "the old text, which is longer than some")
      assert.is_true(base.fs_replace(path "f", data))
      assert.are.equal(data, base.fs_read(path "f", 10 << 20))
      assert.are.same({ "f" }, list())
    end
  end)

  it("keeps the mode, whatever the umask, and the owner where it may", function()
    local root = io.popen "id -u":read "n" == 0
    for _, mode in ipairs { "600", "640", "755", "444" } do
      write("f", "old")
      if root then sh("chown 1234:2345 '%s'", path "f") end
      sh("chmod %s '%s'", mode, path "f")
      local before = mode_of "f"
      assert.is_truthy(before:find("^" .. mode .. " "))
      assert.is_true(base.fs_replace(path "f", "new"))
      assert.are.equal(before, mode_of "f")
      os.remove(path "f")
    end
  end)

  it("replaces what a link leads to: links stay links", function()
    sh("mkdir '%s' '%s'", path "real", path "links")
    write("real/f", "old")
    sh("ln -s ../real/f '%s'", path "links/one")
    sh("ln -s one '%s'", path "links/two")
    assert.is_true(base.fs_replace(path "links/two", "new"))
    assert.are.equal("new", base.fs_read(path "real/f"))
    for _, name in ipairs { "links/one", "links/two" } do
      assert.is_truthy(mode_of(name):find("symbolic link", 1, true), name)
    end
  end)

  it("leaves another hard link its text", function()
    write("f", "old")
    sh("ln '%s' '%s'", path "f", path "other")
    assert.is_true(base.fs_replace(path "f", "new"))
    assert.are.equal("old", base.fs_read(path "other"))
  end)

  it("makes no new file", function()
    for name, text in pairs { missing = "No such file or directory",
      ["a/b"] = "No such file or directory", dangling = "No such file or directory" } do
      sh("ln -sfn nowhere '%s'", path "dangling")
      local ok, message, details = base.fs_replace(path(name), "new")
      assert.is_nil(ok)
      assert.are.equal("cannot write " .. path(name) .. ": " .. text, message)
      assert.are.equal("io", details.code)
      assert.are.same({ "dangling" }, list())
    end
  end)

  it("refuses what is no regular file", function()
    sh("mkdir '%s'", path "d")
    sh("mkfifo '%s'", path "fifo")
    for name, text in pairs { d = "it is a directory",
      fifo = "it is a FIFO, not a regular file" } do
      local before = mode_of(name)
      local ok, message = base.fs_replace(path(name), "new")
      assert.is_nil(ok)
      assert.are.equal("cannot write " .. path(name) .. ": " .. text, message)
      assert.are.equal(before, mode_of(name))
      assert.are.same({ "d", "fifo" }, list())
    end
  end)

  it("loses nothing when the disk is full", function()
    write("f", "old")
    local before = mode_of "f"
    local ok, message, details = base.fs_replace_limited(path "f", long, 4096)
    assert.is_nil(ok)
    assert.are.equal("cannot write " .. path "f" .. ": File too large", message)
    assert.are.same({ "io", 13, path "f" }, { details.code, details.status, details.file })
    assert.are.equal("old", base.fs_read(path "f"))
    assert.are.equal(before, mode_of "f")
    assert.are.same({ "f" }, list())
  end)

  it("loses nothing in a folder where one may not write", function()
    write("f", "old")
    -- root may write everywhere: then another user tries
    local other = io.popen "id -u":read "n" == 0
      and "setpriv --reuid=65534 --regid=65534 --clear-groups " or ""
    sh("chmod 555 '%s' && chmod 666 '%s'", folder, path "f")
    assert.are.equal("cannot write " .. path "f" .. ": Permission denied\n",
      elsewhere(other .. [["$LUA" "$2" "$1"]], "f", [["new"]]))
    assert.are.equal("old", base.fs_read(path "f"))
    assert.are.same({ "f" }, list())
  end)

  it("loses nothing on a file system that has no room left", function()
    if not os.execute "unshare --mount mount -t tmpfs none /mnt 2>/dev/null" then
      return pending "no right to mount a file system"
    end
    sh("mkdir '%s'", path "small")
    -- a tiny one in a name space of its own
    assert.are.equal("cannot write " .. path "small/f" .. ": No space left on device\nold\nf\n",
      elsewhere([[unshare --mount sh -c "mount -t tmpfs -o size=64k none \"\${1%%/f}\" &&
        echo old >\"\$1\" && \"\$LUA\" \"\$2\" \"\$1\"; cat \"\$1\"; ls -A \"\${1%%/f}\""]]
        .. [[ sh "$1" "$2"]], "small/f", "('x'):rep(1 << 20)"))
  end)

  it("passes by the temporary file of a killed run", function()
    write("f", "old")
    local pid = base.fs_read("/proc/self/stat"):match("^%d+")
    write((".luamigrate-%s-0.tmp"):format(pid), "left behind")
    assert.is_true(base.fs_replace(path "f", "new"))
    assert.are.equal("new", base.fs_read(path "f"))
    assert.are.equal(2, #list())
  end)

  it("shows a reader the old or the new text, never less, also when it is killed", function()
    local texts = { ("a"):rep(200000), ("b"):rep(200000) }
    write("f", texts[1])
    write("script.lua", ([[
      package.cpath = %q
      local base, texts = require("luamigrate.core").base, { ("a"):rep(200000), ("b"):rep(200000) }
      print(base.fs_read("/proc/self/stat"):match "^%%d+")
      for i = 1, math.huge do
        assert(base.fs_replace(%q, texts[i %% 2 + 1]))
        print(i)
        io.flush()
      end]]):format(package.cpath, path "f"))
    local writer = assert(io.popen(("exec '%s' '%s' 2>&1")
      :format(os.getenv "SPEC_LUA" or "lua5.4", path "script.lua")))
    local pid, seen = writer:read "l", {}
    for i = 1, 60 do
      assert.are.equal(tostring(i), writer:read "l")
      local text = base.fs_read(path "f")
      assert.is_true(text == texts[1] or text == texts[2])
      seen[text] = true
    end
    sh("kill -9 %d", pid)
    writer:close()
    local text = base.fs_read(path "f")
    assert.is_true(text == texts[1] or text == texts[2])
    assert.is_true(seen[texts[1]] and seen[texts[2]])
  end)
end)

describe("fs_make_dir", function()
  it("makes one directory, once", function()
    assert.is_true(base.fs_make_dir(path "d"))
    assert.is_true(base.fs_make_dir(path "d"))
    assert.is_true(base.fs_is_dir(path "d"))
  end)

  it("says why not", function()
    write("f", "x")
    local _, message = base.fs_make_dir(path "f")
    assert.are.equal("cannot make the directory " .. path "f"
      .. ": a file of this name already exists", message)
    _, message = base.fs_make_dir(path "a/b")
    assert.is_truthy(message:find("No such file or directory", 1, true))
  end)
end)

describe("fs paths", function()
  it("tell what is there", function()
    write("f", "x")
    assert.is_true(base.fs_exists(path "f"))
    assert.is_false(base.fs_exists(path "g"))
    assert.is_false(base.fs_is_dir(path "f"))
    assert.is_true(base.fs_is_dir(folder))
  end)

  it("join", function()
    for _, case in ipairs {
      { "a", "b", "a/b" }, { "a/", "b", "a/b" }, { "", "b", "b" }, { ".", "b", "b" },
      { "a", "/b", "/b" }, { "/", "b", "/b" }, { "..", "b", "../b" },
    } do
      assert.are.equal(case[3], base.fs_join(case[1], case[2]))
    end
  end)

  it("split", function()
    for _, case in ipairs {
      { "a/b", "a" }, { "b", "." }, { "/b", "/" }, { "/", "/" }, { "a//b", "a" },
      { "a/b/c.lua", "a/b" }, { "", "." },
    } do
      assert.are.equal(case[2], base.fs_dirname(case[1]), case[1])
    end
  end)
end)
