#ifndef HOSO_STORE_ROAD_H
#define HOSO_STORE_ROAD_H

#include <stdint.h>

#include <hoso/error.h>

#include "io/pg_conn.h"

/**
 * road_tell() - how @daemon finds the road to the portal, and COMMIT; since when is the database's to know.
 * @closed_by: HOSO_OK: it is open
 */
void road_tell(struct pg_trip *trip, const char *daemon, enum hoso_error closed_by);

/** road_forget() - @daemon sends nothing any more, and COMMIT. */
void road_forget(struct pg_trip *trip, const char *daemon);

/**
 * struct road_word - what all that have been heard of within ROAD_SILENT_MS say.
 * @daemons:   of them; @closed: those that find it closed
 * @since_ms, @closed_by: of whom it is closed for the longest; 0 and "" when for none
 */
struct road_word {
	int64_t daemons;
	int64_t closed;
	int64_t since_ms;
	const char *closed_by;
};

/** road_ask() - one statement; road_learn() reads its @rows, from which the word borrows. */
void road_ask(struct pg_trip *trip);
struct road_word road_learn(const PGresult *rows);

#endif
