#include "db/params.h"

#include "base/buf.h"
#include "base/vec.h"
#include "ddl/sql_lex.h"

#include <string.h>

static uint32_t name_index(const char *const *names, size_t count,
                           const char *name, size_t size)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(names[i]) == size && memcmp(names[i], name, size) == 0)
            return (uint32_t)i;
    return (uint32_t)count;
}

void params_parse(struct arena *arena, const char *sql, size_t size,
                  struct params *params)
{
    VEC(const char *) names = {0};
    VEC(struct params_place) places = {0};
    struct sql_token token;
    struct sql_lex lex;

    sql_lex_init(&lex, SQL_LEX_EITHER, sql, size);
    while ((token = sql_lex_next(&lex)).kind != SQL_END) {
        struct params_place place = {token.start, token.end, 0};
        const char *name = sql + token.start + 1;
        size_t length = token.end - token.start - 1;

        if (token.kind != SQL_PARAM || sql[token.start] != ':')
            continue;
        place.name = name_index(names.items, names.count, name, length);
        if (place.name == names.count)
            vec_push(arena, &names, arena_strndup(arena, name, length));
        vec_push(arena, &places, place);
    }
    params->sql = sql;
    params->size = size;
    params->names.items = names.items;
    params->names.count = names.count;
    params->places = places.items;
    params->place_count = places.count;
}

struct binder {
    const struct params *params;
    enum dialect dialect;
    const struct value *values;
    struct arena *arena;
    struct buf sql;
    size_t *positions; /* of each name, the first one, from 1; 0: none yet */
    size_t *arrays;    /* the same for a list that is an array */
    VEC(struct value) out;
};

static void add_position(struct binder *binder, size_t position)
{
    buf_addf(&binder->sql, "%c%zu",
             binder->dialect == DIALECT_SQLITE ? '?' : '$', position);
}

/* The text from IN or NOT IN to the parenthesis that closes the list. */
struct in_list {
    size_t start, end;
    bool not_in;
};

/* Whether the place stands as `IN (:name)`. */
static bool find_in_list(const struct params *params,
                         const struct params_place *place, struct in_list *list)
{
    struct sql_token before[3] = {{0}};
    struct sql_token token;
    struct sql_lex lex;
    bool found;

    sql_lex_init(&lex, SQL_LEX_EITHER, params->sql, params->size);
    while ((token = sql_lex_solid(&lex)).start < place->start) {
        before[0] = before[1];
        before[1] = before[2];
        before[2] = token;
    }
    found = sql_lex_is_char(&lex, before[2], '(') &&
            sql_lex_is(&lex, before[1], "in");
    list->not_in = sql_lex_is(&lex, before[0], "not");
    list->start = list->not_in ? before[0].start : before[1].start;
    token = sql_lex_solid(&lex);
    list->end = token.end;
    return found && sql_lex_is_char(&lex, token, ')');
}

/* A list that matches nothing, in the place of `IN (:name)`. PostgreSQL wants
 * its type to fit; OPERATOR() binds at least as tightly as IN does. */
static void add_empty(struct binder *binder, const struct params_place *place,
                      const struct in_list *list)
{
    if (binder->dialect == DIALECT_SQLITE) {
        buf_add(&binder->sql, "SELECT NULL WHERE 1 = 0)");
        return;
    }
    binder->sql.size -= place->start - list->start;
    buf_add(&binder->sql, list->not_in ? "OPERATOR(<>) ALL ('{}')"
                                       : "OPERATOR(=) ANY ('{}')");
}

/* SQLite needs time that grows with the square of the number of `?N`, but `?`
 * costs nothing: it is the next number, as every position is when it is first
 * written. */
#define LONG_LIST 32

static void add_items(struct binder *binder, const struct value *value,
                      uint32_t name)
{
    bool bare = binder->dialect == DIALECT_SQLITE &&
                binder->positions[name] == 0 && value->list.count > LONG_LIST;

    if (binder->positions[name] == 0) {
        binder->positions[name] = binder->out.count + 1;
        for (size_t i = 0; i < value->list.count; i++)
            vec_push(binder->arena, &binder->out, value->list.items[i]);
    }
    for (size_t i = 0; i < value->list.count; i++) {
        if (i > 0)
            buf_add(&binder->sql, ", ");
        if (bare)
            buf_char(&binder->sql, '?');
        else
            add_position(binder, binder->positions[name] + i);
    }
}

/* Moves `*done` behind what is written. */
static int add_place(struct binder *binder, const struct params_place *place,
                     size_t *done, struct error *err)
{
    const struct value *value = &binder->values[place->name];
    struct in_list list;
    size_t *position;

    *done = place->end;
    if (value->kind == VALUE_SQL) {
        buf_addn(&binder->sql, value->text.data, value->text.size);
        return 0;
    }
    if (value->kind == VALUE_LIST) {
        if (find_in_list(binder->params, place, &list)) {
            if (value->list.count > 0) {
                add_items(binder, value, place->name);
                return 0;
            }
            add_empty(binder, place, &list);
            *done = list.end;
            return 0;
        }
        if (binder->dialect == DIALECT_SQLITE)
            return error_set(err, ERROR_FAILED,
                             "parameter '%s' is a list: on SQLite it must "
                             "stand as IN (:%s)",
                             binder->params->names.items[place->name],
                             binder->params->names.items[place->name]);
    }
    position = value->kind == VALUE_LIST ? &binder->arrays[place->name]
                                         : &binder->positions[place->name];
    if (*position == 0) {
        vec_push(binder->arena, &binder->out, *value);
        *position = binder->out.count;
    }
    add_position(binder, *position);
    return 0;
}

int params_bind(const struct params *params, enum dialect dialect,
                const struct value *values, struct arena *arena,
                const char **sql, size_t *size, const struct value **out,
                size_t *count, struct error *err)
{
    struct binder binder = {
        .params = params, .dialect = dialect, .values = values, .arena = arena};
    size_t done = 0;

    buf_init(&binder.sql, arena);
    binder.positions = arena_array(arena, size_t, params->names.count + 1);
    binder.arrays = arena_array(arena, size_t, params->names.count + 1);
    for (size_t i = 0; i < params->place_count; i++) {
        const struct params_place *place = &params->places[i];

        buf_addn(&binder.sql, params->sql + done, place->start - done);
        if (add_place(&binder, place, &done, err) != 0)
            return -1;
    }
    buf_addn(&binder.sql, params->sql + done, params->size - done);
    *sql = binder.sql.data;
    *size = binder.sql.size;
    *out = binder.out.items;
    *count = binder.out.count;
    return 0;
}
