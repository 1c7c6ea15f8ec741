/* op.alter_enum on PostgreSQL as one DO block. */
#include "db/db_print.h"
#include "ddl/ddl.h"
#include "run/exec_enum.h"
#include "run/exec_postgres_offline.h"

/* What stands before: old, wanted, old_values, new_values, named. */
static const char alter_begin[] =
    "    place text;\n"
    "    owner text;\n"
    "    comment text;\n"
    "    labels text[];\n"
    "    removed text[];\n"
    "    uses jsonb;\n"
    "    use record;\n"
    "    item text[];\n"
    "    list text[];\n"
    "    next text;\n"
    "    after text[] := '{}';\n"
    "BEGIN\n"
    "    SELECT n.nspname, pg_catalog.pg_get_userbyid(t.typowner), "
    "pg_catalog.obj_description(t.oid, 'pg_type'),\n"
    "        ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e\n"
    "            WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)\n"
    "    INTO place, owner, comment, labels FROM pg_catalog.pg_type t\n"
    "    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace\n"
    "    WHERE t.oid = old AND t.typtype = 'e';\n"
    "    IF place IS NULL THEN\n"
    "        RAISE EXCEPTION 'op.alter_enum: % is no enum type', old;\n"
    "    END IF;\n"
    "    IF labels = wanted AND old_values = '{}' THEN\n"
    "        RETURN;\n"
    "    END IF;\n"
    "    IF NOT old_values <@ labels THEN\n"
    "        RAISE EXCEPTION 'op.alter_enum: rename: % has no such value; it "
    "has %', old, labels;\n"
    "    END IF;\n"
    "    removed := ARRAY(SELECT l FROM pg_catalog.unnest(labels) l\n"
    "        WHERE COALESCE(new_values[pg_catalog.array_position(old_values, "
    "l)], l) <> ALL (wanted));\n";

/* The columns, as exec_postgres_uses.c finds them. */
static const char alter_uses[] =
    "    uses := COALESCE((SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(x)) "
    "FROM (\n"
    "        SELECT n.nspname AS space, c.relname AS name, "
    "c.oid::pg_catalog.regclass::text AS relation,\n"
    "            a.attname AS field, a.atttypid <> old AS many, a.attinhcount "
    "> 0 AS inherited,\n"
    "            pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS usual\n"
    "        FROM pg_catalog.pg_attribute a\n"
    "        JOIN pg_catalog.pg_type t ON t.oid = old AND a.atttypid IN "
    "(t.oid, t.typarray)\n"
    "        JOIN pg_catalog.pg_class c ON c.oid = a.attrelid\n"
    "        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace\n"
    "        LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND "
    "d.adnum = a.attnum\n"
    "        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', "
    "'p')\n"
    "            AND COALESCE(pg_catalog.to_jsonb(a)->>'attgenerated', '') = "
    "''\n"
    "        ORDER BY 1, 2, a.attnum) x), '[]');\n";

#define USES                                                                   \
    "SELECT * FROM pg_catalog.jsonb_to_recordset(uses)\n"                      \
    "            AS u(space text, name text, relation text, field text, many " \
    "bool, inherited bool, usual text)\n"

static const char alter_named[] =
    "    FOREACH item SLICE 1 IN ARRAY named LOOP\n"
    "        IF NOT EXISTS (" USES
    "            WHERE u.field = item[3] AND u.name = item[2] AND "
    "COALESCE(u.space = item[1], true)) THEN\n"
    "            RAISE EXCEPTION 'op.alter_enum: columns: no column % of a "
    "table % has the type %', item[3], item[2], old;\n"
    "        END IF;\n"
    "    END LOOP;\n"
    "    FOR use IN " USES "            WHERE NOT u.inherited LOOP\n"
    "        IF NOT EXISTS (SELECT FROM pg_catalog.generate_series(1, "
    "pg_catalog.array_length(named, 1)) i\n"
    "            WHERE use.field = named[i][3] AND use.name = named[i][2]\n"
    "                AND COALESCE(use.space = named[i][1], true)) THEN\n"
    "            RAISE EXCEPTION 'op.alter_enum: columns: %.% has the type % "
    "too', use.relation, use.field, old;\n"
    "        END IF;\n"
    "    END LOOP;\n";

