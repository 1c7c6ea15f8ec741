#include "script/json_scan.h"

#include "base/json_write.h"

#include <lauxlib.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Powers of ten up to here are doubles, and integers up to EXACT_MAX. */
#define POWER_MAX 22
#define EXACT_MAX 9007199254740992u
/* Exponents beyond this are all the same: too large, or zero. */
#define EXPONENT_MAX 100000

void json_scan_fail(struct json_scan *d, const char *place, const char *format,
                    ...)
{
    int line = 1, column = 1;
    va_list args;

    for (const char *c = d->start; c < place; c++) {
        if (*c == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)*c & 0xC0) != 0x80) {
            column++;
        }
    }
    va_start(args, format);
    lua_pushvfstring(d->L, format, args);
    va_end(args);
    luaL_error(d->L, "json.decode: line %d, column %d: %s", line, column,
               lua_tostring(d->L, -1));
    abort(); /* luaL_error does not return */
}

void json_scan_unexpected(struct json_scan *d, const char *expected)
{
    unsigned char c = (unsigned char)*d->at;

    if (d->at == d->end)
        json_scan_fail(d, d->at, "expected %s, found the end of the text",
                       expected);
    if (c > 0x20 && c < 0x7F)
        json_scan_fail(d, d->at, "expected %s, found '%c'", expected, c);
    json_scan_fail(d, d->at, "expected %s, found the byte %d", expected, c);
}

