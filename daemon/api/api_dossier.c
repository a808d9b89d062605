#include "api/api_dossier.h"

#include <string.h>

#include <glib.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_query.h"
#include "api/api_read.h"
#include "api/dossier_instants.h"
#include "api/dossier_json.h"
#include "base/uuid7.h"
#include "flow/slip_keys.h"
#include "store/search.h"

#define LIST 'd'

enum hoso_error api_dossier_key(const char *text, struct dossier_key *ret_key)
{
	struct dossier_key key = {0};
	enum hoso_error item_error, code_error;

	if (uuid7_parse(text, &key.id)) {
		*ret_key = key;
		return HOSO_OK;
	}
	/* An id of another version may be an agency's code as well. */
	if (uuid7_parse_any(text, &key.id)) {
		dossier_code_parse(text, strlen(text), &key.code);
		*ret_key = key;
		return HOSO_OK;
	}
	item_error = item_code_parse(text, strlen(text), &key.item);
	code_error = dossier_code_parse(text, strlen(text), &key.code);
	if (item_error && code_error) {
		return item_error == HOSO_BAD_CHECK_DIGIT ? item_error : HOSO_NOT_FOUND;
	}
	*ret_key = key;
	return HOSO_OK;
}

/* So that the post can print a slip again; the look-up tells less than is told here. */
static void add_slip_token(const struct api_read *read, const struct dossier_leg *leg, json_t *json)
{
	char token[SLIP_TOKEN_SIZE];

	if (api_actor(read->exchange)->role != ROLE_AGENCY &&
		slip_keys_token(read->api->slip_keys, leg->item_code, token)) {
		json_object_set_new(json, "slip_token", json_string(token));
	}
}

static json_t *leg_json(const struct api_read *read, int row, enum phones phones)
{
	struct dossier_leg leg = dossier_leg_at(&read->trip, row);
	int care_row = dossier_care_find(&read->trip, leg.item_code);
	struct dossier_care care = {.reclaim = "", .receiver = {"", "", ""}};
	json_t *json = dossier_json_leg(&leg);

	if (care_row >= 0) {
		care = dossier_care_at(&read->trip, care_row);
	}
	dossier_json_add_care(json, &care, phones);
	add_slip_token(read, &leg, json);
	return json;
}

static json_t *legs_json(const struct api_read *read, enum phones phones)
{
	json_t *legs = json_array();

	for (int row = 0; row < dossier_leg_count(&read->trip); row++) {
		json_array_append_new(legs, leg_json(read, row, phones));
	}
	return legs;
}

static json_t *events_json(const struct pg_trip *trip, enum phones phones)
{
	json_t *events = json_array();

	for (int row = 0; row < dossier_event_count(trip); row++) {
		struct dossier_event event = dossier_event_at(trip, row);
		json_t *json = dossier_json_event(&event);
		json_object_set_new(json, "data", dossier_json_data(&event, phones));
		dossier_json_add_clock(json, &event);
		json_array_append_new(events, json);
	}
	return events;
}

static void dossier_came(struct api_read *read)
{
	/* The post must be able to call; an officer has the citizen's number in their own system.
	 */
	enum phones phones =
		api_actor(read->exchange)->role == ROLE_AGENCY ? PHONES_MASKED : PHONES_WHOLE;
	struct dossier dossier;
	json_t *json;

	if (!dossier_learn(&read->trip, &dossier)) {
		api_problem(read->exchange, HOSO_NOT_FOUND, NULL);
		return;
	}
	json = dossier_json_new(&dossier, phones);
	json_object_set_new(json, "legs", legs_json(read, phones));
	json_object_set_new(json, "events", events_json(&read->trip, phones));
	dossier_instants_mark(json);
	api_reply(read->exchange, 200, json);
}

static void show(
	struct exchange *exchange, struct api *api, const struct dossier_key *key, bool one_leg)
{
	struct api_read *read;

	if (!api_query_has_none(exchange)) {
		return;
	}
	read = api_read_new(api, exchange);
	dossier_ask(&read->trip, api_actor(exchange), key, one_leg);
	api_read_run(read, dossier_came);
}

void api_dossier_get(struct exchange *exchange, void *api)
{
	struct dossier_key key;
	enum hoso_error error = api_dossier_key(exchange_param(exchange, 0), &key);

	if (error) {
		api_problem(exchange, error, NULL);
		return;
	}
	show(exchange, api, &key, false);
}

void api_dossier_get_leg(struct exchange *exchange, void *api)
{
	const char *text = exchange_param(exchange, 0);
	struct dossier_key key = {0};
	enum hoso_error error = item_code_parse(text, strlen(text), &key.item);

	if (error) {
		api_problem(exchange, error, NULL);
		return;
	}
	show(exchange, api, &key, true);
}

