#include "intake_dialogue.h"

#include <string.h>

#include "base/text.h"
#include "print.h"

/* clang-format off */
static const struct {
	const char *label;
	enum dialogue_step (*ask)(struct dialogue *dialogue);
	char *(*sum_up)(const struct dialogue *dialogue);
} questions[] = {
	{N_("Item code"), question_item, summary_item},
	{N_("Procedure"), question_procedure, summary_procedure},
	{N_("Agency"), question_agency, summary_agency},
	{N_("Service"), question_service, summary_service},
	{N_("Citizen"), question_citizen, summary_citizen},
	{N_("Goes to"), question_receiver, summary_receiver},
	{N_("Handed in by"), question_submitter, summary_submitter},
	{N_("Papers"), question_papers, summary_papers},
	{N_("Seal"), question_seal, summary_seal},
	{N_("Fee"), question_fee, summary_fee},
	{N_("Postage"), question_postage, summary_postage},
	{N_("Payment"), question_payment, summary_payment},
	{N_("Note"), question_note, summary_note},
};
/* clang-format on */

#define QUESTIONS ((int)G_N_ELEMENTS(questions))

void dialogue_init(struct dialogue *dialogue, const struct client *client, struct ask *ask,
	struct intake_cache *cache)
{
	*dialogue = (struct dialogue){.client = client,
		.ask = ask,
		.cache = cache,
		.line = g_string_sized_new(ASK_LINE_MAX)};
	intake_form_init(&dialogue->form);
}

void dialogue_done(struct dialogue *dialogue)
{
	intake_form_done(&dialogue->form);
	ask_wipe(dialogue->line);
	g_string_free(dialogue->line, TRUE);
	explicit_bzero(dialogue->answer, sizeof dialogue->answer);
}

void dialogue_complain(const struct dialogue *dialogue, enum hoso_error error)
{
	print_line(
		dialogue->client, PRINT_BAD, "  %s", error_text(error, dialogue->client->language));
}

enum dialogue_step dialogue_ask(
	struct dialogue *dialogue, bool hides, const char *label, const char *offered)
{
	g_autofree char *prompt = offered && *offered ? g_strdup_printf("%s [%s]: ", label, offered)
						      : g_strdup_printf("%s: ", label);

	for (;;) {
		enum hoso_error error;
		if (!ask_line(dialogue->ask, prompt, hides, dialogue->line)) {
			return DIALOGUE_END;
		}
		g_strstrip(dialogue->line->str);
		dialogue->line->len = strlen(dialogue->line->str);
		error = text_clean(dialogue->line->str, dialogue->line->len, dialogue->answer,
			sizeof dialogue->answer);
		if (error) {
			dialogue_complain(dialogue, error);
			continue;
		}
		if (strcmp(dialogue->answer, "<") == 0) {
			return DIALOGUE_BACK;
		}
		if (strcmp(dialogue->answer, "!") == 0) {
			return DIALOGUE_DROP;
		}
		if (dialogue->answer[0] == '\0' && offered) {
			g_strlcpy(dialogue->answer, offered, sizeof dialogue->answer);
		}
		return DIALOGUE_NEXT;
	}
}

enum dialogue_step dialogue_ask_number(struct dialogue *dialogue, const char *label,
	int64_t offered, int64_t max, int64_t *ret_number)
{
	g_autofree char *shown =
		offered >= 0 ? g_strdup_printf("%" G_GINT64_FORMAT, offered) : NULL;

	for (;;) {
		enum dialogue_step step = dialogue_ask(dialogue, false, label, shown);
		g_autofree char *digits = g_strdup(dialogue->answer);
		char *to = digits;
		gint64 number;
		for (const char *from = digits; *from; from++) {
			if (*from != '.' && *from != ' ') {
				*to++ = *from; /* 15.000 is written as 15000, too */
			}
		}
		*to = '\0';
		if (step != DIALOGUE_NEXT) {
			return step;
		}
		if (g_ascii_string_to_signed(digits, 10, 0, max, &number, NULL)) {
			*ret_number = number;
			return DIALOGUE_NEXT;
		}
		print_line(dialogue->client, PRINT_BAD, "  %s", _("a number is wanted"));
	}
}

const char *dialogue_data(const struct dialogue *dialogue, const char *member)
{
	return print_text(dialogue->form.data, member);
}

const char *dialogue_party(
	const struct dialogue *dialogue, enum scan_field field, const char *member)
{
	return print_text(json_object_get(dialogue->form.data, scan_field_wire(field)), member);
}

static void show_whole(const struct dialogue *dialogue)
{
	print_line(dialogue->client, PRINT_PLAIN, "%s", "");
	for (int i = 0; i < QUESTIONS; i++) {
		g_autofree char *text = questions[i].sum_up(dialogue);
		print_line(dialogue->client, PRINT_PLAIN, "%3d. %s: %s", i + 1,
			_(questions[i].label), text);
	}
}

/* One answer again; what depends on it is in the summary that follows. */
static enum dialogue_step correct(struct dialogue *dialogue, const char *number)
{
	gint64 which;
	enum dialogue_step step;

	if (!g_ascii_string_to_signed(number, 10, 1, QUESTIONS, &which, NULL)) {
		print_line(dialogue->client, PRINT_BAD, "  %s",
			_("Enter, a number from the list, or !"));
		return DIALOGUE_NEXT;
	}
	step = questions[which - 1].ask(dialogue);
	return step == DIALOGUE_BACK ? DIALOGUE_NEXT : step;
}

static enum dialogue_step confirm(struct dialogue *dialogue)
{
	for (;;) {
		const char *member;
		enum hoso_error error;
		enum dialogue_step step;
		show_whole(dialogue);
		step = dialogue_ask(dialogue, false,
			_("Enter keeps it, a number corrects it, ! gives it up"), NULL);
		if (step != DIALOGUE_NEXT) {
			return step;
		}
		error = intake_form_check(&dialogue->form, &member);
		if (dialogue->answer[0] == '\0' && !error) {
			return DIALOGUE_NEXT;
		}
		if (dialogue->answer[0] == '\0') {
			print_line(dialogue->client, PRINT_BAD, "  %s [%s]",
				error_text(error, dialogue->client->language), member);
			continue;
		}
		step = correct(dialogue, dialogue->answer);
		if (step != DIALOGUE_NEXT) {
			return step;
		}
	}
}

static enum dialogue_step ask_from(struct dialogue *dialogue, int at)
{
	while (at < QUESTIONS) {
		enum dialogue_step step = questions[at].ask(dialogue);
		if (step == DIALOGUE_BACK) {
			at = MAX(at - 1, 0);
		} else if (step != DIALOGUE_NEXT) {
			return step;
		} else {
			at++;
		}
	}
	return DIALOGUE_NEXT;
}

enum dialogue_step dialogue_run(struct dialogue *dialogue)
{
	enum dialogue_step step;
	int from = 0;

	intake_form_done(&dialogue->form);
	intake_form_init(&dialogue->form);
	do {
		step = ask_from(dialogue, from);
		if (step == DIALOGUE_NEXT) {
			step = confirm(dialogue);
		}
		from = QUESTIONS - 1;
	} while (step == DIALOGUE_BACK);
	return step;
}
