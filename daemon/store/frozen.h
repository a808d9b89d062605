#ifndef HOSO_STORE_FROZEN_H
#define HOSO_STORE_FROZEN_H

#include <stdbool.h>

#include <glib.h>

#include "store/report.h"

/*
 * Reports that were closed: bytes, kept once by their SHA-256, never changed and never made anew. What was asked for is
 * the key: the first who closes it decides, everybody after gets that one.
 */

#define FROZEN_FORMATS 4

/** struct frozen_new - @office: whose it is. @formats, @bytes: borrowed until the trip has come back. */
struct frozen_new {
	struct uuid id;
	int version;
	int64_t at_ms;
	const char *office;
	const char *formats[FROZEN_FORMATS];
	const GString *bytes[FROZEN_FORMATS];
};

/** frozen_ask() - was it closed already? The first steps of @trip; read with frozen_count(). */
void frozen_ask(struct pg_trip *trip, const struct actor *actor, const struct report_ask *ask);

/** frozen_store() - BEGIN to COMMIT; what was closed before stays. Read with frozen_count(): none means that @new->id is
 * another report's. */
void frozen_store(struct pg_trip *trip, const struct actor *actor, const struct report_ask *ask,
	const struct frozen_new *new);

/** frozen_list_ask() - newest first, in sight of @actor, and one more when there are more. */
void frozen_list_ask(struct pg_trip *trip, const struct actor *actor, int64_t before_ms,
	const struct uuid *before_id, unsigned limit);

/** struct frozen - texts are borrowed from the trip's answer. @digests: "json:…,csv:…" with hexadecimal SHA-256. */
struct frozen {
	struct uuid id;
	const char *name, *period, *cut, *first_on, *last_on;
	const char *office, *agency, *procedure, *courier;
	int64_t version, at_ms;
	const char *account, *digests;
};

int frozen_count(const struct pg_trip *trip);
struct frozen frozen_at(const struct pg_trip *trip, int row);

/** frozen_bytes_ask() - one format of one report; frozen_bytes(): NULL when it is not there, or out of sight. */
void frozen_bytes_ask(struct pg_trip *trip, const struct actor *actor, const char *name,
	const struct uuid *id, const char *format);
GString *frozen_bytes(const struct pg_trip *trip);
const char *frozen_bytes_period(const struct pg_trip *trip);

#endif
