#include "api/lookup_walk.h"

#include <string.h>

#include <glib.h>

#include <hoso/dossier_code.h>
#include <hoso/item_code.h>

#include "api/api.h"
#include "api/api_json.h"
#include "base/attr.h"
#include "base/clock.h"
#include "flow/lookup_gate.h"
#include "model/network.h"
#include "model/slip_token.h"
#include "store/lookup.h"

#define DIGITS 4

/*
 * A look-up in two trips, whatever it is about: the first counts it and reads what it is compared with; the second
 * reads the progress, or notes a wrong try. A code that nobody has, wrong digits, a stub and a closed code walk the
 * same way in the same number of steps, and get the same bytes.
 * No name, phone or address is read, so there is no line in view_log; who asked is kept as a network's count only.
 */
struct lookup {
	struct pg_trip trip;
	struct api *api;
	struct exchange *exchange;
	enum hoso_language language;
	lookup_answered answered;
	int64_t now_ms;
	bool by_token;
	char code[DOSSIER_CODE_MAX + 1];
	char digits[DIGITS + 1];
	char token[SLIP_TOKEN_SIZE];
	char network[NETWORK_TEXT_SIZE];
};

static void lookup_free(struct lookup *lookup)
{
	pg_trip_clear(&lookup->trip);
	explicit_bzero(lookup, sizeof *lookup);
	g_free(lookup);
}

static void end(struct lookup *lookup, const struct lookup_answer *answer)
{
	lookup->answered(lookup->exchange, answer);
	lookup_free(lookup);
}

static void fail(struct lookup *lookup, enum hoso_error error)
{
	end(lookup,
		&(struct lookup_answer){.error = error == HOSO_CANCELED ? HOSO_STOPPING : error});
}

static void turn_away(struct lookup *lookup, int wait_s)
{
	end(lookup, &(struct lookup_answer){.error = HOSO_TOO_MANY_LOOKUPS, .wait_s = wait_s});
}

static void run(struct lookup *lookup, void (*done)(struct pg_trip *, enum hoso_error))
{
	enum hoso_error error = pg_pool_run(lookup->api->pool, &lookup->trip, done);

	if (error) {
		fail(lookup, error);
	}
}

static void progress_came(struct pg_trip *trip, enum hoso_error error)
{
	struct lookup *lookup = container_of(trip, struct lookup, trip);
	struct progress progress;

	if (error) {
		fail(lookup, error);
		return;
	}
	progress = lookup_learn_progress(trip, lookup->language);
	end(lookup, &(struct lookup_answer){.code = lookup->code, .progress = &progress});
}

static void wrong_try_is_noted(struct pg_trip *trip, enum hoso_error error)
{
	fail(container_of(trip, struct lookup, trip), error ? error : HOSO_NO_MATCH);
}

/* All is compared, always: what is found out first must not be seen in the time. */
static bool is_right(const struct lookup *lookup, const struct lookup_found *found)
{
	bool token = false;
	bool phone = false;

	for (unsigned i = 0; i < found->secrets_count; i++) {
		token |= slip_token_is_of(&found->secrets[i], lookup->code, lookup->token);
	}
	for (unsigned i = 0; i < ARRAY_SIZE(found->phones); i++) {
		char last4[DIGITS + 1] = "";
		g_strlcpy(last4, found->phones[i], sizeof last4);
		phone |= slip_token_same(last4, lookup->digits, DIGITS);
	}
	phone &= !found->is_closed;
	return found->is_there & (lookup->by_token ? token : phone);
}

static void found_came(struct pg_trip *trip, enum hoso_error error)
{
	struct lookup *lookup = container_of(trip, struct lookup, trip);
	struct lookup_found found;
	bool right;
	int wait_s;

	if (error) {
		fail(lookup, error);
		return;
	}
	found = lookup_learn(trip);
	right = is_right(lookup, &found);
	wait_s = lookup_gate_count(lookup->api->lookup_gate, lookup->network,
		found.asked_by_network, found.asked_by_all, lookup->now_ms);
	explicit_bzero(found.secrets, sizeof found.secrets);
	pg_trip_clear(trip);
	if (wait_s > 0) {
		turn_away(lookup, wait_s);
	} else if (right) {
		lookup_ask_progress(trip, &found.dossier_id);
		run(lookup, progress_came);
	} else {
		lookup_note_wrong(trip, lookup->code);
		run(lookup, wrong_try_is_noted);
	}
}

/* As a person or a scanner gives it: an item's code or a dossier's. */
static enum hoso_error parse_code(const char *text, char *ret_code)
{
	struct dossier_code dossier;
	struct item_code item;
	enum hoso_error error = item_code_parse(text, strlen(text), &item);

	if (!error) {
		g_strlcpy(ret_code, item.text, DOSSIER_CODE_MAX + 1);
		return HOSO_OK;
	}
	if (error == HOSO_BAD_CHECK_DIGIT ||
		dossier_code_parse(text, strlen(text), &dossier) != HOSO_OK) {
		return error;
	}
	g_strlcpy(ret_code, dossier.text, DOSSIER_CODE_MAX + 1);
	return HOSO_OK;
}

static enum hoso_error read_members(json_t *body, struct lookup *lookup, const char **ret_member)
{
	struct api_reader reader = {.object = body};
	char code[WORD_MAX + 1];
	bool by_phone;

	if (api_read_text(&reader, "code", API_REQUIRED, code, sizeof code)) {
		enum hoso_error error = parse_code(code, lookup->code);
		if (error) {
			api_read_fail(&reader, error, "code");
		}
	}
	lookup->by_token =
		api_read_text(&reader, "token", API_OPTIONAL, lookup->token, sizeof lookup->token);
	by_phone = api_read_text(
		&reader, "phone_last4", API_OPTIONAL, lookup->digits, sizeof lookup->digits);
	if (by_phone && strspn(lookup->digits, "0123456789") != DIGITS) {
		api_read_fail(&reader, HOSO_BAD_MEMBER, "phone_last4");
	}
	if (!lookup->by_token && !by_phone) {
		api_read_fail(&reader, HOSO_MISSING_MEMBER, "phone_last4");
	}
	if (lookup->by_token && by_phone) {
		api_read_fail(&reader, HOSO_BAD_MEMBER, "token");
	}
	*ret_member = reader.member;
	return api_read_end(&reader);
}

static void begin(struct lookup *lookup)
{
	struct lookup_question question = {.code = lookup->code,
		.network = lookup->network,
		.slot = lookup_gate_slot(lookup->now_ms)};

	lookup_ask(&lookup->trip, &question);
	run(lookup, found_came);
}

void lookup_walk(struct api *api, struct exchange *exchange, json_t *question,
	enum hoso_error broken, enum hoso_language language, lookup_answered answered)
{
	struct lookup *lookup = g_new0(struct lookup, 1);
	const char *member = NULL;
	enum hoso_error error = broken;
	int wait_s;

	lookup->api = api;
	lookup->exchange = exchange;
	lookup->language = language;
	lookup->answered = answered;
	lookup->now_ms = clock_now_ms();
	network_of(exchange_peer(exchange), lookup->network);
	wait_s = lookup_gate_wait_s(api->lookup_gate, lookup->network, lookup->now_ms);
	if (!error) {
		error = json_is_object(question) ? read_members(question, lookup, &member)
						 : HOSO_BAD_JSON;
	}
	json_decref(question);
	if (error) {
		end(lookup, &(struct lookup_answer){.error = error, .member = member});
	} else if (wait_s > 0) {
		turn_away(lookup, wait_s);
	} else {
		begin(lookup);
	}
}
