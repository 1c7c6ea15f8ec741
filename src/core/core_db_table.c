/* What the specs see of tables: the reflected model as plain Lua tables. */
#include "core/core_db.h"

#include "ddl/ddl.h"
#include "model/op.h"

#include <lauxlib.h>
#include <string.h>

/* The value itself; an array of two for SQL: { sql = "..." }. */
static void push_value(lua_State *L, const struct value *value)
{
    if (value->kind != VALUE_SQL) {
        core_db_push_value(L, value);
        lua_pop(L, 1);
        return;
    }
    lua_newtable(L);
    lua_pushlstring(L, value->text.data, value->text.size);
    lua_setfield(L, -2, "sql");
}

static void set_value(lua_State *L, const char *name, const struct value *value)
{
    if (value->kind == VALUE_ABSENT)
        return;
    push_value(L, value);
    lua_setfield(L, -2, name);
}

static void set_names(lua_State *L, const char *name, const struct names *names)
{
    if (names->count == 0)
        return;
    core_db_push_names(L, names->items, names->count);
    lua_setfield(L, -2, name);
}

static void set_settings(lua_State *L, const char *name,
                         const struct settings *settings)
{
    if (settings->count == 0)
        return;
    lua_newtable(L);
    for (size_t i = 0; i < settings->count; i++)
        set_value(L, settings->items[i].name, &settings->items[i].value);
    lua_setfield(L, -2, name);
}

static void set_flag(lua_State *L, const char *name, bool flag)
{
    core_db_push_tri(L, name, flag ? TRI_TRUE : TRI_UNSET);
}

void core_db_push_type(lua_State *L, const struct type *type)
{
    lua_newtable(L);
    core_db_push_field(L, "kind", type_names[type->kind]);
    for (int i = 0; i < type->arg_count; i++) {
        lua_pushinteger(L, type->args[i]);
        lua_rawseti(L, -2, i + 1);
    }
    if (type->precision >= 0) {
        lua_pushinteger(L, type->precision);
        lua_setfield(L, -2, "precision");
    }
    set_flag(L, "timezone", type->timezone);
    set_flag(L, "varying", type->varying);
    set_flag(L, "visible", type->visible);
    core_db_push_field(L, "name", type->name);
    core_db_push_field(L, "schema", type->schema);
    core_db_push_field(L, "collation", type->collation);
    set_names(L, "values", &type->values);
    if (type->kind != TYPE_ARRAY)
        return;
    lua_pushinteger(L, type->dimensions);
    lua_setfield(L, -2, "dimensions");
    core_db_push_type(L, type->item);
    lua_setfield(L, -2, "item");
}

static void set_identity(lua_State *L, const struct identity *identity)
{
    lua_newtable(L);
    core_db_push_tri(L, "always", identity->always);
    set_value(L, "start", &identity->start);
    set_value(L, "increment", &identity->increment);
    set_value(L, "minvalue", &identity->minvalue);
    set_value(L, "maxvalue", &identity->maxvalue);
    set_value(L, "cache", &identity->cache);
    core_db_push_tri(L, "cycle", identity->cycle);
    lua_setfield(L, -2, "identity");
}

