#include "run/batch_pass.h"

#include "base/str.h"
#include "run/batch_wide.h"

#include <string.h>

#define FIRST_SIZE 1000
/* how far "auto" changes the size at once */
#define FACTOR 4.0

void batch_pass_init(struct batch_pass *pass, struct db *db,
                     const struct batch_plan *plan)
{
    memset(pass, 0, sizeof *pass);
    pass->db = db;
    pass->plan = plan;
    pass->size = FIRST_SIZE;
    pass->total = pass->before = -1;
    batch_cursor_init(&pass->after);
    batch_cursor_init(&pass->until);
    batch_cursor_init(&pass->to);
    batch_cursor_init(&pass->before_until);
}

void batch_pass_clear(struct batch_pass *pass)
{
    batch_cursor_clear(&pass->after);
    batch_cursor_clear(&pass->until);
    batch_cursor_clear(&pass->to);
    batch_cursor_clear(&pass->before_until);
}

int batch_pass_load(struct batch_pass *pass, const char *cursor, int64_t done,
                    int64_t total, struct error *err)
{
    pass->done = done > 0 ? done : 0;
    pass->total = total;
    pass->found = 0;
    pass->before = -1;
    return batch_cursor_read(cursor != NULL ? cursor : "{}", pass->plan->of,
                             pass->plan->key_count, &pass->after, &pass->until,
                             err);
}

const char *batch_pass_save(const struct batch_pass *pass, struct arena *arena)
{
    static const struct batch_key none = {.values = NULL};

    /* behind the last batch a sweep begins anew */
    return pass->ends ? batch_cursor_write(pass->plan->of, &none, &none, arena)
                      : batch_cursor_write(pass->plan->of, &pass->to,
                                           &pass->until, arena);
}

/* --- statements --- */

static struct db_statement statement(const char *sql,
                                     const struct value *params, size_t count)
{
    struct db_statement result = {.sql = sql,
                                  .size = strlen(sql),
                                  .params = params,
                                  .param_count = count,
                                  .whole = true};

    return result;
}

/* The parameters of a range, with room for `more`: the key behind which it
 * begins, its last key. */
static struct value *range(const struct batch_pass *pass,
                           const struct batch_key *last, size_t more,
                           struct arena *arena, size_t *count)
{
    size_t keys = pass->plan->key_count;
    struct value *values =
        arena_array(arena, struct value, 2 * keys + more + 1);

    *count = 0;
    for (size_t i = 0; pass->after.values != NULL && i < keys; i++)
        values[(*count)++] = pass->after.values[i];
    for (size_t i = 0; i < keys; i++)
        values[(*count)++] = last->values[i];
    return values;
}

/* Reads one row of key columns; `*found` false when there is none. */
static int read_key(struct batch_pass *pass,
                    const struct db_statement *statement, struct batch_key *key,
                    bool *found, struct error *err)
{
    struct db_cursor *cursor;
    const struct value *row;
    int more;

    if (db_query(pass->db, statement, &cursor, err) < 0)
        return -1;
    more = db_next(cursor, &row, err);
    *found = more > 0;
    if (*found)
        batch_cursor_set(key, row, pass->plan->key_count);
    db_cursor_close(cursor);
    return more < 0 ? -1 : 0;
}

/* --- the next batch --- */

static int check_null(struct batch_pass *pass, struct error *err)
{
    const struct batch_plan *plan = pass->plan;
    struct db_statement query;
    struct db_cursor *cursor;
    const struct value *row;
    int more;

    if (plan->sql.null == NULL)
        return 0;
    query = statement(plan->sql.null, NULL, 0);
    if (db_query(pass->db, &query, &cursor, err) < 0)
        return -1;
    more = db_next(cursor, &row, err);
    db_cursor_close(cursor);
    if (more <= 0)
        return more;
    error_set(err, ERROR_FAILED,
              "%s: a row has NULL in the key: batches would leave it out",
              plan->shown);
    return error_hint(err, "give it a value first, or name another key with "
                           "`key`");
}

/* The largest key at the start of the pass. */
static int find_until(struct batch_pass *pass, bool *found, struct error *err)
{
    struct db_statement query = statement(pass->plan->sql.last, NULL, 0);

    if (check_null(pass, err) < 0)
        return -1;
    return read_key(pass, &query, &pass->until, found, err);
}

static int find_border(struct batch_pass *pass, struct error *err)
{
    const struct batch_plan *plan = pass->plan;
    struct db_statement query;
    struct value *params;
    struct arena arena;
    size_t count;
    bool found;
    int status;

    arena_init(&arena, NULL, NULL);
    params = range(pass, &pass->until, 1, &arena, &count);
    params[count].kind = VALUE_INTEGER;
    params[count++].integer = pass->size - 1;
    query =
        statement(plan->sql.border[pass->after.values != NULL], params, count);
    status = read_key(pass, &query, &pass->to, &found, err);
    arena_clear(&arena);
    if (status == 0 && !found) {
        batch_cursor_set(&pass->to, pass->until.values, plan->key_count);
        pass->ends = true;
    }
    return status;
}

