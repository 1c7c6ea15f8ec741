/* The handle behind luamigrate.h, shared by the files of api/. */
#ifndef API_HANDLE_H
#define API_HANDLE_H

#include "luamigrate.h"
#include "script/state.h"

struct luamigrate {
    struct luamigrate_options options;
    struct arena arena;
    struct script *script; /* made when Lua is needed first */
    struct config config;

    bool has_graph;
    struct graph tree;  /* as a new database sees it */
    struct graph graph; /* as the rows read last see it */

    bool has_url;
    struct db_url url;
    const char *url_source;

    struct {
        enum direction direction;
        bool planned; /* a run has something to do */
        struct names plan;
    } hook; /* hook.h */

    bool prints; /* the run that goes on only writes SQL */

    struct db *db;
    bool db_creates;           /* opened so that a missing file is made */
    const char *tables_schema; /* PostgreSQL: where the version table is, once
                                  it was looked for */
};

/* Sends an event, if anybody listens. */
void handle_emit(const struct luamigrate *migrate,
                 const struct luamigrate_event *event);

/* Whether root is about to run a file that others may change. Mounted volumes
 * look so too, hence it is worth a note only. */
bool handle_is_open(const char *path);
/* Tells people something. */
void handle_note(const struct luamigrate *migrate, const char *text);

/* The Lua state, made at the first call. */
int handle_script(struct luamigrate *migrate, struct script **script,
                  struct error *err);

/* The connection, opened at the first call; `create`: a missing SQLite file
 * is made. */
int handle_connect(struct luamigrate *migrate, bool create, struct db **db,
                   struct error *err);

/* A driver that writes SQL; with `live` it reads from the connection, which is
 * made so that nothing can be written, else nothing is opened. Owns:
 * db_close. */
int handle_printer(struct luamigrate *migrate, bool live, struct db **db,
                   struct error *err);

/* Reads the checksum of a revision's file. */
int handle_checksum(struct luamigrate *migrate, const struct revision *revision,
                    char checksum[17], struct error *err);

struct run_tables handle_tables(const struct luamigrate *migrate);

#endif
