#include "flow/lookup_gate.h"

#include <glib.h>

#include <hoso/limits.h>

#include "base/log.h"

/* @closed: the networks of window @slot that may not ask any more. */
struct lookup_gate {
	GHashTable *closed;
	int64_t slot;
	bool all_closed;
};

struct lookup_gate *lookup_gate_new(void)
{
	struct lookup_gate *gate = g_new0(struct lookup_gate, 1);

	gate->closed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return gate;
}

void lookup_gate_free(struct lookup_gate *gate)
{
	if (gate) {
		g_hash_table_unref(gate->closed);
		g_free(gate);
	}
}

int64_t lookup_gate_slot(int64_t now_ms)
{
	return now_ms / LOOKUP_WINDOW_MS;
}

static void turn_to(struct lookup_gate *gate, int64_t slot)
{
	if (gate->slot != slot) {
		g_hash_table_remove_all(gate->closed);
		gate->all_closed = false;
		gate->slot = slot;
	}
}

static int seconds_left(int64_t now_ms)
{
	int64_t left_ms = LOOKUP_WINDOW_MS - now_ms % LOOKUP_WINDOW_MS;

	return (int)((left_ms + 999) / 1000);
}

int lookup_gate_wait_s(struct lookup_gate *gate, const char *network, int64_t now_ms)
{
	turn_to(gate, lookup_gate_slot(now_ms));
	return gate->all_closed || g_hash_table_contains(gate->closed, network)
		       ? seconds_left(now_ms)
		       : 0;
}

static void close_network(struct lookup_gate *gate, const char *network)
{
	if (g_hash_table_size(gate->closed) >= LOOKUP_NETWORKS_REMEMBERED_MAX) {
		g_hash_table_remove_all(gate->closed); /* the database still knows */
	}
	if (g_hash_table_add(gate->closed, g_strdup(network))) {
		log_notice("network=%s: has looked up enough for now", network);
	}
}

int lookup_gate_count(struct lookup_gate *gate, const char *network, int64_t by_network,
	int64_t by_all, int64_t now_ms)
{
	turn_to(gate, lookup_gate_slot(now_ms));
	if (by_all > LOOKUP_ALL_MAX && !gate->all_closed) {
		gate->all_closed = true;
		log_warn(
			"asked=%" G_GINT64_FORMAT ": the public look-up is closed for now", by_all);
	}
	if (by_network > LOOKUP_NETWORK_MAX) {
		close_network(gate, network);
	}
	return lookup_gate_wait_s(gate, network, now_ms);
}
