#include "flow/slip_keys.h"

#include <string.h>

#include <glib.h>

#include <hoso/limits.h>

#include "base/attr.h"
#include "store/lookup.h"

#define AGAIN_MS 50 /* after a failure: the daemon is not ready without it */

struct slip_keys {
	struct loop *loop;
	struct pg_pool *pool;
	struct pg_trip trip;
	struct loop_task next;
	struct digest secret;
	bool is_known;
	bool in_air;
	bool freed;
};

static void read_secret(struct loop_task *task);

static void free_keys(struct slip_keys *keys)
{
	explicit_bzero(keys, sizeof *keys);
	g_free(keys);
}

static void secret_came(struct pg_trip *trip, enum hoso_error error)
{
	struct slip_keys *keys = container_of(trip, struct slip_keys, trip);

	if (!error) {
		keys->is_known = lookup_learn_secret(trip, &keys->secret);
	}
	pg_trip_clear(trip);
	keys->in_air = false;
	if (keys->freed) {
		free_keys(keys);
		return;
	}
	loop_after(keys->loop, &keys->next, error ? AGAIN_MS : LOOKUP_SECRET_EVERY_MS, read_secret);
}

static void read_secret(struct loop_task *task)
{
	struct slip_keys *keys = container_of(task, struct slip_keys, next);

	lookup_ask_secret(&keys->trip);
	keys->in_air = pg_pool_run(keys->pool, &keys->trip, secret_came) == HOSO_OK;
	if (!keys->in_air) {
		pg_trip_clear(&keys->trip);
		loop_after(keys->loop, &keys->next, AGAIN_MS, read_secret);
	}
}

struct slip_keys *slip_keys_new(struct loop *loop, struct pg_pool *pool)
{
	struct slip_keys *keys = g_new0(struct slip_keys, 1);

	keys->loop = loop;
	keys->pool = pool;
	loop_defer(loop, &keys->next, read_secret);
	return keys;
}

void slip_keys_free(struct slip_keys *keys)
{
	if (!keys) {
		return;
	}
	loop_cancel(&keys->next);
	keys->freed = true;
	if (!keys->in_air) {
		free_keys(keys);
	}
}

bool slip_keys_are_known(const struct slip_keys *keys)
{
	return keys->is_known;
}

bool slip_keys_token(
	const struct slip_keys *keys, const char *item_code, char ret_token[SLIP_TOKEN_SIZE])
{
	if (keys->is_known) {
		slip_token_make(&keys->secret, item_code, ret_token);
	}
	return keys->is_known;
}
