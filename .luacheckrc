std = "lua54"
max_line_length = 100
exclude_files = { "build", "**/.luacheckrc" }

files["spec"] = { std = "+busted" }

-- What the program predefines for revisions, and what they define.
local revision = {
  std = "lua54",
  globals = {
    "revision", "down_revision", "branch_labels", "depends_on", "transaction",
    "lock_timeout", "statement_timeout", "foreign_keys", "irreversible",
    "replaces", "upgrade", "downgrade",
  },
  read_globals = {
    "op", "types", "sql", "null", "bytes", "json", "log", "sleep", "config",
    "primary_key", "foreign_key", "unique", "check", "exclude", "index",
    "column", "identity", "computed", "sequence", "enum", "table",
  },
}
files["migrations"] = revision
files["examples"] = revision
