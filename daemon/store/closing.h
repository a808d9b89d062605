#ifndef HOSO_STORE_CLOSING_H
#define HOSO_STORE_CLOSING_H

#include <stdbool.h>

#include "io/pg_conn.h"

/*
 * Dossiers that are over: the result was handed over CLOSE_AFTER_DAYS ago, every item has come to its end, what was taken
 * for the agency has gone to it, and so have the papers that it wanted back. Source: domain 5.4, CLOSE.
 */

/** closing_list_ask() - codes of such dossiers, at most @limit. One without a code waits for it. */
void closing_list_ask(struct pg_trip *trip, unsigned limit);

/** closing_is_due_ask() - is this one of them, still? In a transaction that has its lock. */
void closing_is_due_ask(struct pg_trip *trip, const char *code);
bool closing_is_due(const PGresult *rows);

#endif
