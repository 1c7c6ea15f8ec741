#include "db/db_sqlite.h"

#include "ddl/sql_lex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Pragmas that a script may use with an argument. What is not here is
 * refused: a new one of SQLite's may break a guarantee. */
enum pragma_rule {
    PRAGMA_FREE,   /* reads, or is part of the transaction */
    PRAGMA_RESTORE /* of the connection: put back after the revision */
};

static const struct {
    const char *name;
    enum pragma_rule rule;
} pragmas[] = {
    {"analysis_limit", PRAGMA_RESTORE},
    {"application_id", PRAGMA_FREE},
    {"automatic_index", PRAGMA_RESTORE},
    {"cache_size", PRAGMA_RESTORE},
    {"cache_spill", PRAGMA_RESTORE},
    {"case_sensitive_like", PRAGMA_RESTORE},
    {"cell_size_check", PRAGMA_RESTORE},
    {"defer_foreign_keys", PRAGMA_FREE},
    {"foreign_key_check", PRAGMA_FREE},
    {"foreign_key_list", PRAGMA_FREE},
    {"ignore_check_constraints", PRAGMA_RESTORE},
    {"incremental_vacuum", PRAGMA_FREE},
    {"index_info", PRAGMA_FREE},
    {"index_list", PRAGMA_FREE},
    {"index_xinfo", PRAGMA_FREE},
    {"integrity_check", PRAGMA_FREE},
    {"legacy_alter_table", PRAGMA_RESTORE},
    {"max_page_count", PRAGMA_RESTORE},
    {"mmap_size", PRAGMA_RESTORE},
    {"optimize", PRAGMA_FREE},
    {"quick_check", PRAGMA_FREE},
    {"recursive_triggers", PRAGMA_RESTORE},
    {"reverse_unordered_selects", PRAGMA_RESTORE},
    {"secure_delete", PRAGMA_RESTORE},
    {"table_info", PRAGMA_FREE},
    {"table_list", PRAGMA_FREE},
    {"table_xinfo", PRAGMA_FREE},
    {"threads", PRAGMA_RESTORE},
    {"user_version", PRAGMA_FREE},
};

static int refuse(struct sqlite_guard *guard, const char *message,
                  const char *hint)
{
    snprintf(guard->message, sizeof guard->message, "%s", message);
    snprintf(guard->hint, sizeof guard->hint, "%s", hint);
    return SQLITE_DENY;
}

static int refuse_pragma(struct sqlite_guard *guard, const char *name)
{
    char message[160];
    const char *hint = "run it outside of the migrations";

    if (strcasecmp(name, "foreign_keys") == 0)
        hint = "leave it out: they are not enforced in a revision, unless "
               "its header has `foreign_keys = true`";
    else if (strcasecmp(name, "busy_timeout") == 0)
        hint = "put `lock_timeout` into the header";
    snprintf(message, sizeof message,
             "PRAGMA %.80s may not be set by a revision", name);
    return refuse(guard, message, hint);
}

static bool is_saved(const struct sqlite_guard *guard, const char *name,
                     const char *schema)
{
    for (size_t i = 0; i < guard->setting_count; i++) {
        const struct sqlite_setting *setting = &guard->settings[i];

        if (setting->name == name &&
            strcmp(setting->schema, schema != NULL ? schema : "") == 0)
            return true;
    }
    return false;
}

static int check_pragma(struct sqlite_guard *guard, const char *name,
                        const char *argument, const char *schema)
{
    if (argument == NULL)
        return SQLITE_OK;
    for (size_t i = 0; i < sizeof pragmas / sizeof pragmas[0]; i++) {
        if (strcasecmp(pragmas[i].name, name) != 0)
            continue;
        if (pragmas[i].rule == PRAGMA_FREE ||
            is_saved(guard, pragmas[i].name, schema))
            return SQLITE_OK;
        /* some take effect while they are prepared: the value is read first,
         * then the statement is prepared again */
        guard->save_name = pragmas[i].name;
        snprintf(guard->save_schema, sizeof guard->save_schema, "%s",
                 schema != NULL ? schema : "");
        return SQLITE_DENY;
    }
    return refuse_pragma(guard, name);
}

