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

void reflected_enums(lua_State *L, const struct type *types, size_t count)
{
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_createtable(L, 0, 4);
        set_text(L, "name", types[i].name);
        set_text(L, "schema", types[i].schema);
        set_flag(L, "visible", types[i].visible);
        set_names(L, "labels", &types[i].values);
        append(L);
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
                        const struct column *column)
{
    const struct value *value = &column->server_default;
    struct script *script = script_of(L);
    struct buf text;

    set_text(L, "default", column->default_text);
    if (value->kind == VALUE_ABSENT)
        return;
    buf_init(&text, &script->arena);
    if (ddl_literal(&text, dialect, value, &script->err) < 0)
        bridge_raise(L);
    set_text(L, "default", text.data);
}

static void set_value(lua_State *L, const char *key, const struct value *value)
{
    if (value->kind == VALUE_INTEGER)
        lua_pushinteger(L, value->integer);
    else if (value->kind == VALUE_TEXT || value->kind == VALUE_SQL)
        lua_pushlstring(L, value->text.data, value->text.size);
    else
        return;
    lua_setfield(L, -2, key);
}

static void set_identity(lua_State *L, const struct identity *identity)
{
    if (identity == NULL)
        return;
    lua_createtable(L, 0, 7);
    set_flag(L, "always", identity->always == TRI_TRUE);
    set_value(L, "start", &identity->start);
    set_value(L, "increment", &identity->increment);
    set_value(L, "minvalue", &identity->minvalue);
    set_value(L, "maxvalue", &identity->maxvalue);
    set_value(L, "cache", &identity->cache);
    set_flag(L, "cycle", identity->cycle == TRI_TRUE);
    lua_setfield(L, -2, "identity");
}

static void set_computed(lua_State *L, const struct computed *computed)
{
    if (computed == NULL)
        return;
    lua_createtable(L, 0, 2);
    set_text(L, "sqltext", computed->expression);
    set_flag(L, "persisted", computed->persisted == TRI_TRUE);
    lua_setfield(L, -2, "computed");
}

