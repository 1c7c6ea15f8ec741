-- luacheck: ignore 113 631
-- Columns added.

case { "add_column", "t", { "z", types.text } }
  both [[ALTER TABLE t ADD COLUMN z TEXT]]
  finds_sqlite [[
+ column t.z: TEXT null
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: text null
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.string(20), nullable = false, server_default = "" } }
  both [[ALTER TABLE t ADD COLUMN z VARCHAR(20) DEFAULT '' NOT NULL]]
  finds_sqlite [[
+ column t.z: VARCHAR(20) not null default ''
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: character varying(20) not null default ''::character varying
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.integer, server_default = 5 } }
  both [[ALTER TABLE t ADD COLUMN z INTEGER DEFAULT 5]]
  finds_sqlite [[
+ column t.z: INTEGER null default 5
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: integer null default 5
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.integer, nullable = false, server_default = 0 } }
  both [[ALTER TABLE t ADD COLUMN z INTEGER DEFAULT 0 NOT NULL]]
  finds_sqlite [[
+ column t.z: INTEGER not null default 0
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: integer not null default 0
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.boolean, nullable = false, server_default = false } }
  sqlite [[ALTER TABLE t ADD COLUMN z BOOLEAN DEFAULT 0 NOT NULL]]
  postgresql [[ALTER TABLE t ADD COLUMN z BOOLEAN DEFAULT false NOT NULL]]
  finds_sqlite [[
+ column t.z: BOOLEAN not null default 0
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: boolean not null default false
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.numeric(10, 2), server_default = 0.5 } }
  both [[ALTER TABLE t ADD COLUMN z NUMERIC(10, 2) DEFAULT 0.5]]
  finds_sqlite [[
+ column t.z: NUMERIC(10, 2) null default 0.5
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: numeric(10,2) null default 0.5
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.datetime } }
  sqlite [[ALTER TABLE t ADD COLUMN z DATETIME]]
  postgresql [[ALTER TABLE t ADD COLUMN z TIMESTAMP WITHOUT TIME ZONE]]
  finds_sqlite [[
+ column t.z: DATETIME null
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: timestamp without time zone null
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.datetime, server_default = sql.now } }
  postgresql [[ALTER TABLE t ADD COLUMN z TIMESTAMP WITHOUT TIME ZONE DEFAULT CURRENT_TIMESTAMP]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, z DATETIME DEFAULT CURRENT_TIMESTAMP, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
+ column t.z: DATETIME null default CURRENT_TIMESTAMP
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: timestamp without time zone null default CURRENT_TIMESTAMP
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.datetime { timezone = true }, nullable = false,
  server_default = "2024-01-01 00:00:00+00" } }
  sqlite [[ALTER TABLE t ADD COLUMN z DATETIME DEFAULT '2024-01-01 00:00:00+00' NOT NULL]]
  postgresql [[ALTER TABLE t ADD COLUMN z TIMESTAMP WITH TIME ZONE DEFAULT '2024-01-01 00:00:00+00' NOT NULL]]
  finds_sqlite [[
+ column t.z: DATETIME not null default '2024-01-01 00:00:00+00'
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: timestamp with time zone not null default '2024-01-01 00:00:00+00'::timestamp with time zone
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.date, server_default = "2024-02-29" } }
  both [[ALTER TABLE t ADD COLUMN z DATE DEFAULT '2024-02-29']]
  finds_sqlite [[
+ column t.z: DATE null default '2024-02-29'
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: date null default '2024-02-29'::date
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.json, server_default = "{}" } }
  both [[ALTER TABLE t ADD COLUMN z JSON DEFAULT '{}']]
  finds_sqlite [[
+ column t.z: JSON null default '{}'
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: json null default '{}'::json
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.json:with_variant(types.jsonb, "postgresql"),
  nullable = false, server_default = "[]" } }
  sqlite [[ALTER TABLE t ADD COLUMN z JSON DEFAULT '[]' NOT NULL]]
  postgresql [[ALTER TABLE t ADD COLUMN z JSONB DEFAULT '[]' NOT NULL]]
  finds_sqlite [[
+ column t.z: JSON not null default '[]'
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: jsonb not null default '[]'::jsonb
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.jsonb, nullable = false, server_default = "{}" } }
  postgresql [[ALTER TABLE t ADD COLUMN z JSONB DEFAULT '{}' NOT NULL]]
  refused_sqlite [[op.add_column: column 'z': types.jsonb exists on PostgreSQL only]]
  finds_postgresql [[
+ column t.z: jsonb not null default '{}'::jsonb
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.array(types.text), server_default = "{}" } }
  postgresql [[ALTER TABLE t ADD COLUMN z TEXT[] DEFAULT '{}']]
  refused_sqlite [[op.add_column: column 'z': types.array exists on PostgreSQL only]]
  finds_postgresql [[
+ column t.z: text[] null default '{}'::text[]
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.binary } }
  sqlite [[ALTER TABLE t ADD COLUMN z BLOB]]
  postgresql [[ALTER TABLE t ADD COLUMN z BYTEA]]
  finds_sqlite [[
+ column t.z: BLOB null
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: bytea null
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.uuid } }
  sqlite [[ALTER TABLE t ADD COLUMN z CHAR(32)]]
  postgresql [[ALTER TABLE t ADD COLUMN z UUID]]
  finds_sqlite [[
+ column t.z: CHAR(32) null
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: uuid null
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.uuid, server_default = sql "gen_random_uuid()" } }
  since(13)
  postgresql [[ALTER TABLE t ADD COLUMN z UUID DEFAULT gen_random_uuid()]]
  refused_sqlite [[op.add_column: unknown function: gen_random_uuid()]]
  finds_postgresql [[
+ column t.z: uuid null default gen_random_uuid()
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.biginteger, nullable = false, server_default = 1 << 40 } }
  both [[ALTER TABLE t ADD COLUMN z BIGINT DEFAULT 1099511627776 NOT NULL]]
  finds_sqlite [[
+ column t.z: BIGINT not null default 1099511627776
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: bigint not null default '1099511627776'::bigint
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.text, index = true } }
  both [[ALTER TABLE t ADD COLUMN z TEXT;
CREATE INDEX ix_t_z ON t (z)]]
  finds_sqlite [[
+ column t.z: TEXT null
+ index t ix_t_z: (z)
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: text null
+ index t ix_t_z: (z)
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.text, unique = true } }
  postgresql [[ALTER TABLE t ADD COLUMN z TEXT;
ALTER TABLE t ADD UNIQUE (z)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, z TEXT UNIQUE, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
+ column t.z: TEXT null
~ table t: (id, a, b, n, p_id, z)
+ unique t: (z)]]
  finds_postgresql [[
+ column t.z: text null
~ table t: (id, a, b, n, p_id, z)
+ unique t t_z_key: (z)]]
case { "add_column", "t", { "z", types.text, unique = true, index = true } }
  both [[ALTER TABLE t ADD COLUMN z TEXT;
CREATE UNIQUE INDEX ix_t_z ON t (z)]]
  finds_sqlite [[
+ column t.z: TEXT null
+ index t ix_t_z: unique (z)
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: text null
+ index t ix_t_z: unique (z)
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.integer, references = { "p", "id" } } }
  sqlite [[ALTER TABLE t ADD COLUMN z INTEGER REFERENCES p (id)]]
  postgresql [[ALTER TABLE t ADD COLUMN z INTEGER;
ALTER TABLE t ADD FOREIGN KEY(z) REFERENCES p (id)]]
  finds_sqlite [[
+ column t.z: INTEGER null
+ foreign key t: (z) -> p (id)
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: integer null
+ foreign key t t_z_fkey: (z) -> p (id)
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.integer, index = true, references = { "p", "id",
  name = "fk_t_z", ondelete = "SET NULL" } } }
  sqlite [[ALTER TABLE t ADD COLUMN z INTEGER CONSTRAINT fk_t_z REFERENCES p (id) ON DELETE SET NULL;
CREATE INDEX ix_t_z ON t (z)]]
  postgresql [[ALTER TABLE t ADD COLUMN z INTEGER;
ALTER TABLE t ADD CONSTRAINT fk_t_z FOREIGN KEY(z) REFERENCES p (id) ON DELETE SET NULL;
CREATE INDEX ix_t_z ON t (z)]]
  finds_sqlite [[
+ column t.z: INTEGER null
+ foreign key t fk_t_z: (z) -> p (id) on delete SET NULL
+ index t ix_t_z: (z)
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: integer null
+ foreign key t fk_t_z: (z) -> p (id) on delete SET NULL
+ index t ix_t_z: (z)
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.integer, references = { "p", "id", deferrable = true,
  initially = "DEFERRED" } } }
  sqlite [[ALTER TABLE t ADD COLUMN z INTEGER REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED]]
  postgresql [[ALTER TABLE t ADD COLUMN z INTEGER;
ALTER TABLE t ADD FOREIGN KEY(z) REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED]]
  finds_sqlite [[
+ column t.z: INTEGER null
+ foreign key t: (z) -> p (id) deferrable initially DEFERRED
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: integer null
+ foreign key t t_z_fkey: (z) -> p (id) deferrable initially DEFERRED
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.integer, references = { "t", "id",
  ondelete = "CASCADE" } } }
  sqlite [[ALTER TABLE t ADD COLUMN z INTEGER REFERENCES t (id) ON DELETE CASCADE]]
  postgresql [[ALTER TABLE t ADD COLUMN z INTEGER;
ALTER TABLE t ADD FOREIGN KEY(z) REFERENCES t (id) ON DELETE CASCADE]]
  finds_sqlite [[
+ column t.z: INTEGER null
+ foreign key t: (z) -> t (id) on delete CASCADE
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: integer null
+ foreign key t t_z_fkey: (z) -> t (id) on delete CASCADE
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.integer, check = "z > 0" } }
  sqlite [[ALTER TABLE t ADD COLUMN z INTEGER CHECK (z > 0)]]
  postgresql [[ALTER TABLE t ADD COLUMN z INTEGER;
ALTER TABLE t ADD CHECK (z > 0)]]
  finds_sqlite [[
+ check t: z > 0
+ column t.z: INTEGER null
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ check t t_z_check: z > 0
+ column t.z: integer null
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.integer, nullable = false, server_default = 1,
  check = { "z > 0", name = "ck_t_z" } } }
  sqlite [[ALTER TABLE t ADD COLUMN z INTEGER DEFAULT 1 NOT NULL CONSTRAINT ck_t_z CHECK (z > 0)]]
  postgresql [[ALTER TABLE t ADD COLUMN z INTEGER DEFAULT 1 NOT NULL;
ALTER TABLE t ADD CONSTRAINT ck_t_z CHECK (z > 0)]]
  finds_sqlite [[
+ check t ck_t_z: z > 0
+ column t.z: INTEGER not null default 1
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ check t ck_t_z: z > 0
+ column t.z: integer not null default 1
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.text, comment = "why" } }
  sqlite [[ALTER TABLE t ADD COLUMN z TEXT]]
  postgresql [[ALTER TABLE t ADD COLUMN z TEXT;
COMMENT ON COLUMN t.z IS 'why']]
  finds_sqlite [[
+ column t.z: TEXT null
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: text null comment 'why'
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.integer, computed = "n * 2" } }
  sqlite [[ALTER TABLE t ADD COLUMN z INTEGER GENERATED ALWAYS AS (n * 2)]]
  postgresql [[ALTER TABLE t ADD COLUMN z INTEGER GENERATED ALWAYS AS (n * 2) STORED]]
  finds_sqlite [[
+ column t.z: INTEGER null computed (n * 2) virtual
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: integer null computed (n * 2) stored
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.integer, computed = { "n * 2", persisted = true } } }
  postgresql [[ALTER TABLE t ADD COLUMN z INTEGER GENERATED ALWAYS AS (n * 2) STORED]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, z INTEGER GENERATED ALWAYS AS (n * 2) STORED, CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
+ column t.z: INTEGER null computed (n * 2) stored
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: integer null computed (n * 2) stored
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.enum("e", { "a", "b" }) } }
  sqlite [[ALTER TABLE t ADD COLUMN z VARCHAR(1)]]
  postgresql [[ALTER TABLE t ADD COLUMN z e]]
  finds_sqlite [[
+ column t.z: VARCHAR(1) null
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: e null
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.enum("e", { "a", "b" }), nullable = false,
  server_default = "b" } }
  sqlite [[ALTER TABLE t ADD COLUMN z VARCHAR(1) DEFAULT 'b' NOT NULL]]
  postgresql [[ALTER TABLE t ADD COLUMN z e DEFAULT 'b' NOT NULL]]
  finds_sqlite [[
+ column t.z: VARCHAR(1) not null default 'b'
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: e not null default 'b'::e
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.enum("fresh", { "new", "old" }), server_default = "new" } }
  sqlite [[ALTER TABLE t ADD COLUMN z VARCHAR(3) DEFAULT 'new']]
  postgresql [[ALTER TABLE t ADD COLUMN z fresh DEFAULT 'new']]
  finds_sqlite [[
+ column t.z: VARCHAR(3) null default 'new'
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: fresh null default 'new'::fresh
+ enum fresh: ('new', 'old') in public
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.enum("ck_z", { "on", "off" }, { check = true,
  native = false }), nullable = false, server_default = "on" } }
  both [[ALTER TABLE t ADD COLUMN z VARCHAR(3) DEFAULT 'on' NOT NULL CONSTRAINT ck_z CHECK (z IN ('on', 'off'))]]
  finds_sqlite [[
+ check t ck_z: z IN ('on', 'off')
+ column t.z: VARCHAR(3) not null default 'on'
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ check t ck_z: (z)::text = ANY ((ARRAY['on'::character varying, 'off'::character varying])::text[])
+ column t.z: character varying(3) not null default 'on'::character varying
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.enum("e", { "x", "y" }, { schema = "s" }) } }
  sqlite [[ALTER TABLE t ADD COLUMN z VARCHAR(1)]]
  postgresql [[ALTER TABLE t ADD COLUMN z s.e]]
  finds_sqlite [[
+ column t.z: VARCHAR(1) null
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: s.e null
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.array(types.enum("e", { "a", "b" })) } }
  postgresql [=[ALTER TABLE t ADD COLUMN z e[]]=]
  refused_sqlite [[op.add_column: column 'z': types.array exists on PostgreSQL only]]
  finds_postgresql [[
+ column t.z: e[] null
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "a", types.text }, if_not_exists = true }
  sqlite [[ALTER TABLE t ADD COLUMN a TEXT]]
  postgresql [[ALTER TABLE t ADD COLUMN IF NOT EXISTS a TEXT]]
  finds ""
