#include "intake_dialogue.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "print.h"

/* The questions with figures in them: papers, seal, money, note. */

static void set_text(struct dialogue *dialogue, const char *member, const char *text)
{
	if (*text) {
		json_object_set_new(dialogue->form.data, member, json_string(text));
	} else {
		json_object_del(dialogue->form.data, member);
	}
}

static int64_t number_of(const struct dialogue *dialogue, const char *member)
{
	return json_integer_value(json_object_get(dialogue->form.data, member));
}

/* ── papers ─────────────────────────────────────────────────────────────────────────────────────────── */

static json_t *papers_of(const struct dialogue *dialogue)
{
	return json_object_get(dialogue->form.data, "papers");
}

static bool is_required(const struct dialogue *dialogue, const char *name)
{
	const json_t *published = json_object_get(dialogue->form.procedure, "papers");

	for (size_t i = 0; i < json_array_size(published); i++) {
		const json_t *paper = json_array_get(published, i);
		if (strcmp(print_text(paper, "name"), name) == 0) {
			return json_is_true(json_object_get(paper, "required"));
		}
	}
	return false;
}

static void show_papers(const struct dialogue *dialogue)
{
	print_line(dialogue->client, PRINT_PLAIN, "  %s", _("original / certified / copy:"));
	for (size_t i = 0; i < json_array_size(papers_of(dialogue)); i++) {
		const json_t *paper = json_array_get(papers_of(dialogue), i);
		const char *name = print_text(paper, "name");
		print_line(dialogue->client, PRINT_PLAIN, "  %zu. %lld/%lld/%lld  %s%s", i + 1,
			(long long)json_integer_value(json_object_get(paper, "original")),
			(long long)json_integer_value(json_object_get(paper, "certified")),
			(long long)json_integer_value(json_object_get(paper, "copy")), name,
			is_required(dialogue, name) ? "" : _(" (if there is one)"));
	}
}

/* "1 0 2", or 0 for none at all. */
static bool read_counts(const char *text, json_t *paper)
{
	static const char *const members[] = {"original", "certified", "copy"};
	unsigned counts[3] = {0};
	int end = 0;
	int got = sscanf(text, "%3u %3u %3u%n", &counts[0], &counts[1], &counts[2], &end);
	bool none = strcmp(text, "0") == 0;

	if (!none && (got != 3 || text[end] != '\0')) {
		return false;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
		json_object_set_new(paper, members[i], json_integer(counts[i]));
	}
	return true;
}

static enum dialogue_step ask_counts(struct dialogue *dialogue, json_t *paper)
{
	g_autofree char *label = g_strdup_printf(
		_("  %s: original certified copy (0: missing)"), print_text(paper, "name"));

	for (;;) {
		enum dialogue_step step = dialogue_ask(dialogue, false, label, "0");
		if (step != DIALOGUE_NEXT || read_counts(dialogue->answer, paper)) {
			return step;
		}
		print_line(dialogue->client, PRINT_BAD, "  %s",
			_("three numbers, such as 1 0 2; or 0"));
	}
}

/* What else is in the envelope: the sender's own choice, never asked for. */
static enum dialogue_step add_paper(struct dialogue *dialogue)
{
	json_t *paper = json_object();
	enum dialogue_step step = dialogue_ask(dialogue, false, _("  What is it"), NULL);

	if (step == DIALOGUE_NEXT && dialogue->answer[0]) {
		json_object_set_new(paper, "name", json_string(dialogue->answer));
		step = ask_counts(dialogue, paper);
		if (step == DIALOGUE_NEXT) {
			json_array_append(papers_of(dialogue), paper);
		}
	}
	json_decref(paper);
	return step == DIALOGUE_BACK ? DIALOGUE_NEXT : step;
}

/* The numbers of the papers that are not as published. */
static enum dialogue_step correct_papers(struct dialogue *dialogue)
{
	g_auto(GStrv) numbers = g_strsplit_set(dialogue->answer, " ,;", -1);

