#ifndef HOSO_STORE_EXCEPTION_H
#define HOSO_STORE_EXCEPTION_H

#include <stdint.h>

#include <glib.h>

#include <hoso/wire.h>

#include "io/pg_conn.h"
#include "model/actor.h"
#include "model/desk.h"

/*
 * What waits for somebody: scans that did not fit, scans that the database would not take, lines that the
 * portal refused, items that are late or stuck, agencies that owe an answer. A thing leaves the desk by
 * itself when what it asks for has happened.
 */

#define EXCEPTION_DAYS 60    /* as long as a scan may be sent late; older ones are history */
#define EXCEPTION_KEY_MAX 60 /* "proof:", an id and what it is of have 52 */

/**
 * struct exception - one thing on the desk. Texts are borrowed from the trip's answer.
 * @key:    unique among all: the kind, or "event", "proof", "push"; a colon; an id, or what names a person's money
 * @id:     of the event, the outbox line, the leg, the dossier, the visit or the account, as text
 * @kind:   of the event; "" when it is about an item or a dossier
 * @leg_kind: "" when it is about a dossier
 * @why:    the error's token, the SQLSTATE of a quarantined scan, the state of a visit, the kind of money
 * @detail: the portal's own words; of money the VND, and the reason that was given
 * @owner:  the office, or for what an agency owes the agency
 * @first_invited_ms, @last_invited_ms: of an item that waits for its return; 0 otherwise
 */
struct exception {
	const char *key;
	enum desk_kind what;
	const char *id;
	int64_t at_ms;
	const char *item_code;
	const char *dossier_code;
	const char *kind;
	const char *leg_kind;
	const char *why;
	const char *actor;
	const char *office_code;
	const char *detail;
	const char *owner;
	int64_t first_invited_ms;
	int64_t last_invited_ms;
};

/**
 * struct exception_wish - which ones.
 * @kinds:  DESK_BITs
 * @office: its code, or "" for all that the actor may see
 * @before_ms, @before_key: the last row of the page before; 0 and "" for the first page
 */
struct exception_wish {
	unsigned kinds;
	const char *office;
	struct desk_cuts cuts;
	int64_t before_ms;
	const char *before_key;
	unsigned limit;
};

/** exception_ask() - steps of @trip, which has no others: one, and one for each kind. No kind: nothing to ask. */
void exception_ask(
	struct pg_trip *trip, const struct actor *actor, const struct exception_wish *wish);
/** exception_learn() - of all kinds the newest @limit, newest first, and one more when there are more. Unref it. */
GArray *exception_learn(const struct pg_trip *trip, unsigned limit);

/** exception_ask_counts() - how many of each kind, up to DESK_COUNT_MAX + 1; as exception_ask(). */
void exception_ask_counts(
	struct pg_trip *trip, const struct actor *actor, const struct exception_wish *wish);
void exception_counts(const struct pg_trip *trip, int64_t ret_counts[DESK_KIND_COUNT]);

#endif