case { "add_column", "t", { "z", types.text }, if_not_exists = true }
  sqlite [[ALTER TABLE t ADD COLUMN z TEXT]]
  postgresql [[ALTER TABLE t ADD COLUMN IF NOT EXISTS z TEXT]]
  finds_sqlite [[
+ column t.z: TEXT null
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: text null
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.text }, schema = "s" }
  both [[ALTER TABLE s.t ADD COLUMN z TEXT]]
  finds_sqlite [[
+ column t.z: TEXT null
~ table t: (id, a, n, z)]]
  finds_postgresql [[
+ column t.z: text null
~ table t: (id, a, n, z)]]
case { "add_column", "t", { "z", types.integer, index = true, unique = true }, schema = "s" }
  sqlite [[ALTER TABLE s.t ADD COLUMN z INTEGER;
CREATE UNIQUE INDEX s.ix_s_t_z ON t (z)]]
  postgresql [[ALTER TABLE s.t ADD COLUMN z INTEGER;
CREATE UNIQUE INDEX ix_s_t_z ON s.t (z)]]
  finds_sqlite [[
+ column t.z: INTEGER null
+ index t ix_s_t_z: unique (z)
~ table t: (id, a, n, z)]]
  finds_postgresql [[
+ column t.z: integer null
+ index t ix_s_t_z: unique (z)
~ table t: (id, a, n, z)]]
case { "add_column", "t", { "Order", types.integer, nullable = false, server_default = 1,
  index = true } }
  both [[ALTER TABLE t ADD COLUMN "Order" INTEGER DEFAULT 1 NOT NULL;
CREATE INDEX "ix_t_Order" ON t ("Order")]]
  finds_sqlite [[
+ column t.Order: INTEGER not null default 1
+ index t ix_t_Order: (Order)
~ table t: (id, a, b, n, p_id, Order)]]
  finds_postgresql [[
+ column t.Order: integer not null default 1
+ index t ix_t_Order: (Order)
~ table t: (id, a, b, n, p_id, Order)]]
case { "add_column", "t", { "z", types.text { collation = "C" } } }
  both [[ALTER TABLE t ADD COLUMN z TEXT COLLATE "C"]]
  refused_sqlite [[no such collation sequence: C]]
  finds_postgresql [[
+ column t.z: text null collate C
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.interval } }
  sqlite [[ALTER TABLE t ADD COLUMN z DATETIME]]
  postgresql [[ALTER TABLE t ADD COLUMN z INTERVAL]]
  finds_sqlite [[
+ column t.z: DATETIME null
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: interval null
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.raw "BIGINT", nullable = false, server_default = 3 } }
  both [[ALTER TABLE t ADD COLUMN z BIGINT DEFAULT 3 NOT NULL]]
  finds_sqlite [[
+ column t.z: BIGINT not null default 3
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: bigint not null default 3
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.text, nullable = false } }
  postgresql [[ALTER TABLE t ADD COLUMN z TEXT NOT NULL]]
  refused_sqlite [[op.add_column: NOT NULL constraint failed: t.z]]
  refused_postgresql [[column "z" of relation "t" contains null values]]
