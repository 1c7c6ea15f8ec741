-- luacheck: ignore 113 631
-- Names that a convention gives.

case { "create_table", "u", { { "id", types.integer, primary_key = true },
  { "a", types.string(9), unique = true }, { "p_id", types.integer, references = { "p", "id" },
  index = true }, unique { "a", "p_id" }, check("id > 0", { name = "positive" }) } }
  sqlite [[CREATE TABLE u (
    id INTEGER NOT NULL,
    a VARCHAR(9),
    p_id INTEGER,
    CONSTRAINT pk_u PRIMARY KEY (id),
    CONSTRAINT uq_u_a UNIQUE (a),
    CONSTRAINT fk_u_p_id_p FOREIGN KEY(p_id) REFERENCES p (id),
    CONSTRAINT uq_u_a_p_id UNIQUE (a, p_id),
    CONSTRAINT ck_u_positive CHECK (id > 0)
);
CREATE INDEX ix_u_p_id ON u (p_id)]]
  postgresql [[CREATE TABLE u (
    id SERIAL NOT NULL,
    a VARCHAR(9),
    p_id INTEGER,
    CONSTRAINT pk_u PRIMARY KEY (id),
    CONSTRAINT uq_u_a UNIQUE (a),
    CONSTRAINT fk_u_p_id_p FOREIGN KEY(p_id) REFERENCES p (id),
    CONSTRAINT uq_u_a_p_id UNIQUE (a, p_id),
    CONSTRAINT ck_u_positive CHECK (id > 0)
);
CREATE INDEX ix_u_p_id ON u (p_id)]]
  finds_sqlite [[
+ check u ck_u_positive: id > 0
+ column u.a: VARCHAR(9) null
+ column u.id: INTEGER not null key
+ column u.p_id: INTEGER null
+ foreign key u fk_u_p_id_p: (p_id) -> p (id)
+ index u ix_u_p_id: (p_id)
+ primary key u pk_u: (id)
+ table u: (id, a, p_id)
+ unique u uq_u_a: (a)
+ unique u uq_u_a_p_id: (a, p_id)]]
  finds_postgresql [[
+ check u ck_u_positive: id > 0
+ column u.a: character varying(9) null
+ column u.id: integer not null default nextval('u_id_seq'::regclass) key autoincrement
+ column u.p_id: integer null
+ foreign key u fk_u_p_id_p: (p_id) -> p (id)
+ index u ix_u_p_id: (p_id)
+ primary key u pk_u: (id)
+ sequence u_id_seq: integer of u.id
+ table u: (id, a, p_id)
+ unique u uq_u_a: (a)
+ unique u uq_u_a_p_id: (a, p_id)]]
case { "create_table", "u", { { "a", types.integer }, { "b", types.integer },
  primary_key { "a", "b" }, foreign_key({ "a", "b" }, "p", { "x", "y" }), index { "b", "a" } } }
  both [[CREATE TABLE u (
    a INTEGER NOT NULL,
    b INTEGER NOT NULL,
    CONSTRAINT pk_u PRIMARY KEY (a, b),
    CONSTRAINT fk_u_a_p FOREIGN KEY(a, b) REFERENCES p (x, y)
);
CREATE INDEX ix_u_b ON u (b, a)]]
  finds_sqlite [[
+ column u.a: INTEGER not null key
+ column u.b: INTEGER not null key
+ foreign key u fk_u_a_p: (a, b) -> p (x, y)
+ index u ix_u_b: (b, a)
+ primary key u pk_u: (a, b)
+ table u: (a, b)]]
  finds_postgresql [[
+ column u.a: integer not null key
+ column u.b: integer not null key
+ foreign key u fk_u_a_p: (a, b) -> p (x, y)
+ index u ix_u_b: (b, a)
+ primary key u pk_u: (a, b)
+ table u: (a, b)]]
case { "create_table", "u", { { "a", types.integer }, { "b", types.text },
  primary_key({ "a" }, { name = "mine" }), unique({ "b" }, { name = "my_uq" }),
  index({ "b" }, { name = "my_ix" }),
  check("a > 0", { name = "my_ck" }) } }
  sqlite [[CREATE TABLE u (
    a INTEGER NOT NULL,
    b TEXT,
    CONSTRAINT mine PRIMARY KEY (a),
    CONSTRAINT my_uq UNIQUE (b),
    CONSTRAINT ck_u_my_ck CHECK (a > 0)
);
CREATE INDEX my_ix ON u (b)]]
  postgresql [[CREATE TABLE u (
    a SERIAL NOT NULL,
    b TEXT,
    CONSTRAINT mine PRIMARY KEY (a),
    CONSTRAINT my_uq UNIQUE (b),
    CONSTRAINT ck_u_my_ck CHECK (a > 0)
);
CREATE INDEX my_ix ON u (b)]]
  finds_sqlite [[
+ check u ck_u_my_ck: a > 0
+ column u.a: INTEGER not null key
+ column u.b: TEXT null
+ index u my_ix: (b)
+ primary key u mine: (a)
+ table u: (a, b)
+ unique u my_uq: (b)]]
  finds_postgresql [[
+ check u ck_u_my_ck: a > 0
+ column u.a: integer not null default nextval('u_a_seq'::regclass) key autoincrement
+ column u.b: text null
+ index u my_ix: (b)
+ primary key u mine: (a)
+ sequence u_a_seq: integer of u.a
+ table u: (a, b)
+ unique u my_uq: (b)]]
case { "create_table", "u", { { "a", types.integer, check = { "a > 0", name = "small" } },
  { "b", types.integer, check = { "b > 0", name = op.f "last" } },
  unique({ "a" }, { name = op.f "uq_final" }) } }
  both [[CREATE TABLE u (
    a INTEGER CONSTRAINT ck_u_small CHECK (a > 0),
    b INTEGER CONSTRAINT last CHECK (b > 0),
    CONSTRAINT uq_final UNIQUE (a)
)]]
  finds_sqlite [[
+ check u ck_u_small: a > 0
+ check u last: b > 0
+ column u.a: INTEGER null
+ column u.b: INTEGER null
+ table u: (a, b)
+ unique u uq_final: (a)]]
  finds_postgresql [[
+ check u ck_u_small: a > 0
+ check u last: b > 0
+ column u.a: integer null
+ column u.b: integer null
+ table u: (a, b)
+ unique u uq_final: (a)]]
case { "create_table", "u", { { "a", types.integer, check = "a > 0" } } }
  refused [[op.create_table: column 'a': the naming convention "ck_%(table_name)s_%(constraint_name)s" of the table 'u' needs a name that the script gives]]
