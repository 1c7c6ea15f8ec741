-- luacheck: ignore 113 631
-- Constraints made, dropped, renamed and validated.

-- made
case { "create_primary_key", "pk_u", "u", { "x", "y" } }
  before { { "create_table", "u", { { "x", types.integer }, { "y", types.integer } } } }
  postgresql [[ALTER TABLE u ADD CONSTRAINT pk_u PRIMARY KEY (x, y)]]
  copied [[CREATE TABLE u (
    x INTEGER NOT NULL,
    y INTEGER NOT NULL,
    CONSTRAINT pk_u PRIMARY KEY (x, y)
)]]
  finds_sqlite [[
~ column u.x: INTEGER not null key
~ column u.y: INTEGER not null key
+ primary key u pk_u: (x, y)]]
  finds_postgresql [[
~ column u.x: integer not null key
~ column u.y: integer not null key
+ primary key u pk_u: (x, y)]]
case { "create_unique_constraint", "uq_t_a", "t", { "a" } }
  postgresql [[ALTER TABLE t ADD CONSTRAINT uq_t_a UNIQUE (a)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT uq_t_a UNIQUE (a))]]
  finds [[
+ unique t uq_t_a: (a)]]
case { "create_unique_constraint", "uq_t_a_b", "t", { "a", "b" } }
  postgresql [[ALTER TABLE t ADD CONSTRAINT uq_t_a_b UNIQUE (a, b)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT uq_t_a_b UNIQUE (a, b))]]
  finds [[
+ unique t uq_t_a_b: (a, b)]]
case { "create_unique_constraint", [3] = "t", [4] = { "b" } }
  postgresql [[ALTER TABLE t ADD UNIQUE (b)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), UNIQUE (b))]]
  finds_sqlite [[
+ unique t: (b)]]
  finds_postgresql [[
+ unique t t_b_key: (b)]]
case { "create_unique_constraint", "Uq T", "t", { "n", "a" } }
  postgresql [[ALTER TABLE t ADD CONSTRAINT "Uq T" UNIQUE (n, a)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT "Uq T" UNIQUE (n, a))]]
  finds [[
+ unique t Uq T: (n, a)]]
case { "create_unique_constraint", "uq_t_n", "t", { "n" }, deferrable = true,
  initially = "DEFERRED" }
  postgresql [[ALTER TABLE t ADD CONSTRAINT uq_t_n UNIQUE (n) DEFERRABLE INITIALLY DEFERRED]]
  refused_sqlite [[op.create_unique_constraint: only foreign keys can be deferrable on SQLite]]
  finds_postgresql [[
+ unique t uq_t_n: (n) deferrable initially DEFERRED]]
case { "create_unique_constraint", "uq_t_n", "t", { "n" }, postgresql_nulls_not_distinct = true }
  since(15)
  postgresql [[ALTER TABLE t ADD CONSTRAINT uq_t_n UNIQUE NULLS NOT DISTINCT (n)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT uq_t_n UNIQUE (n))]]
  finds_sqlite [[
+ unique t uq_t_n: (n)]]
  finds_postgresql [[
+ unique t uq_t_n: (n) nulls not distinct]]
case { "create_unique_constraint", "uq_s", "t", { "a" }, schema = "s" }
  postgresql [[ALTER TABLE s.t ADD CONSTRAINT uq_s UNIQUE (a)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, n INTEGER, CONSTRAINT uq_s UNIQUE (a))]]
  finds [[
+ unique t uq_s: (a)]]
case { "create_check_constraint", "ck_t_n", "t", "n > 0" }
  postgresql [[ALTER TABLE t ADD CONSTRAINT ck_t_n CHECK (n > 0)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT ck_t_n CHECK (n > 0))]]
  finds [[
+ check t ck_t_n: n > 0]]
case { "create_check_constraint", "ck_t", "t", "n > 0 AND (a <> '' OR b IS NULL)" }
  postgresql [[ALTER TABLE t ADD CONSTRAINT ck_t CHECK (n > 0 AND (a <> '' OR b IS NULL))]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT ck_t CHECK (n > 0 AND (a <> '' OR b IS NULL)))]]
  finds_sqlite [[
+ check t ck_t: n > 0 AND (a <> '' OR b IS NULL)]]
  finds_postgresql [[
+ check t ck_t: (n > 0) AND (((a)::text <> ''::text) OR (b IS NULL))]]
case { "create_check_constraint", [3] = "t", [4] = "n < 100" }
  postgresql [[ALTER TABLE t ADD CHECK (n < 100)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CHECK (n < 100))]]
  finds_sqlite [[
+ check t: n < 100]]
  finds_postgresql [[
+ check t t_n_check: n < 100]]
case { "create_check_constraint", "ck_t_n", "t", "n > 1", postgresql_not_valid = true }
  postgresql [[ALTER TABLE t ADD CONSTRAINT ck_t_n CHECK (n > 1) NOT VALID]]
  refused_sqlite [[op.create_check_constraint: 1 row of 't' violates CHECK (n > 1)]]
  finds_postgresql [[
+ check t ck_t_n: n > 1 not valid]]
case { "create_check_constraint", "ck_in", "t", "b IN ('x', 'y', 'it''s')" }
  postgresql [[ALTER TABLE t ADD CONSTRAINT ck_in CHECK (b IN ('x', 'y', 'it''s'))]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT ck_in CHECK (b IN ('x', 'y', 'it''s')))]]
  finds_sqlite [[
+ check t ck_in: b IN ('x', 'y', 'it''s')]]
  finds_postgresql [[
+ check t ck_in: b = ANY (ARRAY['x'::text, 'y'::text, 'it''s'::text])]]
case { "create_check_constraint", "ck_s", "t", "n > 0", schema = "s" }
  postgresql [[ALTER TABLE s.t ADD CONSTRAINT ck_s CHECK (n > 0)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, n INTEGER, CONSTRAINT ck_s CHECK (n > 0))]]
  finds [[
+ check t ck_s: n > 0]]
case { "create_foreign_key", "fk_t_p", "t", "p", { "p_id" }, { "id" } }
  postgresql [[ALTER TABLE t ADD CONSTRAINT fk_t_p FOREIGN KEY(p_id) REFERENCES p (id)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT fk_t_p FOREIGN KEY(p_id) REFERENCES p (id))]]
  finds [[
+ foreign key t fk_t_p: (p_id) -> p (id)]]
case { "create_foreign_key", "fk_t_p", "t", "p", { "p_id" }, { "id" }, ondelete = "CASCADE" }
  postgresql [[ALTER TABLE t ADD CONSTRAINT fk_t_p FOREIGN KEY(p_id) REFERENCES p (id) ON DELETE CASCADE]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT fk_t_p FOREIGN KEY(p_id) REFERENCES p (id) ON DELETE CASCADE)]]
  finds [[
+ foreign key t fk_t_p: (p_id) -> p (id) on delete CASCADE]]
case { "create_foreign_key", "fk_t_p", "t", "p", { "p_id" }, { "id" }, ondelete = "SET NULL",
  onupdate = "CASCADE" }
  postgresql [[ALTER TABLE t ADD CONSTRAINT fk_t_p FOREIGN KEY(p_id) REFERENCES p (id) ON DELETE SET NULL ON UPDATE CASCADE]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT fk_t_p FOREIGN KEY(p_id) REFERENCES p (id) ON DELETE SET NULL ON UPDATE CASCADE)]]
  finds [[
+ foreign key t fk_t_p: (p_id) -> p (id) on delete SET NULL on update CASCADE]]
case { "create_foreign_key", "fk_t_p", "t", "p", { "p_id" }, { "id" }, deferrable = true,
  initially = "DEFERRED" }
  postgresql [[ALTER TABLE t ADD CONSTRAINT fk_t_p FOREIGN KEY(p_id) REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT fk_t_p FOREIGN KEY(p_id) REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED)]]
  finds [[
+ foreign key t fk_t_p: (p_id) -> p (id) deferrable initially DEFERRED]]
case { "create_foreign_key", "fk_t_p", "t", "p", { "n", "p_id" }, { "x", "y" } }
  postgresql [[ALTER TABLE t ADD CONSTRAINT fk_t_p FOREIGN KEY(n, p_id) REFERENCES p (x, y)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT fk_t_p FOREIGN KEY(n, p_id) REFERENCES p (x, y))]]
  finds [[
+ foreign key t fk_t_p: (n, p_id) -> p (x, y)]]
case { "create_foreign_key", "fk_self", "t", "t", { "p_id" }, { "id" }, ondelete = "RESTRICT" }
  postgresql [[ALTER TABLE t ADD CONSTRAINT fk_self FOREIGN KEY(p_id) REFERENCES t (id) ON DELETE RESTRICT]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT fk_self FOREIGN KEY(p_id) REFERENCES t (id) ON DELETE RESTRICT)]]
  finds [[
+ foreign key t fk_self: (p_id) -> t (id) on delete RESTRICT]]
case { "create_foreign_key", [3] = "t", [4] = "p", [5] = { "p_id" }, [6] = { "id" } }
  postgresql [[ALTER TABLE t ADD FOREIGN KEY(p_id) REFERENCES p (id)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), FOREIGN KEY(p_id) REFERENCES p (id))]]
  finds_sqlite [[
+ foreign key t: (p_id) -> p (id)]]
  finds_postgresql [[
+ foreign key t t_p_id_fkey: (p_id) -> p (id)]]
case { "create_foreign_key", "fk_t_p", "t", "p", { "p_id" }, { "id" }, postgresql_not_valid = true }
  postgresql [[ALTER TABLE t ADD CONSTRAINT fk_t_p FOREIGN KEY(p_id) REFERENCES p (id) NOT VALID]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT fk_t_p FOREIGN KEY(p_id) REFERENCES p (id))]]
  finds_sqlite [[
+ foreign key t fk_t_p: (p_id) -> p (id)]]
  finds_postgresql [[
+ foreign key t fk_t_p: (p_id) -> p (id) not valid]]
case { "create_foreign_key", "fk_s", "t", "p", { "n" }, { "id" }, source_schema = "s" }
  postgresql [[ALTER TABLE s.t ADD CONSTRAINT fk_s FOREIGN KEY(n) REFERENCES p (id)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, n INTEGER, CONSTRAINT fk_s FOREIGN KEY(n) REFERENCES p (id))]]
  finds [[
+ foreign key t fk_s: (n) -> p (id)]]
case { "create_foreign_key", "fk_s", "t", "t", { "p_id" }, { "id" }, referent_schema = "s" }
  postgresql [[ALTER TABLE t ADD CONSTRAINT fk_s FOREIGN KEY(p_id) REFERENCES s.t (id)]]
  refused_sqlite [[op.create_foreign_key: a foreign key cannot refer to another schema ('s') on SQLite]]
  refused_postgresql [[insert or update on table "t" violates foreign key constraint "fk_s"
DETAIL: Key (p_id)=(1) is not present in table "t".]]
case { "create_exclude_constraint", "ex_g", "g", { { "r", "&&" } }, using = "gist" }
  postgresql [[ALTER TABLE g ADD CONSTRAINT ex_g EXCLUDE USING gist (r WITH &&)]]
  refused_sqlite [[op.create_exclude_constraint: exclude constraints exist on PostgreSQL only]]
  finds_postgresql [[
+ exclude g ex_g: EXCLUDE USING gist (r WITH &&)]]
case { "create_exclude_constraint", "ex_g", "g", { { "n", "=" } }, using = "btree",
  where = "n > 5", deferrable = true, initially = "DEFERRED" }
  postgresql [[ALTER TABLE g ADD CONSTRAINT ex_g EXCLUDE USING btree (n WITH =) WHERE (n > 5) DEFERRABLE INITIALLY DEFERRED]]
  refused_sqlite [[op.create_exclude_constraint: exclude constraints exist on PostgreSQL only]]
  finds_postgresql [[
+ exclude g ex_g: EXCLUDE USING btree (n WITH =) WHERE ((n > 5)) DEFERRABLE INITIALLY DEFERRED]]
case { "create_primary_key", "pk_u", "u", { "id", "n" } }
  before { { "create_table", "u", { { "n", types.integer }, { "id", types.integer } } } }
  postgresql [[ALTER TABLE u ADD CONSTRAINT pk_u PRIMARY KEY (id, n)]]
  copied [[CREATE TABLE u (
    n INTEGER NOT NULL,
    id INTEGER NOT NULL,
    CONSTRAINT pk_u PRIMARY KEY (id, n)
)]]
  finds_sqlite [[
~ column u.id: INTEGER not null key
~ column u.n: INTEGER not null key
+ primary key u pk_u: (id, n)]]
  finds_postgresql [[
~ column u.id: integer not null key
~ column u.n: integer not null key
+ primary key u pk_u: (id, n)]]
case { "create_primary_key", [3] = "u", [4] = { "id" } }
  before { { "create_table", "u", { { "id", types.text } } } }
  postgresql [[ALTER TABLE u ADD PRIMARY KEY (id)]]
  copied [[CREATE TABLE u (
    id TEXT NOT NULL,
    PRIMARY KEY (id)
)]]
  finds_sqlite [[
~ column u.id: TEXT not null key
+ primary key u: (id)]]
  finds_postgresql [[
~ column u.id: text not null key
+ primary key u u_pkey: (id)]]
case { "create_primary_key", "pk_u", "u", { "a" }, postgresql_include = { "b" } }
  before { { "create_table", "u", { { "a", types.text }, { "b", types.integer } } } }
  postgresql [[ALTER TABLE u ADD CONSTRAINT pk_u PRIMARY KEY (a) INCLUDE (b)]]
  copied [[CREATE TABLE u (
    a TEXT NOT NULL,
    b INTEGER,
    CONSTRAINT pk_u PRIMARY KEY (a)
)]]
  finds_sqlite [[
~ column u.a: TEXT not null key
+ primary key u pk_u: (a)]]
  finds_postgresql [[
~ column u.a: text not null key
+ primary key u pk_u: (a) include (b)]]
case { "create_primary_key", "pk_u", "u", { "a" }, deferrable = true, initially = "DEFERRED" }
  before { { "create_table", "u", { { "a", types.text } } } }
  postgresql [[ALTER TABLE u ADD CONSTRAINT pk_u PRIMARY KEY (a) DEFERRABLE INITIALLY DEFERRED]]
  refused_sqlite [[op.create_primary_key: only foreign keys can be deferrable on SQLite]]
  finds_postgresql [[
~ column u.a: text not null key
+ primary key u pk_u: (a) deferrable initially DEFERRED]]
case { "create_primary_key", "pk_2", "t", { "n" } }
  postgresql [[ALTER TABLE t ADD CONSTRAINT pk_2 PRIMARY KEY (n)]]
  refused_sqlite [[op.create_primary_key: the table 't' has a primary key already]]
  refused_postgresql [[multiple primary keys for table "t" are not allowed]]
