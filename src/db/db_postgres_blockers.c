/* Who holds locks on the tables of a statement that waited in vain. */
#include "db/db_postgres.h"

#include "ddl/sql_lex.h"

#include <string.h>

static void add_element(struct buf *out, const char *name)
{
    buf_add(out, out->size > 1 ? ",\"" : "\"");
    for (; *name != '\0'; name++) {
        if (*name == '"' || *name == '\\')
            buf_char(out, '\\');
        buf_char(out, *name);
    }
    buf_char(out, '"');
}

/* Bare names mean lower case. */
static const char *folded(char *name)
{
    for (char *at = name; *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    return name;
}

/* Every word of `sql` that may be a name, as the text of an array. What is no
 * table finds none. */
static const char *names_of(const char *sql, struct arena *arena)
{
    struct sql_lex lex;
    struct buf out;

    buf_init(&out, arena);
    buf_char(&out, '{');
    sql_lex_init(&lex, SQL_LEX_POSTGRESQL, sql, strlen(sql));
    for (;;) {
        struct sql_token token = sql_lex_solid(&lex);

        if (token.kind == SQL_END)
            break;
        if (token.kind == SQL_NAME)
            add_element(&out, sql_lex_name(&lex, token, arena));
        else if (token.kind == SQL_WORD)
            add_element(&out, folded(sql_lex_name(&lex, token, arena)));
    }
    buf_char(&out, '}');
    return out.data;
}

int db_postgres_blockers(struct db *base, const char *sql, struct arena *arena,
                         const char **text, struct error *err)
{
    static const char question[] =
        "SELECT 'pid ' || a.pid::pg_catalog.text"
        " || coalesce(' (' || nullif(a.application_name, '') || ')', '')"
        " || coalesce(', ' || a.state, '')"
        " || coalesce(' for ' || (pg_catalog.date_part('epoch',"
        " pg_catalog.clock_timestamp() - coalesce(a.xact_start, "
        "a.state_change)))::pg_catalog.int8::pg_catalog.text || ' s', '')"
        " || ', holds ' || x.mode || ' on ' || x.tables"
        " || coalesce(': ' || pg_catalog.left(nullif(nullif("
        "pg_catalog.btrim(pg_catalog.regexp_replace(a.query, '\\s+', ' ',"
        " 'g')), ''), '<insufficient privilege>'), 80), '')"
        " FROM (SELECT l.pid, pg_catalog.min(l.mode) AS mode,"
        " pg_catalog.string_agg(DISTINCT c.relname::pg_catalog.text, ', ')"
        " AS tables"
        " FROM pg_catalog.pg_locks AS l"
        " JOIN pg_catalog.pg_class AS c ON c.oid = l.relation"
        " WHERE l.locktype = 'relation' AND l.granted"
        " AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d"
        " WHERE d.datname = pg_catalog.current_database())"
        " AND l.pid <> pg_catalog.pg_backend_pid()"
        " AND c.relname = ANY ($1::pg_catalog.name[])"
        " AND c.relkind IN ('r', 'p', 'm', 'v', 'f', 'S')"
        " GROUP BY l.pid) AS x"
        " JOIN pg_catalog.pg_stat_activity AS a ON a.pid = x.pid"
        " ORDER BY a.xact_start NULLS LAST, a.pid LIMIT 5";
    struct pg_db *db = (struct pg_db *)base;
    const char *params[1] = {names_of(sql, arena)};
    PGresult *result;
    struct buf out;

    *text = "";
    if (db_postgres_io_run(db, question, 1, params, &result, err) != 0)
        return -1;
    buf_init(&out, arena);
    for (int i = 0; i < libpq.PQntuples(result); i++) {
        if (i > 0)
            buf_char(&out, '\n');
        buf_add(&out, libpq.PQgetvalue(result, i, 0));
    }
    libpq.PQclear(result);
    db_postgres_error_scrub(db, out.data);
    *text = out.data;
    return 0;
}
