--- Merge the ledger and the reservations
-- Revision ID: 005_merge_ledger_and_reservations
-- Revises: 003_ledger, 004_reservations
-- Create Date: 2026-06-12 08:00:00 UTC

revision = "005_merge_ledger_and_reservations"
down_revision = { "003_ledger", "004_reservations" }

function upgrade()
end

function downgrade()
end