/* Rows and defaults that hold a value which is removed; the defaults go. */
static const char alter_check[] =
    "    FOR use IN " USES "    LOOP\n"
    "        next := NULL;\n"
    "        IF removed <> '{}' AND NOT use.inherited THEN\n"
    "            EXECUTE pg_catalog.format('SELECT e FROM %s AS t, LATERAL "
    "pg_catalog.unnest(%s) AS u(e) WHERE e = ANY ($1) LIMIT 1',\n"
    "                use.relation, pg_catalog.format(CASE WHEN use.many THEN "
    "'t.%I::text[]' ELSE 'ARRAY[t.%I::text]' END, use.field))\n"
    "                INTO next USING removed;\n"
    "        END IF;\n"
    "        IF next IS NOT NULL THEN\n"
    "            RAISE EXCEPTION 'op.alter_enum: rows of the table % have the "
    "value % in %, which is not among the new values',\n"
    "                use.relation, pg_catalog.quote_literal(next), "
    "use.field;\n"
    "        END IF;\n"
    "        CONTINUE WHEN use.usual IS NULL;\n"
    "        list := NULL;\n"
    "        IF removed <> '{}' OR old_values <> '{}' THEN\n"
    "            EXECUTE pg_catalog.format(CASE WHEN use.many THEN 'SELECT "
    "(%s)::text[]' ELSE 'SELECT ARRAY[(%s)::text]' END, use.usual) INTO list;\n"
    "        END IF;\n"
    "        IF list && removed THEN\n"
    "            RAISE EXCEPTION 'op.alter_enum: the default % of %.% is not "
    "among the new values', use.usual, use.relation, use.field;\n"
    "        END IF;\n"
    "        next := use.usual;\n"
    "        IF list && old_values THEN\n"
    "            IF next !~* '^(''|ARRAY\\[)' THEN\n"
    "                RAISE EXCEPTION 'op.alter_enum: the default of %.% is an "
    "expression whose value is renamed', use.relation, use.field;\n"
    "            END IF;\n"
    "            list := ARRAY(SELECT "
    "COALESCE(new_values[pg_catalog.array_position(old_values, v)], v)\n"
    "                FROM pg_catalog.unnest(list) WITH ORDINALITY u(v, i) "
    "ORDER BY i);\n"
    "            next := pg_catalog.quote_literal(CASE WHEN use.many THEN "
    "list::text ELSE list[1] END);\n"
    "        END IF;\n"
    "        after := after || pg_catalog.format('ALTER TABLE ONLY %s ALTER "
    "COLUMN %I SET DEFAULT %s', use.relation, use.field, next);\n"
    "        EXECUTE pg_catalog.format('ALTER TABLE ONLY %s ALTER COLUMN %I "
    "DROP DEFAULT', use.relation, use.field);\n"
    "    END LOOP;\n";

/* No subquery may stand in USING, so the values of arrays are replaced one by
 * one, through names that are nobody's. */
static const char alter_change[] =
    "    EXECUTE pg_catalog.format('CREATE TYPE %I.luamigrate_new_enum AS ENUM "
    "(%s)', place, (SELECT\n"
    "        pg_catalog.string_agg(pg_catalog.quote_literal(v), ', ' ORDER BY "
    "i) FROM pg_catalog.unnest(wanted) WITH ORDINALITY u(v, i)));\n"
    "    FOR use IN " USES "            WHERE NOT u.inherited LOOP\n"
    "        next := pg_catalog.format(CASE WHEN use.many THEN '%I::text[]' "
    "ELSE '%I::text' END, use.field);\n"
    "        IF use.many THEN\n"
    "            FOR i IN 1 .. pg_catalog.cardinality(old_values) LOOP\n"
    "                next := pg_catalog.format('pg_catalog.array_replace(%s, "
    "%L, %L)', next, old_values[i], E'\\x01' || i);\n"
    "            END LOOP;\n"
    "            FOR i IN 1 .. pg_catalog.cardinality(old_values) LOOP\n"
    "                next := pg_catalog.format('pg_catalog.array_replace(%s, "
    "%L, %L)', next, E'\\x01' || i, new_values[i]);\n"
    "            END LOOP;\n"
    "        ELSIF old_values <> '{}' THEN\n"
    "            next := "
    "pg_catalog.format('COALESCE((%L::text[])[pg_catalog.array_position(%L::"
    "text[], %s)], %s)', new_values, old_values, next, next);\n"
    "        END IF;\n"
    "        EXECUTE pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I TYPE "
    "%I.luamigrate_new_enum%s USING (%s)::%I.luamigrate_new_enum%s',\n"
    "            use.relation, use.field, place, CASE WHEN use.many THEN '[]' "
    "ELSE '' END, next, place, CASE WHEN use.many THEN '[]' ELSE '' END);\n"
    "    END LOOP;\n"
    "    next := pg_catalog.format('%I.%I', place, (SELECT t.typname FROM "
    "pg_catalog.pg_type t WHERE t.oid = old));\n"
    "    EXECUTE 'DROP TYPE ' || next;\n";

