#include "db/db_sqlite.h"

#include "base/buf.h"
#include "base/vec.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* More are only counted: no one reads them, and memory has an end. */
#define NAMED_MAX 100000

struct check {
    struct sqlite_db *db;
    struct arena *arena;
    struct error *err;
    VEC(struct db_violation) items;
};

struct key {
    int id;
    const struct db_key *key;
    const char *text; /* "(parent_id) references parent(id)" */
    int64_t rows;     /* violations of rows that have no number */
};

typedef VEC(struct key) key_list;
typedef VEC(const char *) name_list;

static int open_own(struct check *check, const char *sql, const char *first,
                    const char *second, struct sqlite_stmt **stmt)
{
    struct value params[2] = {{.kind = VALUE_TEXT}, {.kind = VALUE_TEXT}};

    if (db_sqlite_stmt_own(check->db, sql, stmt, check->err) != 0)
        return -1;
    params[0].text.data = first;
    params[0].text.size = strlen(first);
    params[1].text.data = second;
    params[1].text.size = second != NULL ? strlen(second) : 0;
    if (db_sqlite_stmt_bind(check->db, *stmt, params, second != NULL ? 2 : 1,
                            true, check->err) == 0)
        return 0;
    db_sqlite_stmt_put(check->db, *stmt);
    return -1;
}

static const char *text_at(struct check *check, struct sqlite_stmt *stmt,
                           int column)
{
    const void *text = sqlite3_column_text(stmt->handle, column);

    return text != NULL ? arena_strdup(check->arena, text) : NULL;
}

/* The columns of the primary key of `table`; none when it is missing. */
static int primary_key(struct check *check, const char *schema,
                       const char *table, name_list *out)
{
    struct sqlite_stmt *stmt;
    int status;

    if (open_own(check,
                 "SELECT name FROM pragma_table_xinfo(?1, ?2) WHERE pk > 0 "
                 "ORDER BY pk",
                 table, schema, &stmt) != 0)
        return -1;
    while ((status = db_sqlite_stmt_step(check->db, stmt, check->err)) == 1) {
        const char *name = text_at(check, stmt, 0);

        vec_push(check->arena, out, name != NULL ? name : "");
    }
    db_sqlite_stmt_put(check->db, stmt);
    return status;
}

/* A key whose columns come one by one. */
struct reading {
    int id;
    struct db_key key;
    name_list columns, to;
};

static void add_names(struct buf *out, const struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        buf_addf(out, "%s%s", i > 0 ? ", " : "", names->items[i]);
}

static const char *describe(struct check *check, const struct db_key *key)
{
    struct buf text;

    buf_init(&text, check->arena);
    buf_char(&text, '(');
    add_names(&text, &key->columns);
    buf_addf(&text, ") references %s", key->parent);
    if (key->to.count > 0) {
        buf_char(&text, '(');
        add_names(&text, &key->to);
        buf_char(&text, ')');
    }
    return text.data;
}

static int finish_key(struct check *check, struct reading *reading,
                      key_list *keys)
{
    struct key key = {.id = reading->id};
    struct db_key *copy;

    if (reading->key.parent == NULL)
        return 0;
    if (reading->to.count == 0 &&
        primary_key(check, reading->key.schema, reading->key.parent,
                    &reading->to) != 0)
        return -1;
    copy = arena_new(check->arena, struct db_key);
    *copy = reading->key;
    copy->columns =
        (struct names){reading->columns.items, reading->columns.count};
    copy->to = (struct names){reading->to.items, reading->to.count};
    key.key = copy;
    key.text = describe(check, copy);
    vec_push(check->arena, keys, key);
    reading->key.parent = NULL;
    reading->columns = (name_list){0};
    reading->to = (name_list){0};
    return 0;
}

/* Describes the foreign keys of `table`; none of a missing one. */
static int read_keys(struct check *check, const char *schema, const char *table,
                     key_list *keys)
{
    struct reading reading = {.key = {.schema = schema, .table = table}};
    struct sqlite_stmt *stmt;
    int status;

    if (open_own(check,
                 "SELECT id, \"table\", \"from\", \"to\" FROM "
                 "pragma_foreign_key_list(?1, ?2) ORDER BY id, seq",
                 table, schema, &stmt) != 0)
        return -1;
    while ((status = db_sqlite_stmt_step(check->db, stmt, check->err)) == 1) {
        int id = sqlite3_column_int(stmt->handle, 0);
        const char *from = text_at(check, stmt, 2);
        const char *to = text_at(check, stmt, 3);

        if (reading.key.parent == NULL || id != reading.id) {
            if (finish_key(check, &reading, keys) != 0) {
                status = -1;
                break;
            }
            reading.id = id;
            reading.key.parent = text_at(check, stmt, 1);
        }
        vec_push(check->arena, &reading.columns, from != NULL ? from : "");
        if (to != NULL)
            vec_push(check->arena, &reading.to, to);
    }
    db_sqlite_stmt_put(check->db, stmt);
    if (status == 0)
        status = finish_key(check, &reading, keys);
    return status;
}

static struct key *find_key(key_list *keys, int id)
{
    for (size_t i = 0; i < keys->count; i++)
        if (keys->items[i].id == id)
            return &keys->items[i];
    return NULL;
}

