--- Rules of a policy, one of which is its default
-- Revision ID: 002_rules
-- Revises: 001_policies
-- Create Date: 2026-08-04 09:00:00 UTC

revision = "002_rules"
down_revision = "001_policies"

local SCHEMA = "policy"

function upgrade()
  op.create_table("rules", {
    { "id", types.biginteger, primary_key = true, identity = { always = true, start = 1000 } },
    { "policy_id", types.biginteger, nullable = false,
      references = { "policies", "id", name = "fk_rules_policy", ondelete = "CASCADE",
        referent_schema = SCHEMA } },
    { "priority", types.integer, nullable = false, server_default = 100 },
    { "condition", types.jsonb, nullable = false, server_default = "{}",
      comment = "matched against the request" },
    { "actions", types.array(types.text), nullable = false, server_default = "{}" },
    check("priority BETWEEN 0 AND 1000", { name = "ck_rules_priority" }),
    -- deferred: two rules may swap their priorities in one transaction
    unique({ "policy_id", "priority" }, { name = "uq_rules_priority", deferrable = true,
      initially = "DEFERRED" }),
    -- what the foreign key of `policies` refers to: the default is a rule of the policy itself
    unique({ "policy_id", "id" }, { name = "uq_rules_policy_id" }),
  }, { schema = SCHEMA })
  op.create_index("ix_rules_condition", "rules", { "condition" },
    { schema = SCHEMA, postgresql_using = "gin" })
  op.create_index("ix_rules_actions", "rules", { "actions" },
    { schema = SCHEMA, postgresql_using = "gin" })

  -- a circle: the second key can be made only when both tables are there, and is checked at COMMIT
  op.add_column("policies", { "default_rule_id", types.biginteger }, { schema = SCHEMA })
  op.create_foreign_key("fk_policies_default_rule", "policies", "rules",
    { "id", "default_rule_id" }, { "policy_id", "id" },
    { source_schema = SCHEMA, referent_schema = SCHEMA, deferrable = true, initially = "DEFERRED" })
end

function downgrade()
  op.drop_constraint("fk_policies_default_rule", "policies",
    { schema = SCHEMA, type = "foreignkey" })
  op.drop_column("policies", "default_rule_id", { schema = SCHEMA })
  op.drop_table("rules", { schema = SCHEMA })
end
