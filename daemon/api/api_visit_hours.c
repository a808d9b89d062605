#include "api/api_visit.h"

#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_query.h"
#include "api/api_read.h"
#include "api/visit_json.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/uuid7.h"
#include "store/visit_plan.h"

#define DAY_MS (24LL * 3600 * 1000)
#define SLOTS_MAX                                                                                  \
	192 /* of a day: two at a time every quarter of an hour, from midnight to midnight */
#define SEATS_MAX 200

/* What was asked for, until the plan comes. */
struct slots_question {
	char office[WORD_MAX + 1];
	int64_t day_ms;
	int minutes; /* 0: the office's own */
};

static void slots_came(struct api_read *read)
{
	const struct slots_question *question = read->more;
	struct visit_slot slots[SLOTS_MAX];
	struct visit_offer offer;
	json_t *items = json_array();
	char day[16];
	unsigned count;

	visit_plan_learn(&read->trip, 0, &offer);
	count = visit_slots(&offer.plan, clock_local_day(question->day_ms), 1,
		question->minutes ? question->minutes : offer.plan.slot_minutes, clock_now_ms(),
		false, slots, SLOTS_MAX);
	for (unsigned i = 0; i < count; i++) {
		json_array_append_new(items, visit_json_slot(&slots[i]));
	}
	clock_format_local(question->day_ms, "%Y-%m-%d", day, sizeof day);
	if (offer.office[0]) {
		api_reply(read->exchange, 200,
			json_pack("{s:s, s:s, s:o}", "office", offer.office, "day", day, "slots",
				items));
	} else {
		json_decref(items);
		api_problem(read->exchange, HOSO_NOT_FOUND, "office");
	}
	visit_offer_clear(&offer);
}

/* "office", the session's own when it is absent. */
static void read_office(
	struct api_query *query, const struct actor *actor, char *ret_office, size_t size)
{
	if (!api_query_text(query, "office", ret_office, size)) {
		g_strlcpy(ret_office, actor->office_code, size);
	}
}

static void read_minutes(struct api_query *query, int *ret_minutes)
{
	char text[8];
	guint64 minutes = 0;

	if (api_query_text(query, "minutes", text, sizeof text) &&
		!g_ascii_string_to_unsigned(text, 10, VISIT_WINDOW_MINUTES_MIN,
			VISIT_WINDOW_MINUTES_MAX, &minutes, NULL)) {
		api_query_fail(query, HOSO_BAD_MEMBER, "minutes");
	}
	*ret_minutes = (int)minutes;
}

void api_visit_slots(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"office", "day", "minutes", NULL};
	static const struct uuid nobody;
	struct api_query query = api_query_begin(exchange, known);
	struct slots_question question = {0};
	struct api_read *read;

	read_office(&query, api_actor(exchange), question.office, sizeof question.office);
	read_minutes(&query, &question.minutes);
	if (!api_query_time(&query, "day", false, &question.day_ms)) {
		question.day_ms = clock_now_ms();
	}
	if (api_query_refused(&query, exchange)) {
		return;
	}
	question.day_ms = visit_midnight_ms(clock_local_day(question.day_ms));
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&question, sizeof question);
	visit_plan_ask(&read->trip, api_actor(exchange), question.office, &nobody, question.day_ms,
		question.day_ms + DAY_MS);
	api_read_run(read, slots_came);
}

static json_t *minute_json(int minute)
{
	return json_sprintf("%02d:%02d", minute / 60, minute % 60);
}

static json_t *hours_json(const struct visit_offer *offer)
{
	json_t *rows = json_array();

	for (unsigned i = 0; i < offer->plan.hours_count; i++) {
		const struct visit_hours *row = &offer->plan.hours[i];
		json_array_append_new(rows,
			json_pack("{s:i, s:o, s:o, s:i, s:b}", "day", row->day, "from",
				minute_json(row->opens), "to", minute_json(row->closes), "capacity",
				row->capacity, "out_of_hours", row->out_of_hours));
	}
	return rows;
}

static void hours_came(struct api_read *read)
{
	struct visit_offer offer;

	visit_plan_learn(&read->trip, 0, &offer);
	if (offer.office[0]) {
		api_reply(read->exchange, 200,
			json_pack("{s:s, s:i, s:i, s:o}", "office", offer.office, "slot_minutes",
				offer.plan.slot_minutes, "grace_minutes", offer.grace_minutes,
				"hours", hours_json(&offer)));
	} else {
		api_problem(read->exchange, HOSO_NOT_FOUND, "office");
	}
	visit_offer_clear(&offer);
}

void api_visit_hours_get(struct exchange *exchange, void *api)
{
	static const char *const known[] = {"office", NULL};
	static const struct uuid nobody;
	struct api_query query = api_query_begin(exchange, known);
	char office[WORD_MAX + 1];
	int64_t now_ms = clock_now_ms();
	struct api_read *read;

	read_office(&query, api_actor(exchange), office, sizeof office);
	if (api_query_refused(&query, exchange)) {
		return;
	}
	read = api_read_new(api, exchange);
	visit_plan_ask(&read->trip, api_actor(exchange), office, &nobody, now_ms, now_ms);
	api_read_run(read, hours_came);
}

