#ifndef HOSO_STORE_REPORT_PRIVATE_H
#define HOSO_STORE_REPORT_PRIVATE_H

#include "io/pg_conn.h"
#include "store/report.h"

/* Each beside its own SQL; report.c asks them. */
extern const struct pg_statement report_plan;
extern const struct pg_statement report_volume;
extern const struct pg_statement report_quality;
extern const struct pg_statement report_out_of_hours;
extern const struct pg_statement report_quarterly;

/** report_trip_begin() - one look at the database for all that follows. @trip's first steps. */
void report_trip_begin(struct pg_trip *trip);

enum { REPORT_STEP_FIRST = 2 /* behind BEGIN and the settings */ };

/** report_ask_params() - $1 to $11 of REPORT_ASKED. */
void report_ask_params(struct pg_params *params, const struct actor *actor,
	const struct report_ask *ask, int32_t today);

#endif
