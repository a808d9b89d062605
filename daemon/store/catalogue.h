#ifndef HOSO_STORE_CATALOGUE_H
#define HOSO_STORE_CATALOGUE_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "io/pg_conn.h"
#include "model/actor.h"
#include "model/catalogue_plan.h"

/*
 * The catalogue's tables. They are effective-dated: what changes ends its row and begins a new one, and what was
 * recorded under the old one keeps it. Nothing is ever removed.
 */

/** struct catalogue_state - @version: changes with every change; @today: where the offices are. */
struct catalogue_state {
	int64_t version;
	int32_t today;
	bool may_import;
};

/** catalogue_ask_state() - one step. @actor: whose right to import is asked for; NULL for nobody's. */
void catalogue_ask_state(struct pg_trip *trip, const struct actor *actor);
struct catalogue_state catalogue_state(const PGresult *answer);

enum catalogue_span { CATALOGUE_SPAN_TODAY, CATALOGUE_SPAN_COMING, CATALOGUE_SPAN_EVER };

/**
 * catalogue_ask() - one step: the versions of a table by key and day; those in force, with those to come, or all.
 * Papers and fees come with their procedures.
 */
void catalogue_ask(struct pg_trip *trip, enum catalogue_kind kind, enum catalogue_span span);

/** catalogue_at() - a row of the answer; its cells are borrowed from it. */
struct catalogue_version catalogue_at(
	const PGresult *answer, const struct catalogue_table *table, int row);

/** catalogue_begin() - BEGIN, and the catalogue locked: SQLSTATE 40001 when it is not of @version any more. */
void catalogue_begin(struct pg_trip *trip, int64_t version);

/** catalogue_write() - what a plan came to: at most 5 steps. */
void catalogue_write(struct pg_trip *trip, const struct catalogue_plan *plan);

/**
 * catalogue_turn() - people and office_scope follow what is in force today: 5 steps.
 * @is_forced: after a change; otherwise only when the day has turned
 */
void catalogue_turn(struct pg_trip *trip, bool is_forced);

/** catalogue_commit() - a line in audit, and COMMIT. @subject: what was imported. */
void catalogue_commit(struct pg_trip *trip, const struct actor *actor, const char *subject,
	const unsigned counts[CATALOGUE_WHAT_COUNT]);

#endif
