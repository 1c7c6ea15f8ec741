--- Add route tables with the health of each route.
-- Revision ID: 011_route_tables
-- Revises: 010_merge_traffic_and_observability
-- Create Date: 2026-03-25 14:00:00 UTC

revision = "011_route_tables"
down_revision = "010_merge_traffic_and_observability"

local HEALTH = { "unknown", "healthy", "degraded", "down" }

function upgrade()
  op.create_table("route_tables", {
    { "id", types.integer, primary_key = true },
    { "cluster_id", types.integer, nullable = false,
      references = { "clusters", "id", ondelete = "CASCADE" } },
    { "name", types.string(63), nullable = false },
    { "generation", types.integer, nullable = false, server_default = 1 },
    unique({ "cluster_id", "name" }, { name = "uq_route_tables_cluster_id_name" }),
  })

  op.create_table("routes", {
    { "id", types.integer, primary_key = true },
    { "route_table_id", types.integer, nullable = false,
      references = { "route_tables", "id", ondelete = "CASCADE" } },
    { "service_id", types.integer, nullable = false,
      references = { "services", "id", ondelete = "CASCADE" } },
    { "path_prefix", types.string(255), nullable = false, server_default = "/" },
    { "health_status", types.enum("health_status", HEALTH, { check = true }),
      nullable = false, server_default = "unknown" },
    { "checked_at", types.datetime },
    unique({ "route_table_id", "path_prefix" }, { name = "uq_routes_route_table_id_path_prefix" }),
  })
  op.create_index("ix_routes_unhealthy", "routes", { "health_status", "checked_at" },
    { where = "health_status <> 'healthy'" })

  if op.is_offline() then -- `upgrade --sql`: there are no rows to read
    op.execute [[
      INSERT INTO route_tables (cluster_id, name) SELECT id, name FROM clusters ORDER BY id
    ]]
    op.execute [[
      INSERT INTO routes (route_table_id, service_id, path_prefix)
      SELECT t.id, s.id, '/' || s.name
      FROM route_tables AS t JOIN services AS s ON s.cluster_id = t.cluster_id
    ]]
    return
  end

  local db = op.get_bind()
  for cluster in db:rows "SELECT id, name FROM clusters ORDER BY id" do
    local route_table_id = db:scalar(
      "INSERT INTO route_tables (cluster_id, name) VALUES (:id, :name) RETURNING id", cluster)
    db:execute([[
      INSERT INTO routes (route_table_id, service_id, path_prefix)
      SELECT :route_table_id, id, '/' || name FROM services WHERE cluster_id = :cluster_id
    ]], { route_table_id = route_table_id, cluster_id = cluster.id })
  end
end

function downgrade()
  op.drop_table("routes")
  op.drop_table("route_tables")
  op.drop_enum("health_status")
end
