#include "model/network.h"

#include <arpa/inet.h>
#include <string.h>

#include <glib.h>

static void write_v4(const uint8_t *bytes, char *ret_network)
{
	g_snprintf(ret_network, NETWORK_TEXT_SIZE, "%d.%d.%d.0/24", bytes[0], bytes[1], bytes[2]);
}

void network_of(const char *address, char ret_network[NETWORK_TEXT_SIZE])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	uint8_t bytes[16];
	char text[INET6_ADDRSTRLEN];

	if (inet_pton(AF_INET, address, bytes) == 1) {
		write_v4(bytes, ret_network);
	} else if (inet_pton(AF_INET6, address, bytes) != 1) {
		g_strlcpy(ret_network, address, NETWORK_TEXT_SIZE);
	} else if (memcmp(bytes, mapped, sizeof mapped) == 0) {
		write_v4(bytes + sizeof mapped, ret_network);
	} else {
		memset(bytes + 8, 0, 8);
		inet_ntop(AF_INET6, bytes, text, sizeof text);
		g_snprintf(ret_network, NETWORK_TEXT_SIZE, "%s/64", text);
	}
}
