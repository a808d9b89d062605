#ifndef HOSO_FAKE_CURL_H
#define HOSO_FAKE_CURL_H

/*
 * io/curl_loop.h without a network, in its place: the linker takes these functions instead of the
 * real ones. A call stays in the air until the target answers it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/curl_loop.h"

/** struct fake_answer - what becomes of a call. */
struct fake_answer {
	CURLcode curl_code;
	int http_status;
	bool perhaps_sent;
	const uint8_t *bytes; /* not terminated; NULL for none */
	size_t length;
};

/** fake_curl_in_air() - the call that waits for its answer, or NULL; there is never a second one. */
struct curl_call *fake_curl_in_air(void);

/** fake_curl_answer() - answer the call in the air. */
void fake_curl_answer(const struct fake_answer *answer);

/**
 * fake_answer_read() - the next answer of a script: a letter for how it went (k whole, c no
 * connection, t silence after it was sent, v a bad certificate; others as k), a letter for the
 * status, and the body up to 0xfe. False at the script's end.
 */
bool fake_answer_read(const uint8_t **bytes, size_t *length, struct fake_answer *ret_answer);

#endif
