-- The same as headers.c in plain Lua, for files 1 to COUNT and without the
-- query, for which Lua has no library of its own.
-- lua5.4 headers.lua FOLDER COUNT
local found = 0
for number = 1, tonumber(arg[2]) do
  local file = assert(io.open(("%s/%04d_table.lua"):format(arg[1], number), "rb"))
  local header = file:read(8192):match "^(.-)\nfunction"
  file:close()
  if header:match '\nrevision = "([^"]+)"' and header:match "\ndown_revision = " then
    found = found + 1
  end
end
assert(found == tonumber(arg[2]))
