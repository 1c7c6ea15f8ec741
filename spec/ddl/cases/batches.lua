-- luacheck: ignore 113 631
-- Changes of a table that are made together.

local function batch(name, changes, options)
  local op = { "batch_alter_table", name, changes = changes }
  for option, value in pairs(options or {}) do op[option] = value end
  case(op)
end

-- each function
batch("t", { { "add_column", { "z", types.text } } })
  postgresql [[ALTER TABLE t ADD COLUMN z TEXT]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, z TEXT, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
+ column t.z: TEXT null
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: text null
~ table t: (id, a, b, n, p_id, z)]]
batch("t", { { "add_column", { "z", types.integer, nullable = false, server_default = 0,
  index = true, comment = "why" } } })
  postgresql [[ALTER TABLE t ADD COLUMN z INTEGER DEFAULT 0 NOT NULL;
CREATE INDEX ix_t_z ON t (z);
COMMENT ON COLUMN t.z IS 'why']]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, z INTEGER DEFAULT 0 NOT NULL, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
+ column t.z: INTEGER not null default 0
+ index t ix_t_z: (z)
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: integer not null default 0 comment 'why'
+ index t ix_t_z: (z)
~ table t: (id, a, b, n, p_id, z)]]
batch("t", { { "add_column", { "z", types.text }, insert_after = "a" } })
  postgresql [[ALTER TABLE t ADD COLUMN z TEXT]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), z TEXT, b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
