-- luacheck: ignore 113 631
-- Indexes: in a new table, and by themselves.

-- in a new table
case { "create_table", "u", { { "a", types.text, index = true }, { "b", types.text, index = true } } }
  both [[CREATE TABLE u (
    a TEXT,
    b TEXT
);
CREATE INDEX ix_u_a ON u (a);
CREATE INDEX ix_u_b ON u (b)]]
  finds_sqlite [[
+ column u.a: TEXT null
+ column u.b: TEXT null
+ index u ix_u_a: (a)
+ index u ix_u_b: (b)
+ table u: (a, b)]]
  finds_postgresql [[
+ column u.a: text null
+ column u.b: text null
+ index u ix_u_a: (a)
+ index u ix_u_b: (b)
+ table u: (a, b)]]
case { "create_table", "u", { { "a", types.text }, index { "a" } } }
  both [[CREATE TABLE u (
    a TEXT
);
CREATE INDEX ix_u_a ON u (a)]]
  finds_sqlite [[
+ column u.a: TEXT null
+ index u ix_u_a: (a)
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null
+ index u ix_u_a: (a)
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text }, { "b", types.text }, index({ "a", "b" },
  { name = "ix_u", unique = true }) } }
  both [[CREATE TABLE u (
    a TEXT,
    b TEXT
);
CREATE UNIQUE INDEX ix_u ON u (a, b)]]
  finds_sqlite [[
+ column u.a: TEXT null
+ column u.b: TEXT null
+ index u ix_u: unique (a, b)
+ table u: (a, b)]]
  finds_postgresql [[
+ column u.a: text null
+ column u.b: text null
+ index u ix_u: unique (a, b)
+ table u: (a, b)]]
case { "create_table", "u", { { "a", types.text }, index({ sql "lower(a)" },
  { name = "ix_u_lower", unique = true }) } }
  both [[CREATE TABLE u (
    a TEXT
);
CREATE UNIQUE INDEX ix_u_lower ON u ((lower(a)))]]
  finds_sqlite [[
+ column u.a: TEXT null
+ index u ix_u_lower: unique (<lower(a)>)
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null
+ index u ix_u_lower: unique (<lower(a)>)
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text }, { "gone", types.boolean }, index({ "a" },
  { name = "ix_u_a", where = "NOT gone" }) } }
  both [[CREATE TABLE u (
    a TEXT,
    gone BOOLEAN
);
CREATE INDEX ix_u_a ON u (a) WHERE NOT gone]]
  finds_sqlite [[
+ column u.a: TEXT null
+ column u.gone: BOOLEAN null
+ index u ix_u_a: (a) where NOT gone
+ table u: (a, gone)]]
  finds_postgresql [[
+ column u.a: text null
+ column u.gone: boolean null
+ index u ix_u_a: (a) where NOT gone
+ table u: (a, gone)]]
case { "create_table", "u", { { "a", types.text }, index({ sql "a DESC" }, { name = "ix_u" }) } }
  both [[CREATE TABLE u (
    a TEXT
);
CREATE INDEX ix_u ON u ((a) DESC)]]
  finds_sqlite [[
+ column u.a: TEXT null
+ index u ix_u: (a desc)
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null
+ index u ix_u: (a desc)
+ table u: (a)]]
case { "create_table", "u", { { "j", types.jsonb }, index({ "j" }, { name = "ix_u_j",
  postgresql_using = "gin", postgresql_ops = { j = "jsonb_path_ops" } }) } }
  postgresql [[CREATE TABLE u (
    j JSONB
);
CREATE INDEX ix_u_j ON u USING gin (j jsonb_path_ops)]]
  refused_sqlite [[op.create_table: column 'j': types.jsonb exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.j: jsonb null
+ index u ix_u_j: (j) using gin ops {j = jsonb_path_ops}
+ table u: (j)]]
case { "create_table", "u", { { "a", types.text }, index({ "a" }, { name = "ix_u",
  postgresql_using = "hash" }) } }
  sqlite [[CREATE TABLE u (
    a TEXT
);
CREATE INDEX ix_u ON u (a)]]
  postgresql [[CREATE TABLE u (
    a TEXT
);
CREATE INDEX ix_u ON u USING hash (a)]]
  finds_sqlite [[
+ column u.a: TEXT null
+ index u ix_u: (a)
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null
+ index u ix_u: (a) using hash
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text }, { "b", types.text }, index({ "a", sql "b DESC" },
  { name = "ix_u", postgresql_include = { "b" }, sqlite_where = "a <> ''" }) } }
  sqlite [[CREATE TABLE u (
    a TEXT,
    b TEXT
);
CREATE INDEX ix_u ON u (a, (b) DESC) WHERE a <> '']]
  postgresql [[CREATE TABLE u (
    a TEXT,
    b TEXT
);
CREATE INDEX ix_u ON u (a, (b) DESC) INCLUDE (b)]]
  finds_sqlite [[
+ column u.a: TEXT null
+ column u.b: TEXT null
+ index u ix_u: (a, b desc) where a <> ''
+ table u: (a, b)]]
  finds_postgresql [[
+ column u.a: text null
+ column u.b: text null
+ index u ix_u: (a, b desc) include (b)
+ table u: (a, b)]]
case { "create_table", "u", { { "a", types.integer }, index({ sql "a + 2 -- z" },
  { name = "ix_u" }) } }
  both [[CREATE TABLE u (
    a INTEGER
);
CREATE INDEX ix_u ON u ((a + 2 -- z
))]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ index u ix_u: (<a + 2>)
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null
+ index u ix_u: (<(a + 2)>)
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text }, index({ "a" }, { unique = true,
  where = "a <> ''", postgresql_nulls_not_distinct = true }), index({ "a" },
  { name = "ix_brin", postgresql_using = "brin", postgresql_with = { pages_per_range = 8 } }) } }
  since(15)
  sqlite [[CREATE TABLE u (
    a TEXT
);
CREATE UNIQUE INDEX ix_u_a ON u (a) WHERE a <> '';
CREATE INDEX ix_brin ON u (a)]]
  postgresql [[CREATE TABLE u (
    a TEXT
);
CREATE UNIQUE INDEX ix_u_a ON u (a) NULLS NOT DISTINCT WHERE a <> '';
CREATE INDEX ix_brin ON u USING brin (a) WITH (pages_per_range = 8)]]
  finds_sqlite [[
+ column u.a: TEXT null
+ index u ix_brin: (a)
+ index u ix_u_a: unique (a) where a <> ''
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null
+ index u ix_brin: (a) using brin with {pages_per_range = 8.0}
+ index u ix_u_a: unique (a) nulls not distinct where a <> ''::text
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text }, index({ "a" }, {
  postgresql_concurrently = true }) } }
  sqlite [[CREATE TABLE u (
    a TEXT
);
CREATE INDEX ix_u_a ON u (a)]]
  postgresql [[CREATE TABLE u (
    a TEXT
);
CREATE INDEX CONCURRENTLY ix_u_a ON u (a)]]
  refused_postgresql [[op.create_table: postgresql_concurrently cannot run inside a transaction]]
  finds_sqlite [[
+ column u.a: TEXT null
+ index u ix_u_a: (a)
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text }, index({ "a" }, {
  postgresql_tablespace = "pg_default", unique = true }) } }
  sqlite [[CREATE TABLE u (
    a TEXT
);
CREATE UNIQUE INDEX ix_u_a ON u (a)]]
  postgresql [[CREATE TABLE u (
    a TEXT
);
CREATE UNIQUE INDEX ix_u_a ON u (a) TABLESPACE pg_default]]
  finds_sqlite [[
+ column u.a: TEXT null
+ index u ix_u_a: unique (a)
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null
+ index u ix_u_a: unique (a)
+ table u: (a)]]

