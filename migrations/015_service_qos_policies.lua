--- Give each service a QoS policy.
-- Revision ID: 015_service_qos_policies
-- Revises: 014_service_rules
-- Create Date: 2026-04-09 16:40:00 UTC

revision = "015_service_qos_policies"
down_revision = "014_service_rules"

function upgrade()
  op.add_column("services", { "qos_policy_id", types.integer,
    references = { "qos_policies", "id", name = "fk_services_qos_policy_id_qos_policies",
      ondelete = "SET NULL" } })
  op.execute [[
    UPDATE services SET qos_policy_id = (SELECT id FROM qos_policies WHERE name = 'default')
  ]]
  op.create_index("ix_services_qos_policy_id", "services", { "qos_policy_id" })
end

function downgrade()
  op.drop_index("ix_services_qos_policy_id", "services")
  op.drop_column("services", "qos_policy_id")
end
