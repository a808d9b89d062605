#include "intake_dialogue.h"

#include <string.h>

#include "base/clock.h"
#include "model/id_card.h"
#include "model/phone.h"
#include "print.h"
#include "wedge.h"

/* The questions of who and what: item, procedure, agency, service, people. */

#define SHOWN_MAX 9 /* of a list to choose from: a digit each */

static void set_text(struct dialogue *dialogue, const char *member, const char *text)
{
	if (*text) {
		json_object_set_new(dialogue->form.data, member, json_string(text));
	} else {
		json_object_del(dialogue->form.data, member);
	}
}

enum dialogue_step question_item(struct dialogue *dialogue)
{
	for (;;) {
		enum dialogue_step step = dialogue_ask(
			dialogue, false, _("Item code (scan the label)"), dialogue->form.code.text);
		size_t length = strlen(dialogue->answer);
		enum hoso_error error;
		if (step != DIALOGUE_NEXT) {
			return step;
		}
		if (length == 0) {
			continue;
		}
		error = item_code_parse(dialogue->answer, length, &dialogue->form.code);
		if (error &&
			wedge_repair(dialogue->answer, length, &dialogue->form.code) == HOSO_OK) {
			error = HOSO_OK; /* an input method had its hands in it */
		}
		if (!error) {
			return DIALOGUE_NEXT;
		}
		dialogue_complain(dialogue, error);
	}
}

char *summary_item(const struct dialogue *dialogue)
{
	return g_strdup(dialogue->form.code.text);
}

/* @found by number; @ret_chosen NULL: none of them. */
static enum dialogue_step choose(
	struct dialogue *dialogue, const GPtrArray *found, json_t **ret_chosen)
{
	int64_t number = 0;
	unsigned shown = MIN(found->len, SHOWN_MAX);
	enum dialogue_step step;

	for (unsigned i = 0; i < shown; i++) {
		print_line(dialogue->client, PRINT_PLAIN, "  %u  %s  %s", i + 1,
			print_text(found->pdata[i], "code"), print_text(found->pdata[i], "name"));
	}
	if (found->len > shown) {
		print_line(dialogue->client, PRINT_DOUBT, _("  … and %u more: use more words"),
			found->len - shown);
	}
	step = dialogue_ask_number(dialogue, _("Which one (0: none of them)"), 1, shown, &number);
	*ret_chosen = number > 0 ? found->pdata[number - 1] : NULL;
	return step;
}

/* By code or words; the catalogue that was kept will do. */
static enum dialogue_step choose_from(struct dialogue *dialogue, const char *label,
	const char *offered, const json_t *list, json_t **ret_chosen)
{
	*ret_chosen = NULL;
	while (!*ret_chosen) {
		enum dialogue_step step = dialogue_ask(dialogue, false, label, offered);
		g_autoptr(GPtrArray) found = NULL;
		if (step != DIALOGUE_NEXT) {
			return step;
		}
		if (dialogue->answer[0] == '\0') {
			continue;
		}
		found = intake_form_find(list, dialogue->answer);
		if (found->len == 0) {
			print_line(
				dialogue->client, PRINT_BAD, "  %s", _("nothing has these words"));
		} else if (found->len == 1) {
			*ret_chosen = found->pdata[0];
		} else {
			step = choose(dialogue, found, ret_chosen);
			if (step != DIALOGUE_NEXT) {
				return step;
			}
		}
	}
	return DIALOGUE_NEXT;
}

static void tell_age(const struct dialogue *dialogue, int64_t age_ms)
{
	char text[32];

	if (age_ms > INTAKE_CACHE_FRESH_MS) {
		clock_format_local(clock_now_ms() - age_ms, "%d/%m %H:%M", text, sizeof text);
		print_line(dialogue->client, PRINT_DOUBT,
			_("  no server: the catalogue is the one of %s"), text);
	}
}

/* What is published of it; without a server, what was kept; and else the clerk knows what they know. */
static void learn_procedure(struct dialogue *dialogue, const json_t *chosen)
{
	const char *code = print_text(chosen, "code");
	int64_t age_ms = 0;
	enum hoso_error error = HOSO_OK;
	json_t *procedure = intake_cache_procedure(dialogue->cache, code, &age_ms, &error);

	tell_age(dialogue, age_ms);
	if (!procedure) {
		print_line(dialogue->client, PRINT_DOUBT,
			_("  its papers, fees and postage are not known on this device (%s)"),
			error_text(error, dialogue->client->language));
	}
	intake_form_take_procedure(&dialogue->form, procedure);
	set_text(dialogue, "procedure", code);
}

