#include "api/api_exception.h"

#include <string.h>

#include <glib.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_query.h"
#include "api/api_read.h"
#include "base/clock.h"
#include "model/deadline.h"
#include "store/exception.h"
#include "store/workdays.h"

#define LIST 'e'

/* What is asked for, through the two trips: the calendar first, then what is on the desk by it. */
struct desk_request {
	unsigned kinds;
	unsigned limit;
	struct cursor cursor;
	char office[WORD_MAX + 1];
	struct calendar calendar;
	void (*ask)(
		struct pg_trip *trip, const struct actor *actor, const struct exception_wish *wish);
	void (*came)(struct api_read *read);
	json_t *(*nothing)(void);
};

/* The desk counts days; whether they were working days is asked here: until then another invitation is due. */
static enum desk_kind kind_of(const struct exception *exception, const struct calendar *calendar)
{
	struct leg leg = {.invitations = DEADLINE_INVITATIONS_MIN,
		.first_invited_at_ms = exception->first_invited_ms,
		.last_invited_at_ms = exception->last_invited_ms};

	if (exception->what == DESK_RETURN_DUE && !deadline_invited_apart(&leg, calendar)) {
		return DESK_INVITE_AGAIN;
	}
	return exception->what;
}

static json_t *owner_json(const struct exception *exception)
{
	json_t *json = json_object();

	json_object_set_new(json, "role", json_string(role_wire(desk_owner(exception->what))));
	json_object_set_new(json, "place", api_text_or_null(exception->owner));
	return json;
}

static json_t *exception_json(
	const struct exception *exception, int64_t now_ms, const struct calendar *calendar)
{
	enum desk_kind to_do = kind_of(exception, calendar);
	json_t *json = json_object();
	int64_t age_s = MAX(now_ms - exception->at_ms, 0) / 1000;

	json_object_set_new(json, "key", json_string(exception->key));
	json_object_set_new(json, "what", json_string(desk_wire(exception->what)));
	json_object_set_new(json, "words", json_string(desk_label(exception->what)));
	json_object_set_new(json, "id", json_string(exception->id));
	json_object_set_new(json, "at", api_time(exception->at_ms));
	json_object_set_new(json, "age_s", json_integer(age_s));
	json_object_set_new(json, "item_code", api_text_or_null(exception->item_code));
	json_object_set_new(json, "dossier_code", api_text_or_null(exception->dossier_code));
	json_object_set_new(json, "kind", api_text_or_null(exception->kind));
	json_object_set_new(json, "leg_kind", api_text_or_null(exception->leg_kind));
	json_object_set_new(json, "why", api_text_or_null(exception->why));
	json_object_set_new(json, "actor", api_text_or_null(exception->actor));
	json_object_set_new(json, "office", api_text_or_null(exception->office_code));
	json_object_set_new(json, "detail", api_text_or_null(exception->detail));
	json_object_set_new(json, "owner", owner_json(exception));
	json_object_set_new(json, "next_action", json_string(desk_action(to_do)));
	json_object_set_new(json, "to_do", json_string(desk_action_label(to_do)));
	return json;
}

static void list_came(struct api_read *read)
{
	const struct desk_request *request = read->more;
	g_autoptr(GArray) list = exception_learn(&read->trip, request->limit);
	json_t *items = json_array();
	bool more = list->len > request->limit;
	struct cursor cursor = {0};

	for (guint i = 0; i < MIN(list->len, request->limit); i++) {
		const struct exception *exception = &g_array_index(list, struct exception, i);
		json_array_append_new(
			items, exception_json(exception, clock_now_ms(), &request->calendar));
		cursor.number = exception->at_ms;
		g_strlcpy(cursor.text, exception->key, sizeof cursor.text);
	}
	api_reply(read->exchange, 200, api_query_page(items, LIST, more ? &cursor : NULL));
}

