-- The inspector of a revision: its methods, their arguments, and what is refused.
local steps = require "spec.support.steps"

local PROLOGUE = ([[
  local function names(list) return table.concat(list, " ") end
  op.execute(%q)
  local inspector = op.inspect()
]]):format([[
  CREATE TABLE parent (id INTEGER PRIMARY KEY, "odd name" TEXT);
  CREATE TABLE child (a INTEGER, parent_id INTEGER REFERENCES parent (id));
  CREATE VIEW seen AS SELECT a FROM child;
]])

local function with_prologue(list)
  for _, case in ipairs(list) do
    case[2] = PROLOGUE .. case[2]
  end
  return list
end

local works = with_prologue {
  { "lists tables and views", [[
    same("child luamigrate_history luamigrate_version pair parent t",
      names(inspector:get_table_names()))
    same("seen", names(inspector:get_view_names()))
    same("main", names(inspector:get_schema_names()))
    same("", names(inspector:get_enums()))
    same("", names(inspector:get_sequence_names()))]] },
  { "says whether something is there", [[
    same(true, inspector:has_table "child")
    same(false, inspector:has_table "nix")
    same(true, inspector:has_column("parent", "odd name"))
    same(false, inspector:has_column("parent", "nix"))
    same(false, inspector:has_column("nix", "a"))
    same(true, inspector:has_table("child", { schema = "main" }))]] },
  { "sees what the revision itself has changed", [[
    same(false, inspector:has_column("parent", "new"))
    op.add_column("parent", { "new", types.integer })
    same(true, inspector:has_column("parent", "new"))
    op.drop_table "child"
    same(false, inspector:has_table "child")]] },
}

local fails = with_prologue {
  { "an unknown table", [[inspector:get_columns "chlid"]],
    "inspector:get_columns: there is no table 'chlid' %(did you mean 'child'%?%)" },
  { "an unknown table in get_indexes", [[inspector:get_indexes "nix"]], "no table 'nix'" },
  { "an unknown method", [[inspector:get_colums "child"]],
    "unknown method %(did you mean 'get_columns'%?%)" },
  { "a dot", [[inspector.get_columns "child"]], "call it with a colon" },
  { "no name", [[inspector:get_columns()]], "expected the name of a table, got nothing" },
  { "a NUL byte", [[inspector:has_table "child\0x"]], "NUL byte" },
  { "an unknown option", [[inspector:get_columns("child", { shema = "main" })]],
    "shema: unknown option" },
}

describe("the inspector", function()
  steps.check(it, works, fails)
end)
