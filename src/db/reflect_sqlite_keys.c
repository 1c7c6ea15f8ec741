#include "db/db_sqlite.h"

#include "base/vec.h"
#include "ddl/sql_lex.h"
#include "ddl/table_text.h"

#include <string.h>
#include <strings.h>

typedef VEC(struct constraint) constraint_list;
typedef VEC(const struct table_clause *) clause_list;

/* The text's clauses of one kind, in the order in which SQLite met them. */
static clause_list clauses_of(const struct reflection *r,
                              enum table_clause_kind kind)
{
    const struct table_text *text = r->text;
    clause_list list = {0};

    if (text == NULL)
        return list;
    for (size_t i = 0; i < text->column_count; i++)
        for (size_t j = 0; j < text->columns[i].clause_count; j++)
            if (text->columns[i].clauses[j].kind == kind)
                vec_push(r->arena, &list, &text->columns[i].clauses[j]);
    for (size_t i = 0; i < text->constraint_count; i++)
        if (text->constraints[i].kind == kind)
            vec_push(r->arena, &list, &text->constraints[i]);
    return list;
}

static int read_names(struct reflection *r, const char *sql, const char *name,
                      struct names *out)
{
    VEC(const char *) names = {0};
    struct sqlite_stmt *stmt;
    int status;

    if (reflect_sqlite_open(r->db, sql, name, r->schema, &stmt, r->err) != 0)
        return -1;
    while ((status = reflect_sqlite_next(r->db, stmt, r->err)) == 1) {
        const char *text = reflect_sqlite_text(stmt, 0, r->arena);

        vec_push(r->arena, &names, text != NULL ? text : "");
    }
    out->items = names.items;
    out->count = names.count;
    return reflect_sqlite_done(r->db, stmt, status);
}

static int add_primary_key(struct reflection *r, constraint_list *list)
{
    struct constraint key = {.kind = CONSTRAINT_PRIMARY_KEY};
    clause_list clauses = clauses_of(r, TABLE_CLAUSE_PRIMARY_KEY);

    if (read_names(r,
                   "SELECT name FROM pragma_table_xinfo(?1, ?2) WHERE pk > 0 "
                   "ORDER BY pk",
                   r->name, &key.columns) != 0)
        return -1;
    if (key.columns.count == 0)
        return 0;
    if (clauses.count == 1)
        key.name = clauses.items[0]->name;
    vec_push(r->arena, list, key);
    return 0;
}

/* The columns that a UNIQUE clause is about. */
static struct names clause_columns(const struct reflection *r,
                                   const struct table_clause *clause)
{
    struct names names = clause->columns;

    for (size_t i = 0; i < r->text->column_count; i++) {
        const struct table_column *column = &r->text->columns[i];

        if (clause >= column->clauses &&
            clause < column->clauses + column->clause_count) {
            names.items = arena_array(r->arena, const char *, 1);
            names.items[0] = column->name;
            names.count = 1;
        }
    }
    return names;
}

/* SQLite keeps the names of UNIQUE constraints nowhere but in the text. */
static const char *unique_name(const struct reflection *r, clause_list *clauses,
                               const struct names *columns)
{
    for (size_t i = 0; i < clauses->count; i++) {
        struct names names;

        if (clauses->items[i] == NULL)
            continue;
        names = clause_columns(r, clauses->items[i]);
        if (names_same_folded(&names, columns)) {
            const char *name = clauses->items[i]->name;

            clauses->items[i] = NULL;
            return name;
        }
    }
    return NULL;
}

static int add_uniques(struct reflection *r, constraint_list *list)
{
    clause_list clauses = clauses_of(r, TABLE_CLAUSE_UNIQUE);
    struct names indexes;

    if (read_names(r,
                   "SELECT name FROM pragma_index_list(?1, ?2) WHERE origin = "
                   "'u' ORDER BY seq DESC",
                   r->name, &indexes) != 0)
        return -1;
    for (size_t i = 0; i < indexes.count; i++) {
        struct constraint key = {.kind = CONSTRAINT_UNIQUE};

        if (read_names(r,
                       "SELECT name FROM pragma_index_xinfo(?1, ?2) WHERE "
                       "\"key\" = 1 ORDER BY seqno",
                       indexes.items[i], &key.columns) != 0)
            return -1;
        key.name = unique_name(r, &clauses, &key.columns);
        vec_push(r->arena, list, key);
    }
    return 0;
}

