--- Providers, their proxies and the leases on them
-- Create Date: 2026-11-02 09:00:00 UTC

revision = "001_pool"
down_revision = nil

function upgrade()
  op.create_table("providers", {
    { "id", types.integer, primary_key = true },
    { "name", types.string(80), nullable = false, unique = true },
  })
  op.create_table("proxies", {
    { "id", types.integer, primary_key = true },
    { "provider_id", types.integer, references = { "providers", "id", ondelete = "CASCADE" } },
    { "address", types.text },
    { "port", types.text },
    { "country", types.char(2) },
    { "score", types.integer, server_default = 50 },
    check("length(address) > 0"),
    index({ "country", "score" }, { where = "score > 0" }),
  })
  op.create_table("leases", {
    { "id", types.integer, primary_key = true },
    { "proxy_id", types.integer, nullable = false,
      references = { "proxies", "id", ondelete = "CASCADE" } },
    { "client", types.string(80), nullable = false },
    { "ended", types.boolean, nullable = false, server_default = false },
  }, { sqlite_autoincrement = true })
  op.execute "CREATE VIEW free_proxies AS SELECT p.id, p.address, p.port FROM proxies AS p \z
    WHERE p.score > 0 AND NOT EXISTS (SELECT 1 FROM leases AS l \z
    WHERE l.proxy_id = p.id AND NOT l.ended)"
  op.execute "CREATE TRIGGER lease_ends AFTER UPDATE OF ended ON leases WHEN new.ended BEGIN \z
    UPDATE proxies SET score = score + 1 WHERE id = new.proxy_id; END"
  op.bulk_insert("providers", { { id = 1, name = "north" }, { id = 2, name = "south" } })
  op.bulk_insert("proxies", {
    { id = 1, provider_id = 1, address = "192.0.2.1", port = "8080", country = "NO" },
    { id = 2, provider_id = 1, address = "192.0.2.2", port = "3128", country = "SE" },
    { id = 3, provider_id = 2, address = "198.51.100.7", port = "8080", country = "ES", score = 0 },
  })
  op.bulk_insert("leases", {
    { proxy_id = 1, client = "crawler" }, { proxy_id = 2, client = "mirror", ended = true },
  })
end

function downgrade()
  op.execute "DROP VIEW free_proxies"
  op.drop_table "leases"
  op.drop_table "proxies"
  op.drop_table "providers"
end
