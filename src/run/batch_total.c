/* How many rows a pass will find: what the statistics of the database say. A
 * count would read the whole table before the first batch. */
#include "run/batch_pass.h"

#include "base/buf.h"
#include "ddl/ddl.h"

#include <stdlib.h>
#include <string.h>

/* Tables that are smaller are counted: rows (SQLite), bytes. */
#define COUNTED_ROWS "10000"
#define COUNTED_BYTES "4194304"

static struct value text_value(const char *text)
{
    struct value value = {.kind = VALUE_TEXT};

    value.text.data = text;
    value.text.size = strlen(text);
    return value;
}

static int ask(struct db *db, const char *sql, const struct value *param,
               struct arena *arena, struct value *value, struct error *err)
{
    struct db_statement query = {.sql = sql,
                                 .size = strlen(sql),
                                 .params = param,
                                 .param_count = param != NULL,
                                 .own = true};

    return db_query_one(db, &query, arena, value, err);
}

static const char *table_name(struct db *db, const struct batch_plan *plan,
                              struct arena *arena)
{
    struct buf text;

    buf_init(&text, arena);
    ddl_qualified(&text, db->dialect, plan->request->schema,
                  plan->request->table);
    return text.data;
}

static int count(struct db *db, const struct batch_plan *plan,
                 struct arena *arena, int64_t *total, struct error *err)
{
    const char *where = plan->request->where;
    struct value value;
    struct buf sql;

    buf_init(&sql, arena);
    buf_addf(&sql, "SELECT count(*) FROM %s", table_name(db, plan, arena));
    if (where != NULL)
        buf_addf(&sql, " WHERE (%s\n)", where);
    if (ask(db, sql.data, NULL, arena, &value, err) < 0)
        return -1;
    if (value.kind == VALUE_INTEGER)
        *total = value.integer;
    return 0;
}

/* --- PostgreSQL --- */

/* What the planner expects: "Plan Rows" of the only node. */
static int plan_rows(struct db *db, const struct batch_plan *plan,
                     struct arena *arena, int64_t *total, struct error *err)
{
    static const char label[] = "\"Plan Rows\": ";
    const char *where = plan->request->where, *at;
    struct value value;
    struct buf sql;

    buf_init(&sql, arena);
    buf_addf(&sql, "EXPLAIN (FORMAT JSON) SELECT 1 FROM %s",
             table_name(db, plan, arena));
    if (where != NULL)
        buf_addf(&sql, " WHERE (%s\n)", where);
    if (ask(db, sql.data, NULL, arena, &value, err) < 0)
        return -1;
    if (value.kind != VALUE_TEXT)
        return 0;
    at = strstr(value.text.data, label);
    if (at != NULL)
        *total = strtoll(at + sizeof label - 1, NULL, 10);
    return 0;
}

static int total_postgres(struct db *db, const struct batch_plan *plan,
                          struct arena *arena, int64_t *total,
                          struct error *err)
{
    static const char sql[] =
        "SELECT pg_catalog.pg_relation_size(c.oid) < " COUNTED_BYTES
        " AND c.relkind = 'r' FROM pg_catalog.pg_class c WHERE c.oid = "
        "pg_catalog.to_regclass($1::pg_catalog.text)";
    struct value name = text_value(table_name(db, plan, arena));
    struct value value;

    if (ask(db, sql, &name, arena, &value, err) < 0)
        return -1;
    return value.kind == VALUE_BOOLEAN && value.boolean
               ? count(db, plan, arena, total, err)
               : plan_rows(db, plan, arena, total, err);
}

/* --- SQLite --- */

static int has_table(struct db *db, const char *name, struct arena *arena,
                     bool *exists, struct error *err)
{
    struct value param = text_value(name), value;

    if (ask(db, "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = ?1)",
            &param, arena, &value, err) < 0)
        return -1;
    *exists = value.kind == VALUE_INTEGER && value.integer != 0;
    return 0;
}

/* ANALYZE writes "rows rows-per-value ..." for each index. */
static int total_analyzed(struct db *db, const struct batch_plan *plan,
                          struct arena *arena, int64_t *total,
                          struct error *err)
{
    struct value name = text_value(plan->request->table), value;
    bool exists;

    if (plan->request->schema != NULL)
        return 0;
    if (has_table(db, "sqlite_stat1", arena, &exists, err) < 0)
        return -1;
    if (!exists)
        return 0;
    if (ask(db,
            "SELECT CAST(stat AS INTEGER) FROM sqlite_stat1 WHERE tbl = ?1 "
            "COLLATE NOCASE LIMIT 1",
            &name, arena, &value, err) < 0)
        return -1;
    if (value.kind == VALUE_INTEGER)
        *total = value.integer;
    return 0;
}

/* One step of the tree: there is no other number of a table that was never
 * analyzed. A table WITHOUT ROWID has none. */
static int largest_rowid(struct db *db, const struct batch_plan *plan,
                         struct arena *arena, int64_t *total, struct error *err)
{
    struct value value;

    if (ask(db,
            arena_printf(arena, "SELECT max(rowid) FROM %s",
                         table_name(db, plan, arena)),
            NULL, arena, &value, err) < 0)
        return strstr(err->message, "no such column") != NULL ? 0 : -1;
    *total =
        value.kind == VALUE_INTEGER && value.integer > 0 ? value.integer : 0;
    return 0;
}

static int total_sqlite(struct db *db, const struct batch_plan *plan,
                        struct arena *arena, int64_t *total, struct error *err)
{
    int64_t largest = -1;

    if (largest_rowid(db, plan, arena, &largest, err) < 0)
        return -1;
    if (largest >= 0 && largest <= strtoll(COUNTED_ROWS, NULL, 10))
        return count(db, plan, arena, total, err);
    *total = largest;
    return total_analyzed(db, plan, arena, total, err);
}

int batch_total(struct db *db, const struct batch_plan *plan,
                struct arena *arena, int64_t *total, struct error *err)
{
    *total = -1;
    return db->dialect == DIALECT_SQLITE
               ? total_sqlite(db, plan, arena, total, err)
               : total_postgres(db, plan, arena, total, err);
}
