#include "api/phone.h"

#include <string.h>

#include <glib.h>

bool phone_clean(const char *text, char ret_phone[PHONE_MAX + 1])
{
	g_autoptr(GString) digits = g_string_new(NULL);

	for (const char *at = text; *at; at++) {
		if (g_ascii_isdigit(*at)) {
			g_string_append_c(digits, *at);
		} else if (!strchr(" .-()", *at) && !(*at == '+' && at == text)) {
			return false;
		}
	}
	if (g_str_has_prefix(digits->str, "84") && digits->len >= 11) {
		g_string_erase(digits, 0, 2);
		g_string_prepend_c(digits, '0');
	}
	if (digits->str[0] != '0' || digits->len < 9 || digits->len > 11) {
		return false;
	}
	g_strlcpy(ret_phone, digits->str, PHONE_MAX + 1);
	return true;
}
