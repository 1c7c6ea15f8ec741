--- The score is called health, is never NULL and has a bound
-- Create Date: 2026-11-16 09:00:00 UTC

revision = "003_health"
down_revision = "002_rules"

function upgrade()
  -- the view, the trigger and the index follow the new name
  op.alter_column("proxies", "score", { new_column_name = "health" })
  op.alter_column("proxies", "health", { nullable = false, server_default = 100 })
  op.create_check_constraint("ck_proxies_health", "proxies", "health >= 0")
  op.add_column("proxies", { "token", types.string(40), unique = true })
end

function downgrade()
  op.drop_column("proxies", "token")
  op.drop_constraint("ck_proxies_health", "proxies", { type = "check" })
  op.alter_column("proxies", "health", { nullable = true, server_default = 50 })
  op.alter_column("proxies", "health", { new_column_name = "score" })
end
