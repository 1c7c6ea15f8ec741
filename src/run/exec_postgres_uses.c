#include "run/exec_postgres_uses.h"

#include "base/str.h"
#include "ddl/ddl.h"
#include "run/exec_enum.h"

/* --- the type --- */

static int no_type(const struct exec *exec, const char *name)
{
    return error_set(exec->err, ERROR_FAILED, "there is no enum type '%s'",
                     name);
}

static int find_type(const struct exec *exec, const struct op_alter_enum *alter,
                     struct exec_uses *out, const char **oid,
                     const char **array)
{
    struct exec_enum_rows rows;
    struct db_types types;
    struct buf sql;

    if (exec->db->driver->enums(exec->db, alter->schema, alter->name,
                                exec->arena, &types, exec->err) != 0)
        return -1;
    if (types.count == 0)
        return no_type(exec, alter->name);
    out->schema = types.items[0].schema;
    out->values = types.items[0].values;
    buf_init(&sql, exec->arena);
    buf_add(&sql,
            "SELECT t.oid::text, t.typarray::text, CASE WHEN "
            "pg_catalog.pg_get_userbyid(t.typowner) <> current_user THEN "
            "pg_catalog.pg_get_userbyid(t.typowner)::text END, "
            "pg_catalog.obj_description(t.oid, 'pg_type'), CASE WHEN "
            "t.typacl IS NOT NULL THEN 'yes' END, n.nspname::text FROM "
            "pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON "
            "n.oid = t.typnamespace WHERE t.typtype = 'e' AND t.typname = ");
    if (exec_enum_add_text(exec, &sql, alter->name) != 0)
        return -1;
    buf_add(&sql, " AND ");
    if (out->schema == NULL) {
        buf_add(&sql, "pg_catalog.pg_type_is_visible(t.oid)");
    } else {
        buf_add(&sql, "n.nspname = ");
        if (exec_enum_add_text(exec, &sql, out->schema) != 0)
            return -1;
    }
    if (exec_enum_rows(exec, sql.data, &rows) != 0)
        return -1;
    if (rows.count == 0)
        return no_type(exec, alter->name);
    *oid = rows.items[0][0];
    *array = rows.items[0][1];
    out->owner = rows.items[0][2];
    out->comment = rows.items[0][3];
    out->has_grants = rows.items[0][4] != NULL;
    out->schema = rows.items[0][5];
    return 0;
}

/* --- its columns --- */

/* The columns of tables that have the type, without generated ones. */
#define OWN_COLUMN                                                             \
    "a.atttypid IN (%s, %s) AND a.attnum > 0 AND NOT a.attisdropped AND "      \
    "c.relkind IN ('r', 'p') AND "                                             \
    "COALESCE(pg_catalog.to_jsonb(a)->>'attgenerated', '') = ''"

static int find_columns(const struct exec *exec, const char *oid,
                        const char *array, struct exec_uses *out)
{
    struct exec_enum_rows rows;

    if (exec_enum_rows(
            exec,
            arena_printf(
                exec->arena,
                "SELECT n.nspname::text, c.relname::text, a.attname::text, "
                "CASE WHEN a.atttypid = %s THEN 'array' END, "
                "CASE WHEN a.attinhcount > 0 THEN 'inherited' END, "
                "pg_catalog.pg_get_expr(d.adbin, d.adrelid) "
                "FROM pg_catalog.pg_attribute a "
                "JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
                "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                "LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid "
                "AND d.adnum = a.attnum WHERE " OWN_COLUMN
                " ORDER BY 1, 2, a.attnum",
                array, oid, array),
            &rows) != 0)
        return -1;
    out->items = arena_array(exec->arena, struct exec_use, rows.count + 1);
    out->count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        const char *const *row = rows.items[i];

        out->items[i] = (struct exec_use){.schema = row[0],
                                          .table = row[1],
                                          .column = row[2],
                                          .is_array = row[3] != NULL,
                                          .inherited = row[4] != NULL,
                                          .default_sql = row[5]};
    }
    return 0;
}

/* Whether the list { { [schema,] table, column } ... } has the column. */
static bool is_named(const struct names *named, const struct exec_use *use)
{
    size_t last = named->count - 1;

    return str_equal(named->items[last], use->column) &&
           str_equal(named->items[last - 1], use->table) &&
           (named->count == 2 || str_equal(named->items[0], use->schema));
}

