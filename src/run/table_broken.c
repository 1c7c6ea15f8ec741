/* Which views and triggers do not work: each is prepared alone, in a copy of
 * the schema in memory. */
#include "run/table_parts.h"

#include "base/str.h"
#include "ddl/sql_lex.h"

#include <string.h>
#include <strings.h>

/* The statement that makes the trigger run: its event on its table. */
static const char *event(struct arena *arena, const struct table_object *object)
{
    struct sql_token token;
    struct sql_lex lex;

    sql_lex_init(&lex, SQL_LEX_SQLITE, object->sql, strlen(object->sql));
    /* CREATE TRIGGER, a name, then BEFORE, AFTER or INSTEAD OF */
    for (int i = 0; i < 3; i++)
        sql_lex_solid(&lex);
    while ((token = sql_lex_solid(&lex)).kind != SQL_END) {
        if (sql_lex_is(&lex, token, "insert"))
            return table_query_format(arena, "INSERT INTO %n DEFAULT VALUES",
                                      object->table);
        if (sql_lex_is(&lex, token, "delete"))
            return table_query_format(arena, "DELETE FROM %n", object->table);
        if (sql_lex_is(&lex, token, "update"))
            return NULL;
    }
    return "";
}

/* UPDATE of every column: UPDATE OF triggers run too. */
static int update_of_all(struct db *scratch, struct arena *arena,
                         const char *table, const char **out, struct error *err)
{
    const char *list;
    struct buf sql;

    if (table_query_text(scratch, arena, err,
                         table_query_format(
                             arena,
                             "SELECT group_concat(format('\"%%w\" = \"%%w\"', "
                             "name, name), ', ') FROM pragma_table_xinfo(%q) "
                             "WHERE hidden = 0",
                             table),
                         &list) != 0)
        return -1;
    buf_init(&sql, arena);
    buf_add(&sql, table_query_format(arena, "UPDATE %n SET ", table));
    buf_addn(&sql, list, strcspn(list, "\x1f"));
    *out = sql.data;
    return 0;
}

static int try_trigger(struct db *scratch, struct arena *arena,
                       const struct table_object *object, struct error *err)
{
    const char *sql = event(arena, object);
    int status;

    if (table_query_run(scratch, err, object->sql) != 0)
        return -1;
    status = sql != NULL
                 ? 0
                 : update_of_all(scratch, arena, object->table, &sql, err);
    if (status == 0)
        status = table_query_run(scratch, err,
                                 arena_printf(arena, "EXPLAIN %s", sql));
    return status;
}

/* Everything but triggers; what cannot be made is missing for the rest. */
static void fill(struct db *scratch, const table_objects *objects)
{
    static const char *const types[] = {"table", "index", "view"};
    struct error ignored;

    for (size_t t = 0; t < 3; t++)
        for (size_t i = 0; i < objects->count; i++) {
            const struct table_object *object = &objects->items[i];

            if (object->sql != NULL && str_equal(object->type, types[t]) &&
                strncasecmp(object->name, "sqlite_", 7) != 0)
                (void)table_query_run(scratch, &ignored, object->sql);
        }
}

int table_broken_find(struct arena *arena, const table_objects *objects,
                      bool strings, struct names *out, struct error *err)
{
    VEC(const char *) broken = {0};
    struct error *why;
    struct db *scratch;

    out->items = NULL;
    out->count = 0;
    if (table_proof_open(arena, &scratch, err) != 0)
        return -1;
    why = arena_new(arena, struct error);
    fill(scratch, objects);
    if (!strings &&
        scratch->driver->edit_schema(scratch, "main", NULL, false, err) != 0) {
        db_close(scratch);
        return -1;
    }
    for (size_t i = 0; i < objects->count; i++) {
        const struct table_object *object = &objects->items[i];
        bool trigger = str_equal(object->type, "trigger");
        int status = 0;

        if (object->sql == NULL)
            continue;
        if (trigger)
            status = try_trigger(scratch, arena, object, why);
        else if (str_equal(object->type, "view"))
            status = table_query_run(
                scratch, why,
                table_query_format(arena, "EXPLAIN SELECT * FROM %n",
                                   object->name));
        if (status != 0)
            vec_push(arena, &broken,
                     arena_printf(arena, "%s '%s': %s", object->type,
                                  object->name, why->message));
        if (trigger)
            (void)table_query_run(
                scratch, why,
                table_query_format(arena, "DROP TRIGGER IF EXISTS %n",
                                   object->name));
    }
    db_close(scratch);
    out->items = broken.items;
    out->count = broken.count;
    return 0;
}

bool table_broken_has(const struct names *list, const char *text)
{
    const char *end = strstr(text, "': ");
    size_t size = end != NULL ? (size_t)(end - text) : strlen(text);

    for (size_t i = 0; i < list->count; i++)
        if (strncmp(list->items[i], text, size) == 0)
            return true;
    return false;
}