-- create_index
case { "create_index", "ix_t_a", "t", { "a" } }
  both [[CREATE INDEX ix_t_a ON t (a)]]
  finds [[
+ index t ix_t_a: (a)]]
case { "create_index", "ix_t_a_b", "t", { "a", "b" } }
  both [[CREATE INDEX ix_t_a_b ON t (a, b)]]
  finds [[
+ index t ix_t_a_b: (a, b)]]
case { "create_index", "uq_t_a", "t", { "a" }, unique = true }
  both [[CREATE UNIQUE INDEX uq_t_a ON t (a)]]
  finds [[
+ index t uq_t_a: unique (a)]]
case { "create_index", "ix_t_lower", "t", { sql "lower(a)" } }
  both [[CREATE INDEX ix_t_lower ON t ((lower(a)))]]
  finds_sqlite [[
+ index t ix_t_lower: (<lower(a)>)]]
  finds_postgresql [[
+ index t ix_t_lower: (<lower((a)::text)>)]]
case { "create_index", "ix_t_mixed", "t", { "n", sql "lower(a)", "b" }, unique = true }
  both [[CREATE UNIQUE INDEX ix_t_mixed ON t (n, (lower(a)), b)]]
  finds_sqlite [[
+ index t ix_t_mixed: unique (n, <lower(a)>, b)]]
  finds_postgresql [[
+ index t ix_t_mixed: unique (n, <lower((a)::text)>, b)]]
case { "create_index", "ix_t_desc", "t", { "n", sql "a DESC" } }
  both [[CREATE INDEX ix_t_desc ON t (n, (a) DESC)]]
  finds [[
+ index t ix_t_desc: (n, a desc)]]
case { "create_index", "ix_t_open", "t", { "a" }, where = "n > 0" }
  both [[CREATE INDEX ix_t_open ON t (a) WHERE n > 0]]
  finds [[
+ index t ix_t_open: (a) where n > 0]]
case { "create_index", "uq_t_open", "t", { "a" }, unique = true, where = "b IS NOT NULL" }
  both [[CREATE UNIQUE INDEX uq_t_open ON t (a) WHERE b IS NOT NULL]]
  finds [[
+ index t uq_t_open: unique (a) where b IS NOT NULL]]
case { "create_index", "ix_t_pg", "t", { "a" }, postgresql_where = "b = 'x'" }
  sqlite [[CREATE INDEX ix_t_pg ON t (a)]]
  postgresql [[CREATE INDEX ix_t_pg ON t (a) WHERE b = 'x']]
  finds_sqlite [[
+ index t ix_t_pg: (a)]]
  finds_postgresql [[
+ index t ix_t_pg: (a) where b = 'x'::text]]
case { "create_index", "ix_t_lite", "t", { "a" }, sqlite_where = "b = 'x'" }
  sqlite [[CREATE INDEX ix_t_lite ON t (a) WHERE b = 'x']]
  postgresql [[CREATE INDEX ix_t_lite ON t (a)]]
  finds_sqlite [[
+ index t ix_t_lite: (a) where b = 'x']]
  finds_postgresql [[
+ index t ix_t_lite: (a)]]
case { "create_index", "ix_t_a", "t", { "a" }, if_not_exists = true }
  both [[CREATE INDEX IF NOT EXISTS ix_t_a ON t (a)]]
  finds [[
+ index t ix_t_a: (a)]]
case { "create_index", "ix_c_v", "c", { "v" }, if_not_exists = true }
  both [[CREATE INDEX IF NOT EXISTS ix_c_v ON c (v)]]
  finds ""