static void push_column(lua_State *L, enum dialect dialect,
                        const struct table *table, const struct column *column)
{
    bool key = in_primary_key(table, column);

    lua_createtable(L, 0, 8);
    set_text(L, "name", column->name);
    set_text(L, "type", column->type_text != NULL ? column->type_text : "");
    set_flag(L, "nullable", column->nullable != TRI_FALSE);
    set_default(L, dialect, column);
    set_flag(L, "primary_key", key);
    set_flag(L, "autoincrement",
             column->autoincrement == TRI_TRUE || column->identity != NULL ||
                 (key && table->sqlite_autoincrement == TRI_TRUE));
    set_text(L, "collation", column->collation);
    set_text(L, "comment", column->comment);
    set_identity(L, column->identity);
    set_computed(L, column->computed);
    if (!column->not_valid)
        return;
    lua_createtable(L, 0, 1);
    set_flag(L, "not_valid", true);
    lua_setfield(L, -2, "dialect_options");
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

/* Only where there are some: an option of op is no empty list. */
static void set_include(lua_State *L, const struct names *columns)
{
    if (columns->count > 0)
        set_names(L, "postgresql_include", columns);
}

/* What PostgreSQL knows of a key besides its columns. */
static void set_key_options(lua_State *L, enum dialect dialect,
                            const struct constraint *key)
{
    if (dialect != DIALECT_POSTGRESQL)
        return;
    if (key->deferrable != TRI_UNSET)
        set_flag(L, "deferrable", key->deferrable == TRI_TRUE);
    set_text(L, "initially", key->initially);
    lua_newtable(L);
    set_include(L, &key->postgresql_include);
    if (key->temporal)
        set_flag(L, "postgresql_without_overlaps", true);
    if (key->postgresql_nulls_not_distinct == TRI_TRUE)
        set_flag(L, "postgresql_nulls_not_distinct", true);
    lua_setfield(L, -2, "dialect_options");
}

void reflected_primary_key(lua_State *L, enum dialect dialect,
                           const struct table *table)
{
    const struct constraint *key = primary_key(table);

    lua_createtable(L, 0, 3);
    if (key != NULL) {
        set_text(L, "name", key->name);
        set_names(L, "constrained_columns", &key->columns);
        set_key_options(L, dialect, key);
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
    if (key->postgresql_not_valid == TRI_TRUE)
        set_flag(L, "postgresql_not_valid", true);
    if (key->not_enforced)
        set_flag(L, "postgresql_not_enforced", true);
    if (key->temporal)
        set_flag(L, "postgresql_period", true);
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
    lua_newtable(L);
    for (size_t i = 0; i < table->constraint_count; i++) {
        const struct constraint *constraint = &table->constraints[i];

        if (constraint->kind != CONSTRAINT_UNIQUE)
            continue;
        lua_createtable(L, 0, 5);
        set_text(L, "name", constraint->name);
        set_names(L, "column_names", &constraint->columns);
        set_key_options(L, dialect, constraint);
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
    lua_createtable(L, 0, 3);
    set_text(L, "name", check->name);
    set_text(L, "sqltext", check->condition);
    if (check->postgresql_not_valid == TRI_TRUE || check->not_enforced ||
        check->no_inherit) {
        lua_createtable(L, 0, 2);
        if (check->postgresql_not_valid == TRI_TRUE)
            set_flag(L, "not_valid", true);
        if (check->not_enforced)
            set_flag(L, "not_enforced", true);
        if (check->no_inherit)
            set_flag(L, "no_inherit", true);
        lua_setfield(L, -2, "dialect_options");
    }
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

static const char *element_text(const struct element *element)
{
    return element->column != NULL ? element->column : element->expression;
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
        lua_pushstring(L, element_text(&elements->items[i]));
        append(L);
    }
    lua_setfield(L, -2, "expressions");
}

static bool is_sorted(const struct element *element)
{
    return element_text(element) != NULL &&
           (element->descending || element->nulls != NULL);
}

/* { created_at = { "desc", "nulls_last" } } for the columns and expressions
 * that are not in the usual order; of one that comes twice the first counts */
static void set_sorting(lua_State *L, const struct elements *elements)
{
    bool any = false;

    for (size_t i = 0; i < elements->count; i++)
        any = any || is_sorted(&elements->items[i]);
    if (!any)
        return;
    lua_newtable(L);
    for (size_t i = 0; i < elements->count; i++) {
        const struct element *element = &elements->items[i];

        if (!is_sorted(element))
            continue;
        lua_pushstring(L, element_text(element));
        lua_pushvalue(L, -1);
        if (lua_rawget(L, -3) != LUA_TNIL) {
            lua_pop(L, 2);
            continue;
        }
        lua_pop(L, 1);
        lua_createtable(L, 2, 0);
        if (element->descending) {
            lua_pushliteral(L, "desc");
            append(L);
        }
        if (element->nulls != NULL) {
            lua_pushstring(L, strcmp(element->nulls, "FIRST") == 0
                                  ? "nulls_first"
                                  : "nulls_last");
            append(L);
        }
        lua_rawset(L, -3);
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

/* A table as the value of `key`, unless there are none. */
static void set_settings(lua_State *L, const char *key,
                         const struct settings *settings)
{
    if (settings->count == 0)
        return;
    lua_newtable(L);
    for (size_t i = 0; i < settings->count; i++)
        set_value(L, settings->items[i].name, &settings->items[i].value);
    lua_setfield(L, -2, key);
}

/* Operator classes by column, or by expression. */
static void set_classes(lua_State *L, const struct index *index)
{
    set_settings(L, "postgresql_ops", &index->postgresql_ops);
    for (size_t i = 0; i < index->elements.count; i++) {
        const struct element *element = &index->elements.items[i];

        if (element->opclass == NULL || element->column != NULL)
            continue;
        if (lua_getfield(L, -1, "postgresql_ops") == LUA_TNIL) {
            lua_pop(L, 1);
            lua_newtable(L);
            lua_pushvalue(L, -1);
            lua_setfield(L, -3, "postgresql_ops");
        }
        set_text(L, element_text(element), element->opclass);
        lua_pop(L, 1);
    }
}

static void set_postgresql_options(lua_State *L, const struct index *index)
{
    set_text(L, "postgresql_using", index->postgresql_using);
    set_text(L, "postgresql_tablespace", index->postgresql_tablespace);
    set_include(L, &index->postgresql_include);
    set_classes(L, index);
    set_settings(L, "postgresql_with", &index->postgresql_with);
    if (index->postgresql_nulls_not_distinct == TRI_TRUE)
        set_flag(L, "postgresql_nulls_not_distinct", true);
}

static void push_index(lua_State *L, enum dialect dialect,
                       const struct index *index)
{
    bool sqlite = dialect == DIALECT_SQLITE;

    lua_createtable(L, 0, 8);
    set_text(L, "name", index->name);
    set_flag(L, "unique", index->unique == TRI_TRUE);
    set_elements(L, &index->elements);
    set_sorting(L, &index->elements);
    if (index->invalid)
        set_flag(L, "invalid", true);
    if (!sqlite)
        set_names(L, "include_columns", &index->postgresql_include);
    lua_newtable(L);
    set_text(L, sqlite ? "sqlite_where" : "postgresql_where",
             where_of(index, dialect));
    if (!sqlite)
        set_postgresql_options(L, index);
    lua_setfield(L, -2, "dialect_options");
}

void reflected_indexes(lua_State *L, enum dialect dialect,
                       const struct table *table)
{
    lua_newtable(L);
    for (size_t i = 0; i < table->index_count; i++) {
        push_index(L, dialect, &table->indexes[i]);
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
