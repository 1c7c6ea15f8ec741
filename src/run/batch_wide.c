#include "run/batch_wide.h"

#include "db/pg_text.h"

#include <string.h>

#define WIDE_COLUMNS 12
#define PART_SIZE (64 * 1024) /* what is handed over at once */

int batch_wide_judge(struct db *db, struct batch_plan *plan, struct error *err)
{
    static const char sql[] = "SELECT pg_catalog.has_database_privilege("
                              "pg_catalog.current_database(), 'TEMPORARY')";
    struct db_statement query = {
        .sql = sql, .size = sizeof sql - 1, .own = true};
    struct value value;
    struct arena arena;
    int status;

    if (db->dialect != DIALECT_POSTGRESQL || plan->update_count < WIDE_COLUMNS)
        return 0;
    arena_init(&arena, NULL, NULL);
    status = db_query_one(db, &query, &arena, &value, err);
    plan->wide = status == 0 && value.kind == VALUE_BOOLEAN && value.boolean;
    arena_clear(&arena);
    return status;
}

static int queue(struct batch_pass *pass, const char *sql, struct error *err)
{
    struct db_statement statement = {.sql = sql,
                                     .size = strlen(sql),
                                     .own = true,
                                     .shown = pass->plan->shown};

    return pass->db->driver->queue(pass->db, &statement, NULL, err);
}

/* --- lines --- */

static void add_row(struct buf *lines, const struct batch_plan *plan,
                    const struct value *keys, const struct value *values)
{
    for (size_t i = 0; i < plan->key_count; i++) {
        if (i > 0)
            buf_char(lines, '\t');
        pg_text_field(lines, &keys[i]);
    }
    for (size_t i = 0; i < plan->update_count; i++) {
        buf_char(lines, '\t');
        pg_text_field(lines, &values[i]);
    }
    if (plan->inherited) {
        buf_char(lines, '\t');
        pg_text_field(lines, &keys[plan->count]); /* the row begins with them */
    }
    buf_char(lines, '\n');
}

static int put_rows(struct db_copy *copy, struct buf *lines,
                    const struct batch_plan *plan,
                    const struct batch_rows *rows, const struct value *values,
                    struct error *err)
{
    for (size_t i = 0; i < rows->count; i++) {
        add_row(lines, plan, rows->values + i * rows->width,
                values + i * plan->update_count);
        if (i + 1 < rows->count && lines->size < PART_SIZE)
            continue;
        if (copy->put(copy, lines->data, lines->size, err) < 0)
            return -1;
        buf_reset(lines);
    }
    return 0;
}

static int copy_rows(struct batch_pass *pass, const struct batch_rows *rows,
                     const struct value *values, struct arena *arena,
                     struct error *err)
{
    const struct batch_plan *plan = pass->plan;
    struct db_statement statement = {.sql = plan->sql.copy,
                                     .size = strlen(plan->sql.copy),
                                     .own = true,
                                     .shown = plan->shown};
    struct buf lines;
    struct db_copy *copy;
    int64_t count;
    int status;

    if (pass->db->driver->copy_in(pass->db, &statement, &copy, err) < 0)
        return -1;
    buf_init(&lines, arena);
    status = put_rows(copy, &lines, plan, rows, values, err);
    if (status == 0)
        return copy->end(copy, &count, err);
    copy->give_up(copy, err->message);
    return -1;
}

int batch_wide_write(struct batch_pass *pass, const struct batch_rows *rows,
                     const struct value *values,
                     const struct db_statement *update, struct arena *arena,
                     struct error *err)
{
    if (queue(pass, pass->plan->sql.make, err) < 0 ||
        copy_rows(pass, rows, values, arena, err) < 0 ||
        pass->db->driver->queue(pass->db, update, NULL, err) < 0)
        return -1;
    return queue(pass, pass->plan->sql.drop, err);
}
