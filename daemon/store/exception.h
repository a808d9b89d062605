#ifndef HOSO_STORE_EXCEPTION_H
#define HOSO_STORE_EXCEPTION_H

#include <stdint.h>

#include <hoso/wire.h>

#include "io/pg_conn.h"
#include "model/actor.h"

/*
 * What waits for a supervisor: scans that did not fit, scans that the database would not take, and
 * lines that the portal refused. A thing leaves the desk by itself when what it asks for has
 * happened.
 */

#define EXCEPTION_DAYS 60    /* as long as a scan may be sent late; older ones are history */
#define EXCEPTION_KEY_MAX 60 /* "proof:", an id and what it is of have 52 */

/**
 * struct exception - one thing on the desk. Texts are borrowed from the trip's answer.
 * @key:    unique among all; "event:…", "quarantine:…", "push:…"
 * @what:   conflict, unknown_item, refused, quarantined, dead_push, proof_missing
 * @id:     of the event or the outbox line, as text
 * @kind:   of the event
 * @why:    the error's token, or the SQLSTATE of a quarantined scan
 * @detail: the portal's own words
 */
struct exception {
	const char *key;
	const char *what;
	const char *id;
	int64_t at_ms;
	const char *item_code;
	const char *dossier_code;
	const char *kind;
	const char *why;
	const char *actor;
	const char *office_code;
	const char *detail;
};

/**
 * exception_ask() - up to @limit, newest first, and one more when there are more. The first step of
 * @trip.
 * @before_ms, @before_key: the last row of the page before; 0 and "" for the first page
 */
void exception_ask(struct pg_trip *trip, const struct actor *actor, int64_t before_ms,
	const char *before_key, unsigned limit);
int exception_count(const struct pg_trip *trip);
struct exception exception_at(const struct pg_trip *trip, int row);

#endif
