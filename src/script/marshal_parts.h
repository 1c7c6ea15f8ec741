/* What marshal.c and marshal_field.c share. */
#ifndef SCRIPT_MARSHAL_PARTS_H
#define SCRIPT_MARSHAL_PARTS_H

#include "script/marshal.h"

/* Where a value stands, for messages; a chain on the C stack. */
struct marshal_place {
    const struct marshal_place *up;
    const char *name;  /* of the field, or NULL: */
    lua_Integer index; /* [index] of a list */
    int position;      /* of the field in its record, 0 for an option */
};

/* Fails at a place: "op.create_table: columns[2].nulable: text". */
int marshal_field_fail(struct marshal *marshal,
                       const struct marshal_place *place, const char *format,
                       ...) __attribute__((format(printf, 3, 4)));

/* Reads the value on top of the stack as `field` into `base`. */
int marshal_field_read(struct marshal *marshal, const struct field *field,
                       const struct marshal_place *place, char *base);

/* Reads the table at `index`, whose positions begin behind `shift` items. */
int marshal_record_read(struct marshal *marshal, const struct record *record,
                        const struct marshal_place *place, int index, int shift,
                        void *base);

/* Whether the string on top of the stack was marked as final. */
bool marshal_is_final(lua_State *L);

/* Reads the type on top of the stack. */
int marshal_field_type(struct marshal *marshal,
                       const struct marshal_place *place,
                       const struct type **type);

/* The items (columns, constraints, indexes) on top of the stack. */
int marshal_items_read(struct marshal *marshal,
                       const struct marshal_place *place, struct table *table);
/* Reads one item at the absolute `index`; sets what it is. */
int marshal_items_item(struct marshal *marshal,
                       const struct marshal_place *place, int index,
                       struct constraint *constraint, struct index *out,
                       bool *is_index);

/* The length of the list on top of the stack, -1 when it is none. */
lua_Integer marshal_list_length(struct marshal *marshal,
                                const struct marshal_place *place,
                                const char *what);
/* Lists of texts, elements and settings, on top of the stack. */
int marshal_list_texts(struct marshal *marshal, const struct field *field,
                       const struct marshal_place *place, struct names *out);
int marshal_list_orders(struct marshal *marshal, const struct field *field,
                        const struct marshal_place *place, struct orders *out);
int marshal_list_elements(struct marshal *marshal,
                          const struct marshal_place *place,
                          struct elements *out);
int marshal_list_excludes(struct marshal *marshal,
                          const struct marshal_place *place,
                          struct elements *out);
int marshal_list_settings(struct marshal *marshal,
                          const struct marshal_place *place,
                          struct settings *out);

/* Scalars, on top of the stack. */
int marshal_scalar_name(struct marshal *marshal,
                        const struct marshal_place *place, const char **out);
int marshal_scalar_text(struct marshal *marshal,
                        const struct marshal_place *place, const char **out);
int marshal_scalar_sql(struct marshal *marshal,
                       const struct marshal_place *place, const char **out);
int marshal_scalar_choice(struct marshal *marshal, const struct field *field,
                          const struct marshal_place *place, const char **out);
int marshal_scalar_word(struct marshal *marshal,
                        const struct marshal_place *place, const char **out);
int marshal_scalar_integer(struct marshal *marshal,
                           const struct marshal_place *place, lua_Integer *out);
int marshal_scalar_value(struct marshal *marshal,
                         const struct marshal_place *place, struct value *out);

#endif
