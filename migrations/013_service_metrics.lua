--- Rename metrics to service_metrics, with a unit.
-- Revision ID: 013_service_metrics
-- Revises: 012_service_limits
-- Create Date: 2026-04-02 12:15:00 UTC

revision = "013_service_metrics"
down_revision = "012_service_limits"

function upgrade()
  op.drop_index("ix_metrics_service_id_recorded_at", "metrics")
  op.rename_table("metrics", "service_metrics")
  op.add_column("service_metrics",
    { "unit", types.string(16), nullable = false, server_default = "count" })
  op.create_index("ix_service_metrics_service_id_recorded_at", "service_metrics",
    { "service_id", "recorded_at" })
end

function downgrade()
  op.drop_index("ix_service_metrics_service_id_recorded_at", "service_metrics")
  op.drop_column("service_metrics", "unit")
  op.rename_table("service_metrics", "metrics")
  op.create_index("ix_metrics_service_id_recorded_at", "metrics", { "service_id", "recorded_at" })
end