static json_t *get_list(struct dialogue *dialogue, const char *member)
{
	int64_t age_ms = 0;
	enum hoso_error error = HOSO_OK;
	json_t *catalogue = intake_cache_catalogue(dialogue->cache, &age_ms, &error);
	json_t *list = json_incref(json_object_get(catalogue, member));

	if (!catalogue) {
		dialogue_complain(dialogue, error);
	}
	json_decref(catalogue);
	return list;
}

/* No list at all: a code is taken as it is, and the server judges it. */
static enum dialogue_step take_code(
	struct dialogue *dialogue, const char *label, const char *member)
{
	enum dialogue_step step =
		dialogue_ask(dialogue, false, label, dialogue_data(dialogue, member));

	if (step == DIALOGUE_NEXT) {
		set_text(dialogue, member, dialogue->answer);
	}
	return step;
}

enum dialogue_step question_procedure(struct dialogue *dialogue)
{
	const char *label = _("Procedure (code or a few words)");
	json_t *list = get_list(dialogue, "procedures");
	json_t *chosen = NULL;
	enum dialogue_step step;

	if (!list) {
		return take_code(dialogue, label, "procedure");
	}
	step = choose_from(dialogue, label, dialogue_data(dialogue, "procedure"), list, &chosen);
	if (step == DIALOGUE_NEXT && json_is_false(json_object_get(chosen, "by_post"))) {
		print_line(dialogue->client, PRINT_BAD, "  %s: %s", print_text(chosen, "name"),
			error_text(HOSO_UNKNOWN_PROCEDURE, dialogue->client->language));
		json_decref(list);
		return question_procedure(dialogue);
	}
	if (step == DIALOGUE_NEXT) {
		print_line(dialogue->client, PRINT_GOOD, "  %s  %s", print_text(chosen, "code"),
			print_text(chosen, "name"));
		learn_procedure(dialogue, chosen);
	}
	json_decref(list);
	return step;
}

char *summary_procedure(const struct dialogue *dialogue)
{
	return g_strdup_printf("%s %s", dialogue_data(dialogue, "procedure"),
		print_text(dialogue->form.procedure, "name"));
}

enum dialogue_step question_agency(struct dialogue *dialogue)
{
	const char *label = _("Agency (code or a few words)");
	const char *known = dialogue_data(dialogue, "agency");
	json_t *list = get_list(dialogue, "agencies");
	json_t *chosen = NULL;
	enum dialogue_step step;

	if (!list) {
		return take_code(dialogue, label, "agency");
	}
	step = choose_from(dialogue, label, *known ? known : dialogue->agency, list, &chosen);
	if (step == DIALOGUE_NEXT) {
		set_text(dialogue, "agency", print_text(chosen, "code"));
		g_strlcpy(dialogue->agency, print_text(chosen, "code"), sizeof dialogue->agency);
		print_line(dialogue->client, PRINT_GOOD, "  %s  %s", dialogue->agency,
			print_text(chosen, "name"));
	}
	json_decref(list);
	return step;
}

static const char *agency_name(struct dialogue *dialogue, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *agency = json_array_get(list, i);
		if (strcmp(print_text(agency, "code"), dialogue_data(dialogue, "agency")) == 0) {
			return print_text(agency, "name");
		}
	}
	return dialogue_data(dialogue, "agency");
}

char *summary_agency(const struct dialogue *dialogue)
{
	return g_strdup(dialogue_data(dialogue, "agency"));
}

static const char *service_words(int service)
{
	static const char *const words[] = {
		"", N_("send the dossier"), N_("receive the result"), N_("both")};

	return service >= 1 && service <= 3 ? _(words[service]) : "";
}

static int service_of(const struct dialogue *dialogue)
{
	return (int)json_integer_value(json_object_get(dialogue->form.data, "service"));
}

enum dialogue_step question_service(struct dialogue *dialogue)
{
	GString *label = g_string_new(_("Service"));
	int64_t service = service_of(dialogue);
	enum dialogue_step step;

