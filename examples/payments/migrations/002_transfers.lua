--- Transfers between two accounts
-- Revision ID: 002_transfers
-- Revises: 001_accounts
-- Create Date: 2026-06-02 08:00:00 UTC

revision = "002_transfers"
down_revision = "001_accounts"

function upgrade()
  op.create_table("transfers", {
    { "id", types.biginteger, primary_key = true },
    { "from_account_id", types.biginteger, nullable = false },
    { "to_account_id", types.biginteger, nullable = false },
    { "amount", types.biginteger, nullable = false },
    { "details", types.json },
    { "created_at", types.datetime, nullable = false, server_default = sql.now },
    foreign_key({ "from_account_id" }, "accounts", { "id" }, { name = "fk_transfers_from" }),
    foreign_key({ "to_account_id" }, "accounts", { "id" }, { name = "fk_transfers_to" }),
    check("amount > 0", { name = "ck_transfers_amount" }),
    check("from_account_id <> to_account_id", { name = "ck_transfers_accounts" }),
    index({ "from_account_id", "created_at" }),
    index({ "to_account_id", "created_at" }),
  })
end

function downgrade()
  op.drop_table("transfers")
end