	for (char **number = numbers; *number; number++) {
		gint64 which;
		enum dialogue_step step;
		if (**number == '\0') {
			continue;
		}
		if (!g_ascii_string_to_signed(*number, 10, 1,
			    (gint64)json_array_size(papers_of(dialogue)), &which, NULL)) {
			print_line(
				dialogue->client, PRINT_BAD, _("  there is no number %s"), *number);
			continue;
		}
		step = ask_counts(dialogue, json_array_get(papers_of(dialogue), (size_t)which - 1));
		if (step != DIALOGUE_NEXT) {
			return step == DIALOGUE_BACK ? DIALOGUE_NEXT : step;
		}
	}
	return DIALOGUE_NEXT;
}

/* Data, not talk: Vietnamese whatever language the program speaks. The wish is in the note's first line, where everybody sees it; another one takes its place. */
static void note_wish(struct dialogue *dialogue, const char *wish)
{
	g_autofree char *note =
		g_strdup_printf("Nguyện vọng của người gửi khi còn thiếu giấy tờ: %s", wish);

	set_text(dialogue, "note", note);
}

/* A paper that is missing is guided to, and is no reason to refuse (QĐ 45/2016 Điều 6, 16.5.b). */
static enum dialogue_step tell_missing(struct dialogue *dialogue, bool *ret_again)
{
	g_autoptr(GPtrArray) missing = intake_form_note_missing(&dialogue->form);
	enum dialogue_step step;

	*ret_again = false;
	if (missing->len == 0) {
		return DIALOGUE_NEXT;
	}
	for (unsigned i = 0; i < missing->len; i++) {
		print_line(dialogue->client, PRINT_DOUBT, _("  missing: %s. %s"),
			print_text(missing->pdata[i], "name"),
			print_text(missing->pdata[i], "guidance"));
	}
	print_line(dialogue->client, PRINT_PLAIN, "  %s",
		_("Guide the sender. Nobody is refused for it: whoever wants to send all the same, may."));
	step = dialogue_ask(
		dialogue, false, _("Their wish, to go on (Enter: look at the papers again)"), NULL);
	if (step == DIALOGUE_NEXT && dialogue->answer[0]) {
		note_wish(dialogue, dialogue->answer);
	} else {
		*ret_again = step == DIALOGUE_NEXT;
	}
	return step;
}

static enum dialogue_step ask_papers(struct dialogue *dialogue)
{
	for (;;) {
		enum dialogue_step step;
		show_papers(dialogue);
		step = dialogue_ask(dialogue, false,
			_("All there? Enter: yes; numbers of those that differ; +: another paper"),
			NULL);
		if (step != DIALOGUE_NEXT || dialogue->answer[0] == '\0') {
			return step;
		}
		step = strcmp(dialogue->answer, "+") == 0 ? add_paper(dialogue)
							  : correct_papers(dialogue);
		if (step != DIALOGUE_NEXT) {
			return step;
		}
	}
}

enum dialogue_step question_papers(struct dialogue *dialogue)
{
	bool again = true;
	enum dialogue_step step = DIALOGUE_NEXT;

	if (number_of(dialogue, "service") == 2) {
		/* Nothing is sent: nobody must read later that these papers were there. */
		json_object_del(dialogue->form.data, "papers");
		json_object_del(dialogue->form.data, "missing_papers");
		return DIALOGUE_NEXT;
	}
	if (!papers_of(dialogue)) {
		intake_form_fill_papers(&dialogue->form);
	}
	while (step == DIALOGUE_NEXT && again) {
		step = ask_papers(dialogue);
		if (step == DIALOGUE_NEXT) {
			step = tell_missing(dialogue, &again);
		}
	}
	return step;
}

char *summary_papers(const struct dialogue *dialogue)
{
	const json_t *missing = json_object_get(dialogue->form.data, "missing_papers");

	return g_strdup_printf(_("%zu kinds, missing: %zu"), json_array_size(papers_of(dialogue)),
		json_array_size(missing));
}

enum dialogue_step question_seal(struct dialogue *dialogue)
{
	enum dialogue_step step =
		dialogue_ask(dialogue, false, _("Seal number"), dialogue_data(dialogue, "seal"));

	if (step == DIALOGUE_NEXT) {
		set_text(dialogue, "seal", dialogue->answer);
	}
	return step;
}

char *summary_seal(const struct dialogue *dialogue)
{
	return g_strdup(dialogue_data(dialogue, "seal"));
}

/* ── money ──────────────────────────────────────────────────────────────────────────────────────────── */