static void push_column(lua_State *L, const struct column *column)
{
    lua_newtable(L);
    core_db_push_field(L, "name", column->name);
    core_db_push_field(L, "type_text", column->type_text);
    core_db_push_field(L, "type", type_names[column->type->kind]);
    core_db_push_type(L, column->type);
    lua_setfield(L, -2, "full_type");
    lua_newtable(L);
    for (int i = 0; i < column->type->arg_count; i++) {
        lua_pushinteger(L, column->type->args[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "type_args");
    core_db_push_tri(L, "nullable", column->nullable);
    set_flag(L, "not_valid", column->not_valid);
    core_db_push_tri(L, "autoincrement", column->autoincrement);
    set_flag(L, "primary_key", column->primary_key);
    core_db_push_field(L, "collation", column->collation);
    core_db_push_field(L, "comment", column->comment);
    core_db_push_field(L, "default_text", column->default_text);
    if (column->server_default.kind == VALUE_SQL)
        core_db_push_field(L, "default", column->server_default.text.data);
    if (column->identity != NULL)
        set_identity(L, column->identity);
    if (column->computed != NULL) {
        core_db_push_field(L, "computed", column->computed->expression);
        core_db_push_tri(L, "persisted", column->computed->persisted);
    }
}

static void set_elements(lua_State *L, const struct elements *elements)
{
    lua_newtable(L);
    for (size_t i = 0; i < elements->count; i++) {
        const struct element *element = &elements->items[i];

        lua_newtable(L);
        core_db_push_field(L, "column", element->column);
        core_db_push_field(L, "expression", element->expression);
        core_db_push_field(L, "collation", element->collation);
        core_db_push_field(L, "nulls", element->nulls);
        core_db_push_field(L, "opclass", element->opclass);
        core_db_push_field(L, "operator", element->operator);
        set_flag(L, "descending", element->descending);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "elements");
}

static void push_constraint(lua_State *L, const struct constraint *constraint)
{
    static const char *const kinds[] = {"primary", "unique", "foreignkey",
                                        "check", "exclude"};

    lua_newtable(L);
    core_db_push_field(L, "kind", kinds[constraint->kind]);
    core_db_push_field(L, "name", constraint->name);
    core_db_push_names(L, constraint->columns.items, constraint->columns.count);
    lua_setfield(L, -2, "columns");
    core_db_push_field(L, "condition", constraint->condition);
    core_db_push_field(L, "referent", constraint->referent);
    core_db_push_field(L, "referent_schema", constraint->referent_schema);
    core_db_push_names(L, constraint->referent_columns.items,
                       constraint->referent_columns.count);
    lua_setfield(L, -2, "referent_columns");
    core_db_push_field(L, "ondelete", constraint->ondelete);
    core_db_push_field(L, "onupdate", constraint->onupdate);
    core_db_push_field(L, "match", constraint->match);
    core_db_push_field(L, "initially", constraint->initially);
    core_db_push_tri(L, "deferrable", constraint->deferrable);
    core_db_push_field(L, "using", constraint->using);
    core_db_push_field(L, "where", constraint->where);
    core_db_push_tri(L, "not_valid", constraint->postgresql_not_valid);
    set_flag(L, "no_inherit", constraint->no_inherit);
    set_flag(L, "not_enforced", constraint->not_enforced);
    set_flag(L, "temporal", constraint->temporal);
    core_db_push_tri(L, "nulls_not_distinct",
                     constraint->postgresql_nulls_not_distinct);
    set_names(L, "include", &constraint->postgresql_include);
    if (constraint->elements.count > 0)
        set_elements(L, &constraint->elements);
}

static void push_index(lua_State *L, const struct index *index)
{
    lua_newtable(L);
    core_db_push_field(L, "name", index->name);
    core_db_push_tri(L, "unique", index->unique);
    core_db_push_field(L, "where", index->where);
    core_db_push_field(L, "using", index->postgresql_using);
    core_db_push_field(L, "tablespace", index->postgresql_tablespace);
    set_names(L, "include", &index->postgresql_include);
    set_settings(L, "ops", &index->postgresql_ops);
    set_settings(L, "with", &index->postgresql_with);
    core_db_push_tri(L, "nulls_not_distinct",
                     index->postgresql_nulls_not_distinct);
    set_flag(L, "invalid", index->invalid);
    set_elements(L, &index->elements);
}

static void set_options(lua_State *L, const struct table *table)
{
    core_db_push_tri(L, "strict", table->sqlite_strict);
    core_db_push_tri(L, "with_rowid", table->sqlite_with_rowid);
    core_db_push_tri(L, "autoincrement", table->sqlite_autoincrement);
    core_db_push_field(L, "comment", table->comment);
    core_db_push_field(L, "partition_by", table->postgresql_partition_by);
    core_db_push_field(L, "tablespace", table->postgresql_tablespace);
    core_db_push_field(L, "using", table->postgresql_using);
    set_names(L, "prefixes", &table->prefixes);
    set_names(L, "inherits", &table->postgresql_inherits);
    set_settings(L, "with", &table->postgresql_with);
    set_flag(L, "view", table->view);
}

void core_db_push_table(lua_State *L, const struct table *table)
{
    lua_newtable(L);
    core_db_push_field(L, "name", table->name);
    core_db_push_field(L, "schema", table->schema);
    set_options(L, table);
    lua_newtable(L);
    for (size_t i = 0; i < table->column_count; i++) {
        push_column(L, &table->columns[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "columns");
    lua_newtable(L);
    for (size_t i = 0; i < table->constraint_count; i++) {
        push_constraint(L, &table->constraints[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "constraints");
    lua_newtable(L);
    for (size_t i = 0; i < table->index_count; i++) {
        push_index(L, &table->indexes[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "indexes");
}

int core_db_push_ddl(lua_State *L, const struct table *table,
                     enum dialect dialect, struct arena *arena,
                     struct error *err)
{
    struct op op;
    struct names statements;

    memset(&op, 0, sizeof op);
    op.kind = OP_CREATE_TABLE;
    op.create_table.table = *table;
    if (ddl_compile(&op, dialect, arena, &statements, err) != 0)
        return -1;
    core_db_push_names(L, statements.items, statements.count);
    return 0;
}
