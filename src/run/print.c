#include "run/print.h"

#include "base/str.h"
#include "db/db_print.h"
#include "ddl/ddl.h"
#include "run/history.h"
#include "run/rows.h"
#include "run/txn_parts.h"

#include <stdio.h>
#include <string.h>

/* A script on its way. */
struct print {
    struct txn *txn;
    struct rows rows; /* where the script has come to */
    bool made;        /* the tables were made */
    struct buf text;
};

static struct db *db_of(const struct print *print)
{
    return print->txn->db;
}

/* Moves what the driver has written into the text. */
static void take(struct print *print)
{
    struct db_printed_list list = db_print_take(db_of(print));

    for (size_t i = 0; i < list.count; i++)
        db_print_line(&print->text, db_of(print)->dialect, list.items[i].sql);
}

static int queue(struct print *print, const struct buf *sql, struct error *err)
{
    struct db_statement statement = {
        .sql = sql->data, .size = sql->size, .own = true};

    return db_of(print)->driver->queue(db_of(print), &statement, NULL, err);
}

/* --- what is said --- */

static void add_ids(struct buf *out, const struct names *ids)
{
    for (size_t i = 0; i < ids->count; i++)
        buf_addf(out, "%s%s", i > 0 ? ", " : "", ids->items[i]);
}

/* "-- Running upgrade a -> b, message" */
static void add_comment(struct print *print, const struct plan_step *step)
{
    const struct revision *revision = step->node->revision;
    struct names own = {(const char *[]){revision->id}, 1};
    bool stamp = step->direction == DIRECTION_STAMP;
    const struct names *from = stamp ? &step->gone : &revision->down;
    const struct names *to = stamp ? &step->come : &own;

    if (step->direction == DIRECTION_DOWNGRADE) {
        from = &own;
        to = &revision->down;
    }
    buf_addf(&print->text, "-- Running %s ", direction_name(step->direction));
    add_ids(&print->text, from);
    buf_add(&print->text, " -> ");
    add_ids(&print->text, to);
    if (revision->message != NULL && !stamp) {
        buf_add(&print->text, ", ");
        str_escape(&print->text, revision->message, strlen(revision->message),
                   false);
    }
    buf_char(&print->text, '\n');
}

/* The rows as one text, as version_rows_sql() has them. */
static const char *rows_text(struct print *print)
{
    const struct names *rows = &print->rows.now;
    struct buf text;

    buf_init(&text, &print->txn->scratch);
    for (size_t i = 0; i < rows->count; i++)
        buf_addf(&text, "%s%s", i > 0 ? " " : "", rows->items[i]);
    return text.data;
}

/* --- the guard --- */

/* SQLite has no procedures: a CHECK stops the script, and its name says why. */
static int guard_sqlite(struct print *print, struct error *err)
{
    const char *at = rows_text(print);
    struct buf sql;

    buf_init(&sql, &print->txn->scratch);
    buf_addf(
        &sql,
        "CREATE TEMPORARY TABLE luamigrate_guard (at TEXT CONSTRAINT \"the "
        "database is at another revision than %s, where this script "
        "begins\" CHECK (at = '%s'))",
        *at != '\0' ? at : "base", at);
    if (queue(print, &sql, err) < 0)
        return -1;
    buf_reset(&sql);
    buf_add(&sql, "INSERT INTO temp.luamigrate_guard SELECT ");
    version_rows_sql(&sql, db_of(print), print->txn->tables);
    if (queue(print, &sql, err) < 0)
        return -1;
    buf_reset(&sql);
    buf_add(&sql, "DROP TABLE temp.luamigrate_guard");
    return queue(print, &sql, err);
}

/* Under the lock that runners take, so that none comes between. */
static int guard_postgres(struct print *print, struct error *err)
{
    const struct run_tables *tables = print->txn->tables;
    const char *at = rows_text(print);
    struct buf sql;

    buf_init(&sql, &print->txn->scratch);
    buf_add(&sql, "LOCK TABLE ");
    ddl_qualified(&sql, DIALECT_POSTGRESQL, tables->schema,
                  tables->version_table);
    buf_add(&sql, " IN SHARE ROW EXCLUSIVE MODE NOWAIT");
    if (queue(print, &sql, err) < 0)
        return -1;
    buf_reset(&sql);
    buf_add(&sql, "DO $luamigrate$\nDECLARE\n  luamigrate_at text := ");
    version_rows_sql(&sql, db_of(print), tables);
    buf_addf(&sql,
             ";\nBEGIN\n  IF luamigrate_at <> '%s' THEN\n"
             "    RAISE EXCEPTION 'the database is at revision %%, this script "
             "begins at %s',\n      coalesce(nullif(luamigrate_at, ''), "
             "'base');\n  END IF;\nEND\n$luamigrate$",
             at, *at != '\0' ? at : "base");
    return queue(print, &sql, err);
}

