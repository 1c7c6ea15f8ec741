-- luacheck: ignore 113 631
-- Tables dropped and renamed.

case { "drop_table", "t" }
  both [[DROP TABLE t]]
  finds [[
- column t.a
- column t.b
- column t.id
- column t.n
- column t.p_id
- primary key t pk_t
- table t]]
case { "drop_table", "t", if_exists = true }
  both [[DROP TABLE IF EXISTS t]]
  finds [[
- column t.a
- column t.b
- column t.id
- column t.n
- column t.p_id
- primary key t pk_t
- table t]]
case { "drop_table", "nix", if_exists = true }
  both [[DROP TABLE IF EXISTS nix]]
  finds ""
case { "drop_table", "c", cascade = true }
  sqlite [[DROP TABLE c]]
  postgresql [[DROP TABLE c CASCADE]]
  finds_sqlite [[
- check c ck_c
- column c.id
- column c.k
- column c.v
- column c.w
- foreign key c fk_c
- index c ix_c_v
- primary key c pk_c
- table c
- unique c uq_c]]
  finds_postgresql [[
- check c ck_c
- column c.id
- column c.k
- column c.v
- column c.w
- foreign key c fk_c
- index c ix_c_v
- primary key c pk_c
- table c
- unique c uq_c
- view kept
- view seen]]
case { "drop_table", "t", schema = "s" }
  both [[DROP TABLE s.t]]
  finds_sqlite [[
- column t.a
- column t.id
- column t.n
- primary key t
- table t]]
  finds_postgresql [[
- column t.a
- column t.id
- column t.n
- primary key t t_pkey
- table t]]
case { "rename_table", "t", "people" }
  both [[ALTER TABLE t RENAME TO people]]
  finds_sqlite [[
- column t.a
- column t.b
- column t.id
- column t.n
- column t.p_id
- primary key t pk_t
- table t
+ column people.a: VARCHAR(40) null
+ column people.b: TEXT null
+ column people.id: INTEGER not null key
+ column people.n: INTEGER null default 0
+ column people.p_id: INTEGER null
+ primary key people pk_t: (id)
+ table people: (id, a, b, n, p_id)]]
  finds_postgresql [[
- column t.a
- column t.b
- column t.id
- column t.n
- column t.p_id
- primary key t pk_t
- table t
+ column people.a: character varying(40) null
+ column people.b: text null
+ column people.id: integer not null key
+ column people.n: integer null default 0
+ column people.p_id: integer null
+ primary key people pk_t: (id)
+ table people: (id, a, b, n, p_id)]]
case { "rename_table", "t", "Order" }
  both [[ALTER TABLE t RENAME TO "Order"]]
  finds_sqlite [[
- column t.a
- column t.b
- column t.id
- column t.n
- column t.p_id
- primary key t pk_t
- table t
+ column Order.a: VARCHAR(40) null
+ column Order.b: TEXT null
+ column Order.id: INTEGER not null key
+ column Order.n: INTEGER null default 0
+ column Order.p_id: INTEGER null
+ primary key Order pk_t: (id)
+ table Order: (id, a, b, n, p_id)]]
  finds_postgresql [[
- column t.a
- column t.b
- column t.id
- column t.n
- column t.p_id
- primary key t pk_t
- table t
+ column Order.a: character varying(40) null
+ column Order.b: text null
+ column Order.id: integer not null key
+ column Order.n: integer null default 0
+ column Order.p_id: integer null
+ primary key Order pk_t: (id)
+ table Order: (id, a, b, n, p_id)]]
case { "rename_table", "p", "parents" }
  both [[ALTER TABLE p RENAME TO parents]]
  finds_sqlite [[
- column p.id
- column p.x
- column p.y
- primary key p
- table p
- unique p uq_p
+ column parents.id: INTEGER not null key
+ column parents.x: INTEGER null
+ column parents.y: INTEGER null
+ primary key parents: (id)
+ table parents: (id, x, y)
+ unique parents uq_p: (x, y)]]
  finds_postgresql [[
- column p.id
- column p.x
- column p.y
- primary key p p_pkey
- table p
- unique p uq_p
+ column parents.id: integer not null key
+ column parents.x: integer null
+ column parents.y: integer null
+ primary key parents p_pkey: (id)
+ table parents: (id, x, y)
+ unique parents uq_p: (x, y)]]
case { "rename_table", "t", "u", schema = "s" }
  both [[ALTER TABLE s.t RENAME TO u]]
  finds_sqlite [[
- column t.a
- column t.id
- column t.n
- primary key t
- table t
+ column u.a: TEXT null
+ column u.id: INTEGER not null key
+ column u.n: INTEGER null
+ primary key u: (id)
+ table u: (id, a, n)]]
  finds_postgresql [[
- column t.a
- column t.id
- column t.n
- primary key t t_pkey
- table t
+ column u.a: text null
+ column u.id: integer not null key
+ column u.n: integer null
+ primary key u t_pkey: (id)
+ table u: (id, a, n)]]
case { "drop_table", 'x"; DROP TABLE c; --', if_exists = true }
  both [[DROP TABLE IF EXISTS "x""; DROP TABLE c; --"]]
  finds ""
