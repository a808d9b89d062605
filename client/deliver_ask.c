#include "deliver_ask.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>

#include <hoso/limits.h>
#include <hoso/scan.h>

#include "base/text.h"
#include "model/pin.h"
#include "password.h"
#include "print.h"

#define TRIES_MAX 5 /* then nobody is there who could answer */

/* One numbered answer: its token on the wire, and its words. */
struct choice {
	const char *token;
	const char *words;
};

/* clang-format off */
static const struct choice relations[] = {
	{"self", N_("the person themselves")}, {"authorised", N_("somebody they authorised")},
	{"organisation", N_("for an organisation")}, {"other", N_("somebody else")}, {NULL, NULL},
};
static const struct choice id_kinds[] = {
	{"cccd", N_("citizen card (CCCD)")}, {"can_cuoc", N_("identity card (Căn cước)")}, {"cmnd", N_("old card (CMND)")},
	{"passport", N_("passport")}, {"vneid", N_("VNeID level 2")}, {NULL, NULL},
};
static const struct choice reclaimed[] = {
	{"taken", N_("taken back")}, {"lost", N_("lost, as the person says")}, {NULL, NULL},
};
/* clang-format on */

/* A clean line; "" for an empty one. False at the end of input. */
static bool read_answer(const char *prompt, char *ret_text, size_t size)
{
	char line[NOTE_MAX + 2];

	for (unsigned attempt = 0; attempt < TRIES_MAX; attempt++) {
		fprintf(stderr, "%s: ", prompt);
		fflush(stderr);
		if (!fgets(line, sizeof line, stdin)) {
			return false;
		}
		g_strstrip(line);
		if (text_clean(line, strlen(line), ret_text, size) == HOSO_OK) {
			return true;
		}
		print_note("%s", _("that cannot be read; once more, please"));
	}
	return false;
}

static bool ask_text(json_t *data, const char *member, const char *prompt, bool needed)
{
	char text[WORD_MAX + 1];

	if (json_object_get(data, member)) {
		return true;
	}
	for (unsigned attempt = 0; attempt < TRIES_MAX; attempt++) {
		if (!read_answer(prompt, text, sizeof text)) {
			return false;
		}
		if (*text) {
			json_object_set_new(data, member, json_string(text));
			return true;
		}
		if (!needed) {
			return true;
		}
	}
	return false;
}

/* NULL at the end of input. */
static const char *choose(const char *prompt, const struct choice *choices)
{
	char text[WORD_MAX + 1];

	for (unsigned attempt = 0; attempt < TRIES_MAX; attempt++) {
		for (unsigned i = 0; choices[i].token; i++) {
			fprintf(stderr, "  %u  %s\n", i + 1, _(choices[i].words));
		}
		if (!read_answer(prompt, text, sizeof text)) {
			return NULL;
		}
		for (unsigned i = 0; choices[i].token; i++) {
			if ((text[0] == (char)('1' + i) && !text[1]) ||
				strcmp(text, choices[i].token) == 0) {
				return choices[i].token;
			}
		}
	}
	return NULL;
}

static bool ask_choice(
	json_t *data, const char *member, const char *prompt, const struct choice *choices)
{
	const char *token;

	if (json_object_get(data, member)) {
		return true;
	}
	token = choose(prompt, choices);
	if (token) {
		json_object_set_new(data, member, json_string(token));
	}
	return token;
}

/* Without a server the courier knows from the slip whether there was something to collect. */
static bool ask_money(const json_t *next, json_t *data)
{
	json_int_t due = json_integer_value(json_object_get(next, "collect"));
	g_autofree char *prompt =
		due > 0 ? g_strdup_printf(_("collected, of %" PRId64 " đồng due"), (int64_t)due)
			: g_strdup(_("collected, in đồng (Enter: nothing)"));
	char text[WORD_MAX + 1];
	gint64 amount;

	if (json_object_get(data, "collected") || (next && due == 0)) {
		return true;
	}
	for (unsigned attempt = 0; attempt < TRIES_MAX; attempt++) {
		if (!read_answer(prompt, text, sizeof text)) {
			return false;
		}
		if (!*text && due == 0) {
			return true;
		}
		if (g_ascii_string_to_signed(text, 10, 0, MONEY_MAX_VND, &amount, NULL)) {
			json_object_set_new(data, "collected", json_integer(amount));
			return amount == due || !next ||
			       ask_text(data, "note", _("why is it not what is due"), true);
		}
	}
	return false;
}

static bool ask_reclaimed(const json_t *next, json_t *data)
{
	const json_t *names = json_object_get(next, "reclaim");
	json_t *list;

	if (json_object_get(data, "reclaimed") || json_array_size(names) == 0) {
		return true;
	}
	list = json_array();
	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));
		g_autofree char *shown = text_escape(name ? name : "");
		g_autofree char *prompt = g_strdup_printf(_("to take back: %s"), shown);
		const char *state = choose(prompt, reclaimed);
		if (!state) {
			json_decref(list);
			return false;
		}
		json_array_append_new(list, json_pack("{s:s, s:s}", "name", name, "state", state));
	}
	json_object_set_new(data, "reclaimed", list);
	return true;
}

/* Not shown while it is typed, as somebody looks on. */
static bool ask_pin(const json_t *next, json_t *data)
{
	const char *state = print_text(next, "pin");
	char *pin = NULL;
	bool good = true;

	if (json_object_get(data, "pin") || (next && strcmp(state, "needed") != 0)) {
		return true;
	}
	for (unsigned attempt = 0; attempt < TRIES_MAX; attempt++) {
		good = password_read(NULL,
			       next ? _("the recipient's PIN")
				    : _("the recipient's PIN (Enter: none)"),
			       &pin) == HOSO_OK;
		if (!good && !next) {
			return true; /* an empty answer */
		}
		if (good && pin_is_shaped(pin)) {
			json_object_set_new(data, "pin", json_string(pin));
			password_free(pin);
			return true;
		}
		password_free(g_steal_pointer(&pin));
		print_note("%s", _("a PIN has six digits"));
	}
	return false;
}

bool deliver_ask(struct client *client, const json_t *next, json_t *data)
{
	bool good = ask_text(data, "recipient", _("received by"), true) &&
		    ask_choice(data, "relation", _("who is that"), relations);

	(void)client;
	if (good && strcmp(print_text(data, "relation"), "self") != 0) {
		good = ask_text(data, "authorisation", _("number of the authorisation"), true);
	}
	return good && ask_choice(data, "id_kind", _("paper shown"), id_kinds) &&
	       ask_text(data, "id_last4", _("its last four characters"), true) &&
	       ask_money(next, data) && ask_reclaimed(next, data) && ask_pin(next, data);
}