static enum dialogue_step ask_receipt(struct dialogue *dialogue)
{
	enum dialogue_step step;

	do {
		step = dialogue_ask(
			dialogue, false, _("Receipt number"), dialogue_data(dialogue, "receipt"));
		if (step == DIALOGUE_NEXT && dialogue->answer[0] == '\0') {
			dialogue_complain(dialogue, HOSO_FEE_WITHOUT_RECEIPT);
		}
	} while (step == DIALOGUE_NEXT && dialogue->answer[0] == '\0');
	if (step == DIALOGUE_NEXT) {
		set_text(dialogue, "receipt", dialogue->answer);
	}
	return step;
}

enum dialogue_step question_fee(struct dialogue *dialogue)
{
	const json_t *fees = json_object_get(dialogue->form.procedure, "fees");
	bool asked = json_object_get(dialogue->form.data, "fee") != NULL;
	int64_t fee_vnd = asked ? number_of(dialogue, "fee") : intake_form_fee(&dialogue->form);
	enum dialogue_step step;

	for (size_t i = 0; i < json_array_size(fees); i++) {
		const json_t *fee = json_array_get(fees, i);
		g_autofree char *amount =
			text_dong(json_integer_value(json_object_get(fee, "amount")));
		print_line(
			dialogue->client, PRINT_PLAIN, "  %s: %s", print_text(fee, "name"), amount);
	}
	step = dialogue_ask_number(
		dialogue, _("Fee taken for the agency"), fee_vnd, MONEY_MAX_VND, &fee_vnd);
	if (step != DIALOGUE_NEXT) {
		return step;
	}
	json_object_set_new(dialogue->form.data, "fee", json_integer(fee_vnd));
	if (fee_vnd == 0) {
		set_text(dialogue, "receipt", "");
		return DIALOGUE_NEXT;
	}
	return ask_receipt(dialogue);
}

char *summary_fee(const struct dialogue *dialogue)
{
	g_autofree char *amount = text_dong(number_of(dialogue, "fee"));

	return g_strdup_printf("%s  %s", amount, dialogue_data(dialogue, "receipt"));
}

static const json_t *find_concession(const json_t *concessions, const char *text)
{
	gint64 number;

	if (g_ascii_string_to_signed(
		    text, 10, 1, (gint64)MAX(json_array_size(concessions), 1), &number, NULL)) {
		return json_array_get(concessions, (size_t)number - 1);
	}
	for (size_t i = 0; i < json_array_size(concessions); i++) {
		const json_t *concession = json_array_get(concessions, i);
		if (g_ascii_strcasecmp(print_text(concession, "code"), text) == 0) {
			return concession;
		}
	}
	return NULL;
}

static enum dialogue_step ask_concession(struct dialogue *dialogue)
{
	const json_t *concessions = json_object_get(dialogue->form.procedure, "concessions");
	GString *label = g_string_new(_("Concession (Enter: none)"));
	enum dialogue_step step = DIALOGUE_NEXT;

	for (size_t i = 0; i < json_array_size(concessions); i++) {
		const json_t *concession = json_array_get(concessions, i);
		g_string_append_printf(label, "  %zu %s −%lld%%", i + 1,
			print_text(concession, "name"),
			(long long)json_integer_value(json_object_get(concession, "percent")));
	}
	while (json_array_size(concessions) > 0) {
		const json_t *chosen;
		step = dialogue_ask(
			dialogue, false, label->str, dialogue_data(dialogue, "concession"));
		chosen = find_concession(concessions, dialogue->answer);
		if (step != DIALOGUE_NEXT || chosen || dialogue->answer[0] == '\0' ||
			strcmp(dialogue->answer, "0") == 0) {
			set_text(dialogue, "concession", chosen ? print_text(chosen, "code") : "");
			break;
		}
		dialogue_complain(dialogue, HOSO_UNKNOWN_CONCESSION);
	}
	g_string_free(label, TRUE);
	return step;
}

static void show_reckoning(const struct dialogue *dialogue, int64_t postage_vnd)
{
	int64_t whole_vnd = intake_form_whole_postage(&dialogue->form);
	g_autofree char *whole = text_dong(whole_vnd);
	g_autofree char *left = text_dong(postage_vnd);

	if (postage_vnd < 0) {
		print_line(dialogue->client, PRINT_DOUBT, "  %s",
			_("the table has no figure for this way and weight: type the amount"));
	} else if (intake_form_percent(&dialogue->form) > 0) {
		print_line(dialogue->client, PRINT_PLAIN,
			_("  %s less %d%% is %s (down to whole hundreds)"), whole,
			intake_form_percent(&dialogue->form), left);
	}
}

