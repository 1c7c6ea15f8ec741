/* Which database, and the connection to it. */
#include "api/handle.h"

#include "base/buf.h"
#include "base/str.h"
#include "db/db_print.h"
#include "ddl/ddl.h"
#include "run/version.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *non_empty(const char *text)
{
    return text != NULL && text[0] != '\0' ? text : NULL;
}

/* Adds `value` with everything but unreserved characters percent-encoded. */
static void add_encoded(struct buf *out, const char *value)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz0123456789-._~";

    for (; *value != '\0'; value++) {
        if (strchr(plain, *value) != NULL)
            buf_char(out, *value);
        else
            buf_addf(out, "%%%02X", (unsigned)(unsigned char)*value);
    }
}

static void add_setting(struct buf *out, bool *first, const char *key,
                        const char *value)
{
    if (value == NULL)
        return;
    buf_char(out, *first ? '?' : '&');
    *first = false;
    buf_addf(out, "%s=", key);
    add_encoded(out, value);
}

/* The POSTGRES_* variables as an address; NULL when they name no database. */
static const char *from_postgres_variables(struct arena *arena)
{
    const char *host = non_empty(getenv("POSTGRES_HOST"));
    const char *name = non_empty(getenv("POSTGRES_DB"));
    bool first = true;
    struct buf out;

    if (host == NULL && name == NULL)
        return NULL;
    buf_init(&out, arena);
    buf_add(&out, "postgresql://");
    add_setting(&out, &first, "host", host);
    add_setting(&out, &first, "port", non_empty(getenv("POSTGRES_PORT")));
    add_setting(&out, &first, "dbname", name);
    add_setting(&out, &first, "user", non_empty(getenv("POSTGRES_USER")));
    add_setting(&out, &first, "password",
                non_empty(getenv("POSTGRES_PASSWORD")));
    return out.data;
}

/* The path of a table is the path as it is: it gets no form that an address
 * would read otherwise. */
static void add_path(struct buf *out, const char *path)
{
    while (str_starts(path, "//"))
        path++;
    if (str_starts(path, "file:"))
        buf_add(out, "./");
    buf_add(out, path);
}

static const char *from_table(struct luamigrate *migrate)
{
    const struct config *config = &migrate->config;
    bool first = true;
    struct buf out;

    buf_init(&out, &migrate->arena);
    if (str_equal(config->dialect, "sqlite")) {
        buf_add(&out, "sqlite:");
        for (size_t i = 0; i < config->url_keys.count; i++)
            if (str_equal(config->url_keys.items[i], "dbname"))
                add_path(&out, config->url_values.items[i]);
        return out.data;
    }
    buf_add(&out, "postgresql://");
    for (size_t i = 0; i < config->url_keys.count; i++)
        add_setting(&out, &first, config->url_keys.items[i],
                    config->url_values.items[i]);
    return out.data;
}

int luamigrate_url(struct luamigrate *migrate, const struct db_url **url,
                   const char **source, struct error *err)
{
    const char *text = migrate->options.url;
    const char *base = ".";

    if (!migrate->has_url) {
        migrate->url_source = "-d";
        if (text == NULL &&
            (migrate->config.url != NULL || migrate->config.url_is_table)) {
            text = migrate->config.url_is_table ? from_table(migrate)
                                                : migrate->config.url;
            base = migrate->config.folder;
            migrate->url_source = migrate->config.file;
        }
        if (text == NULL) {
            text = non_empty(getenv("DATABASE_URL"));
            migrate->url_source = "DATABASE_URL";
        }
        if (text == NULL) {
            text = from_postgres_variables(&migrate->arena);
            migrate->url_source = "POSTGRES_*";
        }
        if (text == NULL) {
            error_set(err, ERROR_CONFIG, "no database is named");
            return error_hint(err, "give -d URL, set url in luamigrate.lua, "
                                   "or set DATABASE_URL");
        }
        if (db_url_parse(text, base, &migrate->arena, &migrate->url, err) < 0)
            return error_context(err, "%s", migrate->url_source);
        migrate->has_url = true;
    }
    *url = &migrate->url;
    *source = migrate->url_source;
    return 0;
}

static void on_trace(void *context, const char *sql, size_t size, int64_t us)
{
    struct luamigrate_event event = {.kind = LUAMIGRATE_SQL,
                                     .duration_ms = (double)us / 1000,
                                     .text = sql,
                                     .size = size};

    handle_emit(context, &event);
}

static void on_notice(void *context, const char *severity, const char *text)
{
    struct luamigrate_event event = {.kind = LUAMIGRATE_NOTICE,
                                     .severity = severity,
                                     .text = text,
                                     .size = strlen(text)};

    handle_emit(context, &event);
}

static void on_waiting(void *context, const char *text)
{
    handle_note(context, text);
}

static int fail_key(const struct config *config, struct error *err)
{
    return error_at(err, config->file, 0);
}

static int check_attached(const struct config *config, const char *schema,
                          struct error *err)
{
    if (schema == NULL || strcasecmp(schema, "main") == 0)
        return 0;
    for (size_t i = 0; i < config->attach_names.count; i++)
        if (strcasecmp(config->attach_names.items[i], schema) == 0)
            return 0;
    error_set(err, ERROR_CONFIG,
              "version_table_schema: no database '%s' is attached", schema);
    error_hint(err, "on SQLite it is a name of `attach`");
    return fail_key(config, err);
}

