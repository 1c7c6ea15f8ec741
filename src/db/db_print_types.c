/* Enum types: what PostgreSQL would answer when the statements before had
 * run, so that a type is made once in a script. */
#include "db/db_print_parts.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>

struct reader {
    struct print_db *db;
    struct sql_lex lex;
};

static bool take(struct reader *reader, const char *word)
{
    struct sql_lex ahead = reader->lex;

    if (!sql_lex_is(&ahead, sql_lex_solid(&ahead), word))
        return false;
    reader->lex = ahead;
    return true;
}

static bool take_char(struct reader *reader, char c)
{
    struct sql_lex ahead = reader->lex;

    if (!sql_lex_is_char(&ahead, sql_lex_solid(&ahead), c))
        return false;
    reader->lex = ahead;
    return true;
}

/* A name as the server has it; NULL: there is none. */
static const char *take_name(struct reader *reader)
{
    struct sql_token token = sql_lex_peek(&reader->lex);
    char *name;

    if (token.kind != SQL_WORD && token.kind != SQL_NAME)
        return NULL;
    (void)sql_lex_solid(&reader->lex);
    name = sql_lex_name(&reader->lex, token, &reader->db->kept);
    for (char *c = name; token.kind == SQL_WORD && *c != '\0'; c++)
        *c = (char)tolower((unsigned char)*c);
    return name;
}

static const char *take_text(struct reader *reader)
{
    struct sql_token token = sql_lex_peek(&reader->lex);

    if (token.kind != SQL_STRING)
        return NULL;
    (void)sql_lex_solid(&reader->lex);
    return sql_lex_name(&reader->lex, token, &reader->db->kept);
}

/* Reads [schema.]name into `type`. */
static bool take_type(struct reader *reader, struct type *type)
{
    type->kind = TYPE_ENUM;
    type->name = take_name(reader);
    if (type->name == NULL)
        return false;
    if (!take_char(reader, '.'))
        return true;
    type->schema = type->name;
    type->name = take_name(reader);
    return type->name != NULL;
}

static bool is_named(const struct type *type, const char *schema,
                     const char *name)
{
    return str_equal(type->name, name) &&
           (schema == NULL
                ? type->schema == NULL
                : type->schema != NULL && str_equal(type->schema, schema));
}

static struct type *find(struct print_db *db, const char *schema,
                         const char *name)
{
    for (size_t i = 0; i < db->types.count; i++)
        if (is_named(&db->types.items[i], schema, name))
            return &db->types.items[i];
    return NULL;
}

static void insert_value(struct print_db *db, struct type *type, size_t at,
                         const char *value)
{
    struct names *values = &type->values;
    const char **items =
        arena_array(&db->kept, const char *, values->count + 1);

    for (size_t i = 0; i < at; i++)
        items[i] = values->items[i];
    items[at] = value;
    for (size_t i = at; i < values->count; i++)
        items[i + 1] = values->items[i];
    values->items = items;
    values->count++;
}

static size_t index_of(const struct type *type, const char *value)
{
    size_t i = 0;

    while (i < type->values.count && !str_equal(type->values.items[i], value))
        i++;
    return i;
}

static void create(struct reader *reader)
{
    struct type type = {0};
    const char *value;

    if (!take_type(reader, &type) || !take(reader, "as") ||
        !take(reader, "enum") || !take_char(reader, '('))
        return;
    while ((value = take_text(reader)) != NULL) {
        insert_value(reader->db, &type, type.values.count, value);
        if (!take_char(reader, ','))
            break;
    }
    vec_push(&reader->db->kept, &reader->db->types, type);
}

static void drop(struct reader *reader)
{
    struct print_db *db = reader->db;
    struct type type = {0}, *there;

    if (take(reader, "if"))
        (void)take(reader, "exists");
    if (!take_type(reader, &type))
        return;
    there = find(db, type.schema, type.name);
    if (there != NULL)
        *there = db->types.items[--db->types.count];
}

/* ADD VALUE [IF NOT EXISTS] 'x' [BEFORE|AFTER 'y'] */
static void add_value(struct reader *reader, struct type *type)
{
    const char *value, *beside;
    size_t at = type->values.count;
    bool before;

    if (take(reader, "if")) {
        (void)take(reader, "not");
        (void)take(reader, "exists");
    }
    value = take_text(reader);
    if (value == NULL || index_of(type, value) < type->values.count)
        return;
    before = take(reader, "before");
    if (before || take(reader, "after")) {
        beside = take_text(reader);
        if (beside != NULL && index_of(type, beside) < at)
            at = index_of(type, beside) + !before;
    }
    insert_value(reader->db, type, at, value);
}

