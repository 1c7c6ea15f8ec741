#include "db/db_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* VDBE operations between two looks at the signal: less than 1 ms of work,
 * and too few looks to be measured. */
#define PROGRESS_OPS 4000
#define POLL_MS_MAX 25
#define TELL_MS 1000 /* most waits are shorter */

enum presence { PRESENT, MISSING, UNUSABLE };

static int fail(int number, const char *name, struct error *err)
{
    return error_errno(err, ERROR_IO, number, "cannot open %s", name);
}

/* The folder of `path` in `out`. */
static void folder_of(const char *path, char out[PATH_MAX])
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        snprintf(out, PATH_MAX, ".");
    else if (slash == path)
        snprintf(out, PATH_MAX, "/");
    else
        snprintf(out, PATH_MAX, "%.*s", (int)(slash - path), path);
}

static enum presence look(const char *path, const char *name, struct error *err)
{
    char folder[PATH_MAX];
    struct stat info;

    if (strlen(path) >= PATH_MAX) {
        fail(ENAMETOOLONG, name, err);
        return UNUSABLE;
    }
    if (stat(path, &info) == 0) {
        if (S_ISREG(info.st_mode))
            return PRESENT;
        error_set(err, ERROR_IO, "cannot open %s: it is %s", name,
                  S_ISDIR(info.st_mode) ? "a directory" : "not a file");
        return UNUSABLE;
    }
    if (errno != ENOENT) {
        fail(errno, name, err);
        return UNUSABLE;
    }
    folder_of(path, folder);
    if (stat(folder, &info) == 0)
        return MISSING;
    error_errno(err, ERROR_IO, errno, "cannot open %s: its folder", name);
    return UNUSABLE;
}

/* Only the owner may read a new database, whatever the umask allows. */
static int make(const char *path, const char *name, struct error *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0 && errno != EEXIST)
        return error_errno(err, ERROR_IO, errno, "cannot create %s", name);
    if (fd >= 0 && close(fd) != 0)
        return error_errno(err, ERROR_IO, errno, "cannot create %s", name);
    return 0;
}

/* Where SQLite shall look: the file, or memory while it is missing. */
static int place(struct sqlite_db *db, const char *path, const char *name,
                 bool create, char out[PATH_MAX + 2], struct error *err)
{
    enum presence presence = look(path, name, err);

    if (presence == UNUSABLE)
        return -1;
    if (presence == MISSING && create && make(path, name, err) != 0)
        return -1;
    if (presence == MISSING && !create) {
        db->missing = true;
        snprintf(out, PATH_MAX + 2, ":memory:");
    } else {
        /* a name like "file:x" or ":x" must not mean something else */
        snprintf(out, PATH_MAX + 2, "%s%s", path[0] == '/' ? "" : "./", path);
    }
    return 0;
}

static bool same_file(const char *a, const char *b)
{
    struct stat info_a, info_b;

    return stat(a, &info_a) == 0 && stat(b, &info_b) == 0 &&
           info_a.st_dev == info_b.st_dev && info_a.st_ino == info_b.st_ino;
}

/* A file opened twice would wait for its own lock. */
static int check_twice(const struct sqlite_db *db, size_t at, struct error *err)
{
    const struct names *names = &db->db.options.attach_names;
    const struct names *paths = &db->db.options.attach_paths;
    const char *twin = NULL;

    if (strcmp(paths->items[at], ":memory:") == 0)
        return 0;
    if (!db->db.url->memory && same_file(paths->items[at], db->db.url->path))
        twin = "the database itself";
    for (size_t i = 0; i < at; i++)
        if (same_file(paths->items[at], paths->items[i]))
            twin = names->items[i];
    if (twin == NULL)
        return 0;
    return error_set(err, ERROR_CONFIG,
                     "attach '%s': %s is the same file as %s", names->items[at],
                     paths->items[at], twin);
}

