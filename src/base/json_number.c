#include "base/json_number.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every double is told from its neighbours by so many digits (IEEE 754). */
#define DIGITS_MAX 17
/* Every decimal of so many digits survives the way through a double. */
#define DIGITS_SAFE 15
/* Exponents that are written out, as %.17g does. */
#define FIXED_MIN (-5)
#define FIXED_MAX 16
/* Integers up to here are doubles. */
#define EXACT_MAX 9007199254740992.0
/* Twice the rounding error of one multiplication. */
#define SLACK 2.5e-16

/* Where find_long works: 53 bits of mantissa times 5^22 is below 2^128. */
#define LONG_MIN_NUMBER 1e-5
#define LONG_MAX_NUMBER 1e14
#define LONG_MAX_POWER 22

__extension__ typedef unsigned __int128 uint128;

/* Powers of ten that are doubles. */
static const double powers[] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};
#define POWERS (sizeof powers / sizeof powers[0])

/* Writes `number` in decimal. Returns the length. */
static size_t put_digits(char *out, uint64_t number)
{
    char text[20];
    size_t start = sizeof text;

    do {
        text[--start] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    memcpy(out, text + start, sizeof text - start);
    return sizeof text - start;
}

size_t json_number_integer(char out[JSON_NUMBER_SIZE], int64_t number)
{
    if (number >= 0)
        return put_digits(out, (uint64_t)number);
    out[0] = '-';
    return 1 + put_digits(out + 1, 0 - (uint64_t)number);
}

/* A decimal: digits[0] . digits[1...] * 10^exponent. */
struct decimal {
    char digits[24];
    int count;
    int exponent;
};

static void drop_zeros(struct decimal *decimal)
{
    while (decimal->count > 1 && decimal->digits[decimal->count - 1] == '0')
        decimal->count--;
}

/* Finds the shortest decimal of a number of common size: the least power of
 * ten that makes an integer of it. An exact integer divided by an exact power
 * is rounded once, so equality proves that it reads back. */
static bool find_common(struct decimal *out, double number)
{
    for (size_t i = 0; i < POWERS; i++) {
        double scaled = number * powers[i];
        uint64_t whole;
        double back;

        if (scaled >= EXACT_MAX)
            return false;
        whole = (uint64_t)(scaled + 0.5);
        back = (double)whole;
        if (fabs(scaled - back) > scaled * SLACK || back / powers[i] != number)
            continue;
        out->count = (int)put_digits(out->digits, whole);
        out->exponent = out->count - 1 - (int)i;
        drop_zeros(out);
        return true;
    }
    return false;
}

/* Finds 16 or 17 digits of a number that has no fewer, with exact integers:
 * number * 10^k = mantissa * 5^k * 2^-shift. Returns false for numbers that
 * do not fit this, and for powers of two, whose neighbour below is nearer. */
static bool find_long(struct decimal *out, double number)
{
    int exponent, k = 0, shift;
    uint64_t mantissa = (uint64_t)ldexp(frexp(number, &exponent), 53);
    uint64_t five = 1, low;
    uint128 exact, under, over;

    while (k < LONG_MAX_POWER && number * powers[k] < 1e16) {
        five *= 5;
        k++;
    }
    shift = 53 - exponent - k;
    if (number < LONG_MIN_NUMBER || number >= LONG_MAX_NUMBER || shift < 1 ||
        mantissa == UINT64_C(1) << 52)
        return false;
    /* one bit more, so that half the distance of two doubles is 5^k */
    exact = (uint128)mantissa * five * 2;
    shift++;
    low = (uint64_t)(exact >> shift) / 10 * 10;
    under = exact - ((uint128)low << shift);
    over = ((uint128)(low + 10) << shift) - exact;
    if (under < five || over < five) {
        low += over < under ? 10 : 0;
    } else {
        low = (uint64_t)((exact + ((uint128)1 << (shift - 1))) >> shift);
    }
    out->count = (int)put_digits(out->digits, low);
    out->exponent = out->count - 1 - k;
    drop_zeros(out);
    return true;
}

/* Rounds to `count` digits. Returns whether that reads back as `number`.
 * Both ways pass through the same locale, and only digits are kept of it. */
static bool round_to(struct decimal *out, double number, int count)
{
    char text[64];
    char *exponent;
    int size = snprintf(text, sizeof text, "%.*e", count - 1, number);

    if (size < 0 || (size_t)size >= sizeof text)
        return false;
    exponent = strchr(text, 'e');
    if (exponent == NULL)
        return false;
    out->count = 0;
    for (const char *c = text; c < exponent; c++)
        if (*c >= '0' && *c <= '9')
            out->digits[out->count++] = *c;
    out->exponent = (int)strtol(exponent + 1, NULL, 10);
    return strtod(text, NULL) == number;
}

static void find_any(struct decimal *out, double number)
{
    /* subnormal numbers hold less, so that fewer digits may do */
    int count = number < DBL_MIN ? 1 : DIGITS_SAFE;

    while (!round_to(out, number, count) && count < DIGITS_MAX)
        count++;
    drop_zeros(out);
}

static size_t put_fixed(char *out, const struct decimal *decimal)
{
    int point = decimal->exponent + 1; /* digits before the point */
    size_t size = 0;

    if (point <= 0) {
        memcpy(out, "0.", 2);
        size = 2;
        for (; point < 0; point++)
            out[size++] = '0';
        point = -1;
    }
    for (int i = 0; i < decimal->count || i < point; i++) {
        if (i == point)
            out[size++] = '.';
        out[size++] = i < decimal->count ? decimal->digits[i] : '0';
    }
    if (decimal->count <= point) { /* must stay a float */
        memcpy(out + size, ".0", 2);
        size += 2;
    }
    return size;
}

static size_t put_scientific(char *out, const struct decimal *decimal)
{
    int exponent = decimal->exponent;
    size_t size = 0;

    out[size++] = decimal->digits[0];
    if (decimal->count > 1) {
        out[size++] = '.';
        memcpy(out + size, decimal->digits + 1, (size_t)decimal->count - 1);
        size += (size_t)decimal->count - 1;
    }
    out[size++] = 'e';
    out[size++] = exponent < 0 ? '-' : '+';
    return size + put_digits(out + size,
                             (uint64_t)(exponent < 0 ? -exponent : exponent));
}

size_t json_number_float(char out[JSON_NUMBER_SIZE], double number)
{
    struct decimal decimal;
    size_t size = 0;

    if (!isfinite(number))
        return 0;
    if (signbit(number)) {
        out[size++] = '-';
        number = -number;
    }
    if (!find_common(&decimal, number) && !find_long(&decimal, number))
        find_any(&decimal, number);
    if (decimal.exponent < FIXED_MIN || decimal.exponent > FIXED_MAX)
        return size + put_scientific(out + size, &decimal);
    return size + put_fixed(out + size, &decimal);
}
