#ifndef HOSO_HTTP_PHASE_H
#define HOSO_HTTP_PHASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/framing.h"
#include "http/httpd.h"

/*
 *  HANDSHAKE ─► IDLE ─► HEAD ─► BODY ─► HANDLER ─► REPLY ─┐
 *                ▲         └──────────────▲               │
 *                └────────────────────────────────────────┘
 * Each but HANDLER has an absolute deadline. Anything may go to LINGER: refused, and being told so.
 */
enum phase {
	PHASE_HANDSHAKE,
	PHASE_IDLE,
	PHASE_HEAD,
	PHASE_BODY,
	PHASE_HANDLER,
	PHASE_REPLY,
	PHASE_LINGER
};

/**
 * struct phase_facts - what decides it.
 * @is_outstanding: something is asked and not answered
 * @long_bytes:     of a long body that is coming; 0 for the others, whose deadline has room enough
 * @long_refused:   there was no seat for it: who has begun to send a picture reads the answer when it is sent
 */
struct phase_facts {
	bool lingering, is_outstanding, replying, shaken, long_refused;
	enum framing_phase framing;
	size_t long_bytes;
	size_t reply_bytes;
};

/** phase_of() - pure. */
enum phase phase_of(const struct phase_facts *facts);

/** phase_deadline_ms() - how long @phase may last; pure. Not for PHASE_HANDLER. */
int64_t phase_deadline_ms(
	enum phase phase, const struct phase_facts *facts, const struct httpd_deadlines *deadlines);

#endif
