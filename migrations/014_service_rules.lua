--- Check the protocol and limits of services, give every proxy server a version.
-- Revision ID: 014_service_rules
-- Revises: 013_service_metrics
-- Create Date: 2026-04-07 10:05:00 UTC
--
-- A host may serve more than one cluster on the same port from now on. The downgrade takes the
-- version "unknown" for none.

revision = "014_service_rules"
down_revision = "013_service_metrics"

function upgrade()
  op.batch_alter_table("services", function(batch)
    batch.alter_column("protocol", { type = types.string(16) })
    batch.create_check_constraint("ck_services_protocol",
      "protocol IN ('http', 'https', 'grpc', 'websocket')")
    batch.create_check_constraint("ck_services_timeout_ms", "timeout_ms > 0")
  end)

  op.execute "UPDATE proxy_servers SET version = 'unknown' WHERE version IS NULL"
  op.alter_column("proxy_servers", "version", { nullable = false, server_default = "unknown" })
  op.drop_constraint("uq_proxy_servers_host_port", "proxy_servers", { type = "unique" })
  op.create_unique_constraint("uq_proxy_servers_cluster_id_host_port", "proxy_servers",
    { "cluster_id", "host", "port" })
end

function downgrade()
  op.drop_constraint("uq_proxy_servers_cluster_id_host_port", "proxy_servers", { type = "unique" })
  op.create_unique_constraint("uq_proxy_servers_host_port", "proxy_servers", { "host", "port" })
  op.alter_column("proxy_servers", "version", { nullable = true, server_default = null })
  op.execute "UPDATE proxy_servers SET version = NULL WHERE version = 'unknown'"

  op.batch_alter_table("services", function(batch)
    batch.drop_constraint("ck_services_timeout_ms", { type = "check" })
    batch.drop_constraint("ck_services_protocol", { type = "check" })
    batch.alter_column("protocol", { type = types.string(8) })
  end)
end
