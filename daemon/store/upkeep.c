#include "store/upkeep.h"

#include <hoso/limits.h>

static const struct pg_statement partitions = {
	"upkeep_partitions", "SELECT make_event_partitions(3)"};

static const struct pg_statement failures = {
	"upkeep_failures", "DELETE FROM login_failure WHERE at < now() - interval '1 day'"};

/* A proof's own day, and that of every event that speaks of it, must be over. */
static const struct pg_statement proofs = {"upkeep_proofs",
	"DELETE FROM proof p WHERE p.keep_until < now() AND NOT EXISTS (SELECT FROM proof_use u"
	" WHERE u.sha256 = p.sha256 AND u.recorded_at > now() - $1::int * interval '1 month')"};

static const struct pg_statement proof_parts = {"upkeep_proof_parts",
	"DELETE FROM proof_part WHERE created_at < now() - $1::int * interval '1 hour'"};

/* One at a time, whichever daemon it is: creating the same partition twice at once would fail. */
static const struct pg_statement alone = {"upkeep_lock", "SELECT pg_advisory_xact_lock(7236002)"};

void upkeep_run(struct pg_trip *trip)
{
	pg_trip_add(trip, &pg_begin);
	pg_trip_add(trip, &alone);
	pg_trip_add(trip, &partitions);
	pg_trip_add(trip, &failures);
	pg_params_int(pg_trip_add(trip, &proofs), PROOF_KEPT_MONTHS);
	pg_params_int(pg_trip_add(trip, &proof_parts), PROOF_PART_HOURS);
	pg_trip_add(trip, &pg_commit);
}
