#ifndef HOSO_STORE_UPKEEP_H
#define HOSO_STORE_UPKEEP_H

#include "io/pg_conn.h"

/**
 * upkeep_run() - what the tables need from time to time, and COMMIT: partitions of the months ahead, old sign-in
 * failures and the words of daemons long gone, proofs whose time is over, parts of proofs whose rest never came, and what follows the catalogue when the
 * day has turned. Any number of daemons may do it at once.
 */
void upkeep_run(struct pg_trip *trip);

#endif
