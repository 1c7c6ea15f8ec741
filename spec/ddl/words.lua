--- The words that the files of cases are written in. The words behind a case:
--   both, sqlite, postgresql   its SQL, statements separated by ";" and the end of the line
--   copied                     the text of the table in SQLite afterwards, where the op changes it
--                              in a way that depends on the text that is there
--   finds, finds_sqlite, finds_postgresql   what the inspector finds otherwise than before the
--                              call (record.lua): + new, - gone, ~ changed; "" is nothing
--   refused, refused_sqlite, refused_postgresql   the whole message of the error
--   before                     ops that come first
--   touches                    the tables that are read, when they are not only the op's own
--   since                      the version of PostgreSQL that is the first to do so (15)
--   no_run, no_run_sqlite, no_run_postgresql   why it is not run there
local words = {}

local both = { "sqlite", "postgresql" }

-- The tables that a call is about.
local function tables_of(op)
  local name, second, third = op[1], op[2], op[3]
  if name == "drop_index" then
    return { third or "c" }
  elseif name == "rename_index" then
    return { "c" }
  elseif name:find "enum" then
    return { "g" }
  elseif name == "rename_table" then
    return { third, second }
  elseif name == "create_index" or name == "validate_constraint" or name == "drop_constraint"
    or name:find "^create_.*_constraint$" or name:find "_key$" then
    return { third }
  elseif name:find "table" or name:find "column" or name == "rename_constraint" then
    return { second }
  end
  return {}
end

--- Words for one more file, and the list that its cases go into.
function words.new()
  local list, last = {}, nil
  local function says(name, dialects)
    return function(value)
      for _, dialect in ipairs(dialects or { false }) do
        last[dialect and (name == "" and dialect or name .. "_" .. dialect) or name] = value
      end
    end
  end
  local function on_each(vocabulary, name, prefix)
    vocabulary[name] = says(prefix, both)
    for _, dialect in ipairs(both) do
      vocabulary[prefix == "" and dialect or prefix .. "_" .. dialect] = says(prefix, { dialect })
    end
  end
  local vocabulary = { copied = says "copied", before = says "before",
    since = says "since", touches = says "tables" }
  function vocabulary.case(op)
    last = { op = op, tables = tables_of(op) }
    list[#list + 1] = last
  end
  on_each(vocabulary, "both", "")
  on_each(vocabulary, "finds", "finds")
  on_each(vocabulary, "refused", "refused")
  on_each(vocabulary, "no_run", "no_run")
  return list, vocabulary
end

return words
