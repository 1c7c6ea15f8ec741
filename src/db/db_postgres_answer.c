/* What comes back from the server, and the entry of the queue that it is
 * for. */
#include "db/db_postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say_fenced(const PGresult *result, struct error *err)
{
    const char *state = libpq.PQresultErrorField(result, PG_DIAG_SQLSTATE);

    if (state == NULL || strcmp(state, "55P03") != 0)
        return;
    err->code = ERROR_LOCKED;
    snprintf(err->message, sizeof err->message,
             "another runner is working on this database (it has locked the "
             "version table)");
    err->hint[0] = '\0';
    error_hint(err, "wait until it has ended, then run again");
}

static void record(struct pg_db *db, const struct pg_entry *entry,
                   const PGresult *result)
{
    struct error err;

    db->skip = entry->skip;
    db_postgres_queue_error(db, result, entry->sql, entry->file, entry->line,
                            &err);
    db->skip = 0;
    if (db->lost)
        return;
    if (entry->shown != NULL)
        snprintf(err.sql, sizeof err.sql, "%s", entry->shown);
    if (entry->fence)
        say_fenced(result, &err);
    db_postgres_queue_keep(db, &err);
}

static int64_t rowcount(PGresult *result, bool own)
{
    const char *tag = libpq.PQcmdStatus(result);

    if (!own && strncmp(tag, "INSERT", 6) != 0 &&
        strncmp(tag, "UPDATE", 6) != 0 && strncmp(tag, "DELETE", 6) != 0 &&
        strncmp(tag, "MERGE", 5) != 0)
        return 0;
    return strtoll(libpq.PQcmdTuples(result), NULL, 10);
}

void db_postgres_answer_fill(struct db_ticket *ticket, PGresult *result,
                             bool first, bool own)
{
    ticket->result.rowcount = rowcount(result, own);
    if (first && libpq.PQntuples(result) > 0 && libpq.PQnfields(result) > 0)
        snprintf(ticket->text, sizeof ticket->text, "%s",
                 libpq.PQgetvalue(result, 0, 0));
}

/* Gives one result to the entry it is for. */
static void answer(struct pg_db *db, struct pg_entry *entry, PGresult *result)
{
    switch (libpq.PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
    case PGRES_SINGLE_TUPLE:
        if (entry->ticket != NULL)
            db_postgres_answer_fill(entry->ticket, result,
                                    entry->row_count == 0, entry->own);
        if (entry->commit)
            db_postgres_commit_answer(db, result);
        entry->row_count += libpq.PQntuples(result);
        if (entry->rows != NULL)
            entry->rows(entry->context, result);
        if (entry->result == NULL)
            break;
        libpq.PQclear(*entry->result);
        *entry->result = result;
        return;
    case PGRES_PIPELINE_ABORTED:
        entry->skipped = true;
        break;
    default: /* an error; COPY is none of the queue's, and cannot end in it */
        entry->skipped = true;
        record(db, entry, result);
        if (entry->commit && !db->lost)
            db_postgres_commit_answer(db, NULL);
        break;
    }
    libpq.PQclear(result);
}

static void trace(struct pg_db *db, const struct pg_entry *entry)
{
    const struct db_options *options = &db->db.options;

    if (options->trace != NULL && !entry->setup && !entry->sync &&
        entry->sql != NULL)
        options->trace(options->context, entry->sql, strlen(entry->sql),
                       clock_us() - entry->sent_us);
}

static void finish(struct pg_db *db)
{
    struct pg_entry *entry = db->first;

    if (!entry->skipped) {
        trace(db, entry);
        if (entry->ticket != NULL)
            entry->ticket->answered = true;
    }
    db_postgres_prepare_answer(db, entry, !entry->skipped);
    db_postgres_queue_pop(db);
}

void db_postgres_answer_begin(struct pg_db *db)
{
    struct pg_entry *entry = db->first;

    if (entry != NULL && !entry->seen) {
        entry->seen = true;
        if (!entry->sync && entry->result == NULL)
            (void)libpq.PQsetSingleRowMode(db->conn);
    }
}

int db_postgres_answer_take(struct pg_db *db, PGresult *result,
                            struct error *err)
{
    if (db->first->sync) {
        if (result == NULL) /* of the entry before */
            return 0;
        if (libpq.PQresultStatus(result) == PGRES_PIPELINE_SYNC)
            db_postgres_queue_pop(db);
        else
            record(db, db->first, result);
        libpq.PQclear(result);
    } else if (result == NULL) {
        finish(db);
    } else {
        answer(db, db->first, result);
    }
    return db_postgres_error_check(db, err);
}
