/* The vocabulary as data: the fields of each op, column, constraint, index
 * and type. Marshalling, error messages, documentation and rendering read
 * these tables, so that a field is named in one place only. */
#ifndef MODEL_FIELDS_H
#define MODEL_FIELDS_H

#include "model/op.h"
#include "model/schema.h"

#include <stdbool.h>
#include <stddef.h>

/* What a field takes, and the C type at its offset. */
enum field_kind {
    FIELD_NAME,     /* const char *: a name */
    FIELD_TEXT,     /* const char *: any text */
    FIELD_SQL,      /* const char *: SQL, as a string or `sql` */
    FIELD_CHOICE,   /* const char *: one of `words`, in capitals */
    FIELD_ACTION,   /* as FIELD_CHOICE; SET ... may name columns */
    FIELD_FLAG,     /* bool */
    FIELD_TRI,      /* enum tri */
    FIELD_INT,      /* int from `min` to `max` */
    FIELD_INTEGER,  /* struct value: an integer */
    FIELD_VALUE,    /* struct value */
    FIELD_NAMES,    /* struct names: a list of names */
    FIELD_ONE_NAME, /* struct names: one name, or a list of names */
    FIELD_ORDERS,   /* struct orders: a list of lists of names */
    FIELD_TEXTS,    /* struct names: a list of texts, each once */
    FIELD_WORDS,    /* struct names: a list of SQL key words */
    FIELD_SETTINGS, /* struct settings */
    FIELD_ELEMENTS, /* struct elements: a list of names and `sql` */
    FIELD_EXCLUDES, /* struct elements: a list of { name or sql, operator } */
    FIELD_TYPE,     /* const struct type * */
    FIELD_VARIANTS, /* the variants of a struct type */
    FIELD_RECORD,   /* a pointer to what `record` describes */
    FIELD_EMBEDDED, /* the struct that `record` describes itself */
    FIELD_ITEMS,    /* struct table: its columns, constraints, indexes */
    FIELD_REFUSED   /* nothing: `hint` says what to write instead */
};

struct record;

struct field {
    const char *name;
    enum field_kind kind;
    size_t offset;
    int position; /* from 1; 0: an option, given by name */
    bool required;
    bool shorthand; /* FIELD_RECORD: a string is its first position */
    int min, max;   /* FIELD_INT; FIELD_ORDERS: names in each list, which may
                       be equal; 0: any number, each once */
    const struct record *record;
    const char *const *words; /* FIELD_CHOICE, FIELD_ACTION; ended by NULL */
    const char *hint;         /* FIELD_REFUSED */
    const void *null;         /* FIELD_RECORD: what `null` is read as */
};

struct record {
    const char *name; /* the function: "create_table", "unique" */
    size_t size;      /* of the struct */
    const struct field *fields;
    size_t count;
    const void *initial; /* what the struct holds at first; NULL: zeros */
};

/* `identity = null` in alter_column: it is dropped. */
extern const struct identity fields_no_identity;

/* For each op the record of its struct inside struct op. */
extern const struct record *const fields_ops[OP_COUNT];

/* The constructors of what stands beside the columns of a table. */
struct fields_item {
    const struct record *record;
    bool index; /* a struct index, else a struct constraint */
};
enum { FIELDS_ITEM_COUNT = 6 };
extern const struct fields_item fields_items[FIELDS_ITEM_COUNT];

extern const struct record fields_column;

/* For each type the record of its arguments inside struct type. */
extern const struct record *const fields_types[TYPE_COUNT];

/* The field of position `position`, or NULL. */
const struct field *fields_position(const struct record *record, int position);
/* The highest position. */
int fields_positions(const struct record *record);
/* The option or positional field of that name, or NULL. */
const struct field *fields_find(const struct record *record, const char *name);
/* The option nearest to `name`, or NULL. */
const char *fields_suggest(const struct record *record, const char *name);
/* The op called `name`, or OP_COUNT. */
enum op_kind fields_find_op(const char *name);
/* The type called `name`, or TYPE_COUNT. */
enum type_kind fields_find_type(const char *name);
/* Whether a plain table is a value of the field. */
bool fields_takes_table(const struct field *field);

#endif