case { "create_index", [3] = "t", [4] = { "n" } }
  both [[CREATE INDEX ix_t_n ON t (n)]]
  finds [[
+ index t ix_t_n: (n)]]
case { "create_index", "ix_t_inc", "t", { "a" }, postgresql_include = { "b", "n" } }
  sqlite [[CREATE INDEX ix_t_inc ON t (a)]]
  postgresql [[CREATE INDEX ix_t_inc ON t (a) INCLUDE (b, n)]]
  finds_sqlite [[
+ index t ix_t_inc: (a)]]
  finds_postgresql [[
+ index t ix_t_inc: (a) include (b, n)]]
case { "create_index", "ix_t_ops", "t", { "a" }, postgresql_ops = { a = "varchar_pattern_ops" } }
  sqlite [[CREATE INDEX ix_t_ops ON t (a)]]
  postgresql [[CREATE INDEX ix_t_ops ON t (a varchar_pattern_ops)]]
  finds_sqlite [[
+ index t ix_t_ops: (a)]]
  finds_postgresql [[
+ index t ix_t_ops: (a) ops {a = varchar_pattern_ops}]]
case { "create_index", "ix_t_with", "t", { "n" }, postgresql_with = { fillfactor = 50 } }
  sqlite [[CREATE INDEX ix_t_with ON t (n)]]
  postgresql [[CREATE INDEX ix_t_with ON t (n) WITH (fillfactor = 50)]]
  finds_sqlite [[
+ index t ix_t_with: (n)]]
  finds_postgresql [[
+ index t ix_t_with: (n) with {fillfactor = 50.0}]]
case { "create_index", "ix_t_hash", "t", { "a" }, postgresql_using = "hash" }
  sqlite [[CREATE INDEX ix_t_hash ON t (a)]]
  postgresql [[CREATE INDEX ix_t_hash ON t USING hash (a)]]
  finds_sqlite [[
+ index t ix_t_hash: (a)]]
  finds_postgresql [[
+ index t ix_t_hash: (a) using hash]]
case { "create_index", "ix_t_brin", "t", { "n" }, postgresql_using = "brin",
  postgresql_with = { pages_per_range = 16 } }
  sqlite [[CREATE INDEX ix_t_brin ON t (n)]]
  postgresql [[CREATE INDEX ix_t_brin ON t USING brin (n) WITH (pages_per_range = 16)]]
  finds_sqlite [[
+ index t ix_t_brin: (n)]]
  finds_postgresql [[
+ index t ix_t_brin: (n) using brin with {pages_per_range = 16.0}]]
case { "create_index", "uq_t_nnd", "t", { "p_id" }, unique = true,
  postgresql_nulls_not_distinct = true }
  since(15)
  sqlite [[CREATE UNIQUE INDEX uq_t_nnd ON t (p_id)]]
  postgresql [[CREATE UNIQUE INDEX uq_t_nnd ON t (p_id) NULLS NOT DISTINCT]]
  finds_sqlite [[
+ index t uq_t_nnd: unique (p_id)]]
  finds_postgresql [[
+ index t uq_t_nnd: unique (p_id) nulls not distinct]]
case { "create_index", "ix_g_j", "g", { "j" }, postgresql_using = "gin" }
  sqlite [[CREATE INDEX ix_g_j ON g (j)]]
  postgresql [[CREATE INDEX ix_g_j ON g USING gin (j)]]
  finds_sqlite [[
+ index g ix_g_j: (j)]]
  finds_postgresql [[
+ index g ix_g_j: (j) using gin]]
case { "create_index", "ix_g_l", "g", { "l" }, postgresql_using = "gin",
  postgresql_with = { fastupdate = false } }
  sqlite [[CREATE INDEX ix_g_l ON g (l)]]
  postgresql [[CREATE INDEX ix_g_l ON g USING gin (l) WITH (fastupdate = false)]]
  finds_sqlite [[
+ index g ix_g_l: (l)]]
  finds_postgresql [[
+ index g ix_g_l: (l) using gin with {fastupdate = false}]]
case { "create_index", "ix_g_r", "g", { "r" }, postgresql_using = "gist" }
  sqlite [[CREATE INDEX ix_g_r ON g (r)]]
  postgresql [[CREATE INDEX ix_g_r ON g USING gist (r)]]
  finds_sqlite [[
+ index g ix_g_r: (r)]]
  finds_postgresql [[
+ index g ix_g_r: (r) using gist]]
case { "create_index", "ix_g_path", "g", { sql "(j -> 'a')" }, postgresql_using = "gin",
  where = "j IS NOT NULL" }
  sqlite [[CREATE INDEX ix_g_path ON g (((j -> 'a'))) WHERE j IS NOT NULL]]
  postgresql [[CREATE INDEX ix_g_path ON g USING gin (((j -> 'a'))) WHERE j IS NOT NULL]]
  finds_sqlite [[
+ index g ix_g_path: (<j -> 'a'>) where j IS NOT NULL]]
  finds_postgresql [[
+ index g ix_g_path: (<(j -> 'a'::text)>) using gin where j IS NOT NULL]]
case { "create_index", "ix_g_e", "g", { "e", "tz" }, postgresql_where = "e = 'a'" }
  sqlite [[CREATE INDEX ix_g_e ON g (e, tz)]]
  postgresql [[CREATE INDEX ix_g_e ON g (e, tz) WHERE e = 'a']]
  finds_sqlite [[
+ index g ix_g_e: (e, tz)]]
  finds_postgresql [[
+ index g ix_g_e: (e, tz) where e = 'a'::e]]
case { "create_index", "ix_s_t", "t", { "a" }, schema = "s", unique = true }
  sqlite [[CREATE UNIQUE INDEX s.ix_s_t ON t (a)]]
  postgresql [[CREATE UNIQUE INDEX ix_s_t ON s.t (a)]]
  finds [[
+ index t ix_s_t: unique (a)]]
case { "create_index", "Ix Odd", "t", { "a" } }
  both [[CREATE INDEX "Ix Odd" ON t (a)]]
  finds [[
+ index t Ix Odd: (a)]]
case { "create_index", "ix_t_later", "t", { "a" }, postgresql_concurrently = true }
  sqlite [[CREATE INDEX ix_t_later ON t (a)]]
  postgresql [[CREATE INDEX CONCURRENTLY ix_t_later ON t (a)]]
  refused_postgresql [[op.create_index: postgresql_concurrently cannot run inside a transaction]]
  finds_sqlite [[
+ index t ix_t_later: (a)]]
case { "create_index", "ix_t_cond", "t", { "a" }, sqlite_where = "a IS NULL",
  postgresql_where = "b = ''", where = "id > 1" }
  sqlite [[CREATE INDEX ix_t_cond ON t (a) WHERE a IS NULL]]
  postgresql [[CREATE INDEX ix_t_cond ON t (a) WHERE b = '']]
  finds_sqlite [[
+ index t ix_t_cond: (a) where a IS NULL]]
  finds_postgresql [[
+ index t ix_t_cond: (a) where b = ''::text]]
case { "create_index", "ix_t_all", "t", { "a", "b" }, unique = true, if_not_exists = true,
  where = "a > 'x'" }
  both [[CREATE UNIQUE INDEX IF NOT EXISTS ix_t_all ON t (a, b) WHERE a > 'x']]
  finds_sqlite [[
+ index t ix_t_all: unique (a, b) where a > 'x']]
  finds_postgresql [[
+ index t ix_t_all: unique (a, b) where (a)::text > 'x'::text]]
case { "create_index", "ix_t_order", "t", { sql "a DESC", sql "lower(b)  asc", sql '"n"',
  sql "id -- DESC", sql "n+1 desc -- last" } }
  both [[CREATE INDEX ix_t_order ON t ((a) DESC, (lower(b)) asc, ("n"), (id -- DESC
), (n+1) desc -- last
)]]
  finds_sqlite [[
+ index t ix_t_order: (a desc, <lower(b)>, n, id, <n+1> desc)]]
  finds_postgresql [[
+ index t ix_t_order: (a desc, <lower(b)>, n, id, <(n + 1)> desc)]]
case { "create_index", "ix_t_nulls", "t", { sql "a DESC NULLS LAST", sql "b ASC NULLS FIRST",
  sql "n NULLS FIRST" } }
  both [[CREATE INDEX ix_t_nulls ON t ((a) DESC NULLS LAST, (b) ASC NULLS FIRST, (n) NULLS FIRST)]]
  refused_sqlite [[unsupported use of NULLS LAST]]
  finds_postgresql [[
+ index t ix_t_nulls: (a desc nulls_last, b nulls_first, n nulls_first)]]
case { "create_index", "ix_t_descending", "t", { sql "n DESC", "a" }, unique = true }
  both [[CREATE UNIQUE INDEX ix_t_descending ON t ((n) DESC, a)]]
  finds [[
+ index t ix_t_descending: unique (n desc, a)]]
case { "create_index", "ix_t_expression", "t", { sql "lower(a) DESC" } }
  both [[CREATE INDEX ix_t_expression ON t ((lower(a)) DESC)]]
  finds_sqlite [[
+ index t ix_t_expression: (<lower(a)> desc)]]
  finds_postgresql [[
+ index t ix_t_expression: (<lower((a)::text)> desc)]]
case { "create_index", "ix_t_first", "t", { sql "n DESC NULLS FIRST" } }
  both [[CREATE INDEX ix_t_first ON t ((n) DESC NULLS FIRST)]]
  refused_sqlite [[unsupported use of NULLS FIRST]]
  finds_postgresql [[
+ index t ix_t_first: (n desc)]]
case { "create_index", "ix_t_last", "t", { sql "lower(b) NULLS FIRST" } }
  both [[CREATE INDEX ix_t_last ON t ((lower(b)) NULLS FIRST)]]
  refused_sqlite [[unsupported use of NULLS FIRST]]
  finds_postgresql [[
+ index t ix_t_last: (<lower(b)> nulls_first)]]
case { "create_index", "ix_t_collated", "t", { sql 'a COLLATE "C"' } }
  both [[CREATE INDEX ix_t_collated ON t ((a COLLATE "C"))]]
  refused_sqlite [[no such collation sequence: C]]
  finds_postgresql [[
+ index t ix_t_collated: (a)]]
case { "create_index", "ix_t_collated", "t", { sql "a COLLATE NOCASE" } }
  both [[CREATE INDEX ix_t_collated ON t ((a COLLATE NOCASE))]]
  refused_postgresql [[collation "nocase" for encoding "UTF8" does not exist]]
  finds_sqlite [[
+ index t ix_t_collated: (a)]]
case { "create_index", "ix_t_public", "t", { "a", sql "lower(b) DESC" }, schema = "public",
  unique = true, if_not_exists = true, postgresql_include = { "n" },
  postgresql_ops = { a = "varchar_pattern_ops" }, postgresql_with = { fillfactor = 70 },
  postgresql_tablespace = "pg_default", postgresql_where = "n > 1",
  postgresql_nulls_not_distinct = true, postgresql_using = "btree" }
  since(15)
  sqlite [[CREATE UNIQUE INDEX IF NOT EXISTS public.ix_t_public ON t (a, (lower(b)) DESC)]]
  postgresql [[CREATE UNIQUE INDEX IF NOT EXISTS ix_t_public ON public.t USING btree (a varchar_pattern_ops, (lower(b)) DESC) INCLUDE (n) NULLS NOT DISTINCT WITH (fillfactor = 70) TABLESPACE pg_default WHERE n > 1]]
  refused_sqlite [[unknown database public]]
  finds_postgresql [[
+ index t ix_t_public: unique (a, <lower(b)> desc) include (n) nulls not distinct ops {a = varchar_pattern_ops} with {fillfactor = 70.0} where n > 1]]
case { "create_index", "ix_g_class", "g", { "j" }, postgresql_using = "gin",
  postgresql_ops = { j = sql "pg_catalog.jsonb_path_ops" }, postgresql_with = {
  fastupdate = false } }
  sqlite [[CREATE INDEX ix_g_class ON g (j)]]
  postgresql [[CREATE INDEX ix_g_class ON g USING gin (j pg_catalog.jsonb_path_ops) WITH (fastupdate = false)]]
  finds_sqlite [[
+ index g ix_g_class: (j)]]
  finds_postgresql [[
+ index g ix_g_class: (j) using gin ops {j = jsonb_path_ops} with {fastupdate = false}]]
case { "create_index", "ix_g_tz", "g", { "tz" }, postgresql_using = "brin" }
  sqlite [[CREATE INDEX ix_g_tz ON g (tz)]]
  postgresql [[CREATE INDEX ix_g_tz ON g USING brin (tz)]]
  finds_sqlite [[
+ index g ix_g_tz: (tz)]]
  finds_postgresql [[
+ index g ix_g_tz: (tz) using brin]]
case { "create_index", "ix_g_spgist", "g", { "r" }, postgresql_using = "spgist" }
  sqlite [[CREATE INDEX ix_g_spgist ON g (r)]]
  postgresql [[CREATE INDEX ix_g_spgist ON g USING spgist (r)]]
  finds_sqlite [[
+ index g ix_g_spgist: (r)]]
  finds_postgresql [[
+ index g ix_g_spgist: (r) using spgist]]
case { "create_index", "ix_g_inet", "g", { sql "(n::text)" } }
  both [[CREATE INDEX ix_g_inet ON g (((n::text)))]]
  refused_sqlite [[unrecognized token: ":"]]
  finds_postgresql [[
+ index g ix_g_inet: (<((n)::text)>)]]
case { "create_index", "ix_g_multi", "g", { "n", "tz", "e" }, postgresql_include = { "id" } }
  sqlite [[CREATE INDEX ix_g_multi ON g (n, tz, e)]]
  postgresql [[CREATE INDEX ix_g_multi ON g (n, tz, e) INCLUDE (id)]]
  finds_sqlite [[
+ index g ix_g_multi: (n, tz, e)]]
  finds_postgresql [[
+ index g ix_g_multi: (n, tz, e) include (id)]]
case { "create_index", "ix_t_two", "t", { "a", "b" }, postgresql_ops = { b = "text_pattern_ops" },
  where = "n IS NOT NULL AND (b <> '' OR a = 'x')" }
  sqlite [[CREATE INDEX ix_t_two ON t (a, b) WHERE n IS NOT NULL AND (b <> '' OR a = 'x')]]
  postgresql [[CREATE INDEX ix_t_two ON t (a, b text_pattern_ops) WHERE n IS NOT NULL AND (b <> '' OR a = 'x')]]
  finds_sqlite [[
+ index t ix_t_two: (a, b) where n IS NOT NULL AND (b <> '' OR a = 'x')]]
  finds_postgresql [[
+ index t ix_t_two: (a, b) ops {b = text_pattern_ops} where (n IS NOT NULL) AND ((b <> ''::text) OR ((a)::text = 'x'::text))]]
case { "create_index", "ix_t_same", "t", { "a", sql "lower(a)", "a" } }
  both [[CREATE INDEX ix_t_same ON t (a, (lower(a)), a)]]
  finds_sqlite [[
+ index t ix_t_same: (a, <lower(a)>, a)]]
  finds_postgresql [[
+ index t ix_t_same: (a, <lower((a)::text)>, a)]]
case { "create_index", [3] = "t", [4] = { "a", "b" }, unique = true }
  both [[CREATE UNIQUE INDEX ix_t_a ON t (a, b)]]
  finds [[
+ index t ix_t_a: unique (a, b)]]
case { "create_index", [3] = "t", [4] = { sql "lower(a)" } }
  refused [[op.create_index: an index that begins with an expression needs a name]]
