#ifndef HOSO_HTTP_ADDRESS_H
#define HOSO_HTTP_ADDRESS_H

#include <stdbool.h>

#include <glib.h>
#include <netinet/in.h>

#define ADDRESS_SIZE INET6_ADDRSTRLEN

/**
 * address_of_peer() - who is at the other end of a socket, as text without the port.
 * @ret_address: IPv4 also when it came mapped into IPv6; "unix"; "" when the peer is gone already.
 *
 * True for a unix socket.
 */
bool address_of_peer(int fd, char ret_address[ADDRESS_SIZE]);

/**
 * address_enter() - count one more of this address, unless that would be more than @max.
 * @counts: made with g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL).
 */
bool address_enter(GHashTable *counts, const char *address, unsigned max);

/** address_leave() - one less; for each address_enter() that was true. */
void address_leave(GHashTable *counts, const char *address);

#endif
