#ifndef HOSO_STORE_CLOSING_H
#define HOSO_STORE_CLOSING_H

#include <stdbool.h>

#include <hoso/wire.h>

#include "io/pg_conn.h"

/*
 * Dossiers that are over: the result was handed over CLOSE_AFTER_DAYS ago, every item has come to its end, what was taken
 * for the agency has gone to it, and so have the papers that it wanted back. Source: domain 5.4, CLOSE.
 */

/** struct closing_place - of a dossier among all, the oldest first; zero is before them. */
struct closing_place {
	int64_t recorded_at_ms;
	struct uuid id;
};

/** closing_page_ask() - the next @limit dossiers whose result was handed over; fewer come when there are no more. */
void closing_page_ask(struct pg_trip *trip, const struct closing_place *after, unsigned limit);

/** closing_page_at() - the code of one that is over; NULL when it is not, or waits for its code. */
const char *closing_page_at(const PGresult *rows, int row, struct closing_place *ret_place);

/** closing_is_due_ask() - is this one of them, still? In a transaction that has its lock. */
void closing_is_due_ask(struct pg_trip *trip, const char *code);
bool closing_is_due(const PGresult *rows);

#endif
