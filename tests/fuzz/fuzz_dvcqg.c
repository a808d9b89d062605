/*
 * What a session-style portal may answer, step after step. A line counts as delivered only when the
 * portal said so of this very line; while a line is in doubt it is asked for before it is sent, and
 * the doubt never becomes "later"; no push goes on for ever.
 *
 * The first byte: bit 0, the line is in doubt; bit 1, returned results set the status. The rest is
 * one answer after the other (fake_curl.h).
 */
#include "fuzz.h"

#include <jansson.h>

#include "base/log.h"
#include "base/text.h"
#include "fake_curl.h"
#include "portal/portal.h"

#define CODE "000.00.05.H06-210715-0001"
#define TIME "20210720154501" /* of the line, in Hà Nội */
#define TEXT "Bưu điện đã phát kết quả cho người nhận (RR123456785VN, bước 7)"
#define ANSWERS_MAX 7
#define DEPTH_MAX 64

struct walk {
	struct portal_push_req req;
	unsigned runs;
	enum hoso_error error;
	unsigned answers;
	char *session;   /* of the last login, NULL before */
	bool may_send;   /* not in doubt, or the portal said that the line is not there */
	bool proved;     /* by the last answer */
	json_t *message; /* the one in the air */
};

static const struct portal_line line = {
	.dseq = 7,
	.kind = EVENT_DELIVERED,
	.leg_kind = LEG_RESULT,
	.state = LEG_DELIVERED,
	.role = ROLE_COURIER,
	.occurred_at_ms = 1626770701000,
	.received_at_ms = 1626338701000,
	.service = 3,
	.item_code = "RR123456785VN",
	.actor = "Nguyễn Văn A",
	.text = TEXT,
};

static void pushed(struct portal_push_req *req, enum hoso_error error)
{
	struct walk *walk = container_of(req, struct walk, req);

	walk->runs++;
	walk->error = error;
}

static bool says(json_t *object, const char *name, const char *value)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text && strcmp(text, value) == 0;
}

/* Anywhere inside: the line, of our dossier or of one that is not named. */
static bool has_line(json_t *json, bool ours, unsigned depth)
{
	const char *name;
	json_t *child;
	size_t i;

	if (depth == 0) {
		return false;
	}
	ours |= says(json, "MaHoSo", CODE);
	if (ours && says(json, "ThoiDiemXuLy", TIME) && says(json, "NoiDungXuLy", TEXT)) {
		return true;
	}
	json_array_foreach(json, i, child)
	{
		if (has_line(child, ours, depth - 1)) {
			return true;
		}
	}
	json_object_foreach(json, name, child)
	{
		if (has_line(child, ours, depth - 1)) {
			return true;
		}
	}
	return false;
}

static bool says_done(json_t *answer)
{
	const char *message = json_string_value(json_object_get(answer, "message"));
	g_autofree char *words = text_fold(message ? message : "");
	json_t *about = json_object_get(answer, "MaHoSo");

	return strstr(words, "thanh cong") &&
	       (!json_is_string(about) || says(answer, "MaHoSo", CODE));
}

/* What this answer proves, read by other eyes than the portal room's. */
static void note_answer(struct walk *walk, const struct fake_answer *answer)
{
	int status = answer->http_status;
	bool good = (status >= 200 && status <= 299) || status == 409 || status == 412;
	json_t *json = json_loadb(
		(const char *)answer->bytes, answer->length, JSON_REJECT_DUPLICATES, NULL);
	const char *session = json_string_value(json_object_get(json, "session"));

	walk->answers++;
	walk->proved = false;
	if (!walk->message) {
		g_free(walk->session);
		walk->session = g_strdup(session);
	} else if (says(walk->message, "service", "TraCuuHoSo")) {
		walk->proved = good && has_line(json, false, DEPTH_MAX);
		walk->may_send |= json_is_object(json) && !walk->proved;
	} else if (says(walk->message, "service", "CapNhatTienDoHoSoMC")) {
		walk->proved = good && says_done(json);
	}
	json_decref(json);
}

/* What is sent now must be allowed to be. */
static void check_message(struct walk *walk)
{
	const struct curl_call *call = fake_curl_in_air();
	bool asks;

	json_decref(walk->message);
	walk->message = NULL;
	if (g_str_has_suffix(call->url, "/mapi/login")) {
		return;
	}
	walk->message = json_loadb(call->body, call->body_bytes, JSON_REJECT_DUPLICATES, NULL);
	asks = says(walk->message, "service", "TraCuuHoSo");
	g_assert(walk->session && says(walk->message, "session", walk->session));
	g_assert(asks || call->fresh_connection);
	g_assert(asks || walk->may_send);
}

static void check_end(const struct walk *walk, bool in_doubt)
{
	g_assert(walk->runs == 1 && !fake_curl_in_air());
	g_assert(walk->error != HOSO_OK || walk->proved);
	g_assert(walk->error != HOSO_PORTAL_LATER || walk->may_send || !in_doubt);
	g_assert(strlen(walk->req.answer) <= PORTAL_ANSWER_KEPT);
	g_assert(g_utf8_validate(walk->req.answer, -1, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	bool in_doubt = length && bytes[0] & 1;
	struct walk walk = {
		.req = {.line = &line, .dossier_code = CODE, .in_doubt = in_doubt},
		.may_send = !in_doubt,
	};
	struct portal_config config = {.profile = "dvcqg",
		.url = "https://127.0.0.1:1/",
		.user = "hoso",
		.password = "hoso",
		.unit = "000.00.00.H06",
		.destination = "VN:GOV:dvc",
		.set_returned = length && bytes[0] & 2,
		.timeout_ms = 1000,
		.connect_timeout_ms = 1000,
		.connections_max = 1};
	const uint8_t *at = bytes + (length > 0);
	size_t left = length - (length > 0);
	struct fake_answer answer;
	struct portal *portal;

	log_init(LOG_ERR);
	portal = portal_new(NULL, &config);
	portal_push(portal, &walk.req, pushed);
	while (fake_curl_in_air()) {
		check_message(&walk);
		if (!fake_answer_read(&at, &left, &answer)) {
			break;
		}
		note_answer(&walk, &answer);
		g_assert(walk.answers <= ANSWERS_MAX);
		fake_curl_answer(&answer);
	}
	portal_free(portal);
	check_end(&walk, in_doubt);
	json_decref(walk.message);
	g_free(walk.session);
	return 0;
}
