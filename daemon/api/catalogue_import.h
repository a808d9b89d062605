#ifndef HOSO_API_CATALOGUE_IMPORT_H
#define HOSO_API_CATALOGUE_IMPORT_H

#include "api/api.h"
#include "api/catalogue_json.h"

/*
 * An import: what is there is read, what would become of it is planned, and that is written when the catalogue is
 * still the one that was read; otherwise all of it again. Both answer the exchange.
 */

/** catalogue_import_json() - @json is taken over. */
void catalogue_import_json(struct api *api, struct exchange *exchange, struct catalogue_json *json);

/** catalogue_import_csv() - the request's body is a file of @kind. */
void catalogue_import_csv(
	struct api *api, struct exchange *exchange, enum catalogue_kind kind, bool dry_run);

#endif
