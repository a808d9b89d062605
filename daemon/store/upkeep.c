#include "store/upkeep.h"

#include "store/catalogue.h"

static const struct pg_statement partitions = {
	"upkeep_partitions", "SELECT make_event_partitions(3)"};

static const struct pg_statement failures = {
	"upkeep_failures", "DELETE FROM login_failure WHERE at < now() - interval '1 day'"};

/* One at a time, whichever daemon it is: creating the same partition twice at once would fail. */
static const struct pg_statement alone = {"upkeep_lock", "SELECT pg_advisory_xact_lock(7236002)"};

void upkeep_run(struct pg_trip *trip)
{
	pg_trip_add(trip, &pg_begin);
	pg_trip_add(trip, &alone);
	pg_trip_add(trip, &partitions);
	pg_trip_add(trip, &failures);
	catalogue_turn(trip, false);
	pg_trip_add(trip, &pg_commit);
}
