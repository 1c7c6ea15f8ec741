-- Proves the dates that people read and that waiting ends early when it is told to.
local base = require("luamigrate.core").base

describe("clock", function()
  it("writes dates as ISO 8601 in UTC", function()
    assert.are.equal("1970-01-01T00:00:00Z", base.clock_iso(0))
    assert.are.equal("2000-02-29T23:59:59Z", base.clock_iso(951868799))
    assert.are.equal("2038-01-19T03:14:08Z", base.clock_iso(2147483648))
    assert.are.equal("1969-12-31T23:59:59Z", base.clock_iso(-1))
  end)

  local dates = {
    ["1970-01-01 00:00:00"] = 0,
    ["2000-02-29 23:59:59 UTC"] = 951868799,
    ["2000-02-29T23:59:59Z"] = 951868799,
    ["2000-02-29 23:59:59.999999"] = 951868799,
    ["2000-02-29 23:59:59.5+00:00"] = 951868799,
    ["2000-03-01 05:29:59 +0530"] = 951868799,
    ["2000-02-29 22:59:59-01:00"] = 951868799,
    ["2000-02-29 23:29:59 -00:30"] = 951868799,
    ["1969-12-31 23:59:59"] = -1,
    ["1969-12-31 23:59:59  "] = -1,
  }
  for text, seconds in pairs(dates) do
    it("reads " .. text, function()
      assert.are.equal(seconds, base.clock_parse(text))
    end)
  end

  for _, text in ipairs {
    "", "yesterday", "2000-02-29", "2000-02-29 23:59", "2000-02-30 00:00:00",
    "2000-13-01 00:00:00", "2000-00-01 00:00:00", "2000-01-00 00:00:00", "2000-01-01 24:00:00",
    "2000-01-01 00:60:00", "2000-01-01 00:00:60", "99-01-01 00:00:00", "2000-1-1 00:00:00",
    "2000-01-01_00:00:00", "2000-01-01 00:00:00 CET", "2000-01-01 00:00:00 +1",
    "2000-01-01 00:00:00 +01", "2000-01-01 00:00:00 +01:60", "2000-01-01 00:00:00 +01:00x",
    "2000-01-01 00:00:00 1", "2000-01-01 00:00:00\nx", "-200-01-01 00:00:00",
    " 2000-01-01 00:00:00", "2000-01-01  0:00:00", "2000-01-01 00:00:+1",
  } do
    it(("does not take %q for a date"):format(text), function()
      assert.is_nil(base.clock_parse(text))
    end)
  end

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
