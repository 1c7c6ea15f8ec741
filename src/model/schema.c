#include "model/schema.h"

const char *const type_names[TYPE_COUNT] = {
#define TYPE_NAME(name, lua) [TYPE_##name] = lua,
    TYPE_LIST(TYPE_NAME)
#undef TYPE_NAME
};

const char *dialect_name(enum dialect dialect)
{
    return dialect == DIALECT_SQLITE ? "sqlite" : "postgresql";
}
