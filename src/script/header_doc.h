/* The leading comment of a revision file. */
#ifndef SCRIPT_HEADER_DOC_H
#define SCRIPT_HEADER_DOC_H

#include "graph/graph.h"
#include "script/lua_lex.h"

/* Reads the comment before the first token into doc, message and create_date
 * of `revision`; `lex` then stands behind it. An empty line ends it. */
void header_doc_read(struct lua_lex *lex, struct arena *arena,
                     struct revision *revision);

#endif
