#ifndef HOSO_API_MANIFEST_JSON_H
#define HOSO_API_MANIFEST_JSON_H

#include <jansson.h>

#include "store/manifest.h"
#include "store/manifest_line.h"

/* Manifests and their lines as the API says them. No names of citizens stand in them. */

/** manifest_json_new() - without its lines. */
json_t *manifest_json_new(const struct manifest *manifest, int64_t now_ms);

json_t *manifest_json_line(const struct manifest_line *line);

/** manifest_json_whole() - with all lines, who has worked on it, and how many there are of what. */
json_t *manifest_json_whole(const PGresult *head, const PGresult *lines, int64_t now_ms);

#endif