/* BEGIN, the tables at the first time, the guard. */
static int open_part(struct print *print, const struct revision *revision,
                     bool foreign_keys, struct error *err)
{
    struct txn *txn = print->txn;
    struct db *db = db_of(print);
    struct db_begin how = {.foreign_keys = foreign_keys,
                           .lock_timeout = -1,
                           .statement_timeout = -1};

    if (revision != NULL) {
        how.lock_timeout = revision->lock_timeout;
        how.statement_timeout = revision->statement_timeout;
    }
    if (db->driver->begin(db, &how, err) < 0 ||
        (!print->made &&
         (version_create(db, txn->tables, &txn->scratch, err) < 0 ||
          history_create(db, txn->tables, &txn->scratch, err) < 0)))
        return -1;
    print->made = true;
    return db->dialect == DIALECT_SQLITE ? guard_sqlite(print, err)
                                         : guard_postgres(print, err);
}

static int close_part(struct print *print, struct error *err)
{
    return db_of(print)->driver->commit(db_of(print), err);
}

/* --- a step --- */

/* The version and history rows. Who runs the script and how long it takes is
 * not known here. */
static int record(struct print *print, const struct plan_step *step,
                  struct error *err)
{
    struct txn *txn = print->txn;
    const struct revision *revision = step->node->revision;
    struct version_change *changes = NULL;
    struct history_row row = {
        .revision = revision->id,
        .direction = direction_name(step->direction),
        .version = txn->request->version,
        .state = "done",
    };

    row.checksum = txn->hooks->checksum(txn->hooks->context, revision);
    if (version_change(txn->db, txn->tables, &txn->scratch, NULL, &step->gone,
                       &step->come, &changes, err) < 0 ||
        history_add(txn->db, txn->tables, &txn->scratch, &row, NULL, err) < 0)
        return -1;
    rows_apply(&print->rows, step);
    return 0;
}

static int run_script(struct txn *txn, const struct plan_step *step,
                      struct error *err)
{
    const struct db_driver *driver = txn->db->driver;

    if (step->direction == DIRECTION_STAMP)
        return 0;
    if (driver->guard(txn->db, DB_GUARD_SCRIPT, err) < 0 ||
        txn->hooks->step(txn->hooks->context, step, txn->db, err) < 0) {
        snprintf(err->revision, sizeof err->revision, "%s",
                 step->node->revision->id);
        return -1;
    }
    return driver->guard(txn->db, DB_GUARD_OFF, err);
}

static bool is_steps(const struct plan_step *step)
{
    return step->direction != DIRECTION_STAMP &&
           step->node->revision->transaction == TRI_FALSE;
}

/* A revision with transaction = false: the guard before it, and again in the
 * transaction that makes it applied. */
static int step_apart(struct print *print, const struct plan_step *step,
                      struct error *err)
{
    bool keys = txn_foreign_keys(print->txn, step);
    const struct revision *revision = step->node->revision;

    if (open_part(print, NULL, keys, err) < 0 || close_part(print, err) < 0 ||
        run_script(print->txn, step, err) < 0 ||
        open_part(print, revision, keys, err) < 0 ||
        record(print, step, err) < 0)
        return -1;
    return close_part(print, err);
}

static int step_within(struct print *print, const struct plan_step *step,
                       struct error *err)
{
    if (open_part(print, step->node->revision,
                  txn_foreign_keys(print->txn, step), err) < 0 ||
        run_script(print->txn, step, err) < 0 || record(print, step, err) < 0)
        return -1;
    return close_part(print, err);
}

/* Hands the text over. */
static void emit(struct print *print)
{
    struct txn *txn = print->txn;
    struct run_event event = {.kind = RUN_SQL};

    take(print);
    event.text = print->text.data;
    txn->hooks->event(txn->hooks->context, &event);
    arena_clear(&txn->scratch);
    buf_init(&print->text, &txn->scratch);
}

