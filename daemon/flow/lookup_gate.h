#ifndef HOSO_FLOW_LOOKUP_GATE_H
#define HOSO_FLOW_LOOKUP_GATE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Which networks have used up their budget of public look-ups. The counts are the database's, so that all daemons
 * share them; what it said of a network is remembered here until the window is over, and a flood costs nothing.
 */
struct lookup_gate;

struct lookup_gate *lookup_gate_new(void);
void lookup_gate_free(struct lookup_gate *gate);

/** lookup_gate_slot() - the window that @now_ms is in. */
int64_t lookup_gate_slot(int64_t now_ms);

/** lookup_gate_wait_s() - 0: @network may ask; otherwise so many seconds until the window is over. */
int lookup_gate_wait_s(struct lookup_gate *gate, const char *network, int64_t now_ms);

/** lookup_gate_count() - what the database counted in the window of @now_ms; the answer as above. */
int lookup_gate_count(struct lookup_gate *gate, const char *network, int64_t by_network,
	int64_t by_all, int64_t now_ms);

#endif
