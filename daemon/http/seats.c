#include "http/seats.h"

#include <hoso/limits.h>

#include "http/address.h"

void seats_init(struct seats *seats, unsigned max)
{
	seats->max = max;
	seats->taken = 0;
	seats->addresses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void seats_done(struct seats *seats)
{
	g_assert(seats->taken == 0);
	g_hash_table_destroy(seats->addresses);
}

bool seats_take(struct seats *seats, const char *address)
{
	if (seats->taken >= seats->max || (address && !address_enter(seats->addresses, address,
							      LONG_BODIES_PER_ADDRESS_MAX))) {
		return false;
	}
	seats->taken++;
	return true;
}

void seats_leave(struct seats *seats, const char *address)
{
	g_assert(seats->taken > 0);
	seats->taken--;
	if (address) {
		address_leave(seats->addresses, address);
	}
}