static const char alter_end[] = "    FOREACH next IN ARRAY after LOOP\n"
                                "        EXECUTE next;\n"
                                "    END LOOP;\n"
                                "END\n";

/* What the new type takes over; `name` is the old one's, without its schema,
 * as a literal. */
static void add_rest(struct buf *out, const char *name)
{
    buf_addf(out,
             "    EXECUTE pg_catalog.format('ALTER TYPE "
             "%%I.luamigrate_new_enum RENAME TO %%I', place, %s);\n"
             "    IF owner <> current_user THEN\n"
             "        EXECUTE pg_catalog.format('ALTER TYPE %%s OWNER TO %%I', "
             "next, owner);\n"
             "    END IF;\n"
             "    IF comment IS NOT NULL THEN\n"
             "        EXECUTE pg_catalog.format('COMMENT ON TYPE %%s IS %%L', "
             "next, comment);\n"
             "    END IF;\n",
             name);
}

/* The columns that the script names: ARRAY[[schema, table, column], ...]. */
static int add_named(const struct exec *exec, struct buf *out,
                     const struct op_alter_enum *alter)
{
    buf_add(out, "    named CONSTANT text[] := ARRAY[");
    for (size_t i = 0; i < alter->columns.count; i++) {
        const struct names *named = &alter->columns.items[i];

        buf_add(out, i > 0 ? ", [" : "[");
        if (named->count == 2)
            buf_add(out, "NULL, ");
        if (exec_enum_add_list(exec, out, named) != 0)
            return -1;
        buf_char(out, ']');
    }
    buf_add(out, "]::text[];\n");
    return 0;
}

static int add_constants(const struct exec *exec, struct buf *out,
                         const struct op_alter_enum *alter)
{
    struct names old = {0}, new = {0};

    old.items = arena_array(exec->arena, const char *, alter->rename.count + 1);
    new.items = arena_array(exec->arena, const char *, alter->rename.count + 1);
    for (size_t i = 0; i < alter->rename.count; i++) {
        old.items[old.count++] = alter->rename.items[i].name;
        new.items[new.count++] = alter->rename.items[i].value.text.data;
    }
    buf_add(out, "DECLARE\n    old CONSTANT pg_catalog.regtype := ");
    if (exec_postgres_offline_place(exec, out, alter->schema, alter->name) != 0)
        return -1;
    buf_add(out, "::pg_catalog.regtype;\n    wanted CONSTANT text[] := ARRAY[");
    if (exec_enum_add_list(exec, out, &alter->values) != 0)
        return -1;
    buf_add(out, "]::text[];\n    old_values CONSTANT text[] := ARRAY[");
    if (exec_enum_add_list(exec, out, &old) != 0)
        return -1;
    buf_add(out, "]::text[];\n    new_values CONSTANT text[] := ARRAY[");
    if (exec_enum_add_list(exec, out, &new) != 0)
        return -1;
    buf_add(out, "]::text[];\n");
    return alter->columns.count > 0 ? add_named(exec, out, alter) : 0;
}

/* The type as the statements before have made it, if they have. */
static int check_known(const struct exec *exec,
                       const struct op_alter_enum *alter)
{
    struct db_types types;

    for (size_t i = 0; i < alter->rename.count; i++)
        if (!exec_enum_has(&alter->values,
                           alter->rename.items[i].value.text.data))
            return error_set(exec->err, ERROR_FAILED,
                             "rename: '%s' becomes '%s', which is not among "
                             "the new values %s",
                             alter->rename.items[i].name,
                             alter->rename.items[i].value.text.data,
                             ddl_enum_list(exec->arena, &alter->values));
    if (exec->db->driver->enums(exec->db, alter->schema, alter->name,
                                exec->arena, &types, exec->err) != 0)
        return -1;
    return types.count == 0
               ? 0
               : exec_enum_check(exec, alter, &types.items[0].values);
}

int exec_postgres_offline_enum(const struct exec *exec,
                               const struct op_alter_enum *alter)
{
    struct buf body, name;

    if (check_known(exec, alter) != 0)
        return -1;
    buf_init(&body, exec->arena);
    buf_init(&name, exec->arena);
    if (add_constants(exec, &body, alter) != 0 ||
        exec_enum_add_text(exec, &name, alter->name) != 0)
        return -1;
    buf_add(&body, alter_begin);
    buf_add(&body, alter_uses);
    if (alter->columns.count > 0)
        buf_add(&body, alter_named);
    buf_add(&body, alter_check);
    buf_add(&body, alter_change);
    add_rest(&body, name.data);
    buf_add(&body, alter_end);
    if (exec_postgres_offline_send(exec, body.data) != 0)
        return -1;
    db_print_enum(exec->db, alter->schema, alter->name, &alter->values);
    return 0;
}
