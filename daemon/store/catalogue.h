#ifndef HOSO_STORE_CATALOGUE_H
#define HOSO_STORE_CATALOGUE_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "io/pg_conn.h"
#include "model/actor.h"

/*
 * Offices, agencies and procedures. They are effective-dated: what changes closes its row and opens
 * a new one, and what was recorded under the old one keeps it. Within the day that a row was opened
 * it is corrected in place. Nothing is ever removed.
 */

struct catalogue_office {
	const char *code;
	const char *name;
	const char *parent; /* a code; "" at the root */
};

struct catalogue_agency {
	const char *code;
	const char *name;
};

struct catalogue_procedure {
	const char *code;
	const char *name;
	const char *field_code;
	const char *field_name;
	bool by_post;
	int64_t fee_vnd;
};

/** catalogue_ask() - all that is valid today, each by code. The first steps of @trip. Borrowed from
 * its answer. */
void catalogue_ask(struct pg_trip *trip);
int catalogue_office_count(const struct pg_trip *trip);
struct catalogue_office catalogue_office_at(const struct pg_trip *trip, int row);
int catalogue_agency_count(const struct pg_trip *trip);
struct catalogue_agency catalogue_agency_at(const struct pg_trip *trip, int row);
int catalogue_procedure_count(const struct pg_trip *trip);
struct catalogue_procedure catalogue_procedure_at(const struct pg_trip *trip, int row);

/** struct catalogue - arrays of the structs above: what is to be so from today on; codes not named
 * stay as they are. */
struct catalogue {
	GArray *offices;
	GArray *agencies;
	GArray *procedures;
};

/**
 * catalogue_ask_offices() - before an import: is @actor's office at the root of its tree, and what
 * are the offices? The first steps of @trip.
 */
void catalogue_ask_offices(struct pg_trip *trip, const struct actor *actor);
bool catalogue_may_import(const struct pg_trip *trip);

/**
 * catalogue_import() - BEGIN to COMMIT; leaves a line in audit.
 *
 * No code stands twice in one array; every parent is known, or in the array, and nobody is their
 * own ancestor. Accounts follow their office or agency to its new row, and the closure of who
 * contains whom is computed anew, over all rows that a code ever had.
 */
void catalogue_import(
	struct pg_trip *trip, const struct actor *actor, const struct catalogue *catalogue);

#endif
