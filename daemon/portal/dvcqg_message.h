#ifndef HOSO_PORTAL_DVCQG_MESSAGE_H
#define HOSO_PORTAL_DVCQG_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "portal/line.h"

/* The texts that go to and come from a session-style portal (dichvucong.gov.vn and its like). Pure.
 */

enum dvcqg_service {
	DVCQG_LOGIN,
	DVCQG_QUERY,    /* TraCuuHoSo: what does the portal have of this dossier? */
	DVCQG_PROGRESS, /* CapNhatTienDoHoSoMC: append a progress line */
	DVCQG_DOSSIER,  /* DongBoHoSoMC: make the dossier known */
	DVCQG_SERVICE_COUNT
};

/* What an answer says. */
enum dvcqg_said {
	DVCQG_SAID_NOTHING, /* it is empty */
	DVCQG_SAID_STRANGE, /* a page, cut short, other JSON, about another dossier */
	DVCQG_SAID_YES,     /* done; for a query: our line is there; a dossier may have been there
			       before */
	DVCQG_SAID_LINE_MISSING, /* query: the dossier is there and our line is not */
	DVCQG_SAID_NO_DOSSIER,   /* there is no such dossier */
	DVCQG_SAID_NO_SESSION,   /* the session has ended */
	DVCQG_SAID_NO,           /* any other refusal */
};

/**
 * struct dvcqg_subject - what a message is about; borrowed.
 * @session, @unit (madonvi), @set_returned: see struct portal_config
 */
struct dvcqg_subject {
	const char *session;
	const char *unit;
	const char *dossier_code;
	const struct portal_line *line;
	bool set_returned;
};

/** dvcqg_message_path() - to be appended to the configured address. */
const char *dvcqg_message_path(enum dvcqg_service service);

/** dvcqg_message_login() - the caller frees it. */
char *dvcqg_message_login(const char *user, const char *password);

/**
 * dvcqg_message_make() - the body of any other service. The caller frees it.
 *
 * A progress line's TrangThai is "10" only with set_returned, for a result that was delivered to
 * the citizen, and empty otherwise: 1 to 9 are the agency's, and a line that comes late from a
 * courier must not set back a status that the agency has moved on. Source: domain 3.2, 4.4.
 */
char *dvcqg_message_make(enum dvcqg_service service, const struct dvcqg_subject *subject);

/**
 * dvcqg_message_read() - what the answer to @service says. Tolerant of what these portals do:
 * error_code is 0, "0" or "00", the HTTP status is 200 for errors too, "đã tồn tại" comes with 0, 3
 * or -3.
 * @subject: NULL for a login.
 */
enum dvcqg_said dvcqg_message_read(enum dvcqg_service service, const char *answer,
	size_t answer_bytes, const struct dvcqg_subject *subject);

/** dvcqg_message_session() - the session in a login's answer, NULL when there is none. The caller
 * frees it. */
char *dvcqg_message_session(const char *answer, size_t answer_bytes);

#endif