case { "create_index", "ix_c_v", "t", { "a" } }
  both [[CREATE INDEX ix_c_v ON t (a)]]
  refused_sqlite [[index ix_c_v already exists]]
  refused_postgresql [[relation "ix_c_v" already exists]]
case { "create_index", "ix_nix", "nix", { "a" } }
  both [[CREATE INDEX ix_nix ON nix (a)]]
  refused_sqlite [[no such table: main.nix]]
  refused_postgresql [[relation "nix" does not exist]]
case { "create_index", "ix_t_nix", "t", { "nix" } }
  both [[CREATE INDEX ix_t_nix ON t (nix)]]
  refused_sqlite [[no such column: nix]]
  refused_postgresql [[column "nix" does not exist]]
case { "create_index", "ix_s", "t", { "a", sql "n DESC" }, schema = "s", where = "n > 0" }
  sqlite [[CREATE INDEX s.ix_s ON t (a, (n) DESC) WHERE n > 0]]
  postgresql [[CREATE INDEX ix_s ON s.t (a, (n) DESC) WHERE n > 0]]
  finds [[
+ index t ix_s: (a, n desc) where n > 0]]
case { "create_index", "ix_s_if", "t", { "n" }, schema = "s", if_not_exists = true }
  sqlite [[CREATE INDEX IF NOT EXISTS s.ix_s_if ON t (n)]]
  postgresql [[CREATE INDEX IF NOT EXISTS ix_s_if ON s.t (n)]]
  finds [[
+ index t ix_s_if: (n)]]
case { "create_index", "uq_t_id", "t", { "id" }, unique = true }
  both [[CREATE UNIQUE INDEX uq_t_id ON t (id)]]
  finds [[
+ index t uq_t_id: unique (id)]]
case { "create_index", "ix_seen", "kept", { "k" } }
  touches { "kept" }
  both [[CREATE INDEX ix_seen ON kept (k)]]
  refused_sqlite [[no such table: main.kept]]
  finds_postgresql [[
+ index kept ix_seen: (k)]]
case { "create_index", "ix_odd", "T", { "Id", "b c" }, schema = "Odd S" }
  before { { "create_schema", "Odd S" }, { "create_table", "T", { { "Id", types.integer },
    { "b c", types.text } }, schema = "Odd S" } }
  sqlite [[CREATE INDEX "Odd S".ix_odd ON "T" ("Id", "b c")]]
  postgresql [[CREATE INDEX ix_odd ON "Odd S"."T" ("Id", "b c")]]
  refused_sqlite [[op.create_schema: schemas are created on PostgreSQL only]]
  finds_postgresql [[
+ index T ix_odd: (Id, b c)]]
case { "create_index", "ix_t_case", "t", { sql "CASE WHEN n > 0 THEN a ELSE b END" } }
  both [[CREATE INDEX ix_t_case ON t ((CASE WHEN n > 0 THEN a ELSE b END))]]
  finds_sqlite [[
+ index t ix_t_case: (<CASE WHEN n > 0 THEN a ELSE b END>)]]
  finds_postgresql [[
+ index t ix_t_case: (<(\nCASE\n    WHEN (n > 0) THEN (a)::text\n    ELSE b\nEND)>)]]
case { "create_index", "ix_t_quoted", "t", { sql "coalesce(b, 'it''s ) DESC')" } }
  both [[CREATE INDEX ix_t_quoted ON t ((coalesce(b, 'it''s ) DESC')))]]
  finds_sqlite [[
+ index t ix_t_quoted: (<coalesce(b, 'it''s ) DESC')>)]]
  finds_postgresql [[
+ index t ix_t_quoted: (<COALESCE(b, 'it''s ) DESC'::text)>)]]
case { "create_index", "ix_t_cast", "t", { sql "CAST(n AS TEXT) DESC", "a" }, where = "n <> 3" }
  both [[CREATE INDEX ix_t_cast ON t ((CAST(n AS TEXT)) DESC, a) WHERE n <> 3]]
  finds_sqlite [[
+ index t ix_t_cast: (<CAST(n AS TEXT)> desc, a) where n <> 3]]
  finds_postgresql [[
+ index t ix_t_cast: (<((n)::text)> desc, a) where n <> 3]]
case { "create_index", "ix_t_gin", "g", { sql "to_tsvector('simple', coalesce(j::text, ''))" },
  postgresql_using = "gin" }
  sqlite [[CREATE INDEX ix_t_gin ON g ((to_tsvector('simple', coalesce(j::text, ''))))]]
  postgresql [[CREATE INDEX ix_t_gin ON g USING gin ((to_tsvector('simple', coalesce(j::text, ''))))]]
  refused_sqlite [[unrecognized token: ":"]]
  finds_postgresql [[
+ index g ix_t_gin: (<to_tsvector('simple'::regconfig, COALESCE((j)::text, ''::text))>) using gin]]
case { "create_index", "ix_g_ops", "g", { "n", "tz" }, postgresql_using = "brin",
  postgresql_ops = { n = "int4_minmax_multi_ops" } }
  since(14)
  sqlite [[CREATE INDEX ix_g_ops ON g (n, tz)]]
  postgresql [[CREATE INDEX ix_g_ops ON g USING brin (n int4_minmax_multi_ops, tz)]]
  finds_sqlite [[
+ index g ix_g_ops: (n, tz)]]
  finds_postgresql [[
+ index g ix_g_ops: (n, tz) using brin ops {n = int4_minmax_multi_ops}]]
case { "create_index", "ix_t_where", "t", { "a" }, where = sql "b LIKE 'x%'" }
  both [[CREATE INDEX ix_t_where ON t (a) WHERE b LIKE 'x%']]
  finds_sqlite [[
+ index t ix_t_where: (a) where b LIKE 'x%']]
  finds_postgresql [[
+ index t ix_t_where: (a) where b ~~ 'x%'::text]]
case { "create_index", "ix_t_class", "t", { sql "lower(a) DESC", "b" },
  postgresql_ops = { ["lower(a)"] = "text_pattern_ops" } }
  sqlite [[CREATE INDEX ix_t_class ON t ((lower(a)) DESC, b)]]
  postgresql [[CREATE INDEX ix_t_class ON t ((lower(a)) text_pattern_ops DESC, b)]]
  finds_sqlite [[
+ index t ix_t_class: (<lower(a)> desc, b)]]
  finds_postgresql [[
+ index t ix_t_class: (<lower((a)::text)> desc, b) ops {lower((a)::text) = text_pattern_ops}]]
case { "create_index", "ix_t_class", "t", { sql "lower(a)" },
  postgresql_ops = { ["lower(a)"] = sql "pg_catalog.text_pattern_ops" } }
  sqlite [[CREATE INDEX ix_t_class ON t ((lower(a)))]]
  postgresql [[CREATE INDEX ix_t_class ON t ((lower(a)) pg_catalog.text_pattern_ops)]]
  finds_sqlite [[
+ index t ix_t_class: (<lower(a)>)]]
  finds_postgresql [[
+ index t ix_t_class: (<lower((a)::text)>) ops {lower((a)::text) = text_pattern_ops}]]
case { "create_index", "ix_t_class", "t", { "a" }, postgresql_ops = { b = "text_pattern_ops" } }
  refused [[op.create_index: postgresql_ops: 'b' is neither a column nor an expression of the index]]
