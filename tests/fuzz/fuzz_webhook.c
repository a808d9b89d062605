/*
 * What a webhook's portal may answer. Only a whole answer that names this very line is a proof; only
 * what surely did not arrive is "later"; and the words kept for the supervisor are clean and bounded.
 *
 * The bytes are one answer (fake_curl.h).
 */
#include "fuzz.h"

#include <jansson.h>

#include "base/log.h"
#include "fake_curl.h"
#include "portal/portal.h"

#define KEY "01a20658-9b80-7abc-8def-0123456789ab"

struct asked {
	struct portal_push_req req;
	unsigned runs;
	enum hoso_error error;
};

static const struct portal_line line = {
	.key = {{0x01, 0xa2, 0x06, 0x58, 0x9b, 0x80, 0x7a, 0xbc, 0x8d, 0xef, 0x01, 0x23, 0x45, 0x67,
		0x89, 0xab}},
	.dseq = 7,
	.kind = EVENT_DELIVERED,
	.leg_kind = LEG_RESULT,
	.state = LEG_DELIVERED,
	.occurred_at_ms = 1626770701000,
	.item_code = "RR123456785VN",
	.text = "Bưu điện đã phát kết quả",
};

static const struct portal_config config = {
	.profile = "webhook",
	.url = "https://127.0.0.1:1/",
	.secret = "whsec_aG9zb2hvc29ob3NvaG9zb2hvc29ob3NvaG9zb2hvc28=",
	.timeout_ms = 1000,
	.connect_timeout_ms = 1000,
	.connections_max = 1,
};

static void pushed(struct portal_push_req *req, enum hoso_error error)
{
	struct asked *asked = container_of(req, struct asked, req);

	asked->runs++;
	asked->error = error;
}

static bool says(json_t *answer, const char *name, const char *value)
{
	const char *text = json_string_value(json_object_get(answer, name));

	return text && strcmp(text, value) == 0;
}

static bool is_proof(const struct fake_answer *answer)
{
	json_t *json = json_loadb(
		(const char *)answer->bytes, answer->length, JSON_REJECT_DUPLICATES, NULL);
	bool proof = says(json, "id", KEY) &&
		     json_integer_value(json_object_get(json, "dseq")) == 7 &&
		     (says(json, "status", "applied") || says(json, "status", "duplicate"));

	json_decref(json);
	return proof;
}

static void check_outcome(enum hoso_error error, const struct fake_answer *answer)
{
	int status = answer->http_status;
	bool good = (status >= 200 && status <= 299) || status == 409 || status == 412;

	g_assert((error == HOSO_OK) == (good && is_proof(answer)));
	g_assert(error != HOSO_PORTAL_LATER || !answer->perhaps_sent || status == 503 ||
		 (status >= 400 && status <= 499));
	g_assert(!answer->perhaps_sent || status != 0 || error == HOSO_PORTAL_UNKNOWN);
	g_assert(error != HOSO_PORTAL_NEVER || (status >= 400 && status <= 499));
	g_assert(status < 300 || status > 399 || error == HOSO_PORTAL_PAUSED);
}

static void check_words(const char *words)
{
	g_assert(strlen(words) <= PORTAL_ANSWER_KEPT && g_utf8_validate(words, -1, NULL));
	for (const char *at = words; *at; at = g_utf8_next_char(at)) {
		g_assert(!g_unichar_iscntrl(g_utf8_get_char(at)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct asked asked = {.req = {.line = &line, .dossier_code = "000.00.05.H06-210715-0001"}};
	struct fake_answer answer;
	static struct portal *portal; /* it remembers nothing from one push to the next */

	if (!portal) {
		log_init(LOG_ERR);
		portal = portal_new(NULL, &config);
		g_assert(portal);
	}
	portal_push(portal, &asked.req, pushed);
	g_assert(asked.runs == 0 && fake_curl_in_air());
	if (fake_answer_read(&bytes, &length, &answer)) {
		fake_curl_answer(&answer);
		check_outcome(asked.error, &answer);
		check_words(asked.req.answer);
	} else {
		portal_free(portal); /* which cancels */
		portal = NULL;
		g_assert(asked.error == HOSO_CANCELED);
	}
	g_assert(asked.runs == 1 && !fake_curl_in_air());
	return 0;
}
