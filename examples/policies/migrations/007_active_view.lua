--- A view of what holds now
-- Revision ID: 007_active_view
-- Revises: 006_decisions
-- Create Date: 2026-08-31 09:00:00 UTC

revision = "007_active_view"
down_revision = "006_decisions"

function upgrade()
  op.create_view("active", [[
    SELECT a.kind, a.subject, p.id AS policy_id, p.name, p.effect, r.priority, r.condition
    FROM policy.assignments AS a
    JOIN policy.policies AS p ON p.id = a.policy_id
    JOIN policy.rules AS r ON r.policy_id = p.id
    WHERE NOT a.revoked AND p.retired_at IS NULL AND a.during @> now()
  ]], { schema = "policy" })
end

function downgrade()
  op.drop_view("active", { schema = "policy" })
end
