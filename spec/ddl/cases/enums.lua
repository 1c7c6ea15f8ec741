-- luacheck: ignore 113 631
-- Enum types: in tables, and by themselves.

-- in tables and columns
case { "create_table", "u", { { "state", types.enum("e", { "a", "b" }), nullable = false,
  server_default = "a" } } }
  sqlite [[CREATE TABLE u (
    state VARCHAR(1) DEFAULT 'a' NOT NULL
)]]
  postgresql [[CREATE TABLE u (
    state e DEFAULT 'a' NOT NULL
)]]
  finds_sqlite [[
+ column u.state: VARCHAR(1) not null default 'a'
+ table u: (state)]]
  finds_postgresql [[
+ column u.state: e not null default 'a'::e
+ table u: (state)]]
case { "create_table", "u", { { "state", types.enum("state", { "on", "off" }),
  server_default = "on" } } }
  sqlite [[CREATE TABLE u (
    state VARCHAR(3) DEFAULT 'on'
)]]
  postgresql [[CREATE TABLE u (
    state state DEFAULT 'on'
)]]
  finds_sqlite [[
+ column u.state: VARCHAR(3) null default 'on'
+ table u: (state)]]
  finds_postgresql [[
+ column u.state: state null default 'on'::state
+ enum state: ('on', 'off') in public
+ table u: (state)]]
case { "create_table", "u", { { "state", types.enum("state", { "on", "off" }, { check = true }),
  nullable = false, server_default = "on" } } }
  sqlite [[CREATE TABLE u (
    state VARCHAR(3) DEFAULT 'on' NOT NULL CONSTRAINT state CHECK (state IN ('on', 'off'))
)]]
  postgresql [[CREATE TABLE u (
    state state DEFAULT 'on' NOT NULL
)]]
  finds_sqlite [[
+ check u state: state IN ('on', 'off')
+ column u.state: VARCHAR(3) not null default 'on'
+ table u: (state)]]
  finds_postgresql [[
+ column u.state: state not null default 'on'::state
+ enum state: ('on', 'off') in public
+ table u: (state)]]
case { "create_table", "u", { { "state", types.enum("ck_state", { "on", "it's" },
  { native = false, check = true }) } } }
  both [[CREATE TABLE u (
    state VARCHAR(4) CONSTRAINT ck_state CHECK (state IN ('on', 'it''s'))
)]]
  finds_sqlite [[
+ check u ck_state: state IN ('on', 'it''s')
+ column u.state: VARCHAR(4) null
+ table u: (state)]]
  finds_postgresql [[
+ check u ck_state: (state)::text = ANY ((ARRAY['on'::character varying, 'it''s'::character varying])::text[])
+ column u.state: character varying(4) null
+ table u: (state)]]
case { "create_table", "u", { { "state", types.enum("state", { "on", "off" },
  { native = false }) } } }
  both [[CREATE TABLE u (
    state VARCHAR(3)
)]]
  finds_sqlite [[
+ column u.state: VARCHAR(3) null
+ table u: (state)]]
  finds_postgresql [[
+ column u.state: character varying(3) null
+ table u: (state)]]
case { "create_table", "u", { { "state", types.enum("e", { "x", "y" }, { schema = "s" }) } } }
  sqlite [[CREATE TABLE u (
    state VARCHAR(1)
)]]
  postgresql [[CREATE TABLE u (
    state s.e
)]]
  finds_sqlite [[
+ column u.state: VARCHAR(1) null
+ table u: (state)]]
  finds_postgresql [[
+ column u.state: s.e null
+ table u: (state)]]
case { "create_table", "u", { { "states", types.array(types.enum("e", { "a", "b" })) } } }
  postgresql [[CREATE TABLE u (
    states e[]
)]]
  refused_sqlite [[op.create_table: column 'states': types.array exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.states: e[] null
+ table u: (states)]]
case { "create_table", "u", { { "a", types.enum("mood", { "sad", "ok" }) },
  { "b", types.enum("mood", { "sad", "ok" }), server_default = "ok" } } }
  sqlite [[CREATE TABLE u (
    a VARCHAR(3),
    b VARCHAR(3) DEFAULT 'ok'
)]]
  postgresql [[CREATE TABLE u (
    a mood,
    b mood DEFAULT 'ok'
)]]
  finds_sqlite [[
+ column u.a: VARCHAR(3) null
+ column u.b: VARCHAR(3) null default 'ok'
+ table u: (a, b)]]
  finds_postgresql [[
+ column u.a: mood null
+ column u.b: mood null default 'ok'::mood
+ enum mood: ('sad', 'ok') in public
+ table u: (a, b)]]
case { "create_table", "u", { { "State", types.enum("State", { "On", "Off" }) } } }
  sqlite [[CREATE TABLE u (
    "State" VARCHAR(3)
)]]
  postgresql [[CREATE TABLE u (
    "State" "State"
)]]
  finds_sqlite [[
+ column u.State: VARCHAR(3) null
+ table u: (State)]]
  finds_postgresql [[
+ column u.State: "State" null
+ enum State: ('On', 'Off') in public
+ table u: (State)]]
case { "create_table", "u", { { "a", types.enum("e", { "a", "b" }), server_default = "a",
  nullable = false }, { "b", types.enum("e", { "x", "y" }, { schema = "s" }) },
  { "c", types.enum("ck", { "a", "it's" }, { native = false, check = true }) },
  { "d", types.enum("x", { "a" }, { native = false }) } } }
  sqlite [[CREATE TABLE u (
    a VARCHAR(1) DEFAULT 'a' NOT NULL,
    b VARCHAR(1),
    c VARCHAR(4) CONSTRAINT ck CHECK (c IN ('a', 'it''s')),
    d VARCHAR(1)
)]]
  postgresql [[CREATE TABLE u (
    a e DEFAULT 'a' NOT NULL,
    b s.e,
    c VARCHAR(4) CONSTRAINT ck CHECK (c IN ('a', 'it''s')),
    d VARCHAR(1)
)]]
  finds_sqlite [[
+ check u ck: c IN ('a', 'it''s')
+ column u.a: VARCHAR(1) not null default 'a'
+ column u.b: VARCHAR(1) null
+ column u.c: VARCHAR(4) null
+ column u.d: VARCHAR(1) null
+ table u: (a, b, c, d)]]
  finds_postgresql [[
+ check u ck: (c)::text = ANY ((ARRAY['a'::character varying, 'it''s'::character varying])::text[])
+ column u.a: e not null default 'a'::e
+ column u.b: s.e null
+ column u.c: character varying(4) null
+ column u.d: character varying(1) null
+ table u: (a, b, c, d)]]
case { "create_table", "u", { { "a", types.enum("time", { "a" }) } } }
  sqlite [[CREATE TABLE u (
    a VARCHAR(1)
)]]
  refused_postgresql [[op.create_table: 'time' without a schema is a type of PostgreSQL's own]]
  finds_sqlite [[
+ column u.a: VARCHAR(1) null
+ table u: (a)]]
case { "create_table", "u", { { "a", types.enum("time", { "a" }, { schema = "public" }) },
  { "b", types.enum("interval", { "b" }, { schema = "s" }) },
  { "c", types.enum("between", { "c" }) } } }
  sqlite [[CREATE TABLE u (
    a VARCHAR(1),
    b VARCHAR(1),
    c VARCHAR(1)
)]]
  postgresql [[CREATE TABLE u (
    a public."time",
    b s."interval",
    c "between"
)]]
  finds_sqlite [[
+ column u.a: VARCHAR(1) null
+ column u.b: VARCHAR(1) null
+ column u.c: VARCHAR(1) null
+ table u: (a, b, c)]]
  finds_postgresql [[
+ column u.a: public."time" null
+ column u.b: s."interval" null
+ column u.c: "between" null
+ enum between: ('c') in public
+ enum time: ('a') in public hidden
+ table u: (a, b, c)]]
case { "create_table", "u", { { "c", types.enum("color", { "red", "größer" }) } } }
  sqlite [[CREATE TABLE u (
    c VARCHAR(6)
)]]
  postgresql [[CREATE TABLE u (
    c color
)]]
  finds_sqlite [[
+ column u.c: VARCHAR(6) null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: color null
+ enum color: ('red', 'größer') in public
+ table u: (c)]]
case { "create_table", "u", { { "c", types.enum("Color", { "red" }, { schema = "s" }) } } }
  sqlite [[CREATE TABLE u (
    c VARCHAR(3)
)]]
  postgresql [[CREATE TABLE u (
    c s."Color"
)]]
  finds_sqlite [[
+ column u.c: VARCHAR(3) null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: s."Color" null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.enum(nil, { "a" }) } } }
  sqlite [[CREATE TABLE u (
    c VARCHAR(1)
)]]
  refused_postgresql [[op.create_table: column 'c': an enum type needs a name on PostgreSQL]]
  finds_sqlite [[
+ column u.c: VARCHAR(1) null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.enum(nil, { "a" }, { check = true }) } } }
  sqlite [[CREATE TABLE u (
    c VARCHAR(1) CHECK (c IN ('a'))
)]]
  refused_postgresql [[op.create_table: column 'c': an enum type needs a name on PostgreSQL]]
  finds_sqlite [[
+ check u: c IN ('a')
+ column u.c: VARCHAR(1) null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.enum(nil, { "a" }, { native = false, check = true }) } } }
  both [[CREATE TABLE u (
    c VARCHAR(1) CHECK (c IN ('a'))
)]]
  finds_sqlite [[
+ check u: c IN ('a')
+ column u.c: VARCHAR(1) null
+ table u: (c)]]
  finds_postgresql [[
+ check u u_c_check: (c)::text = 'a'::text
+ column u.c: character varying(1) null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.enum("e", { "a", "b" }, { create_type = false }) } } }
  sqlite [[CREATE TABLE u (
    c VARCHAR(1)
)]]
  postgresql [[CREATE TABLE u (
    c e
)]]
  finds_sqlite [[
+ column u.c: VARCHAR(1) null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: e null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.enum("nix", { "a", "b" }, { create_type = false }) } } }
  sqlite [[CREATE TABLE u (
    c VARCHAR(1)
)]]
  postgresql [[CREATE TABLE u (
    c nix
)]]
  refused_postgresql [[type "nix" does not exist
LINE 2:     c nix]]
  finds_sqlite [[
+ column u.c: VARCHAR(1) null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.enum("e", { "a", "other" }) } } }
  sqlite [[CREATE TABLE u (
    c VARCHAR(5)
)]]
  postgresql [[CREATE TABLE u (
    c e
)]]
  refused_postgresql [[op.create_table: the enum type 'e' exists with the values 'a', 'b', not with 'a', 'other']]
  finds_sqlite [[
+ column u.c: VARCHAR(5) null
+ table u: (c)]]
case { "create_table", "u", { { "c", types.array(types.enum("fresh", { "a" })),
  server_default = "{}" } } }
  postgresql [[CREATE TABLE u (
    c fresh[] DEFAULT '{}'
)]]
  refused_sqlite [[op.create_table: column 'c': types.array exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: fresh[] null default '{}'::fresh[]
+ enum fresh: ('a') in public
+ table u: (c)]]
case { "create_table", "u", { { "c", types.array(types.enum("x", { "on", "off" },
  { native = false })) } } }
  postgresql [[CREATE TABLE u (
    c VARCHAR(3)[]
)]]
  refused_sqlite [[op.create_table: column 'c': types.array exists on PostgreSQL only]]
  finds_postgresql [[
+ column u.c: character varying(3)[] null
+ table u: (c)]]
case { "create_table", "u", { { "a", types.enum("m", { "x" }) }, { "b", types.enum("m", { "y" }) } } }
  sqlite [[CREATE TABLE u (
    a VARCHAR(1),
    b VARCHAR(1)
)]]
  postgresql [[CREATE TABLE u (
    a m,
    b m
)]]
  refused_postgresql [[op.create_table: the enum type 'm' is written with the values 'x' and with 'y']]
  finds_sqlite [[
+ column u.a: VARCHAR(1) null
+ column u.b: VARCHAR(1) null
+ table u: (a, b)]]
case { "create_table", "u", { { "c", types.enum("st", { "a" }):with_variant(types.text,
  "postgresql") } } }
  sqlite [[CREATE TABLE u (
    c VARCHAR(1)
)]]
  postgresql [[CREATE TABLE u (
    c TEXT
)]]
  finds_sqlite [[
+ column u.c: VARCHAR(1) null
+ table u: (c)]]
  finds_postgresql [[
+ column u.c: text null
+ table u: (c)]]
case { "add_column", "t", { "z", types.enum("fresh", { "new" }, { schema = "s" }) } }
  touches { "t" }
  sqlite [[ALTER TABLE t ADD COLUMN z VARCHAR(3)]]
  postgresql [[ALTER TABLE t ADD COLUMN z s.fresh]]
  finds_sqlite [[
+ column t.z: VARCHAR(3) null
~ table t: (id, a, b, n, p_id, z)]]
  finds_postgresql [[
+ column t.z: s.fresh null
~ table t: (id, a, b, n, p_id, z)]]
case { "add_column", "t", { "z", types.array(types.enum("fresh", { "new" })) } }
  touches { "t" }
  postgresql [=[ALTER TABLE t ADD COLUMN z fresh[]]=]
  refused_sqlite [[op.add_column: column 'z': types.array exists on PostgreSQL only]]
  finds_postgresql [[
+ column t.z: fresh[] null
+ enum fresh: ('new') in public
~ table t: (id, a, b, n, p_id, z)]]

