#include "cli/draw.h"

#include <string.h>

#define FREE UINT32_MAX

/* A lane is a column with a line down to the revision that it waits for. */
struct draw {
    struct arena *arena;
    const struct graph_node *all;
    bool *listed; /* by node */
    uint32_t *lanes;
    size_t count, capacity;
    char *row;  /* two characters for each lane */
    size_t at;  /* the lane of the node drawn last */
    bool *born; /* by lane: begins at that node */
    bool is_born;
};

struct draw *draw_new(struct arena *arena, const struct graph *graph,
                      const struct graph_node *const *nodes, size_t count)
{
    struct draw *draw = arena_new(arena, struct draw);

    draw->arena = arena;
    draw->all = graph->nodes;
    draw->listed = arena_array(arena, bool, graph->count);
    for (size_t i = 0; i < count; i++)
        draw->listed[nodes[i] - graph->nodes] = true;
    return draw;
}

/* A lane that waits for nothing, right of `after` where there is one. */
static size_t free_lane(struct draw *draw, size_t after)
{
    size_t grown;

    for (size_t i = after; i < draw->count; i++)
        if (draw->lanes[i] == FREE)
            return i;
    if (draw->count == draw->capacity) {
        grown = draw->capacity * 2 + 8;
        draw->lanes = arena_grow(draw->arena, draw->lanes,
                                 draw->capacity * sizeof *draw->lanes,
                                 grown * sizeof *draw->lanes);
        draw->row = arena_alloc(draw->arena, grown * 2 + 1);
        draw->born = arena_grow(draw->arena, draw->born,
                                draw->capacity * sizeof *draw->born,
                                grown * sizeof *draw->born);
        draw->capacity = grown;
    }
    draw->lanes[draw->count] = FREE;
    draw->born[draw->count] = false;
    return draw->count++;
}

/* The lines of all lanes. */
static void begin_row(struct draw *draw)
{
    for (size_t i = 0; i < draw->count; i++) {
        draw->row[2 * i] = draw->lanes[i] == FREE ? ' ' : '|';
        draw->row[2 * i + 1] = ' ';
    }
}

static void end_row(struct draw *draw, struct buf *out)
{
    size_t size = 2 * draw->count;

    while (size > 0 && draw->row[size - 1] == ' ')
        size--;
    buf_addn(out, draw->row, size);
    buf_char(out, '\n');
}

/* Draws over the blanks from the lane `left` to the lane `right`, whose line
 * begins or ends there. */
static void connect(struct draw *draw, size_t left, size_t right, char slope)
{
    draw->row[2 * right] = ' ';
    for (size_t i = 2 * left + 1; i + 1 < 2 * right; i++)
        if (draw->row[i] == ' ')
            draw->row[i] = '_';
    draw->row[2 * right - 1] = slope;
}

/* The row where the lines of a merge go apart. */
static void part(struct draw *draw, struct buf *out)
{
    if (!draw->is_born)
        return;
    begin_row(draw);
    for (size_t i = draw->count; i-- > 0;)
        if (draw->born[i])
            draw->row[2 * i] = ' ';
    for (size_t i = 0; i < draw->count; i++)
        if (draw->born[i])
            connect(draw, draw->at, i, '\\');
    end_row(draw, out);
    memset(draw->born, 0, draw->count * sizeof *draw->born);
    draw->is_born = false;
}

/* The lane of the node; further ones that wait for it end here. */
static size_t gather(struct draw *draw, struct buf *out, uint32_t node)
{
    size_t found = FREE;

    for (size_t i = 0; i < draw->count; i++) {
        if (draw->lanes[i] != node)
            continue;
        if (found == FREE) {
            found = i;
            continue;
        }
        begin_row(draw);
        connect(draw, found, i, '/');
        end_row(draw, out);
        draw->lanes[i] = FREE;
    }
    while (draw->count > 0 && draw->lanes[draw->count - 1] == FREE)
        draw->count--;
    return found == FREE ? free_lane(draw, 0) : found;
}

void draw_node(struct draw *draw, struct buf *out,
               const struct graph_node *node, char mark)
{
    size_t at;

    part(draw, out);
    at = draw->at = gather(draw, out, (uint32_t)(node - draw->all));
    draw->lanes[at] = FREE;
    begin_row(draw);
    draw->row[2 * at] = mark;
    buf_addn(out, draw->row, 2 * draw->count);
    for (uint32_t i = 0; i < node->down_count; i++) {
        size_t lane = at;

        if (!draw->listed[node->down[i]])
            continue;
        if (draw->lanes[at] != FREE) {
            lane = free_lane(draw, at + 1);
            draw->born[lane] = draw->is_born = true;
        }
        draw->lanes[lane] = node->down[i];
    }
}
