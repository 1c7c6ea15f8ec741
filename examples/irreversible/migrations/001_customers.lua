--- Add customers.
-- Revision ID: 001_customers
-- Revises: base
-- Create Date: 2026-05-04 08:00:00 UTC

revision = "001_customers"
down_revision = nil

function upgrade()
  op.create_table("customers", {
    { "id", types.integer, primary_key = true },
    { "name", types.string(120), nullable = false },
    { "birth_date", types.date },
  })
  op.bulk_insert("customers", {
    { name = "Ada", birth_date = "1815-12-10" },
    { name = "Grace", birth_date = "1906-12-09" },
  })
end

function downgrade()
  op.drop_table("customers")
end
