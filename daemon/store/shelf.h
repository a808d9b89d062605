#ifndef HOSO_STORE_SHELF_H
#define HOSO_STORE_SHELF_H

#include <hoso/scan.h>

#include "io/pg_conn.h"
#include "model/actor.h"

/**
 * shelf_keep() - put one scan that the database would not take into quarantine, with its bytes, and COMMIT.
 * The same scan again changes nothing.
 */
void shelf_keep(struct pg_trip *trip, const struct scan *scan, const struct actor *actor,
	const char *sqlstate);

#endif
