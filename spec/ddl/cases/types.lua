-- luacheck: ignore 113 631
-- The types of columns, as they are used.

case { "create_table", "u", { { "id", types.integer, primary_key = true },
  { "s", types.string(255), nullable = false }, { "x", types.text },
  { "n", types.numeric(12, 2), nullable = false, server_default = 0 },
  { "f", types.float }, { "d", types.double }, { "b", types.boolean, server_default = false } } }
  sqlite [[CREATE TABLE u (
    id INTEGER NOT NULL,
    s VARCHAR(255) NOT NULL,
    x TEXT,
    n NUMERIC(12, 2) DEFAULT 0 NOT NULL,
    f FLOAT,
    d DOUBLE,
    b BOOLEAN DEFAULT 0,
    PRIMARY KEY (id)
)]]
  postgresql [[CREATE TABLE u (
    id SERIAL NOT NULL,
    s VARCHAR(255) NOT NULL,
    x TEXT,
    n NUMERIC(12, 2) DEFAULT 0 NOT NULL,
    f FLOAT,
    d DOUBLE PRECISION,
    b BOOLEAN DEFAULT false,
    PRIMARY KEY (id)
)]]
  finds_sqlite [[
+ column u.b: BOOLEAN null default 0
+ column u.d: DOUBLE null
+ column u.f: FLOAT null
+ column u.id: INTEGER not null key
+ column u.n: NUMERIC(12, 2) not null default 0
+ column u.s: VARCHAR(255) not null
+ column u.x: TEXT null
+ primary key u: (id)
+ table u: (id, s, x, n, f, d, b)]]
  finds_postgresql [[
+ column u.b: boolean null default false
+ column u.d: double precision null
+ column u.f: double precision null
+ column u.id: integer not null default nextval('u_id_seq'::regclass) key autoincrement
+ column u.n: numeric(12,2) not null default 0
+ column u.s: character varying(255) not null
+ column u.x: text null
+ primary key u u_pkey: (id)
+ sequence u_id_seq: integer of u.id
+ table u: (id, s, x, n, f, d, b)]]
case { "create_table", "u", { { "on_day", types.date }, { "at_time", types.time },
  { "at", types.datetime, server_default = sql.now },
  { "tz", types.datetime { timezone = true }, nullable = false, server_default = sql.now } } }
  sqlite [[CREATE TABLE u (
    on_day DATE,
    at_time TIME,
    at DATETIME DEFAULT CURRENT_TIMESTAMP,
    tz DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL
)]]
  postgresql [[CREATE TABLE u (
    on_day DATE,
    at_time TIME WITHOUT TIME ZONE,
    at TIMESTAMP WITHOUT TIME ZONE DEFAULT CURRENT_TIMESTAMP,
    tz TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL
)]]
  finds_sqlite [[
+ column u.at: DATETIME null default CURRENT_TIMESTAMP
+ column u.at_time: TIME null
+ column u.on_day: DATE null
+ column u.tz: DATETIME not null default CURRENT_TIMESTAMP
+ table u: (on_day, at_time, at, tz)]]
  finds_postgresql [[
+ column u.at: timestamp without time zone null default CURRENT_TIMESTAMP
+ column u.at_time: time without time zone null
+ column u.on_day: date null
+ column u.tz: timestamp with time zone not null default CURRENT_TIMESTAMP
+ table u: (on_day, at_time, at, tz)]]
case { "create_table", "u", { { "at", types.timestamp { timezone = true, precision = 3 } },
  { "took", types.interval } } }
  sqlite [[CREATE TABLE u (
    at TIMESTAMP,
    took DATETIME
)]]
  postgresql [[CREATE TABLE u (
    at TIMESTAMP(3) WITH TIME ZONE,
    took INTERVAL
)]]
  finds_sqlite [[
+ column u.at: TIMESTAMP null
+ column u.took: DATETIME null
+ table u: (at, took)]]
  finds_postgresql [[
+ column u.at: timestamp(3) with time zone null
+ column u.took: interval null
+ table u: (at, took)]]
case { "create_table", "u", { { "raw", types.binary, nullable = false },
  { "doc", types.json:with_variant(types.jsonb, "postgresql"), server_default = "{}" } } }
  sqlite [[CREATE TABLE u (
    raw BLOB NOT NULL,
    doc JSON DEFAULT '{}'
)]]
  postgresql [[CREATE TABLE u (
    raw BYTEA NOT NULL,
    doc JSONB DEFAULT '{}'
)]]
  finds_sqlite [[
+ column u.doc: JSON null default '{}'
+ column u.raw: BLOB not null
+ table u: (raw, doc)]]
  finds_postgresql [[
+ column u.doc: jsonb null default '{}'::jsonb
+ column u.raw: bytea not null
+ table u: (raw, doc)]]
case { "create_table", "u", { { "small", types.smallinteger, server_default = -1 },
  { "big", types.biginteger, nullable = false, server_default = 9007199254740993 } } }
  both [[CREATE TABLE u (
    small SMALLINT DEFAULT -1,
    big BIGINT DEFAULT 9007199254740993 NOT NULL
)]]
  finds_sqlite [[
+ column u.big: BIGINT not null default 9007199254740993
+ column u.small: SMALLINT null default -1
+ table u: (small, big)]]
  finds_postgresql [[
+ column u.big: bigint not null default '9007199254740993'::bigint
+ column u.small: smallint null default '-1'::integer
+ table u: (small, big)]]
case { "create_table", "u", { { "r", types.real, server_default = 0.5 },
  { "u", types.unicode(20), server_default = "ü" } } }
  both [[CREATE TABLE u (
    r REAL DEFAULT 0.5,
    u VARCHAR(20) DEFAULT 'ü'
)]]
  finds_sqlite [[
+ column u.r: REAL null default 0.5
+ column u.u: VARCHAR(20) null default 'ü'
+ table u: (r, u)]]
  finds_postgresql [[
+ column u.r: real null default 0.5
+ column u.u: character varying(20) null default 'ü'::character varying
+ table u: (r, u)]]
case { "create_table", "u", { { "doc", types.jsonb, nullable = false, server_default = "[]" },
  { "tags", types.array(types.text), nullable = false, server_default = "{}" } } }
  postgresql [[CREATE TABLE u (
    doc JSONB DEFAULT '[]' NOT NULL,
    tags TEXT[] DEFAULT '{}' NOT NULL
)]]
  refused_sqlite [[op.create_table: column 'doc': types.jsonb exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.doc: jsonb not null default '[]'::jsonb
+ column u.tags: text[] not null default '{}'::text[]
+ table u: (doc, tags)]]
case { "create_table", "u", { { "address", types.inet }, { "net", types.cidr },
  { "mac", types.macaddr }, { "price", types.money }, { "flags", types.bit(4) } } }
  postgresql [[CREATE TABLE u (
    address INET,
    net CIDR,
    mac MACADDR,
    price MONEY,
    flags BIT(4)
)]]
  refused_sqlite [[op.create_table: column 'address': types.inet exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.address: inet null
+ column u.flags: bit(4) null
+ column u.mac: macaddr null
+ column u.net: cidr null
+ column u.price: money null
+ table u: (address, net, mac, price, flags)]]
case { "create_table", "u", { { "during", types.tstzrange }, { "days", types.daterange },
  { "numbers", types.int4range, server_default = "empty" }, { "many", types.nummultirange } } }
  since(14)
  postgresql [[CREATE TABLE u (
    during TSTZRANGE,
    days DATERANGE,
    numbers INT4RANGE DEFAULT 'empty',
    many NUMMULTIRANGE
)]]
  refused_sqlite [[op.create_table: column 'during': types.tstzrange exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.days: daterange null
+ column u.during: tstzrange null
+ column u.many: nummultirange null
+ column u.numbers: int4range null default 'empty'::int4range
+ table u: (during, days, numbers, many)]]
case { "create_table", "u", { { "words", types.tsvector }, { "ask", types.tsquery },
  { "key", types.bytea, server_default = bytes "\0\255" } } }
  postgresql [[CREATE TABLE u (
    words TSVECTOR,
    ask TSQUERY,
    key BYTEA DEFAULT '\x00FF'::bytea
)]]
  refused_sqlite [[op.create_table: column 'words': types.tsvector exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.ask: tsquery null
+ column u.key: bytea null default '\x00ff'::bytea
+ column u.words: tsvector null
+ table u: (words, ask, key)]]
case { "create_table", "u", { { "p", types.domain "positive", nullable = false } } }
  postgresql [[CREATE TABLE u (
    p positive NOT NULL
)]]
  refused_sqlite [[op.create_table: column 'p': types.domain exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.p: positive not null
+ table u: (p)]]
case { "create_table", "u", { { "at", types.raw "point" } } }
  both [[CREATE TABLE u (
    at point
)]]
  finds [[
+ column u.at: point null
+ table u: (at)]]
case { "create_table", "u", { { "grid", types.array(types.integer, { dimensions = 2 }) },
  { "names", types.array(types.string(10)), server_default = sql "ARRAY['x']::varchar[]" } } }
  postgresql [[CREATE TABLE u (
    grid INTEGER[][],
    names VARCHAR(10)[] DEFAULT ARRAY['x']::varchar[]
)]]
  refused_sqlite [[op.create_table: column 'grid': types.array exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.grid: integer[] null
+ column u.names: character varying(10)[] null default ARRAY['x'::character varying]
+ table u: (grid, names)]]
case { "create_table", "u", { { "tags", types.array(types.text):with_variant(types.json,
  "sqlite") } } }
  sqlite [[CREATE TABLE u (
    tags JSON
)]]
  postgresql [[CREATE TABLE u (
    tags TEXT[]
)]]
  finds_sqlite [[
+ column u.tags: JSON null
+ table u: (tags)]]
  finds_postgresql [[
+ column u.tags: text[] null
+ table u: (tags)]]
case { "create_table", "u", { { "c", types.text { collation = "C" } },
  { "d", types.string(9, { collation = "POSIX" }), nullable = false } } }
  both [[CREATE TABLE u (
    c TEXT COLLATE "C",
    d VARCHAR(9) COLLATE "POSIX" NOT NULL
)]]
  refused_sqlite [[no such collation sequence: C]]
  finds_postgresql [[
+ column u.c: text null collate C
+ column u.d: character varying(9) not null collate POSIX
+ table u: (c, d)]]
case { "create_table", "u", { { "c", types.text { collation = "NOCASE" }, unique = true } } }
  both [[CREATE TABLE u (
    c TEXT COLLATE "NOCASE",
    UNIQUE (c)
)]]
  refused_postgresql [[collation "NOCASE" for encoding "UTF8" does not exist
LINE 2:     c TEXT COLLATE "NOCASE",]]
  finds_sqlite [[
+ column u.c: TEXT null collate NOCASE
+ table u: (c)
+ unique u: (c)]]
