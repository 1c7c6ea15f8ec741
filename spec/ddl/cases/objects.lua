-- luacheck: ignore 113 631
-- Comments, sequences, views, schemas, extensions.

-- comments
case { "create_table_comment", "t", "what it's for" }
  sqlite ""
  postgresql [[COMMENT ON TABLE t IS 'what it''s for']]
  finds_sqlite ""
  finds_postgresql [[
+ comment t: what it's for]]
case { "drop_table_comment", "t" }
  sqlite ""
  postgresql [[COMMENT ON TABLE t IS NULL]]
  finds ""
case { "create_table_comment", "t", "in s", schema = "s" }
  sqlite ""
  postgresql [[COMMENT ON TABLE s.t IS 'in s']]
  finds_sqlite ""
  finds_postgresql [[
+ comment t: in s]]
case { "create_table_comment", "t", "two\nlines \\ 'x'" }
  sqlite ""
  postgresql [[COMMENT ON TABLE t IS 'two
lines \ ''x''']]
  finds_sqlite ""
  finds_postgresql [[
+ comment t: two\nlines \ 'x']]
case { "create_table_comment", "t", "" }
  sqlite ""
  postgresql [[COMMENT ON TABLE t IS '']]
  finds ""
case { "create_table_comment", "Odd T", "x" }
  before { { "create_table", "Odd T", { { "a", types.text } } } }
  sqlite ""
  postgresql [[COMMENT ON TABLE "Odd T" IS 'x']]
  finds_sqlite ""
  finds_postgresql [[
+ comment Odd T: x]]
case { "drop_table_comment", "u" }
  before { { "create_table", "u", { { "a", types.text, comment = "kept" } }, comment = "gone" } }
  sqlite ""
  postgresql [[COMMENT ON TABLE u IS NULL]]
  finds_sqlite ""
  finds_postgresql [[
- comment u]]
case { "drop_table_comment", "t", schema = "s" }
  before { { "create_table_comment", "t", "gone", schema = "s" } }
  sqlite ""
  postgresql [[COMMENT ON TABLE s.t IS NULL]]
  finds_sqlite ""
  finds_postgresql [[
- comment t]]
case { "alter_column", "u", "a", comment = null, existing_comment = "gone" }
  before { { "create_table", "u", { { "a", types.text, comment = "gone" } } } }
  postgresql [[COMMENT ON COLUMN u.a IS NULL]]
  copied [[CREATE TABLE u (
    a TEXT
)]]
  finds_sqlite ""
  finds_postgresql [[
~ column u.a: text null]]
case { "alter_column", "t", "a", comment = "in s", schema = "s" }
  postgresql [[COMMENT ON COLUMN s.t.a IS 'in s']]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, n INTEGER)]]
  finds_sqlite ""
  finds_postgresql [[
~ column t.a: text null comment 'in s']]

-- sequences
case { "create_sequence", "q2" }
  postgresql [[CREATE SEQUENCE q2]]
  refused_sqlite [[op.create_sequence: sequences exist on PostgreSQL only]]
  finds_postgresql [[
+ sequence q2: bigint]]
case { "create_sequence", "q2", start = 100, increment = 10 }
  postgresql [[CREATE SEQUENCE q2 INCREMENT BY 10 START WITH 100]]
  refused_sqlite [[op.create_sequence: sequences exist on PostgreSQL only]]
  finds_postgresql [[
+ sequence q2: bigint start 100 by 10]]
case { "create_sequence", "q2", minvalue = 1, maxvalue = 9, cycle = true, cache = 5 }
  postgresql [[CREATE SEQUENCE q2 MINVALUE 1 MAXVALUE 9 CACHE 5 CYCLE]]
  refused_sqlite [[op.create_sequence: sequences exist on PostgreSQL only]]
  finds_postgresql [[
+ sequence q2: bigint to 9 cache 5 cycle]]
case { "create_sequence", "q2", schema = "s", data_type = types.integer }
  postgresql [[CREATE SEQUENCE s.q2 AS INTEGER]]
  refused_sqlite [[op.create_sequence: sequences exist on PostgreSQL only]]
  finds_postgresql [[
+ sequence q2: integer]]
case { "create_sequence", "q", if_not_exists = true }
  postgresql [[CREATE SEQUENCE IF NOT EXISTS q]]
  refused_sqlite [[op.create_sequence: sequences exist on PostgreSQL only]]
  finds_postgresql ""
case { "create_sequence", "Q 2" }
  postgresql [[CREATE SEQUENCE "Q 2"]]
  refused_sqlite [[op.create_sequence: sequences exist on PostgreSQL only]]
  finds_postgresql [[
+ sequence Q 2: bigint]]
case { "drop_sequence", "q" }
  postgresql [[DROP SEQUENCE q]]
  refused_sqlite [[op.drop_sequence: sequences exist on PostgreSQL only]]
  finds_postgresql [[
- sequence q]]
case { "drop_sequence", "q", if_exists = true, cascade = true }
  postgresql [[DROP SEQUENCE IF EXISTS q CASCADE]]
  refused_sqlite [[op.drop_sequence: sequences exist on PostgreSQL only]]
  finds_postgresql [[
- sequence q]]
case { "drop_sequence", "nix", if_exists = true }
  postgresql [[DROP SEQUENCE IF EXISTS nix]]
  refused_sqlite [[op.drop_sequence: sequences exist on PostgreSQL only]]
  finds_postgresql ""
case { "create_sequence", "q2", schema = "s", start = 5, increment = 2, minvalue = 1,
  maxvalue = 100, cache = 3, cycle = true, if_not_exists = true, data_type = types.smallinteger }
  postgresql [[CREATE SEQUENCE IF NOT EXISTS s.q2 AS SMALLINT INCREMENT BY 2 START WITH 5 MINVALUE 1 MAXVALUE 100 CACHE 3 CYCLE]]
  refused_sqlite [[op.create_sequence: sequences exist on PostgreSQL only]]
  finds_postgresql [[
+ sequence q2: smallint start 5 by 2 to 100 cache 3 cycle]]
case { "create_sequence", "q2", start = -1, increment = -1, minvalue = -50, maxvalue = -1,
  cycle = false }
  postgresql [[CREATE SEQUENCE q2 INCREMENT BY -1 START WITH -1 MINVALUE -50 MAXVALUE -1 NO CYCLE]]
  refused_sqlite [[op.create_sequence: sequences exist on PostgreSQL only]]
  finds_postgresql [[
+ sequence q2: bigint start -1 by -1 from -50 to -1]]
case { "create_sequence", "q2", data_type = types.biginteger }
  postgresql [[CREATE SEQUENCE q2 AS BIGINT]]
  refused_sqlite [[op.create_sequence: sequences exist on PostgreSQL only]]
  finds_postgresql [[
+ sequence q2: bigint]]
case { "create_sequence", "q2", data_type = types.text }
  refused_sqlite [[op.create_sequence: sequences exist on PostgreSQL only]]
  refused_postgresql [[op.create_sequence: data_type: a sequence is of types.integer, types.biginteger or types.smallinteger]]
case { "create_sequence", "q2", maxvalue = math.maxinteger - 1 }
  postgresql [[CREATE SEQUENCE q2 MAXVALUE 9223372036854775806]]
  refused_sqlite [[op.create_sequence: sequences exist on PostgreSQL only]]
  finds_postgresql [[
+ sequence q2: bigint to 9223372036854775806]]
case { "create_sequence", "q" }
  postgresql [[CREATE SEQUENCE q]]
  refused_sqlite [[op.create_sequence: sequences exist on PostgreSQL only]]
  refused_postgresql [[relation "q" already exists]]
case { "drop_sequence", "q", schema = "public" }
  postgresql [[DROP SEQUENCE public.q]]
  refused_sqlite [[op.drop_sequence: sequences exist on PostgreSQL only]]
  finds_postgresql [[
- sequence q]]
case { "drop_sequence", "q2", cascade = true }
  before { { "create_sequence", "q2" }, { "create_table", "u", { { "a", types.integer,
    server_default = sql "nextval('q2')" } } } }
  touches { "u" }
  postgresql [[DROP SEQUENCE q2 CASCADE]]
  refused_sqlite [[op.create_sequence: sequences exist on PostgreSQL only]]
  finds_postgresql [[
- sequence q2
~ column u.a: integer null]]
case { "drop_sequence", "nix" }
  postgresql [[DROP SEQUENCE nix]]
  refused_sqlite [[op.drop_sequence: sequences exist on PostgreSQL only]]
  refused_postgresql [[sequence "nix" does not exist]]

-- views
case { "create_view", "v", "SELECT id, a FROM t WHERE n > 0" }
  both [[CREATE VIEW v AS SELECT id, a FROM t WHERE n > 0]]
  finds_sqlite [[
+ view v: CREATE VIEW v AS SELECT id, a FROM t WHERE n > 0]]
  finds_postgresql [[
+ view v: SELECT id, a FROM t WHERE (n > 0);]]
case { "create_view", "v", sql "SELECT count(*) AS many FROM t" }
  both [[CREATE VIEW v AS SELECT count(*) AS many FROM t]]
  finds_sqlite [[
+ view v: CREATE VIEW v AS SELECT count(*) AS many FROM t]]
  finds_postgresql [[
+ view v: SELECT count(*) AS many FROM t;]]
case { "create_view", "v", "SELECT a FROM t -- the end" }
  both [[CREATE VIEW v AS SELECT a FROM t -- the end]]
  finds_sqlite [[
+ view v: CREATE VIEW v AS SELECT a FROM t -- the end]]
  finds_postgresql [[
+ view v: SELECT a FROM t;]]
case { "create_view", "seen", "SELECT k FROM c WHERE k > 1", replace = true }
  sqlite [[DROP VIEW IF EXISTS seen;
CREATE VIEW seen AS SELECT k FROM c WHERE k > 1]]
  postgresql [[CREATE OR REPLACE VIEW seen AS SELECT k FROM c WHERE k > 1]]
  finds_sqlite [[
~ view seen: CREATE VIEW seen AS SELECT k FROM c WHERE k > 1]]
  finds_postgresql [[
~ view seen: SELECT k FROM c WHERE (k > 1);]]
case { "create_view", "seen", "SELECT 1 AS k", if_not_exists = true }
  sqlite [[CREATE VIEW IF NOT EXISTS seen AS SELECT 1 AS k]]
  finds ""
case { "create_view", "v", "SELECT a FROM t", schema = "s" }
  both [[CREATE VIEW s.v AS SELECT a FROM t]]
  finds_sqlite [[
+ view v: CREATE VIEW v AS SELECT a FROM t]]
  finds_postgresql [[
+ view v: SELECT a FROM t;]]
case { "create_view", "v", "SELECT a FROM t", materialized = true }
  postgresql [[CREATE MATERIALIZED VIEW v AS SELECT a FROM t]]
  refused_sqlite [[op.create_view: materialized views exist on PostgreSQL only]]
  finds_postgresql [[
+ view v: materialized SELECT a FROM t;]]
case { "create_view", "Odd View", 'SELECT a AS "A b" FROM t' }
  both [[CREATE VIEW "Odd View" AS SELECT a AS "A b" FROM t]]
  finds_sqlite [[
+ view Odd View: CREATE VIEW "Odd View" AS SELECT a AS "A b" FROM t]]
  finds_postgresql [[
+ view Odd View: SELECT a AS "A b" FROM t;]]
case { "drop_view", "seen" }
  both [[DROP VIEW seen]]
  finds [[
- view seen]]
case { "drop_view", "seen", if_exists = true }
  both [[DROP VIEW IF EXISTS seen]]
  finds [[
- view seen]]
case { "drop_view", "nix", if_exists = true }
  both [[DROP VIEW IF EXISTS nix]]
  finds ""
case { "drop_view", "seen", cascade = true }
  sqlite [[DROP VIEW seen]]
  postgresql [[DROP VIEW seen CASCADE]]
  finds [[
- view seen]]
case { "drop_view", "kept", materialized = true }
  postgresql [[DROP MATERIALIZED VIEW kept]]
  refused_sqlite [[op.drop_view: materialized views exist on PostgreSQL only]]
  finds_postgresql [[
- view kept]]
case { "create_view", "v", "SELECT a\nFROM t;\n" }
  both [[CREATE VIEW v AS SELECT a
FROM t]]
  finds_sqlite [[
+ view v: CREATE VIEW v AS SELECT a FROM t]]
  finds_postgresql [[
+ view v: SELECT a FROM t;]]
case { "create_view", "v", "SELECT a FROM t", materialized = true, if_not_exists = true }
  postgresql [[CREATE MATERIALIZED VIEW IF NOT EXISTS v AS SELECT a FROM t]]
  refused_sqlite [[op.create_view: materialized views exist on PostgreSQL only]]
  finds_postgresql [[
+ view v: materialized SELECT a FROM t;]]
case { "create_view", "kept", "SELECT 1 AS one", materialized = true, if_not_exists = true }
  postgresql [[CREATE MATERIALIZED VIEW IF NOT EXISTS kept AS SELECT 1 AS one]]
  refused_sqlite [[op.create_view: materialized views exist on PostgreSQL only]]
  finds_postgresql ""
case { "create_view", "seen", "SELECT k, v FROM c", replace = true }
  sqlite [[DROP VIEW IF EXISTS seen;
CREATE VIEW seen AS SELECT k, v FROM c]]
  postgresql [[CREATE OR REPLACE VIEW seen AS SELECT k, v FROM c]]
  finds_sqlite [[
~ view seen: CREATE VIEW seen AS SELECT k, v FROM c]]
  finds_postgresql [[
~ view seen: SELECT k, v FROM c;]]
case { "create_view", "fresh", "SELECT k FROM c", replace = true }
  sqlite [[DROP VIEW IF EXISTS fresh;
CREATE VIEW fresh AS SELECT k FROM c]]
  postgresql [[CREATE OR REPLACE VIEW fresh AS SELECT k FROM c]]
  finds_sqlite [[
+ view fresh: CREATE VIEW fresh AS SELECT k FROM c]]
  finds_postgresql [[
+ view fresh: SELECT k FROM c;]]
case { "create_view", "v", "SELECT 1", materialized = true, replace = true }
  refused_sqlite [[op.create_view: materialized views exist on PostgreSQL only]]
  refused_postgresql [[op.create_view: PostgreSQL cannot replace a materialized view]]
case { "create_view", "v", "SELECT 1", replace = true, if_not_exists = true }
  refused [[op.create_view: replace and if_not_exists cannot both be given]]
case { "create_view", "v", "SELECT id FROM t", if_not_exists = true }
  sqlite [[CREATE VIEW IF NOT EXISTS v AS SELECT id FROM t]]
  finds_sqlite [[
+ view v: CREATE VIEW v AS SELECT id FROM t]]
  finds_postgresql [[
+ view v: SELECT id FROM t;]]
case { "create_view", "v", "SELECT t.a, c.v FROM t JOIN c ON t.id = c.id WHERE c.v <> 'it''s'" }
  both [[CREATE VIEW v AS SELECT t.a, c.v FROM t JOIN c ON t.id = c.id WHERE c.v <> 'it''s']]
  finds_sqlite [[
+ view v: CREATE VIEW v AS SELECT t.a, c.v FROM t JOIN c ON t.id = c.id WHERE c.v <> 'it''s']]
  finds_postgresql [[
+ view v: SELECT t.a, c.v FROM (t JOIN c ON ((t.id = c.id))) WHERE (c.v <> 'it''s'::text);]]
case { "create_view", "v", "WITH x AS (SELECT id FROM t) SELECT id FROM x" }
  both [[CREATE VIEW v AS WITH x AS (SELECT id FROM t) SELECT id FROM x]]
  finds_sqlite [[
+ view v: CREATE VIEW v AS WITH x AS (SELECT id FROM t) SELECT id FROM x]]
  finds_postgresql [[
+ view v: WITH x AS ( SELECT id FROM t ) SELECT id FROM x;]]
case { "create_view", "v", "SELECT a FROM nix" }
  both [[CREATE VIEW v AS SELECT a FROM nix]]
  refused_postgresql [[relation "nix" does not exist]]
  finds_sqlite [[
+ view v: CREATE VIEW v AS SELECT a FROM nix]]
case { "create_view", "t", "SELECT 1 AS a" }
  both [[CREATE VIEW t AS SELECT 1 AS a]]
  refused_sqlite [[table t already exists]]
  refused_postgresql [[relation "t" already exists]]
case { "drop_view", "v", schema = "s", if_exists = true, cascade = true }
  before { { "create_view", "v", "SELECT 1 AS a", schema = "s" } }
  sqlite [[DROP VIEW IF EXISTS s.v]]
  postgresql [[DROP VIEW IF EXISTS s.v CASCADE]]
  finds [[
- view v]]
case { "drop_view", "kept", materialized = true, if_exists = true, cascade = true }
  postgresql [[DROP MATERIALIZED VIEW IF EXISTS kept CASCADE]]
  refused_sqlite [[op.drop_view: materialized views exist on PostgreSQL only]]
  finds_postgresql [[
- view kept]]
case { "drop_view", "v" }
  before { { "create_view", "v", "SELECT a FROM t" } }
  both [[DROP VIEW v]]
  finds [[
- view v]]
case { "drop_view", "nix" }
  both [[DROP VIEW nix]]
  refused_sqlite [[no such view: nix]]
  refused_postgresql [[view "nix" does not exist]]
case { "drop_view", "t" }
  both [[DROP VIEW t]]
  refused_sqlite [[use DROP TABLE to delete table t]]
  refused_postgresql [["t" is not a view]]
case { "create_view", "v", "SELECT id, a FROM s.t", schema = "s" }
  both [[CREATE VIEW s.v AS SELECT id, a FROM s.t]]
  finds_sqlite [[
+ view v: CREATE VIEW v AS SELECT id, a FROM s.t]]
  finds_postgresql [[
+ view v: SELECT id, a FROM s.t;]]
case { "create_view", "v", "SELECT 1 AS one", schema = "s", replace = true }
  before { { "create_view", "v", "SELECT 2 AS one", schema = "s" } }
  sqlite [[DROP VIEW IF EXISTS s.v;
CREATE VIEW s.v AS SELECT 1 AS one]]
  postgresql [[CREATE OR REPLACE VIEW s.v AS SELECT 1 AS one]]
  finds_sqlite [[
~ view v: CREATE VIEW v AS SELECT 1 AS one]]
  finds_postgresql [[
~ view v: SELECT 1 AS one;]]
case { "create_view", "v", "SELECT 1 AS one", schema = "s", if_not_exists = true }
  sqlite [[CREATE VIEW IF NOT EXISTS s.v AS SELECT 1 AS one]]
  finds_sqlite [[
+ view v: CREATE VIEW v AS SELECT 1 AS one]]
  finds_postgresql [[
+ view v: SELECT 1 AS one;]]
case { "create_view", "m", "SELECT a FROM s.t", schema = "s", materialized = true }
  postgresql [[CREATE MATERIALIZED VIEW s.m AS SELECT a FROM s.t]]
  refused_sqlite [[op.create_view: materialized views exist on PostgreSQL only]]
  finds_postgresql [[
+ view m: materialized SELECT a FROM s.t;]]
case { "drop_view", "m", schema = "s", materialized = true }
  before { { "create_view", "m", "SELECT 1 AS one", schema = "s", materialized = true } }
  postgresql [[DROP MATERIALIZED VIEW s.m]]
  refused_sqlite [[op.create_view: materialized views exist on PostgreSQL only]]
  finds_postgresql [[
- view m]]

-- schemas and extensions
case { "create_schema", "s2" }
  postgresql [[CREATE SCHEMA s2]]
  refused_sqlite [[op.create_schema: schemas are created on PostgreSQL only]]
  finds_postgresql [[
+ schema s2]]
case { "create_schema", "Odd Schema" }
  postgresql [[CREATE SCHEMA "Odd Schema"]]
  refused_sqlite [[op.create_schema: schemas are created on PostgreSQL only]]
  finds_postgresql [[
+ schema Odd Schema]]
case { "create_schema", "s", if_not_exists = true }
  postgresql [[CREATE SCHEMA IF NOT EXISTS s]]
  refused_sqlite [[op.create_schema: schemas are created on PostgreSQL only]]
  finds_postgresql ""
case { "drop_schema", "s", cascade = true }
  postgresql [[DROP SCHEMA s CASCADE]]
  refused_sqlite [[op.drop_schema: schemas are dropped on PostgreSQL only]]
  finds_postgresql [[
- schema s]]
case { "drop_schema", "nix", if_exists = true }
  postgresql [[DROP SCHEMA IF EXISTS nix]]
  refused_sqlite [[op.drop_schema: schemas are dropped on PostgreSQL only]]
  finds_postgresql ""
case { "create_extension", "plpgsql", if_not_exists = true }
  postgresql [[CREATE EXTENSION IF NOT EXISTS plpgsql]]
  refused_sqlite [[op.create_extension: extensions exist on PostgreSQL only]]
  finds_postgresql ""
case { "create_extension", "btree_gist", schema = "s" }
  postgresql [[CREATE EXTENSION btree_gist SCHEMA s]]
  refused_sqlite [[op.create_extension: extensions exist on PostgreSQL only]]
  finds_postgresql [[
+ extension btree_gist: s]]
case { "drop_extension", "nix", if_exists = true }
  postgresql [[DROP EXTENSION IF EXISTS nix]]
  refused_sqlite [[op.drop_extension: extensions exist on PostgreSQL only]]
  finds_postgresql ""
case { "create_schema", "a.b", if_not_exists = true }
  postgresql [[CREATE SCHEMA IF NOT EXISTS "a.b"]]
  refused_sqlite [[op.create_schema: schemas are created on PostgreSQL only]]
  finds_postgresql [[
+ schema a.b]]
case { "create_schema", "s" }
  postgresql [[CREATE SCHEMA s]]
  refused_sqlite [[op.create_schema: schemas are created on PostgreSQL only]]
  refused_postgresql [[schema "s" already exists]]
case { "drop_schema", "s2" }
  before { { "create_schema", "s2" } }
  postgresql [[DROP SCHEMA s2]]
  refused_sqlite [[op.create_schema: schemas are created on PostgreSQL only]]
  finds_postgresql [[
- schema s2]]
case { "drop_schema", "s" }
  postgresql [[DROP SCHEMA s]]
  refused_sqlite [[op.drop_schema: schemas are dropped on PostgreSQL only]]
  refused_postgresql [[cannot drop schema s because other objects depend on it
DETAIL: type s.e depends on schema s
type s.short depends on schema s
table s.t depends on schema s]]
case { "drop_schema", "s2", if_exists = true, cascade = true }
  before { { "create_schema", "s2" }, { "create_sequence", "q", schema = "s2" } }
  postgresql [[DROP SCHEMA IF EXISTS s2 CASCADE]]
  refused_sqlite [[op.create_schema: schemas are created on PostgreSQL only]]
  finds_postgresql [[
- schema s2]]
case { "create_extension", "uuid-ossp", schema = "s", if_not_exists = true, cascade = true }
  postgresql [[CREATE EXTENSION IF NOT EXISTS "uuid-ossp" SCHEMA s CASCADE]]
  refused_sqlite [[op.create_extension: extensions exist on PostgreSQL only]]
  finds_postgresql [[
+ extension uuid-ossp: s]]
case { "create_extension", "citext" }
  postgresql [[CREATE EXTENSION citext]]
  refused_sqlite [[op.create_extension: extensions exist on PostgreSQL only]]
  finds_postgresql [[
+ extension citext: public]]
case { "drop_extension", "citext", cascade = true }
  before { { "create_extension", "citext" }, { "create_table", "u", { { "a", types.citext },
    { "b", types.text } } } }
  touches { "u" }
  postgresql [[DROP EXTENSION citext CASCADE]]
  refused_sqlite [[op.create_extension: extensions exist on PostgreSQL only]]
  finds_postgresql [[
- column u.a
- extension citext
~ table u: (b)]]
case { "drop_extension", "nix", if_exists = true, cascade = true }
  postgresql [[DROP EXTENSION IF EXISTS nix CASCADE]]
  refused_sqlite [[op.drop_extension: extensions exist on PostgreSQL only]]
  finds_postgresql ""
case { "drop_extension", "hstore" }
  before { { "create_extension", "hstore" } }
  postgresql [[DROP EXTENSION hstore]]
  refused_sqlite [[op.create_extension: extensions exist on PostgreSQL only]]
  finds_postgresql [[
- extension hstore]]
