--- Add the users of the gateway.
-- Revision ID: 001_users
-- Revises: base
-- Create Date: 2026-03-02 09:12:00 UTC

revision = "001_users"
down_revision = nil

function upgrade()
  op.create_table("users", {
    { "id", types.integer, primary_key = true },
    { "email", types.string(255), nullable = false },
    { "full_name", types.string(120) },
    { "role", types.enum("user_role", { "admin", "operator", "viewer" }, { check = true }),
      nullable = false, server_default = "viewer" },
    { "active", types.boolean, nullable = false, server_default = true },
    { "created_at", types.datetime, nullable = false, server_default = sql.now },
    unique({ "email" }, { name = "uq_users_email" }),
  })

  op.bulk_insert("users", {
    { id = 1, email = "ada@example.com", full_name = "Ada Lovelace", role = "admin" },
    { id = 2, email = "grace@example.com", full_name = "Grace Hopper", role = "operator" },
    { id = 3, email = "guest@example.com", active = false },
  })
end

function downgrade()
  op.drop_table("users")
  op.drop_enum("user_role")
end
