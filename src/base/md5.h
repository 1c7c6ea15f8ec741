/* MD5 (RFC 1321), for names only: PostgreSQL's short names end in four digits
 * of it. Not for secrets. */
#ifndef BASE_MD5_H
#define BASE_MD5_H

#include <stddef.h>

enum { MD5_HEX_SIZE = 33 };

/* Writes the 32 lower-case hexadecimal digits of the hash and a NUL. */
void md5_hex(const char *data, size_t size, char hex[MD5_HEX_SIZE]);

#endif
