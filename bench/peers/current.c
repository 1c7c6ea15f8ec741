/* The least that a program can do to read the version: connects as the
 * conninfo in its argument says, asks once, prints the rows.
 * current CONNINFO */
#include <libpq-fe.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    PGconn *conn = PQconnectdb(argc > 1 ? argv[1] : "");
    int status = 1;

    if (PQstatus(conn) == CONNECTION_OK) {
        PGresult *result =
            PQexec(conn, "SELECT version_num FROM luamigrate_version");

        if (PQresultStatus(result) == PGRES_TUPLES_OK) {
            for (int i = 0; i < PQntuples(result); i++)
                (void)puts(PQgetvalue(result, i, 0));
            status = fflush(stdout) == 0 ? 0 : 1;
        }
        PQclear(result);
    }
    if (status != 0)
        (void)fputs(PQerrorMessage(conn), stderr);
    PQfinish(conn);
    return status;
}
