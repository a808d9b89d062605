#include <string.h>
#include <sysexits.h>

#include <glib.h>

#include <hoso/reason.h>
#include <hoso/visit.h>

#include "base/clock.h"
#include "base/uuid7.h"
#include "client.h"
#include "print.h"
#include "query.h"

#define LIST_MAX 20 /* of --item, --return, --procedure, --dossier; the server takes no more */

enum { LIST_ITEMS, LIST_RETURNS, LIST_PROCEDURES, LIST_DOSSIERS, LIST_COUNT };

/* @values: by their option's key; what an option says once. */
struct visit_options {
	struct client *client;
	const char *words[2];
	const char *name, *phone, *address, *kind, *channel, *office, *day, *from, *to, *courier;
	const char *reason, *wished_by, *note, *state, *minutes, *id;
	const char *lists[LIST_COUNT][LIST_MAX];
	unsigned counts[LIST_COUNT];
	bool all, missed, gives_up;
};

enum {
	OPTION_NAME = 1000,
	OPTION_PHONE,
	OPTION_ADDRESS,
	OPTION_KIND,
	OPTION_CHANNEL,
	OPTION_OFFICE,
	OPTION_DAY,
	OPTION_FROM,
	OPTION_TO,
	OPTION_COURIER,
	OPTION_REASON,
	OPTION_WISHED_BY,
	OPTION_NOTE,
	OPTION_STATE,
	OPTION_MINUTES,
	OPTION_ID,
	OPTION_LISTS,
	OPTION_ALL = OPTION_LISTS + LIST_COUNT,
	OPTION_MISSED,
	OPTION_CANCEL
};

static const struct argp_option options[] = {
	{"name", OPTION_NAME, N_("NAME"), 0, N_("Whom to visit"), 0},
	{"phone", OPTION_PHONE, N_("NUMBER"), 0, N_("The telephone; a list: only of this one"), 0},
	{"address", OPTION_ADDRESS, N_("TEXT"), 0, N_("Where"), 0},
	{"kind", OPTION_KIND, N_("KIND"), 0, N_("guidance, pickup (the usual), return or mix"), 0},
	{"channel", OPTION_CHANNEL, N_("WORD"), 0, N_("phone (the usual), counter or agency"), 0},
	{"office", OPTION_OFFICE, N_("CODE"), 0, N_("Another office than your own"), 0},
	{"day", OPTION_DAY, "YYYY-MM-DD", 0, N_("The day; today when absent"), 0},
	{"from", OPTION_FROM, "HH:MM", 0, N_("The window's beginning, local time"), 0},
	{"to", OPTION_TO, "HH:MM", 0, N_("Its end; 24:00 is midnight"), 0},
	{"courier", OPTION_COURIER, N_("ACCOUNT"), 0, N_("The courier"), 0},
	{"reason", OPTION_REASON, N_("CODE"), 0, N_("Why; --reason=list shows all"), 0},
	{"wished-by", OPTION_WISHED_BY, "citizen|post", 0, N_("Who wished it so"), 0},
	{"note", OPTION_NOTE, N_("TEXT"), 0, N_("Anything else"), 0},
	{"state", OPTION_STATE, N_("STATE"), 0, N_("Only visits in this state"), 0},
	{"minutes", OPTION_MINUTES, N_("NUMBER"), 0, N_("How long the free windows are"), 0},
	{"id", OPTION_ID, "UUID", 0,
		N_("The id of an order that was sent before: it is not done twice"), 0},
	{"item", OPTION_LISTS + LIST_ITEMS, N_("CODE"), 0,
		N_("A label that was handed out; may be repeated"), 0},
	{"return", OPTION_LISTS + LIST_RETURNS, N_("CODE"), 0,
		N_("An item to be brought; may be repeated"), 0},
	{"procedure", OPTION_LISTS + LIST_PROCEDURES, N_("CODE"), 0, N_("May be repeated"), 0},
	{"dossier", OPTION_LISTS + LIST_DOSSIERS, N_("CODE"), 0, N_("May be repeated"), 0},
	{"all", OPTION_ALL, NULL, 0, N_("All pages, not only the first"), 0},
	{"missed", OPTION_MISSED, NULL, 0, N_("Only windows that passed with nothing done"), 0},
	{"cancel", OPTION_CANCEL, NULL, 0, N_("A failed visit is given up"), 0},
	{0},
};