case { "create_unique_constraint", "uq_t", "t", { "id" }, deferrable = true,
  initially = "IMMEDIATE", postgresql_nulls_not_distinct = true, postgresql_include = { "n" } }
  since(15)
  postgresql [[ALTER TABLE t ADD CONSTRAINT uq_t UNIQUE NULLS NOT DISTINCT (id) INCLUDE (n) DEFERRABLE INITIALLY IMMEDIATE]]
  refused_sqlite [[op.create_unique_constraint: only foreign keys can be deferrable on SQLite]]
  finds_postgresql [[
+ unique t uq_t: (id) deferrable include (n) nulls not distinct]]
case { "create_unique_constraint", "uq_t_inc", "t", { "a" }, postgresql_include = { "b" } }
  postgresql [[ALTER TABLE t ADD CONSTRAINT uq_t_inc UNIQUE (a) INCLUDE (b)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT uq_t_inc UNIQUE (a))]]
  finds_sqlite [[
+ unique t uq_t_inc: (a)]]
  finds_postgresql [[
+ unique t uq_t_inc: (a) include (b)]]
case { "create_unique_constraint", "uq_c_w", "c", { "w", "k" } }
  postgresql [[ALTER TABLE c ADD CONSTRAINT uq_c_w UNIQUE (w, k)]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id), CONSTRAINT uq_c_w UNIQUE (w, k))]]
  finds [[
+ unique c uq_c_w: (w, k)]]
case { "create_unique_constraint", "uq_nix", "t", { "nix" } }
  postgresql [[ALTER TABLE t ADD CONSTRAINT uq_nix UNIQUE (nix)]]
  refused_sqlite [[op.create_unique_constraint: the table 't' has no column 'nix']]
  refused_postgresql [[column "nix" named in key does not exist]]
