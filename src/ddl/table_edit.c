#include "ddl/table_edit.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/vec.h"
#include "ddl/ddl.h"
#include "ddl/sql_lex.h"
#include "ddl/table_expr.h"

#include <string.h>
#include <strings.h>

enum { SUGGEST_MAX = 128 };

int table_edit_open(struct table_edit *edit, struct arena *arena,
                    const char *sql, struct error *err)
{
    edit->arena = arena;
    edit->sql = sql;
    return table_text_parse(arena, sql, strlen(sql), &edit->text, err);
}

static bool is_word(char c)
{
    return c == '_' || c == '$' || (unsigned char)c >= 0x80 ||
           (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

/* Whether two bytes that were apart would read as one token. */
static bool grow_together(char left, char right)
{
    return (is_word(left) && is_word(right)) ||
           (left == right && strchr("\"'`-", left) != NULL) ||
           (is_word(left) && right == '\'');
}

/* Adds `size` bytes behind what is there, apart from it. */
static void add_apart(struct buf *out, const char *data, size_t size)
{
    if (size > 0 && out->size > 0 &&
        grow_together(out->data[out->size - 1], data[0]))
        buf_char(out, ' ');
    buf_addn(out, data, size);
}

/* Puts `with` in the place of bytes start .. end - 1. */
static int replace(struct table_edit *edit, size_t start, size_t end,
                   const char *with, struct error *err)
{
    struct buf out;

    buf_init(&out, edit->arena);
    buf_addn(&out, edit->sql, start);
    add_apart(&out, with, strlen(with));
    add_apart(&out, edit->sql + end, strlen(edit->sql + end));
    return table_edit_open(edit, edit->arena, out.data, err);
}

const struct table_column *table_edit_column(const struct table_edit *edit,
                                             const char *name)
{
    for (size_t i = 0; i < edit->text.column_count; i++)
        if (strcasecmp(edit->text.columns[i].name, name) == 0)
            return &edit->text.columns[i];
    return NULL;
}

int table_edit_find(const struct table_edit *edit, const char *name,
                    const struct table_column **column, struct error *err)
{
    const char *names[SUGGEST_MAX] = {NULL};
    const char *near;
    size_t count = 0;

    *column = table_edit_column(edit, name);
    if (*column != NULL)
        return 0;
    for (size_t i = 0; i < edit->text.column_count && count < SUGGEST_MAX; i++)
        names[count++] = edit->text.columns[i].name;
    near = str_suggest(name, names, count);
    error_set(err, ERROR_FAILED, "the table '%s' has no column '%s'%s%s%s",
              edit->text.name, name, near != NULL ? " (did you mean '" : "",
              near != NULL ? near : "", near != NULL ? "'?)" : "");
    for (size_t i = 0; i < count; i++)
        error_candidate(err, names[i]);
    return -1;
}

int table_edit_name(struct table_edit *edit, const char *name,
                    struct error *err)
{
    return replace(edit, edit->text.name_range.start, edit->text.name_range.end,
                   name, err);
}

static const char *quoted(struct arena *arena, const char *name)
{
    struct buf out;

    buf_init(&out, arena);
    ddl_name(&out, DIALECT_SQLITE, name);
    return out.data;
}

/* --- elements: columns, then constraints of the table --- */

static size_t element_count(const struct table_edit *edit)
{
    return edit->text.column_count + edit->text.constraint_count;
}

static struct table_range element(const struct table_edit *edit, size_t i)
{
    return i < edit->text.column_count
               ? edit->text.columns[i].range
               : edit->text.constraints[i - edit->text.column_count].range;
}

/* The comma that follows byte `at`, or 0 when something else does. */
static size_t comma_behind(const struct table_edit *edit, size_t at)
{
    struct sql_token token;
    struct sql_lex lex;

    sql_lex_init(&lex, SQL_LEX_SQLITE, edit->sql, strlen(edit->sql));
    lex.at = at;
    token = sql_lex_solid(&lex);
    return sql_lex_is_char(&lex, token, ',') ? token.start : 0;
}

/* Behind the spaces at `at`, and behind a comment that ends that line. */
static size_t behind_comment(const struct table_edit *edit, size_t at)
{
    const char *sql = edit->sql;
    size_t end = at + strspn(sql + at, " \t");

    if (strncmp(sql + end, "--", 2) == 0)
        end += strcspn(sql + end, "\n");
    return end + strspn(sql + end, " \t\r\n");
}

static int drop_element(struct table_edit *edit, size_t i, struct error *err)
{
    struct table_range range = element(edit, i);
    size_t comma = comma_behind(edit, range.end);
    struct buf out;

    if (comma > 0)
        return replace(edit, range.start, behind_comment(edit, comma + 1), "",
                       err);
    /* a constraint may follow without a comma: the one before is its own */
    if (i > 0 && i + 1 == element_count(edit))
        comma = comma_behind(edit, element(edit, i - 1).end);
    if (comma == 0)
        return replace(edit, range.start, range.end, "", err);
    buf_init(&out, edit->arena);
    buf_addn(&out, edit->sql, comma);
    /* only comments are between: they stay */
    buf_addn(&out, edit->sql + comma + 1, range.start - comma - 1);
    while (out.size > comma && strchr(" \t\r\n", out.data[out.size - 1]))
        out.data[--out.size] = '\0';
    if (out.size > comma)
        buf_char(&out, '\n');
    buf_add(&out, edit->sql + range.end);
    return table_edit_open(edit, edit->arena, out.data, err);
}

/* What separates elements in this text. */
static const char *separator(const struct table_edit *edit)
{
    size_t first = edit->text.columns[0].range.start, line = first;

    while (line > edit->text.body.start && edit->sql[line - 1] != '\n')
        line--;
    if (line == edit->text.body.start)
        return memchr(edit->sql + line, '\n', edit->text.body.end - line) !=
                       NULL
                   ? "\n  "
                   : " ";
    first = line + strspn(edit->sql + line, " \t");
    return arena_printf(edit->arena, "\n%.*s", (int)(first - line),
                        edit->sql + line);
}

/* Adds an element before element `i`, or behind the last one. */
static int add_element(struct table_edit *edit, size_t i,
                       const char *definition, struct error *err)
{
    const char *between = separator(edit);
    size_t last, tail;
    struct buf out;

    if (i < element_count(edit)) {
        size_t start = element(edit, i).start;

        return replace(edit, start, start,
                       arena_printf(edit->arena, "%s,%s", definition, between),
                       err);
    }
    last = element(edit, element_count(edit) - 1).end;
    tail = edit->text.body.end;
    while (tail > last && strchr(" \t\r\n", edit->sql[tail - 1]) != NULL)
        tail--;
    buf_init(&out, edit->arena);
    buf_addn(&out, edit->sql, last);
    buf_char(&out, ',');
    buf_addn(&out, edit->sql + last, tail - last);
    /* a comment in the tail may end with its line */
    if (tail > last && between[0] != '\n')
        buf_char(&out, '\n');
    buf_addf(&out, "%s%s%s", between, definition, edit->sql + tail);
    return table_edit_open(edit, edit->arena, out.data, err);
}

int table_edit_add_column(struct table_edit *edit, const char *definition,
                          const char *before, struct error *err)
{
    const struct table_column *next;

    if (before == NULL)
        return add_element(edit, edit->text.column_count, definition, err);
    if (table_edit_find(edit, before, &next, err) != 0)
        return -1;
    return add_element(edit, (size_t)(next - edit->text.columns), definition,
                       err);
}

int table_edit_add_constraint(struct table_edit *edit, const char *definition,
                              struct error *err)
{
    return add_element(edit, element_count(edit), definition, err);
}

int table_edit_add_option(struct table_edit *edit, const char *option,
                          struct error *err)
{
    struct table_range options = edit->text.options;

    if (options.end > options.start)
        return replace(edit, options.end, options.end,
                       arena_printf(edit->arena, ", %s", option), err);
    return replace(edit, edit->text.body.end + 1, edit->text.body.end + 1,
                   arena_printf(edit->arena, " %s", option), err);
}

int table_edit_reorder(struct table_edit *edit, const struct names *order,
                       struct error *err)
{
    size_t at = edit->text.columns[0].range.start;
    struct buf out;

    buf_init(&out, edit->arena);
    buf_addn(&out, edit->sql, at);
    for (size_t i = 0; i < order->count; i++) {
        const struct table_column *old = &edit->text.columns[i];
        const struct table_column *new;

        if (table_edit_find(edit, order->items[i], &new, err) != 0)
            return -1;
        /* what stands between two columns stays where it is */
        buf_addn(&out, edit->sql + at, old->range.start - at);
        buf_addn(&out, edit->sql + new->range.start,
                 new->range.end - new->range.start);
        at = old->range.end;
    }
    buf_add(&out, edit->sql + at);
    return table_edit_open(edit, edit->arena, out.data, err);
}

/* --- clauses --- */

/* The column at which the clause stands, or NULL for one of the table. */
static const struct table_column *owner(const struct table_edit *edit,
                                        const struct table_clause *clause)
{
    for (size_t i = 0; i < edit->text.column_count; i++) {
        const struct table_column *column = &edit->text.columns[i];

        for (size_t j = 0; j < column->clause_count; j++)
            if (&column->clauses[j] == clause)
                return column;
    }
    return NULL;
}

static bool clause_uses(const struct table_edit *edit,
                        const struct table_clause *clause, const char *name)
{
    return table_edit_uses(edit->arena, edit->sql + clause->body.start,
                           clause->body.end - clause->body.start, name);
}

struct names table_edit_columns(const struct table_edit *edit,
                                const struct table_clause *clause)
{
    const struct table_column *at = owner(edit, clause);
    struct names names = {0};

    if (clause->kind != TABLE_CLAUSE_CHECK && at == NULL)
        return clause->columns;
    names.items =
        arena_array(edit->arena, const char *, edit->text.column_count);
    if (clause->kind != TABLE_CLAUSE_CHECK) {
        names.items[names.count++] = at->name;
        return names;
    }
    for (size_t i = 0; i < edit->text.column_count; i++)
        if (clause_uses(edit, clause, edit->text.columns[i].name))
            names.items[names.count++] = edit->text.columns[i].name;
    if (names.count == 0 && at != NULL)
        names.items[names.count++] = at->name;
    return names;
}

int table_edit_drop_clause(struct table_edit *edit,
                           const struct table_clause *clause, struct error *err)
{
    size_t start = clause->range.start, end = clause->range.end;

    if (owner(edit, clause) == NULL)
        return drop_element(edit,
                            edit->text.column_count +
                                (size_t)(clause - edit->text.constraints),
                            err);
    while (start > 0 && strchr(" \t", edit->sql[start - 1]) != NULL)
        start--;
    return replace(edit, start, end, "", err);
}

static const struct table_clause *
column_clause(const struct table_column *column, enum table_clause_kind kind)
{
    for (size_t i = 0; i < column->clause_count; i++)
        if (column->clauses[i].kind == kind)
            return &column->clauses[i];
    return NULL;
}

static int drop_all(struct table_edit *edit, const char *name,
                    enum table_clause_kind kind, struct error *err)
{
    const struct table_clause *clause;

    while ((clause = column_clause(table_edit_column(edit, name), kind)) !=
           NULL)
        if (table_edit_drop_clause(edit, clause, err) != 0)
            return -1;
    return 0;
}

/* Where a clause may be put in front of the others: behind the type. */
static size_t behind_type(const struct table_column *column)
{
    return column->type.end > column->type.start ? column->type.end
                                                 : column->name_range.end;
}

int table_edit_type(struct table_edit *edit, const char *name, const char *type,
                    struct error *err)
{
    const struct table_column *column;

    if (table_edit_find(edit, name, &column, err) != 0)
        return -1;
    if (column->type.end > column->type.start)
        return replace(edit, column->type.start, column->type.end, type, err);
    return replace(edit, column->name_range.end, column->name_range.end,
                   arena_printf(edit->arena, " %s", type), err);
}

int table_edit_not_null(struct table_edit *edit, const char *name,
                        bool not_null, struct error *err)
{
    const struct table_column *column;
    size_t at;

    if (table_edit_find(edit, name, &column, err) != 0 ||
        drop_all(edit, name, TABLE_CLAUSE_NULL, err) != 0)
        return -1;
    if (!not_null)
        return drop_all(edit, name, TABLE_CLAUSE_NOT_NULL, err);
    column = table_edit_column(edit, name);
    if (column_clause(column, TABLE_CLAUSE_NOT_NULL) != NULL)
        return 0;
    at = behind_type(column);
    return replace(edit, at, at, " NOT NULL", err);
}

int table_edit_default(struct table_edit *edit, const char *name,
                       const char *value, struct error *err)
{
    const struct table_column *column;
    const struct table_clause *old;
    const char *text;
    size_t at;

    if (table_edit_find(edit, name, &column, err) != 0)
        return -1;
    old = column_clause(column, TABLE_CLAUSE_DEFAULT);
    if (value == NULL)
        return drop_all(edit, name, TABLE_CLAUSE_DEFAULT, err);
    text = arena_printf(edit->arena, "DEFAULT %s", value);
    if (old != NULL && old->name == NULL)
        return replace(edit, old->range.start, old->range.end, text, err);
    if (old != NULL && drop_all(edit, name, TABLE_CLAUSE_DEFAULT, err) != 0)
        return -1;
    at = behind_type(table_edit_column(edit, name));
    return replace(edit, at, at, arena_printf(edit->arena, " %s", text), err);
}

int table_edit_collate(struct table_edit *edit, const char *name,
                       const char *collation, struct error *err)
{
    const struct table_column *column;
    size_t at;

    if (table_edit_find(edit, name, &column, err) != 0 ||
        drop_all(edit, name, TABLE_CLAUSE_COLLATE, err) != 0)
        return -1;
    at = behind_type(table_edit_column(edit, name));
    return replace(edit, at, at,
                   arena_printf(edit->arena, " COLLATE %s",
                                quoted(edit->arena, collation)),
                   err);
}

/* --- dropping a column --- */

static int refuse_shared(const struct table_edit *edit,
                         const struct table_clause *clause, const char *name,
                         struct error *err)
{
    size_t size = clause->range.end - clause->range.start;

    error_set(err, ERROR_FAILED,
              "the column '%s' cannot be dropped: it shares a constraint with "
              "other columns: %.*s",
              name, size < 200 ? (int)size : 200,
              edit->sql + clause->range.start);
    return error_hint(err, "drop the constraint first, with "
                           "op.drop_constraint");
}

static bool refers_to(const struct table_edit *edit,
                      const struct table_clause *clause, const char *name)
{
    return clause->kind == TABLE_CLAUSE_FOREIGN_KEY &&
           strcasecmp(clause->referent, edit->text.name) == 0 &&
           names_have_folded(&clause->referent_columns, name);
}

/* Looks at one constraint of other columns or of the table.
 * Returns: 1 it goes with the column, 0 it is not about it, -1 refused. */
static int judge(const struct table_edit *edit,
                 const struct table_clause *clause, const char *name,
                 struct error *err)
{
    struct names columns = {0};
    bool about;

    if (clause->kind == TABLE_CLAUSE_GENERATED) {
        if (!clause_uses(edit, clause, name))
            return 0;
        return error_set(err, ERROR_FAILED,
                         "the column '%s' cannot be dropped: the column '%s' "
                         "is computed from it",
                         name, owner(edit, clause)->name);
    }
    if (clause->kind != TABLE_CLAUSE_CHECK &&
        clause->kind != TABLE_CLAUSE_FOREIGN_KEY &&
        clause->kind != TABLE_CLAUSE_UNIQUE &&
        clause->kind != TABLE_CLAUSE_PRIMARY_KEY)
        return 0;
    columns = table_edit_columns(edit, clause);
    about = names_have_folded(&columns, name);
    if (!about)
        return refers_to(edit, clause, name)
                   ? refuse_shared(edit, clause, name, err)
                   : 0;
    return columns.count == 1 ? 1 : refuse_shared(edit, clause, name, err);
}

/* Drops the first constraint that goes with the column.
 * Returns: 1 one was dropped, 0 there is none, -1. */
static int drop_one(struct table_edit *edit, const char *name,
                    struct error *err)
{
    const struct table_text *text = &edit->text;
    const struct table_clause *gone = NULL;
    int status = 0;

    for (size_t i = 0; i < text->column_count && status == 0; i++) {
        const struct table_column *column = &text->columns[i];

        if (strcasecmp(column->name, name) == 0)
            continue;
        for (size_t j = 0; j < column->clause_count && status == 0; j++) {
            gone = &column->clauses[j];
            status = judge(edit, gone, name, err);
        }
    }
    for (size_t i = 0; i < text->constraint_count && status == 0; i++) {
        gone = &text->constraints[i];
        status = judge(edit, gone, name, err);
    }
    if (status != 1)
        return status;
    return table_edit_drop_clause(edit, gone, err) != 0 ? -1 : 1;
}

int table_edit_drop_column(struct table_edit *edit, const char *name,
                           struct error *err)
{
    const struct table_column *column;
    int status;

    if (table_edit_find(edit, name, &column, err) != 0)
        return -1;
    name = column->name;
    if (edit->text.column_count == 1)
        return error_set(err, ERROR_FAILED,
                         "the column '%s' cannot be dropped: the table '%s' "
                         "has no other",
                         name, edit->text.name);
    for (size_t j = 0; j < column->clause_count; j++)
        if (column->clauses[j].kind == TABLE_CLAUSE_CHECK &&
            table_edit_columns(edit, &column->clauses[j]).count > 1)
            return refuse_shared(edit, &column->clauses[j], name, err);
    do
        status = drop_one(edit, name, err);
    while (status == 1);
    if (status < 0)
        return -1;
    column = table_edit_column(edit, name);
    return drop_element(edit, (size_t)(column - edit->text.columns), err);
}

/* --- renaming a column --- */

typedef VEC(struct table_range) range_list;

static void collect(struct table_edit *edit, const struct table_clause *clause,
                    const char *name, range_list *places)
{
    struct table_expr_places found;

    if (clause->kind == TABLE_CLAUSE_CHECK ||
        clause->kind == TABLE_CLAUSE_GENERATED)
        table_expr_find(edit->arena, edit->sql, clause->body, name, &found);
    else
        table_expr_list(edit->arena, edit->sql, clause->body, name, &found);
    for (size_t i = 0; i < found.count; i++)
        vec_push(edit->arena, places, found.items[i]);
    if (!refers_to(edit, clause, name))
        return;
    table_expr_list(edit->arena, edit->sql,
                    table_expr_group(edit->sql, clause->referent_range.end),
                    name, &found);
    for (size_t i = 0; i < found.count; i++)
        vec_push(edit->arena, places, found.items[i]);
}

int table_edit_rename_clause(struct table_edit *edit,
                             const struct table_clause *clause,
                             const char *new_name, struct error *err)
{
    struct buf name;

    buf_init(&name, edit->arena);
    ddl_name(&name, DIALECT_SQLITE, new_name);
    return replace(edit, clause->name_range.start, clause->name_range.end,
                   name.data, err);
}

int table_edit_name_clause(struct table_edit *edit,
                           const struct table_clause *clause, const char *name,
                           struct error *err)
{
    struct buf out;

    buf_init(&out, edit->arena);
    buf_add(&out, "CONSTRAINT ");
    ddl_name(&out, DIALECT_SQLITE, name);
    buf_char(&out, ' ');
    return replace(edit, clause->range.start, clause->range.start, out.data,
                   err);
}

int table_edit_body(struct table_edit *edit, const struct table_clause *clause,
                    const char *text, struct error *err)
{
    return replace(edit, clause->body.start, clause->body.end, text, err);
}

int table_edit_rename_column(struct table_edit *edit, const char *name,
                             const char *new_name, struct error *err)
{
    const struct table_text *text = &edit->text;
    const struct table_column *column;
    range_list places = {0};
    struct buf out;
    size_t at = 0;

    if (table_edit_find(edit, name, &column, err) != 0)
        return -1;
    for (size_t i = 0; i < text->column_count; i++) {
        if (&text->columns[i] == column)
            vec_push(edit->arena, &places, column->name_range);
        for (size_t j = 0; j < text->columns[i].clause_count; j++) {
            const struct table_clause *clause = &text->columns[i].clauses[j];

            if (clause->kind == TABLE_CLAUSE_CHECK ||
                clause->kind == TABLE_CLAUSE_GENERATED ||
                clause->kind == TABLE_CLAUSE_FOREIGN_KEY)
                collect(edit, clause, name, &places);
        }
    }
    for (size_t i = 0; i < text->constraint_count; i++)
        if (text->constraints[i].kind != TABLE_CLAUSE_NAME_ONLY)
            collect(edit, &text->constraints[i], name, &places);
    buf_init(&out, edit->arena);
    for (size_t i = 0; i < places.count; i++) {
        const char *name_text = quoted(edit->arena, new_name);

        add_apart(&out, edit->sql + at, places.items[i].start - at);
        add_apart(&out, name_text, strlen(name_text));
        at = places.items[i].end;
    }
    add_apart(&out, edit->sql + at, strlen(edit->sql + at));
    return table_edit_open(edit, edit->arena, out.data, err);
}

bool table_edit_uses(struct arena *arena, const char *sql, size_t size,
                     const char *column)
{
    struct table_range whole = {0, size};
    struct table_expr_places found;

    table_expr_find(arena, sql, whole, column, &found);
    return found.count > 0;
}
