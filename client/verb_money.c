#include <string.h>
#include <sysexits.h>

#include <glib.h>

#include <hoso/limits.h>
#include <hoso/scan.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/uuid7.h"
#include "client.h"
#include "print.h"
#include "query.h"

static const char *const kinds[] = {SCAN_MONEY_KINDS};
#define KINDS 3

struct money_options {
	struct client *client;
	const char *words[2];
	const char *amounts[KINDS];
	const char *account, *office, *reason, *id;
	bool safe, all;
	json_t *lines; /* of a hand-in, while what is held is read */
	char *me;
};

enum {
	OPTION_FEE = 1000,
	OPTION_POSTAGE,
	OPTION_COLLECT,
	OPTION_ACCOUNT,
	OPTION_OFFICE,
	OPTION_REASON,
	OPTION_ID,
	OPTION_SAFE,
	OPTION_ALL
};

static const struct argp_option options[] = {
	{"fee", OPTION_FEE, "VND", 0, N_("Fees that were counted"), 0},
	{"postage", OPTION_POSTAGE, "VND", 0, N_("Postage that was counted"), 0},
	{"collect", OPTION_COLLECT, "VND", 0, N_("Collected money that was counted"), 0},
	{"account", OPTION_ACCOUNT, N_("ACCOUNT"), 0, N_("Whose day is closed (one's own)"), 0},
	{"safe", OPTION_SAFE, NULL, 0, N_("The office's safe is closed"), 0},
	{"office", OPTION_OFFICE, N_("CODE"), 0, N_("Only of this office"), 0},
	{"reason", OPTION_REASON, N_("TEXT"), 0, N_("Why what was counted differs"), 0},
	{"id", OPTION_ID, "UUID", 0, N_("Hand in under this id, so that it can be repeated"), 0},
	{"all", OPTION_ALL, NULL, 0, N_("All pages, not only the first"), 0},
	{0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct money_options *money = state->input;

	switch (key) {
	case OPTION_FEE:
	case OPTION_POSTAGE:
	case OPTION_COLLECT:
		money->amounts[key - OPTION_FEE] = argument;
		return 0;
	case OPTION_ACCOUNT:
		money->account = argument;
		return 0;
	case OPTION_OFFICE:
		money->office = argument;
		return 0;
	case OPTION_REASON:
		money->reason = argument;
		return 0;
	case OPTION_ID:
		money->id = argument;
		return 0;
	case OPTION_SAFE:
		money->safe = true;
		return 0;
	case OPTION_ALL:
		money->all = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num >= G_N_ELEMENTS(money->words)) {
			return ARGP_ERR_UNKNOWN;
		}
		money->words[state->arg_num] = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static json_int_t number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static const char *holder(const json_t *row)
{
	const json_t *person = json_object_get(row, "person");

	return json_is_object(person) ? print_text(person, "name") : _("the office's safe");
}

static int show_held(void *context, const json_t *row)
{
	const struct money_options *money = context;
	json_int_t held = number(row, "held");
	g_autofree char *amount = text_dong(held);

	if (money->client->json) {
		print_json(row);
		return EX_OK;
	}
	print_line(money->client, held < 0 ? PRINT_BAD : PRINT_PLAIN, "%s  %s  %s  %s  %s",
		print_text(json_object_get(row, "office"), "code"), holder(row),
		print_money_kind(print_text(row, "kind")),
		print_text(json_object_get(row, "agency"), "name"), amount);
	return EX_OK;
}

static int held(struct money_options *money)
{
	g_autoptr(GString) query = query_new("/v1/money/held");

	query_add(query, "office", money->office);
	return query_pages(money->client, query, money->all, show_held, money);
}

static int show_hand_in(void *context, const json_t *row)
{
	const struct money_options *money = context;
	const json_t *lines = json_object_get(row, "lines");

	if (money->client->json) {
		print_json(row);
		return EX_OK;
	}
	print_line(money->client, PRINT_PLAIN, "%s  %s  %s → %s  %s", print_text(row, "id"),
		print_paper_state(print_text(row, "state")), print_text(row, "giver"),
		print_text(row, "receiver"), print_time(print_text(row, "offered_at")));
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);
		g_autofree char *amount = text_dong(number(line, "amount"));
		print_line(money->client, PRINT_PLAIN, "    %s  %s  %s",
			print_money_kind(print_text(line, "kind")), print_text(line, "agency"),
			amount);
	}
	return EX_OK;
}

static int hand_ins(struct money_options *money)
{
	g_autoptr(GString) query = query_new("/v1/money/hand-ins");

	return query_pages(money->client, query, money->all, show_hand_in, money);
}

/* All that this person holds, kind by kind and agency by agency. */
static int take_mine(void *context, const json_t *row)
{
	struct money_options *money = context;
	const json_t *person = json_object_get(row, "person");
	const json_t *agency = json_object_get(row, "agency");
	json_t *line;

	if (strcmp(print_text(person, "account"), money->me) != 0 || number(row, "held") <= 0) {
		return EX_OK;
	}
	line = json_pack(
		"{s:s, s:I}", "kind", print_text(row, "kind"), "amount", number(row, "held"));
	if (json_is_object(agency)) {
		json_object_set_new(line, "agency", json_string(print_text(agency, "code")));
	}
	json_array_append_new(money->lines, line);
	return EX_OK;
}

