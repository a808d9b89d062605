#ifndef HOSO_CLIENT_SANDBOX_H
#define HOSO_CLIENT_SANDBOX_H

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include <hoso/error.h>

#include "base/attr.h"

/**
 * typedef sandbox_work - what the child does: computes, appends its answer, returns HOSO_OK or why
 * not.
 *
 * It runs with the parent's memory as it was, in a process that may only compute and answer: no
 * files, no network, no other processes.
 */
typedef enum hoso_error (*sandbox_work)(const void *input, GByteArray *answer);

/**
 * struct sandbox_job - what the child does, and what it may use.
 * @prepare:      what must be done in it before it is locked down, such as loading a library; NULL for
 *                nothing. No place to look into @input.
 * @memory_bytes: address space beyond what the parent has.
 * @cpu_ms:       of processor time, rounded up to seconds, and one more.
 * @time_ms:      of wall-clock time.
 * @answer_bytes: longest answer.
 */
struct sandbox_job {
	void (*prepare)(const void *input);
	sandbox_work work;
	uint64_t memory_bytes;
	int64_t cpu_ms;
	int64_t time_ms;
	size_t answer_bytes;
};

/**
 * sandbox_run() - do @job in a forked child: a crash or a bomb in a decoder costs one error, not us.
 * @ret_answer: written only on success; the caller unrefs it.
 *
 * Blocks until the answer is there, at most @job->time_ms. The process must have one thread.
 *
 * Errors: what the work returned; HOSO_BAD_PICTURE when the child died, was too slow, or answered too
 * much: with the same picture it would again; HOSO_BUSY when no child could be started.
 */
_must_check_ enum hoso_error sandbox_run(
	const struct sandbox_job *job, const void *input, GByteArray **ret_answer);

#endif
