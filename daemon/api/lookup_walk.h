#ifndef HOSO_API_LOOKUP_WALK_H
#define HOSO_API_LOOKUP_WALK_H

#include <jansson.h>

#include <hoso/error.h>

#include "model/progress.h"

struct api;
struct exchange;

/**
 * struct lookup_answer - what came of a look-up; borrowed.
 * @error:    HOSO_OK, and then @code and @progress are there
 * @member:   of the question, what @error is about; NULL when it is about no one
 * @wait_s:   with HOSO_TOO_MANY_LOOKUPS, until it may be asked again
 * @code:     as it was understood
 */
struct lookup_answer {
	enum hoso_error error;
	const char *member;
	int wait_s;
	const char *code;
	const struct progress *progress;
};

/** lookup_answered - owes @exchange its reply. */
typedef void (*lookup_answered)(struct exchange *exchange, const struct lookup_answer *answer);

/**
 * lookup_walk() - the one way that a stranger's question goes, whatever it came as and is answered as.
 * @question: an object with code, and phone_last4 or token; taken over. NULL when @broken says why it could not be read.
 * @language: of the answer's words
 * @answered: runs once; before this returns when the question is none, or is turned away unasked.
 */
void lookup_walk(struct api *api, struct exchange *exchange, json_t *question,
	enum hoso_error broken, enum hoso_language language, lookup_answered answered);

#endif
