--- Add proxy servers.
-- Revision ID: 004_proxy_servers
-- Revises: 003_services
-- Create Date: 2026-03-09 13:30:00 UTC

revision = "004_proxy_servers"
down_revision = "003_services"

function upgrade()
  op.create_table("proxy_servers", {
    { "id", types.integer, primary_key = true },
    { "cluster_id", types.integer, nullable = false,
      references = { "clusters", "id", ondelete = "CASCADE" } },
    { "host", types.string(253), nullable = false },
    { "port", types.integer, nullable = false, server_default = 443 },
    { "version", types.string(20) },
    { "last_seen_at", types.datetime },
    unique({ "host", "port" }, { name = "uq_proxy_servers_host_port" }),
    index({ "cluster_id" }, { name = "ix_proxy_servers_cluster_id" }),
  })

  op.bulk_insert("proxy_servers", {
    { id = 1, cluster_id = 1, host = "proxy-1.example.com", version = "1.4.0" },
    { id = 2, cluster_id = 1, host = "proxy-2.example.com", version = "1.4.0" },
    { id = 3, cluster_id = 2, host = "proxy-3.example.com", port = 8443 },
  })
end

function downgrade()
  op.drop_table("proxy_servers")
end