-- by themselves
case { "create_enum", "mood", { "sad", "ok", "happy" } }
  sqlite ""
  postgresql [[CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')]]
  finds_sqlite ""
  finds_postgresql [[
+ enum mood: ('sad', 'ok', 'happy') in public]]
case { "create_enum", "mood", { "it's", [[a\b]], "ü", "a b" } }
  sqlite ""
  postgresql [[CREATE TYPE mood AS ENUM ('it''s', 'a\b', 'ü', 'a b')]]
  finds_sqlite ""
  finds_postgresql [[
+ enum mood: ('it's', 'a\b', 'ü', 'a b') in public]]
case { "create_enum", "mood", { "sad" }, schema = "s" }
  sqlite ""
  postgresql [[CREATE TYPE s.mood AS ENUM ('sad')]]
  finds_sqlite ""
  finds_postgresql [[
+ enum mood: ('sad') in s hidden]]
case { "create_enum", "e", { "a", "b" }, checkfirst = true }
  sqlite ""
  postgresql [[CREATE TYPE e AS ENUM ('a', 'b')]]
  finds ""
case { "create_enum", "Mood", { "Sad" } }
  sqlite ""
  postgresql [[CREATE TYPE "Mood" AS ENUM ('Sad')]]
  finds_sqlite ""
  finds_postgresql [[
+ enum Mood: ('Sad') in public]]
case { "drop_enum", "e", schema = "s" }
  sqlite ""
  postgresql [[DROP TYPE s.e]]
  finds_sqlite ""
  finds_postgresql [[
- enum e]]
case { "drop_enum", "nix", checkfirst = true }
  sqlite ""
  postgresql [[DROP TYPE IF EXISTS nix]]
  finds ""
case { "add_enum_value", "e", "c" }
  sqlite ""
  postgresql [[ALTER TYPE e ADD VALUE 'c']]
  finds_sqlite [[
~ check g e: e IN ('a', 'b', 'c')]]
  finds_postgresql [[
~ enum e: ('a', 'b', 'c') in public]]
case { "add_enum_value", "e", "0", before = "a" }
  sqlite ""
  postgresql [[ALTER TYPE e ADD VALUE '0' BEFORE 'a']]
  finds_sqlite [[
~ check g e: e IN ('0', 'a', 'b')]]
  finds_postgresql [[
~ enum e: ('0', 'a', 'b') in public]]
case { "add_enum_value", "e", "a2", after = "a" }
  sqlite ""
  postgresql [[ALTER TYPE e ADD VALUE 'a2' AFTER 'a']]
  finds_sqlite [[
~ check g e: e IN ('a', 'a2', 'b')]]
  finds_postgresql [[
~ enum e: ('a', 'a2', 'b') in public]]
case { "add_enum_value", "e", "a", if_not_exists = true }
  sqlite ""
  postgresql [[ALTER TYPE e ADD VALUE IF NOT EXISTS 'a']]
  finds ""
case { "add_enum_value", "e", "z", schema = "s" }
  no_run_sqlite "the CHECK of that name stands for another type"
  sqlite ""
  postgresql [[ALTER TYPE s.e ADD VALUE 'z']]
  finds_postgresql [[
~ enum e: ('x', 'y', 'z') in s hidden]]
case { "rename_enum_value", "e", "a", "first" }
  sqlite ""
  postgresql [[ALTER TYPE e RENAME VALUE 'a' TO 'first']]
  finds_sqlite [[
~ check g e: e IN ('first', 'b')
~ column g.e: VARCHAR(1) null default 'first']]
  finds_postgresql [[
~ column g.e: e null default 'first'::e
~ enum e: ('first', 'b') in public]]
case { "rename_enum_value", "e", "x", "it's", schema = "s" }
  no_run_sqlite "the CHECK of that name stands for another type"
  sqlite ""
  postgresql [[ALTER TYPE s.e RENAME VALUE 'x' TO 'it''s']]
  finds_postgresql [[
~ enum e: ('it's', 'y') in s hidden]]
case { "alter_enum", "e", { "a", "b", "c" } }
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j JSON, r TEXT, l TEXT, e VARCHAR(1) DEFAULT 'a' CONSTRAINT e CHECK (e IN ('a', 'b', 'c')), tz DATETIME, n INTEGER, CONSTRAINT ck_g CHECK (n > 0))]]
  finds_sqlite [[
~ check g e: e IN ('a', 'b', 'c')]]
  finds_postgresql [[
~ enum e: ('a', 'b', 'c') in public]]
case { "alter_enum", "e", { "b", "a" } }
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j JSON, r TEXT, l TEXT, e VARCHAR(1) DEFAULT 'a' CONSTRAINT e CHECK (e IN ('b', 'a')), tz DATETIME, n INTEGER, CONSTRAINT ck_g CHECK (n > 0))]]
  finds_sqlite [[
~ check g e: e IN ('b', 'a')]]
  finds_postgresql [[
~ enum e: ('b', 'a') in public]]
case { "alter_enum", "e", { "a" } }
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j JSON, r TEXT, l TEXT, e VARCHAR(1) DEFAULT 'a' CONSTRAINT e CHECK (e IN ('a')), tz DATETIME, n INTEGER, CONSTRAINT ck_g CHECK (n > 0))]]
  finds_sqlite [[
~ check g e: e IN ('a')]]
  finds_postgresql [[
~ enum e: ('a') in public]]
case { "alter_enum", "e", { "first", "b" }, rename = { a = "first" } }
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j JSON, r TEXT, l TEXT, e VARCHAR(1) DEFAULT 'first' CONSTRAINT e CHECK (e IN ('first', 'b')), tz DATETIME, n INTEGER, CONSTRAINT ck_g CHECK (n > 0))]]
  finds_sqlite [[
~ check g e: e IN ('first', 'b')
~ column g.e: VARCHAR(1) null default 'first']]
  finds_postgresql [[
~ column g.e: e null default 'first'::e
~ enum e: ('first', 'b') in public]]
case { "alter_enum", "e", { "x", "z" }, schema = "s", rename = { y = "z" } }
  no_run_sqlite "the CHECK of that name stands for another type"
  finds_postgresql [[
~ enum e: ('x', 'z') in s hidden]]
case { "create_enum", "status", { "on", "it's", [[a\b]] }, schema = "s" }
  sqlite ""
  postgresql [[CREATE TYPE s.status AS ENUM ('on', 'it''s', 'a\b')]]
  finds_sqlite ""
  finds_postgresql [[
+ enum status: ('on', 'it's', 'a\b') in s hidden]]
case { "create_enum", "path", { "x" } }
  sqlite ""
  refused_postgresql [[op.create_enum: 'path' without a schema is a type of PostgreSQL's own]]
  finds_sqlite ""
case { "create_enum", "interval", { "x" }, schema = "public" }
  sqlite ""
  postgresql [[CREATE TYPE public."interval" AS ENUM ('x')]]
  finds_sqlite ""
  finds_postgresql [[
+ enum interval: ('x') in public hidden]]
case { "create_enum", "e", { "a", "b" } }
  sqlite ""
  postgresql [[CREATE TYPE e AS ENUM ('a', 'b')]]
  refused_postgresql [[type "e" already exists]]
  finds_sqlite ""
case { "create_enum", "e", { "a", "c" }, checkfirst = true }
  sqlite ""
  postgresql [[CREATE TYPE e AS ENUM ('a', 'c')]]
  refused_postgresql [[op.create_enum: the enum type 'e' exists with the values 'a', 'b', not with 'a', 'c']]
  finds_sqlite ""
case { "create_enum", "fresh", { "a" }, checkfirst = true }
  sqlite ""
  postgresql [[CREATE TYPE fresh AS ENUM ('a')]]
  finds_sqlite ""
  finds_postgresql [[
+ enum fresh: ('a') in public]]
case { "create_enum", "one", { "" } }
  sqlite ""
  postgresql [[CREATE TYPE one AS ENUM ('')]]
  finds_sqlite ""
  finds_postgresql [[
+ enum one: ('') in public]]
case { "create_enum", "long", { ("v"):rep(63) } }
  sqlite ""
  postgresql [[CREATE TYPE long AS ENUM ('vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv')]]
  finds_sqlite ""
  finds_postgresql [[
+ enum long: ('vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv') in public]]
case { "create_enum", "long", { ("v"):rep(64) } }
  sqlite ""
  refused_postgresql [[op.create_enum: the value 'vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv' has 64 bytes, an enum type of PostgreSQL takes 63]]
  finds_sqlite ""
case { "drop_enum", "e" }
  sqlite ""
  postgresql [[DROP TYPE e]]
  refused_postgresql [[cannot drop type e because other objects depend on it
DETAIL: column e of table g depends on type e]]
  finds_sqlite ""
case { "drop_enum", "line" }
  sqlite ""
  refused_postgresql [[op.drop_enum: 'line' without a schema is a type of PostgreSQL's own]]
  finds_sqlite ""
case { "add_enum_value", "time", "x", schema = "public" }
  before { { "create_enum", "time", { "a" }, schema = "public" } }
  sqlite ""
  postgresql [[ALTER TYPE public."time" ADD VALUE 'x']]
  finds_sqlite ""
  finds_postgresql [[
~ enum time: ('a', 'x') in public hidden]]
case { "rename_enum_value", "date", "x", "y" }
  sqlite ""
  refused_postgresql [[op.rename_enum_value: 'date' without a schema is a type of PostgreSQL's own]]
  finds_sqlite ""
case { "alter_enum", "date", { "x", "y" } }
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j JSON, r TEXT, l TEXT, e VARCHAR(1) DEFAULT 'a' CONSTRAINT e CHECK (e IN ('a', 'b')), tz DATETIME, n INTEGER, CONSTRAINT ck_g CHECK (n > 0))]]
  refused_postgresql [[op.alter_enum: there is no enum type 'date']]
  finds_sqlite ""
case { "alter_enum", "date", { "x", "y" }, schema = "public" }
  before { { "create_enum", "date", { "x" }, schema = "public" } }
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j JSON, r TEXT, l TEXT, e VARCHAR(1) DEFAULT 'a' CONSTRAINT e CHECK (e IN ('a', 'b')), tz DATETIME, n INTEGER, CONSTRAINT ck_g CHECK (n > 0))]]
  finds_sqlite ""
  finds_postgresql [[
~ enum date: ('x', 'y') in public hidden]]
case { "drop_enum", "mood" }
  before { { "create_enum", "mood", { "a" } } }
  sqlite ""
  postgresql [[DROP TYPE mood]]
  finds_sqlite ""
  finds_postgresql [[
- enum mood]]
case { "drop_enum", "e", schema = "s", checkfirst = true }
  sqlite ""
  postgresql [[DROP TYPE IF EXISTS s.e]]
  finds_sqlite ""
  finds_postgresql [[
- enum e]]
case { "add_enum_value", "e", "b2", after = "b", if_not_exists = true }
  sqlite ""
  postgresql [[ALTER TYPE e ADD VALUE IF NOT EXISTS 'b2' AFTER 'b']]
  finds_sqlite [[
~ check g e: e IN ('a', 'b', 'b2')]]
  finds_postgresql [[
~ enum e: ('a', 'b', 'b2') in public]]
case { "add_enum_value", "e", "it's", after = "a" }
  sqlite ""
  postgresql [[ALTER TYPE e ADD VALUE 'it''s' AFTER 'a']]
  finds_sqlite [[
~ check g e: e IN ('a', 'it''s', 'b')]]
  finds_postgresql [[
~ enum e: ('a', 'it's', 'b') in public]]
case { "add_enum_value", "e", "z", before = "a", after = "b" }
  refused [[op.add_enum_value: before and after cannot both be given]]
case { "add_enum_value", "e", "a" }
  sqlite ""
  postgresql [[ALTER TYPE e ADD VALUE 'a']]
  refused_sqlite [[op.add_enum_value: the enum type 'e' has the value 'a' already]]
  refused_postgresql [[enum label "a" already exists]]
case { "add_enum_value", "e", "z", before = "nix" }
  sqlite ""
  postgresql [[ALTER TYPE e ADD VALUE 'z' BEFORE 'nix']]
  refused_sqlite [[op.add_enum_value: the enum type 'e' has no value 'nix'; it has 'a', 'b']]
  refused_postgresql [["nix" is not an existing enum label]]
case { "rename_enum_value", "e", "a", "A" }
  sqlite ""
  postgresql [[ALTER TYPE e RENAME VALUE 'a' TO 'A']]
  finds_sqlite [[
~ check g e: e IN ('A', 'b')
~ column g.e: VARCHAR(1) null default 'A']]
  finds_postgresql [[
~ column g.e: e null default 'A'::e
~ enum e: ('A', 'b') in public]]
case { "rename_enum_value", "e", "nix", "A" }
  sqlite ""
  postgresql [[ALTER TYPE e RENAME VALUE 'nix' TO 'A']]
  refused_sqlite [[op.rename_enum_value: the enum type 'e' has no value 'nix'; it has 'a', 'b']]
  refused_postgresql [["nix" is not an existing enum label]]
case { "rename_enum_value", "e", "a", "b" }
  sqlite ""
  postgresql [[ALTER TYPE e RENAME VALUE 'a' TO 'b']]
  refused_sqlite [[op.rename_enum_value: the enum type 'e' has the value 'b' already]]
  refused_postgresql [[enum label "b" already exists]]
case { "alter_enum", "e", { "b", "a", "it's" }, rename = {} }
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j JSON, r TEXT, l TEXT, e VARCHAR(1) DEFAULT 'a' CONSTRAINT e CHECK (e IN ('b', 'a', 'it''s')), tz DATETIME, n INTEGER, CONSTRAINT ck_g CHECK (n > 0))]]
  finds_sqlite [[
~ check g e: e IN ('b', 'a', 'it''s')]]
  finds_postgresql [[
~ enum e: ('b', 'a', 'it's') in public]]
case { "alter_enum", "e", { "b" } }
  refused [[op.alter_enum: the default of g.e is 'a', which is not among the new values]]
case { "alter_enum", "e", { "b", "z" }, rename = { a = "z" }, columns = { { "g", "e" } } }
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j JSON, r TEXT, l TEXT, e VARCHAR(1) DEFAULT 'z' CONSTRAINT e CHECK (e IN ('b', 'z')), tz DATETIME, n INTEGER, CONSTRAINT ck_g CHECK (n > 0))]]
  finds_sqlite [[
~ check g e: e IN ('b', 'z')
~ column g.e: VARCHAR(1) null default 'z']]
  finds_postgresql [[
~ column g.e: e null default 'z'::e
~ enum e: ('b', 'z') in public]]
case { "alter_enum", "e", { "a", "b", "c" }, rename = { nix = "c" } }
  refused [[op.alter_enum: rename: the enum type 'e' has no value 'nix'; it has 'a', 'b']]
case { "alter_enum", "nix", { "a" } }
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j JSON, r TEXT, l TEXT, e VARCHAR(1) DEFAULT 'a' CONSTRAINT e CHECK (e IN ('a', 'b')), tz DATETIME, n INTEGER, CONSTRAINT ck_g CHECK (n > 0))]]
  refused_postgresql [[op.alter_enum: there is no enum type 'nix']]
  finds_sqlite ""
