--- Add tracing.
-- Revision ID: 007_tracing
-- Revises: 006_metrics
-- Create Date: 2026-03-18 11:45:00 UTC

revision = "007_tracing"
down_revision = "006_metrics"

function upgrade()
  op.create_table("traces", {
    { "id", types.uuid, primary_key = true },
    { "service_id", types.integer, nullable = false,
      references = { "services", "id", ondelete = "CASCADE" } },
    { "started_at", types.datetime { timezone = true }, nullable = false },
    { "duration_us", types.biginteger, nullable = false },
    { "attributes", types.json },
  })
  op.create_index("ix_traces_service_id_started_at", "traces", { "service_id", "started_at" })

  op.add_column("services",
    { "trace_sampling", types.float, nullable = false, server_default = 0.01 })
end

function downgrade()
  op.drop_column("services", "trace_sampling")
  op.drop_table("traces")
end
