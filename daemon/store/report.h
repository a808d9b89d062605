#ifndef HOSO_STORE_REPORT_H
#define HOSO_STORE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/limits.h>
#include <hoso/wire.h>

#include "io/pg_conn.h"
#include "model/actor.h"
#include "model/period.h"

/* What is counted, and which legs are behind a number. Nothing of a citizen is in either. */

enum report_name {
	REPORT_PLAN,
	REPORT_VOLUME,
	REPORT_QUALITY,
	REPORT_OUT_OF_HOURS,
	REPORT_QUARTERLY,
	REPORT_COUNT
};

/** report_name_wire() - "plan"; report_name_parse(): REPORT_COUNT for what is none. */
const char *report_name_wire(enum report_name name);
enum report_name report_name_parse(const char *text);

/** struct report_ask - which report of what. @office … @courier: codes, an account; "" is all. */
struct report_ask {
	enum report_name name;
	struct period period;
	char office[WORD_MAX + 1];
	char agency[WORD_MAX + 1];
	char procedure[WORD_MAX + 1];
	char courier[ACCOUNT_MAX + 1];
};

/**
 * report_ask() - BEGIN to COMMIT, all of it in one look at the database.
 * @today: local day; what is due on it is not late yet.
 */
void report_ask(struct pg_trip *trip, const struct actor *actor, const struct report_ask *ask,
	int32_t today);

/** report_is_known() - the office, agency, procedure and account that were asked for are there and in sight; else
 * @ret_member says which is not. */
bool report_is_known(const struct pg_trip *trip, const char **ret_member);

/** report_issuer() - whose report it is: code and name of the asked office, of the session's, or of its agency. */
const char *report_issuer_code(const struct pg_trip *trip);
const char *report_issuer_name(const struct pg_trip *trip);

/** report_frozen() - what the same question was answered when it was closed, as JSON; NULL when it never was. */
const char *report_frozen(const struct pg_trip *trip);

int report_row_count(const struct pg_trip *trip);
const char *report_section_at(const struct pg_trip *trip, int row);
const char *report_key_at(const struct pg_trip *trip, int row);
const char *report_title_at(const struct pg_trip *trip, int row);
const char *report_note_at(const struct pg_trip *trip, int row);

/** report_number_at() - the @n-th number, from 0; false when nobody knows it. */
bool report_number_at(const struct pg_trip *trip, int row, int n, int64_t *ret_number);

/** struct report_figure - a number that has legs behind it; @by: the moment it is counted by. */
enum report_by { REPORT_BY_ACCEPTED, REPORT_BY_ENDED, REPORT_BY_PROMISED };

struct report_figure {
	const char *wire;
	enum report_by by;
	const char *kind;     /* of leg; NULL: any */
	const char *ended_as; /* NULL: any */
	int to_agency;        /* 1, 0; -1: either */
	int good;             /* in time; at the first attempt: 1, 0; -1: either */
	bool is_first_leg;    /* of a dossier whose result comes by post */
};

/** report_figure_find() - NULL when there is none of this name. */
const struct report_figure *report_figure_find(const char *wire);

/**
 * struct report_place - which of them, and the last one before; 0 for the first page.
 * @kind: leg kind, @office: the one that did it, without those below it, as a row counts it; "" is all.
 */
struct report_place {
	const struct report_figure *figure;
	char kind[32];
	char office[WORD_MAX + 1];
	int64_t before_ms;
	struct uuid before_id;
	unsigned limit;
};

/** report_list_ask() - newest first, and one more when there are more; the first step of @trip. Leaves a line in the
 * view log. */
void report_list_ask(struct pg_trip *trip, const struct actor *actor, const struct report_ask *ask,
	int32_t today, const struct report_place *place);

/** struct report_leg - texts are borrowed from the trip's answer. */
struct report_leg {
	struct uuid id;
	int64_t at_ms;
	const char *item_code, *dossier_id, *dossier_code, *kind, *state;
	const char *agency, *procedure, *office, *courier;
};

int report_leg_count(const struct pg_trip *trip);
struct report_leg report_leg_at(const struct pg_trip *trip, int row);

#endif
