-- luacheck: ignore 113 631
-- Columns changed.

case { "alter_column", "t", "b", nullable = false }
  postgresql [[ALTER TABLE t ALTER COLUMN b SET NOT NULL]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT NOT NULL, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.b: TEXT not null]]
  finds_postgresql [[
~ column t.b: text not null]]
case { "alter_column", "c", "v", nullable = false }
  postgresql [[ALTER TABLE c ALTER COLUMN v SET NOT NULL]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT NOT NULL DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds_sqlite [[
~ column c.v: TEXT not null default 'v']]
  finds_postgresql [[
~ column c.v: text not null default 'v'::text]]
case { "alter_column", "c", "k", nullable = true }
  postgresql [[ALTER TABLE c ALTER COLUMN k DROP NOT NULL]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds_sqlite [[
~ column c.k: INTEGER null]]
  finds_postgresql [[
~ column c.k: integer null]]
case { "alter_column", "t", "b", nullable = false, server_default = "" }
  postgresql [[ALTER TABLE t ALTER COLUMN b SET NOT NULL;
ALTER TABLE t ALTER COLUMN b SET DEFAULT '']]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT DEFAULT '' NOT NULL, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.b: TEXT not null default '']]
  finds_postgresql [[
~ column t.b: text not null default ''::text]]
case { "alter_column", "t", "n", nullable = false, existing_type = types.integer }
  postgresql [[ALTER TABLE t ALTER COLUMN n SET NOT NULL]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER NOT NULL DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.n: INTEGER not null default 0]]
  finds_postgresql [[
~ column t.n: integer not null default 0]]
case { "alter_column", "t", "n", server_default = 7 }
  postgresql [[ALTER TABLE t ALTER COLUMN n SET DEFAULT 7]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 7, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.n: INTEGER null default 7]]
  finds_postgresql [[
~ column t.n: integer null default 7]]
case { "alter_column", "t", "n", server_default = null }
  postgresql [[ALTER TABLE t ALTER COLUMN n DROP DEFAULT]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.n: INTEGER null]]
  finds_postgresql [[
~ column t.n: integer null]]
case { "alter_column", "t", "b", server_default = sql.now }
  postgresql [[ALTER TABLE t ALTER COLUMN b SET DEFAULT CURRENT_TIMESTAMP]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT DEFAULT CURRENT_TIMESTAMP, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.b: TEXT null default CURRENT_TIMESTAMP]]
  finds_postgresql [[
~ column t.b: text null default CURRENT_TIMESTAMP]]
case { "alter_column", "t", "a", server_default = "it's", existing_server_default = null }
  postgresql [[ALTER TABLE t ALTER COLUMN a SET DEFAULT 'it''s']]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40) DEFAULT 'it''s', b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.a: VARCHAR(40) null default 'it''s']]
  finds_postgresql [[
~ column t.a: character varying(40) null default 'it''s'::character varying]]
case { "alter_column", "t", "a", type = types.string(200) }
  postgresql [[ALTER TABLE t ALTER COLUMN a TYPE VARCHAR(200)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(200), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.a: VARCHAR(200) null]]
  finds_postgresql [[
~ column t.a: character varying(200) null]]
case { "alter_column", "t", "a", type = types.text, existing_type = types.string(40) }
  postgresql [[ALTER TABLE t ALTER COLUMN a TYPE TEXT]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a TEXT, b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.a: TEXT null]]
  finds_postgresql [[
~ column t.a: text null]]
case { "alter_column", "t", "a", type = types.string(200), nullable = false,
  existing_type = types.string(40), existing_nullable = true }
  postgresql [[ALTER TABLE t ALTER COLUMN a TYPE VARCHAR(200);
ALTER TABLE t ALTER COLUMN a SET NOT NULL]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(200) NOT NULL, b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.a: VARCHAR(200) not null]]
  finds_postgresql [[
~ column t.a: character varying(200) not null]]
case { "alter_column", "t", "n", type = types.biginteger }
  postgresql [[ALTER TABLE t ALTER COLUMN n TYPE BIGINT]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n BIGINT DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.n: BIGINT null default 0]]
  finds_postgresql [[
~ column t.n: bigint null default 0]]
case { "alter_column", "t", "n", type = types.text }
  postgresql [[ALTER TABLE t ALTER COLUMN n TYPE TEXT]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n TEXT DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.n: TEXT null default 0]]
  finds_postgresql [[
~ column t.n: text null default 0]]
case { "alter_column", "t", "n", type = types.numeric(10, 2), server_default = 0.25 }
  postgresql [[ALTER TABLE t ALTER COLUMN n TYPE NUMERIC(10, 2);
ALTER TABLE t ALTER COLUMN n SET DEFAULT 0.25]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n NUMERIC(10, 2) DEFAULT 0.25, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.n: NUMERIC(10, 2) null default 0.25]]
  finds_postgresql [[
~ column t.n: numeric(10,2) null default 0.25]]
case { "alter_column", "t", "a", type = types.integer, postgresql_using = "length(a)" }
  postgresql [[ALTER TABLE t ALTER COLUMN a TYPE INTEGER USING length(a)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a INTEGER, b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.a: INTEGER null]]
  finds_postgresql [[
~ column t.a: integer null]]
case { "alter_column", "t", "n", type = types.boolean, postgresql_using = "n <> 0",
  server_default = true }
  postgresql [[ALTER TABLE t ALTER COLUMN n DROP DEFAULT;
ALTER TABLE t ALTER COLUMN n TYPE BOOLEAN USING n <> 0;
ALTER TABLE t ALTER COLUMN n SET DEFAULT true]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n BOOLEAN DEFAULT 1, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.n: BOOLEAN null default 1]]
  finds_postgresql [[
~ column t.n: boolean null default true]]
case { "alter_column", "t", "n", new_column_name = "number" }
  postgresql [[ALTER TABLE t RENAME n TO number]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, number INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
- column t.n
+ column t.number: INTEGER null default 0
~ table t: (id, a, b, number, p_id)]]
  finds_postgresql [[
- column t.n
+ column t.number: integer null default 0
~ table t: (id, a, b, number, p_id)]]
case { "alter_column", "c", "v", new_column_name = "value" }
  postgresql [[ALTER TABLE c RENAME v TO value]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, value TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds_sqlite [[
- column c.v
+ column c.value: TEXT null default 'v'
~ index c ix_c_v: (value)
~ table c: (id, k, value, w)]]
  finds_postgresql [[
- column c.v
+ column c.value: text null default 'v'::text
~ index c ix_c_v: (value)
~ table c: (id, k, value, w)]]
case { "alter_column", "c", "k", new_column_name = "Key" }
  postgresql [[ALTER TABLE c RENAME k TO "Key"]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, "Key" INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE ("Key"), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds_sqlite [[
- column c.k
+ column c.Key: INTEGER not null
~ table c: (id, Key, v, w)
~ unique c uq_c: (Key)
~ view seen: CREATE VIEW seen AS SELECT "Key" FROM c]]
  finds_postgresql [[
- column c.k
+ column c.Key: integer not null
~ table c: (id, Key, v, w)
~ unique c uq_c: (Key)
~ view kept: materialized SELECT "Key" AS k FROM c;
~ view seen: SELECT "Key" AS k FROM c;]]
case { "alter_column", "t", "n", new_column_name = "m", type = types.biginteger, nullable = false,
  server_default = 9 }
  postgresql [[ALTER TABLE t ALTER COLUMN n TYPE BIGINT;
ALTER TABLE t ALTER COLUMN n SET NOT NULL;
ALTER TABLE t ALTER COLUMN n SET DEFAULT 9;
ALTER TABLE t RENAME n TO m]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, m BIGINT NOT NULL DEFAULT 9, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
- column t.n
+ column t.m: BIGINT not null default 9
~ table t: (id, a, b, m, p_id)]]
  finds_postgresql [[
- column t.n
+ column t.m: bigint not null default 9
~ table t: (id, a, b, m, p_id)]]
case { "alter_column", "t", "a", comment = "a comment" }
  postgresql [[COMMENT ON COLUMN t.a IS 'a comment']]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite ""
  finds_postgresql [[
~ column t.a: character varying(40) null comment 'a comment']]
case { "alter_column", "t", "a", comment = null }
  postgresql [[COMMENT ON COLUMN t.a IS NULL]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds ""
case { "alter_column", "t", "a", existing_type = types.string(40) }
  postgresql ""
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds ""
case { "alter_column", "t", "n", type = types.biginteger, server_default = null }
  postgresql [[ALTER TABLE t ALTER COLUMN n TYPE BIGINT;
ALTER TABLE t ALTER COLUMN n DROP DEFAULT]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n BIGINT, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.n: BIGINT null]]
  finds_postgresql [[
~ column t.n: bigint null]]
case { "alter_column", "g", "e", type = types.text }
  postgresql [[ALTER TABLE g ALTER COLUMN e TYPE TEXT]]
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j JSON, r TEXT, l TEXT, e TEXT DEFAULT 'a' CONSTRAINT e CHECK (e IN ('a', 'b')), tz DATETIME, n INTEGER, CONSTRAINT ck_g CHECK (n > 0))]]
  finds_sqlite [[
~ column g.e: TEXT null default 'a']]
  finds_postgresql [[
~ column g.e: text null default 'a'::e]]
case { "alter_column", "g", "e", server_default = "b", nullable = false }
  postgresql [[ALTER TABLE g ALTER COLUMN e SET NOT NULL;
ALTER TABLE g ALTER COLUMN e SET DEFAULT 'b']]
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j JSON, r TEXT, l TEXT, e VARCHAR(1) NOT NULL DEFAULT 'b' CONSTRAINT e CHECK (e IN ('a', 'b')), tz DATETIME, n INTEGER, CONSTRAINT ck_g CHECK (n > 0))]]
  finds_sqlite [[
~ column g.e: VARCHAR(1) not null default 'b']]
  finds_postgresql [[
~ column g.e: e not null default 'b'::e]]
case { "alter_column", "g", "j", type = types.text, postgresql_using = "j::text" }
  postgresql [[ALTER TABLE g ALTER COLUMN j TYPE TEXT USING j::text]]
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j TEXT, r TEXT, l TEXT, e VARCHAR(1) DEFAULT 'a' CONSTRAINT e CHECK (e IN ('a', 'b')), tz DATETIME, n INTEGER, CONSTRAINT ck_g CHECK (n > 0))]]
  finds_sqlite [[
~ column g.j: TEXT null]]
  finds_postgresql [[
~ column g.j: text null]]
case { "alter_column", "g", "n", type = types.text, postgresql_using = "n::text" }
  postgresql [[ALTER TABLE g ALTER COLUMN n TYPE TEXT USING n::text]]
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j JSON, r TEXT, l TEXT, e VARCHAR(1) DEFAULT 'a' CONSTRAINT e CHECK (e IN ('a', 'b')), tz DATETIME, n TEXT, CONSTRAINT ck_g CHECK (n > 0))]]
  refused_postgresql [[operator does not exist: text > integer]]
  finds_sqlite [[
~ column g.n: TEXT null]]
case { "alter_column", "g", "tz", type = types.datetime, postgresql_using = "tz AT TIME ZONE 'UTC'" }
  postgresql [[ALTER TABLE g ALTER COLUMN tz TYPE TIMESTAMP WITHOUT TIME ZONE USING tz AT TIME ZONE 'UTC']]
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j JSON, r TEXT, l TEXT, e VARCHAR(1) DEFAULT 'a' CONSTRAINT e CHECK (e IN ('a', 'b')), tz DATETIME, n INTEGER, CONSTRAINT ck_g CHECK (n > 0))]]
  finds_sqlite ""
  finds_postgresql [[
~ column g.tz: timestamp without time zone null]]
case { "alter_column", "t", "n", schema = "s", nullable = false }
  postgresql [[ALTER TABLE s.t ALTER COLUMN n SET NOT NULL]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, n INTEGER NOT NULL)]]
  finds_sqlite [[
~ column t.n: INTEGER not null]]
  finds_postgresql [[
~ column t.n: integer not null]]
case { "alter_column", "t", "a", schema = "s", new_column_name = "text" }
  postgresql [[ALTER TABLE s.t RENAME a TO text]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, text TEXT, n INTEGER)]]
  finds_sqlite [[
- column t.a
+ column t.text: TEXT null
~ table t: (id, text, n)]]
  finds_postgresql [[
- column t.a
+ column t.text: text null
~ table t: (id, text, n)]]
case { "alter_column", "t", "n", type = types.biginteger, nullable = false, server_default = "5",
  comment = "it's", new_column_name = "m" }
  postgresql [[ALTER TABLE t ALTER COLUMN n TYPE BIGINT;
ALTER TABLE t ALTER COLUMN n SET NOT NULL;
ALTER TABLE t ALTER COLUMN n SET DEFAULT '5';
COMMENT ON COLUMN t.n IS 'it''s';
ALTER TABLE t RENAME n TO m]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, m BIGINT NOT NULL DEFAULT '5', p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
- column t.n
+ column t.m: BIGINT not null default '5'
~ table t: (id, a, b, m, p_id)]]
  finds_postgresql [[
- column t.n
+ column t.m: bigint not null default '5'::bigint comment 'it's'
~ table t: (id, a, b, m, p_id)]]
case { "alter_column", "c", "k", nullable = true, server_default = null, comment = null }
  postgresql [[ALTER TABLE c ALTER COLUMN k DROP NOT NULL;
ALTER TABLE c ALTER COLUMN k DROP DEFAULT;
COMMENT ON COLUMN c.k IS NULL]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds_sqlite [[
~ column c.k: INTEGER null]]
  finds_postgresql [[
~ column c.k: integer null]]
case { "alter_column", "t", "a", existing_nullable = true }
  postgresql ""
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds ""
case { "alter_column", "u", "a", type = types.integer, postgresql_using = "a::integer" }
  before { { "create_table", "u", { { "a", types.text } } } }
  postgresql [[ALTER TABLE u ALTER COLUMN a TYPE INTEGER USING a::integer]]
  copied [[CREATE TABLE u (
    a INTEGER
)]]
  finds_sqlite [[
~ column u.a: INTEGER null]]
  finds_postgresql [[
~ column u.a: integer null]]
case { "alter_column", "u", "a", type = types.integer, postgresql_using = "length(a)",
  server_default = 3 }
  before { { "create_table", "u", { { "a", types.text, server_default = "x" } } } }
  postgresql [[ALTER TABLE u ALTER COLUMN a DROP DEFAULT;
ALTER TABLE u ALTER COLUMN a TYPE INTEGER USING length(a);
ALTER TABLE u ALTER COLUMN a SET DEFAULT 3]]
  copied [[CREATE TABLE u (
    a INTEGER DEFAULT 3
)]]
  finds_sqlite [[
~ column u.a: INTEGER null default 3]]
  finds_postgresql [[
~ column u.a: integer null default 3]]
case { "alter_column", "u", "a", type = types.enum("e", { "a", "b" }), server_default = "b" }
  before { { "create_table", "u", { { "a", types.text, server_default = "a" } } } }
  postgresql [[ALTER TABLE u ALTER COLUMN a DROP DEFAULT;
ALTER TABLE u ALTER COLUMN a TYPE e USING a::text::e;
ALTER TABLE u ALTER COLUMN a SET DEFAULT 'b']]
  copied [[CREATE TABLE u (
    a VARCHAR(1) DEFAULT 'b'
)]]
  finds_sqlite [[
~ column u.a: VARCHAR(1) null default 'b']]
  finds_postgresql [[
~ column u.a: e null default 'b'::e]]
case { "alter_column", "u", "a", type = types.enum("e", { "a", "b" }), server_default = null }
  before { { "create_table", "u", { { "a", types.text, server_default = "a" } } } }
  postgresql [[ALTER TABLE u ALTER COLUMN a DROP DEFAULT;
ALTER TABLE u ALTER COLUMN a TYPE e USING a::text::e]]
  copied [[CREATE TABLE u (
    a VARCHAR(1)
)]]
  finds_sqlite [[
~ column u.a: VARCHAR(1) null]]
  finds_postgresql [[
~ column u.a: e null]]
case { "alter_column", "u", "a", type = types.enum("fresh", { "a", "b" }) }
  before { { "create_table", "u", { { "a", types.text } } } }
  postgresql [[ALTER TABLE u ALTER COLUMN a TYPE fresh USING a::text::fresh]]
  copied [[CREATE TABLE u (
    a VARCHAR(1)
)]]
  finds_sqlite [[
~ column u.a: VARCHAR(1) null]]
  finds_postgresql [[
~ column u.a: fresh null
+ enum fresh: ('a', 'b') in public]]
case { "alter_column", "u", "a", type = types.enum("e", { "a", "b" }) }
  before { { "create_table", "u", { { "a", types.enum("old", { "a" }, { native = false }) } } } }
  postgresql [[ALTER TABLE u ALTER COLUMN a TYPE e USING a::text::e]]
  copied [[CREATE TABLE u (
    a VARCHAR(1)
)]]
  finds_sqlite ""
  finds_postgresql [[
~ column u.a: e null]]
case { "alter_column", "u", "a", type = types.enum("ck", { "a", "b" }, { native = false,
  check = true }), existing_type = types.enum("old", { "a" }, { native = false, check = true }),
  new_column_name = "z" }
  before { { "create_table", "u", { { "a", types.enum("old", { "a" }, { native = false,
    check = true }) } } } }
  postgresql [[ALTER TABLE u DROP CONSTRAINT old;
ALTER TABLE u ALTER COLUMN a TYPE VARCHAR(1);
ALTER TABLE u RENAME a TO z;
ALTER TABLE u ADD CONSTRAINT ck CHECK (z IN ('a', 'b'))]]
  copied [[CREATE TABLE u (
    z VARCHAR(1),
    CONSTRAINT ck CHECK (z IN ('a', 'b'))
)]]
  finds_sqlite [[
- check u old
- column u.a
+ check u ck: z IN ('a', 'b')
+ column u.z: VARCHAR(1) null
~ table u: (z)]]
  finds_postgresql [[
- check u old
- column u.a
+ check u ck: (z)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])
+ column u.z: character varying(1) null
~ table u: (z)]]
case { "alter_column", "u", "a", type = types.text, existing_type = types.enum("old", { "a" },
  { native = false, check = true }) }
  before { { "create_table", "u", { { "a", types.enum("old", { "a" }, { native = false,
    check = true }) } } } }
  postgresql [[ALTER TABLE u DROP CONSTRAINT old;
ALTER TABLE u ALTER COLUMN a TYPE TEXT]]
  copied [[CREATE TABLE u (
    a TEXT
)]]
  finds_sqlite [[
- check u old
~ column u.a: TEXT null]]
  finds_postgresql [[
- check u old
~ column u.a: text null]]
case { "alter_column", "t", "a", type = types.string(9, { collation = "C" }) }
  postgresql [[ALTER TABLE t ALTER COLUMN a TYPE VARCHAR(9) COLLATE "C"]]
  refused_sqlite [[op.alter_column: no such collation sequence: C]]
  finds_postgresql [[
~ column t.a: character varying(9) null collate C]]
case { "alter_column", "t", "a", type = types.text { collation = "NOCASE" } }
  postgresql [[ALTER TABLE t ALTER COLUMN a TYPE TEXT COLLATE "NOCASE"]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a TEXT COLLATE "NOCASE", b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  refused_postgresql [[collation "NOCASE" for encoding "UTF8" does not exist]]
  finds_sqlite [[
~ column t.a: TEXT null collate NOCASE]]
case { "alter_column", "t", "a", postgresql_using = "a::int" }
  refused [[op.alter_column: postgresql_using: there is no type to convert to]]
case { "alter_column", "t", "a", comment = 5 }
  refused [[op.alter_column: comment: expected string or null]]
case { "alter_column", "t", "nix", nullable = true }
  postgresql [[ALTER TABLE t ALTER COLUMN nix DROP NOT NULL]]
  refused_sqlite [[op.alter_column: the table 't' has no column 'nix']]
  refused_postgresql [[column "nix" of relation "t" does not exist]]
case { "alter_column", "nix", "a", nullable = true }
  postgresql [[ALTER TABLE nix ALTER COLUMN a DROP NOT NULL]]
  refused_sqlite [[op.alter_column: no such table: nix]]
  refused_postgresql [[relation "nix" does not exist]]
case { "alter_column", "t", "a", comment = "C:\\new 'x'" }
  postgresql [[COMMENT ON COLUMN t.a IS 'C:\new ''x''']]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite ""
  finds_postgresql [[
~ column t.a: character varying(40) null comment 'C:\new 'x'']]
case { "alter_column", "t", "p_id", nullable = false, server_default = 1 }
  postgresql [[ALTER TABLE t ALTER COLUMN p_id SET NOT NULL;
ALTER TABLE t ALTER COLUMN p_id SET DEFAULT 1]]
  refused_sqlite [[op.alter_column: the column 'p_id' of 't' cannot be NOT NULL: 1 row has NULL in it]]
  refused_postgresql [[column "p_id" of relation "t" contains null values]]
case { "alter_column", "p", "id", new_column_name = "p_id" }
  touches { "p", "c" }
  postgresql [[ALTER TABLE p RENAME id TO p_id]]
  copied [[CREATE TABLE p (p_id INTEGER NOT NULL PRIMARY KEY, x INTEGER, y INTEGER, CONSTRAINT uq_p UNIQUE (x, y))]]
  finds_sqlite [[
- column p.id
+ column p.p_id: INTEGER not null key
~ foreign key c fk_c: (w) -> p (p_id)
~ primary key p: (p_id)
~ table p: (p_id, x, y)]]
  finds_postgresql [[
- column p.id
+ column p.p_id: integer not null key
~ foreign key c fk_c: (w) -> p (p_id)
~ primary key p p_pkey: (p_id)
~ table p: (p_id, x, y)]]
case { "alter_column", "p", "x", new_column_name = "Left Side" }
  postgresql [[ALTER TABLE p RENAME x TO "Left Side"]]
  copied [[CREATE TABLE p (id INTEGER NOT NULL PRIMARY KEY, "Left Side" INTEGER, y INTEGER, CONSTRAINT uq_p UNIQUE ("Left Side", y))]]
  finds_sqlite [[
- column p.x
+ column p.Left Side: INTEGER null
~ table p: (id, Left Side, y)
~ unique p uq_p: (Left Side, y)]]
  finds_postgresql [[
- column p.x
+ column p.Left Side: integer null
~ table p: (id, Left Side, y)
~ unique p uq_p: (Left Side, y)]]
case { "alter_column", "c", "w", new_column_name = "weight" }
  postgresql [[ALTER TABLE c RENAME w TO weight]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', weight INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (weight > 0), CONSTRAINT fk_c FOREIGN KEY (weight) REFERENCES p (id))]]
  finds_sqlite [[
- column c.w
~ check c ck_c: weight > 0
+ column c.weight: INTEGER null
~ foreign key c fk_c: (weight) -> p (id)
~ table c: (id, k, v, weight)]]
  finds_postgresql [[
- column c.w
~ check c ck_c: weight > 0
+ column c.weight: integer null
~ foreign key c fk_c: (weight) -> p (id)
~ table c: (id, k, v, weight)]]
case { "alter_column", "c", "w", type = types.biginteger, nullable = false }
  postgresql [[ALTER TABLE c ALTER COLUMN w TYPE BIGINT;
ALTER TABLE c ALTER COLUMN w SET NOT NULL]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w BIGINT NOT NULL, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds_sqlite [[
~ column c.w: BIGINT not null]]
  finds_postgresql [[
~ column c.w: bigint not null]]
case { "alter_column", "c", "id", type = types.biginteger }
  postgresql [[ALTER TABLE c ALTER COLUMN id TYPE BIGINT]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds_sqlite ""
  finds_postgresql [[
~ column c.id: bigint not null key]]
case { "alter_column", "t", "id", new_column_name = "key" }
  postgresql [[ALTER TABLE t RENAME id TO key]]
  copied [[CREATE TABLE t (key INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (key))]]
  finds_sqlite [[
- column t.id
+ column t.key: INTEGER not null key
~ primary key t pk_t: (key)
~ table t: (key, a, b, n, p_id)]]
  finds_postgresql [[
- column t.id
+ column t.key: integer not null key
~ primary key t pk_t: (key)
~ table t: (key, a, b, n, p_id)]]
case { "alter_column", "u", "a", new_column_name = "z" }
  before { { "create_table", "u", { { "a", types.integer, check = { "a > 0", name = "ck_u" } },
    { "b", types.integer, computed = "a + 1" }, index({ "a" }, { name = "ix_u",
    where = "a > 5" }), unique({ "a", "b" }, { name = "uq_u" }) } } }
  postgresql [[ALTER TABLE u RENAME a TO z]]
  copied [[CREATE TABLE u (
    z INTEGER CONSTRAINT ck_u CHECK (z > 0),
    b INTEGER GENERATED ALWAYS AS (z + 1),
    CONSTRAINT uq_u UNIQUE (z, b)
)]]
  finds_sqlite [[
- column u.a
~ check u ck_u: z > 0
~ column u.b: INTEGER null computed (z + 1) virtual
+ column u.z: INTEGER null
~ index u ix_u: (z) where z > 5
~ table u: (z, b)
~ unique u uq_u: (z, b)]]
  finds_postgresql [[
- column u.a
~ check u ck_u: z > 0
~ column u.b: integer null computed (z + 1) stored
+ column u.z: integer null
~ index u ix_u: (z) where z > 5
~ table u: (z, b)
~ unique u uq_u: (z, b)]]
case { "alter_column", "t", "b", type = types.json, postgresql_using = "to_json(b)" }
  postgresql [[ALTER TABLE t ALTER COLUMN b TYPE JSON USING to_json(b)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b JSON, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.b: JSON null]]
  finds_postgresql [[
~ column t.b: json null]]
case { "alter_column", "t", "b", type = types.jsonb, postgresql_using = "to_jsonb(b)" }
  postgresql [[ALTER TABLE t ALTER COLUMN b TYPE JSONB USING to_jsonb(b)]]
  refused_sqlite [[op.alter_column: column 'b': types.jsonb exists on PostgreSQL only]]
  finds_postgresql [[
~ column t.b: jsonb null]]
case { "alter_column", "t", "a", type = types.char(3) }
  postgresql [[ALTER TABLE t ALTER COLUMN a TYPE CHAR(3)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a CHAR(3), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.a: CHAR(3) null]]
  finds_postgresql [[
~ column t.a: character(3) null]]
case { "alter_column", "t", "b", type = types.binary, postgresql_using = "b::bytea" }
  postgresql [[ALTER TABLE t ALTER COLUMN b TYPE BYTEA USING b::bytea]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b BLOB, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.b: BLOB null]]
  finds_postgresql [[
~ column t.b: bytea null]]
case { "alter_column", "t", "n", type = types.double }
  postgresql [[ALTER TABLE t ALTER COLUMN n TYPE DOUBLE PRECISION]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n DOUBLE DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.n: DOUBLE null default 0]]
  finds_postgresql [[
~ column t.n: double precision null default 0]]
case { "alter_column", "t", "n", type = types.smallinteger, existing_type = types.integer,
  existing_server_default = 0, existing_nullable = true, existing_comment = "x" }
  postgresql [[ALTER TABLE t ALTER COLUMN n TYPE SMALLINT]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n SMALLINT DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.n: SMALLINT null default 0]]
  finds_postgresql [[
~ column t.n: smallint null default 0]]
case { "alter_column", "t", "a", type = types.array(types.text), postgresql_using = "ARRAY[a]" }
  postgresql [=[ALTER TABLE t ALTER COLUMN a TYPE TEXT[] USING ARRAY[a]]=]
  refused_sqlite [[op.alter_column: column 'a': types.array exists on PostgreSQL only]]
  finds_postgresql [[
~ column t.a: text[] null]]
case { "alter_column", "t", "b", server_default = bytes "\0" }
  postgresql [[ALTER TABLE t ALTER COLUMN b SET DEFAULT '\x00'::bytea]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT DEFAULT X'00', n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.b: TEXT null default X'00']]
  finds_postgresql [[
~ column t.b: text null default '\x00'::bytea]]
case { "alter_column", "t", "b", server_default = sql "'a' || 'b'" }
  postgresql [[ALTER TABLE t ALTER COLUMN b SET DEFAULT 'a' || 'b']]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT DEFAULT ('a' || 'b'), n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.b: TEXT null default 'a' || 'b']]
  finds_postgresql [[
~ column t.b: text null default ('a'::text || 'b'::text)]]
case { "alter_column", "t", "n", server_default = -3.5 }
  postgresql [[ALTER TABLE t ALTER COLUMN n SET DEFAULT -3.5]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT -3.5, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.n: INTEGER null default -3.5]]
  finds_postgresql [[
~ column t.n: integer null default '-3.5'::numeric]]
case { "alter_column", "t", "b", server_default = "two\nlines" }
  postgresql [[ALTER TABLE t ALTER COLUMN b SET DEFAULT 'two
lines']]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT DEFAULT 'two
lines', n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.b: TEXT null default 'two\nlines']]
  finds_postgresql [[
~ column t.b: text null default 'two\nlines'::text]]
case { "alter_column", "t", "a", new_column_name = "b" }
  postgresql [[ALTER TABLE t RENAME a TO b]]
  refused_sqlite [[op.alter_column: the table 't' has a column 'b' already]]
  refused_postgresql [[column "b" of relation "t" already exists]]
case { "alter_column", "t", "a", new_column_name = "Order", type = types.text }
  postgresql [[ALTER TABLE t ALTER COLUMN a TYPE TEXT;
ALTER TABLE t RENAME a TO "Order"]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, "Order" TEXT, b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
- column t.a
+ column t.Order: TEXT null
~ table t: (id, Order, b, n, p_id)]]
  finds_postgresql [[
- column t.a
+ column t.Order: text null
~ table t: (id, Order, b, n, p_id)]]
case { "alter_column", "c", "v", type = types.string(10), server_default = "w", nullable = false }
  postgresql [[ALTER TABLE c ALTER COLUMN v TYPE VARCHAR(10);
ALTER TABLE c ALTER COLUMN v SET NOT NULL;
ALTER TABLE c ALTER COLUMN v SET DEFAULT 'w']]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v VARCHAR(10) NOT NULL DEFAULT 'w', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds_sqlite [[
~ column c.v: VARCHAR(10) not null default 'w']]
  finds_postgresql [[
~ column c.v: character varying(10) not null default 'w'::character varying]]
case { "alter_column", "t", "a", type = types.text, nullable = false, server_default = "x",
  existing_type = types.string(40), existing_nullable = true, existing_server_default = null,
  existing_comment = null, existing_autoincrement = false }
  postgresql [[ALTER TABLE t ALTER COLUMN a TYPE TEXT;
ALTER TABLE t ALTER COLUMN a SET NOT NULL;
ALTER TABLE t ALTER COLUMN a SET DEFAULT 'x']]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a TEXT DEFAULT 'x' NOT NULL, b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.a: TEXT not null default 'x']]
  finds_postgresql [[
~ column t.a: text not null default 'x'::text]]
case { "alter_column", "t", "a", type = types.enum("e", { "a", "other" }) }
  postgresql [[ALTER TABLE t ALTER COLUMN a TYPE e USING a::text::e]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(5), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  refused_postgresql [[op.alter_column: the enum type 'e' exists with the values 'a', 'b', not with 'a', 'other']]
  finds_sqlite [[
~ column t.a: VARCHAR(5) null]]
case { "alter_column", "t", "n", schema = "s", type = types.biginteger, server_default = 4,
  new_column_name = "m", comment = "in s" }
  postgresql [[ALTER TABLE s.t ALTER COLUMN n TYPE BIGINT;
ALTER TABLE s.t ALTER COLUMN n SET DEFAULT 4;
COMMENT ON COLUMN s.t.n IS 'in s';
ALTER TABLE s.t RENAME n TO m]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, m BIGINT DEFAULT 4)]]
  finds_sqlite [[
- column t.n
+ column t.m: BIGINT null default 4
~ table t: (id, a, m)]]
  finds_postgresql [[
- column t.n
+ column t.m: bigint null default 4 comment 'in s'
~ table t: (id, a, m)]]
case { "alter_column", "t", "a", schema = "s", type = types.string(9), nullable = false }
  postgresql [[ALTER TABLE s.t ALTER COLUMN a TYPE VARCHAR(9);
ALTER TABLE s.t ALTER COLUMN a SET NOT NULL]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a VARCHAR(9) NOT NULL, n INTEGER)]]
  finds_sqlite [[
~ column t.a: VARCHAR(9) not null]]
  finds_postgresql [[
~ column t.a: character varying(9) not null]]
case { "alter_column", "u", "a", schema = "s", new_column_name = "z" }
  before { { "create_table", "u", { { "a", types.integer, index = true }, { "b", types.integer,
    computed = "a + 1" }, check("a > 0", { name = "ck_u" }) }, schema = "s" } }
  postgresql [[ALTER TABLE s.u RENAME a TO z]]
  copied [[CREATE TABLE u (
    z INTEGER,
    b INTEGER GENERATED ALWAYS AS (z + 1),
    CONSTRAINT ck_u CHECK (z > 0)
)]]
  finds_sqlite [[
- column u.a
~ check u ck_u: z > 0
~ column u.b: INTEGER null computed (z + 1) virtual
+ column u.z: INTEGER null
~ index u ix_s_u_a: (z)
~ table u: (z, b)]]
  finds_postgresql [[
- column u.a
~ check u ck_u: z > 0
~ column u.b: integer null computed (z + 1) stored
+ column u.z: integer null
~ index u ix_s_u_a: (z)
~ table u: (z, b)]]
case { "alter_column", "u", "a", type = types.string(5) }
  before { { "create_table", "u", { { "a", types.text } }, sqlite_strict = true } }
  postgresql [[ALTER TABLE u ALTER COLUMN a TYPE VARCHAR(5)]]
  refused_sqlite [[op.alter_column: column 'a': a STRICT table cannot hold the type VARCHAR(5)]]
  finds_postgresql [[
~ column u.a: character varying(5) null]]
case { "alter_column", "u", "a", type = types.integer }
  before { { "create_table", "u", { { "a", types.smallinteger } }, sqlite_with_rowid = nil } }
  postgresql [[ALTER TABLE u ALTER COLUMN a TYPE INTEGER]]
  copied [[CREATE TABLE u (
    a INTEGER
)]]
  finds_sqlite [[
~ column u.a: INTEGER null]]
  finds_postgresql [[
~ column u.a: integer null]]
case { "alter_column", "g", "l", type = types.array(types.string(5)) }
  postgresql [=[ALTER TABLE g ALTER COLUMN l TYPE VARCHAR(5)[]]=]
  refused_sqlite [[op.alter_column: column 'l': types.array exists on PostgreSQL only]]
  finds_postgresql [[
~ column g.l: character varying(5)[] null]]
case { "alter_column", "g", "tz", server_default = sql.now, nullable = false }
  postgresql [[ALTER TABLE g ALTER COLUMN tz SET NOT NULL;
ALTER TABLE g ALTER COLUMN tz SET DEFAULT CURRENT_TIMESTAMP]]
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j JSON, r TEXT, l TEXT, e VARCHAR(1) DEFAULT 'a' CONSTRAINT e CHECK (e IN ('a', 'b')), tz DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL, n INTEGER, CONSTRAINT ck_g CHECK (n > 0))]]
  finds_sqlite [[
~ column g.tz: DATETIME not null default CURRENT_TIMESTAMP]]
  finds_postgresql [[
~ column g.tz: timestamp with time zone not null default CURRENT_TIMESTAMP]]
case { "alter_column", "g", "e", new_column_name = "kind" }
  postgresql [[ALTER TABLE g RENAME e TO kind]]
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j JSON, r TEXT, l TEXT, kind VARCHAR(1) DEFAULT 'a' CONSTRAINT e CHECK (kind IN ('a', 'b')), tz DATETIME, n INTEGER, CONSTRAINT ck_g CHECK (n > 0))]]
  finds_sqlite [[
- column g.e
~ check g e: kind IN ('a', 'b')
+ column g.kind: VARCHAR(1) null default 'a'
~ table g: (id, j, r, l, kind, tz, n)]]
  finds_postgresql [[
- column g.e
+ column g.kind: e null default 'a'::e
~ table g: (id, j, r, l, kind, tz, n)]]
case { "alter_column", "g", "r", comment = "a range" }
  postgresql [[COMMENT ON COLUMN g.r IS 'a range']]
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j JSON, r TEXT, l TEXT, e VARCHAR(1) DEFAULT 'a' CONSTRAINT e CHECK (e IN ('a', 'b')), tz DATETIME, n INTEGER, CONSTRAINT ck_g CHECK (n > 0))]]
  finds_sqlite ""
  finds_postgresql [[
~ column g.r: int4range null comment 'a range']]
case { "alter_column", "t", "id", nullable = true }
  postgresql [[ALTER TABLE t ALTER COLUMN id DROP NOT NULL]]
  copied [[CREATE TABLE t (id INTEGER, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  refused_postgresql [[column "id" is in a primary key]]
  finds_sqlite [[
~ column t.id: INTEGER null key]]
