/* Any bytes as SQL: the tokenizer gives them all back in order, the readers
 * of CREATE TABLE and CREATE INDEX stay inside, parameters are found twice
 * the same. */
#include "db/params.h"
#include "ddl/sql_lex.h"
#include "ddl/table_text.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_lex(const char *text, size_t size,
                      enum sql_lex_dialect dialect)
{
    struct sql_token token;
    struct sql_lex lex;
    size_t at = 0;

    sql_lex_init(&lex, dialect, text, size);
    while ((token = sql_lex_next(&lex)).kind != SQL_END) {
        if (token.start != at || token.end <= at || token.end > size)
            abort();
        at = token.end;
    }
    if (at != size)
        abort();
}

static void check_range(struct table_range range, size_t size)
{
    if (range.start > range.end || range.end > size)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct error err;
    const char *text = (const char *)data;
    struct index_text index;
    struct table_text table;
    struct params params;
    struct arena arena;

    arena_init(&arena, NULL, NULL);
    check_lex(text, size, SQL_LEX_SQLITE);
    check_lex(text, size, SQL_LEX_POSTGRESQL);
    check_lex(text, size, SQL_LEX_EITHER);
    if (table_text_parse(&arena, text, size, &table, &err) == 0) {
        if (table.column_count == 0)
            abort();
        check_range(table.body, size);
        for (size_t i = 0; i < table.column_count; i++) {
            check_range(table.columns[i].range, size);
            check_range(table.columns[i].type, size);
        }
        for (size_t i = 0; i < table.constraint_count; i++)
            check_range(table.constraints[i].range, size);
    }
    (void)table_text_index(&arena, text, size, &index, &err);
    params_parse(&arena, text, size, &params);
    for (size_t i = 0; i < params.place_count; i++)
        if (text[params.places[i].start] != ':')
            abort();
    arena_clear(&arena);
    return 0;
}
