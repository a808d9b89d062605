#include "flow/intake_policy.h"

#include <string.h>

#include <hoso/limits.h>

static bool is_one_of(const char *sqlstate, const char *const *list)
{
	for (; *list; list++) {
		if (strncmp(sqlstate, *list, strlen(*list)) == 0) {
			return true;
		}
	}
	return false;
}

/* Another transaction was first: serialization failure, deadlock, lock timeout, unique violation. */
static bool is_race(const char *sqlstate)
{
	static const char *const races[] = {"40001", "40P01", "55P03", "23505", NULL};

	return is_one_of(sqlstate, races);
}

/*
 * Who waited for a lock until it timed out, as often as is allowed, may then find that the other has been
 * first. That is the first time that the new row is seen: a unique violation has tries of its own.
 */
static unsigned tries_max(const char *sqlstate)
{
	return strcmp(sqlstate, "23505") == 0 ? 2 * INTAKE_RETRIES_MAX : INTAKE_RETRIES_MAX;
}

/* The server, not the scan: connection, read-only, wrong rights. What pg_trip_error() calls database_down is not here. */
static bool is_server(const char *sqlstate)
{
	static const char *const server[] = {
		"08", "XX", "25", "28", "3D", "42", "0A", "26", "F0", NULL};

	return is_one_of(sqlstate, server);
}

enum intake_step intake_policy_next(const struct intake_outcome *outcome)
{
	if (!outcome->error) {
		bool kept = !outcome->commits || (outcome->committed && !outcome->warned);
		return kept ? INTAKE_STEP_GO_ON : INTAKE_STEP_PARK;
	}
	if (outcome->error != HOSO_INTERNAL || outcome->sqlstate[0] == '\0' ||
		is_server(outcome->sqlstate)) {
		return INTAKE_STEP_PARK;
	}
	if (is_race(outcome->sqlstate) && outcome->tries < tries_max(outcome->sqlstate)) {
		return INTAKE_STEP_AGAIN;
	}
	if (strncmp(outcome->sqlstate, "40", 2) == 0 || strcmp(outcome->sqlstate, "55P03") == 0) {
		return INTAKE_STEP_PARK;
	}
	return outcome->scans > 1 ? INTAKE_STEP_SPLIT : INTAKE_STEP_SHELVE;
}
