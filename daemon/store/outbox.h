#ifndef HOSO_STORE_OUTBOX_H
#define HOSO_STORE_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/dossier_code.h>
#include <hoso/error.h>
#include <hoso/wire.h>

#include "io/pg_conn.h"

/**
 * outbox_claim() - take up to @limit due rows: the oldest unfinished one of each dossier, and COMMIT.
 * @owner: random, of this process; a claim is a lease of OUTBOX_LEASE_MS.
 * From the claim on a row counts as "in doubt": whoever dies now may have sent it.
 */
void outbox_claim(struct pg_trip *trip, unsigned limit, const char *owner);
#define OUTBOX_CLAIMED 1 /* results[] with the rows of outbox_learn() */

/** struct outbox_row - one claimed row; @line and the dossier's @words borrowed from the answer. @attempt is the fencing token. */
struct outbox_row {
	int64_t id;
	struct uuid dossier_id;
	struct dossier_code dossier_code;
	int64_t attempt;
	int64_t failures;
	int64_t age_ms;
	bool in_doubt;
	const char *line;
	const char *words;
};

struct outbox_row outbox_learn(const PGresult *rows, int row);

/**
 * struct outbox_settlement - what becomes of a claimed row.
 * @state:    "done", "ready" (again, after @delay_ms) or "dead"
 * @counted:  the failure counts towards the backoff
 */
struct outbox_settlement {
	const char *state;
	int64_t delay_ms;
	bool counted;
	bool in_doubt;
	enum hoso_error error;
	const char *answer;
};

/** struct outbox_settled - a claimed row and its end; texts are borrowed. */
struct outbox_settled {
	int64_t id;
	int64_t attempt;
	struct outbox_settlement settlement;
};

/** outbox_settle() - all of them, and COMMIT; changes no row that somebody else has claimed since. */
void outbox_settle(struct pg_trip *trip, const struct outbox_settled *rows, unsigned count);

/** outbox_renew() - the leases of these rows run on if they are still @owner's, and COMMIT. */
void outbox_renew(struct pg_trip *trip, const int64_t *ids, unsigned count, const char *owner);

/** outbox_revive() - dead letters of the last @window_ms that no person has touched are ready again, and COMMIT. */
void outbox_revive(struct pg_trip *trip, int64_t window_ms);

#endif