case { "add_column", "u", { "z", types.integer, nullable = false, server_default = 1,
  references = { "p", "id", name = "fk" }, unique = true, check = { "z > 0", name = "ck" },
  comment = "x" }, if_not_exists = true }
  before { { "create_table", "u", { { "id", types.integer } } } }
  postgresql [[ALTER TABLE u ADD COLUMN IF NOT EXISTS z INTEGER DEFAULT 1 NOT NULL;
ALTER TABLE u ADD CONSTRAINT fk FOREIGN KEY(z) REFERENCES p (id);
ALTER TABLE u ADD UNIQUE (z);
ALTER TABLE u ADD CONSTRAINT ck CHECK (z > 0);
COMMENT ON COLUMN u.z IS 'x']]
  copied [[CREATE TABLE u (
    id INTEGER,
    z INTEGER DEFAULT 1 NOT NULL CONSTRAINT ck CHECK (z > 0) UNIQUE CONSTRAINT fk REFERENCES p (id)
)]]
  finds_sqlite [[
+ check u ck: z > 0
+ column u.z: INTEGER not null default 1
+ foreign key u fk: (z) -> p (id)
~ table u: (id, z)
+ unique u: (z)]]
  finds_postgresql [[
+ check u ck: z > 0
+ column u.z: integer not null default 1 comment 'x'
+ foreign key u fk: (z) -> p (id)
~ table u: (id, z)
+ unique u u_z_key: (z)]]
case { "add_column", "t", { "z", types.integer, nullable = false, server_default = sql "(-1)" } }
  both [[ALTER TABLE t ADD COLUMN z INTEGER DEFAULT (-1) NOT NULL]]
  finds_sqlite [[
+ column t.z: INTEGER not null default -1
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: integer not null default '-1'::integer
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.integer, check = { "z > 0", name = "ck_z" },
  references = { "p", "id", ondelete = "CASCADE", name = "fk_z" }, index = true } }
  sqlite [[ALTER TABLE t ADD COLUMN z INTEGER CONSTRAINT ck_z CHECK (z > 0) CONSTRAINT fk_z REFERENCES p (id) ON DELETE CASCADE;
CREATE INDEX ix_t_z ON t (z)]]
  postgresql [[ALTER TABLE t ADD COLUMN z INTEGER;
ALTER TABLE t ADD CONSTRAINT fk_z FOREIGN KEY(z) REFERENCES p (id) ON DELETE CASCADE;
ALTER TABLE t ADD CONSTRAINT ck_z CHECK (z > 0);
CREATE INDEX ix_t_z ON t (z)]]
  finds_sqlite [[
+ check t ck_z: z > 0
+ column t.z: INTEGER null
+ foreign key t fk_z: (z) -> p (id) on delete CASCADE
+ index t ix_t_z: (z)
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ check t ck_z: z > 0
+ column t.z: integer null
+ foreign key t fk_z: (z) -> p (id) on delete CASCADE
+ index t ix_t_z: (z)
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.text, unique = true, index = true, comment = "x" } }
  sqlite [[ALTER TABLE t ADD COLUMN z TEXT;
CREATE UNIQUE INDEX ix_t_z ON t (z)]]
  postgresql [[ALTER TABLE t ADD COLUMN z TEXT;
CREATE UNIQUE INDEX ix_t_z ON t (z);
COMMENT ON COLUMN t.z IS 'x']]
  finds_sqlite [[
+ column t.z: TEXT null
+ index t ix_t_z: unique (z)
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: text null comment 'x'
+ index t ix_t_z: unique (z)
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.text, computed = { "a || b" } } }
  sqlite [[ALTER TABLE t ADD COLUMN z TEXT GENERATED ALWAYS AS (a || b)]]
  postgresql [[ALTER TABLE t ADD COLUMN z TEXT GENERATED ALWAYS AS (a || b) STORED]]
  finds_sqlite [[
+ column t.z: TEXT null computed (a || b) virtual
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: text null computed ((a)::text || b) stored
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.text, unique = true, nullable = false,
  server_default = "x" }, if_not_exists = true }
  postgresql [[ALTER TABLE t ADD COLUMN IF NOT EXISTS z TEXT DEFAULT 'x' NOT NULL;
ALTER TABLE t ADD UNIQUE (z)]]
  refused_sqlite [[op.add_column: UNIQUE constraint failed: t.z]]
  refused_postgresql [[could not create unique index "t_z_key"
DETAIL: Key (z)=(x) is duplicated.]]
case { "add_column", "t", { "z", types.enum("st", { "on", "off" }, { check = true }) } }
  sqlite [[ALTER TABLE t ADD COLUMN z VARCHAR(3) CONSTRAINT st CHECK (z IN ('on', 'off'))]]
  postgresql [[ALTER TABLE t ADD COLUMN z st]]
  finds_sqlite [[
+ check t st: z IN ('on', 'off')
+ column t.z: VARCHAR(3) null
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: st null
+ enum st: ('on', 'off') in public
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.text, server_default = sql "lower('A')" } }
  postgresql [[ALTER TABLE t ADD COLUMN z TEXT DEFAULT lower('A')]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL, a VARCHAR(40), b TEXT, n INTEGER DEFAULT 0, p_id INTEGER, z TEXT DEFAULT (lower('A')), CONSTRAINT pk_t PRIMARY KEY (id))]]
  finds_sqlite [[
+ column t.z: TEXT null default lower('A')
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: text null default lower('A'::text)
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.text, nullable = false, server_default = null } }
  postgresql [[ALTER TABLE t ADD COLUMN z TEXT DEFAULT NULL NOT NULL]]
  refused_sqlite [[op.add_column: NOT NULL constraint failed: t.z]]
  refused_postgresql [[column "z" of relation "t" contains null values]]
