#ifndef HOSO_STORE_DOSSIER_H
#define HOSO_STORE_DOSSIER_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/dossier_code.h>
#include <hoso/item_code.h>
#include <hoso/wire.h>

#include "io/pg_conn.h"
#include "model/actor.h"

/*
 * One dossier as people see it. Texts in these values are borrowed from the trip's answer: they
 * live until pg_trip_clear(). A text that is not there is "".
 */

/** struct dossier_place - an office, agency or procedure; both "" when there is none. */
struct dossier_place {
	const char *code;
	const char *name;
};

/** struct dossier_party - sender or receiver; all "" when there is none. */
struct dossier_party {
	const char *name;
	const char *phone;
	const char *address;
};

/** struct dossier - the dossier itself; @service 0 and @due_on "" while they are not known. */
struct dossier {
	struct uuid id;
	const char *code;
	struct dossier_place agency;
	struct dossier_place procedure;
	int64_t service;
	struct dossier_party sender;
	struct dossier_party receiver;
	const char *due_on;
	bool stub;
	int64_t recorded_at_ms;
	const char *status;
	int64_t submitted_at_ms; /* 0: not submitted */
	const char *received_on;
	int64_t result_ready_at_ms;
};

/** struct dossier_leg - @late: it is open and has not moved for DOSSIER_LATE_DAYS. */
struct dossier_leg {
	struct uuid id;
	int64_t no;
	const char *item_code;
	const char *kind;
	const char *state;
	int64_t state_at_ms;
	struct dossier_place state_office;
	const char *state_actor;
	int64_t gaps;
	int64_t conflicts;
	int64_t attempts;
	int64_t invitations;
	int64_t fee_vnd;
	int64_t postage_vnd;
	int64_t collect_vnd;
	const char *seal;
	bool late;
};

/*
 * Longer than the slowest stage of a letter inside a province. A leg that was never accepted is not
 * late: it stands on the exception desk.
 */
#define DOSSIER_LATE_DAYS 2

/** struct dossier_event - one event as it was recorded; @data is canonical JSON. */
struct dossier_event {
	struct uuid id;
	struct uuid dossier_id; /* the stub's, for what was recorded before the item's dossier was
				   known */
	int64_t dseq;
	const char *item_code;
	const char *kind;
	int64_t occurred_at_ms;
	int64_t recorded_at_ms;
	const char *verdict;
	const char *why;
	const char *leg_state;
	bool gap;
	int64_t account;
	const char *actor;
	const char *role;
	int64_t office; /* 0: none */
	const char *office_code;
	const char *device;
	const char *data;
	struct digest hash;
	int64_t clock_offset_ms; /* of the device when it was recorded, as far as known; 0 in the feed */
};

/**
 * struct dossier_key - what a dossier is looked up by: any of the three; "" or none is not looked
 * for. A code that fits several dossiers means the one whose dossier code it is.
 */
struct dossier_key {
	struct uuid id;
	struct dossier_code code;
	struct item_code item;
};

/**
 * dossier_ask() - one dossier, its legs and all its events, those of stubs that were merged into it
 * too.
 * @one_leg: only the leg of key->item, and its events.
 *
 * The first steps of @trip. Who looked is written down by the statement that reads: no look without
 * a line in the view log.
 */
void dossier_ask(struct pg_trip *trip, const struct actor *actor, const struct dossier_key *key,
	bool one_leg);

/** dossier_learn() - false when there is no such dossier, or not for this actor. */
bool dossier_learn(const struct pg_trip *trip, struct dossier *ret_dossier);

int dossier_leg_count(const struct pg_trip *trip);
struct dossier_leg dossier_leg_at(
	const struct pg_trip *trip, int row); /* in the order of their numbers */

int dossier_event_count(const struct pg_trip *trip);
struct dossier_event dossier_event_at(
	const struct pg_trip *trip, int row); /* in the order of time */

/**
 * struct dossier_care - what a leg's delivery needs beside the leg.
 * @reclaim:  names of papers, a line each
 * @receiver: to whom it goes since it was redirected; "" before
 */
struct dossier_care {
	const char *reclaim;
	bool has_pin;
	int64_t pin_wrong;
	struct dossier_party receiver;
};

/** dossier_care_find() - the row of an item's; -1 when it needs nothing. */
int dossier_care_find(const struct pg_trip *trip, const char *item_code);
struct dossier_care dossier_care_at(const struct pg_trip *trip, int row);

#endif