static int send_and_show(struct money_options *money, const char *path, json_t *body)
{
	json_t *answer = NULL;
	int status = query_send(money->client, "POST", path, body, &answer);

	if (status == EX_OK) {
		show_hand_in(money, answer);
	}
	json_decref(answer);
	json_decref(body);
	return status;
}

static int hand_in(struct money_options *money)
{
	struct uuid fresh = uuid7_make(clock_now_ms());
	g_autoptr(GString) query = query_new("/v1/money/held");
	char id[UUID_TEXT_SIZE];
	json_t *me;
	int status = query_get(money->client, "/v1/me", &me);

	if (status != EX_OK) {
		return status;
	}
	money->me = g_strdup(print_text(me, "account"));
	money->lines = json_array();
	json_decref(me);
	status = query_pages(money->client, query, true, take_mine, money);
	uuid7_format(&fresh, id);
	if (status == EX_OK && json_array_size(money->lines) == 0) {
		print_note("%s", _("there is nothing to hand in"));
	} else if (status == EX_OK) {
		status = send_and_show(money, "/v1/money/hand-ins",
			json_pack("{s:s, s:O}", "id", money->id ? money->id : id, "lines",
				money->lines));
	}
	json_decref(money->lines);
	g_free(money->me);
	return status;
}

static int answer(struct money_options *money)
{
	g_autofree char *id = query_segment(money->words[1]);
	g_autofree char *path = g_strdup_printf("/v1/money/hand-ins/%s/%s", id, money->words[0]);

	return send_and_show(money, path, NULL);
}

static int show_day(void *context, const json_t *row)
{
	const struct money_options *money = context;
	json_int_t difference = number(row, "difference");
	g_autofree char *in = text_dong(number(row, "in"));
	g_autofree char *out = text_dong(number(row, "out"));
	g_autofree char *reckoned = text_dong(number(row, "reckoned"));
	g_autofree char *counted = text_dong(number(row, "counted"));
	g_autofree char *differs = text_dong(difference);

	if (money->client->json) {
		print_json(row);
		return EX_OK;
	}
	print_line(money->client, difference ? PRINT_BAD : PRINT_GOOD,
		"%s  %s  %s  %s  +%s  -%s  %s %s  %s %s  %s  %s", print_text(row, "day"),
		print_text(row, "office"), holder(row), print_money_kind(print_text(row, "kind")),
		in, out, _("reckoned"), reckoned, _("counted"), counted, differs,
		print_text(row, "reason"));
	return EX_OK;
}

static int days(struct money_options *money)
{
	g_autoptr(GString) query = query_new("/v1/money/days");

	query_add(query, "office", money->office);
	return query_pages(money->client, query, money->all, show_day, money);
}

static json_t *counted_json(const struct money_options *money)
{
	json_t *counted = json_object();

	for (size_t i = 0; i < KINDS; i++) {
		gint64 amount;
		if (!money->amounts[i] || !g_ascii_string_to_signed(money->amounts[i], 10, 0,
						  1000 * MONEY_MAX_VND, &amount, NULL)) {
			json_decref(counted);
			return NULL;
		}
		json_object_set_new(counted, kinds[i], json_integer(amount));
	}
	return counted;
}

static int close_day(struct money_options *money)
{
	g_autofree char *day = query_segment(money->words[1]);
	g_autofree char *path = g_strdup_printf("/v1/money/days/%s/close", day);
	json_t *counted = counted_json(money);
	json_t *closed = NULL;
	json_t *body;
	const json_t *items;
	int status;

	if (!counted) {
		print_note("%s", _("say what was counted: --fee N --postage N --collect N"));
		return EX_USAGE;
	}
	body = json_pack("{s:o, s:s*, s:s*}", "counted", counted, "account", money->account,
		"reason", money->reason);
	if (money->safe) {
		json_object_set_new(body, "office", json_true());
	}
	status = query_send(money->client, "POST", path, body, &closed);
	items = json_object_get(closed, "items");
	for (size_t i = 0; i < json_array_size(items); i++) {
		show_day(money, json_array_get(items, i));
	}
	json_decref(closed);
	json_decref(body);
	return status;
}

int verb_money(struct client *client, int argc, char **argv)
{
	static const struct {
		const char *word;
		bool takes_one;
		int (*run)(struct money_options *money);
	} actions[] = {{"held", false, held}, {"hand-in", false, hand_in},
		{"hand-ins", false, hand_ins}, {"receive", true, answer}, {"cancel", true, answer},
		{"days", false, days}, {"close", true, close_day}};
	struct money_options money = {.client = client, .words = {"held", NULL}};

	client_parse(client, options, parse,
		N_("[held | hand-in | hand-ins | receive ID | cancel ID | days | close DAY]"),
		N_("Who holds what, whose it is, hand-ins to the office, and the ends of days."),
		argc, argv, &money);
	for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
		if (strcmp(actions[i].word, money.words[0]) == 0 &&
			actions[i].takes_one == (money.words[1] != NULL)) {
			return actions[i].run(&money);
		}
	}
	print_note("%s",
		_("usage: hoso money [held | hand-in | hand-ins | receive ID | cancel ID | days | close DAY]"));
	return EX_USAGE;
}
