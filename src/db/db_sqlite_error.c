#include "db/db_sqlite.h"

#include "base/str.h"

#include <stdio.h>
#include <string.h>

static enum error_code error_code_of(int primary)
{
    switch (primary) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return ERROR_IO;
    case SQLITE_TOOBIG:
    case SQLITE_NOMEM:
        return ERROR_LIMIT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERROR_BUSY;
    default:
        return ERROR_FAILED;
    }
}

/* "t.a" or "t.a, t.b": the table and the columns. */
static void read_columns(const char *text, struct error *err)
{
    const char *dot = strchr(text, '.');
    size_t used = 0, prefix;

    if (dot == NULL)
        return;
    prefix = (size_t)(dot - text) + 1;
    str_cut(err->table, sizeof err->table, text, prefix - 1);
    for (const char *at = text; at != NULL && *at != '\0';) {
        const char *end = strstr(at, ", ");
        const char *name = strlen(at) > prefix ? at + prefix : at;
        size_t size = end != NULL ? (size_t)(end - name) : strlen(name);

        if (used > 0 && used + 2 < sizeof err->column)
            used += (size_t)snprintf(err->column + used,
                                     sizeof err->column - used, ", ");
        if (used >= sizeof err->column)
            break;
        str_cut(err->column + used, sizeof err->column - used, name, size);
        used = strlen(err->column);
        at = end != NULL ? end + 2 : NULL;
    }
}

/* Takes the parts out of SQLite's message where it names them. */
static void read_parts(struct error *err, const char *message)
{
    static const char unique[] = "UNIQUE constraint failed: ";
    static const char not_null[] = "NOT NULL constraint failed: ";
    static const char check[] = "CHECK constraint failed: ";
    static const char table[] = "no such table: ";
    static const char column[] = "no such column: ";
    const char *rest;

    if (strncmp(message, unique, sizeof unique - 1) == 0) {
        rest = message + sizeof unique - 1;
        if (strncmp(rest, "index '", 7) == 0 && strlen(rest) > 8)
            str_cut(err->constraint, sizeof err->constraint, rest + 7,
                    strlen(rest) - 8);
        else
            read_columns(rest, err);
    } else if (strncmp(message, not_null, sizeof not_null - 1) == 0) {
        read_columns(message + sizeof not_null - 1, err);
    } else if (strncmp(message, check, sizeof check - 1) == 0) {
        rest = message + sizeof check - 1;
        str_cut(err->constraint, sizeof err->constraint, rest, strlen(rest));
    } else if (strncmp(message, table, sizeof table - 1) == 0) {
        rest = message + sizeof table - 1;
        str_cut(err->table, sizeof err->table, rest, strlen(rest));
    } else if (strncmp(message, column, sizeof column - 1) == 0) {
        rest = message + sizeof column - 1;
        str_cut(err->column, sizeof err->column, rest, strlen(rest));
    }
}

/* The next step for faults of the file. */
static void add_hint(struct sqlite_db *db, int code, struct error *err)
{
    switch (code & 0xff) {
    case SQLITE_NOTADB:
        error_hint(err, "%s is another kind of file, or encrypted",
                   db->db.url->name);
        break;
    case SQLITE_CORRUPT:
        error_hint(err, "the file is damaged: restore it from a backup");
        break;
    case SQLITE_READONLY:
        error_hint(err, code == SQLITE_READONLY_DBMOVED
                            ? "the file was renamed or replaced meanwhile"
                            : "file and folder of the database must be "
                              "writable");
        break;
    case SQLITE_CANTOPEN:
        error_hint(err, "the folder of the database must be writable");
        break;
    case SQLITE_ERROR:
        if (strstr(err->message, "from within a transaction") != NULL)
            error_hint(err, "put `transaction = false` into the header");
        else if (strstr(err->message, "too many SQL variables") != NULL ||
                 strstr(err->message, "variable number must be") != NULL)
            error_hint(err, "each item of a list in IN (:name) is one: do it "
                            "in batches, or hand the list over as one text: "
                            "IN (SELECT value FROM json_each(:name)) with name "
                            "= json.encode(list)");
        break;
    default:
        break;
    }
}

/* Nothing was begun: BEGIN IMMEDIATE, or what is read before it while another
 * program has more to write than its memory may hold. */
static int set_locked(const struct sqlite_db *db, struct error *err)
{
    error_set(err, ERROR_LOCKED,
              "database %s is locked by another program (waited %g s)",
              db->db.url->name, db->db.options.lock_timeout);
    return error_hint(err, "wait until it has ended, or raise lock_timeout");
}

int db_sqlite_error(struct sqlite_db *db, int code, const char *sql,
                    size_t size, struct error *err)
{
    const struct cancel *cancel = db->db.options.cancel;
    int primary = code & 0xff;

    if (clock_cancelled(cancel) &&
        (primary == SQLITE_INTERRUPT || primary == SQLITE_BUSY)) {
        error_set(err, ERROR_SIGNAL, "interrupted by signal %d",
                  (int)cancel->signal);
        err->signal = cancel->signal;
    } else if (primary == SQLITE_AUTH && db->guard.message[0] != '\0') {
        error_set(err, ERROR_FAILED, "%s", db->guard.message);
        if (db->guard.hint[0] != '\0')
            error_hint(err, "%s", db->guard.hint);
    } else if (primary == SQLITE_BUSY &&
               sqlite3_get_autocommit(db->handle) != 0) {
        set_locked(db, err);
    } else {
        const char *message = sqlite3_errmsg(db->handle);

        error_set(err, error_code_of(primary), "%s", message);
        read_parts(err, message);
        add_hint(db, code, err);
    }
    err->database = true;
    err->sqlite_code = code;
    str_cut(err->sql, sizeof err->sql, sql, size);
    return -1;
}

int db_sqlite_error_lost(struct sqlite_db *db, struct error *err)
{
    error_set(err, db->lost_code,
              "SQLite rolled the transaction back, nothing can follow: %s",
              db->lost_message);
    err->database = true;
    err->sqlite_code = db->lost_sqlite_code;
    return -1;
}
