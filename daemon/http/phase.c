#include "http/phase.h"

#include <hoso/limits.h>

enum phase phase_of(const struct phase_facts *facts)
{
	if (facts->lingering) {
		return PHASE_LINGER;
	}
	if (facts->is_outstanding) {
		return facts->replying ? PHASE_REPLY : PHASE_HANDLER;
	}
	switch (facts->framing) {
	case FRAMING_HEAD:
		return PHASE_HEAD;
	case FRAMING_BODY:
		return PHASE_BODY;
	case FRAMING_BETWEEN:
		break;
	}
	return facts->shaken ? PHASE_IDLE : PHASE_HANDSHAKE;
}

int64_t phase_deadline_ms(
	enum phase phase, const struct phase_facts *facts, const struct httpd_deadlines *deadlines)
{
	const int64_t body_ms =
		deadlines->body_ms + (int64_t)facts->long_bytes * 1000 / LONG_BODY_BYTES_PER_S_MIN;
	const int64_t reply_long_ms = (int64_t)facts->reply_bytes * 1000 / REPLY_BYTES_PER_S_MIN;
	const int64_t deadlines_ms[] = {
		[PHASE_HANDSHAKE] = deadlines->handshake_ms,
		[PHASE_IDLE] = deadlines->idle_ms,
		[PHASE_HEAD] = deadlines->head_ms,
		[PHASE_BODY] = body_ms,
		[PHASE_HANDLER] = 0,
		[PHASE_REPLY] = deadlines->reply_ms + reply_long_ms,
		[PHASE_LINGER] = facts->long_refused ? body_ms : LINGER_DEADLINE_MS,
	};

	return deadlines_ms[phase];
}