case { "create_check_constraint", "ck_t_nv", "t", "n < 0", postgresql_not_valid = true }
  postgresql [[ALTER TABLE t ADD CONSTRAINT ck_t_nv CHECK (n < 0) NOT VALID]]
  refused_sqlite [[op.create_check_constraint: 2 rows of 't' violate CHECK (n < 0)]]
  finds_postgresql [[
+ check t ck_t_nv: n < 0 not valid]]
case { "create_check_constraint", "ck_t_bad", "t", "n < 0" }
  postgresql [[ALTER TABLE t ADD CONSTRAINT ck_t_bad CHECK (n < 0)]]
  refused_sqlite [[op.create_check_constraint: 2 rows of 't' violate CHECK (n < 0)]]
  refused_postgresql [[check constraint "ck_t_bad" of relation "t" is violated by some row]]
case { "create_check_constraint", "Ck T", "t", "a <> 'it''s' -- end" }
  postgresql [[ALTER TABLE t ADD CONSTRAINT "Ck T" CHECK (a <> 'it''s' -- end
)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT "Ck T" CHECK (a <> 'it''s' -- end
))]]
  finds_sqlite [[
+ check t Ck T: a <> 'it''s']]
  finds_postgresql [[
+ check t Ck T: (a)::text <> 'it''s'::text]]
case { "create_check_constraint", "ck_c", "t", "n > 0" }
  postgresql [[ALTER TABLE t ADD CONSTRAINT ck_c CHECK (n > 0)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT ck_c CHECK (n > 0))]]
  finds [[
+ check t ck_c: n > 0]]
case { "create_foreign_key", "fk_p", "u", "p", { "a", "b" }, { "x", "y" },
  ondelete = "SET NULL", onupdate = "CASCADE", match = "SIMPLE", deferrable = true,
  initially = "DEFERRED", postgresql_not_valid = true }
  before { { "create_table", "u", { { "a", types.integer }, { "b", types.integer } } } }
  postgresql [[ALTER TABLE u ADD CONSTRAINT fk_p FOREIGN KEY(a, b) REFERENCES p (x, y) MATCH SIMPLE ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED NOT VALID]]
  copied [[CREATE TABLE u (
    a INTEGER,
    b INTEGER,
    CONSTRAINT fk_p FOREIGN KEY(a, b) REFERENCES p (x, y) MATCH SIMPLE ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED
)]]
  finds_sqlite [[
+ foreign key u fk_p: (a, b) -> p (x, y) on delete SET NULL on update CASCADE match SIMPLE deferrable initially DEFERRED]]
  finds_postgresql [[
+ foreign key u fk_p: (a, b) -> p (x, y) on delete SET NULL on update CASCADE deferrable initially DEFERRED not valid]]
case { "create_foreign_key", "fk_p", "u", "p", { "a", "b" }, { "x", "y" },
  ondelete = "SET NULL (b)", match = "FULL", referent_schema = "public" }
  since(15)
  before { { "create_table", "u", { { "a", types.integer }, { "b", types.integer } } } }
  postgresql [[ALTER TABLE u ADD CONSTRAINT fk_p FOREIGN KEY(a, b) REFERENCES public.p (x, y) MATCH FULL ON DELETE SET NULL (b)]]
  refused_sqlite [[op.create_foreign_key: a foreign key cannot refer to another schema ('public') on SQLite]]
  finds_postgresql [[
+ foreign key u fk_p: (a, b) -> p (x, y) on delete SET NULL (b) match FULL]]
case { "create_foreign_key", "fk_p", "u", "p", { "a", "b" }, { "x", "y" }, match = "FULL" }
  before { { "create_table", "u", { { "a", types.integer }, { "b", types.integer } } } }
  postgresql [[ALTER TABLE u ADD CONSTRAINT fk_p FOREIGN KEY(a, b) REFERENCES p (x, y) MATCH FULL]]
  copied [[CREATE TABLE u (
    a INTEGER,
    b INTEGER,
    CONSTRAINT fk_p FOREIGN KEY(a, b) REFERENCES p (x, y) MATCH FULL
)]]
  finds [[
+ foreign key u fk_p: (a, b) -> p (x, y) match FULL]]
case { "create_foreign_key", "fk_s", "u", "t", { "a" }, { "id" }, source_schema = "s",
  referent_schema = "s", ondelete = "CASCADE" }
  before { { "create_table", "u", { { "a", types.integer } }, schema = "s" } }
  touches { "u" }
  postgresql [[ALTER TABLE s.u ADD CONSTRAINT fk_s FOREIGN KEY(a) REFERENCES s.t (id) ON DELETE CASCADE]]
  copied [[CREATE TABLE u (
    a INTEGER,
    CONSTRAINT fk_s FOREIGN KEY(a) REFERENCES t (id) ON DELETE CASCADE
)]]
  finds_sqlite [[
+ foreign key u fk_s: (a) -> t (id) on delete CASCADE]]
  finds_postgresql [[
+ foreign key u fk_s: (a) -> s.t (id) on delete CASCADE]]
case { "create_foreign_key", "fk_t", "t", "p", { "p_id" }, { "id" }, deferrable = true,
  initially = "IMMEDIATE" }
  postgresql [[ALTER TABLE t ADD CONSTRAINT fk_t FOREIGN KEY(p_id) REFERENCES p (id) DEFERRABLE INITIALLY IMMEDIATE]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT fk_t FOREIGN KEY(p_id) REFERENCES p (id) DEFERRABLE INITIALLY IMMEDIATE)]]
  finds_sqlite [[
+ foreign key t fk_t: (p_id) -> p (id) deferrable initially IMMEDIATE]]
  finds_postgresql [[
+ foreign key t fk_t: (p_id) -> p (id) deferrable]]
case { "create_foreign_key", "fk_t", "t", "p", { "p_id" }, { "id" }, ondelete = "SET DEFAULT",
  onupdate = "SET NULL" }
  postgresql [[ALTER TABLE t ADD CONSTRAINT fk_t FOREIGN KEY(p_id) REFERENCES p (id) ON DELETE SET DEFAULT ON UPDATE SET NULL]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT fk_t FOREIGN KEY(p_id) REFERENCES p (id) ON DELETE SET DEFAULT ON UPDATE SET NULL)]]
  finds [[
+ foreign key t fk_t: (p_id) -> p (id) on delete SET DEFAULT on update SET NULL]]
case { "create_foreign_key", "fk_t", "t", "p", { "p_id" }, { "id" }, ondelete = "NO ACTION",
  onupdate = "RESTRICT" }
  postgresql [[ALTER TABLE t ADD CONSTRAINT fk_t FOREIGN KEY(p_id) REFERENCES p (id) ON DELETE NO ACTION ON UPDATE RESTRICT]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT fk_t FOREIGN KEY(p_id) REFERENCES p (id) ON DELETE NO ACTION ON UPDATE RESTRICT)]]
  finds [[
+ foreign key t fk_t: (p_id) -> p (id) on update RESTRICT]]
case { "create_foreign_key", "fk_t", "t", "nix", { "p_id" }, { "id" } }
  postgresql [[ALTER TABLE t ADD CONSTRAINT fk_t FOREIGN KEY(p_id) REFERENCES nix (id)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT fk_t FOREIGN KEY(p_id) REFERENCES nix (id))]]
  refused_postgresql [[relation "nix" does not exist]]
  finds_sqlite [[
+ foreign key t fk_t: (p_id) -> nix (id)]]
case { "create_foreign_key", "fk_t", "t", "p", { "p_id" }, { "x" } }
  postgresql [[ALTER TABLE t ADD CONSTRAINT fk_t FOREIGN KEY(p_id) REFERENCES p (x)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT fk_t FOREIGN KEY(p_id) REFERENCES p (x))]]
  refused_postgresql [[there is no unique constraint matching given keys for referenced table "p"]]
  finds_sqlite [[
+ foreign key t fk_t: (p_id) -> p (x)]]
case { "create_exclude_constraint", "ex_g", "g", { { "r", "&&" }, { sql "int4range(n, n + 1)",
  "=" } }, where = "n > 0", deferrable = true }
  postgresql [[ALTER TABLE g ADD CONSTRAINT ex_g EXCLUDE USING gist (r WITH &&, (int4range(n, n + 1)) WITH =) WHERE (n > 0) DEFERRABLE]]
  refused_sqlite [[op.create_exclude_constraint: exclude constraints exist on PostgreSQL only]]
  finds_postgresql [[
+ exclude g ex_g: EXCLUDE USING gist (r WITH &&, int4range(n, (n + 1)) WITH =) WHERE ((n > 0)) DEFERRABLE]]
case { "create_exclude_constraint", [3] = "g", [4] = { { "n", "=" } }, using = "btree" }
  postgresql [[ALTER TABLE g ADD EXCLUDE USING btree (n WITH =)]]
  refused_sqlite [[op.create_exclude_constraint: exclude constraints exist on PostgreSQL only]]
  finds_postgresql [[
+ exclude g g_n_excl: EXCLUDE USING btree (n WITH =)]]
case { "create_exclude_constraint", "ex_hash", "g", { { "n", "=" } }, using = "hash" }
  postgresql [[ALTER TABLE g ADD CONSTRAINT ex_hash EXCLUDE USING hash (n WITH =)]]
  refused_sqlite [[op.create_exclude_constraint: exclude constraints exist on PostgreSQL only]]
  finds_postgresql [[
+ exclude g ex_hash: EXCLUDE USING hash (n WITH =)]]
case { "create_unique_constraint", "uq_s2", "t", { "a", "n" }, schema = "s", deferrable = false }
  postgresql [[ALTER TABLE s.t ADD CONSTRAINT uq_s2 UNIQUE (a, n) NOT DEFERRABLE]]
  refused_sqlite [[op.create_unique_constraint: only foreign keys can be deferrable on SQLite]]
  finds_postgresql [[
+ unique t uq_s2: (a, n)]]
case { "create_check_constraint", "ck_s2", "t", "n BETWEEN 1 AND 9", schema = "s" }
  postgresql [[ALTER TABLE s.t ADD CONSTRAINT ck_s2 CHECK (n BETWEEN 1 AND 9)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, n INTEGER, CONSTRAINT ck_s2 CHECK (n BETWEEN 1 AND 9))]]
  finds_sqlite [[
+ check t ck_s2: n BETWEEN 1 AND 9]]
  finds_postgresql [[
+ check t ck_s2: (n >= 1) AND (n <= 9)]]
case { "create_primary_key", "pk_s", "u", { "a", "b" }, schema = "s" }
  before { { "create_table", "u", { { "a", types.integer }, { "b", types.text } }, schema = "s" } }
  postgresql [[ALTER TABLE s.u ADD CONSTRAINT pk_s PRIMARY KEY (a, b)]]
  copied [[CREATE TABLE u (
    a INTEGER NOT NULL,
    b TEXT NOT NULL,
    CONSTRAINT pk_s PRIMARY KEY (a, b)
)]]
  finds_sqlite [[
~ column u.a: INTEGER not null key
~ column u.b: TEXT not null key
+ primary key u pk_s: (a, b)]]
  finds_postgresql [[
~ column u.a: integer not null key
~ column u.b: text not null key
+ primary key u pk_s: (a, b)]]
case { "create_check_constraint", [3] = "t", [4] = "n > 0 OR n IS NULL" }
  postgresql [[ALTER TABLE t ADD CHECK (n > 0 OR n IS NULL)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CHECK (n > 0 OR n IS NULL))]]
  finds_sqlite [[
+ check t: n > 0 OR n IS NULL]]
  finds_postgresql [[
+ check t t_n_check: (n > 0) OR (n IS NULL)]]
case { "create_foreign_key", "fk_x", "t", "p", { "p_id", "n" }, { "id" } }
  refused [[op.create_foreign_key: a foreign key of 2 columns refers to 1 columns]]