/* "07:30"; "24:00" ends a day. */
static void read_minute(struct api_reader *reader, const char *member, int *ret_minute)
{
	char text[6];
	int hour = 0;
	int minute = 0;
	bool has_shape;

	if (!api_read_text(reader, member, API_REQUIRED, text, sizeof text)) {
		return;
	}
	has_shape = strlen(text) == 5 && g_ascii_isdigit(text[0]) && g_ascii_isdigit(text[1]) &&
		    text[2] == ':' && g_ascii_isdigit(text[3]) && g_ascii_isdigit(text[4]);
	if (has_shape) {
		hour = (text[0] - '0') * 10 + text[1] - '0';
		minute = (text[3] - '0') * 10 + text[4] - '0';
	}
	*ret_minute = hour * 60 + minute;
	if (!has_shape || minute > 59 || *ret_minute > 1440) {
		api_read_fail(reader, HOSO_BAD_MEMBER, member);
	}
}

static enum hoso_error read_row(json_t *json, GArray *hours)
{
	struct api_reader reader = {.object = json};
	struct visit_hours row = {0};
	int64_t number;

	if (!json_is_object(json)) {
		return HOSO_BAD_MEMBER;
	}
	api_read_int(&reader, "day", API_REQUIRED, 1, VISIT_DAY_HOLIDAY, &number);
	row.day = (int)number;
	read_minute(&reader, "from", &row.opens);
	read_minute(&reader, "to", &row.closes);
	api_read_int(&reader, "capacity", API_REQUIRED, 1, SEATS_MAX, &number);
	row.capacity = (int)number;
	api_read_bool(&reader, "out_of_hours", API_OPTIONAL, &row.out_of_hours);
	if (row.opens >= row.closes) {
		api_read_fail(&reader, HOSO_BAD_MEMBER, "to");
	}
	for (guint i = 0; i < hours->len; i++) {
		const struct visit_hours *other = &g_array_index(hours, struct visit_hours, i);
		if (other->day == row.day && other->opens < row.closes &&
			row.opens < other->closes) {
			api_read_fail(&reader, HOSO_BAD_MEMBER, "from");
		}
	}
	g_array_append_val(hours, row);
	return api_read_end(&reader);
}

static enum hoso_error read_set(json_t *body, struct visit_hours_set *set, const char **ret_member)
{
	struct api_reader reader = {.object = body};
	int64_t slot, grace;
	json_t *rows;
	enum hoso_error error;

	api_read_text(&reader, "office", API_REQUIRED, set->office, sizeof set->office);
	api_read_int(&reader, "slot_minutes", API_REQUIRED, VISIT_WINDOW_MINUTES_MIN,
		VISIT_WINDOW_MINUTES_MAX, &slot);
	api_read_int(&reader, "grace_minutes", API_REQUIRED, 0, 240, &grace);
	rows = api_read_member(&reader, "hours", API_REQUIRED);
	if (rows && !json_is_array(rows)) {
		api_read_fail(&reader, HOSO_BAD_MEMBER, "hours");
	}
	if (json_array_size(rows) > VISIT_HOURS_MAX) {
		api_read_fail(&reader, HOSO_TOO_MANY, "hours");
	}
	for (size_t i = 0; !reader.error && i < json_array_size(rows); i++) {
		error = read_row(json_array_get(rows, i), set->hours);
		if (error) {
			api_read_fail(&reader, error, "hours");
		}
	}
	set->slot_minutes = (int)slot;
	set->grace_minutes = (int)grace;
	error = api_read_end(&reader);
	*ret_member = reader.member;
	return error;
}

static void hours_were_set(struct api_read *read)
{
	const char *office = read->more;
	enum hoso_error error = visit_plan_was_set(&read->trip);

	if (error) {
		api_problem(read->exchange, error, "office");
		return;
	}
	log_notice("office=%s account=%s: hours of visits set", office,
		api_actor(read->exchange)->login);
	api_reply(read->exchange, 200, json_pack("{s:s}", "office", office));
}

void api_visit_hours_put(struct exchange *exchange, void *api)
{
	struct visit_hours_set set = {
		.hours = g_array_new(FALSE, FALSE, sizeof(struct visit_hours))};
	const char *member = NULL;
	struct api_read *read;
	json_t *body = NULL;
	enum hoso_error error = api_body(exchange, &body);

	if (!error && !json_is_object(body)) {
		error = HOSO_BAD_JSON;
	}
	if (!error) {
		error = read_set(body, &set, &member);
	}
	if (error) {
		api_problem(exchange, error, member);
	} else {
		read = api_read_new(api, exchange);
		read->more = g_strdup(set.office);
		visit_plan_set(&read->trip, api_actor(exchange), &set);
		api_read_run(read, hours_were_set);
	}
	g_array_unref(set.hours);
	json_decref(body);
}
