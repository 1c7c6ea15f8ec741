--- Forget the birth dates of customers.
-- Revision ID: 002_forget_birth_dates
-- Revises: 001_customers
-- Create Date: 2026-05-05 10:30:00 UTC

revision = "002_forget_birth_dates"
down_revision = "001_customers"
irreversible = "the birth dates are gone; restore them from the backup of the day before"

function upgrade()
  op.drop_column("customers", "birth_date")
end
