/* Any bytes as CREATE TABLE: an edit that the editor makes is what was asked
 * for by its own reading, and SQLite takes the text whenever it took the one
 * before, with the wanted columns. */
#include "base/buf.h"
#include "ddl/ddl.h"
#include "ddl/table_edit.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct error err;
static sqlite3 *db;

/* The table as SQLite reads it: the names of its columns, or NULL. */
static char *columns_of(struct arena *arena, const char *sql)
{
    struct table_edit edit;
    sqlite3_stmt *stmt;
    struct buf out;
    int rc;

    if (table_edit_open(&edit, arena, sql, &err) != 0 ||
        table_edit_name(&edit, "fuzzed", &err) != 0)
        return NULL;
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
    if (sqlite3_exec(db, edit.sql, NULL, NULL, NULL) != SQLITE_OK)
        return NULL;
    rc = sqlite3_prepare_v2(db,
                            "SELECT name FROM pragma_table_xinfo('fuzzed') "
                            "ORDER BY cid",
                            -1, &stmt, NULL);
    if (rc != SQLITE_OK)
        return NULL;
    buf_init(&out, arena);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        buf_addf(&out, "%s\n", (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    return out.size > 0 ? out.data : NULL;
}

static char *wanted(struct arena *arena, const struct table_edit *edit,
                    const char *dropped, const char *renamed, const char *to)
{
    struct buf out;

    buf_init(&out, arena);
    for (size_t i = 0; i < edit->text.column_count; i++) {
        const char *name = edit->text.columns[i].name;

        if (dropped != NULL && strcasecmp(name, dropped) == 0)
            continue;
        buf_addf(&out, "%s\n",
                 renamed != NULL && strcasecmp(name, renamed) == 0 ? to : name);
    }
    return out.data;
}

static void expect(struct arena *arena, const struct table_edit *edit,
                   const char *columns)
{
    const char *found = columns_of(arena, edit->sql);

    if (found != NULL && strcmp(found, columns) == 0)
        return;
    fprintf(stderr, "%s\nhas:\n%s\nwanted:\n%s\n%s\n", edit->sql,
            found != NULL ? found : sqlite3_errmsg(db), columns, err.message);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct table_edit start, edit;
    struct arena arena;
    const char *sql, *name, *columns;

    if (db == NULL && sqlite3_open(":memory:", &db) != SQLITE_OK)
        abort();
    if (size < 2 || memchr(data, '\0', size) != NULL)
        return 0;
    arena_init(&arena, NULL, NULL);
    sql = arena_strndup(&arena, (const char *)data + 1, size - 1);
    if (table_edit_open(&start, &arena, sql, &err) == 0 &&
        columns_of(&arena, sql) != NULL) {
        columns = wanted(&arena, &start, NULL, NULL, NULL);
        expect(&arena, &start, columns);
        name = start.text.columns[data[0] % start.text.column_count].name;
        edit = start;
        if (table_edit_not_null(&edit, name, true, &err) == 0)
            expect(&arena, &edit, columns);
        edit = start;
        if (table_edit_not_null(&edit, name, false, &err) == 0)
            expect(&arena, &edit, columns);
        edit = start;
        if (table_edit_add_constraint(&edit, "CONSTRAINT zz CHECK (1)", &err) !=
            0)
            abort();
        expect(&arena, &edit, columns);
        if (table_edit_drop_clause(
                &edit, &edit.text.constraints[edit.text.constraint_count - 1],
                &err) != 0)
            abort();
        expect(&arena, &edit, columns);
        edit = start;
        if (table_edit_column(&edit, "zz new") == NULL) {
            if (table_edit_add_column(&edit, "\"zz new\" TEXT", NULL, &err) !=
                0)
                abort();
            if (table_edit_drop_column(&edit, "zz new", &err) == 0)
                expect(&arena, &edit, columns);
            edit = start;
            if (table_edit_rename_column(&edit, name, "zz new", &err) == 0 &&
                columns_of(&arena, edit.sql) != NULL)
                expect(&arena, &edit,
                       wanted(&arena, &start, NULL, name, "zz new"));
        }
    }
    arena_clear(&arena);
    return 0;
}
