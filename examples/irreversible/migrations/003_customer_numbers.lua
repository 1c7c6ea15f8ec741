--- Add customer numbers.
-- Revision ID: 003_customer_numbers
-- Revises: 002_forget_birth_dates
-- Create Date: 2026-05-11 09:15:00 UTC

revision = "003_customer_numbers"
down_revision = "002_forget_birth_dates"

function upgrade()
  op.add_column("customers", { "number", types.string(12) })
  op.execute "UPDATE customers SET number = 'C-' || substr(CAST(1000000 + id AS TEXT), 2)"
  op.create_index("ix_customers_number", "customers", { "number" }, { unique = true })
end

function downgrade()
  op.drop_index("ix_customers_number", "customers")
  op.drop_column("customers", "number")
end
