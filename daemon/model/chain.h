#ifndef HOSO_MODEL_CHAIN_H
#define HOSO_MODEL_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/event.h>
#include <hoso/item_code.h>
#include <hoso/leg.h>
#include <hoso/wire.h>

/** struct chain_event - all that the hash of an event speaks for; borrowed strings. */
struct chain_event {
	struct uuid event_id;
	struct uuid dossier_id;
	uint32_t dseq;
	const char *item_code;
	enum event_kind kind;
	int64_t occurred_at_ms;
	int64_t recorded_at_ms;
	int64_t account;
	enum role role;
	int32_t office;
	const char *device;
	enum verdict verdict;
	enum hoso_error why;
	enum leg_state leg_state;
	const char
		*dossier_status; /* of a dossier's own step, in the leg state's place; else NULL */
	const char *data;        /* canonical JSON */
};

/**
 * chain_hash() - SHA-256(@previous ‖ the event in its canonical form: each value and a newline).
 * The first event of a dossier follows 32 zero bytes. Written down in README, "The hash chain", so that
 * anybody can check it without this code.
 */
struct digest chain_hash(const struct digest *previous, const struct chain_event *event);

/** chain_content() - digest of what the scanner claimed: the same id with another one is a reused key. */
struct digest chain_content(int64_t account, const char *office, const char *item_code,
	enum event_kind kind, int64_t occurred_at_ms, const char *data);

#endif