+ column t.z: TEXT null
~ table t: (id, a, z, b, n, p_id)]]
  finds_postgresql [[
+ column t.z: text null
~ table t: (id, a, b, n, p_id, z)]]
batch("t", { { "add_column", { "z", types.text }, insert_before = "id" },
  { "add_column", { "y", types.integer, references = { "p", "id" } }, insert_after = "z" } })
  postgresql [[ALTER TABLE t ADD COLUMN z TEXT;
ALTER TABLE t ADD COLUMN y INTEGER;
ALTER TABLE t ADD FOREIGN KEY(y) REFERENCES p (id)]]
  copied [[CREATE TABLE t (z TEXT, y INTEGER REFERENCES p (id), id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
+ column t.y: INTEGER null
+ column t.z: TEXT null
+ foreign key t: (y) -> p (id)
~ table t: (z, y, id, a, b, n, p_id)]]
  finds_postgresql [[
+ column t.y: integer null
+ column t.z: text null
+ foreign key t t_y_fkey: (y) -> p (id)
~ table t: (id, a, b, n, p_id, z, y)]]
batch("t", { { "drop_column", "b" } })
  postgresql [[ALTER TABLE t DROP COLUMN b]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds [[
- column t.b
~ table t: (id, a, n, p_id)]]
batch("t", { { "drop_column", "nix", if_exists = true } })
  postgresql [[ALTER TABLE t DROP COLUMN IF EXISTS nix]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds ""
batch("t", { { "alter_column", "a", type = types.text, nullable = false } })
  postgresql [[ALTER TABLE t ALTER COLUMN a TYPE TEXT;
ALTER TABLE t ALTER COLUMN a SET NOT NULL]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a TEXT NOT NULL, b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.a: TEXT not null]]
  finds_postgresql [[
~ column t.a: text not null]]
batch("t", { { "alter_column", "n", new_column_name = "number", server_default = null } })
  postgresql [[ALTER TABLE t ALTER COLUMN n DROP DEFAULT;
ALTER TABLE t RENAME n TO number]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, number INTEGER, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
- column t.n
+ column t.number: INTEGER null
~ table t: (id, a, b, number, p_id)]]
  finds_postgresql [[
- column t.n
+ column t.number: integer null
~ table t: (id, a, b, number, p_id)]]
batch("t", { { "create_index", "ix_t_a", { "a", sql "n DESC" }, unique = true,
  where = "n > 0" } })
  postgresql [[CREATE UNIQUE INDEX ix_t_a ON t (a, (n) DESC) WHERE n > 0]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds [[
+ index t ix_t_a: unique (a, n desc) where n > 0]]
batch("t", { { "create_index", "ix_t_lower", { sql "lower(a)" }, if_not_exists = true } })
  postgresql [[CREATE INDEX IF NOT EXISTS ix_t_lower ON t ((lower(a)))]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
+ index t ix_t_lower: (<lower(a)>)]]
  finds_postgresql [[
+ index t ix_t_lower: (<lower((a)::text)>)]]
batch("c", { { "drop_index", "ix_c_v" } })
  postgresql [[DROP INDEX ix_c_v]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds [[
- index c ix_c_v]]
batch("c", { { "drop_index", "nix", if_exists = true } })
  postgresql [[DROP INDEX IF EXISTS nix]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds ""
batch("t", { { "drop_constraint", "pk_t" }, { "create_primary_key", "pk_new", { "n", "id" } } })
  postgresql [[ALTER TABLE t DROP CONSTRAINT pk_t;
ALTER TABLE t ADD CONSTRAINT pk_new PRIMARY KEY (n, id)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER NOT NULL DEFAULT 0, p_id INTEGER, CONSTRAINT pk_new PRIMARY KEY (n, id))]]
  finds_sqlite [[
- primary key t pk_t
~ column t.n: INTEGER not null default 0 key
+ primary key t pk_new: (n, id)]]
  finds_postgresql [[
- primary key t pk_t
~ column t.n: integer not null default 0 key
+ primary key t pk_new: (n, id)]]
batch("t", { { "create_unique_constraint", "uq_t", { "a", "b" } } })
  postgresql [[ALTER TABLE t ADD CONSTRAINT uq_t UNIQUE (a, b)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT uq_t UNIQUE (a, b))]]
  finds [[
+ unique t uq_t: (a, b)]]
batch("t", { { "create_check_constraint", "ck_t", "n >= 0" } })
  postgresql [[ALTER TABLE t ADD CONSTRAINT ck_t CHECK (n >= 0)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT ck_t CHECK (n >= 0))]]
  finds [[
+ check t ck_t: n >= 0]]
batch("t", { { "create_foreign_key", "fk_t", "p", { "p_id" }, { "id" }, ondelete = "CASCADE" } })
  postgresql [[ALTER TABLE t ADD CONSTRAINT fk_t FOREIGN KEY(p_id) REFERENCES p (id) ON DELETE CASCADE]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT fk_t FOREIGN KEY(p_id) REFERENCES p (id) ON DELETE CASCADE)]]
  finds [[
+ foreign key t fk_t: (p_id) -> p (id) on delete CASCADE]]
batch("g", { { "create_exclude_constraint", "ex_g", { { "r", "&&" } } } })
  postgresql [[ALTER TABLE g ADD CONSTRAINT ex_g EXCLUDE USING gist (r WITH &&)]]
  refused_sqlite [[op.batch_alter_table: batch.create_exclude_constraint: exclude constraints exist on PostgreSQL only]]
  finds_postgresql [[
+ exclude g ex_g: EXCLUDE USING gist (r WITH &&)]]
batch("c", { { "drop_constraint", "fk_c", type = "foreignkey" }, { "drop_constraint", "ck_c" } })
  postgresql [[ALTER TABLE c DROP CONSTRAINT fk_c;
ALTER TABLE c DROP CONSTRAINT ck_c]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k))]]
  finds [[
- check c ck_c
- foreign key c fk_c]]
batch("c", { { "drop_constraint", "nix", if_exists = true } })
  postgresql [[ALTER TABLE c DROP CONSTRAINT IF EXISTS nix]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds ""
batch("c", { { "rename_constraint", "uq_c", "uq_c_k" } })
  postgresql [[ALTER TABLE c RENAME CONSTRAINT uq_c TO uq_c_k]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c_k UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds [[
- unique c uq_c
+ unique c uq_c_k: (k)]]
batch("g", { { "validate_constraint", "ck_g" } })
  postgresql [[ALTER TABLE g VALIDATE CONSTRAINT ck_g]]
  refused_sqlite [[op.batch_alter_table: batch.validate_constraint: constraints are validated on PostgreSQL only]]
  finds_postgresql [[
~ check g ck_g: n > 0]]
batch("t", { { "rename_table", "people" } })
  touches { "people", "t" }
  postgresql [[ALTER TABLE t RENAME TO people]]
  copied [[CREATE TABLE "people" (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
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
batch("t", { { "create_table_comment", "what it's for" } })
  postgresql [[COMMENT ON TABLE t IS 'what it''s for']]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite ""
  finds_postgresql [[
+ comment t: what it's for]]
batch("u", { { "drop_table_comment" } })
  before { { "create_table", "u", { { "a", types.text } }, comment = "gone" } }
  postgresql [[COMMENT ON TABLE u IS NULL]]
  copied [[CREATE TABLE u (
    a TEXT
)]]
  finds_sqlite ""
  finds_postgresql [[
- comment u]]

-- several together
batch("t", { { "add_column", { "z", types.text } }, { "alter_column", "z",
  new_column_name = "y", server_default = "x" }, { "create_unique_constraint", "uq_t_y", { "id", "y" } },
  { "drop_column", "b" }, { "create_index", "ix_t_y", { "y" } } })
  postgresql [[ALTER TABLE t ADD COLUMN z TEXT;
ALTER TABLE t ALTER COLUMN z SET DEFAULT 'x';
ALTER TABLE t RENAME z TO y;
ALTER TABLE t ADD CONSTRAINT uq_t_y UNIQUE (id, y);
ALTER TABLE t DROP COLUMN b;
CREATE INDEX ix_t_y ON t (y)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), n INTEGER DEFAULT 0, p_id INTEGER, y TEXT DEFAULT 'x', CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT uq_t_y UNIQUE (id, y))]]
  finds_sqlite [[
- column t.b
+ column t.y: TEXT null default 'x'
+ index t ix_t_y: (y)
~ table t: (id, a, n, p_id, y)
+ unique t uq_t_y: (id, y)]]
  finds_postgresql [[
- column t.b
+ column t.y: text null default 'x'::text
+ index t ix_t_y: (y)
~ table t: (id, a, n, p_id, y)
+ unique t uq_t_y: (id, y)]]
batch("t", { { "drop_column", "a" }, { "add_column", { "a", types.integer } } })
  postgresql [[ALTER TABLE t DROP COLUMN a;
ALTER TABLE t ADD COLUMN a INTEGER]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, a INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.a: INTEGER null
~ table t: (id, b, n, p_id, a)]]
  finds_postgresql [[
~ column t.a: integer null
~ table t: (id, b, n, p_id, a)]]
batch("c", { { "alter_column", "k", new_column_name = "key" }, { "alter_column", "v",
  new_column_name = "k" } })
  touches { "c", "seen" }
  postgresql [[ALTER TABLE c RENAME k TO key;
ALTER TABLE c RENAME v TO k]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, key INTEGER NOT NULL, k TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (key), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds_sqlite [[
- column c.v
- column seen.k
~ column c.k: TEXT null default 'v'
+ column c.key: INTEGER not null
+ column seen.key: INTEGER null
~ index c ix_c_v: (k)
~ table c: (id, key, k, w)
~ table seen: (key)
~ unique c uq_c: (key)
~ view seen: CREATE VIEW seen AS SELECT key FROM c]]
  finds_postgresql [[
- column c.v
~ column c.k: text null default 'v'::text
+ column c.key: integer not null
~ index c ix_c_v: (k)
~ table c: (id, key, k, w)
~ unique c uq_c: (key)
~ view kept: materialized SELECT key AS k FROM c;
~ view seen: SELECT key AS k FROM c;]]
batch("c", { { "drop_index", "ix_c_v" }, { "drop_column", "v" }, { "rename_table", "kids" },
  { "create_index", "ix_kids_w", { "w" } } })
  touches { "kids", "c" }
  postgresql [[DROP INDEX ix_c_v;
ALTER TABLE c DROP COLUMN v;
ALTER TABLE c RENAME TO kids;
CREATE INDEX ix_kids_w ON kids (w)]]
  copied [[CREATE TABLE "kids" (id INTEGER NOT NULL, k INTEGER NOT NULL, w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
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
+ column kids.w: INTEGER null
+ foreign key kids fk_c: (w) -> p (id)
+ index kids ix_kids_w: (w)
+ primary key kids pk_c: (id)
+ table kids: (id, k, w)
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
+ column kids.w: integer null
+ foreign key kids fk_c: (w) -> p (id)
+ index kids ix_kids_w: (w)
+ primary key kids pk_c: (id)
+ table kids: (id, k, w)
+ unique kids uq_c: (k)
~ view kept: materialized SELECT k FROM kids;
~ view seen: SELECT k FROM kids;]]
batch("t", {})
  postgresql ""
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds ""

-- options
batch("t", { { "add_column", { "z", types.text } } }, { recreate = "always" })
  postgresql [[ALTER TABLE t ADD COLUMN z TEXT]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, z TEXT, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
+ column t.z: TEXT null
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: text null
~ table t: (id, a, b, n, p_id, z)]]
batch("c", {}, { recreate = "always" })
  postgresql ""
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds ""
batch("t", { { "add_column", { "z", types.text } }, { "drop_column", "b" } },
  { recreate = "never" })
  postgresql [[ALTER TABLE t ADD COLUMN z TEXT;
ALTER TABLE t DROP COLUMN b]]
  refused_sqlite [[op.batch_alter_table: the table 't' must be copied for this, and the batch says recreate = "never"]]
  finds_postgresql [[
- column t.b
+ column t.z: text null
~ table t: (id, a, n, p_id, z)]]
batch("t", { { "create_check_constraint", "ck_t", "n >= 0" } }, { recreate = "never" })
  postgresql [[ALTER TABLE t ADD CONSTRAINT ck_t CHECK (n >= 0)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT ck_t CHECK (n >= 0))]]
  finds [[
+ check t ck_t: n >= 0]]
batch("t", { { "create_unique_constraint", "uq_t", { "a" } } }, { recreate = "auto" })
  postgresql [[ALTER TABLE t ADD CONSTRAINT uq_t UNIQUE (a)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT uq_t UNIQUE (a))]]
  finds [[
+ unique t uq_t: (a)]]
batch("t", { { "alter_column", "a", nullable = false } }, { schema = "s" })
  postgresql [[ALTER TABLE s.t ALTER COLUMN a SET NOT NULL]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT NOT NULL, n INTEGER)]]
  finds_sqlite [[
~ column t.a: TEXT not null]]
  finds_postgresql [[
~ column t.a: text not null]]
batch("t", { { "add_column", { "z", types.integer } } }, { recreate = "always",
  partial_reordering = { { "z", "id" }, { "n", "a" } } })
  postgresql [[ALTER TABLE t ADD COLUMN z INTEGER]]
  copied [[CREATE TABLE t (b TEXT, n INTEGER DEFAULT 0, a VARCHAR(40), p_id INTEGER, z INTEGER, id INTEGER NOT NULL, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
+ column t.z: INTEGER null
~ table t: (b, n, a, p_id, z, id)]]
  finds_postgresql [[
+ column t.z: integer null
~ table t: (id, a, b, n, p_id, z)]]
batch("t", {}, { recreate = "always", table_args = { unique({ "a" }, { name = "uq_args" }),
  check("n < 100", { name = "ck_args" }), index({ "b" }, { name = "ix_args" }) } })
  postgresql [[ALTER TABLE t ADD CONSTRAINT uq_args UNIQUE (a);
ALTER TABLE t ADD CONSTRAINT ck_args CHECK (n < 100);
CREATE INDEX ix_args ON t (b)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT uq_args UNIQUE (a), CONSTRAINT ck_args CHECK (n < 100))]]
  finds [[
+ check t ck_args: n < 100
+ index t ix_args: (b)
+ unique t uq_args: (a)]]
batch("t", {}, { recreate = "always", table_kwargs = { sqlite_with_rowid = false } })
  postgresql ""
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id)) WITHOUT ROWID]]
  finds_sqlite [[
+ options t: without rowid]]
  finds_postgresql ""
