--- Policies, in a schema of their own
-- Revision ID: 001_policies
-- Revises: base
-- Create Date: 2026-08-03 09:00:00 UTC

revision = "001_policies"
down_revision = nil

local SCHEMA = "policy"

function upgrade()
  op.create_schema(SCHEMA)
  op.create_table("policies", {
    { "id", types.biginteger, primary_key = true, identity = { always = true, start = 1000 } },
    { "name", types.text, nullable = false, comment = "unique among living policies" },
    { "effect", types.enum("effect", { "allow", "deny" }, { schema = SCHEMA }),
      nullable = false, server_default = "deny" },
    { "attributes", types.jsonb, nullable = false, server_default = "{}" },
    { "created_at", types.datetime { timezone = true }, nullable = false,
      server_default = sql.now },
    { "retired_at", types.datetime { timezone = true } },
    check("retired_at > created_at", { name = "ck_policies_retired_at" }),
    check("jsonb_typeof(attributes) = 'object'", { name = "ck_policies_attributes" }),
  }, { schema = SCHEMA, comment = "What is allowed, and what is not" })

  op.create_index("uq_policies_name", "policies", { sql "lower(name)" },
    { schema = SCHEMA, unique = true, postgresql_where = "retired_at IS NULL" })
  op.create_index("ix_policies_attributes", "policies", { "attributes" },
    { schema = SCHEMA, postgresql_using = "gin",
      postgresql_ops = { attributes = "jsonb_path_ops" } })
end

function downgrade()
  op.drop_table("policies", { schema = SCHEMA })
  op.drop_enum("effect", { schema = SCHEMA })
  op.drop_schema(SCHEMA)
end
