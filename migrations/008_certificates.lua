--- Add certificates.
-- Revision ID: 008_certificates
-- Revises: 005_assignments
-- Create Date: 2026-03-17 10:10:00 UTC

revision = "008_certificates"
down_revision = "005_assignments"
branch_labels = "traffic"

function upgrade()
  op.create_table("certificates", {
    { "id", types.integer, primary_key = true },
    { "common_name", types.string(253), nullable = false },
    { "fingerprint", types.binary, nullable = false, unique = true },
    { "pem", types.text, nullable = false },
    { "not_after", types.datetime, nullable = false },
    { "revoked_at", types.datetime },
  })
  op.create_index("ix_certificates_not_after", "certificates", { "not_after" },
    { where = "revoked_at IS NULL" })

  op.add_column("services", { "certificate_id", types.integer,
    references = { "certificates", "id", ondelete = "SET NULL" } })
end

function downgrade()
  op.drop_column("services", "certificate_id")
  op.drop_table("certificates")
end