/* A longer name would be cut by the server: two projects could share one. */
static int check_name(const struct config *config, const char *key,
                      const char *name, struct error *err)
{
    size_t size = name != NULL ? strlen(name) : 0;

    if (size > DDL_NAME_MAX)
        error_set(err, ERROR_CONFIG, "%s: a name has at most %d bytes, not %zu",
                  key, DDL_NAME_MAX, size);
    else if (size > 0 && !str_utf8_valid(name, size))
        error_set(err, ERROR_CONFIG, "%s: the name is not UTF-8", key);
    else
        return 0;
    return fail_key(config, err);
}

/* Whether the tables can be where the configuration wants them. */
static int check_tables(const struct luamigrate *migrate,
                        const struct db_url *url, struct error *err)
{
    const struct config *config = &migrate->config;
    const char *schema = config->version_table_schema;

    if (url->dialect == DIALECT_SQLITE)
        return check_attached(config, schema, err);
    if (check_name(config, "version_table", config->version_table, err) < 0 ||
        check_name(config, "version_table_schema", schema, err) < 0 ||
        check_name(config, "role", config->role, err) < 0)
        return -1;
    if (schema == NULL || !str_starts(schema, "pg_temp"))
        return 0;
    error_set(err, ERROR_CONFIG,
              "version_table_schema: tables in %s end with the session",
              schema);
    return fail_key(config, err);
}

int handle_connect(struct luamigrate *migrate, bool create, struct db **db,
                   struct error *err)
{
    const struct config *config = &migrate->config;
    struct luamigrate_event event = {.kind = LUAMIGRATE_DATABASE};
    bool first = migrate->db == NULL;
    struct db_options options = {
        .create = create,
        .lock_timeout = config->lock_timeout,
        .memory_limit = (size_t)(config->limit_memory * 1024 * 1024),
        .cancel = migrate->options.cancel,
        .attach_names = config->attach_names,
        .attach_paths = config->attach_paths,
        .wait = migrate->options.wait,
        .ddl_lock_timeout = config->ddl_lock_timeout,
        .data_lock_timeout = config->data_lock_timeout,
        .statement_timeout = config->statement_timeout,
        .role = config->role,
        .notice = on_notice,
        .waiting = on_waiting,
        .trace = migrate->options.trace ? on_trace : NULL,
        .context = migrate,
    };
    const struct db_url *url;
    const char *source;

    if (migrate->db != NULL && (migrate->db_creates || !create)) {
        *db = migrate->db;
        return 0;
    }
    if (luamigrate_url(migrate, &url, &source, err) < 0 ||
        check_tables(migrate, url, err) < 0)
        return -1;
    db_close(migrate->db);
    migrate->db = NULL;
    event.text = url->display;
    event.size = strlen(url->display);
    if (first)
        handle_emit(migrate, &event);
    if (db_open(url, &options, &migrate->db, err) < 0)
        return -1;
    migrate->db_creates = create;
    *db = migrate->db;
    return 0;
}

int handle_printer(struct luamigrate *migrate, bool live, struct db **db,
                   struct error *err)
{
    const struct config *config = &migrate->config;
    struct db_options options = {.attach_names = config->attach_names,
                                 .attach_paths = config->attach_paths,
                                 .role = config->role};
    struct db *connection = NULL;
    const struct db_url *url;
    const char *source;

    if (luamigrate_url(migrate, &url, &source, err) < 0 ||
        check_tables(migrate, url, err) < 0)
        return -1;
    if (live && handle_connect(migrate, false, &connection, err) < 0)
        return -1;
    return db_print_open(url, &options, connection, db, err);
}

struct run_tables handle_tables(const struct luamigrate *migrate)
{
    struct run_tables tables = {migrate->config.version_table,
                                migrate->config.version_table_schema};

    if (tables.schema == NULL)
        tables.schema = migrate->tables_schema;
    return tables;
}

int luamigrate_server_version(struct luamigrate *migrate, int *version,
                              struct error *err)
{
    struct db *db;

    if (handle_connect(migrate, false, &db, err) < 0)
        return -1;
    *version = db->server_version;
    return 0;
}

int luamigrate_rows(struct luamigrate *migrate, bool known, struct names *rows,
                    struct error *err)
{
    struct run_tables tables = handle_tables(migrate);
    struct version_state state;
    const struct graph *graph;
    struct db *db;

    if (known && luamigrate_graph(migrate, &graph, err) < 0)
        return -1;
    if (handle_connect(migrate, false, &db, err) < 0 ||
        version_read(db, &tables, &migrate->arena, &state, err) < 0)
        return -1;
    migrate->tables_schema = tables.schema;
    *rows = state.rows;
    if (migrate->has_graph)
        graph_view(&migrate->tree, &migrate->arena, rows, &migrate->graph);
    return known ? graph_check_rows(graph, &migrate->arena, rows, err) : 0;
}

int luamigrate_history(struct luamigrate *migrate, struct history_row **rows,
                       size_t *count, struct error *err)
{
    struct run_tables tables = handle_tables(migrate);
    struct db *db;

    if (handle_connect(migrate, false, &db, err) < 0)
        return -1;
    return history_read(db, &tables, &migrate->arena, rows, count, err);
}
