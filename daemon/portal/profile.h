#ifndef HOSO_PORTAL_PROFILE_H
#define HOSO_PORTAL_PROFILE_H

/* What portal.c, push.c and the profiles share; nobody else includes this. */

#include <glib.h>

#include "io/curl_loop.h"
#include "portal/portal.h"

struct push;

/**
 * struct portal_profile - how one kind of portal is spoken to.
 * @push_bytes: of the profile's own struct, which begins with a struct push
 * @tells_dossier: a line says what the dossier is, not only which
 * @check:      NULL when @config has what the profile needs, else what is wrong, in words
 * @open:       the profile's memory for a whole portal, NULL when it needs none
 * @close:      after the last push has been finished
 * @start:      a push begins; at least one push_send(), or a wait for an answer, before
 * push_finish()
 * @answered:   the answer to push_send() is in push->call; @error as for curl_call_cb, never
 * HOSO_CANCELED
 */
struct portal_profile {
	const char *name;
	size_t push_bytes;
	bool tells_dossier;
	const char *(*check)(const struct portal_config *config);
	void *(*open)(struct portal *portal);
	void (*close)(void *memory);
	void (*start)(struct push *push);
	void (*answered)(struct push *push, enum hoso_error error);
};

extern const struct portal_profile profile_dvcqg;
extern const struct portal_profile profile_lgsp;
extern const struct portal_profile profile_webhook;

/**
 * struct portal - the road to one portal.
 * @config: its strings are the portal's own
 * @memory: what the profile's open() gave
 * @pushes: in the air, struct push by their link
 */
struct portal {
	struct loop *loop;
	struct curl_loop *curl;
	struct portal_config config;
	const struct portal_profile *profile;
	void *memory;
	GQueue pushes;
};

#endif
