-- luacheck: ignore 113 631
-- The foreign keys of new tables.

case { "create_table", "u", { { "t_id", types.integer, references = { "t", "id" } } } }
  both [[CREATE TABLE u (
    t_id INTEGER,
    FOREIGN KEY(t_id) REFERENCES t (id)
)]]
  finds_sqlite [[
+ column u.t_id: INTEGER null
+ foreign key u: (t_id) -> t (id)
+ table u: (t_id)]]
  finds_postgresql [[
+ column u.t_id: integer null
+ foreign key u u_t_id_fkey: (t_id) -> t (id)
+ table u: (t_id)]]
case { "create_table", "u", { { "t_id", types.integer, nullable = false, index = true,
  references = { "t", "id", ondelete = "CASCADE" } } } }
  both [[CREATE TABLE u (
    t_id INTEGER NOT NULL,
    FOREIGN KEY(t_id) REFERENCES t (id) ON DELETE CASCADE
);
CREATE INDEX ix_u_t_id ON u (t_id)]]
  finds_sqlite [[
+ column u.t_id: INTEGER not null
+ foreign key u: (t_id) -> t (id) on delete CASCADE
+ index u ix_u_t_id: (t_id)
+ table u: (t_id)]]
  finds_postgresql [[
+ column u.t_id: integer not null
+ foreign key u u_t_id_fkey: (t_id) -> t (id) on delete CASCADE
+ index u ix_u_t_id: (t_id)
+ table u: (t_id)]]
case { "create_table", "u", { { "t_id", types.integer, references = { "t", "id",
  name = "fk_u_t", ondelete = "SET NULL", onupdate = "CASCADE" } } } }
  both [[CREATE TABLE u (
    t_id INTEGER,
    CONSTRAINT fk_u_t FOREIGN KEY(t_id) REFERENCES t (id) ON DELETE SET NULL ON UPDATE CASCADE
)]]
  finds_sqlite [[
+ column u.t_id: INTEGER null
+ foreign key u fk_u_t: (t_id) -> t (id) on delete SET NULL on update CASCADE
+ table u: (t_id)]]
  finds_postgresql [[
+ column u.t_id: integer null
+ foreign key u fk_u_t: (t_id) -> t (id) on delete SET NULL on update CASCADE
+ table u: (t_id)]]
case { "create_table", "u", { { "t_id", types.integer, references = { "t", "id",
  ondelete = "RESTRICT" } } } }
  both [[CREATE TABLE u (
    t_id INTEGER,
    FOREIGN KEY(t_id) REFERENCES t (id) ON DELETE RESTRICT
)]]
  finds_sqlite [[
+ column u.t_id: INTEGER null
+ foreign key u: (t_id) -> t (id) on delete RESTRICT
+ table u: (t_id)]]
  finds_postgresql [[
+ column u.t_id: integer null
+ foreign key u u_t_id_fkey: (t_id) -> t (id) on delete RESTRICT
+ table u: (t_id)]]
case { "create_table", "u", { { "t_id", types.integer, server_default = 1,
  references = { "t", "id", ondelete = "SET DEFAULT" } } } }
  both [[CREATE TABLE u (
    t_id INTEGER DEFAULT 1,
    FOREIGN KEY(t_id) REFERENCES t (id) ON DELETE SET DEFAULT
)]]
  finds_sqlite [[
+ column u.t_id: INTEGER null default 1
+ foreign key u: (t_id) -> t (id) on delete SET DEFAULT
+ table u: (t_id)]]
  finds_postgresql [[
+ column u.t_id: integer null default 1
+ foreign key u u_t_id_fkey: (t_id) -> t (id) on delete SET DEFAULT
+ table u: (t_id)]]
case { "create_table", "u", { { "t_id", types.integer, references = { "t", "id",
  deferrable = true, initially = "DEFERRED" } } } }
  both [[CREATE TABLE u (
    t_id INTEGER,
    FOREIGN KEY(t_id) REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED
)]]
  finds_sqlite [[
+ column u.t_id: INTEGER null
+ foreign key u: (t_id) -> t (id) deferrable initially DEFERRED
+ table u: (t_id)]]
  finds_postgresql [[
+ column u.t_id: integer null
+ foreign key u u_t_id_fkey: (t_id) -> t (id) deferrable initially DEFERRED
+ table u: (t_id)]]
case { "create_table", "u", { { "id", types.integer, primary_key = true },
  { "parent_id", types.integer, references = { "u", "id", ondelete = "CASCADE" } } } }
  sqlite [[CREATE TABLE u (
    id INTEGER NOT NULL,
    parent_id INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(parent_id) REFERENCES u (id) ON DELETE CASCADE
)]]
  postgresql [[CREATE TABLE u (
    id SERIAL NOT NULL,
    parent_id INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(parent_id) REFERENCES u (id) ON DELETE CASCADE
)]]
  finds_sqlite [[
+ column u.id: INTEGER not null key
+ column u.parent_id: INTEGER null
+ foreign key u: (parent_id) -> u (id) on delete CASCADE
+ primary key u: (id)
+ table u: (id, parent_id)]]
  finds_postgresql [[
+ column u.id: integer not null default nextval('u_id_seq'::regclass) key autoincrement
+ column u.parent_id: integer null
+ foreign key u u_parent_id_fkey: (parent_id) -> u (id) on delete CASCADE
+ primary key u u_pkey: (id)
+ sequence u_id_seq: integer of u.id
+ table u: (id, parent_id)]]
case { "create_table", "u", { { "x", types.integer }, { "y", types.integer },
  foreign_key({ "x", "y" }, "p", { "x", "y" }, { name = "fk_u_p", ondelete = "CASCADE" }) } }
  both [[CREATE TABLE u (
    x INTEGER,
    y INTEGER,
    CONSTRAINT fk_u_p FOREIGN KEY(x, y) REFERENCES p (x, y) ON DELETE CASCADE
)]]
  finds_sqlite [[
+ column u.x: INTEGER null
+ column u.y: INTEGER null
+ foreign key u fk_u_p: (x, y) -> p (x, y) on delete CASCADE
+ table u: (x, y)]]
  finds_postgresql [[
+ column u.x: integer null
+ column u.y: integer null
+ foreign key u fk_u_p: (x, y) -> p (x, y) on delete CASCADE
+ table u: (x, y)]]
case { "create_table", "u", { { "x", types.integer }, { "y", types.integer },
  foreign_key({ "x", "y" }, "p", { "x", "y" }, { match = "FULL" }) } }
  both [[CREATE TABLE u (
    x INTEGER,
    y INTEGER,
    FOREIGN KEY(x, y) REFERENCES p (x, y) MATCH FULL
)]]
  finds_sqlite [[
+ column u.x: INTEGER null
+ column u.y: INTEGER null
+ foreign key u: (x, y) -> p (x, y) match FULL
+ table u: (x, y)]]
  finds_postgresql [[
+ column u.x: integer null
+ column u.y: integer null
+ foreign key u u_x_y_fkey: (x, y) -> p (x, y) match FULL
+ table u: (x, y)]]
case { "create_table", "u", { { "t_id", types.integer, references = { "t", "id",
  referent_schema = "s" } } } }
  postgresql [[CREATE TABLE u (
    t_id INTEGER,
    FOREIGN KEY(t_id) REFERENCES s.t (id)
)]]
  refused_sqlite [[op.create_table: column 't_id': a foreign key cannot refer to another schema ('s') on SQLite]]
  finds_postgresql [[
+ column u.t_id: integer null
+ foreign key u u_t_id_fkey: (t_id) -> s.t (id)
+ table u: (t_id)]]
case { "create_table", "u", { { "a", types.integer, references = { "t", "id" } },
  { "b", types.integer, references = { "t", "id" } } } }
  both [[CREATE TABLE u (
    a INTEGER,
    b INTEGER,
    FOREIGN KEY(a) REFERENCES t (id),
    FOREIGN KEY(b) REFERENCES t (id)
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ column u.b: INTEGER null
+ foreign key u: (a) -> t (id)
+ foreign key u 2: (b) -> t (id)
+ table u: (a, b)]]
  finds_postgresql [[
+ column u.a: integer null
+ column u.b: integer null
+ foreign key u u_a_fkey: (a) -> t (id)
+ foreign key u u_b_fkey: (b) -> t (id)
+ table u: (a, b)]]
case { "create_table", "u", { { "x", types.integer }, { "y", types.integer },
  foreign_key({ "x", "y" }, "p", { "x", "y" }, { ondelete = "SET NULL (y)" }) } }
  since(15)
  postgresql [[CREATE TABLE u (
    x INTEGER,
    y INTEGER,
    FOREIGN KEY(x, y) REFERENCES p (x, y) ON DELETE SET NULL (y)
)]]
  refused_sqlite [[op.create_table: 'ON DELETE SET NULL (y)': SQLite takes no columns here]]
  finds_postgresql [[
+ column u.x: integer null
+ column u.y: integer null
+ foreign key u u_x_y_fkey: (x, y) -> p (x, y) on delete SET NULL (y)
+ table u: (x, y)]]
case { "create_table", "u", { { "a", types.integer }, { "b", types.integer },
  foreign_key({ "a", "b" }, "p", { "x", "y" }, { name = "fk_u", match = "full",
  ondelete = "set null", onupdate = "NO ACTION", deferrable = true, initially = "deferred" }) } }
  both [[CREATE TABLE u (
    a INTEGER,
    b INTEGER,
    CONSTRAINT fk_u FOREIGN KEY(a, b) REFERENCES p (x, y) MATCH FULL ON DELETE SET NULL ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ column u.b: INTEGER null
+ foreign key u fk_u: (a, b) -> p (x, y) on delete SET NULL match FULL deferrable initially DEFERRED
+ table u: (a, b)]]
  finds_postgresql [[
+ column u.a: integer null
+ column u.b: integer null
+ foreign key u fk_u: (a, b) -> p (x, y) on delete SET NULL match FULL deferrable initially DEFERRED
+ table u: (a, b)]]
case { "create_table", "u", { { "a", types.integer, references = { "p", "id",
  ondelete = "RESTRICT", onupdate = "CASCADE" } } } }
  both [[CREATE TABLE u (
    a INTEGER,
    FOREIGN KEY(a) REFERENCES p (id) ON DELETE RESTRICT ON UPDATE CASCADE
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ foreign key u: (a) -> p (id) on delete RESTRICT on update CASCADE
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null
+ foreign key u u_a_fkey: (a) -> p (id) on delete RESTRICT on update CASCADE
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, references = { "p", ondelete = "SET DEFAULT",
  name = "fk_u" } } } }
  both [[CREATE TABLE u (
    a INTEGER,
    CONSTRAINT fk_u FOREIGN KEY(a) REFERENCES p ON DELETE SET DEFAULT
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ foreign key u fk_u: (a) -> p (id) on delete SET DEFAULT
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null
+ foreign key u fk_u: (a) -> p (id) on delete SET DEFAULT
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, references = { "p", "id",
  deferrable = false } } } }
  both [[CREATE TABLE u (
    a INTEGER,
    FOREIGN KEY(a) REFERENCES p (id) NOT DEFERRABLE
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ foreign key u: (a) -> p (id)
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null
+ foreign key u u_a_fkey: (a) -> p (id)
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, references = { "p", "id", deferrable = true,
  initially = "IMMEDIATE" } } } }
  both [[CREATE TABLE u (
    a INTEGER,
    FOREIGN KEY(a) REFERENCES p (id) DEFERRABLE INITIALLY IMMEDIATE
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ foreign key u: (a) -> p (id) deferrable initially IMMEDIATE
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null
+ foreign key u u_a_fkey: (a) -> p (id) deferrable
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, references = { "p", "id",
  onupdate = "SET NULL" } } } }
  both [[CREATE TABLE u (
    a INTEGER,
    FOREIGN KEY(a) REFERENCES p (id) ON UPDATE SET NULL
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ foreign key u: (a) -> p (id) on update SET NULL
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null
+ foreign key u u_a_fkey: (a) -> p (id) on update SET NULL
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, server_default = 1, references = { "p", "id",
  onupdate = "SET DEFAULT", ondelete = "NO ACTION" } } } }
  both [[CREATE TABLE u (
    a INTEGER DEFAULT 1,
    FOREIGN KEY(a) REFERENCES p (id) ON DELETE NO ACTION ON UPDATE SET DEFAULT
)]]
  finds_sqlite [[
+ column u.a: INTEGER null default 1
+ foreign key u: (a) -> p (id) on update SET DEFAULT
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null default 1
+ foreign key u u_a_fkey: (a) -> p (id) on update SET DEFAULT
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, references = { "p", "id",
  onupdate = "RESTRICT" } } } }
  both [[CREATE TABLE u (
    a INTEGER,
    FOREIGN KEY(a) REFERENCES p (id) ON UPDATE RESTRICT
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ foreign key u: (a) -> p (id) on update RESTRICT
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null
+ foreign key u u_a_fkey: (a) -> p (id) on update RESTRICT
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, references = { "p", "id",
  match = "SIMPLE" } } } }
  both [[CREATE TABLE u (
    a INTEGER,
    FOREIGN KEY(a) REFERENCES p (id) MATCH SIMPLE
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ foreign key u: (a) -> p (id) match SIMPLE
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null
+ foreign key u u_a_fkey: (a) -> p (id)
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, references = { "p", "id",
  postgresql_not_valid = true } } } }
  sqlite [[CREATE TABLE u (
    a INTEGER,
    FOREIGN KEY(a) REFERENCES p (id)
)]]
  postgresql [[CREATE TABLE u (
    a INTEGER,
    FOREIGN KEY(a) REFERENCES p (id) NOT VALID
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ foreign key u: (a) -> p (id)
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null
+ foreign key u u_a_fkey: (a) -> p (id)
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, references = { "nix", "id" } } } }
  both [[CREATE TABLE u (
    a INTEGER,
    FOREIGN KEY(a) REFERENCES nix (id)
)]]
  refused_postgresql [[relation "nix" does not exist]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ foreign key u: (a) -> nix (id)
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer }, { "b", types.integer }, { "c",
  types.integer }, unique { "a", "b" }, foreign_key({ "b", "c" }, "u", { "a", "b" },
  { name = "fk_self" }) } }
  both [[CREATE TABLE u (
    a INTEGER,
    b INTEGER,
    c INTEGER,
    UNIQUE (a, b),
    CONSTRAINT fk_self FOREIGN KEY(b, c) REFERENCES u (a, b)
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ column u.b: INTEGER null
+ column u.c: INTEGER null
+ foreign key u fk_self: (b, c) -> u (a, b)
+ table u: (a, b, c)
+ unique u: (a, b)]]
  finds_postgresql [[
+ column u.a: integer null
+ column u.b: integer null
+ column u.c: integer null
+ foreign key u fk_self: (b, c) -> u (a, b)
+ table u: (a, b, c)
+ unique u u_a_b_key: (a, b)]]
case { "create_table", "u", { { "a", types.integer }, { "b", types.integer },
  foreign_key({ "a" }, "p", { "x", "y" }) } }
  refused [[op.create_table: foreign_key: 1 columns refer to 2 columns]]
case { "create_table", "u", { { "a", types.integer, references = { "p", { "x", "y" } } } } }
  refused [[op.create_table: column 'a': a foreign key of 1 columns refers to 2 columns]]
case { "create_table", "u", { { "a", types.integer }, foreign_key({ "a" }, "p", { "id" },
  { name = "fk_u", postgresql_not_valid = true }) } }
  sqlite [[CREATE TABLE u (
    a INTEGER,
    CONSTRAINT fk_u FOREIGN KEY(a) REFERENCES p (id)
)]]
  postgresql [[CREATE TABLE u (
    a INTEGER,
    CONSTRAINT fk_u FOREIGN KEY(a) REFERENCES p (id) NOT VALID
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ foreign key u fk_u: (a) -> p (id)
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null
+ foreign key u fk_u: (a) -> p (id)
+ table u: (a)]]