case { "create_foreign_key", "Fk X", "c", "c", { "w" }, { "k" }, onupdate = "CASCADE" }
  postgresql [[ALTER TABLE c ADD CONSTRAINT "Fk X" FOREIGN KEY(w) REFERENCES c (k) ON UPDATE CASCADE]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id), CONSTRAINT "Fk X" FOREIGN KEY(w) REFERENCES c (k) ON UPDATE CASCADE)]]
  finds [[
+ foreign key c Fk X: (w) -> c (k) on update CASCADE]]
case { "create_unique_constraint", "uq_t_nd", "t", { "n" }, postgresql_nulls_not_distinct = false }
  since(15)
  postgresql [[ALTER TABLE t ADD CONSTRAINT uq_t_nd UNIQUE NULLS DISTINCT (n)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, CONSTRAINT pk_t PRIMARY KEY (id), CONSTRAINT uq_t_nd UNIQUE (n))]]
  finds [[
+ unique t uq_t_nd: (n)]]
case { "create_exclude_constraint", "ex_s", "t", { { "n", "=" } }, using = "btree", schema = "s",
  initially = "DEFERRED", deferrable = true }
  postgresql [[ALTER TABLE s.t ADD CONSTRAINT ex_s EXCLUDE USING btree (n WITH =) DEFERRABLE INITIALLY DEFERRED]]
  refused_sqlite [[op.create_exclude_constraint: exclude constraints exist on PostgreSQL only]]
  finds_postgresql [[
+ exclude t ex_s: EXCLUDE USING btree (n WITH =) DEFERRABLE INITIALLY DEFERRED]]
case { "create_foreign_key", "fk_s", "t", "t", { "n" }, { "id" }, schema = "s",
  referent_schema = "s" }
  postgresql [[ALTER TABLE s.t ADD CONSTRAINT fk_s FOREIGN KEY(n) REFERENCES s.t (id)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, n INTEGER, CONSTRAINT fk_s FOREIGN KEY(n) REFERENCES t (id))]]
  finds_sqlite [[
+ foreign key t fk_s: (n) -> t (id)]]
  finds_postgresql [[
+ foreign key t fk_s: (n) -> s.t (id)]]

