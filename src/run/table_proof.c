/* Texts tried out in a database of their own, before and after they are
 * written: SQLite itself says what they mean. */
#include "run/table_parts.h"

#include "ddl/sql_lex.h"

#include <string.h>
#include <strings.h>

int table_proof_open(struct arena *arena, struct db **scratch,
                     struct error *err)
{
    struct db_url *url = arena_new(arena, struct db_url);
    struct db_options options = {.create = true};

    url->dialect = DIALECT_SQLITE;
    url->memory = true;
    url->path = url->name = url->display = ":memory:";
    if (db_open(url, &options, scratch, err) != 0)
        return -1;
    /* texts may be older than this program's rules for strings */
    if ((*scratch)->driver->edit_schema(*scratch, "main", NULL, true, err) == 0)
        return 0;
    db_close(*scratch);
    return -1;
}

enum affinity { INTEGER, TEXT, BLOB, REAL, NUMERIC };

static bool has(const char *type, const char *word)
{
    return strcasestr(type, word) != NULL;
}

/* https://www.sqlite.org/datatype3.html#determination_of_column_affinity */
static enum affinity affinity(const char *type)
{
    if (has(type, "INT"))
        return INTEGER;
    if (has(type, "CHAR") || has(type, "CLOB") || has(type, "TEXT"))
        return TEXT;
    if (has(type, "BLOB") || *type == '\0')
        return BLOB;
    if (has(type, "REAL") || has(type, "FLOA") || has(type, "DOUB"))
        return REAL;
    return NUMERIC;
}

static const char *cut(const struct table_edit *edit, struct table_range range)
{
    return arena_strndup(edit->arena, edit->sql + range.start,
                         range.end - range.start);
}

static const struct table_clause *last_clause(const struct table_column *column,
                                              enum table_clause_kind kind)
{
    const struct table_clause *found = NULL;

    for (size_t i = 0; i < column->clause_count; i++)
        if (column->clauses[i].kind == kind)
            found = &column->clauses[i];
    return found;
}

static bool same_column(const struct table_edit *a, const struct table_edit *b,
                        const struct table_column *x,
                        const struct table_column *y)
{
    const struct table_clause *p = last_clause(x, TABLE_CLAUSE_GENERATED);
    const struct table_clause *q = last_clause(y, TABLE_CLAUSE_GENERATED);
    const struct table_clause *m = last_clause(x, TABLE_CLAUSE_COLLATE);
    const struct table_clause *n = last_clause(y, TABLE_CLAUSE_COLLATE);
    const char *type = cut(a, x->type), *other = cut(b, y->type);

    if (strcasecmp(x->name, y->name) != 0 || (p == NULL) != (q == NULL) ||
        (m == NULL) != (n == NULL))
        return false;
    if (p != NULL && (p->stored != q->stored ||
                      strcmp(cut(a, p->body), cut(b, q->body)) != 0))
        return false;
    if (m != NULL && strcasecmp(m->collation, n->collation) != 0)
        return false;
    if (a->text.strict && strcasecmp(type, other) != 0)
        return false;
    return affinity(type) == affinity(other);
}

static bool same_text(const struct table_edit *a, const struct table_edit *b)
{
    if (a->text.column_count != b->text.column_count ||
        a->text.strict != b->text.strict ||
        a->text.without_rowid != b->text.without_rowid ||
        table_text_autoincrement(&a->text) !=
            table_text_autoincrement(&b->text))
        return false;
    for (size_t i = 0; i < a->text.column_count; i++)
        if (!same_column(a, b, &a->text.columns[i], &b->text.columns[i]))
            return false;
    return true;
}

/* Makes the table under a name of its own; then what SQLite keeps of it: the
 * keys, whether one is the rowid, and the order inside the indexes. */
static int storage(struct db *scratch, struct arena *arena, const char *sql,
                   const char *name, const char **out, struct error *err)
{
    const char *keys, *indexes;
    struct table_edit edit;

    if (table_edit_open(&edit, arena, sql, err) != 0 ||
        table_edit_name(&edit, name, err) != 0 ||
        table_query_run(scratch, err, edit.sql) != 0 ||
        table_query_text(scratch, arena, err,
                         table_query_format(arena,
                                            "SELECT cid, pk, hidden FROM "
                                            "pragma_table_xinfo(%q)",
                                            name),
                         &keys) != 0 ||
        table_query_text(
            scratch, arena, err,
            table_query_format(arena,
                               "SELECT l.\"unique\", l.origin, x.cid, "
                               "x.\"desc\", x.coll, x.\"key\" FROM "
                               "pragma_index_list(%q) AS l, "
                               "pragma_index_xinfo(l.name) AS x ORDER BY "
                               "l.seq, x.seqno",
                               name),
            &indexes) != 0)
        return -1;
    *out = arena_printf(arena, "%s\n%s", keys, indexes);
    return 0;
}

int table_proof_same_storage(struct table_change *change, const char *from,
                             const struct table_edit *to, bool *same)
{
    struct arena *arena = change->arena;
    const char *before = "", *after = "";
    struct table_edit old;
    struct error unreadable;
    struct db *scratch;
    int status;

    *same = false;
    if (table_edit_open(&old, arena, from, change->err) != 0 ||
        table_proof_open(arena, &scratch, change->err) != 0)
        return -1;
    status = storage(scratch, arena, to->sql, "b", &after, change->err);
    if (status == 0 &&
        storage(scratch, arena, from, "a", &before, &unreadable) == 0)
        *same = same_text(&old, to) && strcmp(before, after) == 0;
    db_close(scratch);
    return status;
}

/* What pragma_table_xinfo says of the table. */
static int columns_of(struct db *db, struct arena *arena, const char *schema,
                      const char *table, const char **out, struct error *err)
{
    return table_query_text(
        db, arena, err,
        table_query_format(arena,
                           "SELECT cid, name, type, \"notnull\", dflt_value, "
                           "pk, hidden FROM pragma_table_xinfo(%q, %q)",
                           table, schema),
        out);
}

int table_proof_is(struct table_change *change, const struct table_edit *edit)
{
    struct error *err = change->err;
    const char *wanted = NULL, *found = NULL;
    struct table_edit copy = *edit;
    struct db *scratch;
    int status;

    if (table_proof_open(change->arena, &scratch, err) != 0)
        return -1;
    status = -1;
    if (table_edit_name(&copy, "b", err) == 0 &&
        table_query_run(scratch, err, copy.sql) == 0 &&
        columns_of(scratch, change->arena, "main", "b", &wanted, err) == 0 &&
        columns_of(change->db, change->arena, change->schema, change->table,
                   &found, err) == 0)
        status = 0;
    db_close(scratch);
    if (status == 0 && strcmp(wanted, found) != 0)
        return error_set(err, ERROR_INTERNAL,
                         "the changed table '%s' is not what was wanted",
                         change->table);
    return status;
}
