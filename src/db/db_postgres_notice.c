#include "db/db_postgres.h"

#include "base/str.h"

#define NOTICES_MAX 100

/* Severities below WARNING, of which a statement of the runner says nothing
 * that anybody needs ("relation already exists, skipping"). */
static bool is_minor(const char *severity)
{
    static const char *const minor[] = {"NOTICE", "INFO", "LOG", "DEBUG"};

    for (size_t i = 0; i < sizeof minor / sizeof minor[0]; i++)
        if (str_equal(severity, minor[i]))
            return true;
    return false;
}

static const char *field(const PGresult *result, int code)
{
    const char *text = libpq.PQresultErrorField(result, code);

    return text != NULL ? text : "";
}

static void add(const PGresult *result, int code, const char *title,
                struct buf *out)
{
    const char *text = field(result, code);

    if (text[0] != '\0')
        buf_addf(out, " (%s: %s)", title, text);
}

static void receive(void *context, const PGresult *result)
{
    struct pg_db *db = context;
    const struct db_options *options = &db->db.options;
    const char *severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    struct arena_mark mark;
    struct buf text;

    if (options->notice == NULL)
        return;
    if ((db->quiet || (db->first != NULL && db->first->own)) &&
        is_minor(severity))
        return;
    if (db->notices > NOTICES_MAX)
        return;
    if (db->notices++ == NOTICES_MAX) {
        options->notice(options->context, "NOTICE",
                        "more notices are not shown");
        return;
    }
    mark = arena_mark(&db->arena);
    buf_init(&text, &db->arena);
    buf_add(&text, field(result, PG_DIAG_MESSAGE_PRIMARY));
    add(result, PG_DIAG_MESSAGE_DETAIL, "detail", &text);
    add(result, PG_DIAG_MESSAGE_HINT, "hint", &text);
    db_postgres_error_scrub(db, text.data);
    options->notice(options->context, severity[0] != '\0' ? severity : "NOTICE",
                    text.data);
    arena_release(&db->arena, mark);
}

void db_postgres_notice_install(struct pg_db *db)
{
    (void)libpq.PQsetNoticeReceiver(db->conn, receive, db);
}