case { "drop_table", "c", if_exists = true, cascade = true }
  sqlite [[DROP TABLE IF EXISTS c]]
  postgresql [[DROP TABLE IF EXISTS c CASCADE]]
  finds_sqlite [[
- check c ck_c
- column c.id
- column c.k
- column c.v
- column c.w
- foreign key c fk_c
- index c ix_c_v
- primary key c pk_c
- table c
- unique c uq_c]]
  finds_postgresql [[
- check c ck_c
- column c.id
- column c.k
- column c.v
- column c.w
- foreign key c fk_c
- index c ix_c_v
- primary key c pk_c
- table c
- unique c uq_c
- view kept
- view seen]]
case { "drop_table", "p" }
  both [[DROP TABLE p]]
  refused_postgresql [[cannot drop table p because other objects depend on it
DETAIL: constraint fk_c on table c depends on table p]]
  finds_sqlite [[
- column p.id
- column p.x
- column p.y
- primary key p
- table p
- unique p uq_p]]
case { "drop_table", "p", cascade = true }
  touches { "p", "c" }
  sqlite [[DROP TABLE p]]
  postgresql [[DROP TABLE p CASCADE]]
  finds_sqlite [[
- column p.id
- column p.x
- column p.y
- primary key p
- table p
- unique p uq_p]]
  finds_postgresql [[
- column p.id
- column p.x
- column p.y
- foreign key c fk_c
- primary key p p_pkey
- table p
- unique p uq_p]]
case { "drop_table", "nix" }
  both [[DROP TABLE nix]]
  refused_sqlite [[no such table: nix]]
  refused_postgresql [[table "nix" does not exist]]
case { "drop_table", "t", schema = "s", if_exists = true, cascade = true }
  sqlite [[DROP TABLE IF EXISTS s.t]]
  postgresql [[DROP TABLE IF EXISTS s.t CASCADE]]
  finds_sqlite [[
- column t.a
- column t.id
- column t.n
- primary key t
- table t]]
  finds_postgresql [[
- column t.a
- column t.id
- column t.n
- primary key t t_pkey
- table t]]
case { "drop_table", "t", schema = "a.b", if_exists = true }
  both [[DROP TABLE IF EXISTS "a.b".t]]
  finds ""
case { "rename_table", "c", "kids" }
  both [[ALTER TABLE c RENAME TO kids]]
  finds_sqlite [[
- check c ck_c
- column c.id
- column c.k
- column c.v
- column c.w
- foreign key c fk_c
- index c ix_c_v
- primary key c pk_c
- table c
- unique c uq_c
+ check kids ck_c: w > 0
+ column kids.id: INTEGER not null key
+ column kids.k: INTEGER not null
+ column kids.v: TEXT null default 'v'
+ column kids.w: INTEGER null
+ foreign key kids fk_c: (w) -> p (id)
+ index kids ix_c_v: (v)
+ primary key kids pk_c: (id)
+ table kids: (id, k, v, w)
+ unique kids uq_c: (k)
~ view seen: CREATE VIEW seen AS SELECT k FROM "kids"]]
  finds_postgresql [[
- check c ck_c
- column c.id
- column c.k
- column c.v
- column c.w
- foreign key c fk_c
- index c ix_c_v
- primary key c pk_c
- table c
- unique c uq_c
+ check kids ck_c: w > 0
+ column kids.id: integer not null key
+ column kids.k: integer not null
+ column kids.v: text null default 'v'::text
+ column kids.w: integer null
+ foreign key kids fk_c: (w) -> p (id)
+ index kids ix_c_v: (v)
+ primary key kids pk_c: (id)
+ table kids: (id, k, v, w)
+ unique kids uq_c: (k)
~ view kept: materialized SELECT k FROM kids;
~ view seen: SELECT k FROM kids;]]
case { "rename_table", "p", "Parents" }
  touches { "p", "Parents", "c" }
  both [[ALTER TABLE p RENAME TO "Parents"]]
  finds_sqlite [[
- column p.id
- column p.x
- column p.y
- primary key p
- table p
- unique p uq_p
+ column Parents.id: INTEGER not null key
+ column Parents.x: INTEGER null
+ column Parents.y: INTEGER null
~ foreign key c fk_c: (w) -> Parents (id)
+ primary key Parents: (id)
+ table Parents: (id, x, y)
+ unique Parents uq_p: (x, y)]]
  finds_postgresql [[
- column p.id
- column p.x
- column p.y
- primary key p p_pkey
- table p
- unique p uq_p
+ column Parents.id: integer not null key
+ column Parents.x: integer null
+ column Parents.y: integer null
~ foreign key c fk_c: (w) -> Parents (id)
+ primary key Parents p_pkey: (id)
+ table Parents: (id, x, y)
+ unique Parents uq_p: (x, y)]]
case { "rename_table", "t", "T" }
  both [[ALTER TABLE t RENAME TO "T"]]
  refused_sqlite [[op.rename_table: there is already another table or index with this name: T]]
  finds_postgresql [[
- column t.a
- column t.b
- column t.id
- column t.n
- column t.p_id
- primary key t pk_t
- table t
+ column T.a: character varying(40) null
+ column T.b: text null
+ column T.id: integer not null key
+ column T.n: integer null default 0
+ column T.p_id: integer null
+ primary key T pk_t: (id)
+ table T: (id, a, b, n, p_id)]]
case { "rename_table", "nix", "u" }
  both [[ALTER TABLE nix RENAME TO u]]
  refused_sqlite [[op.rename_table: no such table: nix]]
  refused_postgresql [[relation "nix" does not exist]]
