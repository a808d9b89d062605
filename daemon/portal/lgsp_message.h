#ifndef HOSO_PORTAL_LGSP_MESSAGE_H
#define HOSO_PORTAL_LGSP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "portal/dvcqg_message.h"

/* The texts that go to and come from a province's service platform (LGSP). Pure. Source: domain 3.3. */

enum lgsp_service {
	LGSP_TRACE,    /* /Document/UpdateDocumentTraces: append a progress line */
	LGSP_DOCUMENT, /* /Document/SyncDocument: make the dossier known */
	LGSP_SERVICE_COUNT
};

#define LGSP_TOKEN_PATH "/token"

/** lgsp_message_path() - to be appended to the address of the adapter. */
const char *lgsp_message_path(enum lgsp_service service);

/**
 * lgsp_message_make() - the body. The caller frees it.
 * @subject: its session is not looked at
 *
 * A trace's Status is "10" only with set_returned, for a result that was delivered to the citizen, as in dvcqg.
 */
char *lgsp_message_make(enum lgsp_service service, const struct dvcqg_subject *subject);

/**
 * lgsp_message_read() - what the answer to @service says, in the words of the session API. Tolerant of what these
 * platforms do: "Status" or "status", a number, a text or a flag; 1, 100 and 200 are yes; and a message that
 * contradicts it makes it strange.
 * @in_doubt: the line was sent before: that it is there already proves that it is ours
 */
enum dvcqg_said lgsp_message_read(enum lgsp_service service, const char *answer,
	size_t answer_bytes, const struct dvcqg_subject *subject, bool in_doubt);

#endif