	for (int i = 1; i <= 3; i++) {
		if (intake_form_may(&dialogue->form, i) == HOSO_OK) {
			g_string_append_printf(label, "  %d %s", i, service_words(i));
			service = service_of(dialogue) ? service : i;
		}
	}
	do {
		step = dialogue_ask_number(dialogue, label->str, service, 3, &service);
		if (step == DIALOGUE_NEXT && service > 0 &&
			intake_form_may(&dialogue->form, (int)service)) {
			dialogue_complain(dialogue, intake_form_may(&dialogue->form, (int)service));
			service = 0;
		}
	} while (step == DIALOGUE_NEXT && service == 0);
	g_string_free(label, TRUE);
	if (step == DIALOGUE_NEXT) {
		json_object_set_new(dialogue->form.data, "service", json_integer(service));
		/* A result alone is fetched from the agency: it is the first item of its dossier. */
		set_text(dialogue, "leg_kind", service == 2 ? leg_kind_wire(LEG_RESULT) : "");
	}
	return step;
}

char *summary_service(const struct dialogue *dialogue)
{
	return g_strdup_printf("%d %s", service_of(dialogue), service_words(service_of(dialogue)));
}

/* Name or card into the party. The number of the card is gone when this returns. */
static enum dialogue_step ask_person(
	struct dialogue *dialogue, enum scan_field field, const char *label, const char *offered)
{
	for (;;) {
		enum dialogue_step step = dialogue_ask(dialogue, true, label, offered);
		bool is_card = id_card_looks_like(dialogue->line->str, dialogue->line->len);
		bool is_number = !is_card && g_ascii_isdigit(dialogue->answer[0]);
		enum hoso_error error = HOSO_OK;
		if (step == DIALOGUE_NEXT && is_card) {
			error = intake_form_take_card(
				&dialogue->form, field, dialogue->line->str, dialogue->line->len);
		}
		if (is_card || is_number) {
			ask_wipe(dialogue->line);
			explicit_bzero(dialogue->answer, sizeof dialogue->answer);
		}
		if (step != DIALOGUE_NEXT) {
			return step;
		}
		if (is_card && !error) {
			print_line(dialogue->client, PRINT_GOOD, "  %s, %s (%s …%s)",
				dialogue_party(dialogue, field, "name"),
				dialogue_party(dialogue, field, "address"),
				dialogue_data(dialogue, "id_kind"),
				dialogue_data(dialogue, "id_last4"));
			return DIALOGUE_NEXT;
		}
		if (is_card || is_number) {
			print_line(dialogue->client, PRINT_BAD, "  %s",
				_("this is no identity card: scan it again, or type the name"));
			continue;
		}
		return DIALOGUE_NEXT;
	}
}

static enum dialogue_step ask_phone(struct dialogue *dialogue, const char *offered)
{
	char clean[PHONE_MAX + 1];

	for (;;) {
		enum dialogue_step step = dialogue_ask(dialogue, false, _("Phone"), offered);
		if (step != DIALOGUE_NEXT || dialogue->answer[0] == '\0') {
			return step;
		}
		if (phone_clean(dialogue->answer, clean)) {
			g_strlcpy(dialogue->answer, clean, sizeof dialogue->answer);
			return DIALOGUE_NEXT;
		}
		print_line(dialogue->client, PRINT_BAD, "  %s",
			_("a phone number has 9 to 11 digits"));
	}
}

/* A name is in the party when this returns, unless it may be nobody's. */
static enum dialogue_step ask_name(
	struct dialogue *dialogue, enum scan_field field, const char *label, bool may_be_nobody)
{
	enum dialogue_step step;

	do {
		step = ask_person(dialogue, field, label, dialogue_party(dialogue, field, "name"));
		if (step != DIALOGUE_NEXT) {
			return step;
		}
		if (dialogue->answer[0] != '\0') {
			intake_form_set_party(&dialogue->form, field, dialogue->answer,
				dialogue_party(dialogue, field, "phone"),
				dialogue_party(dialogue, field, "address"));
		}
	} while (!may_be_nobody && !*dialogue_party(dialogue, field, "name"));
	return DIALOGUE_NEXT;
}

static enum dialogue_step ask_contact(struct dialogue *dialogue, enum scan_field field)
{
	g_autofree char *name = g_strdup(dialogue_party(dialogue, field, "name"));
	g_autofree char *phone = NULL;
	enum dialogue_step step = ask_phone(dialogue, dialogue_party(dialogue, field, "phone"));

	if (step != DIALOGUE_NEXT) {
		return step;
	}
	phone = g_strdup(dialogue->answer);
	step = dialogue_ask(
		dialogue, false, _("Address"), dialogue_party(dialogue, field, "address"));
	if (step == DIALOGUE_NEXT) {
		intake_form_set_party(&dialogue->form, field, name, phone, dialogue->answer);
	}
	return step;
}

static enum dialogue_step ask_party(
	struct dialogue *dialogue, enum scan_field field, const char *label, bool may_be_nobody)
{
	enum dialogue_step step = ask_name(dialogue, field, label, may_be_nobody);

