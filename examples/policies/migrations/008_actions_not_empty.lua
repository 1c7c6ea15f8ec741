--- A rule has actions: a check that is added first and validated later
-- Revision ID: 008_actions_not_empty
-- Revises: 007_active_view
-- Create Date: 2026-09-07 09:00:00 UTC

revision = "008_actions_not_empty"
down_revision = "007_active_view"

-- The long read of the validation and of the index runs beside the work of others.
transaction = false

local SCHEMA = "policy"

function upgrade()
  op.create_check_constraint("ck_rules_actions", "rules", "cardinality(actions) > 0",
    { schema = SCHEMA, postgresql_not_valid = true })
  op.step("rules without actions", function()
    op.execute "UPDATE policy.rules SET actions = '{read}' WHERE cardinality(actions) = 0"
  end)
  op.validate_constraint("ck_rules_actions", "rules", { schema = SCHEMA })
  op.create_index("ix_decisions_denied", "decisions", { "rule_id", sql "at DESC" },
    { schema = SCHEMA, postgresql_where = "effect = 'deny'", postgresql_concurrently = true })
end

function downgrade()
  op.drop_index("ix_decisions_denied", "decisions",
    { schema = SCHEMA, postgresql_concurrently = true })
  op.drop_constraint("ck_rules_actions", "rules", { schema = SCHEMA, type = "check" })
end
