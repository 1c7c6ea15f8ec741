--- Reservations: money that is promised, not yet moved
-- Revision ID: 004_reservations
-- Revises: 002_transfers
-- Create Date: 2026-06-10 08:00:00 UTC

revision = "004_reservations"
down_revision = "002_transfers" -- a branch: it needs no ledger

function upgrade()
  op.create_table("reservations", {
    { "id", types.biginteger, primary_key = true },
    { "account_id", types.biginteger, nullable = false,
      references = { "accounts", "id", ondelete = "CASCADE" } },
    { "amount", types.biginteger, nullable = false },
    { "state", types.enum("reservation_state", { "open", "captured", "released" },
      { check = true }), nullable = false, server_default = "open" },
    { "transfer_id", types.biginteger, references = { "transfers", "id", ondelete = "SET NULL" } },
    { "expires_at", types.datetime, nullable = false },
    check("amount > 0", { name = "ck_reservations_amount" }),
    check("transfer_id IS NULL OR state = 'captured'", { name = "ck_reservations_transfer" }),
  })
  op.create_index("ix_reservations_open", "reservations", { "expires_at" },
    { where = "state = 'open'" })
  op.create_index("uq_reservations_transfer", "reservations", { "transfer_id" },
    { unique = true, where = "transfer_id IS NOT NULL" })
  op.add_column("accounts", { "reserved", types.biginteger, nullable = false, server_default = 0 })
end

function downgrade()
  op.drop_column("accounts", "reserved")
  op.drop_table("reservations")
  op.drop_enum("reservation_state")
end
