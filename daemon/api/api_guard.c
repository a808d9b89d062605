#include "api/api_guard.h"

#include <string.h>

#include <glib.h>

#include "api/api_json.h"
#include "base/clock.h"
#include "base/crash.h"
#include "base/log.h"
#include "base/text.h"
#include "store/session.h"

#define TOKEN_BYTES 43
#define SESSIONS_REMEMBERED_MAX 20000 /* counters and couriers of a nation, signed in */

/* Who a token belonged to a moment ago. Nothing that the database does not have. */
struct remembered {
	struct actor actor;
	int64_t until_ms;
};

struct visitor {
	struct pg_trip trip;
	struct exchange *exchange;
	const struct route *route;
	struct api *api;
	struct digest token_hash;
};

static GHashTable *sessions; /* struct digest → struct remembered */

static guint hash_digest(gconstpointer key)
{
	guint hash;

	memcpy(&hash, key, sizeof hash);
	return hash;
}

static gboolean same_digest(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, sizeof(struct digest)) == 0;
}

void api_guard_forget(void)
{
	if (sessions) {
		g_hash_table_remove_all(sessions);
	}
}

static void remember(const struct digest *token_hash, const struct actor *actor)
{
	struct remembered *entry = g_new(struct remembered, 1);

	if (!sessions) {
		sessions = g_hash_table_new_full(hash_digest, same_digest, g_free, g_free);
	}
	if (g_hash_table_size(sessions) >= SESSIONS_REMEMBERED_MAX) {
		g_hash_table_remove_all(sessions);
	}
	*entry = (struct remembered){*actor, clock_monotonic_ms() + SESSION_CACHE_MS};
	g_hash_table_replace(sessions, g_memdup2(token_hash, sizeof *token_hash), entry);
}

static const struct actor *recall(const struct digest *token_hash)
{
	struct remembered *entry = sessions ? g_hash_table_lookup(sessions, token_hash) : NULL;

	return entry && clock_monotonic_ms() < entry->until_ms ? &entry->actor : NULL;
}

const struct actor *api_actor(const struct exchange *exchange)
{
	const struct actor *actor = exchange_user(exchange);

	g_assert(actor);
	return actor;
}

bool api_token_hash(const struct exchange *exchange, struct digest *ret_hash)
{
	static const char scheme[] = "Bearer ";
	const char *header = exchange_header(exchange, "Authorization");
	const char *token;

	if (!header || g_ascii_strncasecmp(header, scheme, sizeof scheme - 1) != 0) {
		return false;
	}
	token = header + sizeof scheme - 1;
	if (strlen(token) != TOKEN_BYTES) {
		return false;
	}
	*ret_hash = text_digest(token, TOKEN_BYTES, "", 0);
	return true;
}

static void hand_over(struct exchange *exchange, const struct route *route, struct api *api)
{
	if (route->body_max > 0 && !route_takes(route, exchange_header(exchange, "Content-Type"))) {
		api_problem(exchange, HOSO_BAD_MEDIA, NULL);
		return;
	}
	route->handle(exchange, api);
}

static void let_in(struct exchange *exchange, const struct route *route, struct api *api,
	const struct actor *actor)
{
	if (!(route->access & ROLE_BIT(actor->role))) {
		log_notice("account=%s role=%s route=%s: refused", actor->login,
			role_wire(actor->role), route->path);
		api_problem(exchange, HOSO_FORBIDDEN, NULL);
		return;
	}
	exchange_set_user(exchange, g_memdup2(actor, sizeof *actor), g_free);
	CRASH_POINT(API_GUARDED);
	hand_over(exchange, route, api);
}

static void session_came(struct pg_trip *trip, enum hoso_error error)
{
	struct visitor *visitor = container_of(trip, struct visitor, trip);
	struct actor actor;

	if (error) {
		api_problem(
			visitor->exchange, error == HOSO_CANCELED ? HOSO_STOPPING : error, NULL);
	} else if (!session_learn(trip->results[1], &actor)) {
		api_problem(visitor->exchange, HOSO_UNAUTHORIZED, NULL);
	} else {
		remember(&visitor->token_hash, &actor);
		let_in(visitor->exchange, visitor->route, visitor->api, &actor);
	}
	pg_trip_clear(trip);
	g_free(visitor);
}

static void ask_database(struct exchange *exchange, const struct route *route, struct api *api,
	const struct digest *token_hash)
{
	struct visitor *visitor = g_new0(struct visitor, 1);
	enum hoso_error error;

	visitor->exchange = exchange;
	visitor->route = route;
	visitor->api = api;
	visitor->token_hash = *token_hash;
	session_ask(&visitor->trip, token_hash);
	error = pg_pool_run(api->pool, &visitor->trip, session_came);
	if (error) {
		api_problem(exchange, error, NULL);
		pg_trip_clear(&visitor->trip);
		g_free(visitor);
	}
}

void api_guard(struct exchange *exchange, const struct route *route, void *arg)
{
	struct api *api = arg;
	struct digest token_hash;
	const struct actor *actor;

	if (route->access & ACCESS_PUBLIC) {
		hand_over(exchange, route, api);
		return;
	}
	if (!api_token_hash(exchange, &token_hash)) {
		api_problem(exchange, HOSO_UNAUTHORIZED, NULL);
		return;
	}
	actor = recall(&token_hash);
	if (actor) {
		let_in(exchange, route, api, actor);
	} else {
		ask_database(exchange, route, api, &token_hash);
	}
}