batch("t", {}, { table_kwargs = { postgresql_tablespace = "x" } })
  refused_sqlite [[op.batch_alter_table: table_kwargs: 'postgresql_tablespace' is not sqlite_strict = true or sqlite_with_rowid = false]]
  refused_postgresql [[op.batch_alter_table: table_kwargs: PostgreSQL does not make the table anew, 'postgresql_tablespace' would change nothing]]
batch("t", {}, { recreate = "always", reflect_args = { { "n", types.biginteger,
  nullable = false } } })
  postgresql ""
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n BIGINT NOT NULL DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ column t.n: BIGINT not null default 0]]
  finds_postgresql ""
batch("t", { { "drop_column", "b" } }, { copy_from = { { "id", types.integer,
  primary_key = true }, { "a", types.string(40) }, { "b", types.text }, { "n", types.integer },
  { "p_id", types.integer } } })
  postgresql [[ALTER TABLE t DROP COLUMN b]]
  copied [[CREATE TABLE t (
    id INTEGER NOT NULL,
    a VARCHAR(40),
    n INTEGER,
    p_id INTEGER,
    PRIMARY KEY (id)
)]]
  finds_sqlite [[
- column t.b
- primary key t pk_t
~ column t.n: INTEGER null
+ primary key t: (id)
~ table t: (id, a, n, p_id)]]
  finds_postgresql [[
- column t.b
~ table t: (id, a, n, p_id)]]
batch("t", { { "create_unique_constraint", nil, { "a" } }, { "create_foreign_key", [3] = "p",
  [4] = { "p_id" }, [5] = { "id" } } }, { naming_convention = {
  uq = "uq_%(table_name)s_%(column_0_name)s",
  fk = "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s" } })
  postgresql [[ALTER TABLE t ADD CONSTRAINT uq_t_a UNIQUE (a);
ALTER TABLE t ADD CONSTRAINT fk_t_p_id_p FOREIGN KEY(p_id) REFERENCES p (id)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT uq_t_a UNIQUE (a), CONSTRAINT fk_t_p_id_p FOREIGN KEY(p_id) REFERENCES p (id))]]
  finds [[
+ foreign key t fk_t_p_id_p: (p_id) -> p (id)
+ unique t uq_t_a: (a)]]
batch("u", { { "drop_constraint", "uq_u_a", type = "unique" } }, { naming_convention = {
  uq = "uq_%(table_name)s_%(column_0_name)s" } })
  before { { "create_table", "u", { { "a", types.integer }, { "b", types.integer },
    unique({ "a" }, { name = "uq_u_a" }) } } }
  postgresql [[ALTER TABLE u DROP CONSTRAINT uq_u_a]]
  copied [[CREATE TABLE u (
    a INTEGER,
    b INTEGER
)]]
  finds [[
- unique u uq_u_a]]
batch("u", { { "drop_constraint", n = 1, columns = { "a" }, type = "unique" } })
  before { { "create_table", "u", { { "a", types.integer, unique = true }, { "b",
    types.integer } } } }
  copied [[CREATE TABLE u (
    a INTEGER,
    b INTEGER
)]]
  finds_sqlite [[
- unique u]]
  finds_postgresql [[
- unique u u_a_key]]
batch("nix", { { "drop_column", "a" } })
  refused_sqlite [[op.batch_alter_table: no such table: nix]]
  refused_postgresql [[relation "nix" does not exist]]
