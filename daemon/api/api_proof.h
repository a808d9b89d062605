#ifndef HOSO_API_API_PROOF_H
#define HOSO_API_API_PROOF_H

#include "http/exchange.h"

void api_proof_put(struct exchange *exchange,
	void *api); /* PUT /v1/proofs/{sha256}, whole or with Content-Range */
void api_proof_get(
	struct exchange *exchange, void *api); /* GET the picture; HEAD: how much of it is there */

#endif
