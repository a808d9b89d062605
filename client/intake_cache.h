#ifndef HOSO_CLIENT_INTAKE_CACHE_H
#define HOSO_CLIENT_INTAKE_CACHE_H

#include <jansson.h>
#include <stdint.h>

#include "client.h"

#define INTAKE_CACHE_FRESH_MS (3600LL * 1000) /* so long nobody is asked again */
#define INTAKE_CACHE_KEPT_MS                                                                       \
	(30LL * 24 * 3600 * 1000)                /* so long it will do when there is no server */
#define INTAKE_CACHE_BYTES_MAX (8 * 1024 * 1024) /* of one file */
#define INTAKE_CACHE_WAIT_MS 3000L /* a clerk with a citizen before them does not wait longer */
#define INTAKE_CACHE_RETRY_MS (60LL * 1000) /* nor a second time within this */

/**
 * struct intake_cache - what the counter must know, kept in files of the state folder so that it works without a
 * server: the catalogue, and for each procedure its papers, fees and postage. Nothing of any person is in it.
 */
struct intake_cache {
	const struct client *client;
	char *folder;
	int64_t offline_until_ms; /* monotonic */
};

void intake_cache_init(struct intake_cache *cache, const struct client *client);
void intake_cache_done(struct intake_cache *cache);

/**
 * intake_cache_get() - GET @path, or what it said before.
 * @name: of the file
 * @ret_age_ms: how old the answer is; 0 when it was asked for now
 *
 * The caller's; NULL when nothing is known: HOSO_NETWORK and the like in @ret_error, or what the server said.
 */
json_t *intake_cache_get(struct intake_cache *cache, const char *name, const char *path,
	int64_t *ret_age_ms, enum hoso_error *ret_error);

/** intake_cache_catalogue(), intake_cache_procedure() - the two that there are. */
json_t *intake_cache_catalogue(
	struct intake_cache *cache, int64_t *ret_age_ms, enum hoso_error *ret_error);
json_t *intake_cache_procedure(struct intake_cache *cache, const char *code, int64_t *ret_age_ms,
	enum hoso_error *ret_error);

#endif
