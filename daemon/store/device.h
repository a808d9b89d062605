#ifndef HOSO_STORE_DEVICE_H
#define HOSO_STORE_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/error.h>

#include "io/pg_conn.h"
#include "model/actor.h"

/*
 * What people are signed in on, as a supervisor who manages their accounts sees and ends it. A device is what the sign-in
 * called it: two telephones of one kind are one device, and both are signed out with it.
 */

#define DEVICE_KEY_MAX 64 /* characters: a SHA-256 in hex */

/** struct device_place - where the list goes on: behind this device of this account. */
struct device_place {
	int64_t account;
	const char *key;
};

/** struct device - an account on a device, with live sessions. Texts are borrowed from the trip's answer. */
struct device {
	int64_t account;
	const char *login;
	const char *name;
	const char *role;
	const char *office_code;
	const char *office_name;
	const char *agency_code;
	const char *agency_name;
	const char *device; /* "": the sign-in named none */
	const char *key;
	int64_t signed_in_at_ms; /* the latest, … */
	int64_t seen_at_ms;      /* … to the minute, … */
	int64_t expires_at_ms;   /* … however much it is used */
	int64_t sessions;
	bool clock_was_off; /* once; then by @clock_offset_ms now */
	int64_t clock_offset_ms;
};

/** device_ask() - up to @limit by account, behind @after (zero for the first page), and one more. First step. */
void device_ask(struct pg_trip *trip, const struct actor *actor, const struct device_place *after,
	unsigned limit);
int device_count(const struct pg_trip *trip);
struct device device_at(const struct pg_trip *trip, int row);

/** device_end() - the account's sessions on that device are over; a line in audit when there were any. BEGIN to COMMIT. */
void device_end(
	struct pg_trip *trip, const struct actor *actor, const char *login, const char *device);

/** device_ended() - HOSO_NOT_FOUND: no such account, or out of scope. @ret_count: sessions; again it is none. */
enum hoso_error device_ended(const struct pg_trip *trip, int64_t *ret_count);

#endif