static int fail(struct print *print, bool written, struct error *err)
{
    struct txn *txn = print->txn;

    txn->db->driver->rollback(txn->db);
    snprintf(err->state, sizeof err->state, "no database was touched; %s",
             written ? "the SQL of the revisions before it is written"
                     : "no SQL was written");
    return -1;
}

static int script_steps(struct print *print, const struct plan *plan,
                        struct error *err)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_step *step = &plan->steps[i];
        int status;

        add_comment(print, step);
        status = is_steps(step) ? step_apart(print, step, err)
                                : step_within(print, step, err);
        if (status < 0)
            return fail(print, i > 0, err);
        emit(print);
    }
    return 0;
}

/* All in one transaction, written as one text. */
static int script_whole(struct print *print, const struct plan *plan,
                        struct error *err)
{
    const struct plan_step *first = &plan->steps[0];

    if (open_part(print, NULL, txn_foreign_keys(print->txn, first), err) < 0)
        return fail(print, false, err);
    for (size_t i = 0; i < plan->count; i++) {
        take(print);
        add_comment(print, &plan->steps[i]);
        if (run_script(print->txn, &plan->steps[i], err) < 0 ||
            record(print, &plan->steps[i], err) < 0)
            return fail(print, false, err);
    }
    if (close_part(print, err) < 0)
        return fail(print, false, err);
    emit(print);
    return 0;
}

int print_script(struct txn *txn, const struct names *rows,
                 const struct plan *plan, struct error *err)
{
    struct print print = {.txn = txn, .rows = {.arena = txn->arena}};
    bool whole =
        txn->request->whole || txn->request->direction == DIRECTION_STAMP;

    if (plan->count == 0)
        return 0;
    if (rows->count == 0)
        db_print_begin_whole(txn->db);
    rows_set(&print.rows, rows);
    buf_init(&print.text, &txn->scratch);
    return whole ? script_whole(&print, plan, err)
                 : script_steps(&print, plan, err);
}

/* --- a dry run --- */

/* Keeps what the script has written. */
static void show(struct txn *txn, struct run_shown *shown)
{
    struct db_printed_list list = db_print_take(txn->db);
    bool *writes = arena_array(txn->arena, bool, list.count + 1);

    shown->sql.items = arena_array(txn->arena, const char *, list.count + 1);
    for (size_t i = 0; i < list.count; i++) {
        shown->sql.items[i] = arena_strdup(txn->arena, list.items[i].sql);
        writes[i] = list.items[i].writes;
    }
    shown->sql.count = list.count;
    shown->writes = writes;
}

/* What people must know of the SQL. Returns -1 when the script has failed for
 * a reason of its own. */
static int explain(struct txn *txn, int status, struct run_shown *shown,
                   const struct error *err)
{
    const char *unread = db_print_unread(txn->db);
    bool stale = db_print_stale(txn->db);

    if (status == 0 && stale)
        shown->note = "what it reads is the database of now, without what is "
                      "shown before";
    if (status == 0)
        return 0;
    if (unread == NULL || err->code != ERROR_FAILED)
        return -1;
    shown->note =
        arena_printf(txn->arena,
                     "the rest cannot be shown: it reads what would be written "
                     "before (%s)",
                     unread);
    return 0;
}

static int dry_step(struct txn *txn, const struct plan_step *step,
                    struct run_shown *shown, struct error *err)
{
    const struct db_driver *driver = txn->db->driver;
    struct db_begin how = {.foreign_keys = txn_foreign_keys(txn, step),
                           .lock_timeout = -1,
                           .statement_timeout = -1};
    int status;

    if (!is_steps(step) && driver->begin(txn->db, &how, err) < 0)
        return -1;
    (void)db_print_take(txn->db);
    status = run_script(txn, step, err);
    show(txn, shown);
    status = explain(txn, status, shown, err);
    driver->rollback(txn->db);
    if (status < 0)
        snprintf(err->state, sizeof err->state, "nothing was changed");
    else
        error_clear(err);
    return status;
}

int print_dry(struct txn *txn, const struct plan *plan,
              const struct run_shown **shown, struct error *err)
{
    struct run_shown *all =
        arena_array(txn->arena, struct run_shown, plan->count + 1);

    *shown = all;
    for (size_t i = 0; i < plan->count; i++)
        if (dry_step(txn, &plan->steps[i], &all[i], err) < 0)
            return -1;
    return 0;
}
