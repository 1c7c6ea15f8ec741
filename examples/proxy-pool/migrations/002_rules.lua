--- What a proxy must fulfil; the port becomes a number
-- Create Date: 2026-11-09 09:00:00 UTC

revision = "002_rules"
down_revision = "001_pool"

function upgrade()
  -- one copy of the table for all of it
  op.batch_alter_table("proxies", function(batch)
    batch.alter_column("address", { nullable = false })
    batch.alter_column("port", { type = types.integer, existing_type = types.text,
      nullable = false })
    batch.create_check_constraint("ck_proxies_port", "port BETWEEN 1 AND 65535")
    batch.create_unique_constraint("uq_proxies_endpoint", { "address", "port" })
  end)
end

function downgrade()
  op.batch_alter_table("proxies", function(batch)
    batch.drop_constraint("uq_proxies_endpoint", { type = "unique" })
    batch.drop_constraint("ck_proxies_port", { type = "check" })
    batch.alter_column("port", { type = types.text, existing_type = types.integer,
      nullable = true })
    batch.alter_column("address", { nullable = true })
  end)
end