static int attach(struct sqlite_db *db, const char *name, const char *path,
                  bool create, struct error *err)
{
    struct value params[2] = {{.kind = VALUE_TEXT}, {.kind = VALUE_TEXT}};
    char file[PATH_MAX + 2];
    struct sqlite_stmt *stmt;
    int status = -1;

    if (strcmp(path, ":memory:") == 0)
        snprintf(file, sizeof file, "%s", path);
    else if (place(db, path, path, create, file, err) != 0)
        return -1;
    params[0].text.data = file;
    params[0].text.size = strlen(file);
    params[1].text.data = name;
    params[1].text.size = strlen(name);
    if (db_sqlite_stmt_own(db, "ATTACH ?1 AS ?2", &stmt, err) != 0)
        return -1;
    if (db_sqlite_stmt_bind(db, stmt, params, 2, false, err) == 0)
        status = db_sqlite_stmt_step(db, stmt, err);
    db_sqlite_stmt_put(db, stmt);
    return status < 0 ? error_context(err, "attach '%s'", name) : 0;
}

static void tell_wait(struct sqlite_db *db)
{
    const struct db_options *options = &db->db.options;
    char text[512];

    db->tell_at = INT64_MAX;
    if (options->waiting == NULL)
        return;
    snprintf(text, sizeof text,
             "waiting for another program, which has locked %s",
             db->db.url->name);
    options->waiting(options->context, text);
}

/* Waits for a lock until lock_timeout is over or a signal came. */
static int on_busy(void *context, int count)
{
    struct sqlite_db *db = context;
    int64_t now = clock_ms();
    int64_t pause;

    if (count == 0) {
        db->wait_until = now + (int64_t)(db->db.options.lock_timeout * 1000);
        db->tell_at = now + TELL_MS;
    }
    if (now >= db->tell_at)
        tell_wait(db);
    if (now >= db->wait_until)
        return 0;
    pause = count < POLL_MS_MAX ? count + 1 : POLL_MS_MAX;
    /* any spread will do: runners must only not poll in step */
    pause = 1 + (pause + (now ^ ((int64_t)getpid() * 7919)) % pause) / 2;
    if (pause > db->wait_until - now)
        pause = db->wait_until - now;
    return clock_sleep(pause, db->db.options.cancel) == 0;
}

static int on_progress(void *context)
{
    const struct sqlite_db *db = context;

    return !db->closing && clock_cancelled(db->db.options.cancel);
}

/* Whether a schema that is not trusted may use SQLite's own JSON functions. In
 * 3.38 to 3.40 it may not, by mistake: a database with CHECK (json_valid(a))
 * could not even be read. The schema is trusted there, as SQLite has it when
 * nobody says otherwise; this program adds no functions. */
static bool json_is_harmless(void)
{
    static const char sql[] = "CREATE TABLE t (a); "
                              "CREATE INDEX i ON t (json_valid(a))";
    sqlite3 *scratch = NULL;
    bool harmless = true;

    if (sqlite3_open(":memory:", &scratch) == SQLITE_OK &&
        sqlite3_db_config(scratch, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0,
                          (int *)NULL) == SQLITE_OK &&
        sqlite3_exec(scratch, sql, NULL, NULL, NULL) != SQLITE_OK)
        harmless = strstr(sqlite3_errmsg(scratch), "unsafe use") == NULL;
    (void)sqlite3_close(scratch);
    return harmless;
}

static int configure(struct sqlite_db *db, struct error *err)
{
    const int settings[][2] = {
        {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, json_is_harmless() ? 0 : 1},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 0},
    };
    size_t limit = db->db.options.memory_limit;
    int rc = SQLITE_OK;

    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        if (rc == SQLITE_OK)
            rc = sqlite3_db_config(db->handle, settings[i][0], settings[i][1],
                                   (int *)NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_busy_handler(db->handle, on_busy, db);
    if (rc != SQLITE_OK)
        return db_sqlite_error(db, rc, "", 0, err);
    if (db->db.options.cancel != NULL)
        sqlite3_progress_handler(db->handle, PROGRESS_OPS, on_progress, db);
    if (limit > 0 && limit < INT_MAX)
        sqlite3_limit(db->handle, SQLITE_LIMIT_LENGTH, (int)limit);
    return 0;
}

