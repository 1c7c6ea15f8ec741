#include "model/naming.h"

const char *naming_index(struct arena *arena, const char *table,
                         const struct index *index)
{
    if (index->name != NULL)
        return index->name;
    if (index->elements.count == 0 || index->elements.items[0].column == NULL)
        return NULL;
    return arena_printf(arena, "ix_%s_%s", table,
                        index->elements.items[0].column);
}

struct index naming_column_index(struct arena *arena, const char *table,
                                 const struct column *column)
{
    struct element *element = arena_new(arena, struct element);
    struct index index = {0};

    element->column = column->name;
    index.elements.items = element;
    index.elements.count = 1;
    index.unique = column->unique;
    index.name = naming_index(arena, table, &index);
    return index;
}
