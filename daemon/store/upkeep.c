#include "store/upkeep.h"

#include <hoso/limits.h>

#include "store/catalogue.h"
#include "store/session.h"

static const struct pg_statement partitions = {
	"upkeep_partitions", "SELECT make_event_partitions(3)"};

static const struct pg_statement failures = {
	"upkeep_failures", "DELETE FROM login_failure WHERE at < now() - interval '1 day'"};

/* In pieces: a flood must not leave more behind than one statement can take away. As store/lookup.c forgets. */
static const struct pg_statement budgets = {"upkeep_budgets",
	"DELETE FROM lookup_budget WHERE ctid = ANY (ARRAY(SELECT ctid FROM lookup_budget"
	" WHERE slot < ms(now()) / 600000 - 1 LIMIT 100000))"};
_Static_assert(LOOKUP_WINDOW_MS == 600000, "as in upkeep_budgets");

static const struct pg_statement tries = {"upkeep_tries",
	"DELETE FROM lookup_try WHERE ctid = ANY (ARRAY(SELECT ctid FROM lookup_try"
	" WHERE last_at < now() - interval '3 hours' AND (wrong < 5 OR last_at < now() - interval '48 hours')"
	"  AND coalesce(closed_until < now(), true) ORDER BY last_at LIMIT 100000))"};

/* A proof's own day, and that of every event that speaks of it, must be over. */
static const struct pg_statement proofs = {"upkeep_proofs",
	"DELETE FROM proof p WHERE p.keep_until < now() AND NOT EXISTS (SELECT FROM proof_use u"
	" WHERE u.sha256 = p.sha256 AND u.recorded_at > now() - $1::int * interval '1 month')"};

static const struct pg_statement proof_parts = {"upkeep_proof_parts",
	"DELETE FROM proof_part WHERE created_at < now() - $1::int * interval '1 hour'"};

/* clang-format off */
/* One that ran out has ended, and stands no longer in the way of who asks for those that live. */
static const struct pg_statement sessions = {"upkeep_sessions",
	"UPDATE session SET ended_at = created_at + " SESSION_MS(SESSION_ABSOLUTE_MS)
	" WHERE ctid = ANY (ARRAY(SELECT ctid FROM session"
	"  WHERE ended_at IS NULL AND created_at < now() - " SESSION_MS(SESSION_ABSOLUTE_MS) " LIMIT 100000))"};
/* clang-format on */

static const struct pg_statement roads = {
	"upkeep_roads", "DELETE FROM portal_road WHERE told_at < now() - interval '1 hour'"};

/* One at a time, whichever daemon it is: creating the same partition twice at once would fail. */
static const struct pg_statement alone = {"upkeep_lock", "SELECT pg_advisory_xact_lock(7236002)"};

void upkeep_run(struct pg_trip *trip)
{
	pg_trip_add(trip, &pg_begin);
	pg_trip_add(trip, &alone);
	pg_trip_add(trip, &partitions);
	pg_trip_add(trip, &failures);
	pg_trip_add(trip, &budgets);
	pg_trip_add(trip, &tries);
	pg_trip_add(trip, &sessions);
	pg_trip_add(trip, &roads);
	pg_params_int(pg_trip_add(trip, &proofs), PROOF_KEPT_MONTHS);
	pg_params_int(pg_trip_add(trip, &proof_parts), PROOF_PART_HOURS);
	catalogue_turn(trip, false);
	pg_trip_add(trip, &pg_commit);
}