-- dropped, by name or by what they are
case { "drop_constraint", "uq_c", "c" }
  postgresql [[ALTER TABLE c DROP CONSTRAINT uq_c]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds [[
- unique c uq_c]]
case { "drop_constraint", "uq_c", "c", type = "unique" }
  postgresql [[ALTER TABLE c DROP CONSTRAINT uq_c]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds [[
- unique c uq_c]]
case { "drop_constraint", "ck_c", "c", type = "check" }
  postgresql [[ALTER TABLE c DROP CONSTRAINT ck_c]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds [[
- check c ck_c]]
case { "drop_constraint", "fk_c", "c", type = "foreignkey" }
  postgresql [[ALTER TABLE c DROP CONSTRAINT fk_c]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0))]]
  finds [[
- foreign key c fk_c]]
case { "drop_constraint", "pk_c", "c", type = "primary" }
  postgresql [[ALTER TABLE c DROP CONSTRAINT pk_c]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds_sqlite [[
- primary key c pk_c
~ column c.id: INTEGER not null]]
  finds_postgresql [[
- primary key c pk_c
~ column c.id: integer not null]]
case { "drop_constraint", "ck_c", "c", if_exists = true }
  postgresql [[ALTER TABLE c DROP CONSTRAINT IF EXISTS ck_c]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds [[
- check c ck_c]]
case { "drop_constraint", "nix", "c", if_exists = true }
  postgresql [[ALTER TABLE c DROP CONSTRAINT IF EXISTS nix]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds ""
case { "drop_constraint", "uq_p", "p", cascade = true }
  postgresql [[ALTER TABLE p DROP CONSTRAINT uq_p CASCADE]]
  copied [[CREATE TABLE p (id INTEGER NOT NULL PRIMARY KEY, x INTEGER, y INTEGER)]]
  finds [[
- unique p uq_p]]
case { "drop_constraint", [3] = "c", columns = { "k" }, type = "unique" }
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds [[
- unique c uq_c]]
case { "drop_constraint", [3] = "c", columns = { "w" }, type = "foreignkey" }
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0))]]
  finds [[
- foreign key c fk_c]]
case { "drop_constraint", [3] = "c", columns = { "w" }, type = "check" }
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds [[
- check c ck_c]]
case { "drop_constraint", [3] = "c", type = "primary" }
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds_sqlite [[
- primary key c pk_c
~ column c.id: INTEGER not null]]
  finds_postgresql [[
- primary key c pk_c
~ column c.id: integer not null]]
case { "drop_constraint", [3] = "p", columns = { "y", "x" } }
  copied [[CREATE TABLE p (id INTEGER NOT NULL PRIMARY KEY, x INTEGER, y INTEGER)]]
  finds [[
- unique p uq_p]]
case { "drop_constraint", [3] = "p", columns = { "y" }, if_exists = true }
  copied [[CREATE TABLE p (id INTEGER NOT NULL PRIMARY KEY, x INTEGER, y INTEGER, CONSTRAINT uq_p UNIQUE (x, y))]]
  finds ""
