--- Assign users to services, and services to proxy servers.
-- Revision ID: 005_assignments
-- Revises: 004_proxy_servers
-- Create Date: 2026-03-11 16:20:00 UTC

revision = "005_assignments"
down_revision = "004_proxy_servers"

function upgrade()
  op.create_table("user_services", {
    { "id", types.integer, primary_key = true },
    { "user_id", types.integer, nullable = false },
    { "service_id", types.integer, nullable = false },
    { "assigned_at", types.datetime, nullable = false, server_default = sql.now },
    unique({ "user_id", "service_id" }, { name = "uq_user_services_user_id_service_id" }),
    foreign_key({ "user_id" }, "users", { "id" }, { ondelete = "CASCADE" }),
    foreign_key({ "service_id" }, "services", { "id" }, { ondelete = "CASCADE" }),
  })
  op.create_index("ix_user_services_service_id", "user_services", { "service_id" })

  op.create_table("proxy_services", {
    { "id", types.integer, primary_key = true },
    { "proxy_server_id", types.integer, nullable = false },
    { "service_id", types.integer, nullable = false },
    { "weight", types.integer, nullable = false, server_default = 100 },
    unique({ "proxy_server_id", "service_id" },
      { name = "uq_proxy_services_proxy_server_id_service_id" }),
    foreign_key({ "proxy_server_id" }, "proxy_servers", { "id" }, { ondelete = "CASCADE" }),
    foreign_key({ "service_id" }, "services", { "id" }, { ondelete = "CASCADE" }),
    check("weight >= 0", { name = "ck_proxy_services_weight" }),
  })
  op.create_index("ix_proxy_services_service_id", "proxy_services", { "service_id" })

  -- every service starts on every proxy server of its cluster
  op.execute [[
    INSERT INTO proxy_services (proxy_server_id, service_id)
    SELECT p.id, s.id
    FROM proxy_servers AS p JOIN services AS s ON s.cluster_id = p.cluster_id
    ORDER BY p.id, s.id
  ]]
end

function downgrade()
  op.drop_table("proxy_services")
  op.drop_table("user_services")
end
