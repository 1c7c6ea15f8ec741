-- luacheck: ignore 113 631
-- Columns dropped.

case { "drop_column", "t", "b" }
  both [[ALTER TABLE t DROP COLUMN b]]
  finds [[
- column t.b
~ table t: (id, a, n, p_id)]]
case { "drop_column", "t", "b", if_exists = true }
  sqlite [[ALTER TABLE t DROP COLUMN b]]
  postgresql [[ALTER TABLE t DROP COLUMN IF EXISTS b]]
  finds [[
- column t.b
~ table t: (id, a, n, p_id)]]
case { "drop_column", "t", "nix", if_exists = true }
  sqlite [[ALTER TABLE t DROP COLUMN nix]]
  postgresql [[ALTER TABLE t DROP COLUMN IF EXISTS nix]]
  finds ""
case { "drop_column", "c", "v" }
  both [[ALTER TABLE c DROP COLUMN v]]
  finds [[
- column c.v
- index c ix_c_v
~ table c: (id, k, w)]]
case { "drop_column", "c", "w" }
  both [[ALTER TABLE c DROP COLUMN w]]
  finds [[
- check c ck_c
- column c.w
- foreign key c fk_c
~ table c: (id, k, v)]]
case { "drop_column", "c", "k", cascade = true }
  sqlite [[ALTER TABLE c DROP COLUMN k]]
  postgresql [[ALTER TABLE c DROP COLUMN k CASCADE]]
  refused_sqlite [[op.drop_column: this would break the view 'seen': no such column: k]]
  finds_postgresql [[
- column c.k
- unique c uq_c
- view kept
- view seen
~ table c: (id, v, w)]]
case { "drop_column", "t", "a", schema = "s" }
  both [[ALTER TABLE s.t DROP COLUMN a]]
  finds [[
- column t.a
~ table t: (id, n)]]
case { "drop_column", "p", "y" }
  both [[ALTER TABLE p DROP COLUMN y]]
  refused_sqlite [[op.drop_column: the column 'y' cannot be dropped: it shares a constraint with other columns: CONSTRAINT uq_p UNIQUE (x, y)]]
  finds_postgresql [[
- column p.y
- unique p uq_p
~ table p: (id, x)]]
case { "drop_column", "p", "y", cascade = true }
  sqlite [[ALTER TABLE p DROP COLUMN y]]
  postgresql [[ALTER TABLE p DROP COLUMN y CASCADE]]
  refused_sqlite [[op.drop_column: the column 'y' cannot be dropped: it shares a constraint with other columns: CONSTRAINT uq_p UNIQUE (x, y)]]
  finds_postgresql [[
- column p.y
- unique p uq_p
~ table p: (id, x)]]
case { "drop_column", "t", "id" }
  both [[ALTER TABLE t DROP COLUMN id]]
  finds [[
- column t.id
- primary key t pk_t
~ table t: (a, b, n, p_id)]]
case { "drop_column", "t", "n", if_exists = true, cascade = true }
  sqlite [[ALTER TABLE t DROP COLUMN n]]
  postgresql [[ALTER TABLE t DROP COLUMN IF EXISTS n CASCADE]]
  finds [[
- column t.n
~ table t: (id, a, b, p_id)]]
case { "drop_column", "t", "nix" }
  both [[ALTER TABLE t DROP COLUMN nix]]
  refused_sqlite [[op.drop_column: the table 't' has no column 'nix']]
  refused_postgresql [[column "nix" of relation "t" does not exist]]
case { "drop_column", "u", "b" }
  before { { "create_table", "u", { { "a", types.integer }, { "b", types.integer, comment = "x",
    server_default = 2 }, { "c", types.integer } } } }
  both [[ALTER TABLE u DROP COLUMN b]]
  finds [[
- column u.b
~ table u: (a, c)]]
case { "drop_column", "u", "b" }
  before { { "create_table", "u", { { "a", types.integer }, { "b", types.integer },
    unique({ "a", "b" }, { name = "uq_u" }), check("a > 0", { name = "ck_u" }) } } }
  both [[ALTER TABLE u DROP COLUMN b]]
  refused_sqlite [[op.drop_column: the column 'b' cannot be dropped: it shares a constraint with other columns: CONSTRAINT uq_u UNIQUE (a, b)]]
  finds_postgresql [[
- column u.b
- unique u uq_u
~ table u: (a)]]
case { "drop_column", "u", "b" }
  before { { "create_table", "u", { { "a", types.integer }, { "b", types.integer,
    computed = "a + 1" } } } }
  both [[ALTER TABLE u DROP COLUMN b]]
  finds [[
- column u.b
~ table u: (a)]]
case { "drop_column", "u", "a" }
  since(15)
  before { { "create_table", "u", { { "a", types.integer }, { "b", types.integer,
    computed = "a + 1" } } } }
  both [[ALTER TABLE u DROP COLUMN a]]
  refused_sqlite [[op.drop_column: the column 'a' cannot be dropped: the column 'b' is computed from it]]
  refused_postgresql [[cannot drop column a of table u because other objects depend on it
DETAIL: column b of table u depends on column a of table u]]
case { "drop_column", "t", "a", schema = "s", if_exists = true, cascade = true }
  sqlite [[ALTER TABLE s.t DROP COLUMN a]]
  postgresql [[ALTER TABLE s.t DROP COLUMN IF EXISTS a CASCADE]]
  finds [[
- column t.a
~ table t: (id, n)]]
case { "drop_column", "u", "b", schema = "s" }
  before { { "create_table", "u", { { "a", types.integer }, { "b", types.integer, check = "b > 0",
    references = { "t", "id" } } }, schema = "s" } }
  both [[ALTER TABLE s.u DROP COLUMN b]]
  finds_sqlite [[
- check u
- column u.b
- foreign key u
~ table u: (a)]]
  finds_postgresql [[
- check u u_b_check
- column u.b
- foreign key u u_b_fkey
~ table u: (a)]]
case { "drop_column", "u", "b" }
  before { { "create_table", "u", { { "a", types.integer }, { "b", types.integer,
    check = { "b > 0", name = "ck_u" }, unique = true } } } }
  both [[ALTER TABLE u DROP COLUMN b]]
  finds_sqlite [[
- check u ck_u
- column u.b
- unique u
~ table u: (a)]]
  finds_postgresql [[
- check u ck_u
- column u.b
- unique u u_b_key
~ table u: (a)]]
case { "drop_column", "u", "b" }
  before { { "create_table", "u", { { "a", types.integer }, { "b", types.integer, index = true } } } }
  both [[ALTER TABLE u DROP COLUMN b]]
  finds [[
- column u.b
- index u ix_u_b
~ table u: (a)]]
case { "drop_column", "u", "a" }
  before { { "create_table", "u", { { "a", types.integer } } } }
  both [[ALTER TABLE u DROP COLUMN a]]
  refused_sqlite [[op.drop_column: the column 'a' cannot be dropped: the table 'u' has no other]]
  finds_postgresql [[
- column u.a
~ table u: ()]]
