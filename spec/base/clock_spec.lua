-- Proves the dates that people read and that waiting ends early when it is told to.
local base = require("luamigrate.core").base

describe("clock", function()
  it("writes dates as ISO 8601 in UTC", function()
    assert.are.equal("1970-01-01T00:00:00Z", base.clock_iso(0))
    assert.are.equal("2000-02-29T23:59:59Z", base.clock_iso(951868799))
    assert.are.equal("2038-01-19T03:14:08Z", base.clock_iso(2147483648))
    assert.are.equal("1969-12-31T23:59:59Z", base.clock_iso(-1))
  end)

  it("tells the time", function()
    assert.is_true(math.abs(base.clock_now() - os.time()) < 2)
  end)

  it("sleeps as long as it should", function()
    local result, took = base.clock_sleep(120)
    assert.are.equal(0, result)
    assert.is_true(took >= 119 and took < 2000, took)
  end)

  it("does not sleep when it is cancelled", function()
    local result, took = base.clock_sleep(60000, 2)
    assert.are.equal(-1, result)
    assert.is_true(took < 1000, took)
  end)
end)