case { "alter_enum", "mood", { "ok", "happy" }, rename = { sad = "happy" } }
  before { { "create_table", "u", { { "id", types.integer, primary_key = true }, { "now",
    types.enum("mood", { "sad", "ok" }, { check = true }), nullable = false,
    server_default = "sad" }, { "others", types.enum("mood", { "sad", "ok" }, { check = true }) } } } }
  touches { "u" }
  copied [[CREATE TABLE u (
    id INTEGER NOT NULL,
    now VARCHAR(3) DEFAULT 'happy' NOT NULL CONSTRAINT mood CHECK (now IN ('ok', 'happy')),
    others VARCHAR(3) CONSTRAINT mood CHECK (others IN ('ok', 'happy')),
    PRIMARY KEY (id)
)]]
  finds_sqlite [[
~ check u mood: now IN ('ok', 'happy')
~ check u mood 2: others IN ('ok', 'happy')
~ column u.now: VARCHAR(3) not null default 'happy']]
  finds_postgresql [[
~ column u.now: mood not null default 'happy'::mood
~ enum mood: ('ok', 'happy') in public]]
case { "add_enum_value", "mood", "happy" }
  before { { "create_table", "u", { { "now", types.enum("mood", { "sad", "ok" },
    { check = true }) } } } }
  touches { "u" }
  sqlite ""
  postgresql [[ALTER TYPE mood ADD VALUE 'happy']]
  finds_sqlite [[
~ check u mood: now IN ('sad', 'ok', 'happy')]]
  finds_postgresql [[
~ enum mood: ('sad', 'ok', 'happy') in public]]
case { "rename_enum_value", "mood", "sad", "sadder" }
  before { { "create_table", "u", { { "now", types.enum("mood", { "sad", "ok" },
    { check = true }), server_default = "sad" } } } }
  touches { "u" }
  sqlite ""
  postgresql [[ALTER TYPE mood RENAME VALUE 'sad' TO 'sadder']]
  finds_sqlite [[
~ check u mood: now IN ('sadder', 'ok')
~ column u.now: VARCHAR(3) null default 'sadder']]
  finds_postgresql [[
~ column u.now: mood null default 'sadder'::mood
~ enum mood: ('sadder', 'ok') in public]]
case { "alter_enum", "e", { "a", "c" } }
  before { { "execute", "INSERT INTO g (id, e, n) VALUES (1, 'b', 1)" } }
  refused [[op.alter_enum: 1 row of the table 'g' has the value 'b' in 'e', which is not among the new values]]
