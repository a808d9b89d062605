#ifndef HOSO_STORE_BOOK_CARE_H
#define HOSO_STORE_BOOK_CARE_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/scan.h>
#include <hoso/wire.h>

#include "store/book.h"

/*
 * What a delivery needs beside the leg: papers to reclaim, PIN, where it was redirected to, proofs. It is
 * read only for the scans that ask for it, so that the many others do not pay.
 */

/**
 * struct book_care - of one leg.
 * @reclaim:  names, a line each
 * @receiver: the person it goes to since it was redirected; none before
 * @pin:      keyed digest; only when @has_pin
 * @changed:  it is to be written
 */
struct book_care {
	struct uuid leg_id;
	const char *reclaim;
	struct uuid receiver;
	bool has_pin;
	struct digest pin;
	int32_t pin_wrong;
	bool changed;
};

/** book_care_is_wanted() - does this scan read or change it? */
bool book_care_is_wanted(const struct scan *scan);

/** book_care() - of a leg whose scan wanted it; made when there is none. Changed by the caller, who says so. */
struct book_care *book_care(struct book *book, const struct book_leg *leg);

/** book_announced() - names of the papers that the agency wants back by @step, a line each; "" for none. */
const char *book_announced(const struct book *book, const struct uuid *step);

/** book_announce() - @step says so; kept with it. */
void book_announce(struct book *book, const struct uuid *dossier, const struct uuid *step,
	const char *reclaim);

/** book_add_proof() - the event speaks of a proof. @what: "signature", "photo". */
void book_add_proof(struct book *book, const struct book_event *event, const char *what,
	const struct digest *sha256);

/* book_ask(), book_learn() and book_write() of this file's tables. */
void book_care_ask(const struct book *book, struct pg_trip *trip);
bool book_care_is_asked(const struct pg_statement *statement);
void book_care_learn(struct book *book, const PGresult *rows);
void book_care_write(const struct book *book, struct pg_trip *trip);
#define BOOK_CARE_WRITE_STEPS_MAX 3

#endif
