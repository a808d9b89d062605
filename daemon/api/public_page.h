#ifndef HOSO_API_PUBLIC_PAGE_H
#define HOSO_API_PUBLIC_PAGE_H

#include <stdbool.h>

#include <glib.h>

#include <hoso/error.h>

#include "api/public_words.h"

struct exchange;

/*
 * The frame of the pages that anybody may read: HTML made here, without a line of JavaScript, for the oldest phone that
 * still speaks TLS. Markup is only ever a literal; whatever came from outside goes through public_page_text().
 */

/** struct public_page - one that is being written; public_page_begin() to public_page_reply(). */
struct public_page {
	GString *html;
	enum hoso_language language;
};

/** public_page_language() - what ?lang= says, or else the browser. Other members of the query are not looked at. */
enum hoso_language public_page_language(const struct exchange *exchange);

/**
 * public_page_begin() - head, and the ways to the other pages and to the other language.
 * @address: of this page, up to what names the language: with "?" or "&" at its end, and nothing to escape in it
 * @problem: the title says so, for whoever hears it read
 */
struct public_page public_page_begin(
	enum hoso_language language, const char *address, const char *title, bool problem);

/** public_page_wire() - as lang= and the lang attribute have it. */
const char *public_page_wire(enum hoso_language language);

/** public_page_text() - @text from anywhere: escaped, and nothing in it that turns the line around or is not seen. */
void public_page_text(struct public_page *page, const char *text);

/** public_page_say() - @open, the word, @close. */
void public_page_say(
	struct public_page *page, const char *open, enum public_word word, const char *close);

/** public_page_reply() - the end of the page, and the reply of @exchange; @page is done. */
void public_page_reply(struct exchange *exchange, int status, struct public_page *page);

#endif
