#include "run/exec_postgres_offline.h"

#include "base/str.h"
#include "db/db_print.h"
#include "ddl/ddl.h"
#include "run/exec_enum.h"

#include <string.h>

int exec_postgres_offline_send(const struct exec *exec, const char *body)
{
    const char *tag = "$luamigrate$";

    for (int i = 1; strstr(body, tag) != NULL; i++)
        tag = arena_printf(exec->arena, "$luamigrate_%d$", i);
    return exec_send(exec,
                     arena_printf(exec->arena, "DO %s\n%s%s", tag, body, tag));
}

int exec_postgres_offline_place(const struct exec *exec, struct buf *out,
                                const char *schema, const char *name)
{
    struct buf text;

    if ((schema != NULL &&
         ddl_check_name(DIALECT_POSTGRESQL, schema, exec->err) != 0) ||
        ddl_check_name(DIALECT_POSTGRESQL, name, exec->err) != 0)
        return -1;
    buf_init(&text, exec->arena);
    ddl_qualified(&text, DIALECT_POSTGRESQL, schema, name);
    return exec_enum_add_text(exec, out, text.data);
}

/* --- what may be there already --- */

static const char *finds(const struct exec *exec, const char *from,
                         const char *schema, const char *name, const char *rest)
{
    struct buf out;

    buf_init(&out, exec->arena);
    buf_add(&out, from);
    if (exec_postgres_offline_place(exec, &out, schema, name) != 0)
        return NULL;
    buf_add(&out, rest);
    return out.data;
}

const char *exec_postgres_offline_column(const struct exec *exec,
                                         const char *schema, const char *table,
                                         const char *column)
{
    struct buf rest;

    buf_init(&rest, exec->arena);
    buf_add(&rest, "::pg_catalog.regclass AND NOT a.attisdropped AND "
                   "a.attname = ");
    if (exec_enum_add_text(exec, &rest, column) != 0)
        return NULL;
    return finds(exec,
                 "SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = ",
                 schema, table, rest.data);
}

const char *exec_postgres_offline_view(const struct exec *exec,
                                       const char *schema, const char *name)
{
    return finds(exec,
                 "SELECT FROM pg_catalog.pg_class c WHERE c.relkind IN ('v', "
                 "'m') AND c.oid = pg_catalog.to_regclass(",
                 schema, name, ")");
}

int exec_postgres_offline_unless(const struct exec *exec, const struct op *op,
                                 const char *unless)
{
    struct names statements;
    struct buf body;

    if (unless == NULL || ddl_compile(op, DIALECT_POSTGRESQL, exec->arena,
                                      &statements, exec->err) != 0)
        return -1;
    buf_init(&body, exec->arena);
    buf_addf(&body,
             "BEGIN\n    IF EXISTS (%s) THEN\n        RETURN;\n"
             "    END IF;\n",
             unless);
    for (size_t i = 0; i < statements.count; i++)
        buf_addf(&body, "    %s\n    ;\n", statements.items[i]);
    buf_add(&body, "END\n");
    return exec_postgres_offline_send(exec, body.data);
}

int exec_postgres_offline_type(const struct exec *exec, const struct type *type)
{
    const char *create;
    struct buf body, place, values;

    buf_init(&body, exec->arena);
    buf_init(&place, exec->arena);
    buf_init(&values, exec->arena);
    if (exec_postgres_offline_place(exec, &place, type->schema, type->name) !=
            0 ||
        exec_enum_add_list(exec, &values, &type->values) != 0 ||
        ddl_enum_text(exec->arena, type, &create, exec->err) != 0)
        return -1;
    buf_addf(&body,
             "DECLARE\n    there CONSTANT pg_catalog.regtype := "
             "pg_catalog.to_regtype(%s);\n"
             "    labels CONSTANT text[] := ARRAY(SELECT e.enumlabel::text "
             "FROM pg_catalog.pg_enum e\n"
             "        WHERE e.enumtypid = there ORDER BY e.enumsortorder);\n"
             "    wanted CONSTANT text[] := ARRAY[%s]::text[];\n"
             "BEGIN\n"
             "    IF there IS NULL THEN\n        %s;\n"
             "    ELSIF labels <> wanted THEN\n"
             "        RAISE EXCEPTION 'the enum type %% exists with the "
             "values %%, not with %%', there, labels, wanted;\n"
             "    END IF;\nEND\n",
             place.data, values.data, create);
    if (exec_postgres_offline_send(exec, body.data) != 0)
        return -1;
    db_print_enum(exec->db, type->schema, type->name, &type->values);
    return 0;
}

/* --- a constraint without a name --- */

/* The letter of pg_constraint.contype for a type of op.drop_constraint. */
static const char *letters(const char *type)
{
    static const char *const words[][2] = {{"primary", "p"},
                                           {"unique", "u"},
                                           {"foreignkey", "f"},
                                           {"check", "c"},
                                           {"exclude", "x"}};

    for (size_t i = 0; type != NULL && i < sizeof words / sizeof *words; i++)
        if (str_equal(words[i][0], type))
            return words[i][1];
    return "pufcx";
}

static const char drop_find[] =
    "::pg_catalog.regclass;\n"
    "    found text[];\n"
    "BEGIN\n"
    "    SELECT pg_catalog.array_agg(c.conname::text) INTO found\n"
    "    FROM pg_catalog.pg_constraint c\n"
    "    WHERE c.conrelid = place AND pg_catalog.strpos(kinds, "
    "c.contype::text) > 0\n"
    "        AND (columns = '{}' OR ARRAY(SELECT a.attname::text COLLATE "
    "\"C\"\n"
    "            FROM pg_catalog.pg_attribute a WHERE a.attrelid = place AND "
    "a.attnum = ANY (c.conkey)\n"
    "            ORDER BY 1) = ARRAY(SELECT u COLLATE \"C\" FROM "
    "pg_catalog.unnest(columns) u ORDER BY 1));\n";

static const char drop_one[] =
    "    IF COALESCE(pg_catalog.cardinality(found), 0) <> 1 THEN\n"
    "        RAISE EXCEPTION 'op.drop_constraint: % constraints of the table "
    "% are meant: %',\n"
    "            COALESCE(pg_catalog.cardinality(found), 0), place, found;\n"
    "    END IF;\n"
    "    EXECUTE pg_catalog.format('ALTER TABLE %s DROP CONSTRAINT %I'";

int exec_postgres_offline_drop(const struct exec *exec,
                               const struct op_drop_constraint *drop)
{
    struct buf body;

    buf_init(&body, exec->arena);
    buf_addf(&body,
             "DECLARE\n    kinds CONSTANT text := '%s';\n"
             "    columns CONSTANT text[] := ARRAY[",
             letters(drop->type));
    if (exec_enum_add_list(exec, &body, &drop->columns) != 0)
        return -1;
    buf_add(&body, "]::text[];\n    place CONSTANT pg_catalog.regclass := ");
    if (exec_postgres_offline_place(exec, &body, drop->schema, drop->table) !=
        0)
        return -1;
    buf_add(&body, drop_find);
    if (drop->if_exists == TRI_TRUE)
        buf_add(&body, "    IF found IS NULL THEN\n        RETURN;\n"
                       "    END IF;\n");
    buf_addf(&body, "%s%s, place, found[1]);\nEND\n", drop_one,
             drop->cascade == TRI_TRUE ? " || ' CASCADE'" : "");
    return exec_postgres_offline_send(exec, body.data);
}
