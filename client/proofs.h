#ifndef HOSO_CLIENT_PROOFS_H
#define HOSO_CLIENT_PROOFS_H

#include <stdbool.h>

#include <hoso/error.h>
#include <hoso/wire.h>

#include "base/attr.h"
#include "call.h"
#include "client.h"

/*
 * Pictures that prove deliveries wait in a folder beside the spool, one file each, named after its SHA-256, until the
 * server has it. They travel apart from the scans: a scan is small and goes first. A file is on the disk before its
 * digest goes into a scan; it is removed only when the server said that all of it is there.
 */

/**
 * proofs_keep() - put the picture @path into the queue; safe to repeat.
 * Errors: HOSO_FILE, errno says why; HOSO_TOO_LARGE, over PROOF_BYTES_MAX; HOSO_PROOF_TYPE.
 */
_must_check_ enum hoso_error proofs_keep(
	const struct client *client, const char *path, char ret_sha256[DIGEST_TEXT_SIZE]);

/** struct proofs_outcome - @left: still waiting; @refused: of these, the server will never take. */
struct proofs_outcome {
	unsigned sent;
	unsigned left;
	unsigned refused;
};

/**
 * proofs_send() - send what waits, each on from where it was cut off, until @timeout_ms have passed, the server cannot
 * be reached, or interrupt_asked().
 * @ret_problem: the last one, when something is left
 */
struct proofs_outcome proofs_send(
	struct client *client, int64_t timeout_ms, struct call_problem *ret_problem);

#endif
