-- Runners that wait never stand in the way of the one that works: eight of them while an index is
-- built concurrently end without a deadlock, and each revision is applied once (G3, G9).
local drivers = require "spec.support.drivers"

local RUNNERS = 8
local ROUNDS = os.getenv "SOAK" and 20 or 2

local REVISIONS = {
  { id = "r1", upgrade = [[
  op.create_table("big", { { "id", types.integer, primary_key = true }, { "name", types.text } })
  op.execute "INSERT INTO big SELECT i, 'name ' || i FROM generate_series(1, 20000) AS i"]] },
  { id = "r2", down = "r1", header = "transaction = false", upgrade = [[
  op.create_index("ix_big_name", "big", { "name" }, { postgresql_concurrently = true })]] },
  { id = "r3", down = "r2",
    upgrade = [[op.add_column("big", { "note", types.text })]] },
}

describe(RUNNERS .. " runners, one of which builds an index concurrently", function()
  it(("end without a deadlock, %d rounds"):format(ROUNDS), function()
    for _ = 1, ROUNDS do
      local project = drivers.postgresql.project { revisions = REVISIONS }
      project:shell(([[for i in $(seq %d); do
        ( "$L" upgrade >out.$i 2>err.$i; echo $? >status.$i ) &
      done; wait]]):format(RUNNERS))
      for i = 1, RUNNERS do
        assert.are.equal("0\n", project:read("status." .. i), project:read("err." .. i))
        assert.is_nil(project:read("err." .. i):find "deadlock")
      end
      assert.are.equal("r1,r2,r3", project:sql
        "SELECT string_agg(revision, ',' ORDER BY id) FROM luamigrate_history")
      assert.are.equal("t", project:sql
        "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_big_name'::regclass")
      project:remove()
    end
  end)
end)
