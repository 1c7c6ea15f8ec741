--- Move timeout and retries of services out of their settings.
-- Revision ID: 012_service_limits
-- Revises: 011_route_tables
-- Create Date: 2026-03-30 09:50:00 UTC
--
-- A service that sets neither keeps NULL, the default of the proxy. The downgrade puts the
-- values back, so that the settings are again what they were.

revision = "012_service_limits"
down_revision = "011_route_tables"

-- What the loops below do, for `--sql`, where there are no rows to read.
local OFFLINE = {
  sqlite = {
    upgrade = [[
      UPDATE services SET
        timeout_ms = json_extract(settings, '$.timeout_ms'),
        max_retries = json_extract(settings, '$.retries'),
        settings = json_remove(settings, '$.timeout_ms', '$.retries')
    ]],
    downgrade = [[
      UPDATE services SET settings =
        json_patch(settings, json_object('timeout_ms', timeout_ms, 'retries', max_retries))
    ]],
  },
  postgresql = {
    upgrade = [[
      UPDATE services SET
        timeout_ms = (settings ->> 'timeout_ms')::integer,
        max_retries = (settings ->> 'retries')::integer,
        settings = (settings::jsonb - 'timeout_ms' - 'retries')::json
    ]],
    downgrade = [[
      UPDATE services SET settings = (settings::jsonb || jsonb_strip_nulls(
        jsonb_build_object('timeout_ms', timeout_ms, 'retries', max_retries)))::json
    ]],
  },
}

function upgrade()
  op.add_column("services", { "timeout_ms", types.integer })
  op.add_column("services", { "max_retries", types.integer })

  if op.is_offline() then
    op.execute(OFFLINE[op.get_context().dialect].upgrade)
    return
  end

  local db = op.get_bind()
  local moved = 0
  for service in db:rows "SELECT id, settings FROM services" do
    local settings = json.decode(service.settings)
    local timeout_ms, max_retries = settings.timeout_ms, settings.retries
    if timeout_ms or max_retries then
      settings.timeout_ms, settings.retries = nil, nil
      db:execute([[
        UPDATE services
        SET settings = :settings, timeout_ms = :timeout_ms, max_retries = :max_retries
        WHERE id = :id
      ]], {
        id = service.id,
        settings = json.encode(settings),
        timeout_ms = timeout_ms,
        max_retries = max_retries,
      })
      moved = moved + 1
    end
  end
  log.info("moved the limits of %d services", moved)
end

local function restore_settings()
  if op.is_offline() then
    op.execute(OFFLINE[op.get_context().dialect].downgrade)
    return
  end

  local db = op.get_bind()
  for service in db:rows [[
    SELECT id, settings, timeout_ms, max_retries FROM services
    WHERE timeout_ms IS NOT NULL OR max_retries IS NOT NULL
  ]] do
    local settings = json.decode(service.settings)
    settings.timeout_ms, settings.retries = service.timeout_ms, service.max_retries
    db:execute("UPDATE services SET settings = :settings WHERE id = :id",
      { id = service.id, settings = json.encode(settings) })
  end
end

function downgrade()
  restore_settings()

  op.drop_column("services", "max_retries")
  op.drop_column("services", "timeout_ms")
end