case { "add_column", "t", { "z", types.integer, references = { "p", { "x", "y" } } } }
  refused_sqlite [[op.add_column: foreign key on z should reference only one column of table p]]
  refused_postgresql [[op.add_column: a foreign key of 1 columns refers to 2 columns]]
case { "add_column", "t", { "z", types.integer, references = { "p", "id", onupdate = "CASCADE",
  match = "SIMPLE" } } }
  sqlite [[ALTER TABLE t ADD COLUMN z INTEGER REFERENCES p (id) MATCH SIMPLE ON UPDATE CASCADE]]
  postgresql [[ALTER TABLE t ADD COLUMN z INTEGER;
ALTER TABLE t ADD FOREIGN KEY(z) REFERENCES p (id) MATCH SIMPLE ON UPDATE CASCADE]]
  finds_sqlite [[
+ column t.z: INTEGER null
+ foreign key t: (z) -> p (id) on update CASCADE match SIMPLE
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: integer null
+ foreign key t t_z_fkey: (z) -> p (id) on update CASCADE
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.text { collation = "NOCASE" } } }
  both [[ALTER TABLE t ADD COLUMN z TEXT COLLATE "NOCASE"]]
  refused_postgresql [[collation "NOCASE" for encoding "UTF8" does not exist]]
  finds_sqlite [[
+ column t.z: TEXT null collate NOCASE
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "a", types.text } }
  both [[ALTER TABLE t ADD COLUMN a TEXT]]
  refused_sqlite [[duplicate column name: a]]
  refused_postgresql [[column "a" of relation "t" already exists]]
