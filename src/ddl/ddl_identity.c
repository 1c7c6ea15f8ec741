/* Identity columns and sequences; PostgreSQL. */
#include "ddl/ddl_parts.h"

static void word(struct buf *out, const char *text)
{
    if (out->size > 0 && out->data[out->size - 1] != '(' &&
        out->data[out->size - 1] != ' ')
        buf_char(out, ' ');
    buf_add(out, text);
}

static void integer_option(struct buf *out, const char *name,
                           const struct value *value)
{
    if (value->kind != VALUE_INTEGER)
        return;
    word(out, name);
    buf_addf(out, " %lld", (long long)value->integer);
}

static bool has_options(const struct identity *identity)
{
    return identity->increment.kind == VALUE_INTEGER ||
           identity->start.kind == VALUE_INTEGER ||
           identity->minvalue.kind == VALUE_INTEGER ||
           identity->maxvalue.kind == VALUE_INTEGER ||
           identity->cache.kind == VALUE_INTEGER ||
           identity->cycle != TRI_UNSET;
}

void ddl_identity_options(struct buf *out, const struct identity *identity)
{
    integer_option(out, "INCREMENT BY", &identity->increment);
    integer_option(out, "START WITH", &identity->start);
    integer_option(out, "MINVALUE", &identity->minvalue);
    integer_option(out, "MAXVALUE", &identity->maxvalue);
    integer_option(out, "CACHE", &identity->cache);
    if (identity->cycle != TRI_UNSET)
        word(out, identity->cycle == TRI_TRUE ? "CYCLE" : "NO CYCLE");
}

void ddl_identity(struct buf *out, const struct identity *identity)
{
    buf_addf(out, "GENERATED %s AS IDENTITY",
             identity->always == TRI_TRUE ? "ALWAYS" : "BY DEFAULT");
    if (!has_options(identity))
        return;
    buf_add(out, " (");
    ddl_identity_options(out, identity);
    buf_char(out, ')');
}

static void integer_change(struct buf *out, const char *name,
                           const struct value *now, const struct value *before)
{
    if (now->kind == VALUE_INTEGER &&
        (before->kind != VALUE_INTEGER || before->integer != now->integer))
        integer_option(out, name, now);
}

void ddl_identity_changes(struct buf *out, const struct identity *now,
                          const struct identity *before)
{
    bool always = now->always == TRI_TRUE;

    if (now->always != TRI_UNSET && always != (before->always == TRI_TRUE)) {
        word(out, "SET GENERATED ");
        buf_add(out, always ? "ALWAYS" : "BY DEFAULT");
    }
    integer_change(out, "SET CACHE", &now->cache, &before->cache);
    if (now->cycle != TRI_UNSET &&
        (now->cycle == TRI_TRUE) != (before->cycle == TRI_TRUE))
        word(out, now->cycle == TRI_TRUE ? "SET CYCLE" : "SET NO CYCLE");
    integer_change(out, "SET INCREMENT BY", &now->increment,
                   &before->increment);
    integer_change(out, "SET MAXVALUE", &now->maxvalue, &before->maxvalue);
    integer_change(out, "SET MINVALUE", &now->minvalue, &before->minvalue);
    integer_change(out, "SET START WITH", &now->start, &before->start);
}
