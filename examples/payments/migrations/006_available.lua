--- What is reserved is covered; a view of what an account can spend
-- Revision ID: 006_available
-- Revises: 005_merge_ledger_and_reservations
-- Create Date: 2026-06-15 08:00:00 UTC

revision = "006_available"
down_revision = "005_merge_ledger_and_reservations"

-- The table as it stands, with one of the two checks: on SQLite `--sql` cannot read it.
local function accounts(limit)
  return {
    { "id", types.biginteger, primary_key = true },
    { "owner", types.string(120), nullable = false },
    { "currency", types.char(3), nullable = false, server_default = "EUR" },
    { "balance", types.biginteger, nullable = false, server_default = 0 },
    { "closed", types.boolean, nullable = false, server_default = false },
    { "created_at", types.datetime, nullable = false, server_default = sql.now },
    { "reserved", types.biginteger, nullable = false, server_default = 0 },
    unique({ "owner", "currency" }, { name = "uq_accounts_owner_currency" }),
    check("length(currency) = 3", { name = "ck_accounts_currency" }),
    limit,
  }
end

local BALANCE = check("balance >= 0", { name = "ck_accounts_balance" })
local RESERVED = check("reserved BETWEEN 0 AND balance", { name = "ck_accounts_reserved" })

function upgrade()
  -- one copy of the table on SQLite, ALTER TABLE on PostgreSQL
  op.batch_alter_table("accounts", { copy_from = accounts(BALANCE) }, function(batch)
    batch.drop_constraint("ck_accounts_balance", { type = "check" })
    batch.create_check_constraint("ck_accounts_reserved", "reserved BETWEEN 0 AND balance")
  end)
  op.create_view("available", [[
    SELECT a.id, a.owner, a.currency, a.balance - a.reserved AS amount
    FROM accounts AS a
    WHERE NOT a.closed
  ]])
end

function downgrade()
  op.drop_view("available")
  op.batch_alter_table("accounts", { copy_from = accounts(RESERVED) }, function(batch)
    batch.drop_constraint("ck_accounts_reserved", { type = "check" })
    batch.create_check_constraint("ck_accounts_balance", "balance >= 0")
  end)
end
