#include "api/api_public_page.h"

#include <string.h>

#include <glib.h>
#include <jansson.h>

#include "api/api_json.h"
#include "api/api_lookup_page.h"
#include "api/api_query.h"
#include "api/public_list.h"
#include "api/public_page.h"
#include "base/text.h"

#define ROWS 20 /* a page of paper's worth; a phone has scrolled enough by then */

/* What the two lists differ in. */
struct kind {
	const char *path;
	char list;
	enum public_word title;
	enum public_word hint;
	void (*add_row)(struct public_page *page, const json_t *row);
};

/* ── a row ── */

static const char *text_of(const json_t *row, const char *member)
{
	const char *text = json_string_value(json_object_get(row, member));

	return text ? text : "";
}

/* A line "word: text", unless there is nothing to say. */
static void add_line(struct public_page *page, enum public_word word, const char *text)
{
	if (text[0]) {
		public_page_say(page, "<p>", word, ": ");
		public_page_text(page, text);
		g_string_append(page->html, "</p>\n");
	}
}

static void add_title(struct public_page *page, const json_t *row)
{
	g_string_append(page->html, "<h2>");
	public_page_text(page, text_of(row, "name"));
	g_string_append(page->html, "</h2>\n");
}

static void add_flag(
	struct public_page *page, enum public_word word, const json_t *row, const char *member)
{
	bool yes = json_is_true(json_object_get(row, member));

	add_line(page, word, public_words(yes ? PUBLIC_YES : PUBLIC_NO, page->language));
}

static void add_dong(struct public_page *page, json_int_t dong)
{
	g_autofree char *amount = text_dong(dong);

	g_string_append(page->html, amount);
}

static void add_fees(struct public_page *page, const json_t *row)
{
	const json_t *fees = json_object_get(row, "fees");
	json_int_t sum = json_integer_value(json_object_get(row, "fee"));
	size_t count = json_array_size(fees);

	/* A fee of 0 is also what a file says that says nothing: no promise is made of it. */
	if (count == 0 && sum == 0) {
		return;
	}
	public_page_say(page, "<p>", PUBLIC_FEES, ": ");
	for (size_t i = 0; i < count; i++) {
		const json_t *fee = json_array_get(fees, i);
		g_string_append(page->html, i > 0 ? "; " : "");
		public_page_text(page, text_of(fee, "name"));
		g_string_append_c(page->html, ' ');
		add_dong(page, json_integer_value(json_object_get(fee, "amount")));
	}
	if (count == 0) {
		add_dong(page, sum);
	}
	g_string_append(page->html, "</p>\n");
}

static void add_paper(struct public_page *page, const json_t *paper)
{
	static const struct {
		const char *member;
		enum public_word word;
	} counts[] = {{"original", PUBLIC_ORIGINAL}, {"certified", PUBLIC_CERTIFIED},
		{"copy", PUBLIC_COPY}};

	g_string_append(page->html, "<li>");
	public_page_text(page, text_of(paper, "name"));
	for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
		json_int_t count = json_integer_value(json_object_get(paper, counts[i].member));
		if (count > 0) {
			g_string_append_printf(page->html, ", %" JSON_INTEGER_FORMAT " ", count);
			public_page_say(page, "", counts[i].word, "");
		}
	}
	if (!json_is_true(json_object_get(paper, "required"))) {
		public_page_say(page, " (", PUBLIC_IF_ANY, ")");
	}
	g_string_append(page->html, "</li>\n");
}

static void add_papers(struct public_page *page, const json_t *row)
{
	const json_t *papers = json_object_get(row, "papers");

	if (json_array_size(papers) == 0) {
		return;
	}
	public_page_say(page, "<p>", PUBLIC_PAPERS, ":</p>\n<ol>\n");
	for (size_t i = 0; i < json_array_size(papers); i++) {
		add_paper(page, json_array_get(papers, i));
	}
	g_string_append(page->html, "</ol>\n");
}

static void add_procedure(struct public_page *page, const json_t *row)
{
	json_int_t days = json_integer_value(json_object_get(row, "days"));

	add_title(page, row);
	add_line(page, PUBLIC_CODE_OF, text_of(row, "code"));
	add_line(page, PUBLIC_FIELD, text_of(row, "field_name"));
	add_flag(page, PUBLIC_SEND, row, "send_by_post");
	add_flag(page, PUBLIC_RETURN, row, "return_by_post");
	if (days > 0) {
		public_page_say(page, "<p>", PUBLIC_DAYS, "");
		g_string_append_printf(page->html, " %" JSON_INTEGER_FORMAT " ", days);
		public_page_say(page, "", PUBLIC_WORKDAYS, "</p>\n");
	}
	add_fees(page, row);
	add_papers(page, row);
}

static void add_office(struct public_page *page, const json_t *row)
{
	add_title(page, row);
	add_line(page, PUBLIC_ADDRESS, text_of(row, "address"));
	add_line(page, PUBLIC_TELEPHONE, text_of(row, "phone"));
	add_line(page, PUBLIC_HOURS, text_of(row, "hours"));
}

static const struct kind procedures = {"/thu-tuc", PUBLIC_LIST_PROCEDURES, PUBLIC_PROCEDURES,
	PUBLIC_PROCEDURES_HINT, add_procedure};
static const struct kind offices = {
	"/buu-cuc", PUBLIC_LIST_OFFICES, PUBLIC_OFFICES, PUBLIC_OFFICES_HINT, add_office};

/* ── the page ── */

/* What is searched for, as it was typed. */
static const char *asked_text(const struct exchange *exchange)
{
	const char *text = exchange_query(exchange, "text");

	return text ? text : "";
}

