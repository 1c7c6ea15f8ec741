--- Add QoS policies.
-- Revision ID: 009_qos_policies
-- Revises: 008_certificates
-- Create Date: 2026-03-20 15:25:00 UTC

revision = "009_qos_policies"
down_revision = "008_certificates"

function upgrade()
  op.create_table("qos_policies", {
    { "id", types.integer, primary_key = true },
    { "name", types.string(63), nullable = false, unique = true },
    { "priority", types.smallinteger, nullable = false, server_default = 0 },
    { "max_requests_per_second", types.integer },
    { "max_bandwidth_mbit", types.numeric(10, 2) },
    check("max_requests_per_second > 0", { name = "ck_qos_policies_max_requests_per_second" }),
  })
  op.bulk_insert("qos_policies", {
    { name = "default" },
    { name = "bulk", priority = -10, max_bandwidth_mbit = "250.00" },
    { name = "interactive", priority = 10, max_requests_per_second = 5000 },
  })
end

function downgrade()
  op.drop_table("qos_policies")
end
