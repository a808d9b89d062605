#ifndef HOSO_PORTAL_TOKEN_H
#define HOSO_PORTAL_TOKEN_H

#include <glib.h>

#include "io/curl_loop.h"
#include "portal/classify.h"
#include "portal/profile.h"
#include "portal/push.h"

/*
 * One access token that all pushes of a portal share: OAuth2 client credentials. Fetched by the first that needs it,
 * while the others wait; fetched anew shortly before it ends, and when the portal says that it has ended.
 */
struct token;

/** struct token_waiter - a push that waits. @push: for the supervisor's words. Lives until @came or the portal's end. */
struct token_waiter {
	struct push *push;
	void (*came)(struct token_waiter *waiter, enum hoso_error error);
	GList link;
};

/** token_new() - @url: where it is fetched; the user and the password are the portal's. */
struct token *token_new(struct portal *portal, const char *url);

/** token_text() - NULL when there is none that is good for a while. */
const char *token_text(struct token *token);

/** token_generation() - of the token that there is: a push that finds it ended ends only the one that it used. */
unsigned token_generation(const struct token *token);

/** token_forget() - the portal does not take it any more. */
void token_forget(struct token *token, unsigned generation);

/** token_wait() - @waiter->came is called once, never inside this call: HOSO_OK, or what came of asking. */
void token_wait(struct token *token, struct token_waiter *waiter);

void token_free(struct token *token);

/** token_read() - what the answer says; on BODY_PROOF the token (g_free) and how long it is good. Pure. */
enum body_class token_read(
	const char *answer, size_t answer_bytes, char **ret_token, int64_t *ret_good_for_ms);

/** token_good_until() - when it is to be fetched anew; 0: it is never said. Pure. */
int64_t token_good_until(int64_t now_ms, int64_t good_for_ms);

#endif