case { "create_index", "ix_t_class", "t", { "a" }, postgresql_ops = { a = 5 } }
  refused [[op.create_index: postgresql_ops: 'a' needs the name of an operator class]]
case { "create_index", "ix_t_class", "t", { "a" }, postgresql_ops = { a = "nix_ops" } }
  sqlite [[CREATE INDEX ix_t_class ON t (a)]]
  postgresql [[CREATE INDEX ix_t_class ON t (a nix_ops)]]
  refused_postgresql [[operator class "nix_ops" does not exist for access method "btree"]]
  finds_sqlite [[
+ index t ix_t_class: (a)]]
case { "create_index", "uq_t_nd", "t", { "p_id" }, unique = true,
  postgresql_nulls_not_distinct = false }
  since(15)
  sqlite [[CREATE UNIQUE INDEX uq_t_nd ON t (p_id)]]
  postgresql [[CREATE UNIQUE INDEX uq_t_nd ON t (p_id) NULLS DISTINCT]]
  finds [[
+ index t uq_t_nd: unique (p_id)]]

-- drop_index, rename_index
case { "drop_index", "ix_c_v" }
  both [[DROP INDEX ix_c_v]]
  finds [[
- index c ix_c_v]]
case { "drop_index", "ix_c_v", "c" }
  both [[DROP INDEX ix_c_v]]
  finds [[
- index c ix_c_v]]
case { "drop_index", "ix_c_v", "c", if_exists = true }
  both [[DROP INDEX IF EXISTS ix_c_v]]
  finds [[
- index c ix_c_v]]
case { "drop_index", "nix", "c", if_exists = true }
  both [[DROP INDEX IF EXISTS nix]]
  finds ""
