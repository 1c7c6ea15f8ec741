#include "run/exec_enum.h"

#include "base/str.h"
#include "base/vec.h"
#include "ddl/ddl.h"

#include <string.h>

int exec_enum_rows(const struct exec *exec, const char *sql,
                   struct exec_enum_rows *out)
{
    struct db_statement statement = {
        .sql = sql, .size = strlen(sql), .own = true};
    VEC(const char *const *) rows = {0};
    const struct value *row;
    struct db_cursor *cursor;
    int status;

    if (db_query(exec->db, &statement, &cursor, exec->err) != 0)
        return -1;
    while ((status = db_next(cursor, &row, exec->err)) == 1) {
        const char **texts =
            arena_array(exec->arena, const char *, cursor->column_count + 1);

        for (size_t i = 0; i < cursor->column_count; i++)
            if (row[i].kind == VALUE_TEXT)
                texts[i] = arena_strdup(exec->arena, row[i].text.data);
        vec_push(exec->arena, &rows, texts);
    }
    db_cursor_close(cursor);
    out->items = rows.items;
    out->count = rows.count;
    return status;
}

int exec_enum_options(const struct exec *exec,
                      const struct op_alter_enum *alter)
{
    for (size_t i = 0; i < alter->rename.count; i++)
        if (alter->rename.items[i].value.kind != VALUE_TEXT)
            return error_set(exec->err, ERROR_FAILED,
                             "rename.%s: expected string",
                             alter->rename.items[i].name);
    return 0;
}

bool exec_enum_has(const struct names *values, const char *value)
{
    for (size_t i = 0; i < values->count; i++)
        if (str_equal(values->items[i], value))
            return true;
    return false;
}

const char *exec_enum_renamed(const struct op_alter_enum *alter,
                              const char *value)
{
    for (size_t i = 0; i < alter->rename.count; i++)
        if (str_equal(alter->rename.items[i].name, value))
            return alter->rename.items[i].value.text.data;
    return value;
}

int exec_enum_check(const struct exec *exec, const struct op_alter_enum *alter,
                    const struct names *present)
{
    for (size_t i = 0; i < alter->rename.count; i++) {
        const char *old = alter->rename.items[i].name;
        const char *new = alter->rename.items[i].value.text.data;

        if (!exec_enum_has(present, old))
            return error_set(exec->err, ERROR_FAILED,
                             "rename: the enum type '%s' has no value '%s'; it "
                             "has %s",
                             alter->name, old,
                             ddl_enum_list(exec->arena, present));
        if (!exec_enum_has(&alter->values, new))
            return error_set(exec->err, ERROR_FAILED,
                             "rename: '%s' becomes '%s', which is not among "
                             "the new values %s",
                             old, new,
                             ddl_enum_list(exec->arena, &alter->values));
    }
    return 0;
}

struct names exec_enum_removed(const struct exec *exec,
                               const struct op_alter_enum *alter,
                               const struct names *present)
{
    struct names removed = {0};

    removed.items = arena_array(exec->arena, const char *, present->count + 1);
    for (size_t i = 0; i < present->count; i++) {
        const char *value = present->items[i];

        if (!exec_enum_has(&alter->values, exec_enum_renamed(alter, value)))
            removed.items[removed.count++] = value;
    }
    return removed;
}

int exec_enum_add_text(const struct exec *exec, struct buf *out,
                       const char *text)
{
    struct value value = {.kind = VALUE_TEXT};

    value.text.data = text;
    value.text.size = strlen(text);
    return ddl_literal(out, exec->db->dialect, &value, exec->err);
}

int exec_enum_add_list(const struct exec *exec, struct buf *out,
                       const struct names *values)
{
    for (size_t i = 0; i < values->count; i++) {
        buf_add(out, i > 0 ? ", " : "");
        if (exec_enum_add_text(exec, out, values->items[i]) != 0)
            return -1;
    }
    return 0;
}

int exec_enum_add_case(const struct exec *exec, struct buf *out,
                       const struct op_alter_enum *alter, const char *text)
{
    buf_addf(out, "CASE %s", text);
    for (size_t i = 0; i < alter->rename.count; i++) {
        buf_add(out, " WHEN ");
        if (exec_enum_add_text(exec, out, alter->rename.items[i].name) != 0)
            return -1;
        buf_add(out, " THEN ");
        if (exec_enum_add_text(exec, out,
                               alter->rename.items[i].value.text.data) != 0)
            return -1;
    }
    buf_addf(out, " ELSE %s END", text);
    return 0;
}

int exec_enum_refuse(const struct exec *exec, const char *table,
                     const char *column, const char *value, const char *rows)
{
    if (rows == NULL)
        error_set(exec->err, ERROR_FAILED,
                  "the default of %s.%s is '%s', which is not among the new "
                  "values",
                  table, column, value);
    else
        error_set(exec->err, ERROR_FAILED,
                  "%s row%s of the table '%s' %s the value '%s' in '%s', which "
                  "is not among the new values",
                  rows, str_equal(rows, "1") ? "" : "s", table,
                  str_equal(rows, "1") ? "has" : "have", value, column);
    return error_hint(exec->err,
                      "change it first, or write rename = { [\"%s\"] = ... }",
                      value);
}
