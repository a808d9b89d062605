#include "flow/skew_teller.h"

#include <assert.h>
#include <inttypes.h>

#include <glib.h>

#include <hoso/limits.h>

#include "base/attr.h"
#include "base/clock.h"
#include "model/device_clock.h"
#include "store/skew.h"

struct skew_teller {
	struct pg_pool *pool;
	GHashTable *known;   /* who → struct known */
	GHashTable *telling; /* who → struct telling, in the air */
	struct skew_counts counts;
};

struct known {
	int64_t offset_ms;
	int64_t until_ms; /* monotonic; then another daemon may have recorded something else */
};

struct telling {
	struct pg_trip trip;
	struct skew_teller *teller;
	char *who;
};

static bool is_known(const struct skew_teller *teller, const char *who, int64_t offset_ms)
{
	const struct known *known = g_hash_table_lookup(teller->known, who);

	return known && clock_monotonic_ms() < known->until_ms &&
	       !device_clock_is_news(offset_ms, known->offset_ms);
}

/* Full, all are forgotten: each is asked for once more. */
static void remember(struct skew_teller *teller, char *who, int64_t offset_ms)
{
	struct known *known = g_new(struct known, 1);

	*known = (struct known){offset_ms, clock_monotonic_ms() + DEVICE_CLOCK_KNOWN_MS};
	if (g_hash_table_size(teller->known) >= DEVICE_CLOCKS_MAX) {
		g_hash_table_remove_all(teller->known);
	}
	g_hash_table_replace(teller->known, who, known);
}

static void free_telling(struct telling *telling)
{
	pg_trip_clear(&telling->trip);
	g_hash_table_remove(telling->teller->telling, telling->who);
	g_free(telling->who);
	g_free(telling);
}

static void was_told(struct pg_trip *trip, enum hoso_error error)
{
	struct telling *telling = container_of(trip, struct telling, trip);
	struct skew_teller *teller = telling->teller;

	if (!error && trip->committed) {
		teller->counts.told++;
		remember(teller, g_strdup(telling->who), skew_learn(trip));
	} else {
		teller->counts.lost++;
	}
	free_telling(telling);
}

static void tell(struct skew_teller *teller, char *who, const struct actor *actor, int64_t now_ms,
	int64_t offset_ms)
{
	struct telling *telling = g_new0(struct telling, 1);

	telling->teller = teller;
	telling->who = who;
	g_hash_table_insert(teller->telling, who, telling);
	skew_tell(&telling->trip, actor, now_ms, offset_ms);
	if (pg_pool_run(teller->pool, &telling->trip, was_told)) {
		teller->counts.lost++;
		free_telling(telling);
	}
}

void skew_teller_tell(
	struct skew_teller *teller, const struct actor *actor, int64_t now_ms, int64_t offset_ms)
{
	g_autofree char *who = g_strdup_printf("%" PRIi64 "/%s", actor->account, actor->device);

	if (is_known(teller, who, offset_ms) || g_hash_table_contains(teller->telling, who)) {
		return;
	}
	if (g_hash_table_size(teller->telling) >= DEVICE_CLOCKS_IN_AIR_MAX) {
		teller->counts.lost++;
		return;
	}
	tell(teller, g_steal_pointer(&who), actor, now_ms, offset_ms);
}

bool skew_teller_is_silent(const struct skew_teller *teller)
{
	return g_hash_table_size(teller->telling) == 0;
}

struct skew_counts skew_teller_counts(const struct skew_teller *teller)
{
	return teller->counts;
}

struct skew_teller *skew_teller_new(struct pg_pool *pool)
{
	struct skew_teller *teller = g_new0(struct skew_teller, 1);

	teller->pool = pool;
	teller->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	teller->telling = g_hash_table_new(g_str_hash, g_str_equal);
	return teller;
}

void skew_teller_free(struct skew_teller *teller)
{
	if (!teller) {
		return;
	}
	assert(skew_teller_is_silent(teller));
	g_hash_table_destroy(teller->known);
	g_hash_table_destroy(teller->telling);
	g_free(teller);
}