	return step != DIALOGUE_NEXT || !*dialogue_party(dialogue, field, "name")
		       ? step
		       : ask_contact(dialogue, field);
}

static enum scan_field citizen_of(const struct dialogue *dialogue)
{
	return service_of(dialogue) == 2 ? FIELD_RECEIVER : FIELD_SENDER;
}

enum dialogue_step question_citizen(struct dialogue *dialogue)
{
	bool receives = service_of(dialogue) == 2;
	enum dialogue_step step = ask_party(dialogue, citizen_of(dialogue),
		receives ? _("Who receives the result (scan the card, or type the name)")
			 : _("Sender (scan the card, or type the name)"),
		false);

	if (step == DIALOGUE_NEXT && receives) {
		json_t *list = get_list(dialogue, "agencies");
		intake_form_set_party(
			&dialogue->form, FIELD_SENDER, agency_name(dialogue, list), "", "");
		json_decref(list);
	}
	return step;
}

static char *party_words(const struct dialogue *dialogue, enum scan_field field)
{
	return g_strdup_printf("%s, %s, %s", dialogue_party(dialogue, field, "name"),
		dialogue_party(dialogue, field, "phone"),
		dialogue_party(dialogue, field, "address"));
}

char *summary_citizen(const struct dialogue *dialogue)
{
	return party_words(dialogue, citizen_of(dialogue));
}

/* Service 1 goes to the agency; 3 comes back to the sender, unless they say otherwise. */
static void offer_receiver(struct dialogue *dialogue)
{
	json_t *sender = json_object_get(dialogue->form.data, "sender");
	json_t *list;

	if (json_object_get(dialogue->form.data, "receiver")) {
		return;
	}
	if (service_of(dialogue) == 3) {
		json_object_set_new(dialogue->form.data, "receiver", json_deep_copy(sender));
		return;
	}
	list = get_list(dialogue, "agencies");
	intake_form_set_party(&dialogue->form, FIELD_RECEIVER, agency_name(dialogue, list), "", "");
	json_decref(list);
}

enum dialogue_step question_receiver(struct dialogue *dialogue)
{
	const char *label = service_of(dialogue) == 3 ? _("The result goes to") : _("Goes to");
	g_autofree char *before = NULL;
	enum dialogue_step step;

	if (service_of(dialogue) == 2) {
		return DIALOGUE_NEXT;
	}
	offer_receiver(dialogue);
	before = g_strdup(dialogue_party(dialogue, FIELD_RECEIVER, "name"));
	step = ask_name(dialogue, FIELD_RECEIVER, label, false);
	if (step != DIALOGUE_NEXT ||
		strcmp(dialogue_party(dialogue, FIELD_RECEIVER, "name"), before) == 0) {
		return step;
	}
	return ask_contact(dialogue, FIELD_RECEIVER);
}

char *summary_receiver(const struct dialogue *dialogue)
{
	return party_words(
		dialogue, citizen_of(dialogue) == FIELD_SENDER ? FIELD_RECEIVER : FIELD_SENDER);
}

enum dialogue_step question_submitter(struct dialogue *dialogue)
{
	enum dialogue_step step = ask_party(dialogue, FIELD_SUBMITTER,
		_("Handed in by somebody else (card or name; Enter: no)"), true);

	if (step != DIALOGUE_NEXT) {
		return step;
	}
	if (!json_object_get(dialogue->form.data, "submitter")) {
		set_text(dialogue, "authorisation", "");
		return DIALOGUE_NEXT;
	}
	do {
		step = dialogue_ask(dialogue, false, _("Authorisation paper (number, date)"),
			dialogue_data(dialogue, "authorisation"));
		if (step == DIALOGUE_NEXT && dialogue->answer[0] == '\0') {
			dialogue_complain(dialogue, HOSO_SUBMITTER_UNAUTHORISED);
		}
	} while (step == DIALOGUE_NEXT && dialogue->answer[0] == '\0');
	if (step == DIALOGUE_NEXT) {
		set_text(dialogue, "authorisation", dialogue->answer);
	}
	return step;
}

char *summary_submitter(const struct dialogue *dialogue)
{
	if (!json_object_get(dialogue->form.data, "submitter")) {
		return g_strdup(_("the citizen"));
	}
	return g_strdup_printf("%s (%s)", dialogue_party(dialogue, FIELD_SUBMITTER, "name"),
		dialogue_data(dialogue, "authorisation"));
}
