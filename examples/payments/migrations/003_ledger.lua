--- A ledger: every transfer is two entries, each with the balance behind it
-- Revision ID: 003_ledger
-- Revises: 002_transfers
-- Create Date: 2026-06-09 08:00:00 UTC

revision = "003_ledger"
down_revision = "002_transfers"

function upgrade()
  op.create_table("ledger_entries", {
    { "id", types.biginteger, primary_key = true },
    { "account_id", types.biginteger, nullable = false, references = { "accounts", "id" } },
    { "transfer_id", types.biginteger, nullable = false,
      references = { "transfers", "id", ondelete = "CASCADE" } },
    { "amount", types.biginteger, nullable = false },
    { "running_total", types.biginteger, nullable = false },
    { "note", types.string(200) },
    unique({ "transfer_id", "account_id" }, { name = "uq_ledger_entries_transfer_account" }),
    check("amount <> 0", { name = "ck_ledger_entries_amount" }),
  })
  op.create_index("ix_ledger_entries_account", "ledger_entries", { "account_id", "id" })

  if op.is_offline() then -- `upgrade --sql`: there are no rows to read, and notes stay empty
    op.execute [[
      INSERT INTO ledger_entries (account_id, transfer_id, amount, running_total)
      SELECT account_id, transfer_id, amount,
        sum(amount) OVER (PARTITION BY account_id ORDER BY transfer_id)
      FROM (
        SELECT from_account_id AS account_id, id AS transfer_id, -amount AS amount FROM transfers
        UNION ALL SELECT to_account_id, id, amount FROM transfers
      ) AS entries
      ORDER BY transfer_id, amount
    ]]
    return
  end

  local db = op.get_bind()
  local totals, count = {}, 0
  for transfer in db:rows "SELECT * FROM transfers ORDER BY id" do
    local details = json.decode(transfer.details) or {}
    local function book(account_id, amount)
      totals[account_id] = (totals[account_id] or 0) + amount
      db:execute([[
        INSERT INTO ledger_entries (account_id, transfer_id, amount, running_total, note)
        VALUES (:account_id, :transfer_id, :amount, :running_total, :note)
      ]], { account_id = account_id, transfer_id = transfer.id, amount = amount,
        running_total = totals[account_id], note = details.note })
      count = count + 1
    end
    book(transfer.from_account_id, -transfer.amount)
    book(transfer.to_account_id, transfer.amount)
  end
  log.info("booked %d entries", count)
end

function downgrade()
  op.drop_table("ledger_entries")
end
