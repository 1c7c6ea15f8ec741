-- luacheck: ignore 113 631
-- UNIQUE, CHECK and EXCLUDE of new tables.

case { "create_table", "u", { { "email", types.string(255), nullable = false, unique = true } } }
  both [[CREATE TABLE u (
    email VARCHAR(255) NOT NULL,
    UNIQUE (email)
)]]
  finds_sqlite [[
+ column u.email: VARCHAR(255) not null
+ table u: (email)
+ unique u: (email)]]
  finds_postgresql [[
+ column u.email: character varying(255) not null
+ table u: (email)
+ unique u u_email_key: (email)]]
case { "create_table", "u", { { "email", types.string(255), unique = true, index = true } } }
  both [[CREATE TABLE u (
    email VARCHAR(255)
);
CREATE UNIQUE INDEX ix_u_email ON u (email)]]
  finds_sqlite [[
+ column u.email: VARCHAR(255) null
+ index u ix_u_email: unique (email)
+ table u: (email)]]
  finds_postgresql [[
+ column u.email: character varying(255) null
+ index u ix_u_email: unique (email)
+ table u: (email)]]
case { "create_table", "u", { { "a", types.integer }, { "b", types.integer },
  unique({ "a", "b" }, { name = "uq_u_a_b" }) } }
  both [[CREATE TABLE u (
    a INTEGER,
    b INTEGER,
    CONSTRAINT uq_u_a_b UNIQUE (a, b)
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ column u.b: INTEGER null
+ table u: (a, b)
+ unique u uq_u_a_b: (a, b)]]
  finds_postgresql [[
+ column u.a: integer null
+ column u.b: integer null
+ table u: (a, b)
+ unique u uq_u_a_b: (a, b)]]
case { "create_table", "u", { { "a", types.integer }, { "b", types.integer }, unique { "b", "a" } } }
  both [[CREATE TABLE u (
    a INTEGER,
    b INTEGER,
    UNIQUE (b, a)
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ column u.b: INTEGER null
+ table u: (a, b)
+ unique u: (b, a)]]
  finds_postgresql [[
+ column u.a: integer null
+ column u.b: integer null
+ table u: (a, b)
+ unique u u_b_a_key: (b, a)]]
case { "create_table", "u", { { "a", types.integer }, unique({ "a" }, { name = "uq_u",
  deferrable = true, initially = "DEFERRED" }) } }
  postgresql [[CREATE TABLE u (
    a INTEGER,
    CONSTRAINT uq_u UNIQUE (a) DEFERRABLE INITIALLY DEFERRED
)]]
  refused_sqlite [[op.create_table: only foreign keys can be deferrable on SQLite]]
  finds_postgresql [[
+ column u.a: integer null
+ table u: (a)
+ unique u uq_u: (a) deferrable initially DEFERRED]]
case { "create_table", "u", { { "a", types.integer }, { "b", types.integer }, unique({ "a" },
  { name = "uq_u", postgresql_nulls_not_distinct = true, postgresql_include = { "b" } }) } }
  since(15)
  sqlite [[CREATE TABLE u (
    a INTEGER,
    b INTEGER,
    CONSTRAINT uq_u UNIQUE (a)
)]]
  postgresql [[CREATE TABLE u (
    a INTEGER,
    b INTEGER,
    CONSTRAINT uq_u UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b)
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ column u.b: INTEGER null
+ table u: (a, b)
+ unique u uq_u: (a)]]
  finds_postgresql [[
+ column u.a: integer null
+ column u.b: integer null
+ table u: (a, b)
+ unique u uq_u: (a) include (b) nulls not distinct]]
case { "create_table", "u", { { "a", types.integer, check = "a > 0" } } }
  both [[CREATE TABLE u (
    a INTEGER CHECK (a > 0)
)]]
  finds_sqlite [[
+ check u: a > 0
+ column u.a: INTEGER null
+ table u: (a)]]
  finds_postgresql [[
+ check u u_a_check: a > 0
+ column u.a: integer null
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, check = { "a BETWEEN 1 AND 5",
  name = "ck_u_a" } } } }
  both [[CREATE TABLE u (
    a INTEGER CONSTRAINT ck_u_a CHECK (a BETWEEN 1 AND 5)
)]]
  finds_sqlite [[
+ check u ck_u_a: a BETWEEN 1 AND 5
+ column u.a: INTEGER null
+ table u: (a)]]
  finds_postgresql [[
+ check u ck_u_a: (a >= 1) AND (a <= 5)
+ column u.a: integer null
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer }, { "b", types.integer },
  check("a < b OR b IS NULL", { name = "ck_u" }), check("a <> 7", { name = "ck_u_7" }) } }
  both [[CREATE TABLE u (
    a INTEGER,
    b INTEGER,
    CONSTRAINT ck_u CHECK (a < b OR b IS NULL),
    CONSTRAINT ck_u_7 CHECK (a <> 7)
)]]
  finds_sqlite [[
+ check u ck_u: a < b OR b IS NULL
+ check u ck_u_7: a <> 7
+ column u.a: INTEGER null
+ column u.b: INTEGER null
+ table u: (a, b)]]
  finds_postgresql [[
+ check u ck_u: (a < b) OR (b IS NULL)
+ check u ck_u_7: a <> 7
+ column u.a: integer null
+ column u.b: integer null
+ table u: (a, b)]]
case { "create_table", "u", { { "a", types.text }, check("a IN ('x', 'it''s')") } }
  both [[CREATE TABLE u (
    a TEXT,
    CHECK (a IN ('x', 'it''s'))
)]]
  finds_sqlite [[
+ check u: a IN ('x', 'it''s')
+ column u.a: TEXT null
+ table u: (a)]]
  finds_postgresql [[
+ check u u_a_check: a = ANY (ARRAY['x'::text, 'it''s'::text])
+ column u.a: text null
+ table u: (a)]]
case { "create_table", "u", { { "r", types.int4range }, exclude({ { "r", "&&" } },
  { name = "ex_u", using = "gist" }) } }
  postgresql [[CREATE TABLE u (
    r INT4RANGE,
    CONSTRAINT ex_u EXCLUDE USING gist (r WITH &&)
)]]
  refused_sqlite [[op.create_table: column 'r': types.int4range exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.r: int4range null
+ exclude u ex_u: EXCLUDE USING gist (r WITH &&)
+ table u: (r)]]
case { "create_table", "u", { { "n", types.integer }, exclude({ { "n", "=" } },
  { name = "ex_u", using = "btree", where = "n > 0", deferrable = true }) } }
  postgresql [[CREATE TABLE u (
    n INTEGER,
    CONSTRAINT ex_u EXCLUDE USING btree (n WITH =) WHERE (n > 0) DEFERRABLE
)]]
  refused_sqlite [[op.create_table: exclude constraints exist on PostgreSQL only]]
  finds_postgresql [[
+ column u.n: integer null
+ exclude u ex_u: EXCLUDE USING btree (n WITH =) WHERE ((n > 0)) DEFERRABLE
+ table u: (n)]]
case { "create_table", "u", { { "a", types.integer }, unique({ "a" }, { deferrable = true,
  initially = "IMMEDIATE" }) } }
  postgresql [[CREATE TABLE u (
    a INTEGER,
    UNIQUE (a) DEFERRABLE INITIALLY IMMEDIATE
)]]
  refused_sqlite [[op.create_table: only foreign keys can be deferrable on SQLite]]
  finds_postgresql [[
+ column u.a: integer null
+ table u: (a)
+ unique u u_a_key: (a) deferrable]]
case { "create_table", "u", { { "a", types.integer }, { "b", types.integer }, unique({ "a" },
  { postgresql_include = { "b" } }) } }
  sqlite [[CREATE TABLE u (
    a INTEGER,
    b INTEGER,
    UNIQUE (a)
)]]
  postgresql [[CREATE TABLE u (
    a INTEGER,
    b INTEGER,
    UNIQUE (a) INCLUDE (b)
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ column u.b: INTEGER null
+ table u: (a, b)
+ unique u: (a)]]
  finds_postgresql [[
+ column u.a: integer null
+ column u.b: integer null
+ table u: (a, b)
+ unique u u_a_b_key: (a) include (b)]]
case { "create_table", "u", { { "a", types.integer }, unique({ "a" }, { name = "Uq U",
  postgresql_nulls_not_distinct = true }) } }
  since(15)
  sqlite [[CREATE TABLE u (
    a INTEGER,
    CONSTRAINT "Uq U" UNIQUE (a)
)]]
  postgresql [[CREATE TABLE u (
    a INTEGER,
    CONSTRAINT "Uq U" UNIQUE NULLS NOT DISTINCT (a)
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ table u: (a)
+ unique u Uq U: (a)]]
  finds_postgresql [[
+ column u.a: integer null
+ table u: (a)
+ unique u Uq U: (a) nulls not distinct]]
case { "create_table", "u", { { "a", types.text, unique = true }, { "b", types.text,
  unique = true }, unique { "a", "b" } } }
  both [[CREATE TABLE u (
    a TEXT,
    b TEXT,
    UNIQUE (a),
    UNIQUE (b),
    UNIQUE (a, b)
)]]
  finds_sqlite [[
+ column u.a: TEXT null
+ column u.b: TEXT null
+ table u: (a, b)
+ unique u: (a)
+ unique u 2: (b)
+ unique u 3: (a, b)]]
  finds_postgresql [[
+ column u.a: text null
+ column u.b: text null
+ table u: (a, b)
+ unique u u_a_b_key: (a, b)
+ unique u u_a_key: (a)
+ unique u u_b_key: (b)]]
case { "create_table", "u", { { "a", types.text, check = "a <> ''" }, { "b", types.integer,
  check = { "b > 0", name = "ck_b" } } } }
  both [[CREATE TABLE u (
    a TEXT CHECK (a <> ''),
    b INTEGER CONSTRAINT ck_b CHECK (b > 0)
)]]
  finds_sqlite [[
+ check u: a <> ''
+ check u ck_b: b > 0
+ column u.a: TEXT null
+ column u.b: INTEGER null
+ table u: (a, b)]]
  finds_postgresql [[
+ check u ck_b: b > 0
+ check u u_a_check: a <> ''::text
+ column u.a: text null
+ column u.b: integer null
+ table u: (a, b)]]
case { "create_table", "u", { { "a", types.integer, check = "a > 0 -- x" } } }
  both [[CREATE TABLE u (
    a INTEGER CHECK (a > 0 -- x
)
)]]
  finds_sqlite [[
+ check u: a > 0
+ column u.a: INTEGER null
+ table u: (a)]]
  finds_postgresql [[
+ check u u_a_check: a > 0
+ column u.a: integer null
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text }, check(sql "length(a) > 1", { name = "ck_u" }),
  check("a <> 'x''y'") } }
  both [[CREATE TABLE u (
    a TEXT,
    CONSTRAINT ck_u CHECK (length(a) > 1),
    CHECK (a <> 'x''y')
)]]
  finds_sqlite [[
+ check u: a <> 'x''y'
+ check u ck_u: length(a) > 1
+ column u.a: TEXT null
+ table u: (a)]]
  finds_postgresql [[
+ check u ck_u: length(a) > 1
+ check u u_a_check: a <> 'x''y'::text
+ column u.a: text null
+ table u: (a)]]
case { "create_table", "u", { { "a", types.boolean }, check("a", { name = "Ck U" }) } }
  both [[CREATE TABLE u (
    a BOOLEAN,
    CONSTRAINT "Ck U" CHECK (a)
)]]
  finds_sqlite [[
+ check u Ck U: a
+ column u.a: BOOLEAN null
+ table u: (a)]]
  finds_postgresql [[
+ check u Ck U: a
+ column u.a: boolean null
+ table u: (a)]]
case { "create_table", "u", { { "room", types.integer }, { "during", types.tsrange },
  exclude({ { "room", "=" }, { "during", "&&" } }, { name = "ex_u" }) } }
  before { { "create_extension", "btree_gist" } }
  postgresql [[CREATE TABLE u (
    room INTEGER,
    during TSRANGE,
    CONSTRAINT ex_u EXCLUDE USING gist (room WITH =, during WITH &&)
)]]
  refused_sqlite [[op.create_extension: extensions exist on PostgreSQL only]]
  finds_postgresql [[
+ column u.during: tsrange null
+ column u.room: integer null
+ exclude u ex_u: EXCLUDE USING gist (room WITH =, during WITH &&)
+ table u: (room, during)]]
case { "create_table", "u", { { "n", types.integer }, exclude({ { sql "int4range(n, n + 1)",
  "&&" } }, { name = "ex_u", where = "n > 0", deferrable = true, initially = "DEFERRED" }) } }
  postgresql [[CREATE TABLE u (
    n INTEGER,
    CONSTRAINT ex_u EXCLUDE USING gist ((int4range(n, n + 1)) WITH &&) WHERE (n > 0) DEFERRABLE INITIALLY DEFERRED
)]]
  refused_sqlite [[op.create_table: exclude constraints exist on PostgreSQL only]]
  finds_postgresql [[
+ column u.n: integer null
+ exclude u ex_u: EXCLUDE USING gist (int4range(n, (n + 1)) WITH &&) WHERE ((n > 0)) DEFERRABLE INITIALLY DEFERRED
+ table u: (n)]]
case { "create_table", "u", { { "n", types.integer }, exclude({ { "n", "=" } },
  { using = "hash" }) } }
  postgresql [[CREATE TABLE u (
    n INTEGER,
    EXCLUDE USING hash (n WITH =)
)]]
  refused_sqlite [[op.create_table: exclude constraints exist on PostgreSQL only]]
  finds_postgresql [[
+ column u.n: integer null
+ exclude u u_n_excl: EXCLUDE USING hash (n WITH =)
+ table u: (n)]]
case { "create_table", "u", { { "a", types.integer }, { "r", types.int4range },
  unique({ "a" }, { name = "uq", deferrable = true, initially = "DEFERRED",
  postgresql_nulls_not_distinct = true, postgresql_include = { "r" } }),
  exclude({ { "r", "&&" }, { sql "int4range(a, a + 1)", "=" } }, { name = "ex", using = "gist",
  where = "a > 0", deferrable = true }), foreign_key({ "a" }, "p", { "id" }, { name = "fk",
  match = "SIMPLE", onupdate = "SET NULL", referent_schema = "public" }),
  check("a > 1", { name = "ck" }) } }
  since(15)
  postgresql [[CREATE TABLE u (
    a INTEGER,
    r INT4RANGE,
    CONSTRAINT uq UNIQUE NULLS NOT DISTINCT (a) INCLUDE (r) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ex EXCLUDE USING gist (r WITH &&, (int4range(a, a + 1)) WITH =) WHERE (a > 0) DEFERRABLE,
    CONSTRAINT fk FOREIGN KEY(a) REFERENCES public.p (id) MATCH SIMPLE ON UPDATE SET NULL,
    CONSTRAINT ck CHECK (a > 1)
)]]
  refused_sqlite [[op.create_table: column 'r': types.int4range exists on PostgreSQL only]]
  finds_postgresql [[
+ check u ck: a > 1
+ column u.a: integer null
+ column u.r: int4range null
+ exclude u ex: EXCLUDE USING gist (r WITH &&, int4range(a, (a + 1)) WITH =) WHERE ((a > 0)) DEFERRABLE
+ foreign key u fk: (a) -> p (id) on update SET NULL
+ table u: (a, r)
+ unique u uq: (a) deferrable initially DEFERRED include (r) nulls not distinct]]
