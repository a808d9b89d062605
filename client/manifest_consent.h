#ifndef HOSO_CLIENT_MANIFEST_CONSENT_H
#define HOSO_CLIENT_MANIFEST_CONSENT_H

#include <jansson.h>

#include "client.h"

/* The agency's yes to what is on a manifest: given on the officer's own screen, or here, in a session of their own. */

/**
 * struct manifest_officer - who signs here.
 * @path:    where the manifest takes consents
 * @consent: the id it gets
 */
struct manifest_officer {
	struct client *client;
	const char *path;
	const char *account;
	const char *consent;
};

/** manifest_consent_ask() - one signature, for one revision; our own session is not touched. Returns a sysexit. */
int manifest_consent_ask(
	const struct manifest_officer *officer, const char *password_file, json_int_t revision);

/** manifest_consent_show() - who has signed an open manifest, and whether it has changed since. */
void manifest_consent_show(const struct client *client, const json_t *manifest);

#endif
