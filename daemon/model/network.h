#ifndef HOSO_MODEL_NETWORK_H
#define HOSO_MODEL_NETWORK_H

#define NETWORK_TEXT_SIZE 48

/**
 * network_of() - the network of an address, as what a budget is for: /24 of IPv4 (also as ::ffff:a.b.c.d), /64 of
 * IPv6. What is no address is a network of its own, by its name ("unix"). Pure.
 */
void network_of(const char *address, char ret_network[NETWORK_TEXT_SIZE]);

#endif