/* Adds `change` of a table; a list that cannot grow refuses the statement. */
static int add_note(struct sqlite_notes *notes, const char *schema,
                    const char *table, unsigned change)
{
    struct sqlite_note note = {NULL, NULL, change};

    if (schema == NULL || table == NULL ||
        strncasecmp(table, "sqlite_", 7) == 0)
        return SQLITE_OK;
    for (size_t i = 0; i < notes->count; i++) {
        if (strcasecmp(notes->items[i].table, table) == 0 &&
            strcasecmp(notes->items[i].schema, schema) == 0) {
            notes->items[i].change |= change;
            return SQLITE_OK;
        }
    }
    if (notes->count == notes->capacity) {
        size_t capacity = notes->capacity > 0 ? notes->capacity * 2 : 4;
        struct sqlite_note *items =
            realloc(notes->items, capacity * sizeof *items);

        if (items == NULL)
            return SQLITE_DENY;
        notes->items = items;
        notes->capacity = capacity;
    }
    note.schema = strdup(schema);
    note.table = strdup(table);
    if (note.schema == NULL || note.table == NULL) {
        free(note.schema);
        free(note.table);
        return SQLITE_DENY;
    }
    notes->items[notes->count++] = note;
    return SQLITE_OK;
}

void db_sqlite_guard_clear_notes(struct sqlite_notes *notes)
{
    for (size_t i = 0; i < notes->count; i++) {
        free(notes->items[i].schema);
        free(notes->items[i].table);
    }
    free(notes->items);
    memset(notes, 0, sizeof *notes);
}

/* Notes a change of the statement that is being prepared. */
static int note_change(struct sqlite_guard *guard, const char *schema,
                       const char *table, unsigned change)
{
    struct sqlite_stmt *stmt = guard->preparing;

    if (stmt == NULL)
        return SQLITE_OK;
    /* prepared again while it runs: db_sqlite_guard_run was before this */
    if (guard->on && stmt->noted == guard->run &&
        add_note(&guard->changed, schema, table, change) != SQLITE_OK)
        return SQLITE_DENY;
    return add_note(&stmt->notes, schema, table, change);
}

static int note(struct sqlite_guard *guard, int action, const char *first,
                const char *second, const char *schema)
{
    switch (action) {
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
        return note_change(guard, schema, first, SQLITE_CHANGE_ROWS);
    case SQLITE_CREATE_TABLE:
    case SQLITE_CREATE_TEMP_TABLE:
        return note_change(guard, schema, first, SQLITE_CHANGE_NEW);
    case SQLITE_DROP_TABLE:
    case SQLITE_DROP_TEMP_TABLE:
        return note_change(guard, schema, first, SQLITE_CHANGE_GONE);
    case SQLITE_ALTER_TABLE: /* here the schema comes first */
        return note_change(guard, first, second, SQLITE_CHANGE_ALTER);
    default:
        return SQLITE_OK;
    }
}

/* What ALTER TABLE ... RENAME does to names; the authorizer is not told. */
int db_sqlite_guard_rename(struct sqlite_stmt *stmt, const char *sql,
                           size_t size, struct error *err)
{
    struct sqlite_note *old = NULL;
    struct sql_token token, last = {0};
    struct arena arena;
    struct sql_lex lex;
    int rc = SQLITE_OK;

    for (size_t i = 0; i < stmt->notes.count; i++)
        if (stmt->notes.items[i].change & SQLITE_CHANGE_ALTER)
            old = &stmt->notes.items[i];
    if (old == NULL)
        return 0;
    sql_lex_init(&lex, SQL_LEX_SQLITE, sql, size);
    /* ALTER TABLE, a name, perhaps . and another name */
    for (int i = 0; i < 3; i++)
        sql_lex_solid(&lex);
    if (sql_lex_is_char(&lex, sql_lex_peek(&lex), '.')) {
        sql_lex_solid(&lex);
        sql_lex_solid(&lex);
    }
    if (!sql_lex_is(&lex, sql_lex_solid(&lex), "rename"))
        return 0;
    old->change |= SQLITE_CHANGE_NAME;
    if (!sql_lex_is(&lex, sql_lex_peek(&lex), "to"))
        return 0;
    while ((token = sql_lex_solid(&lex)).kind != SQL_END &&
           !sql_lex_is_char(&lex, token, ';'))
        last = token;
    arena_init(&arena, NULL, NULL);
    rc = add_note(&stmt->notes, old->schema, sql_lex_name(&lex, last, &arena),
                  SQLITE_CHANGE_ALTER | SQLITE_CHANGE_NAME);
    arena_clear(&arena);
    return rc == SQLITE_OK ? 0 : error_set(err, ERROR_LIMIT, "out of memory");
}

