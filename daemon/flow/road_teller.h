#ifndef HOSO_FLOW_ROAD_TELLER_H
#define HOSO_FLOW_ROAD_TELLER_H

#include <stdbool.h>

#include "io/pg_pool.h"

struct outbox;

/**
 * struct road_teller - tells the database whether this daemon's road to the portal is open: when it changes, and from
 * time to time, so that a supervisor hears of it from whichever daemon they ask. Nothing, when nothing is pushed.
 */
struct road_teller;

struct road_teller *road_teller_new(struct loop *loop, struct pg_pool *pool, struct outbox *outbox);

/** road_teller_stop() - takes back what it told, as soon as that is possible. */
void road_teller_stop(struct road_teller *teller);

/** road_teller_is_silent() - stopped, and nothing is in the air any more. */
bool road_teller_is_silent(const struct road_teller *teller);

/** road_teller_free() - before outbox_free(); what is in the air comes to nobody. */
void road_teller_free(struct road_teller *teller);

#endif