/* Reads four hexadecimal digits. */
static uint32_t read_hex(struct json_scan *d, const char *escape)
{
    uint32_t code = 0;

    for (int i = 0; i < 4; i++) {
        char c = *d->at;
        uint32_t digit;

        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = (uint32_t)(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            digit = (uint32_t)(c - 'A' + 10);
        else
            json_scan_fail(d, escape, "\\u needs four hexadecimal digits");
        code = code << 4 | digit;
        d->at++;
    }
    return code;
}

/* Reads what follows "\u"; two surrogates make one code point. */
static uint32_t read_code(struct json_scan *d, const char *escape)
{
    uint32_t code = read_hex(d, escape);
    uint32_t low;

    if (code < 0xD800 || code > 0xDFFF)
        return code;
    if (code > 0xDBFF || d->at[0] != '\\' || d->at[1] != 'u')
        json_scan_fail(d, escape, "a surrogate without its other half");
    d->at += 2;
    low = read_hex(d, escape);
    if (low < 0xDC00 || low > 0xDFFF)
        json_scan_fail(d, escape, "a surrogate without its other half");
    return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
}

static char *put_utf8(char *out, uint32_t code)
{
    if (code < 0x80) {
        *out++ = (char)code;
    } else if (code < 0x800) {
        *out++ = (char)(0xC0 | code >> 6);
        *out++ = (char)(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        *out++ = (char)(0xE0 | code >> 12);
        *out++ = (char)(0x80 | (code >> 6 & 0x3F));
        *out++ = (char)(0x80 | (code & 0x3F));
    } else {
        *out++ = (char)(0xF0 | code >> 18);
        *out++ = (char)(0x80 | (code >> 12 & 0x3F));
        *out++ = (char)(0x80 | (code >> 6 & 0x3F));
        *out++ = (char)(0x80 | (code & 0x3F));
    }
    return out;
}

/* Reads an escape at `at` and writes what it means. */
static char *read_escape(struct json_scan *d, char *out)
{
    static const char names[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    const char *escape = d->at++;
    char name = *d->at;
    const char *found = name != '\0' ? strchr(names, name) : NULL;

    if (name != 'u' && found == NULL)
        json_scan_fail(d, escape, "unknown escape in a string");
    d->at++;
    if (found == NULL)
        return put_utf8(out, read_code(d, escape));
    *out = meanings[found - names];
    return out + 1;
}

/* Goes to the next quote or backslash of a string that began at `opened`,
 * checking what lies between. */
static void skip_literal(struct json_scan *d, const char *opened)
{
    for (;;) {
        unsigned char c;

        d->at += json_write_plain(d->at, (size_t)(d->end - d->at));
        c = (unsigned char)*d->at;
        if (c == '"' || c == '\\')
            return;
        if (d->at == d->end)
            json_scan_fail(d, opened, "the string does not end");
        if (c < 0x20)
            json_scan_fail(
                d, d->at,
                "control character %d in a string: write it as \\u00%c%c", c,
                "01"[c >> 4], "0123456789abcdef"[c & 15]);
        if (c >= 0x80)
            json_scan_fail(d, d->at, "invalid UTF-8 in a string (byte %d)", c);
        d->at++; /* DEL */
    }
}

/* Whether the quote at `quote` ends the string; an odd number of backslashes
 * before it escapes it. */
static bool is_end(const char *from, const char *quote)
{
    const char *c = quote;

    while (c > from && c[-1] == '\\')
        c--;
    return (quote - c) % 2 == 0;
}

/* Makes room for the string that began at `opened` and has a backslash at
 * `at`: it is never longer than its text. */
static void make_scratch(struct json_scan *d, const char *opened)
{
    const char *quote = d->at;
    size_t size;

    do
        quote = memchr(quote + 1, '"', (size_t)(d->end - quote - 1));
    while (quote != NULL && !is_end(d->at, quote));
    if (quote == NULL)
        quote = d->end; /* it will fail */
    size = (size_t)(quote - opened);
    if (size <= d->scratch_size)
        return;
    size += size / 2;
    d->scratch = lua_newuserdatauv(d->L, size, 0);
    d->scratch_size = size;
    lua_replace(d->L, d->scratch_slot);
}

void json_scan_string(struct json_scan *d)
{
    const char *opened = d->at++;
    const char *literal = d->at;
    char *out;

    skip_literal(d, opened);
    if (*d->at == '"') {
        lua_pushlstring(d->L, literal, (size_t)(d->at - literal));
        d->at++;
        return;
    }
    make_scratch(d, opened);
    out = d->scratch;
    for (;;) {
        memcpy(out, literal, (size_t)(d->at - literal));
        out += d->at - literal;
        if (*d->at == '"')
            break;
        out = read_escape(d, out);
        literal = d->at;
        skip_literal(d, opened);
    }
    d->at++;
    lua_pushlstring(d->L, d->scratch, (size_t)(out - d->scratch));
}

/* A number as it stands in the text. */
struct number {
    const char *text;
    bool negative;
    bool is_float;
    bool overflow;   /* the digits are more than `digits` can hold */
    uint64_t digits; /* all of them, without the point */
    int exponent;    /* of ten, of the last digit */
};

static void read_digits(struct json_scan *d, struct number *number)
{
    if (*d->at < '0' || *d->at > '9')
        json_scan_unexpected(d, "a digit");
    for (; *d->at >= '0' && *d->at <= '9'; d->at++) {
        if (number->digits > (UINT64_MAX - 9) / 10)
            number->overflow = true;
        else
            number->digits = number->digits * 10 + (uint64_t)(*d->at - '0');
    }
}

static int read_exponent(struct json_scan *d)
{
    bool negative = *++d->at == '-';
    int exponent = 0;

    if (*d->at == '-' || *d->at == '+')
        d->at++;
    if (*d->at < '0' || *d->at > '9')
        json_scan_unexpected(d, "a digit");
    for (; *d->at >= '0' && *d->at <= '9'; d->at++)
        if (exponent < EXPONENT_MAX)
            exponent = exponent * 10 + (*d->at - '0');
    return negative ? -exponent : exponent;
}

/* The grammar of RFC 8259, section 6. */
static void read_number(struct json_scan *d, struct number *number)
{
    memset(number, 0, sizeof *number);
    number->text = d->at;
    number->negative = *d->at == '-';
    if (number->negative)
        d->at++;
    if (*d->at == '0') {
        d->at++;
        if (*d->at >= '0' && *d->at <= '9')
            json_scan_fail(d, number->text, "a number with a leading zero");
    } else {
        read_digits(d, number);
    }
    if (*d->at == '.') {
        const char *point = d->at++;

        number->is_float = true;
        read_digits(d, number);
        /* more digits than an int counts are never exact: `overflow` */
        if (d->at - point < EXPONENT_MAX)
            number->exponent = -(int)(d->at - point - 1);
        else
            number->overflow = true;
    }
    if (*d->at == 'e' || *d->at == 'E') {
        number->is_float = true;
        number->exponent += read_exponent(d);
    }
}

static void push_float(struct json_scan *d, const struct number *number)
{
    static const double powers[POWER_MAX + 1] = {
        1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    };
    int exponent = number->exponent;
    double value;

    /* two exact doubles and one operation: rounded once, as it must be */
    if (!number->overflow && number->digits <= EXACT_MAX &&
        exponent >= -POWER_MAX && exponent <= POWER_MAX) {
        value = (double)number->digits;
        value =
            exponent < 0 ? value / powers[-exponent] : value * powers[exponent];
        lua_pushnumber(d->L, number->negative ? -value : value);
        return;
    }
    value = strtod_l(number->text, NULL, d->config->locale);
    if (!isfinite(value))
        json_scan_fail(d, number->text, "the number is too large for a float");
    lua_pushnumber(d->L, value);
}

static void push_big(struct json_scan *d, const struct number *number)
{
    if (d->big == JSON_BIG_FLOAT)
        push_float(d, number);
    else if (d->big == JSON_BIG_STRING)
        lua_pushlstring(d->L, number->text, (size_t)(d->at - number->text));
    else
        json_scan_fail(
            d, number->text,
            "the integer does not fit 64 bits; big_integers = \"float\" or "
            "\"string\" says what such become");
}

void json_scan_number(struct json_scan *d)
{
    struct number number;

    read_number(d, &number);
    /* the sign of -0 is kept, and only a float has it */
    if (number.is_float ||
        (number.negative && number.digits == 0 && !number.overflow))
        push_float(d, &number);
    else if (number.overflow ||
             number.digits > (uint64_t)INT64_MAX + number.negative)
        push_big(d, &number);
    else
        lua_pushinteger(d->L, (lua_Integer)(number.negative ? 0 - number.digits
                                                            : number.digits));
}