/* Why SQLite could not open `name`. */
static int open_error(struct sqlite_db *db, const char *name, int rc,
                      struct error *err)
{
    int number = db->handle != NULL ? sqlite3_system_errno(db->handle) : 0;

    if (db->handle == NULL || rc == SQLITE_NOMEM)
        return error_set(err, ERROR_LIMIT, "out of memory");
    if (number != 0)
        fail(number, name, err);
    else
        error_set(err, ERROR_IO, "cannot open %s: %s", name,
                  sqlite3_errmsg(db->handle));
    err->database = true;
    err->sqlite_code = rc;
    return -1;
}

int db_sqlite_open_files(struct sqlite_db *db, bool create, struct error *err)
{
    const struct db_url *url = db->db.url;
    const struct db_options *options = &db->db.options;
    char file[PATH_MAX + 2] = ":memory:";
    int rc;

    db->missing = false;
    if (!url->memory && place(db, url->path, url->name, create, file, err) != 0)
        return -1;
    rc = sqlite3_open_v2(file, &db->handle,
                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                             SQLITE_OPEN_EXRESCODE,
                         NULL);
    if (rc != SQLITE_OK)
        return open_error(db, url->name, rc, err);
    if (configure(db, err) != 0)
        return -1;
    for (size_t i = 0; i < options->attach_names.count; i++)
        if (attach(db, options->attach_names.items[i],
                   options->attach_paths.items[i], create, err) != 0 ||
            check_twice(db, i, err) != 0)
            return -1;
    return 0;
}

/* A journal must be made beside the file. */
static int check_folder(struct sqlite_db *db, struct error *err)
{
    const struct db_url *url = db->db.url;
    char folder[PATH_MAX];

    if (db->writable || url->memory)
        return 0;
    if (sqlite3_db_readonly(db->handle, "main") == 1)
        return error_set(err, ERROR_IO, "database %s is read-only", url->name);
    folder_of(url->path, folder);
    if (access(folder, W_OK | X_OK) != 0)
        return error_errno(err, ERROR_IO, errno,
                           "database %s: cannot write into its folder",
                           url->name);
    db->writable = true;
    return 0;
}

/* The file could not be made: what follows still meets a database, which
 * fails every write. Returns -1. */
static int back_to_memory(struct sqlite_db *db, const struct error *err)
{
    db_sqlite_stmt_clear(db);
    (void)sqlite3_close_v2(db->handle);
    db->handle = NULL;
    db->missing = true;
    if (sqlite3_open_v2(":memory:", &db->handle, SQLITE_OPEN_READWRITE, NULL) ==
        SQLITE_OK)
        return -1;
    db->lost = true;
    db->lost_code = err->code;
    snprintf(db->lost_message, sizeof db->lost_message, "%.500s", err->message);
    return -1;
}

int db_sqlite_open_writable(struct sqlite_db *db, struct error *err)
{
    bool guarded = db->guard.run > 0;

    if (!db->missing)
        return check_folder(db, err);
    if (!db->db.options.create)
        return error_set(err, ERROR_IO, "there is no database %s",
                         db->db.url->name);
    db_sqlite_cursor_drain(db);
    db_sqlite_stmt_clear(db);
    (void)sqlite3_close_v2(db->handle);
    db->handle = NULL;
    if (db_sqlite_open_files(db, true, err) != 0)
        return back_to_memory(db, err);
    if (guarded && db_sqlite_guard_install(db, err) != 0)
        return -1;
    return check_folder(db, err);
}
