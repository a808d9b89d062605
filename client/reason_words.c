#include "reason_words.h"

#include <string.h>

#include <glib.h>

#include <hoso/reason.h>

#include "client.h"
#include "model/delivery.h"
#include "print.h"

const char *reason_words(const char *wire)
{
	enum reason reason = reason_from_wire(wire);

	return reason == REASON_COUNT || reason == REASON_NONE ? wire : reason_label(reason);
}

static char *day_words(const char *day)
{
	return strlen(day) == 10 ? g_strdup_printf("%.2s/%.2s/%.4s", day + 8, day + 5, day)
				 : g_strdup(day);
}

char *reason_words_step(enum hoso_language language, const json_t *step)
{
	const char *wire = print_text(step, "action");
	enum delivery_action action = delivery_action_from_wire(wire);
	const char *what = language == HOSO_EN || action == DELIVERY_ACTION_COUNT
				   ? wire
				   : delivery_action_label(action);
	g_autofree char *from = day_words(print_text(step, "from_on"));
	g_autofree char *until = day_words(print_text(step, "until_on"));
	GString *words = g_string_new(what);

	if (*from) {
		g_string_append_printf(words, _(", from %s"), from);
	}
	if (*until) {
		g_string_append_printf(words, _(", by %s"), until);
	}
	return g_string_free(words, FALSE);
}
