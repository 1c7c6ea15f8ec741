-- luacheck: ignore 113 631
-- Tables: their names and options.

case { "create_table", "u", { { "a", types.text, index = true } }, if_not_exists = true }
  both [[CREATE TABLE IF NOT EXISTS u (
    a TEXT
);
CREATE INDEX IF NOT EXISTS ix_u_a ON u (a)]]
  finds_sqlite [[
+ column u.a: TEXT null
+ index u ix_u_a: (a)
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null
+ index u ix_u_a: (a)
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer, comment = "it's a" },
  { "b", types.integer, comment = "b" } }, comment = "the table" }
  sqlite [[CREATE TABLE u (
    a INTEGER,
    b INTEGER
)]]
  postgresql [[CREATE TABLE u (
    a INTEGER,
    b INTEGER
);
COMMENT ON TABLE u IS 'the table';
COMMENT ON COLUMN u.a IS 'it''s a';
COMMENT ON COLUMN u.b IS 'b']]
  finds_sqlite [[
+ column u.a: INTEGER null
+ column u.b: INTEGER null
+ table u: (a, b)]]
  finds_postgresql [[
+ column u.a: integer null comment 'it's a'
+ column u.b: integer null comment 'b'
+ comment u: the table
+ table u: (a, b)]]
case { "create_table", "u", { { "id", types.integer, primary_key = true },
  { "a", types.text, index = true } }, schema = "s" }
  sqlite [[CREATE TABLE s.u (
    id INTEGER NOT NULL,
    a TEXT,
    PRIMARY KEY (id)
);
CREATE INDEX s.ix_s_u_a ON u (a)]]
  postgresql [[CREATE TABLE s.u (
    id SERIAL NOT NULL,
    a TEXT,
    PRIMARY KEY (id)
);
CREATE INDEX ix_s_u_a ON s.u (a)]]
  finds_sqlite [[
+ column u.a: TEXT null
+ column u.id: INTEGER not null key
+ index u ix_s_u_a: (a)
+ primary key u: (id)
+ table u: (id, a)]]
  finds_postgresql [[
+ column u.a: text null
+ column u.id: integer not null default nextval('s.u_id_seq'::regclass) key autoincrement
+ index u ix_s_u_a: (a)
+ primary key u u_pkey: (id)
+ sequence u_id_seq: integer of u.id
+ table u: (id, a)]]
case { "create_table", "u", { { "a", types.text } }, prefixes = { "UNLOGGED" } }
  postgresql [[CREATE UNLOGGED TABLE u (
    a TEXT
)]]
  refused_sqlite [[op.create_table: prefixes: SQLite knows TEMPORARY, not 'UNLOGGED']]
  finds_postgresql [[
+ column u.a: text null
+ options u: unlogged
+ table u: (a)]]
case { "create_table", "u", { { "a", types.integer } }, postgresql_with = { fillfactor = 80 } }
  sqlite [[CREATE TABLE u (
    a INTEGER
)]]
  postgresql [[CREATE TABLE u (
    a INTEGER
) WITH (fillfactor = 80)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null
+ options u: with {fillfactor=80}
+ table u: (a)]]
case { "create_table", "u", { { "id", types.integer, nullable = false }, { "at", types.date,
  nullable = false }, primary_key { "id", "at" } }, postgresql_partition_by = "RANGE (at)" }
  sqlite [[CREATE TABLE u (
    id INTEGER NOT NULL,
    at DATE NOT NULL,
    PRIMARY KEY (id, at)
)]]
  postgresql [[CREATE TABLE u (
    id INTEGER NOT NULL,
    at DATE NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at)]]
  finds_sqlite [[
+ column u.at: DATE not null key
+ column u.id: INTEGER not null key
+ primary key u: (id, at)
+ table u: (id, at)]]
  finds_postgresql [[
+ column u.at: date not null key
+ column u.id: integer not null key
+ options u: partition by RANGE (at)
+ primary key u u_pkey: (id, at)
+ table u: (id, at)]]
case { "create_table", "u", { { "z", types.text } }, postgresql_inherits = { "t" } }
  sqlite [[CREATE TABLE u (
    z TEXT
)]]
  postgresql [[CREATE TABLE u (
    z TEXT
) INHERITS (t)]]
  finds_sqlite [[
+ column u.z: TEXT null
+ table u: (z)]]
  finds_postgresql [[
+ column u.a: character varying(40) null
+ column u.b: text null
+ column u.id: integer not null
+ column u.n: integer null default 0
+ column u.p_id: integer null
+ column u.z: text null
+ options u: inherits t
+ table u: (id, a, b, n, p_id, z)]]
case { "create_table", "u", { { "a", types.integer }, { "b", types.text } }, sqlite_strict = true }
  sqlite [[CREATE TABLE u (
    a INTEGER,
    b TEXT
) STRICT]]
  postgresql [[CREATE TABLE u (
    a INTEGER,
    b TEXT
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ column u.b: TEXT null
+ options u: strict
+ table u: (a, b)]]
  finds_postgresql [[
+ column u.a: integer null
+ column u.b: text null
+ table u: (a, b)]]
case { "create_table", "order", { { "group", types.integer, primary_key = true },
  { "user", types.text, index = true }, { "Select", types.text, unique = true } } }
  sqlite [[CREATE TABLE "order" (
    "group" INTEGER NOT NULL,
    user TEXT,
    "Select" TEXT,
    PRIMARY KEY ("group"),
    UNIQUE ("Select")
);
CREATE INDEX ix_order_user ON "order" (user)]]
  postgresql [[CREATE TABLE "order" (
    "group" SERIAL NOT NULL,
    "user" TEXT,
    "Select" TEXT,
    PRIMARY KEY ("group"),
    UNIQUE ("Select")
);
CREATE INDEX ix_order_user ON "order" ("user")]]
  finds_sqlite [[
+ column order.Select: TEXT null
+ column order.group: INTEGER not null key
+ column order.user: TEXT null
+ index order ix_order_user: (user)
+ primary key order: (group)
+ table order: (group, user, Select)
+ unique order: (Select)]]
  finds_postgresql [[
+ column order.Select: text null
+ column order.group: integer not null default nextval('order_group_seq'::regclass) key autoincrement
+ column order.user: text null
+ index order ix_order_user: (user)
+ primary key order order_pkey: (group)
+ sequence order_group_seq: integer of order.group
+ table order: (group, user, Select)
+ unique order order_Select_key: (Select)]]
case { "create_table", "Mixed Case", { { "a b", types.integer, nullable = false },
  { 'q"t', types.text }, { "naïve", types.text }, check('"a b" > 0', { name = "ck mixed" }),
  index({ "a b", 'q"t' }, { name = "ix mixed" }) } }
  both [[CREATE TABLE "Mixed Case" (
    "a b" INTEGER NOT NULL,
    "q""t" TEXT,
    "naïve" TEXT,
    CONSTRAINT "ck mixed" CHECK ("a b" > 0)
);
CREATE INDEX "ix mixed" ON "Mixed Case" ("a b", "q""t")]]
  finds_sqlite [[
+ check Mixed Case ck mixed: "a b" > 0
+ column Mixed Case.a b: INTEGER not null
+ column Mixed Case.naïve: TEXT null
+ column Mixed Case.q"t: TEXT null
+ index Mixed Case ix mixed: (a b, q"t)
+ table Mixed Case: (a b, q"t, naïve)]]
  finds_postgresql [[
+ check Mixed Case ck mixed: "a b" > 0
+ column Mixed Case.a b: integer not null
+ column Mixed Case.naïve: text null
+ column Mixed Case.q"t: text null
+ index Mixed Case ix mixed: (a b, q"t)
+ table Mixed Case: (a b, q"t, naïve)]]
case { "create_table", "u", { { "id", types.biginteger, primary_key = true },
  { "t_id", types.integer, nullable = false, references = { "t", "id", ondelete = "CASCADE" } },
  { "code", types.string(20), nullable = false }, { "amount", types.numeric(10, 2),
  nullable = false, server_default = 0 }, { "state", types.enum("e", { "a", "b" }),
  server_default = "b" }, { "created_at", types.datetime { timezone = true }, nullable = false,
  server_default = sql.now }, unique({ "t_id", "code" }, { name = "uq_u_code" }),
  check("amount >= 0", { name = "ck_u_amount" }), index({ "created_at" }),
  index({ sql "lower(code)" }, { name = "ix_u_code", where = "amount > 0" }) },
  comment = "lines of an order" }
  sqlite [[CREATE TABLE u (
    id INTEGER NOT NULL,
    t_id INTEGER NOT NULL,
    code VARCHAR(20) NOT NULL,
    amount NUMERIC(10, 2) DEFAULT 0 NOT NULL,
    state VARCHAR(1) DEFAULT 'b',
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(t_id) REFERENCES t (id) ON DELETE CASCADE,
    CONSTRAINT uq_u_code UNIQUE (t_id, code),
    CONSTRAINT ck_u_amount CHECK (amount >= 0)
);
CREATE INDEX ix_u_created_at ON u (created_at);
CREATE INDEX ix_u_code ON u ((lower(code))) WHERE amount > 0]]
  postgresql [[CREATE TABLE u (
    id BIGSERIAL NOT NULL,
    t_id INTEGER NOT NULL,
    code VARCHAR(20) NOT NULL,
    amount NUMERIC(10, 2) DEFAULT 0 NOT NULL,
    state e DEFAULT 'b',
    created_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(t_id) REFERENCES t (id) ON DELETE CASCADE,
    CONSTRAINT uq_u_code UNIQUE (t_id, code),
    CONSTRAINT ck_u_amount CHECK (amount >= 0)
);
CREATE INDEX ix_u_created_at ON u (created_at);
CREATE INDEX ix_u_code ON u ((lower(code))) WHERE amount > 0;
COMMENT ON TABLE u IS 'lines of an order']]
  finds_sqlite [[
+ check u ck_u_amount: amount >= 0
+ column u.amount: NUMERIC(10, 2) not null default 0
+ column u.code: VARCHAR(20) not null
+ column u.created_at: DATETIME not null default CURRENT_TIMESTAMP
+ column u.id: INTEGER not null key
+ column u.state: VARCHAR(1) null default 'b'
+ column u.t_id: INTEGER not null
+ foreign key u: (t_id) -> t (id) on delete CASCADE
+ index u ix_u_code: (<lower(code)>) where amount > 0
+ index u ix_u_created_at: (created_at)
+ primary key u: (id)
+ table u: (id, t_id, code, amount, state, created_at)
+ unique u uq_u_code: (t_id, code)]]
  finds_postgresql [[
+ check u ck_u_amount: amount >= (0)::numeric
+ column u.amount: numeric(10,2) not null default 0
+ column u.code: character varying(20) not null
+ column u.created_at: timestamp with time zone not null default CURRENT_TIMESTAMP
+ column u.id: bigint not null default nextval('u_id_seq'::regclass) key autoincrement
+ column u.state: e null default 'b'::e
+ column u.t_id: integer not null
+ comment u: lines of an order
+ foreign key u u_t_id_fkey: (t_id) -> t (id) on delete CASCADE
+ index u ix_u_code: (<lower((code)::text)>) where amount > (0)::numeric
+ index u ix_u_created_at: (created_at)
+ primary key u u_pkey: (id)
+ sequence u_id_seq: bigint of u.id
+ table u: (id, t_id, code, amount, state, created_at)
+ unique u uq_u_code: (t_id, code)]]
case { "create_table", "t", { { "other", types.integer } }, if_not_exists = true }
  both [[CREATE TABLE IF NOT EXISTS t (
    other INTEGER
)]]
  finds ""
case { "create_table", "u", {} }
  postgresql [[CREATE TABLE u (
)]]
  refused_sqlite [[op.create_table: the table 'u' needs a column on SQLite]]
  finds_postgresql [[
+ table u: ()]]
case { "create_table", "u", { { "c", types.text, index = true } }, prefixes = { "TEMPORARY" } }
  both [[CREATE TEMPORARY TABLE u (
    c TEXT
);
CREATE INDEX ix_u_c ON u (c)]]
  finds_sqlite [[
+ temporary ix_u_c: CREATE INDEX ix_u_c ON u (c)
+ temporary u: CREATE TABLE u ( c TEXT )]]
  finds_postgresql [[
+ temporary ix_u_c: i
+ temporary u: r]]
case { "create_table", "u", { { "c", types.text } }, prefixes = { "TEMP" } }
  both [[CREATE TEMP TABLE u (
    c TEXT
)]]
  finds_sqlite [[
+ temporary u: CREATE TABLE u ( c TEXT )]]
  finds_postgresql [[
+ temporary u: r]]
case { "create_table", "u", { { "c", types.text } }, postgresql_using = "heap" }
  sqlite [[CREATE TABLE u (
    c TEXT
)]]
  postgresql [[CREATE TABLE u (
    c TEXT
) USING heap]]
  finds_sqlite [[
+ column u.c: TEXT null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: text null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.text } }, postgresql_tablespace = "pg_default" }
  sqlite [[CREATE TABLE u (
    c TEXT
)]]
  postgresql [[CREATE TABLE u (
    c TEXT
) TABLESPACE pg_default]]
  finds_sqlite [[
+ column u.c: TEXT null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: text null
+ table u: (c)]]
case { "create_table", "u", { { "id", types.biginteger, primary_key = true },
  { "a", types.text, index = true, comment = "it's" }, { "p_id", types.integer,
  references = { "p", "id", referent_schema = "public" } }, index({ "a" }, { name = "ix_u_part",
  postgresql_where = "a <> ''" }) }, schema = "s", comment = "a table", postgresql_with = {
  fillfactor = 70, ["toast.autovacuum_enabled"] = false }, postgresql_using = "heap",
  prefixes = { "UNLOGGED" } }
  postgresql [[CREATE UNLOGGED TABLE s.u (
    id BIGSERIAL NOT NULL,
    a TEXT,
    p_id INTEGER,
    PRIMARY KEY (id),
    FOREIGN KEY(p_id) REFERENCES public.p (id)
) USING heap WITH (fillfactor = 70, toast.autovacuum_enabled = false);
CREATE INDEX ix_s_u_a ON s.u (a);
CREATE INDEX ix_u_part ON s.u (a) WHERE a <> '';
COMMENT ON TABLE s.u IS 'a table';
COMMENT ON COLUMN s.u.a IS 'it''s']]
  refused_sqlite [[op.create_table: prefixes: SQLite knows TEMPORARY, not 'UNLOGGED']]
  finds_postgresql [[
+ column u.a: text null comment 'it's'
+ column u.id: bigint not null default nextval('s.u_id_seq'::regclass) key autoincrement
+ column u.p_id: integer null
+ comment u: a table
+ foreign key u u_p_id_fkey: (p_id) -> p (id)
+ index u ix_s_u_a: (a)
+ index u ix_u_part: (a) where a <> ''::text
+ options u: unlogged with {fillfactor=70} toast with {autovacuum_enabled=false}
+ primary key u u_pkey: (id)
+ sequence u_id_seq: bigint of u.id
+ table u: (id, a, p_id)]]
case { "create_table", "u", { { "a", types.integer }, { "d", types.date, nullable = false },
  primary_key { "a", "d" } }, postgresql_partition_by = "HASH (a)" }
  sqlite [[CREATE TABLE u (
    a INTEGER NOT NULL,
    d DATE NOT NULL,
    PRIMARY KEY (a, d)
)]]
  postgresql [[CREATE TABLE u (
    a INTEGER NOT NULL,
    d DATE NOT NULL,
    PRIMARY KEY (a, d)
) PARTITION BY HASH (a)]]
  finds_sqlite [[
+ column u.a: INTEGER not null key
+ column u.d: DATE not null key
+ primary key u: (a, d)
+ table u: (a, d)]]
  finds_postgresql [[
+ column u.a: integer not null key
+ column u.d: date not null key
+ options u: partition by HASH (a)
+ primary key u u_pkey: (a, d)
+ table u: (a, d)]]
case { "create_table", "u", { { "a", types.text } }, postgresql_partition_by = sql "LIST (a)",
  postgresql_with = {} }
  sqlite [[CREATE TABLE u (
    a TEXT
)]]
  postgresql [[CREATE TABLE u (
    a TEXT
) PARTITION BY LIST (a)]]
  finds_sqlite [[
+ column u.a: TEXT null
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: text null
+ options u: partition by LIST (a)
+ table u: (a)]]
case { "create_table", "u", { { "z", types.integer } }, postgresql_inherits = { "t", "p" } }
  sqlite [[CREATE TABLE u (
    z INTEGER
)]]
  postgresql [[CREATE TABLE u (
    z INTEGER
) INHERITS (t, p)]]
  finds_sqlite [[
+ column u.z: INTEGER null
+ table u: (z)]]
  finds_postgresql [[
+ column u.a: character varying(40) null
+ column u.b: text null
+ column u.id: integer not null
+ column u.n: integer null default 0
+ column u.p_id: integer null
+ column u.x: integer null
+ column u.y: integer null
+ column u.z: integer null
+ options u: inherits t, p
+ table u: (id, a, b, n, p_id, x, y, z)]]
case { "create_table", "u", { { "z", types.integer } }, postgresql_inherits = "t" }
  sqlite [[CREATE TABLE u (
    z INTEGER
)]]
  postgresql [[CREATE TABLE u (
    z INTEGER
) INHERITS (t)]]
  finds_sqlite [[
+ column u.z: INTEGER null
+ table u: (z)]]
  finds_postgresql [[
+ column u.a: character varying(40) null
+ column u.b: text null
+ column u.id: integer not null
+ column u.n: integer null default 0
+ column u.p_id: integer null
+ column u.z: integer null
+ options u: inherits t
+ table u: (id, a, b, n, p_id, z)]]
case { "create_table", "u", { { "a", types.integer } }, postgresql_with = { fillfactor = 70,
  autovacuum_enabled = false, parallel_workers = 2 } }
  sqlite [[CREATE TABLE u (
    a INTEGER
)]]
  postgresql [[CREATE TABLE u (
    a INTEGER
) WITH (autovacuum_enabled = false, fillfactor = 70, parallel_workers = 2)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null
+ options u: with {autovacuum_enabled=false,fillfactor=70,parallel_workers=2}
+ table u: (a)]]
case { "create_table", "Order", { { "User", types.integer } }, schema = "a.b" }
  before { { "create_schema", "a.b" } }
  both [[CREATE TABLE "a.b"."Order" (
    "User" INTEGER
)]]
  refused_sqlite [[op.create_schema: schemas are created on PostgreSQL only]]
  finds_postgresql [[
+ column Order.User: integer null
+ table Order: (User)]]
case { "create_table", "u", { { "a", types.integer, references = { "t", "id",
  referent_schema = "s" } } }, schema = "s" }
  sqlite [[CREATE TABLE s.u (
    a INTEGER,
    FOREIGN KEY(a) REFERENCES t (id)
)]]
  postgresql [[CREATE TABLE s.u (
    a INTEGER,
    FOREIGN KEY(a) REFERENCES s.t (id)
)]]
  finds_sqlite [[
+ column u.a: INTEGER null
+ foreign key u: (a) -> t (id)
+ table u: (a)]]
  finds_postgresql [[
+ column u.a: integer null
+ foreign key u u_a_fkey: (a) -> s.t (id)
+ table u: (a)]]
case { "create_table", "u", { { "a", types.text, index = true, unique = true } }, schema = "main" }
  sqlite [[CREATE TABLE main.u (
    a TEXT
);
CREATE UNIQUE INDEX main.ix_main_u_a ON u (a)]]
  postgresql [[CREATE TABLE main.u (
    a TEXT
);
CREATE UNIQUE INDEX ix_main_u_a ON main.u (a)]]
  refused_postgresql [[schema "main" does not exist
LINE 1: CREATE TABLE main.u (]]
  finds_sqlite [[
+ column u.a: TEXT null
+ index u ix_main_u_a: unique (a)
+ table u: (a)]]
case { "create_table", "u", { { "Group", types.text }, { "selected", types.text },
  { "1st", types.text }, { "_x", types.text }, { "end", types.text }, { "a.b", types.text },
  unique({ "Group", "1st" }, { name = "UQ" }) } }
  both [[CREATE TABLE u (
    "Group" TEXT,
    selected TEXT,
    "1st" TEXT,
    _x TEXT,
    "end" TEXT,
    "a.b" TEXT,
    CONSTRAINT "UQ" UNIQUE ("Group", "1st")
)]]
  finds_sqlite [[
+ column u.1st: TEXT null
+ column u.Group: TEXT null
+ column u._x: TEXT null
+ column u.a.b: TEXT null
+ column u.end: TEXT null
+ column u.selected: TEXT null
+ table u: (Group, selected, 1st, _x, end, a.b)
+ unique u UQ: (Group, 1st)]]
  finds_postgresql [[
+ column u.1st: text null
+ column u.Group: text null
+ column u._x: text null
+ column u.a.b: text null
+ column u.end: text null
+ column u.selected: text null
+ table u: (Group, selected, 1st, _x, end, a.b)
+ unique u UQ: (Group, 1st)]]
case { "create_table", ("n"):rep(63), { { ("c"):rep(63), types.integer }, check("true",
  { name = ("k"):rep(63) }), index({ ("c"):rep(63) }, { name = ("i"):rep(63) }) } }
  both [[CREATE TABLE nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn (
    ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc INTEGER,
    CONSTRAINT kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk CHECK (true)
);
CREATE INDEX iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii ON nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn (ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc)]]
  finds_sqlite [[
+ check nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk: true
+ column nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn.ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc: INTEGER null
+ index nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii: (ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc)
+ table nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn: (ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc)]]
  finds_postgresql [[
+ check nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk: true
+ column nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn.ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc: integer null
+ index nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii: (ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc)
+ table nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn: (ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc)]]
case { "create_table", "u", { { "c", types.text, comment = "two\nlines, 'quoted' \\ and ü" } },
  comment = "" }
  sqlite [[CREATE TABLE u (
    c TEXT
)]]
  postgresql [[CREATE TABLE u (
    c TEXT
);
COMMENT ON TABLE u IS '';
COMMENT ON COLUMN u.c IS 'two
lines, ''quoted'' \ and ü']]
  finds_sqlite [[
+ column u.c: TEXT null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: text null comment 'two\nlines, 'quoted' \ and ü'
+ table u: (c)]]
case { "create_table", "u", { { "id", types.integer, primary_key = true } }, comment = "$$ :x ?" }
  sqlite [[CREATE TABLE u (
    id INTEGER NOT NULL,
    PRIMARY KEY (id)
)]]
  postgresql [[CREATE TABLE u (
    id SERIAL NOT NULL,
    PRIMARY KEY (id)
);
COMMENT ON TABLE u IS '$$ :x ?']]
  finds_sqlite [[
+ column u.id: INTEGER not null key
+ primary key u: (id)
+ table u: (id)]]
  finds_postgresql [[
+ column u.id: integer not null default nextval('u_id_seq'::regclass) key autoincrement
+ comment u: $$ :x ?
+ primary key u u_pkey: (id)
+ sequence u_id_seq: integer of u.id
+ table u: (id)]]
case { "create_table", "T", { { "Id", types.integer, primary_key = true }, { "a", types.text,
  index = true, unique = true }, { "t_id", types.integer, references = { "T", "Id",
  referent_schema = "Odd S" } } }, schema = "Odd S", comment = "odd" }
  before { { "create_schema", "Odd S" } }
  sqlite [[CREATE TABLE "Odd S"."T" (
    "Id" INTEGER NOT NULL,
    a TEXT,
    t_id INTEGER,
    PRIMARY KEY ("Id"),
    FOREIGN KEY(t_id) REFERENCES "T" ("Id")
);
CREATE UNIQUE INDEX "Odd S"."ix_Odd S_T_a" ON "T" (a)]]
  postgresql [[CREATE TABLE "Odd S"."T" (
    "Id" SERIAL NOT NULL,
    a TEXT,
    t_id INTEGER,
    PRIMARY KEY ("Id"),
    FOREIGN KEY(t_id) REFERENCES "Odd S"."T" ("Id")
);
CREATE UNIQUE INDEX "ix_Odd S_T_a" ON "Odd S"."T" (a);
COMMENT ON TABLE "Odd S"."T" IS 'odd']]
  refused_sqlite [[op.create_schema: schemas are created on PostgreSQL only]]
  finds_postgresql [[
+ column T.Id: integer not null default nextval('"Odd S"."T_Id_seq"'::regclass) key autoincrement
+ column T.a: text null
+ column T.t_id: integer null
+ comment T: odd
+ foreign key T T_t_id_fkey: (t_id) -> Odd S.T (Id)
+ index T ix_Odd S_T_a: unique (a)
+ primary key T T_pkey: (Id)
+ sequence T_Id_seq: integer of T.Id
+ table T: (Id, a, t_id)]]
case { "create_table", "u", { { "a", types.text, nulable = false } } }
  refused [[op.create_table: columns[1].nulable: unknown field (did you mean 'nullable'?)]]
case { "create_table", "u", { { "a", types.text, default = "x" } } }
  refused [[op.create_table: columns[1].default: there are no defaults on the client's side; write server_default]]
case { "create_table", "u", { { "a" } } }
  refused [[op.create_table: columns[1]: field 2 (type): expected type, got nil]]
case { "create_table", "u", { { "a", types.text }, { "a", types.text } } }
  refused [[op.create_table: two columns are called 'a']]
case { "create_table", "u", { { "a", types.text }, unique { "b" } } }
  refused [[op.create_table: unique: the table 'u' has no column 'b']]
case { "create_table", "t", { { "a", types.text } } }
  both [[CREATE TABLE t (
    a TEXT
)]]
  refused_sqlite [[table t already exists]]
  refused_postgresql [[relation "t" already exists]]
case { "create_table", "u", { { "a", types.text } }, postgresql_tablespace = "nix" }
  sqlite [[CREATE TABLE u (
    a TEXT
)]]
  postgresql [[CREATE TABLE u (
    a TEXT
) TABLESPACE nix]]
  refused_postgresql [[tablespace "nix" does not exist]]
  finds_sqlite [[
+ column u.a: TEXT null
+ table u: (a)]]
case { "create_table", "u", { { "id", types.integer, primary_key = true }, { "k", types.integer,
  unique = true }, { "p_id", types.integer, references = { "t", "id" }, index = true },
  unique({ "k", "p_id" }, { name = "uq_u" }), check("k > 0", { name = "ck_u" }) }, schema = "s" }
  sqlite [[CREATE TABLE s.u (
    id INTEGER NOT NULL,
    k INTEGER,
    p_id INTEGER,
    PRIMARY KEY (id),
    UNIQUE (k),
    FOREIGN KEY(p_id) REFERENCES t (id),
    CONSTRAINT uq_u UNIQUE (k, p_id),
    CONSTRAINT ck_u CHECK (k > 0)
);
CREATE INDEX s.ix_s_u_p_id ON u (p_id)]]
  postgresql [[CREATE TABLE s.u (
    id SERIAL NOT NULL,
    k INTEGER,
    p_id INTEGER,
    PRIMARY KEY (id),
    UNIQUE (k),
    FOREIGN KEY(p_id) REFERENCES t (id),
    CONSTRAINT uq_u UNIQUE (k, p_id),
    CONSTRAINT ck_u CHECK (k > 0)
);
CREATE INDEX ix_s_u_p_id ON s.u (p_id)]]
  finds_sqlite [[
+ check u ck_u: k > 0
+ column u.id: INTEGER not null key
+ column u.k: INTEGER null
+ column u.p_id: INTEGER null
+ foreign key u: (p_id) -> t (id)
+ index u ix_s_u_p_id: (p_id)
+ primary key u: (id)
+ table u: (id, k, p_id)
+ unique u: (k)
+ unique u uq_u: (k, p_id)]]
  finds_postgresql [[
+ check u ck_u: k > 0
+ column u.id: integer not null default nextval('s.u_id_seq'::regclass) key autoincrement
+ column u.k: integer null
+ column u.p_id: integer null
+ foreign key u u_p_id_fkey: (p_id) -> t (id)
+ index u ix_s_u_p_id: (p_id)
+ primary key u u_pkey: (id)
+ sequence u_id_seq: integer of u.id
+ table u: (id, k, p_id)
+ unique u u_k_key: (k)
+ unique u uq_u: (k, p_id)]]
