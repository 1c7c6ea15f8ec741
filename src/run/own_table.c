#include "run/own_table.h"

#include "base/str.h"

int own_table_check(const struct table *table, const char *kind,
                    const char *const *wanted, size_t count, struct error *err)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < table->column_count; j++)
            found += str_equal(table->columns[j].name, wanted[i]);
    if (!table->view && found == count)
        return 0;
    error_set(err, ERROR_REFUSED, "luamigrate_%s is no %s table: %s", kind,
              kind, table->view ? "it is a view" : "it has other columns");
    return error_hint(err, "rename it, or name a version_table_schema of its "
                           "own in luamigrate.lua");
}
