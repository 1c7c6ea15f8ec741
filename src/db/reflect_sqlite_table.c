#include "base/str.h"
#include "db/db_sqlite.h"

#include "base/vec.h"
#include "ddl/ddl.h"
#include "ddl/sql_lex.h"
#include "ddl/table_text.h"

#include <string.h>
#include <strings.h>

/* table_xinfo.hidden; 1 is a hidden column of a virtual table */
enum { HIDDEN_VIRTUAL = 2, HIDDEN_STORED = 3 };

/* `SELECT ... FROM "schema".sqlite_schema WHERE ...` */
static int open_schema(struct reflection *r, const char *format,
                       const char *name, struct sqlite_stmt **stmt)
{
    char *sql = sqlite3_mprintf(format, r->schema);
    int status;

    if (sql == NULL)
        return error_set(r->err, ERROR_LIMIT, "out of memory");
    status = reflect_sqlite_open(r->db, sql, name, NULL, stmt, r->err);
    sqlite3_free(sql);
    return status;
}

/* Whether the schema is attached. Returns: 1, 0, -1. */
static int has_schema(struct db *db, const char *schema, struct error *err)
{
    struct sqlite_stmt *stmt;

    if (strcasecmp(schema, "main") == 0 || strcasecmp(schema, "temp") == 0)
        return 1;
    if (reflect_sqlite_open(db,
                            "SELECT 1 FROM pragma_database_list WHERE name = "
                            "?1 COLLATE NOCASE",
                            schema, NULL, &stmt, err) != 0)
        return -1;
    return reflect_sqlite_done(db, stmt, reflect_sqlite_next(db, stmt, err));
}

/* Finds the table: its real name and its text. Returns: 1, 0, -1. */
static int find_table(struct reflection *r, const char **sql, bool *view)
{
    struct sqlite_stmt *stmt;
    int status;

    if (open_schema(r,
                    "SELECT name, sql, type = 'view' FROM \"%w\".sqlite_schema "
                    "WHERE type IN "
                    "('table', 'view') AND name = ?1 COLLATE NOCASE",
                    r->name, &stmt) != 0)
        return -1;
    status = reflect_sqlite_next(r->db, stmt, r->err);
    if (status == 1) {
        const char *name = reflect_sqlite_text(stmt, 0, r->arena);

        r->name = name != NULL ? name : r->name;
        *sql = reflect_sqlite_text(stmt, 1, r->arena);
        *view = str_equal(reflect_sqlite_text(stmt, 2, r->arena), "1");
    }
    return reflect_sqlite_done(r->db, stmt, status);
}

/* The text's column of this name, or NULL. */
static const struct table_column *text_column(const struct reflection *r,
                                              const char *name)
{
    if (r->text == NULL)
        return NULL;
    for (size_t i = 0; i < r->text->column_count; i++)
        if (strcasecmp(r->text->columns[i].name, name) == 0)
            return &r->text->columns[i];
    return NULL;
}

static const char *cut(const struct reflection *r, struct table_range range)
{
    return arena_strndup(r->arena, r->text->sql + range.start,
                         range.end - range.start);
}

static void set_collation(struct reflection *r, struct column *column,
                          const char *collation)
{
    struct type *type = arena_new(r->arena, struct type);

    *type = *column->type;
    type->collation = collation;
    column->type = type;
    column->collation = collation;
}

/* What only the text tells of a column. */
static void add_clauses(struct reflection *r, struct column *column, int hidden)
{
    const struct table_column *text = text_column(r, column->name);
    struct computed *computed = NULL;

    if (hidden == HIDDEN_VIRTUAL || hidden == HIDDEN_STORED) {
        computed = arena_new(r->arena, struct computed);
        computed->expression = "";
        computed->persisted = hidden == HIDDEN_STORED ? TRI_TRUE : TRI_FALSE;
        column->computed = computed;
    }
    for (size_t i = 0; text != NULL && i < text->clause_count; i++) {
        const struct table_clause *clause = &text->clauses[i];

        if (clause->kind == TABLE_CLAUSE_GENERATED && computed != NULL)
            computed->expression = cut(r, clause->body);
        else if (clause->kind == TABLE_CLAUSE_COLLATE)
            set_collation(r, column, clause->collation);
        else if (clause->kind == TABLE_CLAUSE_PRIMARY_KEY &&
                 clause->autoincrement)
            column->autoincrement = TRI_TRUE;
    }
}

/* Only a key of the type INTEGER, in this word, is the rowid. */
static void read_key(struct reflection *r, struct column *column)
{
    if (strcasecmp(column->type_text, "INTEGER") == 0)
        return;
    if (column->type->kind == TYPE_INTEGER) {
        struct type *type = arena_new(r->arena, struct type);

        *type = *column->type;
        type->kind = TYPE_RAW;
        type->name = column->type_text;
        column->type = type;
    } else if (column->type->kind == TYPE_BIGINTEGER ||
               column->type->kind == TYPE_SMALLINTEGER) {
        column->autoincrement = TRI_FALSE;
    }
}

