--- Check the protocol and limits of services, give every proxy server a version.
-- Revision ID: 014_service_rules
-- Revises: 013_service_metrics
-- Create Date: 2026-04-07 10:05:00 UTC
--
-- A host may serve more than one cluster on the same port from now on. The downgrade takes the
-- version "unknown" for none.

revision = "014_service_rules"
down_revision = "013_service_metrics"

-- What the tables are before the change, for `--sql`: SQLite changes them by a copy, and without a
-- database there is none to read them from.
local function services(protocol, ...)
  return {
    { "id", types.integer, primary_key = true },
    { "cluster_id", types.integer, nullable = false,
      references = { "clusters", "id", ondelete = "CASCADE" } },
    { "name", types.string(63), nullable = false },
    { "protocol", types.string(protocol), nullable = false, server_default = "http" },
    { "port", types.integer, nullable = false },
    { "settings", types.json, nullable = false, server_default = "{}" },
    { "certificate_id", types.integer,
      references = { "certificates", "id", ondelete = "SET NULL" } },
    { "trace_sampling", types.float, nullable = false, server_default = 0.01 },
    { "timeout_ms", types.integer },
    { "max_retries", types.integer },
    unique({ "cluster_id", "name" }, { name = "uq_services_cluster_id_name" }),
    check("port BETWEEN 1 AND 65535", { name = "ck_services_port" }),
    ...
  }
end

local function proxy_servers(version, place)
  return {
    { "id", types.integer, primary_key = true },
    { "cluster_id", types.integer, nullable = false,
      references = { "clusters", "id", ondelete = "CASCADE" } },
    { "host", types.string(253), nullable = false },
    { "port", types.integer, nullable = false, server_default = 443 },
    version,
    { "last_seen_at", types.datetime },
    place,
    index({ "cluster_id" }, { name = "ix_proxy_servers_cluster_id" }),
  }
end

local PROTOCOLS = "protocol IN ('http', 'https', 'grpc', 'websocket')"
local HOST = { "host", "port" }
local CLUSTER_HOST = { "cluster_id", "host", "port" }

local function change(name, table, changes)
  op.batch_alter_table(name, { copy_from = op.is_offline() and table or nil }, changes)
end

function upgrade()
  change("services", services(8), function(batch)
    batch.alter_column("protocol", { type = types.string(16) })
    batch.create_check_constraint("ck_services_protocol", PROTOCOLS)
    batch.create_check_constraint("ck_services_timeout_ms", "timeout_ms > 0")
  end)

  op.execute "UPDATE proxy_servers SET version = 'unknown' WHERE version IS NULL"
  local before = proxy_servers({ "version", types.string(20) },
    unique(HOST, { name = "uq_proxy_servers_host_port" }))
  change("proxy_servers", before, function(batch)
    batch.alter_column("version", { nullable = false, server_default = "unknown" })
    batch.drop_constraint("uq_proxy_servers_host_port", { type = "unique" })
    batch.create_unique_constraint("uq_proxy_servers_cluster_id_host_port", CLUSTER_HOST)
  end)
end

function downgrade()
  local before = proxy_servers(
    { "version", types.string(20), nullable = false, server_default = "unknown" },
    unique(CLUSTER_HOST, { name = "uq_proxy_servers_cluster_id_host_port" }))
  change("proxy_servers", before, function(batch)
    batch.drop_constraint("uq_proxy_servers_cluster_id_host_port", { type = "unique" })
    batch.create_unique_constraint("uq_proxy_servers_host_port", HOST)
    batch.alter_column("version", { nullable = true, server_default = null })
  end)
  op.execute "UPDATE proxy_servers SET version = NULL WHERE version = 'unknown'"

  local ruled = services(16, check(PROTOCOLS, { name = "ck_services_protocol" }),
    check("timeout_ms > 0", { name = "ck_services_timeout_ms" }))
  change("services", ruled, function(batch)
    batch.drop_constraint("ck_services_timeout_ms", { type = "check" })
    batch.drop_constraint("ck_services_protocol", { type = "check" })
    batch.alter_column("protocol", { type = types.string(8) })
  end)
end
