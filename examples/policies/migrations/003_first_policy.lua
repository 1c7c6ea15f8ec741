--- The policy that everything starts with
-- Revision ID: 003_first_policy
-- Revises: 002_rules
-- Create Date: 2026-08-04 11:00:00 UTC

revision = "003_first_policy"
down_revision = "002_rules"

function upgrade()
  -- the policy names a rule that comes after it: the keys are checked at COMMIT;
  -- ids below 1000 are ours, the sequences begin there
  op.execute [[
    INSERT INTO policy.policies (id, name, created_at, default_rule_id) OVERRIDING SYSTEM VALUE
    VALUES (1, 'Nothing is allowed', '2026-08-04 11:00:00+00', 1);
    INSERT INTO policy.rules (id, policy_id, actions) OVERRIDING SYSTEM VALUE
    VALUES (1, 1, '{read,write}');
  ]]
end

function downgrade()
  op.execute "DELETE FROM policy.policies WHERE id = 1"
end
