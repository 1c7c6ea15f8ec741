-- luacheck: ignore 113 631
-- Every type by itself.

case { "create_table", "u", { { "c", types.integer } } }
  both [[CREATE TABLE u (
    c INTEGER
)]]
  finds_sqlite [[
+ column u.c: INTEGER null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: integer null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.biginteger } } }
  both [[CREATE TABLE u (
    c BIGINT
)]]
  finds_sqlite [[
+ column u.c: BIGINT null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: bigint null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.smallinteger } } }
  both [[CREATE TABLE u (
    c SMALLINT
)]]
  finds_sqlite [[
+ column u.c: SMALLINT null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: smallint null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.numeric } } }
  both [[CREATE TABLE u (
    c NUMERIC
)]]
  finds_sqlite [[
+ column u.c: NUMERIC null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: numeric null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.numeric(10) } } }
  both [[CREATE TABLE u (
    c NUMERIC(10)
)]]
  finds_sqlite [[
+ column u.c: NUMERIC(10) null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: numeric(10,0) null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.numeric(10, 0) } } }
  both [[CREATE TABLE u (
    c NUMERIC(10, 0)
)]]
  finds_sqlite [[
+ column u.c: NUMERIC(10, 0) null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: numeric(10,0) null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.numeric(5, -2) } } }
  since(15)
  both [[CREATE TABLE u (
    c NUMERIC(5, -2)
)]]
  finds_sqlite [[
+ column u.c: NUMERIC(5, -2) null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: numeric(5,-2) null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.float } } }
  both [[CREATE TABLE u (
    c FLOAT
)]]
  finds_sqlite [[
+ column u.c: FLOAT null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: double precision null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.float(24) } } }
  sqlite [[CREATE TABLE u (
    c FLOAT
)]]
  postgresql [[CREATE TABLE u (
    c FLOAT(24)
)]]
  finds_sqlite [[
+ column u.c: FLOAT null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: real null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.float(53) } } }
  sqlite [[CREATE TABLE u (
    c FLOAT
)]]
  postgresql [[CREATE TABLE u (
    c FLOAT(53)
)]]
  finds_sqlite [[
+ column u.c: FLOAT null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: double precision null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.double } } }
  sqlite [[CREATE TABLE u (
    c DOUBLE
)]]
  postgresql [[CREATE TABLE u (
    c DOUBLE PRECISION
)]]
  finds_sqlite [[
+ column u.c: DOUBLE null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: double precision null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.real } } }
  both [[CREATE TABLE u (
    c REAL
)]]
  finds_sqlite [[
+ column u.c: REAL null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: real null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.boolean } } }
  both [[CREATE TABLE u (
    c BOOLEAN
)]]
  finds_sqlite [[
+ column u.c: BOOLEAN null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: boolean null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.string } } }
  both [[CREATE TABLE u (
    c VARCHAR
)]]
  finds_sqlite [[
+ column u.c: VARCHAR null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: character varying null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.string(50) } } }
  both [[CREATE TABLE u (
    c VARCHAR(50)
)]]
  finds_sqlite [[
+ column u.c: VARCHAR(50) null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: character varying(50) null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.char } } }
  both [[CREATE TABLE u (
    c CHAR
)]]
  finds_sqlite [[
+ column u.c: CHAR null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: character(1) null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.char(3) } } }
  both [[CREATE TABLE u (
    c CHAR(3)
)]]
  finds_sqlite [[
+ column u.c: CHAR(3) null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: character(3) null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.text } } }
  both [[CREATE TABLE u (
    c TEXT
)]]
  finds_sqlite [[
+ column u.c: TEXT null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: text null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.unicode } } }
  both [[CREATE TABLE u (
    c VARCHAR
)]]
  finds_sqlite [[
+ column u.c: VARCHAR null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: character varying null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.unicode(9) } } }
  both [[CREATE TABLE u (
    c VARCHAR(9)
)]]
  finds_sqlite [[
+ column u.c: VARCHAR(9) null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: character varying(9) null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.date } } }
  both [[CREATE TABLE u (
    c DATE
)]]
  finds_sqlite [[
+ column u.c: DATE null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: date null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.time } } }
  sqlite [[CREATE TABLE u (
    c TIME
)]]
  postgresql [[CREATE TABLE u (
    c TIME WITHOUT TIME ZONE
)]]
  finds_sqlite [[
+ column u.c: TIME null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: time without time zone null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.time { timezone = true, precision = 3 } } } }
  sqlite [[CREATE TABLE u (
    c TIME
)]]
  postgresql [[CREATE TABLE u (
    c TIME(3) WITH TIME ZONE
)]]
  finds_sqlite [[
+ column u.c: TIME null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: time(3) with time zone null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.time { precision = 0 } } } }
  sqlite [[CREATE TABLE u (
    c TIME
)]]
  postgresql [[CREATE TABLE u (
    c TIME(0) WITHOUT TIME ZONE
)]]
  finds_sqlite [[
+ column u.c: TIME null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: time(0) without time zone null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.datetime } } }
  sqlite [[CREATE TABLE u (
    c DATETIME
)]]
  postgresql [[CREATE TABLE u (
    c TIMESTAMP WITHOUT TIME ZONE
)]]
  finds_sqlite [[
+ column u.c: DATETIME null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: timestamp without time zone null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.datetime { timezone = true } } } }
  sqlite [[CREATE TABLE u (
    c DATETIME
)]]
  postgresql [[CREATE TABLE u (
    c TIMESTAMP WITH TIME ZONE
)]]
  finds_sqlite [[
+ column u.c: DATETIME null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: timestamp with time zone null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.datetime { precision = 0 } } } }
  sqlite [[CREATE TABLE u (
    c DATETIME
)]]
  postgresql [[CREATE TABLE u (
    c TIMESTAMP(0) WITHOUT TIME ZONE
)]]
  finds_sqlite [[
+ column u.c: DATETIME null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: timestamp(0) without time zone null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.timestamp } } }
  sqlite [[CREATE TABLE u (
    c TIMESTAMP
)]]
  postgresql [[CREATE TABLE u (
    c TIMESTAMP WITHOUT TIME ZONE
)]]
  finds_sqlite [[
+ column u.c: TIMESTAMP null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: timestamp without time zone null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.timestamp { timezone = true } } } }
  sqlite [[CREATE TABLE u (
    c TIMESTAMP
)]]
  postgresql [[CREATE TABLE u (
    c TIMESTAMP WITH TIME ZONE
)]]
  finds_sqlite [[
+ column u.c: TIMESTAMP null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: timestamp with time zone null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.interval } } }
  sqlite [[CREATE TABLE u (
    c DATETIME
)]]
  postgresql [[CREATE TABLE u (
    c INTERVAL
)]]
  finds_sqlite [[
+ column u.c: DATETIME null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: interval null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.interval { precision = 2 } } } }
  sqlite [[CREATE TABLE u (
    c DATETIME
)]]
  postgresql [[CREATE TABLE u (
    c INTERVAL(2)
)]]
  finds_sqlite [[
+ column u.c: DATETIME null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: interval(2) null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.binary } } }
  sqlite [[CREATE TABLE u (
    c BLOB
)]]
  postgresql [[CREATE TABLE u (
    c BYTEA
)]]
  finds_sqlite [[
+ column u.c: BLOB null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: bytea null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.json } } }
  both [[CREATE TABLE u (
    c JSON
)]]
  finds_sqlite [[
+ column u.c: JSON null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: json null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.uuid } } }
  sqlite [[CREATE TABLE u (
    c CHAR(32)
)]]
  postgresql [[CREATE TABLE u (
    c UUID
)]]
  finds_sqlite [[
+ column u.c: CHAR(32) null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: uuid null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.json:with_variant(types.jsonb, "postgresql") } } }
  sqlite [[CREATE TABLE u (
    c JSON
)]]
  postgresql [[CREATE TABLE u (
    c JSONB
)]]
  finds_sqlite [[
+ column u.c: JSON null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: jsonb null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.jsonb:with_variant(types.text, "sqlite") } } }
  sqlite [[CREATE TABLE u (
    c TEXT
)]]
  postgresql [[CREATE TABLE u (
    c JSONB
)]]
  finds_sqlite [[
+ column u.c: TEXT null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: jsonb null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.integer:with_variant(types.biginteger, "postgresql")
  :with_variant(types.real, "sqlite") } } }
  sqlite [[CREATE TABLE u (
    c REAL
)]]
  postgresql [[CREATE TABLE u (
    c BIGINT
)]]
  finds_sqlite [[
+ column u.c: REAL null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: bigint null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.raw "DECIMAL(4, 2)" } } }
  both [[CREATE TABLE u (
    c DECIMAL(4, 2)
)]]
  finds_sqlite [[
+ column u.c: DECIMAL(4, 2) null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: numeric(4,2) null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.raw(sql "character varying(7)") } } }
  both [[CREATE TABLE u (
    c character varying(7)
)]]
  finds [[
+ column u.c: character varying(7) null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.array(types.integer) } } }
  postgresql [[CREATE TABLE u (
    c INTEGER[]
)]]
  refused_sqlite [[op.create_table: column 'c': types.array exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: integer[] null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.array(types.string(5), { dimensions = 2 }) } } }
  postgresql [[CREATE TABLE u (
    c VARCHAR(5)[][]
)]]
  refused_sqlite [[op.create_table: column 'c': types.array exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: character varying(5)[] null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.array(types.numeric(10, 2), { dimensions = 3 }),
  server_default = "{}" } } }
  postgresql [[CREATE TABLE u (
    c NUMERIC(10, 2)[][][] DEFAULT '{}'
)]]
  refused_sqlite [[op.create_table: column 'c': types.array exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: numeric(10,2)[] null default '{}'::numeric[]
+ table u: (c)]]
case { "create_table", "u", { { "c", types.array(types.string(5, { collation = "C" })) } } }
  postgresql [[CREATE TABLE u (
    c VARCHAR(5)[] COLLATE "C"
)]]
  refused_sqlite [[op.create_table: column 'c': types.array exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: character varying(5)[] null collate C
+ table u: (c)]]
case { "create_table", "u", { { "c", types.array(types.datetime { timezone = true }) } } }
  postgresql [[CREATE TABLE u (
    c TIMESTAMP WITH TIME ZONE[]
)]]
  refused_sqlite [[op.create_table: column 'c': types.array exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: timestamp with time zone[] null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.bit } } }
  postgresql [[CREATE TABLE u (
    c BIT
)]]
  refused_sqlite [[op.create_table: column 'c': types.bit exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: bit(1) null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.bit(3) } } }
  postgresql [[CREATE TABLE u (
    c BIT(3)
)]]
  refused_sqlite [[op.create_table: column 'c': types.bit exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: bit(3) null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.bit { 8, varying = true } } } }
  postgresql [[CREATE TABLE u (
    c BIT VARYING(8)
)]]
  refused_sqlite [[op.create_table: column 'c': types.bit exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: bit varying(8) null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.bit { varying = true } } } }
  postgresql [[CREATE TABLE u (
    c BIT VARYING
)]]
  refused_sqlite [[op.create_table: column 'c': types.bit exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: bit varying null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.domain "positive", server_default = 1 } } }
  postgresql [[CREATE TABLE u (
    c positive DEFAULT 1
)]]
  refused_sqlite [[op.create_table: column 'c': types.domain exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: positive null default 1
+ table u: (c)]]
case { "create_table", "u", { { "c", types.domain("short", { schema = "s" }) } } }
  postgresql [[CREATE TABLE u (
    c s.short
)]]
  refused_sqlite [[op.create_table: column 'c': types.domain exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: s.short null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.jsonb } } }
  postgresql [[CREATE TABLE u (
    c JSONB
)]]
  refused_sqlite [[op.create_table: column 'c': types.jsonb exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: jsonb null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.bytea } } }
  postgresql [[CREATE TABLE u (
    c BYTEA
)]]
  refused_sqlite [[op.create_table: column 'c': types.bytea exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: bytea null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.citext } } }
  before { { "create_extension", "citext" } }
  postgresql [[CREATE TABLE u (
    c CITEXT
)]]
  refused_sqlite [[op.create_extension: extensions exist on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: citext null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.hstore } } }
  before { { "create_extension", "hstore" } }
  postgresql [[CREATE TABLE u (
    c HSTORE
)]]
  refused_sqlite [[op.create_extension: extensions exist on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: hstore null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.inet } } }
  postgresql [[CREATE TABLE u (
    c INET
)]]
  refused_sqlite [[op.create_table: column 'c': types.inet exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: inet null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.cidr } } }
  postgresql [[CREATE TABLE u (
    c CIDR
)]]
  refused_sqlite [[op.create_table: column 'c': types.cidr exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: cidr null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.macaddr } } }
  postgresql [[CREATE TABLE u (
    c MACADDR
)]]
  refused_sqlite [[op.create_table: column 'c': types.macaddr exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: macaddr null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.tsvector } } }
  postgresql [[CREATE TABLE u (
    c TSVECTOR
)]]
  refused_sqlite [[op.create_table: column 'c': types.tsvector exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: tsvector null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.tsquery } } }
  postgresql [[CREATE TABLE u (
    c TSQUERY
)]]
  refused_sqlite [[op.create_table: column 'c': types.tsquery exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: tsquery null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.money } } }
  postgresql [[CREATE TABLE u (
    c MONEY
)]]
  refused_sqlite [[op.create_table: column 'c': types.money exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: money null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.oid } } }
  postgresql [[CREATE TABLE u (
    c OID
)]]
  refused_sqlite [[op.create_table: column 'c': types.oid exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: oid null
+ table u: (c)]]
case { "create_table", "u", { { "a", types.int4range }, { "b", types.int8range },
  { "c", types.numrange }, { "d", types.daterange }, { "e", types.tsrange },
  { "f", types.tstzrange } } }
  postgresql [[CREATE TABLE u (
    a INT4RANGE,
    b INT8RANGE,
    c NUMRANGE,
    d DATERANGE,
    e TSRANGE,
    f TSTZRANGE
)]]
  refused_sqlite [[op.create_table: column 'a': types.int4range exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.a: int4range null
+ column u.b: int8range null
+ column u.c: numrange null
+ column u.d: daterange null
+ column u.e: tsrange null
+ column u.f: tstzrange null
+ table u: (a, b, c, d, e, f)]]
case { "create_table", "u", { { "a", types.int4multirange }, { "b", types.int8multirange },
  { "c", types.nummultirange }, { "d", types.datemultirange }, { "e", types.tsmultirange },
  { "f", types.tstzmultirange } } }
  since(14)
  postgresql [[CREATE TABLE u (
    a INT4MULTIRANGE,
    b INT8MULTIRANGE,
    c NUMMULTIRANGE,
    d DATEMULTIRANGE,
    e TSMULTIRANGE,
    f TSTZMULTIRANGE
)]]
  refused_sqlite [[op.create_table: column 'a': types.int4multirange exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.a: int4multirange null
+ column u.b: int8multirange null
+ column u.c: nummultirange null
+ column u.d: datemultirange null
+ column u.e: tsmultirange null
+ column u.f: tstzmultirange null
+ table u: (a, b, c, d, e, f)]]
case { "create_table", "u", { { "c", types.string(50, { collation = "NOCASE" }) } } }
  both [[CREATE TABLE u (
    c VARCHAR(50) COLLATE "NOCASE"
)]]
  refused_postgresql [[collation "NOCASE" for encoding "UTF8" does not exist
LINE 2:     c VARCHAR(50) COLLATE "NOCASE"]]
  finds_sqlite [[
+ column u.c: VARCHAR(50) null collate NOCASE
+ table u: (c)]]
case { "create_table", "u", { { "c", types.char(2, { collation = "RTRIM" }) } } }
  both [[CREATE TABLE u (
    c CHAR(2) COLLATE "RTRIM"
)]]
  refused_postgresql [[collation "RTRIM" for encoding "UTF8" does not exist
LINE 2:     c CHAR(2) COLLATE "RTRIM"]]
  finds_sqlite [[
+ column u.c: CHAR(2) null collate RTRIM
+ table u: (c)]]
case { "create_table", "u", { { "c", types.unicode(5, { collation = "C" }) } } }
  both [[CREATE TABLE u (
    c VARCHAR(5) COLLATE "C"
)]]
  refused_sqlite [[no such collation sequence: C]]
  finds_postgresql [[
+ column u.c: character varying(5) null collate C
+ table u: (c)]]
case { "create_table", "u", { { "c", types.domain "point" } } }
  refused_sqlite [[op.create_table: column 'c': types.domain exists on PostgreSQL only]]
  refused_postgresql [[op.create_table: column 'c': 'point' without a schema is a type of PostgreSQL's own]]
case { "create_table", "u", { { "c", types.citext { collation = "C" } } } }
  before { { "create_extension", "citext" } }
  postgresql [[CREATE TABLE u (
    c CITEXT COLLATE "C"
)]]
  refused_sqlite [[op.create_extension: extensions exist on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: citext null collate C
+ table u: (c)]]