static void rename_value(struct reader *reader, struct type *type)
{
    const char *old = take_text(reader), *new = NULL;

    if (old != NULL && take(reader, "to"))
        new = take_text(reader);
    if (new != NULL && index_of(type, old) < type->values.count)
        type->values.items[index_of(type, old)] = new;
}

static void alter(struct reader *reader)
{
    struct type named = {0}, *type;

    if (!take_type(reader, &named))
        return;
    type = find(reader->db, named.schema, named.name);
    if (type == NULL)
        return;
    if (take(reader, "add") && take(reader, "value")) {
        add_value(reader, type);
    } else if (take(reader, "rename")) {
        if (take(reader, "value"))
            rename_value(reader, type);
        else if (take(reader, "to"))
            type->name = take_name(reader);
    }
}

void db_print_types_note(struct print_db *db, const char *sql, size_t size)
{
    struct reader reader = {.db = db};

    sql_lex_init(&reader.lex, SQL_LEX_POSTGRESQL, sql, size);
    if (take(&reader, "create") && take(&reader, "type"))
        create(&reader);
    sql_lex_init(&reader.lex, SQL_LEX_POSTGRESQL, sql, size);
    if (take(&reader, "drop") && take(&reader, "type"))
        drop(&reader);
    sql_lex_init(&reader.lex, SQL_LEX_POSTGRESQL, sql, size);
    if (take(&reader, "alter") && take(&reader, "type"))
        alter(&reader);
}

static struct names copy_names(struct print_db *db, const struct names *names)
{
    struct names copy = {arena_array(&db->kept, const char *, names->count + 1),
                         names->count};

    for (size_t i = 0; i < names->count; i++)
        copy.items[i] = names->items[i];
    return copy;
}

void db_print_types_save(struct print_db *db)
{
    struct type *items =
        arena_array(&db->kept, struct type, db->types.count + 1);
    struct db_types before = {items, db->types.count};

    for (size_t i = 0; i < db->types.count; i++) {
        items[i] = db->types.items[i];
        items[i].values = copy_names(db, &items[i].values);
    }
    vec_push(&db->kept, &db->types_before, before);
}

void db_print_types_restore(struct print_db *db)
{
    const struct db_types *before =
        &db->types_before.items[db->types_before.count - 1];

    db->types.count = 0;
    for (size_t i = 0; i < before->count; i++) {
        struct type type = before->items[i];

        type.values = copy_names(db, &type.values);
        vec_push(&db->kept, &db->types, type);
    }
}

void db_print_types_release(struct print_db *db)
{
    if (db->types_before.count > 0)
        db->types_before.count--;
}

void db_print_enum(struct db *base, const char *schema, const char *name,
                   const struct names *values)
{
    struct print_db *db = (struct print_db *)base;
    struct type *type = find(db, schema, name);
    struct type fresh = {.kind = TYPE_ENUM};

    if (type == NULL) {
        fresh.name = arena_strdup(&db->kept, name);
        fresh.schema = schema != NULL ? arena_strdup(&db->kept, schema) : NULL;
        vec_push(&db->kept, &db->types, fresh);
        type = find(db, schema, name);
    }
    type->values.count = 0;
    for (size_t i = 0; i < values->count; i++)
        insert_value(db, type, i, arena_strdup(&db->kept, values->items[i]));
}

static int read_live(struct print_db *db, const char *schema, const char *name,
                     struct arena *arena, struct db_types *out,
                     struct error *err)
{
    memset(out, 0, sizeof *out);
    if (db->live == NULL || db->live->driver->enums == NULL)
        return 0;
    return db->live->driver->enums(db->live, schema, name, arena, out, err);
}

int db_print_types(struct db *base, const char *schema, const char *name,
                   struct arena *arena, struct db_types *out, struct error *err)
{
    struct print_db *db = (struct print_db *)base;
    struct type *made = name != NULL ? find(db, schema, name) : NULL;
    struct type *copy;

    if (db->live == NULL && name == NULL)
        return error_set(err, ERROR_FAILED,
                         "the enum types cannot be looked up: this SQL is "
                         "written without a database");
    if (made == NULL)
        return read_live(db, schema, name, arena, out, err);
    copy = arena_new(arena, struct type);
    *copy = *made;
    out->items = copy;
    out->count = 1;
    return 0;
}
