-- luacheck: ignore 113 631
-- Defaults and computed columns.

-- defaults
case { "create_table", "u", { { "a", types.text, server_default = "" } } }
  both [[CREATE TABLE u (
    a TEXT DEFAULT ''
)]]
  finds_sqlite [[
+ column u.a: TEXT null default ''
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null default ''::text
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text, server_default = "it's" } } }
  both [[CREATE TABLE u (
    a TEXT DEFAULT 'it''s'
)]]
  finds_sqlite [[
+ column u.a: TEXT null default 'it''s'
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null default 'it''s'::text
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text, server_default = [[C:\dir\'x']] } } }
  both [[CREATE TABLE u (
    a TEXT DEFAULT 'C:\dir\''x'''
)]]
  finds_sqlite [[
+ column u.a: TEXT null default 'C:\dir\''x'''
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null default 'C:\dir\''x'''::text
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text, server_default = "now()" } } }
  both [[CREATE TABLE u (
    a TEXT DEFAULT 'now()'
)]]
  finds_sqlite [[
+ column u.a: TEXT null default 'now()'
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null default 'now()'::text
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text, server_default = "$$ %s :x ? ; --" } } }
  both [[CREATE TABLE u (
    a TEXT DEFAULT '$$ %s :x ? ; --'
)]]
  finds_sqlite [[
+ column u.a: TEXT null default '$$ %s :x ? ; --'
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null default '$$ %s :x ? ; --'::text
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, server_default = 0 },
  { "b", types.integer, nullable = false, server_default = 1 } } }
  both [[CREATE TABLE u (
    a INTEGER DEFAULT 0,
    b INTEGER DEFAULT 1 NOT NULL
)]]
  finds_sqlite [[
+ column u.a: INTEGER null default 0
+ column u.b: INTEGER not null default 1
+ table u: (a, b)]]
  finds_postgresql [[
+ column u.a: integer null default 0
+ column u.b: integer not null default 1
+ table u: (a, b)]]
case { "create_table", "u", { { "a", types.boolean, nullable = false, server_default = true } } }
  sqlite [[CREATE TABLE u (
    a BOOLEAN DEFAULT 1 NOT NULL
)]]
  postgresql [[CREATE TABLE u (
    a BOOLEAN DEFAULT true NOT NULL
)]]
  finds_sqlite [[
+ column u.a: BOOLEAN not null default 1
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: boolean not null default true
+ table u: (a)]]
case { "create_table", "u", { { "a", types.numeric(4, 2), server_default = 1.25 } } }
  both [[CREATE TABLE u (
    a NUMERIC(4, 2) DEFAULT 1.25
)]]
  finds_sqlite [[
+ column u.a: NUMERIC(4, 2) null default 1.25
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: numeric(4,2) null default 1.25
+ table u: (a)]]
case { "create_table", "u", { { "a", types.datetime, server_default = sql "CURRENT_TIMESTAMP" } } }
  sqlite [[CREATE TABLE u (
    a DATETIME DEFAULT CURRENT_TIMESTAMP
)]]
  postgresql [[CREATE TABLE u (
    a TIMESTAMP WITHOUT TIME ZONE DEFAULT CURRENT_TIMESTAMP
)]]
  finds_sqlite [[
+ column u.a: DATETIME null default CURRENT_TIMESTAMP
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: timestamp without time zone null default CURRENT_TIMESTAMP
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, server_default = sql "(1 + 1)" } } }
  both [[CREATE TABLE u (
    a INTEGER DEFAULT (1 + 1)
)]]
  finds_sqlite [[
+ column u.a: INTEGER null default 1 + 1
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null default (1 + 1)
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text, server_default = sql "lower('X')" } } }
  sqlite [[CREATE TABLE u (
    a TEXT DEFAULT (lower('X'))
)]]
  postgresql [[CREATE TABLE u (
    a TEXT DEFAULT lower('X')
)]]
  finds_sqlite [[
+ column u.a: TEXT null default lower('X')
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null default lower('X'::text)
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text, server_default = null } } }
  both [[CREATE TABLE u (
    a TEXT DEFAULT NULL
)]]
  finds_sqlite [[
+ column u.a: TEXT null default NULL
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null
+ table u: (a)]]
case { "create_table", "u", { { "a", types.uuid, server_default = sql "gen_random_uuid()" } } }
  since(13)
  sqlite [[CREATE TABLE u (
    a CHAR(32) DEFAULT (gen_random_uuid())
)]]
  postgresql [[CREATE TABLE u (
    a UUID DEFAULT gen_random_uuid()
)]]
  finds_sqlite [[
+ column u.a: CHAR(32) null default gen_random_uuid()
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: uuid null default gen_random_uuid()
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, server_default = sql "nextval('q')" } } }
  sqlite [[CREATE TABLE u (
    a INTEGER DEFAULT (nextval('q'))
)]]
  postgresql [[CREATE TABLE u (
    a INTEGER DEFAULT nextval('q')
)]]
  finds_sqlite [[
+ column u.a: INTEGER null default nextval('q')
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null default nextval('q'::regclass)
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, server_default = -5 },
  { "b", types.double, server_default = 0.1 }, { "c", types.double, server_default = 3.0 },
  { "d", types.biginteger, server_default = math.mininteger } } }
  sqlite [[CREATE TABLE u (
    a INTEGER DEFAULT -5,
    b DOUBLE DEFAULT 0.1,
    c DOUBLE DEFAULT 3.0,
    d BIGINT DEFAULT -9223372036854775808
)]]
  postgresql [[CREATE TABLE u (
    a INTEGER DEFAULT -5,
    b DOUBLE PRECISION DEFAULT 0.1,
    c DOUBLE PRECISION DEFAULT 3.0,
    d BIGINT DEFAULT -9223372036854775808
)]]
  finds_sqlite [[
+ column u.a: INTEGER null default -5
+ column u.b: DOUBLE null default 0.1
+ column u.c: DOUBLE null default 3.0
+ column u.d: BIGINT null default -9223372036854775808
+ table u: (a, b, c, d)]]
  finds_postgresql [[
+ column u.a: integer null default '-5'::integer
+ column u.b: double precision null default 0.1
+ column u.c: double precision null default 3.0
+ column u.d: bigint null default '-9223372036854775808'::bigint
+ table u: (a, b, c, d)]]
case { "create_table", "u", { { "a", types.double, server_default = 1e300 },
  { "b", types.double, server_default = -2.5e-7 } } }
  sqlite [[CREATE TABLE u (
    a DOUBLE DEFAULT 1e+300,
    b DOUBLE DEFAULT -2.5e-07
)]]
  postgresql [[CREATE TABLE u (
    a DOUBLE PRECISION DEFAULT 1e+300,
    b DOUBLE PRECISION DEFAULT -2.5e-07
)]]
  finds_sqlite [[
+ column u.a: DOUBLE null default 1e+300
+ column u.b: DOUBLE null default -2.5e-07
+ table u: (a, b)]]
  finds_postgresql [[
+ column u.a: double precision null default '1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000'::numeric
+ column u.b: double precision null default '-0.00000025'::numeric
+ table u: (a, b)]]
case { "create_table", "u", { { "a", types.binary, server_default = bytes "\0\255'" } } }
  sqlite [[CREATE TABLE u (
    a BLOB DEFAULT X'00FF27'
)]]
  postgresql [[CREATE TABLE u (
    a BYTEA DEFAULT '\x00FF27'::bytea
)]]
  finds_sqlite [[
+ column u.a: BLOB null default X'00FF27'
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: bytea null default '\x00ff27'::bytea
+ table u: (a)]]
case { "create_table", "u", { { "a", types.binary, server_default = bytes "" } } }
  sqlite [[CREATE TABLE u (
    a BLOB DEFAULT X''
)]]
  postgresql [[CREATE TABLE u (
    a BYTEA DEFAULT '\x'::bytea
)]]
  finds_sqlite [[
+ column u.a: BLOB null default X''
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: bytea null default '\x'::bytea
+ table u: (a)]]
case { "create_table", "u", { { "a", types.boolean, server_default = false } } }
  sqlite [[CREATE TABLE u (
    a BOOLEAN DEFAULT 0
)]]
  postgresql [[CREATE TABLE u (
    a BOOLEAN DEFAULT false
)]]
  finds_sqlite [[
+ column u.a: BOOLEAN null default 0
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: boolean null default false
+ table u: (a)]]
case { "create_table", "u", { { "a", types.boolean, server_default = sql "true" } } }
  both [[CREATE TABLE u (
    a BOOLEAN DEFAULT true
)]]
  finds_sqlite [[
+ column u.a: BOOLEAN null default true
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: boolean null default true
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text, server_default = "two\nlines\tand ü" } } }
  both [[CREATE TABLE u (
    a TEXT DEFAULT 'two
lines	and ü'
)]]
  finds_sqlite [[
+ column u.a: TEXT null default 'two\nlines	and ü'
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null default 'two\nlines	and ü'::text
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text, server_default = "NULL" } } }
  both [[CREATE TABLE u (
    a TEXT DEFAULT 'NULL'
)]]
  finds_sqlite [[
+ column u.a: TEXT null default 'NULL'
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null default 'NULL'::text
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, server_default = "5" } } }
  both [[CREATE TABLE u (
    a INTEGER DEFAULT '5'
)]]
  finds_sqlite [[
+ column u.a: INTEGER null default '5'
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null default 5
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text, server_default = sql "lower('A') || 'b'" } } }
  sqlite [[CREATE TABLE u (
    a TEXT DEFAULT (lower('A') || 'b')
)]]
  postgresql [[CREATE TABLE u (
    a TEXT DEFAULT lower('A') || 'b'
)]]
  finds_sqlite [[
+ column u.a: TEXT null default lower('A') || 'b'
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null default (lower('A'::text) || 'b'::text)
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, server_default = sql " (1 + (2))" } } }
  sqlite [[CREATE TABLE u (
    a INTEGER DEFAULT (1 + (2))
)]]
  postgresql [[CREATE TABLE u (
    a INTEGER DEFAULT  (1 + (2))
)]]
  finds_sqlite [[
+ column u.a: INTEGER null default 1 + (2)
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null default (1 + 2)
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, server_default = sql "(1) + (2)" } } }
  sqlite [[CREATE TABLE u (
    a INTEGER DEFAULT ((1) + (2))
)]]
  postgresql [[CREATE TABLE u (
    a INTEGER DEFAULT (1) + (2)
)]]
  finds_sqlite [[
+ column u.a: INTEGER null default (1) + (2)
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null default (1 + 2)
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text, server_default = sql "(')' || '(')" } } }
  both [[CREATE TABLE u (
    a TEXT DEFAULT (')' || '(')
)]]
  finds_sqlite [[
+ column u.a: TEXT null default ')' || '('
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null default (')'::text || '('::text)
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, server_default = sql "1 + 1 -- two" } } }
  sqlite [[CREATE TABLE u (
    a INTEGER DEFAULT (1 + 1 -- two
)
)]]
  postgresql [[CREATE TABLE u (
    a INTEGER DEFAULT 1 + 1 -- two
)]]
  finds_sqlite [[
+ column u.a: INTEGER null default 1 + 1 -- two
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null default (1 + 1)
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, server_default = sql "-1" } } }
  both [[CREATE TABLE u (
    a INTEGER DEFAULT -1
)]]
  finds_sqlite [[
+ column u.a: INTEGER null default -1
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null default '-1'::integer
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text, server_default = sql "'it''s'" } } }
  both [[CREATE TABLE u (
    a TEXT DEFAULT 'it''s'
)]]
  finds_sqlite [[
+ column u.a: TEXT null default 'it''s'
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null default 'it''s'::text
+ table u: (a)]]
case { "create_table", "u", { { "a", types.binary, server_default = sql "x'00ff'" } } }
  sqlite [[CREATE TABLE u (
    a BLOB DEFAULT x'00ff'
)]]
  postgresql [[CREATE TABLE u (
    a BYTEA DEFAULT x'00ff'
)]]
  refused_postgresql [[column "a" is of type bytea but default expression is of type bit]]
  finds_sqlite [[
+ column u.a: BLOB null default x'00ff'
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, server_default = sql "NULL" } } }
  both [[CREATE TABLE u (
    a INTEGER DEFAULT NULL
)]]
  finds_sqlite [[
+ column u.a: INTEGER null default NULL
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null
+ table u: (a)]]
case { "create_table", "u", { { "a", types.double, server_default = sql "1.5e-3" } } }
  sqlite [[CREATE TABLE u (
    a DOUBLE DEFAULT 1.5e-3
)]]
  postgresql [[CREATE TABLE u (
    a DOUBLE PRECISION DEFAULT 1.5e-3
)]]
  finds_sqlite [[
+ column u.a: DOUBLE null default 1.5e-3
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: double precision null default 0.0015
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, server_default = sql "0x1F" } } }
  no_run_postgresql "hexadecimal numbers are newer than PostgreSQL 15"
  both [[CREATE TABLE u (
    a INTEGER DEFAULT 0x1F
)]]
  finds_sqlite [[
+ column u.a: INTEGER null default 0x1F
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text, server_default = sql "'a' || 'b'" } } }
  sqlite [[CREATE TABLE u (
    a TEXT DEFAULT ('a' || 'b')
)]]
  postgresql [[CREATE TABLE u (
    a TEXT DEFAULT 'a' || 'b'
)]]
  finds_sqlite [[
+ column u.a: TEXT null default 'a' || 'b'
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null default ('a'::text || 'b'::text)
+ table u: (a)]]
case { "create_table", "u", { { "a", types.datetime, server_default = sql "current_timestamp" },
  { "b", types.date, server_default = sql "CURRENT_DATE" },
  { "c", types.time, server_default = sql "CURRENT_TIME" } } }
  sqlite [[CREATE TABLE u (
    a DATETIME DEFAULT current_timestamp,
    b DATE DEFAULT CURRENT_DATE,
    c TIME DEFAULT CURRENT_TIME
)]]
  postgresql [[CREATE TABLE u (
    a TIMESTAMP WITHOUT TIME ZONE DEFAULT current_timestamp,
    b DATE DEFAULT CURRENT_DATE,
    c TIME WITHOUT TIME ZONE DEFAULT CURRENT_TIME
)]]
  finds_sqlite [[
+ column u.a: DATETIME null default current_timestamp
+ column u.b: DATE null default CURRENT_DATE
+ column u.c: TIME null default CURRENT_TIME
+ table u: (a, b, c)]]
  finds_postgresql [[
+ column u.a: timestamp without time zone null default CURRENT_TIMESTAMP
+ column u.b: date null default CURRENT_DATE
+ column u.c: time without time zone null default CURRENT_TIME
+ table u: (a, b, c)]]
case { "create_table", "u", { { "a", types.date, server_default = "2024-02-29" },
  { "b", types.uuid, server_default = "00000000-0000-0000-0000-000000000001" } } }
  sqlite [[CREATE TABLE u (
    a DATE DEFAULT '2024-02-29',
    b CHAR(32) DEFAULT '00000000-0000-0000-0000-000000000001'
)]]
  postgresql [[CREATE TABLE u (
    a DATE DEFAULT '2024-02-29',
    b UUID DEFAULT '00000000-0000-0000-0000-000000000001'
)]]
  finds_sqlite [[
+ column u.a: DATE null default '2024-02-29'
+ column u.b: CHAR(32) null default '00000000-0000-0000-0000-000000000001'
+ table u: (a, b)]]
  finds_postgresql [[
+ column u.a: date null default '2024-02-29'::date
+ column u.b: uuid null default '00000000-0000-0000-0000-000000000001'::uuid
+ table u: (a, b)]]
case { "create_table", "u", { { "a", types.json, server_default = [[{"a": "it's"}]] } } }
  both [[CREATE TABLE u (
    a JSON DEFAULT '{"a": "it''s"}'
)]]
  finds_sqlite [[
+ column u.a: JSON null default '{"a": "it''s"}'
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: json null default '{"a": "it''s"}'::json
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text, computed = { "1" }, server_default = "x" } } }
  refused [[op.create_table: column 'a': a computed column cannot have a server_default]]

-- computed columns
case { "create_table", "u", { { "price", types.integer }, { "count", types.integer },
  { "total", types.integer, computed = { "price * count", persisted = true } } } }
  both [[CREATE TABLE u (
    price INTEGER,
    count INTEGER,
    total INTEGER GENERATED ALWAYS AS (price * count) STORED
)]]
  finds_sqlite [[
+ column u.count: INTEGER null
+ column u.price: INTEGER null
+ column u.total: INTEGER null computed (price * count) stored
+ table u: (price, count, total)]]
  finds_postgresql [[
+ column u.count: integer null
+ column u.price: integer null
+ column u.total: integer null computed (price * count) stored
+ table u: (price, count, total)]]
case { "create_table", "u", { { "first", types.text }, { "last", types.text },
  { "full", types.text, computed = "first || ' ' || last" } } }
  sqlite [[CREATE TABLE u (
    first TEXT,
    last TEXT,
    "full" TEXT GENERATED ALWAYS AS (first || ' ' || last)
)]]
  postgresql [[CREATE TABLE u (
    first TEXT,
    last TEXT,
    "full" TEXT GENERATED ALWAYS AS (first || ' ' || last) STORED
)]]
  finds_sqlite [[
+ column u.first: TEXT null
+ column u.full: TEXT null computed (first || ' ' || last) virtual
+ column u.last: TEXT null
+ table u: (first, last, full)]]
  finds_postgresql [[
+ column u.first: text null
+ column u.full: text null computed ((first || ' '::text) || last) stored
+ column u.last: text null
+ table u: (first, last, full)]]
case { "create_table", "u", { { "a", types.integer }, { "b", types.integer,
  computed = { "a + 1", persisted = false } } } }
  sqlite [[CREATE TABLE u (
    a INTEGER,
    b INTEGER GENERATED ALWAYS AS (a + 1) VIRTUAL
)]]
  postgresql [[CREATE TABLE u (
    a INTEGER,
    b INTEGER GENERATED ALWAYS AS (a + 1) VIRTUAL
)]]
  since(18)
  finds_sqlite [[
+ column u.a: INTEGER null
+ column u.b: INTEGER null computed (a + 1) virtual
+ table u: (a, b)]]
  finds_postgresql [[
+ column u.a: integer null
+ column u.b: integer null computed (a + 1) virtual
+ table u: (a, b)]]
case { "create_table", "u", { { "a", types.integer }, { "b", types.integer, computed = "a + 4",
  nullable = false } } }
  sqlite [[CREATE TABLE u (
    a INTEGER,
    b INTEGER NOT NULL GENERATED ALWAYS AS (a + 4)
)]]
  postgresql [[CREATE TABLE u (
    a INTEGER,
    b INTEGER GENERATED ALWAYS AS (a + 4) STORED NOT NULL
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ column u.b: INTEGER not null computed (a + 4) virtual
+ table u: (a, b)]]
  finds_postgresql [[
+ column u.a: integer null
+ column u.b: integer not null computed (a + 4) stored
+ table u: (a, b)]]
case { "create_table", "u", { { "a", types.integer }, { "b", types.integer,
  computed = { "a + 1 -- y", persisted = true } } } }
  both [[CREATE TABLE u (
    a INTEGER,
    b INTEGER GENERATED ALWAYS AS (a + 1 -- y
) STORED
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ column u.b: INTEGER null computed (a + 1) stored
+ table u: (a, b)]]
  finds_postgresql [[
+ column u.a: integer null
+ column u.b: integer null computed (a + 1) stored
+ table u: (a, b)]]
case { "create_table", "u", { { "a", types.text }, { "b", types.text, unique = true,
  computed = { sql "lower(a)", persisted = true } }, index({ "b" }) } }
  both [[CREATE TABLE u (
    a TEXT,
    b TEXT GENERATED ALWAYS AS (lower(a)) STORED,
    UNIQUE (b)
);
CREATE INDEX ix_u_b ON u (b)]]
  finds_sqlite [[
+ column u.a: TEXT null
+ column u.b: TEXT null computed (lower(a)) stored
+ index u ix_u_b: (b)
+ table u: (a, b)
+ unique u: (b)]]
  finds_postgresql [[
+ column u.a: text null
+ column u.b: text null computed (lower(a)) stored
+ index u ix_u_b: (b)
+ table u: (a, b)
+ unique u u_b_key: (b)]]