/* Columns that the script names must be those that the catalog has. */
static int check_named(const struct exec *exec,
                       const struct op_alter_enum *alter,
                       const struct exec_uses *uses)
{
    for (size_t i = 0; i < alter->columns.count; i++) {
        const struct names *named = &alter->columns.items[i];
        bool found = false;

        for (size_t k = 0; k < uses->count && !found; k++)
            found = is_named(named, &uses->items[k]);
        if (!found)
            return error_set(exec->err, ERROR_FAILED,
                             "columns: no column '%s' of a table '%s' has the "
                             "type '%s'",
                             named->items[named->count - 1],
                             named->items[named->count - 2], alter->name);
    }
    for (size_t k = 0; alter->columns.count > 0 && k < uses->count; k++) {
        const struct exec_use *use = &uses->items[k];
        bool found = use->inherited;

        for (size_t i = 0; i < alter->columns.count && !found; i++)
            found = is_named(&alter->columns.items[i], use);
        if (!found)
            return error_set(exec->err, ERROR_FAILED,
                             "columns: %s.%s has the type '%s' too", use->table,
                             use->column, alter->name);
    }
    return 0;
}

/* --- what else depends on it --- */

/* Views and indexes by themselves, not by their rules and columns. What a
 * column of the type has but may not be altered under counts too. */
static const char dependents_sql[] =
    "WITH own AS (SELECT a.attrelid, a.attnum FROM pg_catalog.pg_attribute a "
    "JOIN pg_catalog.pg_class c ON c.oid = a.attrelid WHERE " OWN_COLUMN ") "
    "SELECT DISTINCT CASE WHEN w.ev_class IS NOT NULL THEN "
    "pg_catalog.pg_describe_object('pg_catalog.pg_class'::regclass, "
    "w.ev_class, 0) WHEN d.classid = 'pg_catalog.pg_class'::regclass THEN "
    "pg_catalog.pg_describe_object(d.classid, d.objid, CASE WHEN k.relkind IN "
    "('r', 'p') THEN d.objsubid ELSE 0 END) "
    "ELSE pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) END "
    "FROM pg_catalog.pg_depend d "
    "LEFT JOIN pg_catalog.pg_rewrite w ON d.classid = "
    "'pg_catalog.pg_rewrite'::regclass AND w.oid = d.objid "
    "LEFT JOIN pg_catalog.pg_class k ON d.classid = "
    "'pg_catalog.pg_class'::regclass AND k.oid = d.objid "
    "LEFT JOIN pg_catalog.pg_attrdef f ON d.classid = "
    "'pg_catalog.pg_attrdef'::regclass AND f.oid = d.objid "
    "WHERE (d.refclassid = 'pg_catalog.pg_type'::regclass AND d.refobjid IN "
    "(%s, %s) AND d.deptype <> 'i' AND NOT COALESCE("
    "(d.objid, d.objsubid) IN (SELECT attrelid, attnum FROM own) AND "
    "k.oid IS NOT NULL, false) AND NOT COALESCE((f.adrelid, f.adnum) IN "
    "(SELECT attrelid, attnum FROM own), false)) "
    "OR (d.refclassid = 'pg_catalog.pg_class'::regclass AND "
    "(d.refobjid, d.refobjsubid) IN (SELECT attrelid, attnum FROM own) AND "
    "(d.classid IN ('pg_catalog.pg_rewrite'::regclass, "
    "'pg_catalog.pg_policy'::regclass, 'pg_catalog.pg_trigger'::regclass) OR "
    "COALESCE(f.adnum <> d.refobjsubid, false))) ORDER BY 1";

static int check_dependents(const struct exec *exec, const char *name,
                            const char *oid, const char *array)
{
    struct exec_enum_rows rows;

    if (exec_enum_rows(
            exec,
            arena_printf(exec->arena, dependents_sql, oid, array, oid, array),
            &rows) != 0)
        return -1;
    if (rows.count == 0)
        return 0;
    error_set(exec->err, ERROR_FAILED,
              "%s depends on the enum type '%s' or its columns%s",
              rows.items[0][0], name,
              rows.count > 1 ? ", and so do others" : "");
    for (size_t i = 0; i < rows.count; i++)
        error_candidate(exec->err, rows.items[i][0]);
    return error_hint(exec->err, "drop it before, and make it again behind");
}

int exec_postgres_uses(const struct exec *exec,
                       const struct op_alter_enum *alter, struct exec_uses *out)
{
    const char *oid = NULL, *array = NULL;

    if (find_type(exec, alter, out, &oid, &array) != 0 ||
        find_columns(exec, oid, array, out) != 0 ||
        check_named(exec, alter, out) != 0)
        return -1;
    return check_dependents(exec, alter->name, oid, array);
}
