--- What is reserved is covered; a view of what an account can spend
-- Revision ID: 006_available
-- Revises: 005_merge_ledger_and_reservations
-- Create Date: 2026-06-15 08:00:00 UTC

revision = "006_available"
down_revision = "005_merge_ledger_and_reservations"

function upgrade()
  -- one copy of the table on SQLite, ALTER TABLE on PostgreSQL
  op.batch_alter_table("accounts", function(batch)
    batch.create_check_constraint("ck_accounts_reserved", "reserved BETWEEN 0 AND balance")
    batch.drop_constraint("ck_accounts_balance", { type = "check" })
  end)
  op.create_view("available", [[
    SELECT a.id, a.owner, a.currency, a.balance - a.reserved AS amount
    FROM accounts AS a
    WHERE NOT a.closed
  ]])
end

function downgrade()
  op.drop_view("available")
  op.batch_alter_table("accounts", function(batch)
    batch.create_check_constraint("ck_accounts_balance", "balance >= 0")
    batch.drop_constraint("ck_accounts_reserved", { type = "check" })
  end)
end
