/* core.graph: the graph, the header of revision files and the tree, for the
 * specs. */
#include "graph/graph.h"
#include "script/header.h"
#include "script/header_edit.h"
#include "script/tree.h"

#include <lauxlib.h>
#include <lua.h>
#include <string.h>

#define GRAPH "luamigrate.core.graph"

int core_graph_open(lua_State *L);

struct box {
    struct arena arena;
    struct graph graph;
    struct revision *revisions;
    graph_problems problems;
    struct error err;
};

static struct box *new_box(lua_State *L)
{
    struct box *box = lua_newuserdatauv(L, sizeof *box, 1);

    memset(box, 0, sizeof *box);
    arena_init(&box->arena, NULL, NULL);
    luaL_setmetatable(L, GRAPH);
    return box;
}

static int l_gc(lua_State *L)
{
    struct box *box = luaL_checkudata(L, 1, GRAPH);

    arena_clear(&box->arena);
    return 0;
}

static struct box *check_box(lua_State *L)
{
    return luaL_checkudata(L, 1, GRAPH);
}

/* nil, a string or a list of strings. */
static struct names check_names(lua_State *L, struct arena *arena, int index)
{
    struct names names = {NULL, 0};
    size_t count;

    index = lua_absindex(L, index);
    if (lua_isnoneornil(L, index))
        return names;
    if (lua_type(L, index) == LUA_TSTRING) {
        names.items = arena_new(arena, const char *);
        names.items[names.count++] =
            arena_strdup(arena, lua_tostring(L, index));
        return names;
    }
    luaL_checktype(L, index, LUA_TTABLE);
    count = lua_rawlen(L, index);
    names.items = arena_array(arena, const char *, count);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, index, (lua_Integer)i + 1);
        names.items[names.count++] =
            arena_strdup(arena, luaL_checkstring(L, -1));
        lua_pop(L, 1);
    }
    return names;
}

static struct names field_names(lua_State *L, struct arena *arena, int index,
                                const char *field)
{
    struct names names;

    lua_getfield(L, index, field);
    names = check_names(L, arena, -1);
    lua_pop(L, 1);
    return names;
}

static const char *field_text(lua_State *L, struct arena *arena, int index,
                              const char *field, const char *otherwise)
{
    lua_getfield(L, index, field);
    if (!lua_isnil(L, -1))
        otherwise = arena_strdup(arena, luaL_checkstring(L, -1));
    lua_pop(L, 1);
    return otherwise;
}