case { "alter_enum", "e", { "a", "c" }, rename = { b = "c" } }
  before { { "execute", "INSERT INTO g (id, e, n) VALUES (1, 'b', 1)" } }
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j JSON, r TEXT, l TEXT, e VARCHAR(1) DEFAULT 'a' CONSTRAINT e CHECK (e IN ('a', 'c')), tz DATETIME, n INTEGER, CONSTRAINT ck_g CHECK (n > 0))]]
  finds_sqlite [[
~ check g e: e IN ('a', 'c')]]
  finds_postgresql [[
~ enum e: ('a', 'c') in public]]
case { "alter_enum", "e", { "a", "b", "c" }, columns = { { "public", "g", "e" } } }
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j JSON, r TEXT, l TEXT, e VARCHAR(1) DEFAULT 'a' CONSTRAINT e CHECK (e IN ('a', 'b', 'c')), tz DATETIME, n INTEGER, CONSTRAINT ck_g CHECK (n > 0))]]
  finds_sqlite [[
~ check g e: e IN ('a', 'b', 'c')]]
  finds_postgresql [[
~ enum e: ('a', 'b', 'c') in public]]
case { "alter_enum", "e", { "a", "b", "c" }, columns = { { "t", "a" } } }
  copied [[CREATE TABLE g (id INTEGER NOT NULL PRIMARY KEY, j JSON, r TEXT, l TEXT, e VARCHAR(1) DEFAULT 'a' CONSTRAINT e CHECK (e IN ('a', 'b', 'c')), tz DATETIME, n INTEGER, CONSTRAINT ck_g CHECK (n > 0))]]
  refused_postgresql [[op.alter_enum: columns: no column 'a' of a table 't' has the type 'e']]
  finds_sqlite [[
~ check g e: e IN ('a', 'b', 'c')]]
case { "alter_enum", "e", { "b", "a", "c" } }
  before { { "create_table", "u", { { "many", types.array(types.enum("e", { "a", "b" })),
    server_default = "{a,b}" } } } }
  touches { "u", "g" }
  refused_sqlite [[op.create_table: column 'many': types.array exists on PostgreSQL only]]
  finds_postgresql [[
~ enum e: ('b', 'a', 'c') in public]]
case { "alter_enum", "mood", { "ok", "glad" }, schema = "s", rename = { sad = "glad" } }
  before { { "create_table", "u", { { "now", types.enum("mood", { "sad", "ok" }, { schema = "s" }),
    server_default = "sad", nullable = false } } } }
  touches { "u" }
  copied [[CREATE TABLE u (
    now VARCHAR(3) DEFAULT 'sad' NOT NULL
)]]
  finds_sqlite ""
  finds_postgresql [[
~ enum mood: ('ok', 'glad') in s hidden]]
case { "drop_enum", "mood", checkfirst = true }
  before { { "create_enum", "mood", { "a" } } }
  sqlite ""
  postgresql [[DROP TYPE IF EXISTS mood]]
  finds_sqlite ""
  finds_postgresql [[
- enum mood]]
case { "create_enum", "Mood", { "A" }, schema = "s" }
  sqlite ""
  postgresql [[CREATE TYPE s."Mood" AS ENUM ('A')]]
  finds_sqlite ""
  finds_postgresql [[
+ enum Mood: ('A') in s hidden]]
case { "rename_enum_value", "Mood", "A", "B b", schema = "s" }
  before { { "create_enum", "Mood", { "A" }, schema = "s" } }
  sqlite ""
  postgresql [[ALTER TYPE s."Mood" RENAME VALUE 'A' TO 'B b']]
  finds_sqlite ""
  finds_postgresql [[
~ enum Mood: ('B b') in s hidden]]
