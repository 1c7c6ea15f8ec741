--- Merge traffic and observability.
-- Revision ID: 010_merge_traffic_and_observability
-- Revises: 007_tracing, 009_qos_policies
-- Create Date: 2026-03-23 08:30:00 UTC

revision = "010_merge_traffic_and_observability"
down_revision = { "007_tracing", "009_qos_policies" }

function upgrade()
end

function downgrade()
end
