#ifndef HOSO_PORTAL_CLASSIFY_H
#define HOSO_PORTAL_CLASSIFY_H

#include <stdbool.h>

#include <curl/curl.h>

#include <hoso/error.h>

/* What a profile made of an answer's body. */
enum body_class {
	BODY_NONE,    /* empty */
	BODY_PROOF,   /* says, about this very line, that the portal has it */
	BODY_REFUSAL, /* the portal's own words for no, whole and well-formed */
	BODY_STRANGE, /* a page, cut short, other JSON, or about another line */
	BODY_CLASS_COUNT
};

/** struct portal_outcome - all that is known of one request to the portal. */
struct portal_outcome {
	CURLcode curl_code;
	int http_status; /* 0 when none came */
	bool perhaps_sent;
	enum body_class body;
};

/**
 * portal_classify() - what one request to the portal amounts to. Pure.
 *
 * HOSO_OK only with BODY_PROOF. HOSO_PORTAL_LATER only when not a byte was sent, or when the status
 * itself says that nothing was done (408, 425, 429, 503) or nobody was there to do it (a 4xx
 * without the portal's words). A 500, 502 or 504 may hide a done deed and is HOSO_PORTAL_UNKNOWN,
 * as is everything that is not understood. HOSO_PORTAL_NEVER only in the portal's own words.
 * HOSO_PORTAL_PAUSED for what no dossier is to blame for: TLS, settings, 3xx, 401, 403, 407.
 * Source: promises, appendix B.
 */
enum hoso_error portal_classify(const struct portal_outcome *outcome);

#endif