case { "drop_constraint", [3] = "u", columns = { "a" }, type = "unique" }
  before { { "create_table", "u", { { "a", types.integer, unique = true }, { "b", types.integer,
    unique = true } } } }
  copied [[CREATE TABLE u (
    a INTEGER,
    b INTEGER,
    UNIQUE (b)
)]]
  finds_sqlite [[
- unique u 2
~ unique u: (b)]]
  finds_postgresql [[
- unique u u_a_key]]
case { "drop_constraint", [3] = "c", columns = { "w" } }
  refused_sqlite [[op.drop_constraint: 2 constraints of the table 'c' are meant: say more with columns and type]]
  refused_postgresql [[op.drop_constraint: 2 constraints of the table 'c' are meant: say more with columns and type, or name one]]
case { "drop_constraint", [3] = "t" }
  refused [[op.drop_constraint: a constraint without a name needs columns and type]]
case { "drop_constraint", "nix", "c" }
  postgresql [[ALTER TABLE c DROP CONSTRAINT nix]]
  refused_sqlite [[op.drop_constraint: the table 'c' has no constraint 'nix'; it has]]
  refused_postgresql [[constraint "nix" of relation "c" does not exist]]
case { "drop_constraint", "ex_g", "g", type = "exclude" }
  before { { "create_exclude_constraint", "ex_g", "g", { { "r", "&&" } } } }
  postgresql [[ALTER TABLE g DROP CONSTRAINT ex_g]]
  refused_sqlite [[op.create_exclude_constraint: exclude constraints exist on PostgreSQL only]]
  finds_postgresql [[
- exclude g ex_g]]
case { "drop_constraint", "uq_s", "t", schema = "s", if_exists = true, cascade = true,
  type = "unique" }
  before { { "create_unique_constraint", "uq_s", "t", { "a" }, schema = "s" } }
  postgresql [[ALTER TABLE s.t DROP CONSTRAINT IF EXISTS uq_s CASCADE]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, n INTEGER)]]
  finds [[
- unique t uq_s]]
case { "drop_constraint", "t_pkey", "t", schema = "s" }
  postgresql [[ALTER TABLE s.t DROP CONSTRAINT t_pkey]]
  refused_sqlite [[op.drop_constraint: the table 't' has no constraint 't_pkey'; it has]]
  finds_postgresql [[
- primary key t t_pkey
~ column t.id: integer not null]]
case { "drop_constraint", "uq_p", "p" }
  postgresql [[ALTER TABLE p DROP CONSTRAINT uq_p]]
  copied [[CREATE TABLE p (id INTEGER NOT NULL PRIMARY KEY, x INTEGER, y INTEGER)]]
  finds [[
- unique p uq_p]]
case { "drop_constraint", "pk_c", "c", cascade = true }
  postgresql [[ALTER TABLE c DROP CONSTRAINT pk_c CASCADE]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds_sqlite [[
- primary key c pk_c
~ column c.id: INTEGER not null]]
  finds_postgresql [[
- primary key c pk_c
~ column c.id: integer not null]]
case { "drop_constraint", "fk_self", "u" }
  before { { "create_table", "u", { { "id", types.integer, primary_key = true }, { "u_id",
    types.integer, references = { "u", "id", name = "fk_self" } } } } }
  postgresql [[ALTER TABLE u DROP CONSTRAINT fk_self]]
  copied [[CREATE TABLE u (
    id INTEGER NOT NULL,
    u_id INTEGER,
    PRIMARY KEY (id)
)]]
  finds [[
- foreign key u fk_self]]
case { "drop_constraint", [3] = "g", columns = { "r" }, type = "exclude" }
  before { { "create_exclude_constraint", "ex_g", "g", { { "r", "&&" } } } }
  refused_sqlite [[op.create_exclude_constraint: exclude constraints exist on PostgreSQL only]]
  finds_postgresql [[
- exclude g ex_g]]
case { "drop_constraint", [3] = "t", columns = { "a" }, type = "unique", schema = "s" }
  before { { "create_unique_constraint", "uq_s", "t", { "a" }, schema = "s" } }
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, n INTEGER)]]
  finds [[
- unique t uq_s]]
case { "drop_constraint", "uq_c", "c", type = "check" }
  postgresql [[ALTER TABLE c DROP CONSTRAINT uq_c]]
  refused_sqlite [[op.drop_constraint: the table 'c' has no constraint 'uq_c'; it has]]
  finds_postgresql [[
- unique c uq_c]]
case { "drop_constraint", "fk_t", "t", schema = "s" }
  before { { "create_foreign_key", "fk_t", "t", "t", { "n" }, { "id" }, schema = "s",
    referent_schema = "s" } }
  postgresql [[ALTER TABLE s.t DROP CONSTRAINT fk_t]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, n INTEGER)]]
  finds [[
- foreign key t fk_t]]