static const char *action(struct sqlite_stmt *stmt, int column,
                          const char *usual, struct arena *arena)
{
    const char *text = reflect_sqlite_text(stmt, column, arena);

    return text != NULL && strcmp(text, usual) != 0 ? text : NULL;
}

static void add_foreign_row(struct reflection *r, struct sqlite_stmt *stmt,
                            constraint_list *list)
{
    const char *from = reflect_sqlite_text(stmt, 2, r->arena);
    const char *to = reflect_sqlite_text(stmt, 3, r->arena);
    struct constraint *key;

    if (sqlite3_column_int(stmt->handle, 0) == 0) {
        struct constraint fresh = {.kind = CONSTRAINT_FOREIGN_KEY};

        fresh.referent = reflect_sqlite_text(stmt, 1, r->arena);
        fresh.onupdate = action(stmt, 4, "NO ACTION", r->arena);
        fresh.ondelete = action(stmt, 5, "NO ACTION", r->arena);
        vec_push(r->arena, list, fresh);
    }
    key = &list->items[list->count - 1];
    names_push(&key->columns, r->arena, from != NULL ? from : "");
    if (to != NULL)
        names_push(&key->referent_columns, r->arena, to);
}

static int add_foreign_keys(struct reflection *r, constraint_list *list)
{
    clause_list clauses = clauses_of(r, TABLE_CLAUSE_FOREIGN_KEY);
    size_t first = list->count;
    struct sqlite_stmt *stmt;
    int status;

    /* SQLite numbers them from the last one */
    if (reflect_sqlite_open(r->db,
                            "SELECT seq, \"table\", \"from\", \"to\", "
                            "on_update, on_delete FROM "
                            "pragma_foreign_key_list(?1, ?2) ORDER BY id "
                            "DESC, seq",
                            r->name, r->schema, &stmt, r->err) != 0)
        return -1;
    while ((status = reflect_sqlite_next(r->db, stmt, r->err)) == 1)
        add_foreign_row(r, stmt, list);
    if (clauses.count == list->count - first) {
        for (size_t i = 0; i < clauses.count; i++) {
            struct constraint *key = &list->items[first + i];

            key->name = clauses.items[i]->name;
            key->deferrable = clauses.items[i]->deferrable;
            key->initially = clauses.items[i]->initially;
            key->match = clauses.items[i]->match;
        }
    }
    return reflect_sqlite_done(r->db, stmt, status);
}

static void add_checks(struct reflection *r, constraint_list *list)
{
    clause_list clauses = clauses_of(r, TABLE_CLAUSE_CHECK);

    for (size_t i = 0; i < clauses.count; i++) {
        const struct table_range body = clauses.items[i]->body;
        struct constraint check = {.kind = CONSTRAINT_CHECK};

        check.name = clauses.items[i]->name;
        check.condition = arena_strndup(r->arena, r->text->sql + body.start,
                                        body.end - body.start);
        vec_push(r->arena, list, check);
    }
}

int reflect_sqlite_keys(struct reflection *r)
{
    constraint_list list = {0};

    if (add_primary_key(r, &list) != 0 || add_uniques(r, &list) != 0 ||
        add_foreign_keys(r, &list) != 0)
        return -1;
    add_checks(r, &list);
    r->table->constraints = list.items;
    r->table->constraint_count = list.count;
    return 0;
}

/* The collation that a column gives to an index by itself. */
static const char *usual_collation(const struct reflection *r,
                                   const char *column)
{
    for (size_t i = 0; column != NULL && i < r->table->column_count; i++)
        if (strcasecmp(r->table->columns[i].name, column) == 0 &&
            r->table->columns[i].collation != NULL)
            return r->table->columns[i].collation;
    return "BINARY";
}

/* What is between the parentheses around the whole; NULL: there are none. */
static const char *inside(struct arena *arena, const char *sql)
{
    struct sql_token token, before = {0}, last = {0};
    size_t depth = 0, begin = 0;
    struct sql_lex lex;

    sql_lex_init(&lex, SQL_LEX_SQLITE, sql, strlen(sql));
    while ((token = sql_lex_solid(&lex)).kind != SQL_END) {
        if (last.end > 0 && depth == 0)
            return NULL;
        if (sql_lex_is_char(&lex, token, '('))
            depth++;
        else if (sql_lex_is_char(&lex, token, ')') && depth > 0)
            depth--;
        if (begin == 0 && last.end > 0)
            begin = token.start;
        before = last;
        last = token;
    }
    if (before.end <= begin)
        return NULL;
    return arena_strndup(arena, sql + begin, before.end - begin);
}

