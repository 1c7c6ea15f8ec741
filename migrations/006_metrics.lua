--- Add metrics.
-- Revision ID: 006_metrics
-- Revises: 005_assignments
-- Create Date: 2026-03-16 09:00:00 UTC

revision = "006_metrics"
down_revision = "005_assignments"
branch_labels = "observability"

function upgrade()
  op.create_table("metrics", {
    { "id", types.biginteger, primary_key = true },
    { "service_id", types.integer, nullable = false,
      references = { "services", "id", ondelete = "CASCADE" } },
    { "name", types.string(63), nullable = false },
    { "value", types.double, nullable = false },
    { "recorded_at", types.datetime, nullable = false, server_default = sql.now },
  })
  op.create_index("ix_metrics_service_id_recorded_at", "metrics", { "service_id", "recorded_at" })
end

function downgrade()
  op.drop_table("metrics")
end
