#include "api/api_lookup_page.h"

#include <string.h>

#include <glib.h>
#include <jansson.h>

#include "api/api.h"
#include "api/api_json.h"
#include "api/lookup_walk.h"
#include "api/public_page.h"
#include "base/clock.h"
#include "http/query.h"
#include "model/slip_token.h"

#define PATH "/tra-cuu"
#define WAIT_S                                                                                     \
	30 /* what is away for the moment; said to machines, people are told "a few minutes" */
#define CODE_SHOWN_MAX 100

/* struct asked - kept with the exchange until its reply; @code as it was typed, to be corrected and not typed again. */
struct asked {
	enum hoso_language language;
	char code[CODE_SHOWN_MAX + 1];
};

static void reply(struct exchange *exchange, int status, struct public_page *page)
{
	public_page_say(page, "<footer><p>", PUBLIC_PRIVACY, "</p>");
	public_page_say(page, "<p>", PUBLIC_HELP, "</p></footer>\n");
	public_page_reply(exchange, status, page);
}

/* The form. */

struct field {
	const char *name;
	enum public_word label;
	enum public_word hint;
	const char *attributes;
};

static const struct field fields[] = {
	{"code", PUBLIC_CODE, PUBLIC_CODE_HINT,
		"maxlength=\"100\" autocapitalize=\"characters\" required"},
	{"phone_last4", PUBLIC_PHONE, PUBLIC_PHONE_HINT, "maxlength=\"4\" inputmode=\"numeric\""},
	{"token", PUBLIC_TOKEN, PUBLIC_TOKEN_HINT, "maxlength=\"26\" autocapitalize=\"none\""},
};

static void add_field(
	struct public_page *page, const struct field *field, const char *value, bool wrong)
{
	g_string_append_printf(page->html, "<p class=\"field\"><label for=\"%s\">", field->name);
	public_page_say(page, "", field->label, "</label>");
	g_string_append_printf(page->html, "<span class=\"hint\" id=\"%s-hint\">", field->name);
	public_page_say(page, "", field->hint, "</span>");
	g_string_append_printf(page->html,
		"<input id=\"%s\" name=\"%s\" autocomplete=\"off\" spellcheck=\"false\" %s "
		"aria-describedby=\"%s%s-hint\"%s value=\"",
		field->name, field->name, field->attributes, wrong ? "problem " : "", field->name,
		wrong ? " aria-invalid=\"true\"" : "");
	public_page_text(page, value);
	g_string_append(page->html, "\"></p>\n");
}

/* @wrong: the member of the form that is to be corrected, or NULL. */
static void add_form(struct public_page *page, const char *code, const char *wrong)
{
	public_page_say(page, "<p>", PUBLIC_INTRODUCTION, "</p>\n");
	g_string_append_printf(page->html,
		"<form method=\"post\" action=\"" PATH
		"?lang=%s\" accept-charset=\"utf-8\" novalidate>\n",
		public_page_wire(page->language));
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		add_field(page, &fields[i], i == 0 ? code : "",
			g_strcmp0(wrong, fields[i].name) == 0);
	}
	public_page_say(
		page, "<p><button type=\"submit\">", PUBLIC_ASK, "</button></p>\n</form>\n");
}

void api_lookup_page_get(struct exchange *exchange, void *api)
{
	enum hoso_language language = public_page_language(exchange);
	struct public_page page =
		public_page_begin(language, PATH "?", public_words(PUBLIC_TITLE, language), false);

	(void)api;
	add_form(&page, "", NULL);
	reply(exchange, 200, &page);
}

/* What did not work, why, and the form again. */
static void show_problem(struct exchange *exchange, enum hoso_language language,
	const struct lookup_answer *answer, const char *code)
{
	enum public_word word = public_words_of(answer->error, answer->member);
	int status = error_http(answer->error);
	int wait_s = answer->wait_s > 0 ? answer->wait_s : status == 503 ? WAIT_S : 0;
	g_autofree char *seconds = g_strdup_printf("%d", wait_s);
	struct public_page page =
		public_page_begin(language, PATH "?", public_words(PUBLIC_TITLE, language), true);

	public_page_say(
		&page, "<div class=\"problem\" role=\"alert\" id=\"problem\"><p>", word, "");
	if (answer->wait_s > 0) {
		g_string_append_printf(page.html, " %d ", (answer->wait_s + 59) / 60);
		public_page_say(&page, "", PUBLIC_MINUTES, "");
	}
	g_string_append(page.html, "</p></div>\n");
	add_form(&page, code, answer->member);
	if (wait_s > 0) {
		exchange_add_header(exchange, "Retry-After", seconds);
	}
	reply(exchange, status, &page);
}

/* The answer. */

static void add_step(struct public_page *page, enum progress_stage stage, int64_t at_ms)
{
	char at[sizeof "31/12/2026 23:59"] = "";

	g_string_append(page->html, "<li><strong>");
	public_page_text(page, progress_words(stage, page->language));
	g_string_append(page->html, "</strong> <span>");
	if (at_ms > 0) {
		clock_format_local(at_ms, "%d/%m/%Y %H:%M", at, sizeof at);
	}
	public_page_text(page, at[0] ? at : public_words(PUBLIC_NO_TIME, page->language));
	g_string_append(page->html, "</span></li>\n");
}

