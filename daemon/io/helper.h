#ifndef HOSO_IO_HELPER_H
#define HOSO_IO_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include <hoso/error.h>

#include "base/attr.h"
#include "io/loop.h"

/**
 * struct helper_req - one question to one short-lived child: `hosod --helper VERB`, question on its standard
 * input, answer on its standard output. Caller-owned, zero-initialised, lives until the callback.
 * @question:   borrowed until the callback
 * @answer_max: bytes; a child that says more has failed
 * @answer:     in the callback only; bytes of any kind
 */
struct helper_req {
	const char *verb;
	const void *question;
	size_t question_bytes;
	size_t answer_max;
	GString *answer;
	void (*done)(struct helper_req *req, enum hoso_error error);
	struct helper *helper;
};

/**
 * helper_ask() - what is slow or dangerous is done outside the loop.
 * @done: once, never inside this call: HOSO_OK; HOSO_BUSY when no child could be started; HOSO_INTERNAL when
 *        it failed, said too much, or took longer than @deadline_ms (it is killed).
 * The child has limits on memory and CPU time and inherits nothing but its two pipes and standard error.
 */
void helper_ask(struct loop *loop, struct helper_req *req, int64_t deadline_ms,
	void (*done)(struct helper_req *, enum hoso_error));

/** helper_cancel() - @done will not run; the child is killed. Harmless when nothing runs. */
void helper_cancel(struct helper_req *req);

/** helper_limit_self() - the child's first act: memory and CPU limits, no core dump. */
void helper_limit_self(size_t memory_bytes, unsigned cpu_seconds);

/** helper_read_question() - in the child: all of its standard input; false when it is more than @bytes_max. */
bool helper_read_question(GByteArray *question, size_t bytes_max);

/** helper_write_answer() - in the child: all of @answer to its standard output. */
bool helper_write_answer(const GByteArray *answer);

#endif