int batch_pass_begin(struct batch_pass *pass, bool *empty, struct error *err)
{
    bool found = true;

    pass->ends = false;
    if (pass->until.values == NULL && find_until(pass, &found, err) < 0)
        return -1;
    *empty = !found;
    pass->ends = *empty;
    if (*empty)
        return 0;
    /* SQLite: nobody else writes while the batch runs, so its rows say where
     * it ends */
    if (pass->plan->request->rows && pass->db->dialect == DIALECT_SQLITE)
        return 0;
    return find_border(pass, err);
}

/* --- rows --- */

static bool has_text(const struct value *value)
{
    return value->kind == VALUE_TEXT || value->kind == VALUE_BYTES;
}

static int read_rows(struct db_cursor *cursor, struct arena *arena,
                     struct batch_rows *rows, struct error *err)
{
    size_t capacity = 0;
    const struct value *row;
    int more;

    while ((more = db_next(cursor, &row, err)) > 0) {
        struct value *copy;

        if (rows->count == capacity) {
            size_t old = capacity * rows->width * sizeof *rows->values;

            capacity = capacity > 0 ? capacity * 2 : 256;
            rows->values =
                arena_grow(arena, rows->values, old,
                           capacity * rows->width * sizeof *rows->values);
        }
        copy = rows->values + rows->count * rows->width;
        for (size_t i = 0; i < rows->width; i++) {
            copy[i] = row[i];
            if (has_text(&row[i]))
                copy[i].text.data =
                    arena_strndup(arena, row[i].text.data, row[i].text.size);
        }
        rows->count++;
    }
    return more;
}

/* SQLite: the key of the last row is the place behind the batch. */
static void end_rows(struct batch_pass *pass, const struct batch_rows *rows)
{
    const struct batch_plan *plan = pass->plan;
    const struct value *last;
    struct value *key;
    struct arena arena;
    size_t raw = plan->count;

    pass->ends = (int64_t)rows->count < pass->size;
    if (rows->count == 0)
        return;
    arena_init(&arena, NULL, NULL);
    key = arena_array(&arena, struct value, plan->key_count);
    last = rows->values + (rows->count - 1) * rows->width;
    for (size_t i = 0; i < plan->key_count; i++)
        key[i] = last[plan->columns[i].raw ? raw++ : i];
    batch_cursor_set(&pass->to, key, plan->key_count);
    arena_clear(&arena);
}

int batch_pass_read(struct batch_pass *pass, struct arena *arena,
                    struct batch_rows *rows, struct error *err)
{
    const struct batch_plan *plan = pass->plan;
    bool sqlite = pass->db->dialect == DIALECT_SQLITE;
    struct db_statement query;
    struct db_cursor *cursor;
    struct arena scratch;
    struct value *params;
    size_t count;
    int status;

    arena_init(&scratch, NULL, NULL);
    params =
        range(pass, sqlite ? &pass->until : &pass->to, 1, &scratch, &count);
    if (sqlite) {
        params[count].kind = VALUE_INTEGER;
        params[count++].integer = pass->size;
    }
    query =
        statement(plan->sql.select[pass->after.values != NULL], params, count);
    status = db_query(pass->db, &query, &cursor, err);
    arena_clear(&scratch);
    if (status < 0)
        return -1;
    *rows = (struct batch_rows){.width = plan->count + plan->raw_count +
                                         plan->inherited};
    /* binary columns of SQLite are known by what they declare */
    for (size_t i = 0; i < plan->count; i++)
        plan->columns[i].bytes = cursor->columns[i].class == DB_CLASS_BYTES;
    status = read_rows(cursor, arena, rows, err);
    db_cursor_close(cursor);
    if (status == 0 && sqlite)
        end_rows(pass, rows);
    return status;
}

/* SQLite: a prepared statement for each row. */
static int write_each(struct batch_pass *pass, const struct batch_rows *rows,
                      const struct value *values, struct arena *arena,
                      struct error *err)
{
    const struct batch_plan *plan = pass->plan;
    size_t width = plan->update_count + plan->key_count;
    struct value *params = arena_array(arena, struct value, width + 1);
    struct db_statement update = statement(plan->sql.write[0], params, width);
    struct db_result ignored;

    update.own = plan->harmless;
    for (size_t i = 0; i < rows->count; i++) {
        const struct value *row = rows->values + i * rows->width;
        size_t raw = plan->count;

        memcpy(params, values + i * plan->update_count,
               plan->update_count * sizeof *params);
        for (size_t j = 0; j < plan->key_count; j++)
            params[plan->update_count + j] =
                row[plan->columns[j].raw ? raw++ : j];
        if (db_execute(pass->db, &update, &ignored, err) < 0)
            return -1;
    }
    return 0;
}

