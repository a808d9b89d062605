#ifndef HOSO_PORTAL_PUSH_H
#define HOSO_PORTAL_PUSH_H

#include "portal/classify.h"
#include "portal/profile.h"

/**
 * struct push - one portal_push() on its way; a profile embeds it first in its own struct.
 * @call:    the request in the air, or the last one answered
 * @body:    what @call sends; owned
 * @headers: what @call sends; owned
 */
struct push {
	struct portal *portal;
	struct portal_push_req *req;
	struct curl_call call;
	char *body;
	char **headers;
	bool in_air;
	GList link;
};

/** push_new() - of the profile's size, and on the portal's list. */
struct push *push_new(struct portal *portal, struct portal_push_req *req);

/**
 * push_send() - POST @body; the profile's answered() is called with the answer.
 * @url:     lives as long as the push.
 * @headers: a g_strv of "Name: value"; the push owns it and @body from now on.
 * @fresh:   see struct curl_call.
 */
void push_send(struct push *push, const char *url, char **headers, char *body, bool fresh);

/** push_classify() - what the last answer amounts to, given what its body was; and log it if it is
 * bad. */
enum hoso_error push_classify(const struct push *push, enum body_class body);

/** push_say() - @words for the supervisor, cut and cleaned, into the request. */
void push_say(struct push *push, const char *words);

/** push_finish() - take @push off the list, free it, and call back. */
void push_finish(struct push *push, enum hoso_error error);

/** push_cancel() - push_finish() with HOSO_CANCELED, whatever it waits for. */
void push_cancel(struct push *push);

#endif
