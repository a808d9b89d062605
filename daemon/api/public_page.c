#include "api/public_page.h"

#include "base/text.h"
#include "http/exchange.h"

/* Nothing but its own style sheet, its icon and its form. */
static const char policy[] =
	"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
	"frame-ancestors 'none'; base-uri 'none'";

enum hoso_language public_page_language(const struct exchange *exchange)
{
	const char *asked = exchange_query(exchange, "lang");

	if (g_strcmp0(asked, "vi") == 0 || g_strcmp0(asked, "en") == 0) {
		return asked[0] == 'e' ? HOSO_EN : HOSO_VI;
	}
	return exchange_language(exchange);
}

const char *public_page_wire(enum hoso_language language)
{
	return language == HOSO_EN ? "en" : "vi";
}

void public_page_text(struct public_page *page, const char *text)
{
	g_autofree char *visible = text_escape(text);
	g_autofree char *escaped = g_markup_escape_text(visible, -1);

	g_string_append(page->html, escaped);
}

void public_page_say(
	struct public_page *page, const char *open, enum public_word word, const char *close)
{
	g_string_append(page->html, open);
	public_page_text(page, public_words(word, page->language));
	g_string_append(page->html, close);
}

/* What else there is, and this page in the other language. */
static void add_ways(struct public_page *page, const char *address)
{
	static const struct {
		const char *path;
		enum public_word word;
	} ways[] = {{"/tra-cuu", PUBLIC_WAY_LOOKUP}, {"/thu-tuc", PUBLIC_WAY_PROCEDURES},
		{"/buu-cuc", PUBLIC_WAY_OFFICES}};
	const char *other = public_page_wire(page->language == HOSO_EN ? HOSO_VI : HOSO_EN);

	g_string_append(page->html, "<header>");
	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_string_append_printf(page->html, "<a href=\"%s?lang=%s\">", ways[i].path,
			public_page_wire(page->language));
		public_page_say(page, "", ways[i].word, "</a>\n");
	}
	g_string_append_printf(page->html, "<a href=\"%slang=%s\" lang=\"%s\" hreflang=\"%s\">",
		address, other, other, other);
	public_page_say(page, "", PUBLIC_OTHER_LANGUAGE, "</a></header>\n");
}

struct public_page public_page_begin(
	enum hoso_language language, const char *address, const char *title, bool problem)
{
	struct public_page page = {g_string_new(NULL), language};

	g_string_append_printf(page.html,
		"<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"robots\" content=\"noindex\">\n<title>",
		public_page_wire(language));
	if (problem) {
		public_page_say(&page, "", PUBLIC_PROBLEM, ": ");
	}
	public_page_text(&page, title);
	g_string_append(page.html,
		"</title>\n<link rel=\"stylesheet\" href=\"/public.css\">\n"
		"<link rel=\"icon\" href=\"/icon.svg\" type=\"image/svg+xml\">\n</head>\n<body>\n");
	add_ways(&page, address);
	g_string_append(page.html, "<main>\n<h1>");
	public_page_text(&page, title);
	g_string_append(page.html, "</h1>\n");
	return page;
}

void public_page_reply(struct exchange *exchange, int status, struct public_page *page)
{
	g_string_append(page->html, "</main>\n</body>\n</html>\n");
	exchange_add_header(exchange, "Content-Security-Policy", policy);
	exchange_add_header(exchange, "Content-Language", public_page_wire(page->language));
	exchange_add_header(exchange, "Cross-Origin-Opener-Policy", "same-origin");
	exchange_add_header(exchange, "Cross-Origin-Resource-Policy", "same-origin");
	exchange_add_header(exchange, "Permissions-Policy", "camera=(), geolocation=()");
	exchange_reply(exchange, status, "text/html; charset=utf-8", g_steal_pointer(&page->html));
}
