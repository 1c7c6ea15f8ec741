--- Add clusters.
-- Revision ID: 002_clusters
-- Revises: 001_users
-- Create Date: 2026-03-02 10:40:00 UTC

revision = "002_clusters"
down_revision = "001_users"

function upgrade()
  op.create_table("clusters", {
    { "id", types.integer, primary_key = true },
    { "name", types.string(63), nullable = false, unique = true },
    { "region", types.string(32), nullable = false },
    { "owner_id", types.integer, references = { "users", "id", ondelete = "SET NULL" } },
    { "created_at", types.datetime, nullable = false, server_default = sql.now },
  })
  op.create_index("ix_clusters_owner_id", "clusters", { "owner_id" })

  op.bulk_insert("clusters", {
    { id = 1, name = "edge", region = "eu-central", owner_id = 1 },
    { id = 2, name = "core", region = "eu-west", owner_id = 2 },
  })
end

function downgrade()
  op.drop_table("clusters")
end
