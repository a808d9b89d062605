#ifndef HOSO_IO_HELPER_H
#define HOSO_IO_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hoso/error.h>

#include "base/attr.h"
#include "io/loop.h"

#define HELPER_QUESTION_MAX 4096
#define HELPER_ANSWER_MAX 4096

/**
 * struct helper_req - one question to one short-lived child: `hosod --helper VERB`, question on its standard
 * input, answer on its standard output. Caller-owned, zero-initialised, lives until the callback.
 * @question: @question_bytes; wiped when the child has it
 * @answer:   in the callback: NUL-terminated, @answer_bytes
 */
struct helper_req {
	const char *verb;
	char question[HELPER_QUESTION_MAX];
	size_t question_bytes;
	char answer[HELPER_ANSWER_MAX + 1];
	size_t answer_bytes;
	void (*done)(struct helper_req *req, enum hoso_error error);
	struct helper *helper;
};

/**
 * helper_ask() - what is slow or dangerous is done outside the loop.
 * @done: once, never inside this call: HOSO_OK; HOSO_INTERNAL when the child failed, said too much, or took longer
 *        than @deadline_ms (it is killed).
 * The child has limits on memory and CPU time and inherits nothing but its two pipes and standard error.
 */
void helper_ask(struct loop *loop, struct helper_req *req, int64_t deadline_ms,
	void (*done)(struct helper_req *, enum hoso_error));

/** helper_cancel() - @done will not run; the child is killed. Harmless when nothing runs. */
void helper_cancel(struct helper_req *req);

/** helper_limit_self() - the child's first act: memory and CPU limits, no core dump. */
void helper_limit_self(size_t memory_bytes, unsigned cpu_seconds);

#endif
