#ifndef HOSO_STORE_LOOKUP_H
#define HOSO_STORE_LOOKUP_H

#include <stdbool.h>

#include <hoso/wire.h>

#include "io/pg_conn.h"
#include "model/progress.h"

/*
 * The public look-up, without a session. The first trip counts the request, and reads what a right answer is compared
 * with; it touches as many rows for a code that nobody has as for one that is there, for a stub as for a dossier: the
 * nearest ones stand in for them. The second trip writes a wrong try down, or reads how far the dossier is.
 */

#define LOOKUP_SECRETS_MAX 4

/** struct lookup_question - @code: an item's or a dossier's, parsed; @network: of network_of(). */
struct lookup_question {
	const char *code;
	const char *network;
	int64_t slot;
};

/**
 * struct lookup_found - what is known of the code.
 * @is_there: there is such a code, and somebody has taken it in; all else is filled in anyway
 * @is_closed: too many wrong tries: phone digits do not open it for a while
 * @asked_by_network, @asked_by_all: in this window, this request included
 * @phones: the last 4 digits of sender and receiver, "" when there is none; borrowed from the trip
 */
struct lookup_found {
	bool is_there;
	bool is_closed;
	int64_t asked_by_network;
	int64_t asked_by_all;
	struct uuid dossier_id;
	const char *phones[2];
	struct digest secrets[LOOKUP_SECRETS_MAX];
	unsigned secrets_count;
};

void lookup_ask(struct pg_trip *trip, const struct lookup_question *question);
struct lookup_found lookup_learn(const struct pg_trip *trip);

/** lookup_note_wrong() - one wrong try more, whatever the code is; what is closed already is not closed for longer. */
void lookup_note_wrong(struct pg_trip *trip, const char *code);

/** lookup_ask_progress() - the legs of a dossier; lookup_learn_progress() borrows from the answer. */
void lookup_ask_progress(struct pg_trip *trip, const struct uuid *dossier_id);
struct progress lookup_learn_progress(const struct pg_trip *trip, enum hoso_language language);

/** lookup_ask_secret() - the one that new slips' tokens are made with. False: there is none. */
void lookup_ask_secret(struct pg_trip *trip);
bool lookup_learn_secret(const struct pg_trip *trip, struct digest *ret_secret);

#endif