static int authorize(void *context, int action, const char *first,
                     const char *second, const char *schema,
                     const char *trigger)
{
    struct sqlite_db *db = context;
    struct sqlite_guard *guard = &db->guard;

    (void)trigger;
    if (db->internal > 0)
        return SQLITE_OK;
    if (!guard->on)
        return note(guard, action, first, second, schema);
    db_sqlite_temp_note(guard, action);
    switch (action) {
    case SQLITE_TRANSACTION:
        /* VACUUM begins one while it runs */
        if (!db->begun && guard->preparing != NULL &&
            guard->preparing->handle != NULL)
            return SQLITE_OK;
        return refuse(guard, "transaction control belongs to luamigrate",
                      "a revision is one transaction; part of it can be "
                      "undone with op.savepoint");
    case SQLITE_SAVEPOINT:
        return refuse(guard, "transaction control belongs to luamigrate",
                      "use op.savepoint");
    case SQLITE_ATTACH:
        /* VACUUM attaches a file without a name */
        if (first != NULL && *first == '\0')
            return SQLITE_OK;
        return refuse(guard, "ATTACH is refused in a revision",
                      "name the file in luamigrate.lua: attach = "
                      "{ name = \"path\" }");
    case SQLITE_DETACH:
        if (first != NULL && strcmp(first, "vacuum_db") == 0)
            return SQLITE_OK;
        return refuse(guard, "DETACH is refused in a revision",
                      "attached files are named in luamigrate.lua");
    case SQLITE_PRAGMA:
        return check_pragma(guard, first, second, schema);
    default:
        return note(guard, action, first, second, schema);
    }
}

int db_sqlite_guard_install(struct sqlite_db *db, struct error *err)
{
    int rc = sqlite3_set_authorizer(db->handle, authorize, db);

    return rc == SQLITE_OK ? 0 : db_sqlite_error(db, rc, "", 0, err);
}

/* `PRAGMA schema.name`, or with `= value`, as own SQL. */
static void pragma_text(char *out, size_t room, const char *schema,
                        const char *name)
{
    char *sql = *schema != '\0'
                    ? sqlite3_mprintf("PRAGMA \"%w\".%s", schema, name)
                    : sqlite3_mprintf("PRAGMA %s", name);

    snprintf(out, room, "%s", sql != NULL ? sql : "");
    sqlite3_free(sql);
}

static int put_back(struct sqlite_db *db, struct error *err)
{
    struct sqlite_guard *guard = &db->guard;
    int status = 0;

    while (guard->setting_count > 0) {
        struct sqlite_setting *setting =
            &guard->settings[--guard->setting_count];
        char sql[512];
        size_t used;

        pragma_text(sql, sizeof sql - 32, setting->schema, setting->name);
        used = strlen(sql);
        snprintf(sql + used, sizeof sql - used, " = %lld",
                 (long long)setting->value);
        free(setting->schema);
        if (status == 0)
            status = db_sqlite_stmt_run(db, sql, err);
    }
    return status;
}

int db_sqlite_guard_save(struct sqlite_db *db, struct error *err)
{
    struct sqlite_guard *guard = &db->guard;
    struct sqlite_setting *setting = &guard->settings[guard->setting_count];
    size_t room = sizeof guard->settings / sizeof guard->settings[0];
    struct sqlite_stmt *stmt;
    char sql[512];
    int status;

    if (guard->save_name == NULL)
        return 0;
    if (guard->setting_count == room)
        return error_set(err, ERROR_LIMIT, "too many settings in a revision");
    pragma_text(sql, sizeof sql, guard->save_schema, guard->save_name);
    setting->name = guard->save_name;
    guard->save_name = NULL;
    if (db_sqlite_stmt_own(db, sql, &stmt, err) != 0)
        return -1;
    status = db_sqlite_stmt_step(db, stmt, err);
    /* case_sensitive_like gives no row; it is off at first */
    setting->value = status == 1 ? sqlite3_column_int64(stmt->handle, 0) : 0;
    db_sqlite_stmt_put(db, stmt);
    if (status < 0)
        return -1;
    setting->schema = strdup(guard->save_schema);
    if (setting->schema == NULL)
        return error_set(err, ERROR_LIMIT, "out of memory");
    guard->setting_count++;
    return 1;
}

