#ifndef HOSO_HTTP_SEATS_H
#define HOSO_HTTP_SEATS_H

#include <stdbool.h>

#include <glib.h>

/**
 * struct seats - for bodies so long that only some may be in memory at a time. Zero is none at all.
 * @max, @taken: in all; of one address LONG_BODIES_PER_ADDRESS_MAX.
 */
struct seats {
	unsigned max;
	unsigned taken;
	GHashTable *addresses;
};

void seats_init(struct seats *seats, unsigned max);
void seats_done(struct seats *seats);

/** seats_take() - @address: NULL when it is not known, and so not counted. False when there is none. */
bool seats_take(struct seats *seats, const char *address);

/** seats_leave() - for each seats_take() that was true, with the same address. */
void seats_leave(struct seats *seats, const char *address);

#endif
