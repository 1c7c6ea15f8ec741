--- The month of each transfer, for statements
-- Revision ID: 008_months
-- Revises: 007_idempotency
-- Create Date: 2026-07-01 08:00:00 UTC

revision = "008_months"
down_revision = "007_idempotency"

-- Each call commits for itself, since an index cannot be built beside running payments inside a
-- transaction. A run that is interrupted goes on behind the last call that is done.
transaction = false

function upgrade()
  op.add_column("transfers", { "month", types.string(7) })
  op.step("months", function()
    op.execute "UPDATE transfers SET month = substr(CAST(created_at AS TEXT), 1, 7)"
  end)
  op.create_index("ix_transfers_month", "transfers", { "month", "from_account_id" },
    { postgresql_concurrently = true })
end

function downgrade()
  op.drop_index("ix_transfers_month", "transfers", { postgresql_concurrently = true })
  op.drop_column("transfers", "month")
end
