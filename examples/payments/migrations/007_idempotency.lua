--- A request that comes twice is answered twice and done once
-- Revision ID: 007_idempotency
-- Revises: 006_available
-- Create Date: 2026-06-22 08:00:00 UTC

revision = "007_idempotency"
down_revision = "006_available"

function upgrade()
  op.create_table("idempotency_keys", {
    { "client", types.string(60), nullable = false },
    { "key", types.string(64), nullable = false },
    { "request_hash", types.binary, nullable = false },
    { "status", types.smallinteger },
    { "response", types.json:with_variant(types.jsonb, "postgresql") },
    { "transfer_id", types.biginteger, references = { "transfers", "id",
      name = "fk_idempotency_keys_transfer", ondelete = "SET NULL" } },
    { "created_at", types.datetime, nullable = false, server_default = sql.now },
    primary_key({ "client", "key" }, { name = "pk_idempotency_keys" }),
    check("(status IS NULL) = (response IS NULL)", { name = "ck_idempotency_keys_answer" }),
    check("status BETWEEN 100 AND 599", { name = "ck_idempotency_keys_status" }),
    index({ "created_at" }, { name = "ix_idempotency_keys_created_at" }),
  })
end

function downgrade()
  op.drop_table("idempotency_keys")
end