-- renamed and validated
case { "validate_constraint", "ck_g", "g" }
  postgresql [[ALTER TABLE g VALIDATE CONSTRAINT ck_g]]
  refused_sqlite [[op.validate_constraint: constraints are validated on PostgreSQL only]]
  finds_postgresql [[
~ check g ck_g: n > 0]]
case { "rename_constraint", "c", "uq_c", "uq_c_k" }
  postgresql [[ALTER TABLE c RENAME CONSTRAINT uq_c TO uq_c_k]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c_k UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds [[
- unique c uq_c
+ unique c uq_c_k: (k)]]
case { "rename_constraint", "c", "ck_c", "Ck C" }
  postgresql [[ALTER TABLE c RENAME CONSTRAINT ck_c TO "Ck C"]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT "Ck C" CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds [[
- check c ck_c
+ check c Ck C: w > 0]]
case { "rename_constraint", "c", "fk_c", "fk_c_w" }
  postgresql [[ALTER TABLE c RENAME CONSTRAINT fk_c TO fk_c_w]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c_w FOREIGN KEY (w) REFERENCES p (id))]]
  finds [[
- foreign key c fk_c
+ foreign key c fk_c_w: (w) -> p (id)]]
case { "rename_constraint", "c", "pk_c", "c_key" }
  postgresql [[ALTER TABLE c RENAME CONSTRAINT pk_c TO c_key]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, CONSTRAINT c_key PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds [[
- primary key c pk_c
+ primary key c c_key: (id)]]
case { "rename_constraint", "t", "uq_s", "New", schema = "s" }
  before { { "create_unique_constraint", "uq_s", "t", { "a" }, schema = "s" } }
  postgresql [[ALTER TABLE s.t RENAME CONSTRAINT uq_s TO "New"]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, n INTEGER, CONSTRAINT "New" UNIQUE (a))]]
  finds [[
- unique t uq_s
+ unique t New: (a)]]
case { "rename_constraint", "c", "nix", "other" }
  postgresql [[ALTER TABLE c RENAME CONSTRAINT nix TO other]]
  refused_sqlite [[op.rename_constraint: the table 'c' has no constraint 'nix'; it has]]
  refused_postgresql [[constraint "nix" for table "c" does not exist]]