case { "create_table", "u", { { "a", types.enum("mood", { "x" }, { native = false,
  check = true }) } } }
  both [[CREATE TABLE u (
    a VARCHAR(1) CONSTRAINT mood CHECK (a IN ('x'))
)]]
  finds_sqlite [[
+ check u mood: a IN ('x')
+ column u.a: VARCHAR(1) null
+ table u: (a)]]
  finds_postgresql [[
+ check u mood: (a)::text = 'x'::text
+ column u.a: character varying(1) null
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, index = true, unique = true } } }
  both [[CREATE TABLE u (
    a INTEGER
);
CREATE UNIQUE INDEX ix_u_a ON u (a)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ index u ix_u_a: unique (a)
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null
+ index u ix_u_a: unique (a)
+ table u: (a)]]
case { "create_table", "u", { { "id", types.integer, primary_key = true }, { "a", types.integer,
  index = true } }, schema = "s" }
  sqlite [[CREATE TABLE s.u (
    id INTEGER NOT NULL,
    a INTEGER,
    CONSTRAINT pk_u PRIMARY KEY (id)
);
CREATE INDEX s.ix_s_u_a ON u (a)]]
  postgresql [[CREATE TABLE s.u (
    id SERIAL NOT NULL,
    a INTEGER,
    CONSTRAINT pk_u PRIMARY KEY (id)
);
CREATE INDEX ix_s_u_a ON s.u (a)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ column u.id: INTEGER not null key
+ index u ix_s_u_a: (a)
+ primary key u pk_u: (id)
+ table u: (id, a)]]
  finds_postgresql [[
+ column u.a: integer null
+ column u.id: integer not null default nextval('s.u_id_seq'::regclass) key autoincrement
+ index u ix_s_u_a: (a)
+ primary key u pk_u: (id)
+ sequence u_id_seq: integer of u.id
+ table u: (id, a)]]
case { "create_table", ("t"):rep(40), { { ("c"):rep(40), types.integer, unique = true } } }
  sqlite [[CREATE TABLE tttttttttttttttttttttttttttttttttttttttt (
    cccccccccccccccccccccccccccccccccccccccc INTEGER,
    CONSTRAINT uq_tttttttttttttttttttttttttttttttttttttttt_cccccccccccccccccccccccccccccccccccccccc UNIQUE (cccccccccccccccccccccccccccccccccccccccc)
)]]
  postgresql [[CREATE TABLE tttttttttttttttttttttttttttttttttttttttt (
    cccccccccccccccccccccccccccccccccccccccc INTEGER,
    CONSTRAINT uq_tttttttttttttttttttttttttttttttttttttttt_ccccccccccc_a657 UNIQUE (cccccccccccccccccccccccccccccccccccccccc)
)]]
  finds_sqlite [[
+ column tttttttttttttttttttttttttttttttttttttttt.cccccccccccccccccccccccccccccccccccccccc: INTEGER null
+ table tttttttttttttttttttttttttttttttttttttttt: (cccccccccccccccccccccccccccccccccccccccc)
+ unique tttttttttttttttttttttttttttttttttttttttt uq_tttttttttttttttttttttttttttttttttttttttt_cccccccccccccccccccccccccccccccccccccccc: (cccccccccccccccccccccccccccccccccccccccc)]]
  finds_postgresql [[
+ column tttttttttttttttttttttttttttttttttttttttt.cccccccccccccccccccccccccccccccccccccccc: integer null
+ table tttttttttttttttttttttttttttttttttttttttt: (cccccccccccccccccccccccccccccccccccccccc)
+ unique tttttttttttttttttttttttttttttttttttttttt uq_tttttttttttttttttttttttttttttttttttttttt_ccccccccccc_a657: (cccccccccccccccccccccccccccccccccccccccc)]]
case { "create_table", "u", { { "id", types.integer, primary_key = true } },
  sqlite_autoincrement = true }
  sqlite [[CREATE TABLE u (
    id INTEGER NOT NULL CONSTRAINT pk_u PRIMARY KEY AUTOINCREMENT
)]]
  postgresql [[CREATE TABLE u (
    id SERIAL NOT NULL,
    CONSTRAINT pk_u PRIMARY KEY (id)
)]]
  finds_sqlite [[
+ column u.id: INTEGER not null key autoincrement
+ primary key u pk_u: (id)
+ table u: (id)]]
  finds_postgresql [[
+ column u.id: integer not null default nextval('u_id_seq'::regclass) key autoincrement
+ primary key u pk_u: (id)
+ sequence u_id_seq: integer of u.id
+ table u: (id)]]
case { "add_column", "t", { "z", types.integer, references = { "p", "id" }, index = true } }
  sqlite [[ALTER TABLE t ADD COLUMN z INTEGER CONSTRAINT fk_t_z_p REFERENCES p (id);
CREATE INDEX ix_t_z ON t (z)]]
  postgresql [[ALTER TABLE t ADD COLUMN z INTEGER;
ALTER TABLE t ADD CONSTRAINT fk_t_z_p FOREIGN KEY(z) REFERENCES p (id);
CREATE INDEX ix_t_z ON t (z)]]
  finds_sqlite [[
+ column t.z: INTEGER null
+ foreign key t fk_t_z_p: (z) -> p (id)
+ index t ix_t_z: (z)
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: integer null
+ foreign key t fk_t_z_p: (z) -> p (id)
+ index t ix_t_z: (z)
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.integer, unique = true } }
  postgresql [[ALTER TABLE t ADD COLUMN z INTEGER;
ALTER TABLE t ADD CONSTRAINT uq_t_z UNIQUE (z)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, z INTEGER CONSTRAINT uq_t_z UNIQUE, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
+ column t.z: INTEGER null
~ table t: (id, a, b, n, p_id, z)
+ unique t uq_t_z: (z)]]
  finds_postgresql [[
+ column t.z: integer null
~ table t: (id, a, b, n, p_id, z)
+ unique t uq_t_z: (z)]]
case { "add_column", "t", { "z", types.integer, check = { "z > 0", name = "small" } } }
  sqlite [[ALTER TABLE t ADD COLUMN z INTEGER CONSTRAINT ck_t_small CHECK (z > 0)]]
  postgresql [[ALTER TABLE t ADD COLUMN z INTEGER;
ALTER TABLE t ADD CONSTRAINT ck_t_small CHECK (z > 0)]]
  finds_sqlite [[
+ check t ck_t_small: z > 0
+ column t.z: INTEGER null
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ check t ck_t_small: z > 0
+ column t.z: integer null
~ table t: (id, a, b, n, p_id, z)]]
case { "create_unique_constraint", [3] = "t", [4] = { "b", "a" } }
  postgresql [[ALTER TABLE t ADD CONSTRAINT uq_t_b_a UNIQUE (b, a)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT uq_t_b_a UNIQUE (b, a))]]
  finds [[
+ unique t uq_t_b_a: (b, a)]]
case { "create_unique_constraint", "mine", "t", { "a" } }
  postgresql [[ALTER TABLE t ADD CONSTRAINT mine UNIQUE (a)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT mine UNIQUE (a))]]
  finds [[
+ unique t mine: (a)]]
case { "create_foreign_key", [3] = "t", [4] = "p", [5] = { "p_id" }, [6] = { "id" } }
  postgresql [[ALTER TABLE t ADD CONSTRAINT fk_t_p_id_p FOREIGN KEY(p_id) REFERENCES p (id)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT fk_t_p_id_p FOREIGN KEY(p_id) REFERENCES p (id))]]
  finds [[
+ foreign key t fk_t_p_id_p: (p_id) -> p (id)]]
case { "create_primary_key", [3] = "u", [4] = { "a" } }
  before { { "create_table", "u", { { "a", types.text } } } }
  postgresql [[ALTER TABLE u ADD CONSTRAINT pk_u PRIMARY KEY (a)]]
  copied [[CREATE TABLE u (
    a TEXT NOT NULL,
    CONSTRAINT pk_u PRIMARY KEY (a)
)]]
  finds_sqlite [[
~ column u.a: TEXT not null key
+ primary key u pk_u: (a)]]
  finds_postgresql [[
~ column u.a: text not null key
+ primary key u pk_u: (a)]]
case { "create_index", [3] = "t", [4] = { "b", "a" } }
  both [[CREATE INDEX ix_t_b ON t (b, a)]]
  finds [[
+ index t ix_t_b: (b, a)]]
case { "create_index", [3] = "t", [4] = { "n" }, schema = "s", unique = true }
  sqlite [[CREATE UNIQUE INDEX s.ix_s_t_n ON t (n)]]
  postgresql [[CREATE UNIQUE INDEX ix_s_t_n ON s.t (n)]]
  finds [[
+ index t ix_s_t_n: unique (n)]]
case { "create_check_constraint", "small", "t", "n < 9" }
  postgresql [[ALTER TABLE t ADD CONSTRAINT ck_t_small CHECK (n < 9)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT ck_t_small CHECK (n < 9))]]
  finds [[
+ check t ck_t_small: n < 9]]
case { "create_check_constraint", op.f "last", "t", "n <> 5" }
  postgresql [[ALTER TABLE t ADD CONSTRAINT last CHECK (n <> 5)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT last CHECK (n <> 5))]]
  finds [[
+ check t last: n <> 5]]
case { "create_check_constraint", [3] = "t", [4] = "n < 9" }
  refused [[op.create_check_constraint: the naming convention "ck_%(table_name)s_%(constraint_name)s" of the table 't' needs a name that the script gives]]