/* Where an option's text goes; NULL: it is not one of those. */
static const char **place_of(struct visit_options *visit, int key)
{
	const char **places[] = {&visit->name, &visit->phone, &visit->address, &visit->kind,
		&visit->channel, &visit->office, &visit->day, &visit->from, &visit->to,
		&visit->courier, &visit->reason, &visit->wished_by, &visit->note, &visit->state,
		&visit->minutes, &visit->id};

	return key >= OPTION_NAME && key < OPTION_LISTS ? places[key - OPTION_NAME] : NULL;
}

static error_t parse_word(struct visit_options *visit, char *argument, struct argp_state *state)
{
	if (state->arg_num >= G_N_ELEMENTS(visit->words)) {
		return ARGP_ERR_UNKNOWN;
	}
	visit->words[state->arg_num] = argument;
	return 0;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct visit_options *visit = state->input;
	const char **place = place_of(visit, key);

	if (place) {
		*place = argument;
		return 0;
	}
	if (key >= OPTION_LISTS && key < OPTION_LISTS + LIST_COUNT) {
		unsigned *count = &visit->counts[key - OPTION_LISTS];
		if (*count == LIST_MAX) {
			argp_error(state, _("too many: %s"), argument);
		}
		visit->lists[key - OPTION_LISTS][(*count)++] = argument;
		return 0;
	}
	switch (key) {
	case OPTION_ALL:
		visit->all = true;
		return 0;
	case OPTION_MISSED:
		visit->missed = true;
		return 0;
	case OPTION_CANCEL:
		visit->gives_up = true;
		return 0;
	case ARGP_KEY_ARG:
		return parse_word(visit, argument, state);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* -- what is said */

static const char *words_of(const struct visit_options *visit, const char *wire, bool is_kind)
{
	enum visit_state state = visit_state_from_wire(wire);
	enum visit_kind kind = visit_kind_from_wire(wire);

	if (visit->client->language != HOSO_VI) {
		return wire;
	}
	if (is_kind) {
		return kind == VISIT_KIND_COUNT ? wire : visit_kind_label(kind);
	}
	return state == VISIT_STATE_COUNT ? wire : visit_state_label(state);
}

static char *window_of(const json_t *object)
{
	g_autofree char *from = g_strdup(print_time(print_text(object, "window_from")));
	const char *to = print_time(print_text(object, "window_to"));
	const char *clock = strchr(to, ' ');

	return g_strdup_printf("%s–%s", from, clock ? clock + 1 : to);
}

static int show_visit(void *context, const json_t *item)
{
	const struct visit_options *visit = context;
	const json_t *person = json_object_get(item, "person");
	bool missed = json_is_true(json_object_get(item, "missed"));
	g_autofree char *window = window_of(item);

	if (visit->client->json) {
		print_json(item);
		return EX_OK;
	}
	print_line(visit->client, missed ? PRINT_BAD : PRINT_PLAIN,
		"%s  %s  %s  %s  %s  %s  %s  %s%s", print_text(item, "id"), window,
		words_of(visit, print_text(item, "kind"), true),
		words_of(visit, print_text(item, "state"), false),
		print_text(json_object_get(item, "courier"), "account"), print_text(person, "name"),
		print_text(person, "phone"), print_text(person, "address"),
		missed ? _("  (missed)") : "");
	return EX_OK;
}

static void show_slot(const struct visit_options *visit, const json_t *slot)
{
	json_int_t free = json_integer_value(json_object_get(slot, "free"));
	g_autofree char *window = window_of(slot);

	print_line(visit->client, free > 0 ? PRINT_GOOD : PRINT_DOUBT,
		"%s  %" JSON_INTEGER_FORMAT "/%" JSON_INTEGER_FORMAT "%s", window, free,
		json_integer_value(json_object_get(slot, "capacity")),
		json_is_true(json_object_get(slot, "out_of_hours")) ? _("  out of hours") : "");
}

static void show_delivery(const struct visit_options *visit, const json_t *delivery)
{
	print_line(visit->client, PRINT_PLAIN, "%s  %s  %s  %s  %s  %" JSON_INTEGER_FORMAT,
		print_text(delivery, "item_code"),
		print_leg_kind(visit->client, print_text(delivery, "kind")),
		print_text(delivery, "name"), print_text(delivery, "phone"),
		print_text(delivery, "address"),
		json_integer_value(json_object_get(delivery, "collect")));
}

/* -- what is asked */

static int list(struct visit_options *visit)
{
	g_autoptr(GString) query = query_new("/v1/visits");

	if (visit->phone) {
		json_t *body = json_pack("{s:s, s:s*, s:s*, s:s*, s:s*}", "phone", visit->phone,
			"office", visit->office, "courier", visit->courier, "state", visit->state,
			"day", visit->day);
		int status = body ? query_search(visit->client, "/v1/visits/search", body,
					    visit->all, show_visit, visit)
				  : print_error(visit->client, HOSO_BAD_UTF8, NULL);
		json_decref(body);
		return status;
	}
	query_add(query, "office", visit->office);
	query_add(query, "courier", visit->courier);
	query_add(query, "state", visit->state);
	query_add(query, "day", visit->day);
	query_add(query, "missed", visit->missed ? "true" : NULL);
	return query_pages(visit->client, query, visit->all, show_visit, visit);
}

static int slots(struct visit_options *visit)
{
	g_autoptr(GString) query = query_new("/v1/visits/slots");
	json_t *answer = NULL;
	const json_t *rows;
	int status;

	query_add(query, "office", visit->office);
	query_add(query, "day", visit->day);
	query_add(query, "minutes", visit->minutes);
	status = query_get(visit->client, query->str, &answer);
	rows = json_object_get(answer, "slots");
	if (status == EX_OK && visit->client->json) {
		print_json(answer);
	} else if (status == EX_OK) {
		for (size_t i = 0; i < json_array_size(rows); i++) {
			show_slot(visit, json_array_get(rows, i));
		}
	}
	json_decref(answer);
	return status;
}

static int mine(struct visit_options *visit)
{
	g_autoptr(GString) query = query_new("/v1/visits/mine");
	json_t *answer = NULL;
	const json_t *rows;
	int status;

	query_add(query, "day", visit->day);
	status = query_get(visit->client, query->str, &answer);
	if (status == EX_OK && visit->client->json) {
		print_json(answer);
	} else if (status == EX_OK) {
		rows = json_object_get(answer, "visits");
		for (size_t i = 0; i < json_array_size(rows); i++) {
			show_visit(visit, json_array_get(rows, i));
		}
		rows = json_object_get(answer, "deliveries");
		for (size_t i = 0; i < json_array_size(rows); i++) {
			show_delivery(visit, json_array_get(rows, i));
		}
	}
	json_decref(answer);
	return status;
}

/* -- what is done */

static void put(json_t *body, const char *member, const char *text)
{
	if (text) {
		json_object_set_new(body, member, json_string(text));
	}
}

/* The local hour of a day as RFC 3339: Viet Nam has had no other offset since 1975. */
static bool put_time(json_t *body, const char *member, const char *day, const char *clock)
{
	bool is_midnight = strcmp(clock, "24:00") == 0;
	g_autofree char *text =
		g_strdup_printf("%sT%s:00+07:00", day, is_midnight ? "00:00" : clock);
	char utc[CLOCK_RFC3339_SIZE];
	int64_t ms;

	if (!clock_parse_rfc3339(text, &ms)) {
		print_note("%s %s %s", _("not a day and an hour:"), day, clock);
		return false;
	}
	clock_format_rfc3339(ms + (is_midnight ? 24LL * 3600 * 1000 : 0), utc);
	put(body, member, utc);
	return true;
}

/* Both ends or none; --day is today when it is absent. */
static bool put_window(json_t *body, const struct visit_options *visit)
{
	char today[16];

	if (!visit->from && !visit->to) {
		return true;
	}
	clock_format_local(clock_now_ms(), "%Y-%m-%d", today, sizeof today);
	return visit->from && visit->to &&
	       put_time(body, "window_from", visit->day ? visit->day : today, visit->from) &&
	       put_time(body, "window_to", visit->day ? visit->day : today, visit->to);
}

static void put_list(json_t *body, const char *member, const struct visit_options *visit, int which)
{
	json_t *texts = json_array();

	for (unsigned i = 0; i < visit->counts[which]; i++) {
		json_array_append_new(texts, json_string(visit->lists[which][i]));
	}
	if (json_array_size(texts) > 0) {
		json_object_set(body, member, texts);
	}
	json_decref(texts);
}

/* An order has an id of its own: sent again with --id, it is not done twice. */
static json_t *order_new(const struct visit_options *visit)
{
	json_t *body = json_object();
	struct uuid id = uuid7_make(clock_now_ms());
	char text[UUID_TEXT_SIZE];

	uuid7_format(&id, text);
	put(body, "id", visit->id ? visit->id : text);
	put(body, "note", visit->note);
	return body;
}

static int send_order(const struct visit_options *visit, const char *path, json_t *body)
{
	json_t *answer = NULL;
	int status = query_send(visit->client, "POST", path, body, &answer);
	g_autofree char *window = NULL;

	if (status == EX_OK && visit->client->json) {
		print_json(answer);
	} else if (status == EX_OK) {
		window = window_of(answer);
		print_line(visit->client, PRINT_GOOD, "%s  %s  %s  %s", print_text(answer, "visit"),
			window, words_of(visit, print_text(answer, "state"), false),
			print_text(answer, "courier"));
	} else if (status == EX_TEMPFAIL || status == EX_UNAVAILABLE) {
		print_note(_("not known whether it was done; again with: --id %s"),
			print_text(body, "id"));
	}
	json_decref(answer);
	json_decref(body);
	return status;
}

static int book(struct visit_options *visit)
{
	json_t *body;
	json_t *person = json_object();

	if (!visit->name || !visit->address || !visit->from || !visit->to) {
		json_decref(person);
		return EX_USAGE;
	}
	body = order_new(visit);
	put(person, "name", visit->name);
	put(person, "phone", visit->phone);
	put(person, "address", visit->address);
	json_object_set_new(body, "person", person);
	put(body, "kind", visit->kind ? visit->kind : visit_kind_wire(VISIT_PICKUP));
	put(body, "channel", visit->channel);
	put(body, "office", visit->office);
	put_list(body, "items", visit, LIST_ITEMS);
	put_list(body, "returns", visit, LIST_RETURNS);
	put_list(body, "procedures", visit, LIST_PROCEDURES);
	put_list(body, "dossiers", visit, LIST_DOSSIERS);
	if (!put_window(body, visit)) {
		json_decref(body);
		return EX_DATAERR;
	}
	return send_order(visit, "/v1/visits", body);
}

static int act(struct visit_options *visit)
{
	g_autofree char *id = visit->words[1] ? query_segment(visit->words[1]) : NULL;
	g_autofree char *path = g_strdup_printf("/v1/visits/%s/changes", id);
	json_t *body;

	if (!id) {
		return EX_USAGE;
	}
	body = order_new(visit);
	put(body, "action", visit->words[0]);
	put(body, "courier", visit->courier);
	put(body, "reason", visit->reason);
	put(body, "wished_by", visit->wished_by);
	if (visit->gives_up) {
		json_object_set_new(body, "cancel", json_true());
	}
	if (!put_window(body, visit)) {
		json_decref(body);
		return EX_DATAERR;
	}
	return send_order(visit, path, body);
}

static int show_reasons(const struct visit_options *visit)
{
	for (int reason = 0; reason < VISIT_REASON_COUNT; reason++) {
		print_line(visit->client, PRINT_PLAIN, "move, cancel  %-10s  %s",
			visit_reason_wire((enum visit_reason)reason),
			visit_reason_label((enum visit_reason)reason));
	}
	for (int reason = REASON_NONE + 1; reason < REASON_COUNT; reason++) {
		print_line(visit->client, PRINT_PLAIN, "fail          %-10s  %s",
			reason_wire((enum reason)reason), reason_label((enum reason)reason));
	}
	return EX_OK;
}

static const struct order {
	const char *verb;
	int (*run)(struct visit_options *visit);
} orders[] = {
	{"book", book},
	{"list", list},
	{"slots", slots},
	{"mine", mine},
	{"assign", act},
	{"move", act},
	{"start", act},
	{"arrive", act},
	{"done", act},
	{"fail", act},
	{"cancel", act},
};

int verb_visit(struct client *client, int argc, char **argv)
{
	struct visit_options visit = {.client = client, .words = {"list", NULL}};
	int status = EX_USAGE;

	client_parse(client, options, parse,
		N_("book --name NAME --address TEXT --day DAY --from HH:MM --to HH:MM\n"
		   "list | slots | mine\nassign|move|start|arrive|done|fail|cancel ID"),
		N_("Visits by appointment: book, assign, move, cancel, and what became of them."),
		argc, argv, &visit);
	if (visit.reason && strcmp(visit.reason, "list") == 0) {
		return show_reasons(&visit);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
		if (strcmp(orders[i].verb, visit.words[0]) == 0) {
			status = orders[i].run(&visit);
		}
	}
	if (status == EX_USAGE) {
		print_note("%s", _("usage: hoso visit book|list|slots|mine, hoso visit "
				   "assign|move|start|arrive|done|fail|cancel ID"));
	}
	return status;
}
