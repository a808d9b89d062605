#include "api/api_deadline.h"

#include <string.h>

#include <glib.h>

#include "api/api_dossier.h"
#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_query.h"
#include "api/api_read.h"
#include "base/clock.h"
#include "base/uuid7.h"
#include "model/deadline.h"
#include "store/due.h"

/* What the answer is made of. */
struct due_list {
	json_t *items;
	int64_t now_ms;
	struct calendar calendar;
};

static json_t *day_or_null(int32_t day)
{
	char text[WORKDAY_TEXT_SIZE];

	if (day == 0) {
		return json_null();
	}
	workday_format(day, text);
	return json_string(text);
}

/* @leg NULL: the dossier's own. @day 0: not known, and said so. @met_at_ms 0: not yet. */
static void add(struct due_list *list, enum deadline_rule rule, const struct due_leg *leg,
	int32_t day, int64_t met_at_ms)
{
	json_t *json = json_object();
	enum deadline_state state = deadline_state(day, met_at_ms, list->now_ms);

	json_object_set_new(json, "rule", json_string(deadline_wire(rule)));
	json_object_set_new(json, "why", json_string(deadline_label(rule)));
	json_object_set_new(json, "item_code", api_text_or_null(leg ? leg->item_code : ""));
	json_object_set_new(
		json, "leg_kind", api_text_or_null(leg ? leg_kind_wire(leg->leg.kind) : ""));
	json_object_set_new(json, "due_on", day_or_null(day));
	json_object_set_new(json, "met_at", api_time(met_at_ms));
	json_object_set_new(json, "state", json_string(deadline_state_wire(state)));
	json_object_set_new(json, "says", json_string(deadline_state_label(state)));
	json_array_append_new(list->items, json);
}

static int32_t day_of(const char *text)
{
	int32_t day = 0;

	return text[0] && workday_parse(text, &day) ? day : 0;
}

static void add_leg(struct due_list *list, const struct due_leg *leg)
{
	const struct leg *facts = &leg->leg;
	bool stuck = facts->state == LEG_ATTEMPT_FAILED || facts->state == LEG_HELD;
	int32_t again;
	int32_t back;

	if (facts->accepted_at_ms == 0) {
		return;
	}
	add(list, deadline_leg_rule(facts->kind), leg, day_of(leg->promised_on),
		deadline_stopped_at(facts));
	if (!stuck || leg_kind_to_agency(facts->kind)) {
		return;
	}
	again = deadline_invitation_day(facts, &list->calendar);
	back = deadline_return_day(facts, &list->calendar);
	if (again) {
		add(list, DEADLINE_SECOND_INVITATION, leg, again, 0);
	}
	if (back) {
		add(list, DEADLINE_RETURN, leg, back, 0);
	}
}

static void add_dossier(struct due_list *list, const struct due_dossier *dossier)
{
	bool waits = strcmp(dossier->status, "submitted") == 0;

	if (waits) {
		add(list, DEADLINE_AGENCY_WORD, NULL,
			deadline_agency_word_day(dossier->submitted_at_ms, &list->calendar), 0);
	}
	if (dossier->due_on[0]) {
		add(list, DEADLINE_AGENCY_RESULT, NULL, day_of(dossier->due_on),
			dossier->result_ready_at_ms);
	}
	/* Who does not want it by post fetches it. */
	if (dossier->result_ready_at_ms && dossier->service >= 2) {
		add(list, DEADLINE_COLLECT_RESULT, NULL,
			deadline_collect_day(dossier->result_ready_at_ms, &list->calendar),
			dossier->collected_at_ms);
	}
}

static void deadlines_came(struct api_read *read)
{
	struct due_list list = {
		.now_ms = clock_now_ms(),
		.calendar = due_calendar(&read->trip),
	};
	struct due_dossier dossier;
	char id[UUID_TEXT_SIZE];
	json_t *json;

	if (!due_learn(&read->trip, &dossier)) {
		api_problem(read->exchange, HOSO_NOT_FOUND, NULL);
		return;
	}
	list.items = json_array();
	for (int row = 0; row < due_leg_count(&read->trip); row++) {
		struct due_leg leg = due_leg_at(&read->trip, row);
		add_leg(&list, &leg);
	}
	add_dossier(&list, &dossier);
	uuid7_format(&dossier.id, id);
	json = json_object();
	json_object_set_new(json, "id", json_string(id));
	json_object_set_new(json, "dossier_code", api_text_or_null(dossier.code));
	json_object_set_new(json, "agency", api_text_or_null(dossier.agency));
	json_object_set_new(json, "status", json_string(dossier.status));
	json_object_set_new(json, "today", day_or_null(clock_local_day(list.now_ms)));
	json_object_set_new(json, "deadlines", list.items);
	api_reply(read->exchange, 200, json);
}

void api_deadline_get(struct exchange *exchange, void *api)
{
	static const char *const known[] = {NULL};
	struct api_query query = api_query_begin(exchange, known);
	struct dossier_key key;
	enum hoso_error error = api_dossier_key(exchange_param(exchange, 0), &key);
	struct api_read *read;

	if (query.error || error) {
		api_problem(exchange, query.error ? query.error : error, query.member);
		return;
	}
	read = api_read_new(api, exchange);
	due_ask(&read->trip, api_actor(exchange), &key, clock_local_day(clock_now_ms()));
	api_read_run(read, deadlines_came);
}