batch("t", { { "alter_column", "a", insert_after = "n" } })
  postgresql ""
  copied [[CREATE TABLE t (id INTEGER NOT NULL, b TEXT, n INTEGER DEFAULT 0, a VARCHAR(40), p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
~ table t: (id, b, n, a, p_id)]]
  finds_postgresql ""
batch("t", { { "alter_column", "p_id", nullable = true, insert_before = "a" },
  { "add_column", { "z", types.text }, insert_before = "p_id" } })
  postgresql [[ALTER TABLE t ALTER COLUMN p_id DROP NOT NULL;
ALTER TABLE t ADD COLUMN z TEXT]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, z TEXT, p_id INTEGER, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
+ column t.z: TEXT null
~ table t: (id, z, p_id, a, b, n)]]
  finds_postgresql [[
+ column t.z: text null
~ table t: (id, a, b, n, p_id, z)]]

-- in another schema
batch("t", { { "add_column", { "z", types.text, index = true } }, { "create_unique_constraint",
  "uq_s", { "a" } } }, { schema = "s" })
  postgresql [[ALTER TABLE s.t ADD COLUMN z TEXT;
CREATE INDEX ix_s_t_z ON s.t (z);
ALTER TABLE s.t ADD CONSTRAINT uq_s UNIQUE (a)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, n INTEGER, z TEXT, CONSTRAINT uq_s UNIQUE (a))]]
  finds_sqlite [[
+ column t.z: TEXT null
+ index t ix_s_t_z: (z)
~ table t: (id, a, n, z)
+ unique t uq_s: (a)]]
  finds_postgresql [[
+ column t.z: text null
+ index t ix_s_t_z: (z)
~ table t: (id, a, n, z)
+ unique t uq_s: (a)]]
batch("t", { { "drop_column", "n" } }, { schema = "s", recreate = "always" })
  postgresql [[ALTER TABLE s.t DROP COLUMN n]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT)]]
  finds [[
- column t.n
~ table t: (id, a)]]
batch("u", { { "drop_index", "ix_s_u_a" }, { "rename_constraint", "ck_u", "ck_new" },
  { "alter_column", "a", new_column_name = "b", comment = "new" } }, { schema = "s" })
  before { { "create_table", "u", { { "a", types.integer, index = true }, check("a > 0",
    { name = "ck_u" }) }, schema = "s" } }
  postgresql [[DROP INDEX s.ix_s_u_a;
ALTER TABLE s.u RENAME CONSTRAINT ck_u TO ck_new;
COMMENT ON COLUMN s.u.a IS 'new';
ALTER TABLE s.u RENAME a TO b]]
  copied [[CREATE TABLE u (
    b INTEGER,
    CONSTRAINT ck_new CHECK (b > 0)
)]]
  finds_sqlite [[
- check u ck_u
- column u.a
- index u ix_s_u_a
+ check u ck_new: b > 0
+ column u.b: INTEGER null
~ table u: (b)]]
  finds_postgresql [[
- check u ck_u
- column u.a
- index u ix_s_u_a
+ check u ck_new: b > 0
+ column u.b: integer null comment 'new'
~ table u: (b)]]