case { "drop_index", "ix_c_v", "c", cascade = true }
  sqlite [[DROP INDEX ix_c_v]]
  postgresql [[DROP INDEX ix_c_v CASCADE]]
  finds [[
- index c ix_c_v]]
case { "drop_index", "ix_c_v", "c", postgresql_concurrently = true }
  sqlite [[DROP INDEX ix_c_v]]
  postgresql [[DROP INDEX CONCURRENTLY ix_c_v]]
  refused_postgresql [[op.drop_index: postgresql_concurrently cannot run inside a transaction]]
  finds_sqlite [[
- index c ix_c_v]]
case { "rename_index", "ix_c_v", "ix_c_value" }
  postgresql [[ALTER INDEX ix_c_v RENAME TO ix_c_value]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds [[
- index c ix_c_v
+ index c ix_c_value: (v)]]
case { "rename_index", "ix_c_v", "Ix C" }
  postgresql [[ALTER INDEX ix_c_v RENAME TO "Ix C"]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds [[
- index c ix_c_v
+ index c Ix C: (v)]]
case { "drop_index", "ix_s", "t", schema = "s" }
  before { { "create_index", "ix_s", "t", { "a" }, schema = "s" } }
  both [[DROP INDEX s.ix_s]]
  finds [[
- index t ix_s]]
case { "drop_index", "ix_c_v", "c", if_exists = true, cascade = true }
  sqlite [[DROP INDEX IF EXISTS ix_c_v]]
  postgresql [[DROP INDEX IF EXISTS ix_c_v CASCADE]]
  finds [[
- index c ix_c_v]]
case { "drop_index", "nix" }
  both [[DROP INDEX nix]]
  refused_sqlite [[no such index: nix]]
  refused_postgresql [[index "nix" does not exist]]
case { "drop_index", "Ix Odd" }
  before { { "create_index", "Ix Odd", "c", { "w" } } }
  both [[DROP INDEX "Ix Odd"]]
  finds [[
- index c Ix Odd]]
case { "rename_index", "nix", "other", if_exists = true }
  postgresql [[ALTER INDEX IF EXISTS nix RENAME TO other]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds ""
case { "rename_index", "nix", "other" }
  postgresql [[ALTER INDEX nix RENAME TO other]]
  refused_sqlite [[op.rename_index: no such index: nix]]
  refused_postgresql [[relation "nix" does not exist]]
case { "rename_index", "ix_s", "ix_other", schema = "s" }
  before { { "create_index", "ix_s", "t", { "a" }, schema = "s" } }
  touches { "t" }
  postgresql [[ALTER INDEX s.ix_s RENAME TO ix_other]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, n INTEGER)]]
  finds [[
- index t ix_s
+ index t ix_other: (a)]]
case { "rename_index", "ix_t_full", "ix_t_new" }
  before { { "create_index", "ix_t_full", "t", { sql "n DESC", sql "lower(a)" }, unique = true,
    where = "b = 'x'" } }
  touches { "t" }
  postgresql [[ALTER INDEX ix_t_full RENAME TO ix_t_new]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
- index t ix_t_full
+ index t ix_t_new: unique (n desc, <lower(a)>) where b = 'x']]
  finds_postgresql [[
- index t ix_t_full
+ index t ix_t_new: unique (n desc, <lower((a)::text)>) where b = 'x'::text]]
