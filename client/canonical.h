#ifndef HOSO_CLIENT_CANONICAL_H
#define HOSO_CLIENT_CANONICAL_H

#include <glib.h>
#include <jansson.h>

/* The text whose hash the server keeps, made by code that the server does not share: each value, and a newline. */

/** canonical_text() - a missing text and a null one are both the empty text. */
void canonical_text(GString *canonical, const char *text);

/** canonical_member() - a member that is a text. */
void canonical_member(GString *canonical, const json_t *object, const char *name);

#endif
