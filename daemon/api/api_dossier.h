#ifndef HOSO_API_API_DOSSIER_H
#define HOSO_API_API_DOSSIER_H

#include "http/exchange.h"
#include "store/dossier.h"

void api_dossier_list(struct exchange *exchange, void *api);    /* GET /v1/dossiers */
void api_dossier_search(struct exchange *exchange, void *api);  /* POST /v1/dossiers/search */
void api_dossier_get(struct exchange *exchange, void *api);     /* GET /v1/dossiers/{code} */
void api_dossier_get_leg(struct exchange *exchange, void *api); /* GET /v1/legs/{code} */

/**
 * api_dossier_key() - whatever stands on the paper: an id, a dossier code or an item code.
 *
 * Errors: HOSO_NOT_FOUND, HOSO_BAD_CHECK_DIGIT: a misread label is told apart from a wrong code.
 */
enum hoso_error api_dossier_key(const char *text, struct dossier_key *ret_key);

#endif