case { "add_column", "nix", { "z", types.text } }
  both [[ALTER TABLE nix ADD COLUMN z TEXT]]
  refused_sqlite [[no such table: nix]]
  refused_postgresql [[relation "nix" does not exist]]
case { "add_column", "c", { "z", types.biginteger, server_default = -1 } }
  both [[ALTER TABLE c ADD COLUMN z BIGINT DEFAULT -1]]
  finds_sqlite [[
+ column c.z: BIGINT null default -1
~ table c: (id, k, v, w, z)]]
  finds_postgresql [[
+ column c.z: bigint null default '-1'::integer
~ table c: (id, k, v, w, z)]]
case { "add_column", "c", { "z", types.integer, unique = true } }
  postgresql [[ALTER TABLE c ADD COLUMN z INTEGER;
ALTER TABLE c ADD UNIQUE (z)]]
  copied [[CREATE TABLE c (id INTEGER NOT NULL, k INTEGER NOT NULL, v TEXT DEFAULT 'v', w INTEGER, z INTEGER UNIQUE, CONSTRAINT pk_c PRIMARY KEY (id), CONSTRAINT uq_c UNIQUE (k), CONSTRAINT ck_c CHECK (w > 0), CONSTRAINT fk_c FOREIGN KEY (w) REFERENCES p (id))]]
  finds_sqlite [[
+ column c.z: INTEGER null
~ table c: (id, k, v, w, z)
+ unique c: (z)]]
  finds_postgresql [[
+ column c.z: integer null
~ table c: (id, k, v, w, z)
+ unique c c_z_key: (z)]]
case { "add_column", "t", { "z", types.domain "positive" } }
  postgresql [[ALTER TABLE t ADD COLUMN z positive]]
  refused_sqlite [[op.add_column: column 'z': types.domain exists on PostgreSQL only]]
  finds_postgresql [[
+ column t.z: positive null
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.tsvector, computed = "to_tsvector('simple', a)" } }
  postgresql [[ALTER TABLE t ADD COLUMN z TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple', a)) STORED]]
  refused_sqlite [[op.add_column: column 'z': types.tsvector exists on PostgreSQL only]]
  finds_postgresql [[
+ column t.z: tsvector null computed (to_tsvector('simple'::regconfig, (a)::text)) stored
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.double, server_default = 1.5, nullable = false } }
  sqlite [[ALTER TABLE t ADD COLUMN z DOUBLE DEFAULT 1.5 NOT NULL]]
  postgresql [[ALTER TABLE t ADD COLUMN z DOUBLE PRECISION DEFAULT 1.5 NOT NULL]]
  finds_sqlite [[
+ column t.z: DOUBLE not null default 1.5
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: double precision not null default 1.5
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.char(2), server_default = "de" } }
  both [[ALTER TABLE t ADD COLUMN z CHAR(2) DEFAULT 'de']]
  finds_sqlite [[
+ column t.z: CHAR(2) null default 'de'
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: character(2) null default 'de'::bpchar
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.time { precision = 3 } } }
  sqlite [[ALTER TABLE t ADD COLUMN z TIME]]
  postgresql [[ALTER TABLE t ADD COLUMN z TIME(3) WITHOUT TIME ZONE]]
  finds_sqlite [[
+ column t.z: TIME null
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: time(3) without time zone null
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.numeric(10, 2), check = "z >= 0", index = true } }
  sqlite [[ALTER TABLE t ADD COLUMN z NUMERIC(10, 2) CHECK (z >= 0);
CREATE INDEX ix_t_z ON t (z)]]
  postgresql [[ALTER TABLE t ADD COLUMN z NUMERIC(10, 2);
ALTER TABLE t ADD CHECK (z >= 0);
CREATE INDEX ix_t_z ON t (z)]]
  finds_sqlite [[
+ check t: z >= 0
+ column t.z: NUMERIC(10, 2) null
+ index t ix_t_z: (z)
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ check t t_z_check: z >= (0)::numeric
+ column t.z: numeric(10,2) null
+ index t ix_t_z: (z)
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.integer, computed = { "n + 1", persisted = false } } }
  sqlite [[ALTER TABLE t ADD COLUMN z INTEGER GENERATED ALWAYS AS (n + 1) VIRTUAL]]
  postgresql [[ALTER TABLE t ADD COLUMN z INTEGER GENERATED ALWAYS AS (n + 1) VIRTUAL]]
  since(18)
  finds_sqlite [[
+ column t.z: INTEGER null computed (n + 1) virtual
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: integer null computed (n + 1) virtual
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.binary, server_default = bytes "\1\2" } }
  sqlite [[ALTER TABLE t ADD COLUMN z BLOB DEFAULT X'0102']]
  postgresql [[ALTER TABLE t ADD COLUMN z BYTEA DEFAULT '\x0102'::bytea]]
  finds_sqlite [[
+ column t.z: BLOB null default X'0102'
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: bytea null default '\x0102'::bytea
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.enum("e", { "a", "other" }) } }
  sqlite [[ALTER TABLE t ADD COLUMN z VARCHAR(5)]]
  postgresql [[ALTER TABLE t ADD COLUMN z e]]
  refused_postgresql [[op.add_column: the enum type 'e' exists with the values 'a', 'b', not with 'a', 'other']]
  finds_sqlite [[
+ column t.z: VARCHAR(5) null
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.text, server_default = sql.now }, schema = "s" }
  postgresql [[ALTER TABLE s.t ADD COLUMN z TEXT DEFAULT CURRENT_TIMESTAMP]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, n INTEGER, z TEXT DEFAULT CURRENT_TIMESTAMP)]]
  finds_sqlite [[
+ column t.z: TEXT null default CURRENT_TIMESTAMP
~ table t: (id, a, n, z)]]
  finds_postgresql [[
+ column t.z: text null default CURRENT_TIMESTAMP
~ table t: (id, a, n, z)]]
case { "add_column", "t", { "z", types.integer, unique = true, check = { "z > 0", name = "ck_z" },
  references = { "t", "id", name = "fk_z" } }, schema = "s" }
  postgresql [[ALTER TABLE s.t ADD COLUMN z INTEGER;
ALTER TABLE s.t ADD CONSTRAINT fk_z FOREIGN KEY(z) REFERENCES t (id);
ALTER TABLE s.t ADD UNIQUE (z);
ALTER TABLE s.t ADD CONSTRAINT ck_z CHECK (z > 0)]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, n INTEGER, z INTEGER CONSTRAINT ck_z CHECK (z > 0) UNIQUE CONSTRAINT fk_z REFERENCES t (id))]]
  finds_sqlite [[
+ check t ck_z: z > 0
+ column t.z: INTEGER null
+ foreign key t fk_z: (z) -> t (id)
~ table t: (id, a, n, z)
+ unique t: (z)]]
  finds_postgresql [[
+ check t ck_z: z > 0
+ column t.z: integer null
+ foreign key t fk_z: (z) -> t (id)
~ table t: (id, a, n, z)
+ unique t t_z_key: (z)]]
case { "add_column", "t", { "z", types.integer, computed = { "n + 1", persisted = true } },
  schema = "s" }
  postgresql [[ALTER TABLE s.t ADD COLUMN z INTEGER GENERATED ALWAYS AS (n + 1) STORED]]
  copied [[CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, n INTEGER, z INTEGER GENERATED ALWAYS AS (n + 1) STORED)]]
  finds_sqlite [[
+ column t.z: INTEGER null computed (n + 1) stored
~ table t: (id, a, n, z)]]
  finds_postgresql [[
+ column t.z: integer null computed (n + 1) stored
~ table t: (id, a, n, z)]]
case { "add_column", "u", { "z", types.integer, server_default = 1, nullable = false } }
  before { { "create_table", "u", { { "a", types.text, primary_key = true } },
    sqlite_with_rowid = false, sqlite_strict = true } }
  both [[ALTER TABLE u ADD COLUMN z INTEGER DEFAULT 1 NOT NULL]]
  finds_sqlite [[
+ column u.z: INTEGER not null default 1
~ table u: (a, z)]]
  finds_postgresql [[
+ column u.z: integer not null default 1
~ table u: (a, z)]]
case { "add_column", "u", { "z", types.string(5) } }
  before { { "create_table", "u", { { "a", types.text } }, sqlite_strict = true } }
  both [[ALTER TABLE u ADD COLUMN z VARCHAR(5)]]
  refused_sqlite [[error in table u after add column: unknown datatype for u.z: "VARCHAR(5)"]]
  finds_postgresql [[
+ column u.z: character varying(5) null
~ table u: (a, z)]]
case { "add_column", "u", { "z", types.text, comment = "odd" }, schema = "Odd S" }
  before { { "create_schema", "Odd S" }, { "create_table", "u", { { "a", types.text } },
    schema = "Odd S" } }
  sqlite [[ALTER TABLE "Odd S".u ADD COLUMN z TEXT]]
  postgresql [[ALTER TABLE "Odd S".u ADD COLUMN z TEXT;
COMMENT ON COLUMN "Odd S".u.z IS 'odd']]
  refused_sqlite [[op.create_schema: schemas are created on PostgreSQL only]]
  finds_postgresql [[
+ column u.z: text null comment 'odd'
~ table u: (a, z)]]