static void add(struct check *check, const char *text, const struct db_key *key,
                int64_t row)
{
    struct db_violation violation = {text, key, row};

    vec_push(check->arena, &check->items, violation);
}

static void add_row(struct check *check, const char *table, sqlite3_stmt *stmt,
                    key_list *keys)
{
    struct key *key = find_key(keys, sqlite3_column_int(stmt, 1));
    sqlite3_int64 row = sqlite3_column_int64(stmt, 0);

    if (key == NULL)
        return;
    if (sqlite3_column_type(stmt, 0) == SQLITE_NULL ||
        check->items.count >= NAMED_MAX)
        key->rows++;
    else
        add(check,
            arena_printf(check->arena, "%s row %lld: %s", table, row,
                         key->text),
            key->key, row);
}

/* A key that SQLite cannot check at all is a violation of its own. */
static int check_failed(struct check *check, const char *table)
{
    if (check->err->code != ERROR_FAILED ||
        strncmp(check->err->message, "foreign key mismatch", 20) != 0)
        return -1;
    add(check, arena_printf(check->arena, "%s: %s", table, check->err->message),
        NULL, 0);
    error_clear(check->err);
    return 0;
}

static int check_table(struct check *check, const char *schema,
                       const char *table)
{
    struct sqlite_stmt *stmt;
    key_list keys = {0};
    int status;

    if (read_keys(check, schema, table, &keys) != 0)
        return -1;
    if (keys.count == 0)
        return 0;
    if (open_own(check,
                 "SELECT \"rowid\", fkid FROM pragma_foreign_key_check(?1, "
                 "?2)",
                 table, schema, &stmt) != 0)
        return -1;
    while ((status = db_sqlite_stmt_step(check->db, stmt, check->err)) == 1)
        add_row(check, table, stmt->handle, &keys);
    db_sqlite_stmt_put(check->db, stmt);
    for (size_t i = 0; i < keys.count; i++)
        if (keys.items[i].rows > 0)
            add(check,
                arena_printf(check->arena, "%s, %lld row%s: %s", table,
                             (long long)keys.items[i].rows,
                             keys.items[i].rows == 1 ? "" : "s",
                             keys.items[i].text),
                NULL, 0);
    return status < 0 ? check_failed(check, table) : 0;
}

static bool has_name(const name_list *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcasecmp(names->items[i], name) == 0)
            return true;
    return false;
}

static void add_name(struct check *check, name_list *names, const char *name)
{
    if (!has_name(names, name))
        vec_push(check->arena, names, arena_strdup(check->arena, name));
}

/* Finds the tables of one schema to be looked at: changed ones that have
 * foreign keys, and those whose keys lead to a changed one. */
static void find_tables(struct check *check, const char *schema,
                        const struct sqlite_keys *keys, name_list *tables)
{
    const struct sqlite_notes *changed = &check->db->guard.changed;
    name_list children = {0}, parents = {0};

    for (size_t i = 0; i < changed->count; i++) {
        const struct sqlite_note *note = &changed->items[i];

        if (strcasecmp(note->schema, schema) != 0)
            continue;
        /* a table that is only new has no rows */
        if (note->change &
            (SQLITE_CHANGE_ROWS | SQLITE_CHANGE_ALTER | SQLITE_CHANGE_NAME))
            add_name(check, &children, note->table);
        if (note->change &
            (SQLITE_CHANGE_ROWS | SQLITE_CHANGE_GONE | SQLITE_CHANGE_NAME))
            add_name(check, &parents, note->table);
    }
    for (size_t i = 0; i < keys->count; i++)
        if (has_name(&children, keys->items[i].child) ||
            has_name(&parents, keys->items[i].parent))
            add_name(check, tables, keys->items[i].child);
}

/* Everything that changed in one schema. */
static int check_schema(struct check *check, const char *schema)
{
    struct sqlite_keys read = {0};
    const struct sqlite_keys *keys = &read;
    name_list tables = {0};
    int status;

    if (strcasecmp(schema, "main") == 0) {
        keys = &check->db->keys;
        status = db_sqlite_keys_update(check->db, check->err);
    } else {
        status = db_sqlite_keys_read(check->db, schema, &read, check->err);
    }
    if (status == 0)
        find_tables(check, schema, keys, &tables);
    db_sqlite_keys_clear(&read);
    for (size_t i = 0; status == 0 && i < tables.count; i++)
        status = check_table(check, schema, tables.items[i]);
    return status;
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct db_violation *)a)->text,
                  ((const struct db_violation *)b)->text);
}

int db_sqlite_violations(struct db *base, struct arena *arena,
                         struct db_violations *out, struct error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    const struct sqlite_notes *changed = &db->guard.changed;
    struct check check = {.db = db, .arena = arena, .err = err};
    name_list schemas = {0};

    out->items = NULL;
    out->count = 0;
    if (db->guard.overflow)
        return error_set(err, ERROR_LIMIT, "out of memory");
    for (size_t i = 0; i < changed->count; i++)
        add_name(&check, &schemas, changed->items[i].schema);
    for (size_t i = 0; i < schemas.count; i++)
        if (check_schema(&check, schemas.items[i]) != 0)
            return -1;
    if (check.items.count > 1)
        qsort(check.items.items, check.items.count, sizeof *check.items.items,
              compare);
    out->items = check.items.items;
    out->count = check.items.count;
    return 0;
}