static char *address_of(const struct exchange *exchange, const struct kind *kind)
{
	g_autofree char *text = g_uri_escape_string(asked_text(exchange), NULL, false);

	return text[0] ? g_strdup_printf("%s?text=%s&amp;", kind->path, text)
		       : g_strdup_printf("%s?", kind->path);
}

static struct public_page begin(
	const struct exchange *exchange, const struct kind *kind, enum public_word problem)
{
	enum hoso_language language = public_page_language(exchange);
	bool is_problem = problem != PUBLIC_WORD_COUNT;
	g_autofree char *address = address_of(exchange, kind);
	struct public_page page = public_page_begin(
		language, address, public_words(kind->title, language), is_problem);

	if (is_problem) {
		public_page_say(&page, "<div class=\"problem\" role=\"alert\" id=\"problem\"><p>",
			problem, "</p></div>\n");
	}
	g_string_append_printf(page.html,
		"<form method=\"get\" action=\"%s\" accept-charset=\"utf-8\">\n"
		"<input type=\"hidden\" name=\"lang\" value=\"%s\">\n"
		"<p class=\"field\"><label for=\"text\">",
		kind->path, public_page_wire(language));
	public_page_say(&page, "", PUBLIC_SEARCH, "</label><span class=\"hint\" id=\"text-hint\">");
	public_page_say(&page, "", kind->hint, "</span>");
	g_string_append(page.html,
		"<input id=\"text\" name=\"text\" maxlength=\"60\" autocomplete=\"off\" "
		"aria-describedby=\"text-hint\" value=\"");
	public_page_text(&page, asked_text(exchange));
	public_page_say(&page, "\"></p>\n<p><button type=\"submit\">", PUBLIC_SHOW,
		"</button></p>\n</form>\n");
	return page;
}

static void show_problem(struct exchange *exchange, const struct kind *kind, enum hoso_error error)
{
	enum public_word word = error == HOSO_TOO_OFTEN    ? PUBLIC_LIST_TOO_OFTEN
				: error == HOSO_BAD_CURSOR ? PUBLIC_LIST_CHANGED
				: error_http(error) >= 500 ? PUBLIC_LIST_AWAY
							   : PUBLIC_LIST_BAD;
	struct public_page page = begin(exchange, kind, word);

	if (error_may_retry(error)) {
		exchange_add_header(exchange, "Retry-After", "30");
	}
	public_page_reply(exchange, error_http(error), &page);
}

static void show_found(
	struct exchange *exchange, const struct kind *kind, const struct public_found *found)
{
	struct public_page page = begin(exchange, kind, PUBLIC_WORD_COUNT);

	if (found->count == 0) {
		public_page_say(&page, "<p>", PUBLIC_NOTHING, "</p>\n");
	}
	for (unsigned i = 0; i < found->count; i++) {
		json_t *row = json_loads(found->rows[i]->json, 0, NULL);
		g_string_append(page.html, "<div class=\"entry\">\n");
		kind->add_row(&page, row);
		g_string_append(page.html, "</div>\n");
		json_decref(row);
	}
	if (found->next[0]) {
		g_autofree char *address = address_of(exchange, kind);
		g_string_append_printf(page.html, "<p><a href=\"%slang=%s&amp;cursor=%s\">",
			address, public_page_wire(page.language), found->next);
		public_page_say(&page, "", PUBLIC_MORE, "</a></p>\n");
	}
	public_page_reply(exchange, 200, &page);
}

static void show_list(struct exchange *exchange, const struct kind *kind, const GPtrArray *rows)
{
	struct api_query query = {.exchange = exchange};
	struct public_wish wish = {.limit = ROWS};
	struct public_found found;

	wish.has_cursor = api_query_cursor(&query, "cursor", kind->list, &wish.cursor);
	if (strlen(asked_text(exchange)) > QUERY_TEXT_MAX) {
		api_query_fail(&query, HOSO_BAD_MEMBER, "text");
	}
	public_wish_say(&wish, query.error ? "" : asked_text(exchange));
	if (!query.error && !public_list_find(rows, &wish, kind->list, &found)) {
		query.error = HOSO_BAD_CURSOR;
	}
	public_wish_done(&wish);
	if (query.error) {
		show_problem(exchange, kind, query.error);
	} else {
		show_found(exchange, kind, &found);
	}
}

static void procedures_came(struct exchange *exchange, const struct catalogue_view *view)
{
	show_list(exchange, &procedures, view->procedures);
}

static void offices_came(struct exchange *exchange, const struct catalogue_view *view)
{
	show_list(exchange, &offices, view->offices);
}

static void ask(struct exchange *exchange, void *api,
	void (*then)(struct exchange *exchange, const struct catalogue_view *view))
{
	if (public_list_may_ask(exchange)) {
		catalogue_view_ask(api, exchange, PUBLIC_AGE_MAX_MS, then, api_public_page_refuse);
	} else {
		api_public_page_refuse(exchange, HOSO_TOO_OFTEN, api);
	}
}

void api_public_page_procedures(struct exchange *exchange, void *api)
{
	ask(exchange, api, procedures_came);
}

void api_public_page_offices(struct exchange *exchange, void *api)
{
	ask(exchange, api, offices_came);
}

void api_public_page_refuse(struct exchange *exchange, enum hoso_error error, void *api)
{
	const char *path = exchange_route_path(exchange);

	if (strcmp(path, procedures.path) == 0) {
		show_problem(exchange, &procedures, error);
	} else if (strcmp(path, offices.path) == 0) {
		show_problem(exchange, &offices, error);
	} else if (strcmp(path, "/tra-cuu") == 0) {
		api_lookup_page_refuse(exchange, error, api);
	} else {
		api_problem_plain(exchange, error, api);
	}
}