/* One column of all rows, as a parameter. */
static struct value column_list(const struct value *values, size_t count,
                                size_t stride, struct arena *arena)
{
    struct value *items = arena_array(arena, struct value, count + 1);
    struct value list = {.kind = VALUE_LIST};

    for (size_t i = 0; i < count; i++)
        items[i] = values[i * stride];
    list.list.items = items;
    list.list.count = count;
    return list;
}

/* PostgreSQL: all rows in one statement, with a list for each column unless
 * the rows are wide. */
static int write_all(struct batch_pass *pass, const struct batch_rows *rows,
                     const struct value *values, struct arena *arena,
                     struct error *err)
{
    const struct batch_plan *plan = pass->plan;
    struct db_statement update;
    struct value *params;
    size_t count;

    params = range(pass, &pass->to,
                   plan->key_count + plan->update_count + plan->inherited,
                   arena, &count);
    for (size_t i = 0; !plan->wide && i < plan->key_count; i++)
        params[count++] =
            column_list(rows->values + i, rows->count, rows->width, arena);
    for (size_t i = 0; !plan->wide && i < plan->update_count; i++)
        params[count++] =
            column_list(values + i, rows->count, plan->update_count, arena);
    if (!plan->wide && plan->inherited)
        params[count++] = column_list(rows->values + plan->count, rows->count,
                                      rows->width, arena);
    update =
        statement(plan->sql.write[pass->after.values != NULL], params, count);
    update.shown = plan->shown;
    if (plan->wide)
        return batch_wide_write(pass, rows, values, &update, arena, err);
    return pass->db->driver->queue(pass->db, &update, NULL, err);
}

int batch_pass_write(struct batch_pass *pass, const struct batch_rows *rows,
                     const struct value *values, struct arena *arena,
                     struct error *err)
{
    if (rows->count == 0 || pass->plan->update_count == 0)
        return 0;
    return pass->db->dialect == DIALECT_SQLITE
               ? write_each(pass, rows, values, arena, err)
               : write_all(pass, rows, values, arena, err);
}

int batch_pass_update(struct batch_pass *pass, struct arena *arena,
                      int64_t *count, struct error *err)
{
    const struct batch_plan *plan = pass->plan;
    struct db_statement update;
    struct db_result result;
    struct value *params;
    size_t used;

    params = range(pass, &pass->to, plan->value_count, arena, &used);
    for (size_t i = 0; i < plan->value_count; i++)
        params[used++] = plan->values[i];
    update =
        statement(plan->sql.update[pass->after.values != NULL], params, used);
    update.own = pass->db->dialect == DIALECT_SQLITE && plan->harmless;
    if (db_execute(pass->db, &update, &result, err) < 0)
        return -1;
    *count = result.rowcount;
    return 0;
}

/* --- the end of a batch --- */

static bool same_key(const struct batch_key *a, const struct batch_key *b)
{
    struct arena arena;
    bool same;

    arena_init(&arena, NULL, NULL);
    same = str_equal(batch_cursor_write("", a, a, &arena),
                     batch_cursor_write("", b, b, &arena));
    arena_clear(&arena);
    return same;
}

int batch_pass_follows(const struct batch_pass *pass, int64_t count,
                       bool *follows, struct error *err)
{
    int64_t found = pass->found + count;

    *follows = !pass->ends || (pass->sweep && found > 0);
    if (!pass->ends || !*follows || found != pass->before ||
        !same_key(&pass->before_until, &pass->until))
        return 0;
    error_set(err, ERROR_FAILED,
              "%s: `sweep` found the same %lld rows again: they still match "
              "`where` after they were updated",
              pass->plan->shown, (long long)found);
    return error_hint(err, "sweep = true needs a `where` that an updated row "
                           "does not match any more");
}

static void adapt(struct batch_pass *pass, int64_t count, double seconds)
{
    double factor = seconds > 0 ? pass->target / seconds : FACTOR;
    double size;

    /* a small rest says nothing */
    if (count < pass->size / 2)
        return;
    if (factor > FACTOR)
        factor = FACTOR;
    if (factor < 1 / FACTOR)
        factor = 1 / FACTOR;
    size = (double)pass->size * factor;
    pass->size = size < 1                    ? 1
                 : size > (double)pass->most ? pass->most
                                             : (int64_t)size;
}

void batch_pass_advance(struct batch_pass *pass, int64_t count, double seconds)
{
    pass->done += count;
    pass->found += count;
    if (pass->adapts)
        adapt(pass, count, seconds);
    if (!pass->ends) {
        batch_cursor_set(&pass->after, pass->to.values, pass->to.count);
        return;
    }
    pass->before = pass->found;
    batch_cursor_set(&pass->before_until, pass->until.values,
                     pass->until.count);
    pass->found = 0;
    batch_cursor_set(&pass->after, NULL, 0);
    batch_cursor_set(&pass->until, NULL, 0);
}

bool batch_pass_halve(struct batch_pass *pass, const struct error *err)
{
    if (pass->size <= 1 || !err->database || err->code == ERROR_SIGNAL ||
        !str_equal(err->sqlstate, "57014"))
        return false;
    pass->size /= 2;
    return true;
}