/* The parentheses are no part of an expression, and op.create_index writes
 * some. */
static const char *unwrapped(struct arena *arena, const char *sql)
{
    const char *next = sql;

    while (next != NULL) {
        sql = next;
        next = inside(arena, sql);
    }
    return sql;
}

static int read_elements(struct reflection *r, struct index *index,
                         const struct index_text *text)
{
    VEC(struct element) elements = {0};
    struct sqlite_stmt *stmt;
    int status;

    if (reflect_sqlite_open(r->db,
                            "SELECT name, \"desc\", coll FROM "
                            "pragma_index_xinfo(?1, ?2) WHERE \"key\" = 1 "
                            "ORDER BY seqno",
                            index->name, r->schema, &stmt, r->err) != 0)
        return -1;
    while ((status = reflect_sqlite_next(r->db, stmt, r->err)) == 1) {
        struct element element = {0};

        element.column = reflect_sqlite_text(stmt, 0, r->arena);
        element.descending = sqlite3_column_int(stmt->handle, 1) != 0;
        element.collation = reflect_sqlite_text(stmt, 2, r->arena);
        if (element.collation != NULL &&
            strcasecmp(element.collation, usual_collation(r, element.column)) ==
                0)
            element.collation = NULL;
        if (element.column == NULL && elements.count < text->elements.count)
            element.expression = unwrapped(
                r->arena, text->elements.items[elements.count].expression);
        vec_push(r->arena, &elements, element);
    }
    index->elements.items = elements.items;
    index->elements.count = elements.count;
    return reflect_sqlite_done(r->db, stmt, status);
}

/* Takes the text of an index apart; "" where there is none to be read. */
static int read_index_text(struct reflection *r, const char *name,
                           struct index_text *text)
{
    char *sql = sqlite3_mprintf("SELECT sql FROM \"%w\".sqlite_schema WHERE "
                                "type = 'index' AND name = ?1",
                                r->schema);
    struct sqlite_stmt *stmt;
    struct error ignored;
    int status;

    memset(text, 0, sizeof *text);
    if (sql == NULL)
        return error_set(r->err, ERROR_LIMIT, "out of memory");
    status = reflect_sqlite_open(r->db, sql, name, NULL, &stmt, r->err);
    sqlite3_free(sql);
    if (status != 0)
        return -1;
    status = reflect_sqlite_next(r->db, stmt, r->err);
    if (status == 1) {
        const char *create = reflect_sqlite_text(stmt, 0, r->arena);

        if (create != NULL && table_text_index(r->arena, create, strlen(create),
                                               text, &ignored) != 0)
            memset(text, 0, sizeof *text);
    }
    reflect_sqlite_done(r->db, stmt, status);
    return status < 0 ? -1 : 0;
}

int reflect_sqlite_indexes(struct reflection *r)
{
    VEC(struct index) indexes = {0};
    struct sqlite_stmt *stmt;
    int status;

    if (reflect_sqlite_open(r->db,
                            "SELECT name, \"unique\" FROM "
                            "pragma_index_list(?1, ?2) WHERE origin = 'c' "
                            "ORDER BY seq DESC",
                            r->name, r->schema, &stmt, r->err) != 0)
        return -1;
    while ((status = reflect_sqlite_next(r->db, stmt, r->err)) == 1) {
        struct index index = {.name = reflect_sqlite_text(stmt, 0, r->arena)};

        index.unique =
            sqlite3_column_int(stmt->handle, 1) ? TRI_TRUE : TRI_FALSE;
        vec_push(r->arena, &indexes, index);
    }
    if (reflect_sqlite_done(r->db, stmt, status) != 0)
        return -1;
    for (size_t i = 0; i < indexes.count; i++) {
        struct index_text text;

        if (read_index_text(r, indexes.items[i].name, &text) != 0 ||
            read_elements(r, &indexes.items[i], &text) != 0)
            return -1;
        indexes.items[i].where = text.where;
    }
    r->table->indexes = indexes.items;
    r->table->index_count = indexes.count;
    return 0;
}
