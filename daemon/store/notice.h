#ifndef HOSO_STORE_NOTICE_H
#define HOSO_STORE_NOTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hoso/event.h>
#include <hoso/wire.h>

#include "io/pg_conn.h"

/* What the province's system told, word for word, with what it was answered. */

/** struct notice - one row; @body and @answer are borrowed. */
struct notice {
	const char *webhook_id;
	const void *body;
	size_t body_bytes;
	const char *dossier_code;
	enum event_kind kind;
	struct uuid event_id;
	const char *answer; /* JSON */
	int64_t received_at_ms;
};

/** notice_ask() - was it told before? One step of @trip. */
void notice_ask(struct pg_trip *trip, const char *webhook_id);

/** notice_learn() - false when it is new. @ret_same: the same bytes; @ret_answer: borrowed from the trip. */
bool notice_learn(const PGresult *rows, const void *body, size_t body_bytes, bool *ret_same,
	const char **ret_answer);

/** notice_keep() - one step of @trip. */
void notice_keep(struct pg_trip *trip, const struct notice *notice);

#endif
