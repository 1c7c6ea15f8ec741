#include "model/naming.h"

#include "base/buf.h"
#include "base/str.h"

#include <string.h>

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

/* The pieces that a pattern is filled with. */
struct naming {
    const char *table;
    const struct names *columns;
    const char *referent;
    const struct names *referent_columns;
};

static void add_columns(struct buf *out, const struct names *names,
                        const char *between)
{
    for (size_t i = 0; i < names->count; i++)
        buf_addf(out, "%s%s", i > 0 ? between : "", names->items[i]);
}

/* Adds what the word stands for. Returns false when it is unknown. */
static bool add_word(struct buf *out, const struct naming *naming,
                     const char *word, size_t size)
{
    char name[64];

    if (size >= sizeof name)
        return false;
    memcpy(name, word, size);
    name[size] = '\0';
    if (str_equal(name, "table_name")) {
        buf_add(out, naming->table);
    } else if (str_equal(name, "referred_table_name") &&
               naming->referent != NULL) {
        buf_add(out, naming->referent);
    } else if (str_equal(name, "referred_column_0_name") &&
               naming->referent_columns->count > 0) {
        buf_add(out, naming->referent_columns->items[0]);
    } else if (str_equal(name, "column_0N_name")) {
        add_columns(out, naming->columns, "");
    } else if (str_equal(name, "column_0_N_name")) {
        add_columns(out, naming->columns, "_");
    } else if (naming->columns->count > 0 &&
               (str_equal(name, "column_0_name") ||
                str_equal(name, "column_0_key"))) {
        buf_add(out, naming->columns->items[0]);
    } else if (naming->columns->count > 0 &&
               str_equal(name, "column_0_label")) {
        buf_addf(out, "%s_%s", naming->table, naming->columns->items[0]);
    } else {
        return false;
    }
    return true;
}

static const char *fill(struct arena *arena, const struct naming *naming,
                        const char *pattern)
{
    struct buf out;

    buf_init(&out, arena);
    while (*pattern != '\0') {
        const char *end = strstr(pattern, ")s");

        if (strncmp(pattern, "%(", 2) != 0) {
            buf_char(&out, *pattern++);
            continue;
        }
        if (end == NULL ||
            !add_word(&out, naming, pattern + 2, (size_t)(end - pattern) - 2))
            return NULL;
        pattern = end + 2;
    }
    return out.data;
}

const char *naming_constraint(struct arena *arena,
                              const struct settings *convention,
                              const char *key, const char *table,
                              const struct names *columns, const char *referent,
                              const struct names *referent_columns)
{
    struct naming naming = {table, columns, referent, referent_columns};

    for (size_t i = 0; i < convention->count; i++)
        if (str_equal(convention->items[i].name, key) &&
            convention->items[i].value.kind == VALUE_TEXT)
            return fill(arena, &naming, convention->items[i].value.text.data);
    return NULL;
}