static void push_names(lua_State *L, const struct names *names)
{
    lua_createtable(L, (int)names->count, 0);
    for (size_t i = 0; i < names->count; i++) {
        lua_pushstring(L, names->items[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static void set_names(lua_State *L, const char *field,
                      const struct names *names)
{
    push_names(L, names);
    lua_setfield(L, -2, field);
}

static void set_text(lua_State *L, const char *field, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    lua_pushstring(L, text);
    lua_setfield(L, -2, field);
}

/* nil and the error as a table. */
static int push_error(lua_State *L, const struct error *err)
{
    lua_pushnil(L);
    lua_newtable(L);
    set_text(L, "code", error_word(err->code));
    set_text(L, "message", err->message);
    set_text(L, "hint", err->hint);
    set_text(L, "candidates", err->candidates);
    set_text(L, "file", err->file);
    lua_pushinteger(L, err->line);
    lua_setfield(L, -2, "line");
    lua_pushinteger(L, error_exit_status(err));
    lua_setfield(L, -2, "exit");
    return 2;
}

/* nil and the problems as a list of tables. */
static int push_problems(lua_State *L, const graph_problems *problems)
{
    lua_pushnil(L);
    lua_newtable(L);
    for (size_t i = 0; i < problems->count; i++) {
        const struct graph_problem *problem = &problems->items[i];

        lua_newtable(L);
        set_text(L, "file", problem->file);
        set_text(L, "text", problem->text);
        lua_pushinteger(L, problem->line);
        lua_setfield(L, -2, "line");
        lua_pushboolean(L, problem->code == ERROR_SECURITY);
        lua_setfield(L, -2, "security");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 2;
}

/* build{ { id =, down =, depends_on =, labels =, file =, line = }, ... }:
 * a graph; or nil, problems, error of graph_report. */
static int l_build(lua_State *L)
{
    struct box *box;
    size_t count;

    luaL_checktype(L, 1, LUA_TTABLE);
    count = lua_rawlen(L, 1);
    box = new_box(L);
    box->revisions = arena_array(&box->arena, struct revision, count);
    for (size_t i = 0; i < count; i++) {
        struct revision *revision = &box->revisions[i];
        int line;

        lua_rawgeti(L, 1, (lua_Integer)i + 1);
        luaL_checktype(L, -1, LUA_TTABLE);
        revision->id = field_text(L, &box->arena, -1, "id", NULL);
        revision->file = field_text(L, &box->arena, -1, "file", revision->id);
        revision->down = field_names(L, &box->arena, lua_gettop(L), "down");
        revision->depends_on =
            field_names(L, &box->arena, lua_gettop(L), "depends_on");
        revision->labels = field_names(L, &box->arena, lua_gettop(L), "labels");
        revision->replaces =
            field_names(L, &box->arena, lua_gettop(L), "replaces");
        lua_getfield(L, -1, "line");
        line = (int)luaL_optinteger(L, -1, 1);
        revision->revision_line = line;
        revision->down_line = line + 1;
        revision->labels_line = line + 2;
        revision->depends_line = line + 3;
        revision->replaces_line = line + 4;
        lua_pop(L, 2);
    }
    graph_build(&box->arena, box->revisions, count, &box->graph,
                &box->problems);
    if (graph_report(&box->problems, &box->err) == 0)
        return 1;
    push_problems(L, &box->problems);
    push_error(L, &box->err);
    lua_remove(L, -2);
    return 3;
}

/* Adds an id where its file says. */
static void add_row(const struct graph *graph, struct names *rows,
                    const char *id)
{
    const struct graph_node *node = graph_find(graph, id);
    size_t at = rows->count++;

    for (; at > 0 && graph_find(graph, rows->items[at - 1]) > node; at--)
        rows->items[at] = rows->items[at - 1];
    rows->items[at] = id;
}

/* The rows after a step, by file. */
static struct names rows_after(struct box *box, const struct graph *graph,
                               const struct names *rows,
                               const struct plan_step *step)
{
    size_t room = rows->count + step->come.count;
    struct names after = {arena_array(&box->arena, const char *, room), 0};

    for (size_t i = 0; i < rows->count; i++)
        if (!names_have(&step->gone, rows->items[i]))
            after.items[after.count++] = rows->items[i];
    for (size_t i = 0; i < step->come.count; i++)
        add_row(graph, &after, step->come.items[i]);
    return after;
}

/* A step with all rows before and after it. */
static void push_step(lua_State *L, const struct plan_step *step,
                      const struct names *from, const struct names *to)
{
    lua_newtable(L);
    set_text(L, "id", step->node->revision->id);
    set_text(L, "direction", direction_name(step->direction));
    set_names(L, "from", from);
    set_names(L, "to", to);
    set_names(L, "gone", &step->gone);
    set_names(L, "come", &step->come);
}

static int push_plan(lua_State *L, struct box *box, const struct graph *graph,
                     const struct plan *plan)
{
    struct names rows = plan->from;

    lua_newtable(L);
    set_text(L, "direction", direction_name(plan->direction));
    set_names(L, "from", &plan->from);
    set_names(L, "to", &plan->to);
    set_names(L, "redundant", &plan->redundant);
    set_names(L, "renamed", &plan->renamed);
    set_names(L, "resolved", &plan->resolved);
    lua_createtable(L, (int)plan->count, 0);
    for (size_t i = 0; i < plan->count; i++) {
        struct names after = rows_after(box, graph, &rows, &plan->steps[i]);

        push_step(L, &plan->steps[i], &rows, &after);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
        rows = after;
    }
    lua_setfield(L, -2, "steps");
    return 1;
}

static int make_plan(struct box *box, const struct graph *graph,
                     enum direction direction, const struct names *rows,
                     const struct names *targets, struct plan *plan)
{
    switch (direction) {
    case DIRECTION_UPGRADE:
        return graph_plan_upgrade(graph, &box->arena, rows, targets, plan,
                                  &box->err);
    case DIRECTION_DOWNGRADE:
        return graph_plan_downgrade(
            graph, &box->arena, rows,
            targets->count > 0 ? targets->items[0] : NULL, plan, &box->err);
    case DIRECTION_STAMP:
        break;
    }
    return graph_plan_stamp(graph, &box->arena, rows, targets, plan, &box->err);
}

/* graph:plan(direction, rows, targets[, rows_now]): a plan, with rows_now the
 * one made again; or nil, error. Frees what it took. */
static int l_plan(lua_State *L)
{
    static const char *const names[] = {"upgrade", "downgrade", "stamp", NULL};
    struct box *box = check_box(L);
    enum direction direction =
        (enum direction)luaL_checkoption(L, 2, NULL, names);
    struct arena_mark mark = arena_mark(&box->arena);
    struct names rows = check_names(L, &box->arena, 3);
    struct names targets = check_names(L, &box->arena, 4);
    struct plan plan, again;
    struct graph view;
    int status, count;

    graph_view(&box->graph, &box->arena, &rows, &view);
    status = make_plan(box, &view, direction, &rows, &targets, &plan);

    if (status == 0 && !lua_isnoneornil(L, 5)) {
        rows = check_names(L, &box->arena, 5);
        graph_view(&box->graph, &box->arena, &rows, &view);
        status = graph_plan_again(&view, &box->arena, &rows, &plan, &again,
                                  &box->err);
        plan = again;
    }
    count = status == 0 ? push_plan(L, box, &view, &plan)
                        : push_error(L, &box->err);
    arena_release(&box->arena, mark);
    return count;
}

/* graph:order([rows]): the ids, parents first, as the rows see them. */
static int l_order(lua_State *L)
{
    struct box *box = check_box(L);
    struct names rows = check_names(L, &box->arena, 2);
    struct graph view;

    graph_view(&box->graph, &box->arena, &rows, &view);
    lua_createtable(L, (int)view.count, 0);
    for (uint32_t i = 0; i < view.count; i++) {
        lua_pushstring(L, view.nodes[view.order[i]].revision->id);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* graph:labels(): by id, the labels as they are shown. */
static int l_labels(lua_State *L)
{
    struct box *box = check_box(L);
    const struct names *labels = graph_labels(&box->graph, &box->arena);

    lua_newtable(L);
    for (uint32_t i = 0; i < box->graph.count; i++)
        set_names(L, box->graph.nodes[i].revision->id, &labels[i]);
    return 1;
}

/* graph:resolve(symbol): id, file, is head, branch point, merge point. */
static int l_resolve(lua_State *L)
{
    struct box *box = check_box(L);
    const struct graph_node *node;

    if (graph_resolve(&box->graph, luaL_checkstring(L, 2), &node, &box->err) <
        0)
        return push_error(L, &box->err);
    lua_pushstring(L, node->revision->id);
    lua_pushstring(L, node->revision->file);
    lua_pushboolean(L, graph_is_head(node));
    lua_pushboolean(L, graph_is_branch_point(node));
    lua_pushboolean(L, graph_is_merge_point(node));
    return 5;
}

static int l_find(lua_State *L)
{
    struct box *box = check_box(L);

    lua_pushboolean(L, graph_find(&box->graph, luaL_checkstring(L, 2)) != NULL);
    return 1;
}

/* graph:range(rows or nil, a, b): ids, newest first. */
static int l_range(lua_State *L)
{
    struct box *box = check_box(L);
    struct arena_mark mark = arena_mark(&box->arena);
    struct names rows = check_names(L, &box->arena, 2);
    const struct graph_node **nodes;
    size_t count = 0;
    int status = graph_range(
        &box->graph, &box->arena, lua_isnoneornil(L, 2) ? NULL : &rows,
        luaL_optstring(L, 3, NULL), luaL_optstring(L, 4, NULL), &nodes, &count,
        &box->err);

    if (status < 0)
        return push_error(L, &box->err);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushstring(L, nodes[i]->revision->id);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    arena_release(&box->arena, mark);
    return 1;
}

static void set_tri(lua_State *L, const char *field, enum tri tri)
{
    if (tri == TRI_UNSET)
        return;
    lua_pushboolean(L, tri == TRI_TRUE);
    lua_setfield(L, -2, field);
}

static void set_number(lua_State *L, const char *field, double number)
{
    lua_pushnumber(L, number);
    lua_setfield(L, -2, field);
}

static void push_revision(lua_State *L, const struct revision *revision)
{
    lua_newtable(L);
    set_text(L, "id", revision->id);
    set_text(L, "file", revision->file);
    set_text(L, "path", revision->path);
    set_text(L, "doc", revision->doc);
    set_text(L, "message", revision->message);
    set_text(L, "create_date", revision->create_date);
    set_text(L, "irreversible", revision->irreversible);
    set_names(L, "down", &revision->down);
    set_names(L, "depends_on", &revision->depends_on);
    set_names(L, "labels", &revision->labels);
    set_names(L, "replaces", &revision->replaces);
    set_tri(L, "transaction", revision->transaction);
    set_tri(L, "foreign_keys", revision->foreign_keys);
    set_number(L, "lock_timeout", revision->lock_timeout);
    set_number(L, "statement_timeout", revision->statement_timeout);
    set_number(L, "revision_line", revision->revision_line);
    set_number(L, "down_line", revision->down_line);
}

/* header(text[, part]): the header as a table; or nil, problems. With `part`
 * true instead when more text is needed. */
static int l_header(lua_State *L)
{
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    bool is_part = lua_toboolean(L, 2);
    struct box *box = new_box(L);
    int status;

    box->revisions = arena_new(&box->arena, struct revision);
    status = (is_part ? header_read_part : header_read)(
        text, size, "f.lua", &box->arena, box->revisions, &box->problems);
    if (status < 0)
        return push_problems(L, &box->problems);
    if (status > 0)
        lua_pushboolean(L, true);
    else
        push_revision(L, box->revisions);
    return 1;
}

static int l_checksum(lua_State *L)
{
    char sum[17];
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);

    header_checksum(text, size, sum);
    lua_pushstring(L, sum);
    return 1;
}

/* tree(folders, shown, recursive): a list of revisions, graph; or nil,
 * error. */
static int l_tree(lua_State *L)
{
    struct tree_source source = {.recursive = lua_toboolean(L, 3)};
    struct box *box = new_box(L);

    source.folders = check_names(L, &box->arena, 1);
    source.shown = check_names(L, &box->arena, 2);
    if (tree_load(&source, &box->arena, &box->graph, &box->err) < 0)
        return push_error(L, &box->err);
    lua_createtable(L, (int)box->graph.count, 0);
    for (uint32_t i = 0; i < box->graph.count; i++) {
        push_revision(L, box->graph.nodes[i].revision);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_insert(L, -2);
    return 2;
}

/* edit_down(text, parents): the text with another down_revision. */
static int l_edit_down(lua_State *L)
{
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    struct box *box = new_box(L);
    struct names down = check_names(L, &box->arena, 2);
    struct buf out;

    buf_init(&out, &box->arena);
    header_edit_down(&out, text, size, &down);
    lua_pushlstring(L, out.data, out.size);
    return 1;
}

static const luaL_Reg methods[] = {
    {"labels", l_labels},   {"plan", l_plan},   {"order", l_order},
    {"resolve", l_resolve}, {"range", l_range}, {"find", l_find},
    {NULL, NULL},
};

static const luaL_Reg functions[] = {
    {"build", l_build}, {"header", l_header},       {"checksum", l_checksum},
    {"tree", l_tree},   {"edit_down", l_edit_down}, {NULL, NULL},
};

int core_graph_open(lua_State *L)
{
    luaL_newmetatable(L, GRAPH);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, l_gc);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
    luaL_newlib(L, functions);
    return 1;
}