case { "rename_constraint", "c", "uq_c", "ck_c" }
  postgresql [[ALTER TABLE c RENAME CONSTRAINT uq_c TO ck_c]]
  refused_sqlite [[op.rename_constraint: the table 'c' has a constraint 'ck_c' already]]
  refused_postgresql [[constraint "ck_c" for relation "c" already exists]]
case { "rename_constraint", "p", "uq_p", "uq_p_xy" }
  postgresql [[ALTER TABLE p RENAME CONSTRAINT uq_p TO uq_p_xy]]
  copied [[CREATE TABLE p (id INTEGER NOT NULL PRIMARY KEY, x INTEGER, y INTEGER, CONSTRAINT uq_p_xy UNIQUE (x, y))]]
  finds [[
- unique p uq_p
+ unique p uq_p_xy: (x, y)]]
case { "validate_constraint", "fk_t", "t" }
  before { { "create_foreign_key", "fk_t", "t", "p", { "p_id" }, { "id" },
    postgresql_not_valid = true } }
  postgresql [[ALTER TABLE t VALIDATE CONSTRAINT fk_t]]
  refused_sqlite [[op.validate_constraint: constraints are validated on PostgreSQL only]]
  finds_postgresql [[
~ foreign key t fk_t: (p_id) -> p (id)]]
case { "validate_constraint", "ck_s", "t", schema = "s" }
  before { { "create_check_constraint", "ck_s", "t", "n > 0", schema = "s",
    postgresql_not_valid = true } }
  postgresql [[ALTER TABLE s.t VALIDATE CONSTRAINT ck_s]]
  refused_sqlite [[op.validate_constraint: constraints are validated on PostgreSQL only]]
  finds_postgresql [[
~ check t ck_s: n > 0]]
case { "validate_constraint", "nix", "t" }
  postgresql [[ALTER TABLE t VALIDATE CONSTRAINT nix]]
  refused_sqlite [[op.validate_constraint: constraints are validated on PostgreSQL only]]
  refused_postgresql [[constraint "nix" of relation "t" does not exist]]