enum dialogue_step question_postage(struct dialogue *dialogue)
{
	int64_t grams = number_of(dialogue, "grams");
	int64_t postage_vnd;
	enum dialogue_step step = dialogue_ask_number(
		dialogue, _("Weight in grams"), grams ? grams : -1, SCAN_GRAMS_MAX, &grams);

	if (step == DIALOGUE_NEXT && grams > 0) {
		json_object_set_new(dialogue->form.data, "grams", json_integer(grams));
	} else {
		json_object_del(dialogue->form.data, "grams");
	}
	step = step == DIALOGUE_NEXT ? ask_concession(dialogue) : step;
	if (step != DIALOGUE_NEXT) {
		return step;
	}
	postage_vnd = intake_form_postage(&dialogue->form);
	show_reckoning(dialogue, postage_vnd);
	step = dialogue_ask_number(
		dialogue, _("Postage"), postage_vnd, MONEY_MAX_VND, &postage_vnd);
	if (step == DIALOGUE_NEXT) {
		json_object_set_new(dialogue->form.data, "postage", json_integer(postage_vnd));
	}
	return step;
}

char *summary_postage(const struct dialogue *dialogue)
{
	g_autofree char *amount = text_dong(number_of(dialogue, "postage"));
	const char *concession = dialogue_data(dialogue, "concession");

	return g_strdup_printf("%s  %lld g%s%s", amount, (long long)number_of(dialogue, "grams"),
		*concession ? "  −" : "", concession);
}

/* clang-format off */
static const struct { const char *wire, *words; } payments[] = {
	{"cash", N_("cash")},
	{"transfer_post", N_("transfer to the post")},
	{"transfer_agency", N_("transfer to the agency")},
	{"online", N_("online")},
};
/* clang-format on */

enum dialogue_step question_payment(struct dialogue *dialogue)
{
	GString *label = g_string_new(_("Payment"));
	int64_t chosen = 1;
	enum dialogue_step step = DIALOGUE_NEXT;

	for (size_t i = 0; i < G_N_ELEMENTS(payments); i++) {
		g_string_append_printf(label, "  %zu %s", i + 1, _(payments[i].words));
		if (strcmp(payments[i].wire, dialogue_data(dialogue, "payment")) == 0) {
			chosen = (int64_t)i + 1;
		}
	}
	if (number_of(dialogue, "fee") + number_of(dialogue, "postage") == 0) {
		set_text(dialogue, "payment", "");
	} else {
		do {
			step = dialogue_ask_number(dialogue, label->str, chosen,
				(int64_t)G_N_ELEMENTS(payments), &chosen);
		} while (step == DIALOGUE_NEXT && chosen == 0);
		if (step == DIALOGUE_NEXT) {
			set_text(dialogue, "payment", payments[chosen - 1].wire);
		}
	}
	g_string_free(label, TRUE);
	return step;
}

char *summary_payment(const struct dialogue *dialogue)
{
	const char *wire = dialogue_data(dialogue, "payment");

	for (size_t i = 0; i < G_N_ELEMENTS(payments); i++) {
		if (strcmp(payments[i].wire, wire) == 0) {
			return g_strdup(_(payments[i].words));
		}
	}
	return g_strdup("");
}

enum dialogue_step question_note(struct dialogue *dialogue)
{
	g_autofree char *before = g_strdup(dialogue_data(dialogue, "note"));
	enum dialogue_step step = dialogue_ask(dialogue, false, _("Note"), NULL);

	if (step == DIALOGUE_NEXT && dialogue->answer[0]) {
		/* A wish that is written down stays. */
		g_autofree char *both =
			*before ? g_strdup_printf("%s\n%s", before, dialogue->answer)
				: g_strdup(dialogue->answer);
		set_text(dialogue, "note", both);
	}
	return step;
}

char *summary_note(const struct dialogue *dialogue)
{
	return g_strdup(dialogue_data(dialogue, "note"));
}
