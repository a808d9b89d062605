#include "portal/classify.h"

/* What is wrong with the road and not with the moment: certificates, TLS, the configured address.
 */
static bool is_road_fault(CURLcode code)
{
	static const CURLcode road_faults[] = {
		CURLE_UNSUPPORTED_PROTOCOL,
		CURLE_URL_MALFORMAT,
		CURLE_NOT_BUILT_IN,
		CURLE_SSL_CONNECT_ERROR,
		CURLE_SSL_ENGINE_NOTFOUND,
		CURLE_SSL_ENGINE_SETFAILED,
		CURLE_SSL_CERTPROBLEM,
		CURLE_SSL_CIPHER,
		CURLE_PEER_FAILED_VERIFICATION,
		CURLE_USE_SSL_FAILED,
		CURLE_SSL_ENGINE_INITFAILED,
		CURLE_SSL_CACERT_BADFILE,
		CURLE_SSL_CRL_BADFILE,
		CURLE_SSL_ISSUER_ERROR,
		CURLE_SSL_PINNEDPUBKEYNOTMATCH,
		CURLE_SSL_INVALIDCERTSTATUS,
		CURLE_SSL_CLIENTCERT,
	};

	for (unsigned i = 0; i < sizeof road_faults / sizeof road_faults[0]; i++) {
		if (code == road_faults[i]) {
			return true;
		}
	}
	return false;
}

/* No whole answer: what counts is whether the portal can have seen the request. */
static enum hoso_error classify_broken(const struct portal_outcome *outcome)
{
	if (outcome->perhaps_sent) {
		return HOSO_PORTAL_UNKNOWN;
	}
	return is_road_fault(outcome->curl_code) ? HOSO_PORTAL_PAUSED : HOSO_PORTAL_LATER;
}

static enum hoso_error classify_success(enum body_class body)
{
	switch (body) {
	case BODY_PROOF:
		return HOSO_OK;
	case BODY_REFUSAL:
		return HOSO_PORTAL_NEVER;
	case BODY_NONE:
	case BODY_STRANGE:
	case BODY_CLASS_COUNT:
		break;
	}
	return HOSO_PORTAL_UNKNOWN;
}

static enum hoso_error classify_client_error(int status, enum body_class body)
{
	switch (status) {
	case 401:
	case 403:
	case 407:
		return HOSO_PORTAL_PAUSED;
	case 408:
	case 425:
	case 429:
		return HOSO_PORTAL_LATER;
	case 409:
	case 412: /* "already there", if the body proves it; else there is something to be asked */
		return body == BODY_PROOF ? HOSO_OK : HOSO_PORTAL_UNKNOWN;
	default:
		/* Without the portal's words it may be a gateway that has lost its portal. */
		return body == BODY_REFUSAL ? HOSO_PORTAL_NEVER : HOSO_PORTAL_LATER;
	}
}

enum hoso_error portal_classify(const struct portal_outcome *outcome)
{
	int status = outcome->http_status;

	if (outcome->curl_code != CURLE_OK) {
		return classify_broken(outcome);
	}
	if (status >= 200 && status <= 299) {
		return classify_success(outcome->body);
	}
	if (status >= 300 && status <= 399) {
		return HOSO_PORTAL_PAUSED;
	}
	if (status >= 400 && status <= 499) {
		return classify_client_error(status, outcome->body);
	}
	return status == 503 ? HOSO_PORTAL_LATER : HOSO_PORTAL_UNKNOWN;
}