static json_t *count_json(enum desk_kind kind, int64_t count)
{
	bool more = count > DESK_COUNT_MAX;
	json_t *json = json_object();
	char text[24];

	g_snprintf(text, sizeof text, "%d%s", (int)MIN(count, DESK_COUNT_MAX), more ? "+" : "");
	json_object_set_new(json, "what", json_string(desk_wire(kind)));
	json_object_set_new(json, "words", json_string(desk_label(kind)));
	json_object_set_new(json, "count", json_integer(MIN(count, DESK_COUNT_MAX)));
	json_object_set_new(json, "more", json_boolean(more));
	json_object_set_new(json, "text", json_string(text));
	json_object_set_new(json, "owner", json_string(role_wire(desk_owner(kind))));
	return json;
}

static json_t *empty_page(void)
{
	return api_query_page(json_array(), LIST, NULL);
}

static json_t *no_counts(void)
{
	return json_pack("{s:[]}", "items");
}

static void counts_came(struct api_read *read)
{
	const struct desk_request *request = read->more;
	int64_t counts[DESK_KIND_COUNT] = {0};
	json_t *items = json_array();

	exception_counts(&read->trip, counts);
	for (int kind = 0; kind < DESK_KIND_COUNT; kind++) {
		if (request->kinds & DESK_BIT(kind)) {
			json_array_append_new(
				items, count_json((enum desk_kind)kind, counts[kind]));
		}
	}
	api_reply(read->exchange, 200, json_pack("{s:o}", "items", items));
}

static void calendar_came(struct api_read *read)
{
	struct api_read *next = api_read_new(read->api, read->exchange);
	struct desk_request *request = g_steal_pointer(&read->more);
	struct exception_wish wish;

	request->calendar = workdays_learn(&read->trip, 0);
	wish = (struct exception_wish){
		.kinds = request->kinds,
		.office = request->office,
		.cuts = desk_cuts_at(clock_now_ms(), &request->calendar),
		.before_ms = request->cursor.number,
		.before_key = request->cursor.text,
		.limit = request->limit,
	};
	next->more = request;
	request->ask(&next->trip, api_actor(next->exchange), &wish);
	api_read_run(next, request->came);
}

/* An officer's desk has what their own agency owes; what the post does wrong is the post's. */
static unsigned read_kinds(struct api_query *query, const struct actor *actor)
{
	char text[QUERY_TEXT_MAX + 1];
	unsigned kinds = actor->role == ROLE_AGENCY ? desk_owned_by(ROLE_AGENCY) : DESK_ALL;

	if (api_query_text(query, "what", text, sizeof text)) {
		enum desk_kind kind = desk_from_wire(text);
		if (kind == DESK_KIND_COUNT) {
			api_query_fail(query, HOSO_BAD_MEMBER, "what");
		}
		kinds &= DESK_BIT(kind);
	}
	if (api_query_text(query, "owner", text, sizeof text)) {
		enum role role = role_from_wire(text);
		if (role == ROLE_COUNT) {
			api_query_fail(query, HOSO_BAD_MEMBER, "owner");
		}
		kinds &= desk_owned_by(role);
	}
	return kinds;
}

static void begin(struct exchange *exchange, struct api *api, struct api_query *query,
	struct desk_request *request)
{
	struct api_read *read;

	request->kinds = read_kinds(query, api_actor(exchange));
	api_query_text(query, "office", request->office, sizeof request->office);
	if (api_query_refused(query, exchange)) {
		return;
	}
	/* A kind that is not this role's: nothing is asked. */
	if (request->kinds == 0) {
		api_reply(exchange, 200, request->nothing());
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(request, sizeof *request);
	workdays_ask(&read->trip, clock_local_day(clock_now_ms()));
	api_read_run(read, calendar_came);
}

void api_exception_list(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"limit", "cursor", "what", "office", "owner", NULL};
	struct api_query query = api_query_begin(exchange, known);
	struct desk_request request = {
		.ask = exception_ask, .came = list_came, .nothing = empty_page};

	request.limit = api_query_limit(&query);
	api_query_cursor(&query, "cursor", LIST, &request.cursor);
	begin(exchange, api, &query, &request);
}

void api_exception_count(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"what", "office", "owner", NULL};
	struct api_query query = api_query_begin(exchange, known);
	struct desk_request request = {
		.ask = exception_ask_counts, .came = counts_came, .nothing = no_counts};

	begin(exchange, api, &query, &request);
}