case { "rename_table", "t", "c" }
  both [[ALTER TABLE t RENAME TO c]]
  refused_sqlite [[op.rename_table: there is already another table or index with this name: c]]
  refused_postgresql [[relation "c" already exists]]
case { "rename_table", "u", "v" }
  before { { "create_table", "u", { { "id", types.integer, primary_key = true },
    { "u_id", types.integer, references = { "u", "id" }, index = true } } } }
  both [[ALTER TABLE u RENAME TO v]]
  finds_sqlite [[
- column u.id
- column u.u_id
- foreign key u
- index u ix_u_u_id
- primary key u
- table u
+ column v.id: INTEGER not null key
+ column v.u_id: INTEGER null
+ foreign key v: (u_id) -> v (id)
+ index v ix_u_u_id: (u_id)
+ primary key v: (id)
+ table v: (id, u_id)]]
  finds_postgresql [[
- column u.id
- column u.u_id
- foreign key u u_u_id_fkey
- index u ix_u_u_id
- primary key u u_pkey
- table u
+ column v.id: integer not null default nextval('u_id_seq'::regclass) key autoincrement
+ column v.u_id: integer null
+ foreign key v u_u_id_fkey: (u_id) -> v (id)
+ index v ix_u_u_id: (u_id)
+ primary key v u_pkey: (id)
~ sequence u_id_seq: integer of v.id
+ table v: (id, u_id)]]
case { "rename_table", "T", "Other", schema = "Odd S" }
  before { { "create_schema", "Odd S" }, { "create_table", "T", { { "id", types.integer,
    primary_key = true } }, schema = "Odd S" } }
  both [[ALTER TABLE "Odd S"."T" RENAME TO "Other"]]
  refused_sqlite [[op.create_schema: schemas are created on PostgreSQL only]]
  finds_postgresql [[
- column T.id
- primary key T T_pkey
- table T
+ column Other.id: integer not null default nextval('"Odd S"."T_id_seq"'::regclass) key autoincrement
+ primary key Other T_pkey: (id)
~ sequence T_id_seq: integer of Other.id
+ table Other: (id)]]
case { "rename_table", "u", "v", schema = "s" }
  before { { "create_table", "u", { { "id", types.integer, primary_key = true }, { "t_id",
    types.integer, references = { "t", "id" }, index = true } }, schema = "s" } }
  both [[ALTER TABLE s.u RENAME TO v]]
  finds_sqlite [[
- column u.id
- column u.t_id
- foreign key u
- index u ix_s_u_t_id
- primary key u
- table u
+ column v.id: INTEGER not null key
+ column v.t_id: INTEGER null
+ foreign key v: (t_id) -> t (id)
+ index v ix_s_u_t_id: (t_id)
+ primary key v: (id)
+ table v: (id, t_id)]]
  finds_postgresql [[
- column u.id
- column u.t_id
- foreign key u u_t_id_fkey
- index u ix_s_u_t_id
- primary key u u_pkey
- table u
+ column v.id: integer not null default nextval('s.u_id_seq'::regclass) key autoincrement
+ column v.t_id: integer null
+ foreign key v u_t_id_fkey: (t_id) -> t (id)
+ index v ix_s_u_t_id: (t_id)
+ primary key v u_pkey: (id)
~ sequence u_id_seq: integer of v.id
+ table v: (id, t_id)]]