case { "drop_constraint", "positive", "u", type = "check" }
  before { { "create_table", "u", { { "a", types.integer }, check("a > 0",
    { name = "positive" }) } } }
  postgresql [[ALTER TABLE u DROP CONSTRAINT ck_u_positive]]
  copied [[CREATE TABLE u (
    a INTEGER
)]]
  finds [[
- check u ck_u_positive]]
case { "drop_constraint", op.f "uq_u_a", "u", type = "unique" }
  before { { "create_table", "u", { { "a", types.integer, unique = true } } } }
  postgresql [[ALTER TABLE u DROP CONSTRAINT uq_u_a]]
  copied [[CREATE TABLE u (
    a INTEGER
)]]
  finds [[
- unique u uq_u_a]]
case { "batch_alter_table", "t", changes = {
  { "add_column", { "z", types.integer, unique = true } },
  { "create_check_constraint", "small", "n < 9" },
  { "create_check_constraint", op.f "last", "n <> 5" }, { "create_index", nil, { "z" } } } }
  postgresql [[ALTER TABLE t ADD COLUMN z INTEGER;
ALTER TABLE t ADD CONSTRAINT uq_t_z UNIQUE (z);
ALTER TABLE t ADD CONSTRAINT ck_t_small CHECK (n < 9);
ALTER TABLE t ADD CONSTRAINT last CHECK (n <> 5);
CREATE INDEX ix_t_z ON t (z)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, z INTEGER CONSTRAINT uq_t_z UNIQUE, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT ck_t_small CHECK (n < 9), CONSTRAINT last CHECK (n <> 5))]]
  finds_sqlite [[
+ check t ck_t_small: n < 9
+ check t last: n <> 5
+ column t.z: INTEGER null
+ index t ix_t_z: (z)
~ table t: (id, a, b, n, p_id, z)
+ unique t uq_t_z: (z)]]
  finds_postgresql [[
+ check t ck_t_small: n < 9
+ check t last: n <> 5
+ column t.z: integer null
+ index t ix_t_z: (z)
~ table t: (id, a, b, n, p_id, z)
+ unique t uq_t_z: (z)]]
case { "batch_alter_table", "t", naming_convention = { uq = "b_%(column_0N_name)s" }, changes = {
  { "create_unique_constraint", nil, { "p_id", "id" } },
  { "create_check_constraint", "small", "n < 9" } } }
  postgresql [[ALTER TABLE t ADD CONSTRAINT b_p_idid UNIQUE (p_id, id);
ALTER TABLE t ADD CONSTRAINT ck_t_small CHECK (n < 9)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT b_p_idid UNIQUE (p_id, id), CONSTRAINT ck_t_small CHECK (n < 9))]]
  finds [[
+ check t ck_t_small: n < 9
+ unique t b_p_idid: (p_id, id)]]
case { "batch_alter_table", "t", recreate = "always", table_args = { unique { "p_id" },
  check("n < 9", { name = "small" }) }, changes = {} }
  postgresql [[ALTER TABLE t ADD CONSTRAINT uq_t_p_id UNIQUE (p_id);
ALTER TABLE t ADD CONSTRAINT ck_t_small CHECK (n < 9)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT uq_t_p_id UNIQUE (p_id), CONSTRAINT ck_t_small CHECK (n < 9))]]
  finds [[
+ check t ck_t_small: n < 9
+ unique t uq_t_p_id: (p_id)]]
