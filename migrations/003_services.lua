--- Add services.
-- Revision ID: 003_services
-- Revises: 002_clusters
-- Create Date: 2026-03-04 08:05:00 UTC
--
-- What a service may set for itself is free JSON in `settings` for now.

revision = "003_services"
down_revision = "002_clusters"

function upgrade()
  op.create_table("services", {
    { "id", types.integer, primary_key = true },
    { "cluster_id", types.integer, nullable = false,
      references = { "clusters", "id", ondelete = "CASCADE" } },
    { "name", types.string(63), nullable = false },
    { "protocol", types.string(8), nullable = false, server_default = "http" },
    { "port", types.integer, nullable = false },
    { "settings", types.json, nullable = false, server_default = "{}" },
    unique({ "cluster_id", "name" }, { name = "uq_services_cluster_id_name" }),
    check("port BETWEEN 1 AND 65535", { name = "ck_services_port" }),
  })

  op.bulk_insert("services", {
    { id = 1, cluster_id = 1, name = "login", port = 8443, protocol = "https",
      settings = json.encode { timeout_ms = 1500, retries = 2, tags = { "public", "critical" } } },
    { id = 2, cluster_id = 1, name = "search", port = 8080,
      settings = json.encode { timeout_ms = 800, tags = json.array {} } },
    { id = 3, cluster_id = 2, name = "billing", port = 9090, protocol = "grpc",
      settings = json.encode { retries = 5 } },
    { id = 4, cluster_id = 2, name = "ledger", port = 9091, protocol = "grpc" },
  })
end

function downgrade()
  op.drop_table("services")
end
