#include "script/lua_lex.h"
#include "script/op_api.h"
#include "script/op_parts.h"

#include <string.h>

#define OP_PREFIX "op."

/* Functions of the contract that this version does not have. */
const char *const op_later[] = {
    "op.each_batch",
    "op.update_in_batches",
};
const size_t op_later_count = sizeof op_later / sizeof op_later[0];

static const char *bare(const char *name)
{
    return name + sizeof OP_PREFIX - 1;
}

static const char *find_later(const char *name, size_t size)
{
    for (size_t i = 0; i < op_later_count; i++)
        if (strlen(bare(op_later[i])) == size &&
            memcmp(bare(op_later[i]), name, size) == 0)
            return op_later[i];
    return NULL;
}

const char *op_later_in_source(const char *text, size_t size, int *line)
{
    enum { OTHER, OP, DOT } state = OTHER;
    bool field = false; /* the token before was "." or ":" */
    struct lua_lex lex;

    lua_lex_init(&lex, text, size);
    while (lua_lex_next(&lex) != LUA_TOKEN_END &&
           lex.token != LUA_TOKEN_ERROR) {
        bool dot = lex.token == LUA_TOKEN_SYMBOL &&
                   (lua_lex_is(&lex, ".") || lua_lex_is(&lex, ":"));

        if (state == DOT && lex.token == LUA_TOKEN_NAME) {
            const char *name =
                find_later(lex.text + lex.start, lex.end - lex.start);

            if (name != NULL) {
                *line = lex.line;
                return name;
            }
        }
        if (state == OP && dot)
            state = DOT;
        else if (lex.token == LUA_TOKEN_NAME && !field &&
                 lua_lex_is(&lex, "op"))
            state = OP;
        else
            state = OTHER;
        field = dot;
    }
    return NULL;
}
