--- The decisions that were made; a hypertable where there is TimescaleDB
-- Revision ID: 006_decisions
-- Revises: 005_audit_effect
-- Create Date: 2026-08-24 09:00:00 UTC

revision = "006_decisions"
down_revision = "005_audit_effect"

local SCHEMA = "policy"

function upgrade()
  op.create_table("decisions", {
    { "at", types.datetime { timezone = true }, server_default = sql.now },
    { "request", types.uuid },
    { "rule_id", types.biginteger },
    { "effect", types.enum("effect", { "allow", "audit", "deny" }, { schema = SCHEMA }),
      nullable = false },
    { "address", types.inet },
    { "took", types.interval { precision = 3 } },
    -- the time is part of the key: a hypertable asks for it
    primary_key({ "at", "request" }, { name = "pk_decisions" }),
  }, { schema = SCHEMA, postgresql_with = { fillfactor = 100 } })

  op.execute [[
    DO $$
    BEGIN
      IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
        PERFORM create_hypertable('policy.decisions', 'at',
          chunk_time_interval => INTERVAL '1 day');
      END IF;
    END
    $$
  ]]
end

function downgrade()
  op.drop_table("decisions", { schema = SCHEMA })
end
