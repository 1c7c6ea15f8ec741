-- The proxy of the fault specs does what it is told: counts, delays, cuts at the place that was
-- named and nowhere else, and forwards everything unchanged.
local cli = require "spec.support.cli"
local postgres = require "spec.support.postgres"

describe("the proxy", function()
  local database, proxy

  setup(function()
    database = postgres.database()
  end)

  teardown(function()
    database:drop()
  end)

  after_each(function()
    proxy:stop()
    database:sql "DROP TABLE IF EXISTS t"
  end)

  local function start(options)
    proxy = postgres.proxy(database, options)
  end

  -- Runs psql through the proxy; returns its exit status and what it said.
  local function psql(script, prefix)
    local file = os.tmpname()
    local to = assert(io.open(file, "w"))
    assert(to:write(script))
    assert(to:close())
    local pipe = assert(io.popen(("LC_ALL=C %s psql -XAtq -v ON_ERROR_STOP=1 %s -f %s 2>&1"):format(
      prefix or "", cli.quote(proxy.url), file)))
    local text = pipe:read "a"
    local _, _, code = pipe:close()
    os.remove(file)
    return code, text
  end

  local CREATE = "BEGIN;\nCREATE TABLE t (a int);\nCOMMIT;\n"

  local function exists()
    return database:sql "SELECT count(*) FROM pg_class WHERE relname = 't'" == "1"
  end

  it("forwards everything and counts it", function()
    start()
    local code, text = psql "SELECT 1;\nSELECT repeat('x', 1000000);\nSELECT 'end';\n"
    assert.equal(0, code, text)
    assert.equal("1\n" .. ("x"):rep(1000000) .. "\nend\n", text)
    local report = proxy:report()
    assert.equal(1, report.connections)
    assert.equal(0, report.cuts)
    assert.is_true(report.server.bytes > 1000000)
    local texts = {}
    for _, entry in ipairs(report.log) do
      texts[#texts + 1] = entry.type .. " " .. entry.text
    end
    assert.same({ "0 start", "p ", "p ", "Q SELECT 1;", "Q SELECT repeat('x', 1000000);",
      "Q SELECT 'end';", "X " }, texts)
    -- TLS is asked for and refused, the start and two messages of the password, three queries
    assert.same({ 8, 7 }, { report.client.messages, report.trips })
  end)

  it("does not show passwords", function()
    start()
    psql "SELECT 1"
    assert.is_nil(proxy:tell "report":find(postgres.available().password, 1, true))
  end)

  it("delays each round trip", function()
    start { delay = 50 }
    local _, text = psql("SELECT 1;\nSELECT 2;\nSELECT 3;\n\\! date +%s%N\n", "date +%s%N;")
    local from, to = text:match "^(%d+)\n.*\n(%d+)\n$"
    local ms = (tonumber(to) - tonumber(from)) / 1e6
    local trips = proxy:report().trips
    assert.is_true(trips >= 7 and ms >= trips * 50, ("%d trips, %g ms"):format(trips, ms))
  end)

  it("cuts before a statement is forwarded", function()
    start { ["do"] = "before", text = "COMMIT" }
    local code, text = psql(CREATE)
    assert.equal(2, code, text)
    assert.is_truthy(text:find("server closed the connection", 1, true), text)
    assert.is_false(exists())
    assert.equal(1, proxy:report().cuts)
    -- once only
    assert.equal(0, psql(CREATE))
  end)

  it("cuts after a statement was forwarded, and its answer is lost", function()
    start { ["do"] = "sent", text = "COMMIT" }
    local code, text = psql(CREATE)
    assert.equal(2, code, text)
    assert.is_truthy(text:find("server closed the connection", 1, true), text)
    assert.is_true(exists())
  end)

  it("cuts after the answer", function()
    start { ["do"] = "answered", text = "COMMIT" }
    local code, text = psql(CREATE .. "\\echo answered\nSELECT 1;\n")
    assert.equal(2, code, text)
    assert.is_truthy(text:find "^answered\n", text)
    assert.is_true(exists())
  end)

  it("cuts at a message and at an answer by number", function()
    start { ["do"] = "before", message = 1 }
    assert.equal(2, (psql "SELECT 1"))
    assert.same({ 1, 0 }, { proxy:report().client.messages, proxy:report().server.messages })
    proxy:stop()
    start { answer = 1 }
    assert.equal(2, (psql "SELECT 1"))
    assert.equal(1, proxy:report().server.messages)
    assert.equal(0, (psql "SELECT 1"))
  end)

  it("falls silent", function()
    start { ["do"] = "hole", text = "SELECT 2" }
    local code = psql("SELECT 1;\nSELECT 2;\n", "timeout 1")
    assert.equal(124, code)
    assert.equal(124, (psql("SELECT 1;\n", "timeout 1")))
    proxy:tell "accept"
    assert.equal(0, (psql "SELECT 1"))
  end)

  it("refuses connections, for some time or for ever", function()
    start { ["do"] = "before", text = "COMMIT", refuse = true }
    psql(CREATE)
    local code, text = psql "SELECT 1"
    assert.equal(2, code)
    assert.is_truthy(text:find("Connection refused", 1, true), text)
    proxy:tell "accept"
    assert.equal(0, (psql "SELECT 1"))
    proxy:stop()
    start { ["do"] = "before", text = "COMMIT", refuse = 300 }
    psql(CREATE)
    assert.equal(2, (psql "SELECT 1"))
    for _ = 1, 100 do
      code = psql("SELECT 1", "sleep 0.05;")
      if code == 0 then break end
    end
    assert.equal(0, code)
  end)

  it("cuts all at a word", function()
    start()
    local _, text = psql("SELECT 1;\n\\! " .. ("%s --control=%s --tell=cut"):format(proxy.program,
      proxy.control) .. "\nSELECT 2;\n")
    assert.is_truthy(text:find("server closed the connection", 1, true), text)
  end)
end)
