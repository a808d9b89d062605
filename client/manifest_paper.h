#ifndef HOSO_CLIENT_MANIFEST_PAPER_H
#define HOSO_CLIENT_MANIFEST_PAPER_H

#include <jansson.h>

#include "client.h"

/** manifest_paper_party() - the name of the other party of a manifest, as the API says it. */
const char *manifest_paper_party(const json_t *manifest);

/**
 * manifest_paper_print() - the list of a bag or a route, else the minutes: of the lines that count, with the signature and
 * the seal of a closed one. Complains itself; the exit status.
 */
int manifest_paper_print(struct client *client, const json_t *manifest, const char *output);

#endif
