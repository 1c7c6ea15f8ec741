-- Writes the Lua files of the library into one C file: an array of
-- { name, bytes, length } in the order of their names, ended by NULL.
-- Usage: lua5.4 embed.lua OUT.c FILE.lua ...
local out, files = arg[1], table.move(arg, 2, #arg, 1, {})
table.sort(files)

local parts = { '#include "script/embed.h"\n#include <stddef.h>\n' }
local rows = {}
for i, path in ipairs(files) do
  local file = assert(io.open(path, "rb"))
  local source = file:read("a")
  file:close()
  assert(load(source, "@" .. path, "t"))
  local bytes = {}
  for at = 1, #source do
    bytes[at] = source:byte(at) .. (at % 20 == 0 and ",\n" or ",")
  end
  parts[#parts + 1] = ("static const char file_%d[] = {\n%s0};\n")
    :format(i, table.concat(bytes))
  local name = path:match("lua/(.+)%.lua$"):gsub("/", ".")
  rows[i] = ('  {"%s", file_%d, sizeof file_%d - 1},\n'):format(name, i, i)
end
parts[#parts + 1] = "const struct embed_file embed_files[] = {\n"
  .. table.concat(rows) .. "  {NULL, NULL, 0}};\n"

local text = table.concat(parts)
local handle = assert(io.open(out, "wb"))
assert(handle:write(text))
assert(handle:close())
