#include "cli/cli.h"

#include "db/db.h"

int main(int argc, char **argv)
{
    db_sqlite_alone();
    return cli_main(argc, argv);
}
