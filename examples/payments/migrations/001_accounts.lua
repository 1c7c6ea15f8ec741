--- Accounts and their balances
-- Revision ID: 001_accounts
-- Revises: base
-- Create Date: 2026-06-01 08:00:00 UTC

revision = "001_accounts"
down_revision = nil

function upgrade()
  op.create_table("accounts", {
    { "id", types.biginteger, primary_key = true },
    { "owner", types.string(120), nullable = false },
    { "currency", types.char(3), nullable = false, server_default = "EUR" },
    -- in the smallest unit of the currency
    { "balance", types.biginteger, nullable = false, server_default = 0 },
    { "closed", types.boolean, nullable = false, server_default = false },
    { "created_at", types.datetime, nullable = false, server_default = sql.now },
    unique({ "owner", "currency" }, { name = "uq_accounts_owner_currency" }),
    check("length(currency) = 3", { name = "ck_accounts_currency" }),
    check("balance >= 0", { name = "ck_accounts_balance" }),
  })
end

function downgrade()
  op.drop_table("accounts")
end
