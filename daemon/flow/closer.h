#ifndef HOSO_FLOW_CLOSER_H
#define HOSO_FLOW_CLOSER_H

#include "flow/booking.h"
#include "io/pg_pool.h"

/**
 * struct closer - closes dossiers that are over, as the system: at the start and then every hour, one after the other.
 * Any number of daemons may do it: each is closed once, by who has its lock.
 */
struct closer;

struct closer *closer_new(struct loop *loop, struct pg_pool *pool, struct bookings *bookings);

/** closer_stop() - begins nothing new. Before bookings_is_empty() is asked for the last time. */
void closer_stop(struct closer *closer);

/** closer_free() - before pg_pool_free(), and behind bookings_free(). */
void closer_free(struct closer *closer);

#endif