int db_sqlite_guard_set(struct db *base, enum db_guard mode, struct error *err)
{
    struct sqlite_db *db = (struct sqlite_db *)base;
    struct sqlite_guard *guard = &db->guard;

    guard->reading = mode == DB_GUARD_READ;
    if (mode == DB_GUARD_OFF) {
        guard->on = false;
        return put_back(db, err) == 0 ? db_sqlite_temp_drop(db, err) : -1;
    }
    if (guard->run == 0 && db_sqlite_guard_install(db, err) != 0)
        return -1;
    if (mode == DB_GUARD_READ) { /* the notes stay: nothing is written */
        /* settings would not outlive the making of the file */
        if (db->missing && db_sqlite_open_writable(db, err) != 0)
            return -1;
        guard->run += guard->run == 0;
        guard->on = true;
        return 0;
    }
    if (db_sqlite_keys_begin(db, err) != 0)
        return -1;
    db_sqlite_guard_clear_notes(&guard->changed);
    guard->run++;
    guard->overflow = false;
    guard->on = true;
    return 0;
}

/* A PRAGMA is a setting, or the authorizer refused it. */
static bool is_setting(const struct db_statement *statement)
{
    struct sql_lex lex;

    sql_lex_init(&lex, SQL_LEX_SQLITE, statement->sql, statement->size);
    return sql_lex_is(&lex, sql_lex_solid(&lex), "pragma");
}

int db_sqlite_guard_reading(struct sqlite_db *db,
                            const struct sqlite_stmt *stmt,
                            const struct db_statement *statement,
                            struct error *err)
{
    if (!db->guard.reading || stmt->readonly || statement->own ||
        is_setting(statement))
        return 0;
    error_set(err, ERROR_FAILED, "outside of a step this revision only reads");
    err->database = true;
    snprintf(err->sql, sizeof err->sql, "%.*s",
             (int)(statement->size < sizeof err->sql ? statement->size
                                                     : sizeof err->sql - 1),
             statement->sql);
    return error_hint(err, "put what changes something into op.step");
}

void db_sqlite_guard_prepare(struct sqlite_db *db, struct sqlite_stmt *stmt)
{
    db->guard.preparing = stmt;
    db->guard.message[0] = db->guard.hint[0] = '\0';
    db->guard.save_name = NULL;
}

void db_sqlite_guard_prepared(struct sqlite_db *db)
{
    db->guard.preparing = NULL;
}

void db_sqlite_guard_run(struct sqlite_db *db, struct sqlite_stmt *stmt)
{
    struct sqlite_guard *guard = &db->guard;

    if (!guard->on || stmt->noted == guard->run)
        return;
    stmt->noted = guard->run;
    for (size_t i = 0; i < stmt->notes.count; i++) {
        const struct sqlite_note *item = &stmt->notes.items[i];

        /* violations() then fails: nothing is committed unchecked */
        if (add_note(&guard->changed, item->schema, item->table,
                     item->change) != SQLITE_OK)
            guard->overflow = true;
    }
}

int db_sqlite_guard_note(struct sqlite_db *db, const char *schema,
                         const char *table, struct error *err)
{
    if (add_note(&db->guard.changed, schema, table, SQLITE_CHANGE_ALTER) ==
        SQLITE_OK)
        return 0;
    return error_set(err, ERROR_LIMIT, "out of memory");
}

void db_sqlite_guard_clear(struct sqlite_db *db)
{
    db_sqlite_guard_clear_notes(&db->guard.changed);
    for (size_t i = 0; i < db->guard.setting_count; i++)
        free(db->guard.settings[i].schema);
    db->guard.setting_count = 0;
}
