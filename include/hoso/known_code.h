#ifndef HOSO_KNOWN_CODE_H
#define HOSO_KNOWN_CODE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * known_code() - is it the text of an item code with a right check digit, or does it hold a dossier code
 * of a strict pattern? Then a picture needs no further search: others on the label are of no concern.
 */
bool known_code(const char *text, size_t length);

#endif
