#ifndef HOSO_CLIENT_SENDER_H
#define HOSO_CLIENT_SENDER_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include <hoso/error.h>

#include "call.h"
#include "session.h"
#include "spool.h"

#define SENDER_BATCH_MAX 50 /* scans a request */
#define SENDER_PAUSE_MAX_MS                                                                        \
	30000 /* between two tries, when the server is away or asks for patience */

/**
 * struct sender - sends what is unsent in a spool, oldest first, one request at a time, for ever.
 *
 * Every scan keeps its event id, so sending again after a lost answer is harmless. Answers are
 * written to the spool. A server that is away, busy, or does not know us leaves the scans where
 * they are.
 */
struct sender;

/** struct sender_answer - one scan the server has answered for. Valid in the callback only. */
struct sender_answer {
	const json_t *scan;   /* as it was sent */
	const json_t *result; /* the server's: verdict …, or error, detail … */
	bool rejected;
};

/** struct sender_events - what the owner wants to hear; runs inside sender_wait() only. */
struct sender_events {
	void (*answered)(void *context, const struct sender_answer *answer);
	/* The state of the road changed; HOSO_OK: it works again. */
	void (*changed)(void *context, enum hoso_error error, const struct call_problem *problem);
	void *context;
};

/** sender_new() - @session and @spool live longer. The session's token is read again before each
 * try. */
struct sender *sender_new(
	struct session *session, struct spool *spool, const struct sender_events *events);
/** sender_aim() - from now on to this path instead of WIRE_SCANS; it takes and answers arrays alike. Kept as it is. */
void sender_aim(struct sender *sender, const char *path);

void sender_free(struct sender *sender);

/**
 * sender_wait() - send what can be sent, and wait for news, at most @timeout_ms.
 * @fd: the wait also ends when this can be read; -1 for none. True when it can.
 */
bool sender_wait(struct sender *sender, int fd, int timeout_ms);

/** sender_drain() - wait until nothing is unsent, @timeout_ms have passed, or interrupt_asked(). */
void sender_drain(struct sender *sender, int64_t timeout_ms);

#endif
