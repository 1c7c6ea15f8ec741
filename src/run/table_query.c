#include "run/table_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void add_quoted(struct buf *out, const char *text, char quote)
{
    buf_char(out, quote);
    for (; *text != '\0'; text++) {
        if (*text == quote)
            buf_char(out, quote);
        buf_char(out, *text);
    }
    buf_char(out, quote);
}

const char *table_query_format(struct arena *arena, const char *format, ...)
{
    struct buf out;
    va_list args;

    buf_init(&out, arena);
    va_start(args, format);
    for (; *format != '\0'; format++) {
        if (*format != '%') {
            buf_char(&out, *format);
            continue;
        }
        format++;
        if (*format == 'n')
            add_quoted(&out, va_arg(args, const char *), '"');
        else if (*format == 'q')
            add_quoted(&out, va_arg(args, const char *), '\'');
        else if (*format == 's')
            buf_add(&out, va_arg(args, const char *));
        else
            buf_char(&out, '%');
    }
    va_end(args);
    return out.data;
}

int table_query_run(struct db *db, struct error *err, const char *sql)
{
    return db_execute_text(db, sql, err);
}

int table_query_count(struct db *db, struct error *err, const char *sql,
                      int64_t *count)
{
    struct db_statement statement = {.sql = sql, .size = strlen(sql)};
    struct db_result result;

    if (db_execute(db, &statement, &result, err) != 0)
        return -1;
    *count = result.rowcount;
    return 0;
}

static int open_rows(struct db *db, const char *sql, struct db_cursor **cursor,
                     struct error *err)
{
    struct db_statement statement = {.sql = sql, .size = strlen(sql)};

    return db_query(db, &statement, cursor, err);
}

static void add_value(struct buf *out, const struct value *value)
{
    switch (value->kind) {
    case VALUE_INTEGER:
        buf_addf(out, "%lld", (long long)value->integer);
        break;
    case VALUE_BOOLEAN:
        buf_char(out, value->boolean ? '1' : '0');
        break;
    case VALUE_TEXT:
        buf_addn(out, value->text.data, value->text.size);
        break;
    default:
        buf_char(out, '-');
    }
    buf_char(out, '\x1f');
}

int table_query_text(struct db *db, struct arena *arena, struct error *err,
                     const char *sql, const char **text)
{
    struct db_cursor *cursor;
    const struct value *row;
    struct buf out;
    int status;

    buf_init(&out, arena);
    if (open_rows(db, sql, &cursor, err) != 0)
        return -1;
    while ((status = db_next(cursor, &row, err)) == 1) {
        for (size_t i = 0; i < cursor->column_count; i++)
            add_value(&out, &row[i]);
        buf_char(&out, '\x1e');
    }
    db_cursor_close(cursor);
    *text = out.data;
    return status;
}

int table_query_numbers(struct db *db, struct error *err, const char *sql,
                        int64_t *numbers, size_t count)
{
    struct db_cursor *cursor;
    const struct value *row;
    int status;

    memset(numbers, 0, count * sizeof *numbers);
    if (open_rows(db, sql, &cursor, err) != 0)
        return -1;
    status = db_next(cursor, &row, err);
    for (size_t i = 0; status == 1 && i < cursor->column_count && i < count;
         i++)
        numbers[i] = row[i].kind == VALUE_INTEGER   ? row[i].integer
                     : row[i].kind == VALUE_BOOLEAN ? (int64_t)row[i].boolean
                                                    : 0;
    db_cursor_close(cursor);
    return status < 0 ? -1 : 0;
}

static const char *text_of(struct arena *arena, const struct value *value)
{
    return value->kind == VALUE_TEXT || value->kind == VALUE_BYTES
               ? arena_strndup(arena, value->text.data, value->text.size)
               : NULL;
}

int table_query_objects(struct db *db, struct arena *arena, struct error *err,
                        const char *schema, const char *where,
                        table_objects *out)
{
    struct db_cursor *cursor;
    const struct value *row;
    int status;

    if (open_rows(db,
                  table_query_format(arena,
                                     "SELECT type, name, tbl_name, sql FROM "
                                     "%n.sqlite_schema %s ORDER BY rowid",
                                     schema, where),
                  &cursor, err) != 0)
        return -1;
    while ((status = db_next(cursor, &row, err)) == 1) {
        struct table_object object = {
            text_of(arena, &row[0]), text_of(arena, &row[1]),
            text_of(arena, &row[2]), text_of(arena, &row[3])};

        if (object.type != NULL && object.name != NULL)
            vec_push(arena, out, object);
    }
    db_cursor_close(cursor);
    return status;
}
