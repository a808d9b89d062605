#ifndef HOSO_API_API_MANIFEST_H
#define HOSO_API_API_MANIFEST_H

#include <jansson.h>

#include <hoso/wire.h>

#include "api/api_json.h"
#include "http/exchange.h"

void api_manifest_post(struct exchange *exchange, void *api);
void api_manifest_list(struct exchange *exchange, void *api);
void api_manifest_get(struct exchange *exchange, void *api);
void api_manifest_expected(struct exchange *exchange, void *api);
void api_manifest_cancel(struct exchange *exchange, void *api);
void api_manifest_consent(struct exchange *exchange, void *api);
void api_manifest_lines(struct exchange *exchange, void *api);
void api_manifest_check(struct exchange *exchange, void *api);
void api_manifest_close(struct exchange *exchange, void *api);

/* What the files of this resource share. */

/** api_manifest_id() - the {id} of the route; answers 404 itself when it is none. */
bool api_manifest_id(struct exchange *exchange, unsigned param, struct uuid *ret_id);

/** api_manifest_reply() - read the manifest whole and answer with it. @api as the handlers get it. */
void api_manifest_reply(struct exchange *exchange, void *api, const struct uuid *id, int status);

/** api_manifest_body() - the body as one object; answers itself when it is none. */
bool api_manifest_body(struct exchange *exchange, json_t **ret_body);

/** api_manifest_word() - a text of one line: it is printed, and hashed line by line. */
bool api_manifest_word(struct api_reader *reader, const char *member, enum api_need need,
	char *ret_text, size_t size);

#endif
