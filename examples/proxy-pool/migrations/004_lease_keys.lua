--- Leases know their provider, and a client has a proxy once
-- Create Date: 2026-11-20 09:00:00 UTC

revision = "004_lease_keys"
down_revision = "003_health"

function upgrade()
  op.add_column("leases", { "provider_id", types.integer })
  op.execute "UPDATE leases SET provider_id = (SELECT provider_id FROM proxies WHERE id = proxy_id)"
  op.alter_column("leases", "provider_id", { nullable = false })
  op.create_foreign_key("fk_leases_provider", "leases", "providers", { "provider_id" }, { "id" })
  op.create_unique_constraint("uq_leases_client", "leases", { "proxy_id", "client" })
end

function downgrade()
  op.drop_constraint("uq_leases_client", "leases", { type = "unique" })
  op.drop_constraint("fk_leases_provider", "leases", { type = "foreignkey" })
  op.drop_column("leases", "provider_id")
end
