--- A third effect: allow, and write it down
-- Revision ID: 005_audit_effect
-- Revises: 004_assignments
-- Create Date: 2026-08-17 09:00:00 UTC

revision = "005_audit_effect"
down_revision = "004_assignments"

function upgrade()
  -- PostgreSQL lets nobody use the value before this revision is committed
  op.add_enum_value("effect", "audit", { schema = "policy", before = "deny" })
end

function downgrade()
  op.execute "UPDATE policy.policies SET effect = 'allow' WHERE effect = 'audit'"
  op.alter_enum("effect", { "allow", "deny" }, { schema = "policy" })
end
