#include "http/address.h"

#include <arpa/inet.h>
#include <sys/socket.h>

bool address_of_peer(int fd, char ret_address[ADDRESS_SIZE])
{
	struct sockaddr_storage peer;
	socklen_t size = sizeof peer;
	const struct sockaddr_in *v4 = (const void *)&peer;
	const struct sockaddr_in6 *v6 = (const void *)&peer;

	ret_address[0] = '\0';
	if (getpeername(fd, (struct sockaddr *)&peer, &size) != 0) {
		return false;
	}
	if (peer.ss_family == AF_UNIX) {
		g_strlcpy(ret_address, "unix", ADDRESS_SIZE);
	} else if (peer.ss_family == AF_INET) {
		inet_ntop(AF_INET, &v4->sin_addr, ret_address, ADDRESS_SIZE);
	} else if (peer.ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
		inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], ret_address, ADDRESS_SIZE);
	} else if (peer.ss_family == AF_INET6) {
		inet_ntop(AF_INET6, &v6->sin6_addr, ret_address, ADDRESS_SIZE);
	}
	return peer.ss_family == AF_UNIX;
}

static unsigned count_of(GHashTable *counts, const char *address)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(counts, address));
}

bool address_enter(GHashTable *counts, const char *address, unsigned max)
{
	unsigned count = count_of(counts, address);

	if (count >= max) {
		return false;
	}
	g_hash_table_insert(counts, g_strdup(address), GUINT_TO_POINTER(count + 1));
	return true;
}

void address_leave(GHashTable *counts, const char *address)
{
	unsigned count = count_of(counts, address);

	g_assert(count > 0);
	if (count == 1) {
		g_hash_table_remove(counts, address);
	} else {
		g_hash_table_insert(counts, g_strdup(address), GUINT_TO_POINTER(count - 1));
	}
}
