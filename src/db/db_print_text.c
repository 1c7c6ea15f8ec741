/* Statements with literals in the place of their parameters. */
#include "db/db_print_parts.h"

#include "base/str.h"
#include "db/pg_text.h"
#include "ddl/ddl.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* A text that a literal or SQLite's shell, which drops a carriage return at the
 * end of a line, does not keep as it is. */
static bool is_odd(const struct value *value)
{
    return value->kind == VALUE_TEXT &&
           (memchr(value->text.data, '\0', value->text.size) != NULL ||
            memchr(value->text.data, '\r', value->text.size) != NULL ||
            !str_utf8_valid(value->text.data, value->text.size));
}

static bool is_negative(const struct value *value)
{
    return (value->kind == VALUE_INTEGER && value->integer < 0) ||
           (value->kind == VALUE_FLOAT && value->number < 0);
}

static int add_plain(struct buf *out, enum dialect dialect,
                     const struct value *value, struct error *err)
{
    struct value bytes = *value, array;

    if (value->kind == VALUE_LIST) {
        array = pg_text_array(value, out->arena);
        return ddl_literal(out, dialect, &array, err);
    }
    if (dialect != DIALECT_SQLITE || !is_odd(value))
        return ddl_literal(out, dialect, value, err);
    bytes.kind = VALUE_BYTES;
    buf_add(out, "CAST(");
    if (ddl_literal(out, dialect, &bytes, err) != 0)
        return -1;
    buf_add(out, " AS TEXT)");
    return 0;
}

/* Whether the bytes beside a number or a string could be read as part of
 * it. */
static bool is_glue(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || c == '\'' ||
           (c & 0x80) != 0;
}

/* Adds the literal so that it stays one, whatever is beside it: a minus or a
 * cast would take a part of a negative number. */
static int add_value(struct buf *out, enum dialect dialect,
                     const struct value *value, char after, struct error *err)
{
    char before = out->size > 0 ? out->data[out->size - 1] : ' ';
    bool listed =
        (before == '(' || before == ' ') && (after == ',' || after == ')');
    bool wrapped = is_negative(value) && !listed;

    if (value->kind != VALUE_SQL && !wrapped && is_glue(before))
        buf_char(out, ' ');
    if (wrapped)
        buf_char(out, '(');
    if (add_plain(out, dialect, value, err) != 0)
        return -1;
    if (wrapped)
        buf_char(out, ')');
    else if (value->kind != VALUE_SQL && is_glue(after))
        buf_char(out, ' ');
    return 0;
}

/* The value of a token "$1" or "?1"; NULL: it is none. */
static const struct value *parameter(const struct db_statement *statement,
                                     struct sql_token token, char mark)
{
    const char *text = statement->sql + token.start;
    unsigned long number;

    if (token.kind != SQL_PARAM || token.end - token.start < 2 ||
        text[0] != mark || !isdigit((unsigned char)text[1]))
        return NULL;
    number = strtoul(text + 1, NULL, 10);
    return number >= 1 && number <= statement->param_count
               ? &statement->params[number - 1]
               : NULL;
}

static int check_open(const struct db_statement *statement,
                      struct sql_token token, struct error *err)
{
    if (!token.open)
        return 0;
    return error_set(err, ERROR_FAILED,
                     "the statement has a %s that does not end: %.40s",
                     token.kind == SQL_COMMENT ? "comment"
                     : token.kind == SQL_NAME  ? "quoted name"
                                               : "string",
                     statement->sql + token.start);
}

int db_print_text(const struct print_db *db,
                  const struct db_statement *statement, struct arena *arena,
                  const char **sql, size_t *size, struct error *err)
{
    enum dialect dialect = db->db.dialect;
    char mark = dialect == DIALECT_SQLITE ? '?' : '$';
    struct sql_token token;
    struct sql_lex lex;
    struct buf out;

    buf_init(&out, arena);
    sql_lex_init(&lex, db_print_lex(db), statement->sql, statement->size);
    while ((token = sql_lex_next(&lex)).kind != SQL_END) {
        const struct value *value = parameter(statement, token, mark);
        char after =
            token.end < statement->size ? statement->sql[token.end] : ' ';

        if (check_open(statement, token, err) != 0)
            return -1;
        if (value == NULL)
            buf_addn(&out, statement->sql + token.start,
                     token.end - token.start);
        else if (add_value(&out, dialect, value, after, err) != 0)
            return -1;
    }
    *sql = out.data;
    *size = out.size;
    return 0;
}

/* Whether the text ends in a comment that a semicolon would belong to. */
static bool ends_in_comment(enum dialect dialect, const char *sql)
{
    bool comment = false;
    struct sql_token token;
    struct sql_lex lex;

    sql_lex_init(
        &lex, dialect == DIALECT_SQLITE ? SQL_LEX_SQLITE : SQL_LEX_POSTGRESQL,
        sql, strlen(sql));
    while ((token = sql_lex_next(&lex)).kind != SQL_END)
        comment = token.kind == SQL_COMMENT && sql[token.start] == '-';
    return comment;
}

void db_print_line(struct buf *out, enum dialect dialect, const char *sql)
{
    buf_add(out, sql);
    buf_add(out, ends_in_comment(dialect, sql) ? "\n;\n" : ";\n");
}
