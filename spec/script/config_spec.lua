-- Proves the configuration file: every key, its type and range, environments over it, and mistakes
-- with file, line and suggestion.
local scripts = require "spec.support.scripts"

describe("the configuration", function()
  local project

  before_each(function() project = scripts.open { stall = 0.3, memory = 64 * 1024 * 1024 } end)
  after_each(function() project:close() end)

  local function load(text, environment)
    local path = project:write("luamigrate.lua", text)
    return project.state:config(path, "shown/luamigrate.lua", environment)
  end

  local function loads(text, environment)
    local config, err = load(text, environment)
    assert.is_truthy(config, err and err.message)
    return config
  end

  local function fails(text, environment)
    local config, err = load(text, environment)
    assert.is_nil(config)
    assert.are.equal("shown/luamigrate.lua", err.file)
    return err
  end

  it("has defaults, without a file and with an empty one", function()
    local expected = { truncate_slug_length = 40, lock_timeout = 60, ddl_lock_timeout = 2,
      data_lock_timeout = 60, statement_timeout = 0, limit_memory = 512, limit_stall = 60,
      version_table = "luamigrate_version", file_template = "{rev}_{slug}", timezone = "UTC",
      revision_id = "random", transaction = "revision", recursive = false, foreign_keys = false,
      protected = false, url_is_table = false }
    for _, config in ipairs { assert(project.state:config()), loads "return {}" } do
      for key, value in pairs(expected) do assert.are.equal(value, config[key], key) end
      assert.are.same({}, config.later)
      assert.is_nil(config.url)
    end
    assert.are.same({ "migrations" }, assert(project.state:config()).migrations)
    assert.are.same({ project.folder .. "/migrations" }, loads "return {}".migrations)
    assert.are.same({ "shown/migrations" }, loads "return {}".migrations_shown)
  end)

  -- key, Lua text, field, value
  local good = {
    { 'url = "sqlite:app.db"', "url", "sqlite:app.db" },
    { 'version_table = "alembic_version"', "version_table", "alembic_version" },
    { 'version_table_schema = "aux"', "version_table_schema", "aux" },
    { 'file_template = "{slug}"', "file_template", "{slug}" },
    { "truncate_slug_length = 10", "truncate_slug_length", 10 },
    { 'timezone = "Europe/Berlin"', "timezone", "Europe/Berlin" },
    { "recursive = true", "recursive", true },
    { 'revision_id = "sequential"', "revision_id", "sequential" },
    { 'revision_id = "timestamp"', "revision_id", "timestamp" },
    { 'transaction = "run"', "transaction", "run" },
    { "lock_timeout = 0.5", "lock_timeout", 0.5 },
    { "ddl_lock_timeout = 0", "ddl_lock_timeout", 0 },
    { "data_lock_timeout = 1", "data_lock_timeout", 1 },
    { "statement_timeout = 30", "statement_timeout", 30 },
    { "limits = { memory = 64 }", "limit_memory", 64 },
    { "limits = { stall = 1.5 }", "limit_stall", 1.5 },
    { "foreign_keys = true", "foreign_keys", true },
    { 'role = "owner"', "role", "owner" },
    { 'script_modules = "lpeg"', "script_modules", { "lpeg" } },
    { 'script_modules = { "lpeg", "pl" }', "script_modules", { "lpeg", "pl" } },
    { 'attach = { b = "/x/b.db", a = ":memory:" }', "attach_names", { "a", "b" } },
    { 'attach = { b = "/x/b.db", a = ":memory:" }', "attach_paths", { ":memory:", "/x/b.db" } },
    { 'migrations = { "a", "/b" }', "migrations_shown", { "shown/a", "/b" } },
    { 'url = { dialect = "postgresql", host = "h", port = 5432, database = "d", user = "u", '
      .. 'password = "p@:/", options = { sslmode = "require" } }', "url_keys",
      { "dbname", "host", "password", "port", "sslmode", "user" } },
    { 'url = { dialect = "postgresql", port = 5432, password = "p@:/" }', "url_values",
      { "p@:/", "5432" } },
    { 'url = { dialect = "sqlite", database = "a.db" }', "dialect", "sqlite" },
    { 'hooks = { before_upgrade = print, on_error = print }', "later", {} },
    { 'hooks = { process_revision = print }, schema = "schema.lua"', "later",
      { "schema", "hooks.process_revision" } },
    { 'hooks = { after_write = { "stylua {file}" } }', "later", { "hooks.after_write" } },
    { 'naming_convention = { ix = "ix_%(table_name)s", pk = "%%pk", fk = '
      .. '"%(referred_table_name)s%(referred_column_0_N_name)s%(column_12_key)s'
      .. '%(column_0N_label)s" }',
      "later", {} },
    { "compare_type = true, include_schemas = false, vars = {}", "later", {} },
    { "compare_type = false, include_name = print", "later", { "compare_type", "include_name" } },
  }
  for _, case in ipairs(good) do
    it("takes " .. case[1], function()
      assert.are.same(case[3], loads("return { " .. case[1] .. " }")[case[2]])
    end)
  end

  -- key, message, line (the key stands in line 3)
  local bad = {
    { 'ulr = "sqlite:a"', "ulr: unknown key (did you mean 'url'?)" },
    { "zzzzzzzz = 1", "zzzzzzzz: unknown key" },
    { "limits = { memroy = 1 }", "limits.memroy: unknown key (did you mean 'memory'?)" },
    { "hooks = { befor_upgrade = print }",
      "hooks.befor_upgrade: unknown key (did you mean 'before_upgrade'?)" },
    { 'naming_convention = { xi = "x" }', "naming_convention.xi: unknown key" },
    { 'naming_convention = { uq = "uq_%(colum_0_name)s" }',
      "naming_convention.uq: unknown token '%(colum_0_name)s'" },
    { 'naming_convention = { uq = "uq_%(referred_table_name)s" }',
      "naming_convention.uq: unknown token '%(referred_table_name)s'" },
    { 'naming_convention = { uq = "uq_%(column_1_N_name)s" }',
      "naming_convention.uq: unknown token '%(column_1_N_name)s'" },
    { 'naming_convention = { uq = "uq_%(table_name)" }',
      "naming_convention.uq: unknown token '%(table_name))s'" },
    { "hooks = { on_error = 1 }", "hooks.on_error: expected a function, got number" },
    { 'url = { dialect = "sqlite", pasword = "secret" }',
      "url.pasword: unknown key (did you mean 'password'?)" },
    { "environments = { production = { ulr = 1 } }",
      "environments.production.ulr: unknown key (did you mean 'url'?)" },
    { "environments = { production = { environments = {} } }",
      "environments.production.environments: unknown key" },
    { "environments = { production = { limits = { memory = 0 } } }",
      "environments.production.limits.memory: expected a number from 1 to 1e+06" },
    { "environments = 1", "environments: expected a table, got number" },
    { "environments = { 1 }", "environments: expected names as keys" },
    { "environments = { a = 1 }", "environments.a: expected a table, got number" },
    { "url = 1", "url: expected a string or a table, got number" },
    { 'url = ""', "url: is empty" },
    { 'url = "a\\0b"', "url: has a NUL byte" },
    { 'url = { host = "h" }', 'url: dialect is missing ("sqlite" or "postgresql")' },
    { 'url = { dialect = "postgres" }',
      "url.dialect: unknown value 'postgres' (did you mean 'postgresql'?)" },
    { 'url = { dialect = "sqlite", port = 0 }', "url.port: expected a port from 1 to 65535" },
    { 'url = { dialect = "sqlite", password = {} }', "url.password: expected a string, got table" },
    { "migrations = {}", "migrations: is empty" },
    { "migrations = 1", "migrations: expected a string or a list of strings, got number" },
    { "migrations = { 1 }", "migrations: expected a list of strings, got number" },
    { 'migrations = { a = "b" }', "migrations: expected a list of strings" },
    { "version_table = true", "version_table: expected a string, got boolean" },
    { "recursive = 1", "recursive: expected true or false, got number" },
    { 'revision_id = "sequentiel"',
      "revision_id: unknown value 'sequentiel' (did you mean 'sequential'?)" },
    { 'transaction = "all"', "transaction: unknown value 'all' (there are 'revision', 'run')" },
    { "lock_timeout = -1", "lock_timeout: expected a number from 0 to 1e+09" },
    { "lock_timeout = 0/0", "lock_timeout: expected a number from 0 to 1e+09" },
    { "lock_timeout = math.huge", "lock_timeout: expected a number from 0 to 1e+09" },
    { 'lock_timeout = "60"', "lock_timeout: expected a number, got string" },
    { "truncate_slug_length = 1.5", "truncate_slug_length: expected a whole number" },
    { "truncate_slug_length = 0", "truncate_slug_length: expected a number from 1 to 200" },
    { "limits = { stall = 0 }", "limits.stall: expected a number from 0.1 to 1e+09" },
    { "limits = 5", "limits: expected a table, got number" },
    { 'attach = "x.db"', 'attach: expected a table { name = "file" }, got string' },
    { "attach = { a = 1 }", "attach: expected names of files, got number" },
    { "vars = 1", "vars: expected a table, got number" },
    { "hooks = { on_error = 1 }", "hooks.on_error: expected a function, got number" },
    { "foreign_keys = 'yes'", "foreign_keys: expected true or false, got string" },
    { "script_modules = { {} }", "script_modules: expected a list of strings, got table" },
    { "compare_type = 1", "compare_type: expected true, false or a function, got number" },
    { "include_object = 1", "include_object: expected a function, got number" },
    { "schema = {}", "schema: expected a string, got table" },
  }
  for _, case in ipairs(bad) do
    it("refuses " .. case[1]:gsub("%c", "?"), function()
      local err = fails("-- url = 1\nreturn {\n  " .. case[1] .. ",\n}")
      assert.are.same({ "config", 2, case[2] }, { err.code, err.exit, err.message })
      if not case[1]:find "^url" then -- whose first mention is the comment
        assert.are.equal(3, err.line)
      end
      assert.is_falsy(err.message:find "secret")
    end)
  end
  it("refuses values without a name", function()
    assert.are.equal("[1]: a value without a name", fails "return { 'url' }".message)
  end)

  it("overlays an environment", function()
    local text = [[return {
      url = "sqlite:dev.db", lock_timeout = 5, limits = { memory = 64, stall = 2 },
      vars = { a = 1, b = 2 },
      environments = {
        production = { url = "sqlite:prod.db", protected = true, limits = { stall = 9 },
          vars = { b = 3 } },
        other = { url = "sqlite:other.db", lock_timeout = 7, vars = { a = 5 } },
      },
    }]]
    local config = loads(text)
    assert.are.same({ "sqlite:dev.db", 5, false, nil },
      { config.url, config.lock_timeout, config.protected, config.environment })
    config = loads(text, "production")
    assert.are.same({ "sqlite:prod.db", 5, true, "production", 64, 9 }, { config.url,
      config.lock_timeout, config.protected, config.environment, config.limit_memory,
      config.limit_stall })
    local show = "function upgrade() print(config.vars.a, config.vars.b) end"
    assert.is_true(project.state:run(project:add(show)))
    assert.are.equal("1\t3", project.state:log()[1].text)
    loads(text, "other")
    assert.is_true(project.state:run(project:add(show)))
    assert.are.equal("5\t2", project.state:log()[1].text)
  end)

  it("names the environments when one is unknown", function()
    local err = fails("return { environments = { production = {}, staging = {} } }", "prodction")
    assert.are.equal("unknown environment 'prodction'", err.message)
    assert.are.equal("production\nstaging", err.candidates)
    assert.are.equal("did you mean 'production'?", err.hint)
    assert.are.equal("config", fails("return {}", "x").code)
    local config, missing = project.state:config(nil, nil, "x")
    assert.is_nil(config)
    assert.are.equal("config", missing.code)
  end)

  it("runs with the full library, which revisions do not see", function()
    loads [[
      function string.shout(s) return s:upper() .. "!" end
      leaked = ("x"):shout()
      string.format = nil
      assert(io.open and os.getenv and debug.traceback and load "return 1")
      return { vars = { up = leaked, nested = { 1, { deep = true } } } }]]
    assert.is_true(project.state:run(project:add [[
      function upgrade()
        print(config.vars.up, config.vars.nested[2].deep, pcall(function() return leaked end))
        print(pcall(function() return ("x"):shout() end), string.format("%d", 1))
        config.vars.nested[2].deep = false
      end]]))
    local lines = project.state:log()
    assert.is_truthy(lines[1].text:find "^X!\ttrue\tfalse")
    assert.is_truthy(lines[2].text:find "^false.*\t1$")
    assert.is_true(project.state:run(project:add
      "function upgrade() print(config.vars.nested[2].deep) end"))
    assert.are.equal("true", project.state:log()[1].text)
  end)

  it("copies vars that contain themselves", function()
    loads "local t = {} t.t = t return { vars = t }"
    local ok, err = project.state:run(project:add
      "function upgrade() print(config.vars.t.t.t ~= nil) end")
    assert.is_true(ok, err and err.message)
    loads "local t = {} for _ = 1, 1000 do t = { t } end return { vars = t }"
    ok, err = project.state:run(project:add "function upgrade() print(config.vars) end")
    assert.is_nil(ok)
    assert.are.equal("config.vars is nested too deep", err.message)
  end)

  -- text, code, message, line
  local broken = {
    { "return {", "config", "unexpected symbol near <eof>", 1 },
    { "\n\nerror 'no'", "config", "no", 3 },
    { "\nlocal x = nil + 1", "config", "attempt to perform arithmetic on a nil value", 2 },
    { "error {}", "config", "the script raised an error that is no text but a table value", 1 },
    { "", "config", "the configuration file returns nothing, not a table", 0 },
    { "return 'x'", "config", "the configuration file returns string, not a table", 0 },
    { string.dump(assert(_G.load "return {}")), "security",
      "shown/luamigrate.lua is Lua bytecode; only source text is run", 0 },
    { "while true do end", "limit", "the script ran for 0.3 s without calling the database", 1 },
    { "coroutine.wrap(function() while true do pcall(error) end end)()", "limit",
      "the script ran for 0.3 s without calling the database", 1 },
    { "local s = 'x' while true do s = s .. s end", "limit",
      "the script needs more than 64 MiB of memory", 0 },
  }
  for i, case in ipairs(broken) do
    it("that is broken says where, " .. i, function()
      local err = fails(case[1])
      assert.are.same({ case[2], case[3], case[4] }, { err.code, err.message, err.line })
    end)
  end

  it("that is not there is a mistake of configuration", function()
    for _, path in ipairs { project.folder .. "/nothing.lua", project.folder } do
      local config, err = project.state:config(path)
      assert.is_nil(config)
      assert.are.equal("config", err.code)
      assert.is_truthy(err.message:find(path, 1, true))
    end
  end)

  it("lets its errors leave the sandbox's strings as they were", function()
    fails "string.evil = 1 error 'x'"
    local _, err = project.state:run(project:add
      "function upgrade() return ('x'):evil() end")
    assert.is_truthy(err.message:find "evil")
    assert.is_true(project.state:run(project:add
      "function upgrade() assert(getmetatable '' == false) end"))
  end)
end)
