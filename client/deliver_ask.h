#ifndef HOSO_CLIENT_DELIVER_ASK_H
#define HOSO_CLIENT_DELIVER_ASK_H

#include <stdbool.h>

#include <jansson.h>

#include "client.h"

/**
 * deliver_ask() - fill @data of a delivery to a citizen by asking at the terminal for what is not in it yet.
 * @next: what the server says the item needs (GET /v1/items/{code}/next), or NULL without a server: then what may be
 *        due is asked for all the same.
 *
 * False when the person gave up (Ctrl-D).
 */
bool deliver_ask(struct client *client, const json_t *next, json_t *data);

#endif
