#ifndef HOSO_API_API_GUARD_H
#define HOSO_API_API_GUARD_H

#include "api/api.h"

/**
 * api_guard() - between the router and every handler: who is it, and may they?
 *
 * Calls route->handle(exchange, api) when they may; api_actor() then tells who it is. Otherwise replies
 * 401 or 403, or 415 for a body of a type that the route does not take. A session is believed for SESSION_CACHE_MS without asking the database again: within that
 * time a disabled account or an ended session may still act.
 */
void api_guard(struct exchange *exchange, const struct route *route, void *api);

#define SESSION_CACHE_MS 4000

/** api_actor() - who is at work; only for routes that are not public. */
const struct actor *api_actor(const struct exchange *exchange);

/** api_guard_forget() - drop every remembered session: after a password or an account was changed here. */
void api_guard_forget(void);

/** api_token_hash() - SHA-256 of the request's bearer token; false when it bears none of the right shape. */
bool api_token_hash(const struct exchange *exchange, struct digest *ret_hash);

#endif