/* A word or a name behind DEFAULT is a string for SQLite: as such it means
 * the same everywhere. */
static const char *default_text(struct reflection *r, const char *value)
{
    static const char *const words[] = {"null",         "true",
                                        "false",        "current_date",
                                        "current_time", "current_timestamp"};
    struct sql_token first, second;
    struct sql_lex lex;
    struct value text = {.kind = VALUE_TEXT};
    struct buf out;

    sql_lex_init(&lex, SQL_LEX_SQLITE, value, strlen(value));
    first = sql_lex_solid(&lex);
    second = sql_lex_solid(&lex);
    if (second.kind != SQL_END ||
        (first.kind != SQL_WORD && first.kind != SQL_NAME))
        return value;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (first.kind == SQL_WORD && sql_lex_is(&lex, first, words[i]))
            return value;
    text.text.data = sql_lex_name(&lex, first, r->arena);
    text.text.size = strlen(text.text.data);
    buf_init(&out, r->arena);
    return ddl_literal(&out, DIALECT_SQLITE, &text, r->err) == 0 ? out.data
                                                                 : value;
}

static void read_column(struct reflection *r, struct sqlite_stmt *stmt,
                        struct column *column)
{
    const char *value = reflect_sqlite_text(stmt, 3, r->arena);

    memset(column, 0, sizeof *column);
    column->name = reflect_sqlite_text(stmt, 0, r->arena);
    column->type_text = reflect_sqlite_text(stmt, 1, r->arena);
    if (column->name == NULL)
        column->name = "";
    if (column->type_text == NULL)
        column->type_text = "";
    column->type = reflect_sqlite_type(r->arena, column->type_text);
    column->nullable =
        sqlite3_column_int(stmt->handle, 2) ? TRI_FALSE : TRI_TRUE;
    column->primary_key = sqlite3_column_int(stmt->handle, 4) > 0;
    if (column->primary_key)
        read_key(r, column);
    if (value != NULL) {
        value = default_text(r, value);
        column->server_default.kind = VALUE_SQL;
        column->server_default.text.data = value;
        column->server_default.text.size = strlen(value);
    }
    add_clauses(r, column, sqlite3_column_int(stmt->handle, 5));
}

static int read_columns(struct reflection *r)
{
    VEC(struct column) columns = {0};
    struct sqlite_stmt *stmt;
    int status;

    if (reflect_sqlite_open(r->db,
                            "SELECT name, type, \"notnull\", dflt_value, pk, "
                            "hidden FROM pragma_table_xinfo(?1, ?2) WHERE "
                            "hidden <> 1 ORDER BY cid",
                            r->name, r->schema, &stmt, r->err) != 0)
        return -1;
    while ((status = reflect_sqlite_next(r->db, stmt, r->err)) == 1) {
        struct column column;

        read_column(r, stmt, &column);
        vec_push(r->arena, &columns, column);
    }
    r->table->columns = columns.items;
    r->table->column_count = columns.count;
    return reflect_sqlite_done(r->db, stmt, status);
}

/* The text of a virtual table or of a view is none of ours: what it would
 * tell is then unknown. */
static void read_text(struct reflection *r, const char *sql,
                      struct table_text *text)
{
    struct error ignored;

    if (sql == NULL ||
        table_text_parse(r->arena, sql, strlen(sql), text, &ignored) != 0)
        return;
    r->text = text;
    r->table->sqlite_strict = text->strict ? TRI_TRUE : TRI_UNSET;
    r->table->sqlite_with_rowid = text->without_rowid ? TRI_FALSE : TRI_UNSET;
    r->table->sqlite_autoincrement =
        table_text_autoincrement(text) ? TRI_TRUE : TRI_UNSET;
}

int reflect_sqlite_table(struct db *db, const char *schema, const char *name,
                         struct arena *arena, struct table **out,
                         struct error *err)
{
    struct reflection r = {.db = db,
                           .arena = arena,
                           .err = err,
                           .schema = schema != NULL ? schema : "main",
                           .name = name};
    struct table_text text;
    const char *sql = NULL;
    bool view = false;
    int found;

    *out = NULL;
    found = has_schema(db, r.schema, err);
    if (found == 1)
        found = find_table(&r, &sql, &view);
    if (found != 1)
        return found;
    r.table = arena_new(arena, struct table);
    r.table->name = r.name;
    r.table->view = view;
    r.table->schema = schema != NULL ? arena_strdup(arena, schema) : NULL;
    read_text(&r, sql, &text);
    if (read_columns(&r) != 0 || reflect_sqlite_keys(&r) != 0 ||
        reflect_sqlite_indexes(&r) != 0)
        return -1;
    *out = r.table;
    return 0;
}
