#include "flow/road_teller.h"

#include <glib.h>
#include <sodium.h>

#include <hoso/limits.h>

#include "base/attr.h"
#include "base/clock.h"
#include "flow/outbox.h"
#include "store/road.h"

/*
 *   WATCHING ──changed, or long ago──► TELLING ──► WATCHING
 *       └──stop──► FORGETTING ──► SILENT
 *
 * What could not be told is told at the next look; what could not be taken back is not believed for long.
 */
enum teller_state { TELLER_WATCHING, TELLER_TELLING, TELLER_FORGETTING, TELLER_SILENT };

struct road_teller {
	struct loop *loop;
	struct pg_pool *pool;
	struct outbox *outbox;
	enum teller_state state;
	bool stopping;
	bool freed;
	bool has_told;
	enum hoso_error told;    /* what, … */
	enum hoso_error telling; /* … and what is in the air */
	int64_t told_at_ms;      /* monotonic */
	char name[25];
	struct pg_trip trip;
	struct loop_task look;
};

static void look(struct loop_task *task);

static bool is_in_air(const struct road_teller *teller)
{
	return teller->state == TELLER_TELLING || teller->state == TELLER_FORGETTING;
}

static void came(struct pg_trip *trip, enum hoso_error error);

static void enter(struct road_teller *teller, enum teller_state state)
{
	teller->state = state;
	if (state == TELLER_WATCHING) {
		loop_after(teller->loop, &teller->look, ROAD_LOOK_MS, look);
		return;
	}
	if (state == TELLER_SILENT) {
		return;
	}
	if (state == TELLER_TELLING) {
		road_tell(&teller->trip, teller->name, teller->telling);
	} else {
		road_forget(&teller->trip, teller->name);
	}
	if (pg_pool_run(teller->pool, &teller->trip, came)) {
		pg_trip_clear(&teller->trip);
		enter(teller, state == TELLER_TELLING ? TELLER_WATCHING : TELLER_SILENT);
	}
}

static void came(struct pg_trip *trip, enum hoso_error error)
{
	struct road_teller *teller = container_of(trip, struct road_teller, trip);
	bool good = !error && trip->committed;

	pg_trip_clear(trip);
	if (teller->freed) {
		g_free(teller);
		return;
	}
	if (teller->state == TELLER_FORGETTING) {
		enter(teller, TELLER_SILENT);
		return;
	}
	if (good) {
		teller->has_told = true;
		teller->told = teller->telling;
		teller->told_at_ms = clock_monotonic_ms();
	}
	enter(teller, teller->stopping ? TELLER_FORGETTING : TELLER_WATCHING);
}

static void look(struct loop_task *task)
{
	struct road_teller *teller = container_of(task, struct road_teller, look);
	struct outbox_counts counts = outbox_counts(teller->outbox);
	bool is_news = !teller->has_told || teller->told != counts.closed_by;

	if (is_news || clock_monotonic_ms() - teller->told_at_ms >= ROAD_TELL_MS) {
		teller->telling = counts.closed_by;
		enter(teller, TELLER_TELLING);
	} else {
		enter(teller, TELLER_WATCHING);
	}
}

struct road_teller *road_teller_new(struct loop *loop, struct pg_pool *pool, struct outbox *outbox)
{
	struct road_teller *teller = g_new0(struct road_teller, 1);
	unsigned char random[16];

	teller->loop = loop;
	teller->pool = pool;
	teller->outbox = outbox;
	randombytes_buf(random, sizeof random);
	sodium_bin2base64(teller->name, sizeof teller->name, random, sizeof random,
		sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	enter(teller, outbox_counts(outbox).has_portal ? TELLER_WATCHING : TELLER_SILENT);
	return teller;
}

void road_teller_stop(struct road_teller *teller)
{
	teller->stopping = true;
	loop_cancel(&teller->look);
	if (teller->state == TELLER_WATCHING) {
		enter(teller, teller->has_told ? TELLER_FORGETTING : TELLER_SILENT);
	}
}

bool road_teller_is_silent(const struct road_teller *teller)
{
	return teller->state == TELLER_SILENT;
}

void road_teller_free(struct road_teller *teller)
{
	if (!teller) {
		return;
	}
	loop_cancel(&teller->look);
	teller->freed = true;
	if (!is_in_air(teller)) {
		g_free(teller);
	}
}
