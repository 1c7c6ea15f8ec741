--- Who a policy holds for, and when
-- Revision ID: 004_assignments
-- Revises: 003_first_policy
-- Create Date: 2026-08-10 09:00:00 UTC

revision = "004_assignments"
down_revision = "003_first_policy"

local SCHEMA = "policy"

function upgrade()
  op.create_extension("btree_gist", { if_not_exists = true })
  op.create_enum("subject_kind", { "user", "group", "service" }, { schema = SCHEMA })
  op.create_table("assignments", {
    { "id", types.biginteger, primary_key = true, identity = {} },
    { "policy_id", types.biginteger, nullable = false },
    { "kind", types.enum("subject_kind", { "user", "group", "service" }, { schema = SCHEMA }),
      nullable = false },
    { "subject", types.string(200), nullable = false },
    { "during", types.tstzrange, nullable = false, server_default = sql "tstzrange(now(), NULL)" },
    { "revoked", types.boolean, nullable = false, server_default = false },
    foreign_key({ "policy_id" }, "policies", { "id" }, { name = "fk_assignments_policy",
      referent_schema = SCHEMA, ondelete = "RESTRICT" }),
    check("NOT isempty(during)", { name = "ck_assignments_during" }),
    -- a policy is not given twice to one subject for the same time
    exclude({ { "policy_id", "=" }, { "subject", "=" }, { "during", "&&" } },
      { name = "ex_assignments_during", using = "gist", where = "NOT revoked" }),
  }, { schema = SCHEMA })
  op.create_index("ix_assignments_subject", "assignments", { "kind", sql "lower(subject)" },
    { schema = SCHEMA, postgresql_where = "NOT revoked", postgresql_include = { "policy_id" } })
  op.create_table_comment("assignments", "Policies of users, groups and services",
    { schema = SCHEMA })
end

function downgrade()
  op.drop_table("assignments", { schema = SCHEMA })
  op.drop_enum("subject_kind", { schema = SCHEMA })
  op.drop_extension("btree_gist")
end
