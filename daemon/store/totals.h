#ifndef HOSO_STORE_TOTALS_H
#define HOSO_STORE_TOTALS_H

#include <stdbool.h>

#include <hoso/wire.h>

#include "io/pg_conn.h"
#include "io/pg_value.h"
#include "model/actor.h"
#include "model/period.h"

/* Figures from outside: imported whole, never changed; a correction is a new line, and the newest counts. */

/** totals_find_ask() - which of these are not there (or, offices, not in sight)? And was @id imported already? */
void totals_find_ask(struct pg_trip *trip, const struct actor *actor, const struct uuid *id,
	struct pg_array *agencies, struct pg_array *procedures, struct pg_array *offices);

/* The n-th of what totals_find_ask() was given; @n from 0. */
bool totals_has_agency(const struct pg_trip *trip, int n);
bool totals_has_procedure(const struct pg_trip *trip, int n);
bool totals_has_office(const struct pg_trip *trip, int n);

/** totals_was_imported() - its digest and number of lines; false when @id is new. */
bool totals_was_imported(const struct pg_trip *trip, struct digest *ret_digest, int64_t *ret_lines);

/** struct totals_arrays - columns of the lines, in the order of the tables. */
struct totals_arrays {
	struct pg_array line, period, cut, first_on, last_on, place, procedure, figure;
	struct pg_array numbers[5];
	struct pg_array source;
};

/** totals_import() - BEGIN to COMMIT. @what: "totals" or "figures". @arrays are taken over. */
void totals_import(struct pg_trip *trip, const struct actor *actor, const struct uuid *id,
	const char *what, const struct digest *digest, int64_t lines, struct totals_arrays *arrays);

/**
 * totals_list_ask() - all lines of a period, the newest of each first, and one more when there are more.
 * @before: the last line of the page before, as totals_at() gave its key; "" for the first page.
 */
void totals_list_ask(struct pg_trip *trip, const struct actor *actor, const struct period *period,
	const char *agency, int64_t before_ms, const char *before_key, unsigned limit);

/** struct totals_row - numbers NULL: not said. */
struct totals_row {
	const char *key;
	int64_t at_ms;
	const char *period, *cut, *agency, *procedure, *source, *account;
	bool counts; /* no newer line is about the same */
};

int totals_count(const struct pg_trip *trip);
struct totals_row totals_at(const struct pg_trip *trip, int row);
bool totals_number_at(const struct pg_trip *trip, int row, int n, int64_t *ret_number);

#endif