static void add_steps(struct public_page *page, const struct progress *progress)
{
	if (progress->count == 0) {
		return;
	}
	public_page_say(page, "<h2>", PUBLIC_STEPS, "</h2>\n<ol>\n");
	for (unsigned i = 0; i < progress->count; i++) {
		add_step(page, progress->steps[i].stage, progress->steps[i].at_ms);
	}
	g_string_append(page->html, "</ol>\n");
}

static void show_progress(
	struct exchange *exchange, enum hoso_language language, const struct lookup_answer *answer)
{
	const struct progress *progress = answer->progress;
	g_autofree char *title =
		g_strdup_printf("%s %s", public_words(PUBLIC_FOUND, language), answer->code);
	struct public_page page = public_page_begin(language, PATH "?", title, false);

	public_page_say(&page, "<div class=\"now\"><h2>", PUBLIC_NOW, "</h2>\n<p><strong>");
	public_page_text(&page,
		progress->count > 0
			? progress_words(progress->steps[progress->count - 1].stage, language)
			: public_words(PUBLIC_NOT_YET, language));
	public_page_say(&page, "</strong></p>\n<h2>", PUBLIC_NEXT, "</h2>\n<p>");
	public_page_text(&page, progress->next);
	g_string_append(page.html, "</p></div>\n");
	add_steps(&page, progress);
	g_string_append_printf(
		page.html, "<p><a href=\"" PATH "?lang=%s\">", public_page_wire(language));
	public_page_say(&page, "", PUBLIC_AGAIN, "</a></p>\n");
	reply(exchange, 200, &page);
}

static void answered(struct exchange *exchange, const struct lookup_answer *answer)
{
	const struct asked *asked = exchange_user(exchange);

	if (answer->error) {
		show_problem(exchange, asked->language, answer, asked->code);
	} else {
		show_progress(exchange, asked->language, answer);
	}
}

/* The question. */

/* CODE.TOKEN, as the slip's QR code says; a dossier's code has dots, too, but no such end. */
static char *split_token(char *code)
{
	char *dot = strrchr(code, '.');
	const char *tail = dot ? dot + 1 : "";

	if (strlen(tail) != SLIP_TOKEN_CHARS ||
		strspn(tail, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS) != SLIP_TOKEN_CHARS) {
		return NULL;
	}
	*dot = '\0';
	return dot + 1;
}

/* What was pasted whole is the question; the fields beside it are then left alone. */
static json_t *question_of(const struct query *form, struct asked *asked)
{
	const char *given = query_find(form, "code");
	g_autofree char *code = g_strstrip(g_strdup(given ? given : ""));
	const char *token = split_token(code);
	json_t *question = json_object();

	g_strlcpy(asked->code, code, sizeof asked->code);
	for (unsigned i = 0; i < form->count; i++) {
		const struct query_member *member = &form->members[i];
		bool is_proof = strcmp(member->name, "phone_last4") == 0 ||
				strcmp(member->name, "token") == 0;
		g_autofree char *value = g_strstrip(g_strdup(member->value));
		if (value[0] && !(is_proof && token)) {
			json_object_set_new(question, member->name, json_string(value));
		}
	}
	if (code[0]) {
		json_object_set_new(question, "code", json_string(code));
	}
	if (token) {
		json_object_set_new(question, "token", json_string(token));
	}
	return question;
}

static enum hoso_error read_form(
	const struct exchange *exchange, struct asked *asked, json_t **ret_question)
{
	struct query form = {0};
	size_t length;
	const char *bytes = exchange_body(exchange, &length);
	g_autofree char *text = g_strndup(bytes, length);
	enum hoso_error error =
		memchr(bytes, 0, length) ? HOSO_BAD_REQUEST : query_parse(text, &form);

	for (unsigned i = 0; i < form.count && !error; i++) {
		const struct query_member *member = &form.members[i];
		bool doubled = query_find(&form, member->name) != member->value;
		error = doubled ? HOSO_BAD_REQUEST : HOSO_OK;
	}
	if (!error) {
		*ret_question = question_of(&form, asked);
	}
	query_done(&form);
	return error;
}

/*
 * Another site must not ask through its visitors' browsers: each would have a network's budget to spend, and could close
 * codes. POST /v1/lookup needs no such rule, for no site can send it JSON. Browsers that say nothing are taken in; an
 * Origin is no help, for it is "null" after the Referrer-Policy of this very page.
 */
static bool is_from_elsewhere(const struct exchange *exchange)
{
	const char *site = exchange_header(exchange, "Sec-Fetch-Site");

	return site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0;
}

void api_lookup_page_post(struct exchange *exchange, void *api)
{
	struct asked *asked = g_new0(struct asked, 1);
	json_t *question = NULL;
	enum hoso_error error;

	asked->language = public_page_language(exchange);
	exchange_set_user(exchange, asked, g_free);
	error = is_from_elsewhere(exchange) ? HOSO_FORBIDDEN
					    : read_form(exchange, asked, &question);
	lookup_walk(api, exchange, question, error, asked->language, answered);
}

void api_lookup_page_refuse(struct exchange *exchange, enum hoso_error error, void *api)
{
	(void)api;
	show_problem(exchange, public_page_language(exchange),
		&(struct lookup_answer){.error = error}, "");
}
