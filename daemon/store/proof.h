#ifndef HOSO_STORE_PROOF_H
#define HOSO_STORE_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hoso/wire.h>

#include "io/pg_conn.h"
#include "model/actor.h"

/*
 * Pictures that prove deliveries, stored once by content. They come whole or in parts, in order, from one account; a
 * part that is there is there, so a phone goes on where it was cut off. What is complete is hashed by the database
 * before it counts.
 */

/** struct proof_part - @bytes of a proof of @total, from @from on; borrowed. A whole one begins at 0 and has all. */
struct proof_part {
	struct digest sha256;
	const char *media;
	size_t from;
	size_t total;
	const void *bytes;
	size_t length;
};

/**
 * struct proof_put - what became of a part.
 * @is_complete: the proof is stored, now or before
 * @is_taken:    this part was
 * @is_wrong:    it was the last, and all of them have another hash: they are gone
 * @over_quota:  the account has sent PROOF_DAY_BYTES_MAX already
 * @have:        bytes that are there, from the beginning
 */
struct proof_put {
	bool is_complete;
	bool is_taken;
	bool is_wrong;
	bool over_quota;
	int64_t have;
};

/** proof_put() - the whole trip: BEGIN to COMMIT. @length of the outcome: of the part. */
void proof_put(struct pg_trip *trip, int64_t account, const struct proof_part *part);
struct proof_put proof_put_outcome(const struct pg_trip *trip, size_t length);

/** proof_ask_progress() - how much of it is there, for the account that sends it. */
void proof_ask_progress(struct pg_trip *trip, int64_t account, const struct digest *sha256);

/** proof_progress() - bytes; @ret_complete when it is all. */
int64_t proof_progress(const struct pg_trip *trip, bool *ret_complete);

/** proof_ask() - the picture itself, and a line in the view log for each dossier that it is seen for. */
void proof_ask(struct pg_trip *trip, const struct actor *actor, const struct digest *sha256);

/**
 * proof_learn() - false: there is none, or not for this actor.
 * @ret_bytes: in the trip's answer
 */
bool proof_learn(const struct pg_trip *trip, const char **ret_media, const void **ret_bytes,
	size_t *ret_length);

#endif
