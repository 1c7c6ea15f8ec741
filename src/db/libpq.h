/* libpq, loaded at the first PostgreSQL address: linking it costs 5 ms at
 * every start, and who uses SQLite only need not have it. */
#ifndef DB_LIBPQ_H
#define DB_LIBPQ_H

#include "base/error.h"

#include <libpq-fe.h>

/* Every function that the driver uses; libpq.PQfinish(conn). */
#define LIBPQ_FUNCTIONS(X)                                                     \
    X(PQbackendPID)                                                            \
    X(PQbinaryTuples)                                                          \
    X(PQcancel)                                                                \
    X(PQclear)                                                                 \
    X(PQcmdStatus)                                                             \
    X(PQcmdTuples)                                                             \
    X(PQconnectPoll)                                                           \
    X(PQconnectStartParams)                                                    \
    X(PQconnectionNeedsPassword)                                               \
    X(PQconnectionUsedPassword)                                                \
    X(PQconndefaults)                                                          \
    X(PQconninfo)                                                              \
    X(PQconninfoFree)                                                          \
    X(PQconsumeInput)                                                          \
    X(PQdb)                                                                    \
    X(PQenterPipelineMode)                                                     \
    X(PQerrorMessage)                                                          \
    X(PQexitPipelineMode)                                                      \
    X(PQfinish)                                                                \
    X(PQflush)                                                                 \
    X(PQfname)                                                                 \
    X(PQfformat)                                                               \
    X(PQfreeCancel)                                                            \
    X(PQfreemem)                                                               \
    X(PQftype)                                                                 \
    X(PQgetCancel)                                                             \
    X(PQgetResult)                                                             \
    X(PQgetisnull)                                                             \
    X(PQgetlength)                                                             \
    X(PQgetvalue)                                                              \
    X(PQhost)                                                                  \
    X(PQisBusy)                                                                \
    X(PQlibVersion)                                                            \
    X(PQnfields)                                                               \
    X(PQntuples)                                                               \
    X(PQparameterStatus)                                                       \
    X(PQpass)                                                                  \
    X(PQpipelineStatus)                                                        \
    X(PQpipelineSync)                                                          \
    X(PQport)                                                                  \
    X(PQputCopyData)                                                           \
    X(PQputCopyEnd)                                                            \
    X(PQresultErrorField)                                                      \
    X(PQresultErrorMessage)                                                    \
    X(PQresultStatus)                                                          \
    X(PQsendFlushRequest)                                                      \
    X(PQsendPrepare)                                                           \
    X(PQsendQueryParams)                                                       \
    X(PQsendQueryPrepared)                                                     \
    X(PQserverVersion)                                                         \
    X(PQsetErrorVerbosity)                                                     \
    X(PQsetNoticeReceiver)                                                     \
    X(PQsetSingleRowMode)                                                      \
    X(PQsetnonblocking)                                                        \
    X(PQsocket)                                                                \
    X(PQsslInUse)                                                              \
    X(PQstatus)                                                                \
    X(PQtransactionStatus)                                                     \
    X(PQunescapeBytea)                                                         \
    X(PQuser)

struct libpq {
#define LIBPQ_MEMBER(name) __typeof__(name) *name;
    LIBPQ_FUNCTIONS(LIBPQ_MEMBER)
#undef LIBPQ_MEMBER
};

extern struct libpq libpq;

/* Loads the library; once is enough. Errors: ERROR_CONNECTION with the name of
 * the package when it is missing, or older than 14 (pipelines). */
int libpq_load(struct error *err);

#endif