-- what stays when the table is copied
batch("u", { { "drop_column", "b" } }, { recreate = "always" })
  before { { "create_table", "u", { { "id", types.integer, primary_key = true }, { "a", types.text {
    collation = "NOCASE" } }, { "b", types.text }, { "c", types.integer, computed = "id + 1" },
    unique({ "a" }, { name = "uq_u" }), check("id > 0"), index({ sql "lower(a) DESC" },
    { name = "ix_u", where = "a <> ''" }) }, sqlite_autoincrement = true } }
  copied [[CREATE TABLE u (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    a TEXT COLLATE "NOCASE",
    c INTEGER GENERATED ALWAYS AS (id + 1),
    CONSTRAINT uq_u UNIQUE (a),
    CHECK (id > 0)
)]]
  refused_postgresql [[collation "NOCASE" for encoding "UTF8" does not exist
LINE 3:     a TEXT COLLATE "NOCASE",]]
  finds_sqlite [[
- column u.b
~ table u: (id, a, c)]]
batch("u", { { "alter_column", "a", nullable = false } }, { recreate = "always" })
  before { { "create_table", "u", { { "a", types.text }, { "b", types.integer,
    primary_key = true } }, sqlite_with_rowid = false, sqlite_strict = true } }
  postgresql [[ALTER TABLE u ALTER COLUMN a SET NOT NULL]]
  copied [[CREATE TABLE u (
    a TEXT NOT NULL,
    b INTEGER NOT NULL,
    PRIMARY KEY (b)
) WITHOUT ROWID, STRICT]]
  finds_sqlite [[
~ column u.a: TEXT not null]]
  finds_postgresql [[
~ column u.a: text not null]]
batch("p", { { "alter_column", "id", new_column_name = "key" } }, { recreate = "always" })
  touches { "p", "c" }
  postgresql [[ALTER TABLE p RENAME id TO key]]
  copied [[CREATE TABLE p (key INTEGER NOT NULL PRIMARY KEY, x INTEGER, y INTEGER, CONSTRAINT uq_p UNIQUE (x, y))]]
  finds_sqlite [[
- column p.id
+ column p.key: INTEGER not null key
~ foreign key c fk_c: (w) -> p (key)
~ primary key p: (key)
~ table p: (key, x, y)]]
  finds_postgresql [[
- column p.id
+ column p.key: integer not null key
~ foreign key c fk_c: (w) -> p (key)
~ primary key p p_pkey: (key)
~ table p: (key, x, y)]]
batch("t", { { "create_index", "ix_t_a", { "a" }, postgresql_ops = { a = "varchar_pattern_ops" } },
  { "alter_column", "a", new_column_name = "z" } })
  postgresql [[CREATE INDEX ix_t_a ON t (a varchar_pattern_ops);
ALTER TABLE t RENAME a TO z]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, z VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
- column t.a
+ column t.z: VARCHAR(40) null
+ index t ix_t_a: (z)
~ table t: (id, z, b, n, p_id)]]
  finds_postgresql [[
- column t.a
+ column t.z: character varying(40) null
+ index t ix_t_a: (z) ops {z = varchar_pattern_ops}
~ table t: (id, z, b, n, p_id)]]
