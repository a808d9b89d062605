#ifndef HOSO_CLIENT_MANIFEST_SEAL_H
#define HOSO_CLIENT_MANIFEST_SEAL_H

#include <stdbool.h>

#include <jansson.h>

/** manifest_seal_holds() - is the hash of this closed manifest, as the API says it, that of its head and lines? */
bool manifest_seal_holds(const json_t *manifest);

#endif
