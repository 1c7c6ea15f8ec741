#include "script/reflected.h"

#include "base/buf.h"
#include "ddl/ddl.h"
#include "script/bridge.h"

#include <lauxlib.h>
#include <string.h>

static void set_text(lua_State *L, const char *key, const char *text)
{
    if (text == NULL)
        return;
    lua_pushstring(L, text);
    lua_setfield(L, -2, key);
}

static void set_flag(lua_State *L, const char *key, bool flag)
{
    lua_pushboolean(L, flag);
    lua_setfield(L, -2, key);
}

static void set_names(lua_State *L, const char *key, const struct names *names)
{
    reflected_names(L, names);
    lua_setfield(L, -2, key);
}

/* Appends the table at the top to the list below it. */
static void append(lua_State *L)
{
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
}

void reflected_names(lua_State *L, const struct names *names)
{
    lua_createtable(L, (int)names->count, 0);
    for (size_t i = 0; i < names->count; i++) {
        lua_pushstring(L, names->items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static const struct constraint *primary_key(const struct table *table)
{
    for (size_t i = 0; i < table->constraint_count; i++)
        if (table->constraints[i].kind == CONSTRAINT_PRIMARY_KEY)
            return &table->constraints[i];
    return NULL;
}

static bool in_primary_key(const struct table *table,
                           const struct column *column)
{
    const struct constraint *key = primary_key(table);

    if (column->primary_key)
        return true;
    for (size_t i = 0; key != NULL && i < key->columns.count; i++)
        if (strcmp(key->columns.items[i], column->name) == 0)
            return true;
    return false;
}

/* The default as SQL text. */
static void set_default(lua_State *L, enum dialect dialect,
                        const struct value *value)
{
    struct script *script = script_of(L);
    struct buf text;

    if (value->kind == VALUE_ABSENT)
        return;
    buf_init(&text, &script->arena);
    if (ddl_literal(&text, dialect, value, &script->err) < 0)
        bridge_raise(L);
    set_text(L, "default", text.data);
}

static void push_column(lua_State *L, enum dialect dialect,
                        const struct table *table, const struct column *column)
{
    bool key = in_primary_key(table, column);

    lua_createtable(L, 0, 8);
    set_text(L, "name", column->name);
    set_text(L, "type", column->type_text != NULL ? column->type_text : "");
    set_flag(L, "nullable", column->nullable != TRI_FALSE);
    set_default(L, dialect, &column->server_default);
    set_flag(L, "primary_key", key);
    set_flag(L, "autoincrement",
             column->autoincrement == TRI_TRUE ||
                 (key && table->sqlite_autoincrement == TRI_TRUE));
    set_text(L, "comment", column->comment);
    if (column->computed == NULL)
        return;
    lua_createtable(L, 0, 2);
    set_text(L, "sqltext", column->computed->expression);
    set_flag(L, "persisted", column->computed->persisted == TRI_TRUE);
    lua_setfield(L, -2, "computed");
}

void reflected_columns(lua_State *L, enum dialect dialect,
                       const struct table *table)
{
    lua_createtable(L, (int)table->column_count, 0);
    for (size_t i = 0; i < table->column_count; i++) {
        push_column(L, dialect, table, &table->columns[i]);
        append(L);
    }
}

void reflected_primary_key(lua_State *L, enum dialect dialect,
                           const struct table *table)
{
    const struct constraint *key = primary_key(table);

    (void)dialect;
    lua_createtable(L, 0, 2);
    if (key != NULL) {
        set_text(L, "name", key->name);
        set_names(L, "constrained_columns", &key->columns);
        return;
    }
    lua_newtable(L);
    for (size_t i = 0; i < table->column_count; i++) {
        if (!table->columns[i].primary_key)
            continue;
        lua_pushstring(L, table->columns[i].name);
        append(L);
    }
    lua_setfield(L, -2, "constrained_columns");
}

static void push_foreign_key(lua_State *L, const struct constraint *key,
                             const struct names *columns)
{
    lua_createtable(L, 0, 6);
    set_text(L, "name", key->name);
    set_names(L, "constrained_columns", columns);
    set_text(L, "referred_schema", key->referent_schema);
    set_text(L, "referred_table", key->referent);
    set_names(L, "referred_columns", &key->referent_columns);
    lua_newtable(L);
    set_text(L, "ondelete", key->ondelete);
    set_text(L, "onupdate", key->onupdate);
    set_text(L, "match", key->match);
    if (key->deferrable != TRI_UNSET)
        set_flag(L, "deferrable", key->deferrable == TRI_TRUE);
    set_text(L, "initially", key->initially);
    lua_setfield(L, -2, "options");
}

void reflected_foreign_keys(lua_State *L, enum dialect dialect,
                            const struct table *table)
{
    (void)dialect;
    lua_newtable(L);
    for (size_t i = 0; i < table->constraint_count; i++) {
        const struct constraint *constraint = &table->constraints[i];

        if (constraint->kind != CONSTRAINT_FOREIGN_KEY)
            continue;
        push_foreign_key(L, constraint, &constraint->columns);
        append(L);
    }
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        const char *name = column->name;
        const struct names columns = {&name, 1};

        if (column->references == NULL)
            continue;
        push_foreign_key(L, column->references, &columns);
        append(L);
    }
}

void reflected_uniques(lua_State *L, enum dialect dialect,
                       const struct table *table)
{
    (void)dialect;
    lua_newtable(L);
    for (size_t i = 0; i < table->constraint_count; i++) {
        const struct constraint *constraint = &table->constraints[i];

        if (constraint->kind != CONSTRAINT_UNIQUE)
            continue;
        lua_createtable(L, 0, 2);
        set_text(L, "name", constraint->name);
        set_names(L, "column_names", &constraint->columns);
        append(L);
    }
    for (size_t i = 0; i < table->column_count; i++) {
        const char *name = table->columns[i].name;
        const struct names columns = {&name, 1};

        if (table->columns[i].unique != TRI_TRUE)
            continue;
        lua_createtable(L, 0, 1);
        set_names(L, "column_names", &columns);
        append(L);
    }
}

static void append_check(lua_State *L, const struct constraint *check)
{
    lua_createtable(L, 0, 2);
    set_text(L, "name", check->name);
    set_text(L, "sqltext", check->condition);
    append(L);
}

void reflected_checks(lua_State *L, enum dialect dialect,
                      const struct table *table)
{
    (void)dialect;
    lua_newtable(L);
    for (size_t i = 0; i < table->column_count; i++)
        if (table->columns[i].check != NULL)
            append_check(L, table->columns[i].check);
    for (size_t i = 0; i < table->constraint_count; i++)
        if (table->constraints[i].kind == CONSTRAINT_CHECK)
            append_check(L, &table->constraints[i]);
}

/* column_names has null where an expression stands, so that it has no hole;
 * expressions, only there when one is one, has them all. */
static void set_elements(lua_State *L, const struct elements *elements)
{
    bool expressions = false;

    lua_newtable(L);
    for (size_t i = 0; i < elements->count; i++) {
        if (elements->items[i].column != NULL)
            lua_pushstring(L, elements->items[i].column);
        else
            lua_pushlightuserdata(L, NULL);
        expressions = expressions || elements->items[i].column == NULL;
        append(L);
    }
    lua_setfield(L, -2, "column_names");
    if (!expressions)
        return;
    lua_newtable(L);
    for (size_t i = 0; i < elements->count; i++) {
        lua_pushstring(L, elements->items[i].column != NULL
                              ? elements->items[i].column
                              : elements->items[i].expression);
        append(L);
    }
    lua_setfield(L, -2, "expressions");
}

/* { created_at = { "desc" } } for the columns that descend */
static void set_sorting(lua_State *L, const struct elements *elements)
{
    bool any = false;

    for (size_t i = 0; i < elements->count; i++)
        any = any || (elements->items[i].descending &&
                      elements->items[i].column != NULL);
    if (!any)
        return;
    lua_newtable(L);
    for (size_t i = 0; i < elements->count; i++) {
        if (!elements->items[i].descending || elements->items[i].column == NULL)
            continue;
        lua_createtable(L, 1, 0);
        lua_pushliteral(L, "desc");
        append(L);
        lua_setfield(L, -2, elements->items[i].column);
    }
    lua_setfield(L, -2, "column_sorting");
}

static const char *where_of(const struct index *index, enum dialect dialect)
{
    if (index->where != NULL)
        return index->where;
    return dialect == DIALECT_SQLITE ? index->sqlite_where
                                     : index->postgresql_where;
}

void reflected_indexes(lua_State *L, enum dialect dialect,
                       const struct table *table)
{
    lua_newtable(L);
    for (size_t i = 0; i < table->index_count; i++) {
        const struct index *index = &table->indexes[i];

        lua_createtable(L, 0, 6);
        set_text(L, "name", index->name);
        set_flag(L, "unique", index->unique == TRI_TRUE);
        set_elements(L, &index->elements);
        set_sorting(L, &index->elements);
        lua_newtable(L);
        set_text(
            L, dialect == DIALECT_SQLITE ? "sqlite_where" : "postgresql_where",
            where_of(index, dialect));
        lua_setfield(L, -2, "dialect_options");
        append(L);
    }
}

void reflected_comment(lua_State *L, enum dialect dialect,
                       const struct table *table)
{
    (void)dialect;
    lua_createtable(L, 0, 1);
    set_text(L, "text", table->comment);
}
