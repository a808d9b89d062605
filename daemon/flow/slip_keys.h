#ifndef HOSO_FLOW_SLIP_KEYS_H
#define HOSO_FLOW_SLIP_KEYS_H

#include <stdbool.h>

#include "io/loop.h"
#include "io/pg_pool.h"
#include "model/slip_token.h"

/*
 * The secret that the tokens of new slips are made with, kept at hand so that an acceptance's answer can carry its
 * token without a trip of its own. Read at the start and every LOOKUP_SECRET_EVERY_MS.
 */
struct slip_keys;

struct slip_keys *slip_keys_new(struct loop *loop, struct pg_pool *pool);
void slip_keys_free(struct slip_keys *keys);

/** slip_keys_are_known() - before, answers go without a token: the daemon is not ready. */
bool slip_keys_are_known(const struct slip_keys *keys);

/** slip_keys_token() - the token of an item's slip; false while no secret is known: the answer goes without. */
bool slip_keys_token(
	const struct slip_keys *keys, const char *item_code, char ret_token[SLIP_TOKEN_SIZE]);

#endif
