-- The inspector of a revision: its methods, their arguments, and what is refused.
local drivers = require "spec.support.drivers"
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
    same("seen", names(inspector:get_view_names()))]] },
  { "has no enum types, sequences and comments", on = "sqlite", [[
    same("main", names(inspector:get_schema_names()))
    same("", names(inspector:get_enums()))
    same("", names(inspector:get_sequence_names()))
    same(0, #inspector:get_enums { schema = "main" })
    same(true, inspector:has_table("child", { schema = "main" }))
    same(false, inspector:has_table("child", { schema = "temp" }))]] },
  { "takes names in any case, as SQLite does, and views that are broken", on = "sqlite", [[
    same(true, inspector:has_table "CHILD") same(true, inspector:has_column("Child", "PARENT_ID"))
    same("child", names(inspector:get_table_names { schema = "MAIN" }):match "child")
    op.execute "CREATE VIEW broken AS SELECT * FROM nosuch"
    same(true, inspector:has_table "Broken")
    same(true, pcall(inspector.get_view_names, inspector))]] },
  { "lists schemas, enum types and sequences", on = "postgresql", [[
    op.execute "CREATE SCHEMA other"
    op.execute "CREATE TYPE mood AS ENUM ('sad', 'o''k')"
    op.execute "CREATE TYPE other.mood AS ENUM ('x')"
    op.execute "CREATE SEQUENCE other.s"
    op.execute "CREATE TABLE other.child (a int)"
    op.execute "CREATE VIEW other.v AS SELECT 1 AS one"
    same("information_schema other public", names(inspector:get_schema_names()))
    local enums = inspector:get_enums()
    same(1, #enums) same("mood", enums[1].name) same("public", enums[1].schema)
    same(true, enums[1].visible) same("sad o'k", names(enums[1].labels))
    enums = inspector:get_enums { schema = "other" }
    same(1, #enums) same("other", enums[1].schema) same(false, enums[1].visible)
    same("s", names(inspector:get_sequence_names { schema = "other" }))
    same(true, names(inspector:get_sequence_names()):find "t_id_seq" ~= nil)
    same("child", names(inspector:get_table_names { schema = "other" }))
    same("v", names(inspector:get_view_names { schema = "other" }))
    same(1, #inspector:get_columns("child", { schema = "other" }))
    same(true, inspector:has_table("v", { schema = "other" }))
    same(false, inspector:has_table "v")
    same(true, inspector:has_column("child", "a", { schema = "other" }))
    same(false, inspector:has_column("child", "parent_id", { schema = "other" }))
    same(true, inspector:has_table("child", { schema = "public" }))]] },
  { "finds what a statement would find", on = "postgresql", [[
    op.execute "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('x')"
    op.execute "CREATE TABLE app.own (id int)"
    op.execute "SET search_path TO app, public"
    same(true, inspector:has_table "own") same(true, inspector:has_table "child")
    same(true, inspector:has_column("own", "id"))
    same("own", names(inspector:get_table_names()))
    same("mood", inspector:get_enums()[1].name)
    op.execute "CREATE TABLE child (c int)"
    same("c", inspector:get_columns("child")[1].name)
    op.create_foreign_key("fk", "own", "parent", { "id" }, { "id" })
    same("public", inspector:get_foreign_keys("own")[1].referred_schema)
    op.drop_constraint(nil, "own", { columns = { "id" }, type = "foreignkey" })
    op.add_column("own", { "id", types.integer, unique = true }, { if_not_exists = true })
    same(0, #inspector:get_unique_constraints "own")]] },
  { "says whether something is there", [[
    same(true, inspector:has_table "child")
    same(false, inspector:has_table "nix")
    same(true, inspector:has_column("parent", "odd name"))
    same(false, inspector:has_column("parent", "nix"))
    same(false, inspector:has_column("nix", "a"))
    same(false, inspector:has_table("child", { schema = "nix" }))
    same(false, inspector:has_column("child", "a", { schema = "nix" }))
    same("", names(inspector:get_table_names { schema = "nix" }))
    same("", names(inspector:get_view_names { schema = "nix" }))
    same(true, inspector:has_table "seen")
    same(true, inspector:has_column("seen", "a"))]] },
  { "sees what the revision itself has changed", [[
    same(false, inspector:has_column("parent", "new"))
    op.add_column("parent", { "new", types.integer })
    same(true, inspector:has_column("parent", "new"))
    op.execute "DROP VIEW seen"
    op.drop_table "child"
    same(false, inspector:has_table "child")]] },
}

local fails = with_prologue {
  { "an unknown table", [[inspector:get_columns "chlid"]],
    "inspector:get_columns: there is no table 'chlid' %(did you mean 'child'%?%)" },
  { "an unknown table in get_indexes", [[inspector:get_indexes "nix"]], "no table 'nix'" },
  { "an unknown schema", [[inspector:get_columns("child", { schema = "nix" })]],
    "inspector:get_columns: there is no table 'child' in a schema 'nix'" },
  { "an unknown method", [[inspector:get_colums "child"]],
    "unknown method %(did you mean 'get_columns'%?%)" },
  { "a dot", [[inspector.get_columns "child"]], "call it with a colon" },
  { "no name", [[inspector:get_columns()]], "expected the name of a table, got nothing" },
  { "a NUL byte", [[inspector:has_table "child\0x"]], "NUL byte" },
  { "an unknown option", [[inspector:get_columns("child", { shema = "x" })]],
    "shema: unknown option" },
}

describe("the inspector", function()
  drivers.each(function(driver)
    steps.check(it, works, fails, driver)
  end)
end)