static void read_state(struct api_query *query, enum leg_state *ret_state)
{
	char text[WORD_MAX + 1];

	*ret_state = LEG_STATE_COUNT;
	if (api_query_text(query, "state", text, sizeof text)) {
		*ret_state = leg_state_from_wire(text);
		if (*ret_state == LEG_STATE_COUNT) {
			api_query_fail(query, HOSO_BAD_MEMBER, "state");
		}
	}
}

static void read_code(struct api_query *query, struct dossier_key *ret_key)
{
	char text[QUERY_TEXT_MAX + 1];
	enum hoso_error error;

	if (!api_query_text(query, "code", text, sizeof text)) {
		return;
	}
	error = api_dossier_key(text, ret_key);
	if (error || !uuid7_is_none(&ret_key->id)) {
		api_query_fail(
			query, error == HOSO_BAD_CHECK_DIGIT ? error : HOSO_BAD_MEMBER, "code");
	}
}

static void read_place(struct api_query *query, struct search *search)
{
	struct cursor cursor;

	if (!api_query_cursor(query, "cursor", LIST, &cursor)) {
		return;
	}
	search->before_ms = cursor.number;
	if (cursor.number == 0 || !uuid7_parse_any(cursor.text, &search->before_id)) {
		api_query_fail(query, HOSO_BAD_CURSOR, "cursor");
	}
}

static struct search read_search(struct api_query *query)
{
	struct search search = {0};

	api_query_text(query, "text", search.text, sizeof search.text);
	read_code(query, &search.key);
	api_query_phone(query, "phone", search.phone);
	read_state(query, &search.state);
	api_query_text(query, "office", search.office, sizeof search.office);
	api_query_text(query, "agency", search.agency, sizeof search.agency);
	api_query_time(query, "from", false, &search.from_ms);
	api_query_time(query, "to", true, &search.to_ms);
	api_query_flag(query, "late", &search.late);
	search.limit = api_query_limit(query);
	read_place(query, &search);
	return search;
}

/* One row per leg: a new dossier begins where the id changes. */
static json_t *add_item(json_t *items, const struct dossier *dossier)
{
	json_t *item = dossier_json_short(dossier);

	json_object_set_new(item, "late", json_false());
	json_object_set_new(item, "legs", json_array());
	json_array_append_new(items, item);
	return item;
}

static void add_leg(json_t *item, const struct dossier_leg *leg)
{
	if (leg->late) {
		json_object_set_new(item, "late", json_true());
	}
	json_array_append_new(json_object_get(item, "legs"), dossier_json_leg_short(leg));
}

static struct cursor cursor_of(const struct dossier *dossier)
{
	struct cursor cursor = {.number = dossier->recorded_at_ms};

	uuid7_format(&dossier->id, cursor.text);
	return cursor;
}

static void list_came(struct api_read *read)
{
	const unsigned *limit = read->more;
	json_t *items = json_array();
	json_t *item = NULL;
	struct dossier last = {0};
	struct cursor cursor;
	bool more = false;

	for (int row = 0; row < search_row_count(&read->trip) && !more; row++) {
		struct dossier dossier = search_dossier_at(&read->trip, row);
		struct dossier_leg leg = search_leg_at(&read->trip, row);
		if (!item || uuid7_compare(&dossier.id, &last.id) != 0) {
			more = json_array_size(items) == *limit;
			if (more) {
				break;
			}
			item = add_item(items, &dossier);
			last = dossier;
		}
		add_leg(item, &leg);
	}
	cursor = cursor_of(&last);
	api_reply(read->exchange, 200, api_query_page(items, LIST, more ? &cursor : NULL));
}

static void run_search(struct exchange *exchange, struct api *api, struct api_query *query)
{
	struct search search = read_search(query);
	struct api_read *read;

	if (api_query_refused(query, exchange)) {
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&search.limit, sizeof search.limit);
	search_ask(&read->trip, api_actor(exchange), &search);
	api_read_run(read, list_came);
}

/* What may stand in a URL, and so in a log or a browser's history: nothing of a person. */
void api_dossier_list(struct exchange *exchange, void *api)
{
	static const char *const known[] = {
		"code", "state", "office", "agency", "from", "to", "late", "limit", "cursor", NULL};
	struct api_query query = api_query_begin(exchange, known);

	run_search(exchange, api, &query);
}

void api_dossier_search(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"text", "code", "phone", "state", "office", "agency",
		"from", "to", "late", "limit", "cursor", NULL};
	struct api_query query;
	json_t *body = NULL;
	enum hoso_error error = api_body(exchange, &body);

	if (!error && !json_is_object(body)) {
		error = HOSO_BAD_JSON;
	}
	if (error) {
		api_problem(exchange, error, NULL);
	} else {
		query = api_query_begin_body(body, known);
		run_search(exchange, api, &query);
	}
	json_decref(body);
}
