#ifndef HOSO_STORE_VISIT_DAY_H
#define HOSO_STORE_VISIT_DAY_H

#include "store/visit_read.h"

/* A day of visits: a courier's own, and the supervisor's board. */

#define VISIT_DAY_ROWS_MAX 500 /* of a courier's day; a hard one has 150 */

/** struct visit_delivery - an item that the courier has with them. Texts are borrowed from the trip's answer. */
struct visit_delivery {
	const char *item_code;
	const char *leg_kind;
	const char *dossier_code;
	const char *name;
	const char *phone;
	const char *address;
	int64_t collect_vnd;
	int attempts;
	int64_t since_ms;
};

/**
 * visit_day_ask_mine() - the first step: the courier's visits of the day, by window; the second: what they carry.
 * A line in view_log for the list, and one for each dossier.
 */
void visit_day_ask_mine(
	struct pg_trip *trip, const struct actor *actor, int64_t from_ms, int64_t to_ms);
int visit_day_delivery_count(const struct pg_trip *trip);
struct visit_delivery visit_day_delivery_at(const struct pg_trip *trip, int row);

/** struct visit_board - one courier of one office on one day; courier "": what nobody has yet. */
struct visit_board {
	const char *office_code;
	const char *office_name;
	const char *courier_login;
	const char *courier_name;
	int by_state[VISIT_STATE_COUNT];
	int missed;
	int out_of_hours;
	int64_t first_ms;
	int64_t last_ms;
};

/** visit_day_ask_board() - @office: "" for all in sight. The first step; names no citizen. */
void visit_day_ask_board(struct pg_trip *trip, const struct actor *actor, const char *office,
	int64_t from_ms, int64_t to_ms);
int visit_day_board_count(const struct pg_trip *trip);
struct visit_board visit_day_board_at(const struct pg_trip *trip, int row);

/** struct visit_courier - one who may be given a visit. */
struct visit_courier {
	const char *login;
	const char *name;
	const char *office_code;
	const char *office_name;
	bool is_busy; /* has another visit in that window */
};

/**
 * visit_day_ask_couriers() - the first step: the couriers of the offices in sight, by office and name.
 * @office: "" for all in sight. @visit: NULL, or the one that is to be given, which keeps nobody busy.
 */
void visit_day_ask_couriers(struct pg_trip *trip, const struct actor *actor, const char *office,
	const struct uuid *visit, int64_t from_ms, int64_t to_ms);
int visit_day_courier_count(const struct pg_trip *trip);
struct visit_courier visit_day_courier_at(const struct pg_trip *trip, int row);

#endif
