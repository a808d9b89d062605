#include "config_value.h"

#include <string.h>

#include <glib.h>
#include <libpq-fe.h>

#include "base/attr.h"

#define UNIX_PATH_MAX 107 /* bytes; sun_path with its NUL is 108 */

static const struct {
	const char *suffix;
	int64_t ms;
} durations[] = {{"min", 60000}, {"h", 3600000}, {"ms", 1}, {"s", 1000}};

bool config_value_is_text(const struct config_setting *setting)
{
	return setting->type != CONFIG_FLAG && setting->type != CONFIG_COUNT &&
	       setting->type != CONFIG_MS;
}

static bool is_word_of(const char *list, const char *text)
{
	g_auto(GStrv) words = g_strsplit(list, ", ", -1);

	return g_strv_contains((const char *const *)words, text);
}

static bool parse_number(const char *text, int64_t min, int64_t max, int64_t *ret_number)
{
	guint64 number;

	if (!g_ascii_string_to_unsigned(text, 10, (guint64)min, (guint64)max, &number, NULL)) {
		return false;
	}
	*ret_number = (int64_t)number;
	return true;
}

static bool parse_duration(const char *text, int64_t min, int64_t max, int64_t *ret_ms)
{
	size_t digits = strspn(text, "0123456789");
	g_autofree char *number = g_strndup(text, digits);
	int64_t count;

	for (size_t i = 0; i < ARRAY_SIZE(durations); i++) {
		if (strcmp(text + digits, durations[i].suffix) != 0) {
			continue;
		}
		/* The bound before the multiplication keeps the product far from overflowing. */
		if (!parse_number(number, 0, max / durations[i].ms, &count) ||
			count * durations[i].ms < min) {
			return false;
		}
		*ret_ms = count * durations[i].ms;
		return true;
	}
	return false;
}

static bool parse_flag(const char *text, bool *ret_flag)
{
	if (is_word_of("true, yes, on, 1", text)) {
		*ret_flag = true;
		return true;
	}
	if (is_word_of("false, no, off, 0", text)) {
		*ret_flag = false;
		return true;
	}
	return false;
}

static bool is_listen_address(const char *text)
{
	const char *colon = strrchr(text, ':');
	int64_t port;

	if (g_str_has_prefix(text, "unix:")) {
		return text[5] == '/' && strlen(text + 5) <= UNIX_PATH_MAX;
	}
	if (!colon || colon == text || !parse_number(colon + 1, 0, 65535, &port)) {
		return false;
	}
	/* An IPv6 address without brackets would be cut at the wrong colon. */
	return text[0] == '[' ? colon[-1] == ']' : strchr(text, ':') == colon;
}

static bool is_https_url(const char *text)
{
	static const char scheme[] = "https://";
	size_t authority_bytes;

	if (!g_str_has_prefix(text, scheme)) {
		return false;
	}
	text += strlen(scheme);
	authority_bytes = strcspn(text, "/?#");
	return authority_bytes > 0 && !memchr(text, '@', authority_bytes) &&
	       !strpbrk(text, " \t?#");
}

/* libpq judges its own format. A password in it would stand in every printed configuration. */
static bool is_conninfo_without_password(const char *text)
{
	PQconninfoOption *options = PQconninfoParse(text, NULL);
	bool found = false;

	if (!options) {
		return false;
	}
	for (const PQconninfoOption *option = options; option->keyword; option++) {
		found |= option->val && g_str_has_suffix(option->keyword, "password");
	}
	PQconninfoFree(options);
	return !found;
}

/* Every source gives what a line of a file can hold, so that what is printed is read back. */
static bool is_one_clean_line(const char *text)
{
	size_t length = strlen(text);

	if (!g_utf8_validate(text, -1, NULL) || g_ascii_isspace(text[0]) ||
		(length > 0 && g_ascii_isspace(text[length - 1]))) {
		return false;
	}
	for (; *text; text = g_utf8_next_char(text)) {
		if (g_unichar_iscntrl(g_utf8_get_char(text))) {
			return false;
		}
	}
	return true;
}

static bool is_text_allowed(const struct config_setting *setting, const char *text)
{
	if (strlen(text) < (size_t)setting->min || strlen(text) > (size_t)setting->max ||
		!is_one_clean_line(text)) {
		return false;
	}
	if (text[0] == '\0') {
		return true;
	}
	switch (setting->type) {
	case CONFIG_PATH:
		return g_path_is_absolute(text);
	case CONFIG_LISTEN:
		return is_listen_address(text);
	case CONFIG_CONNINFO:
		return is_conninfo_without_password(text);
	case CONFIG_URL:
		return is_https_url(text);
	case CONFIG_WORD:
		return is_word_of(setting->unit, text);
	case CONFIG_TEXT:
	case CONFIG_FLAG:
	case CONFIG_COUNT:
	case CONFIG_MS:
		break;
	}
	return true;
}

static bool parse_text(const struct config_setting *setting, const char *text, char **member)
{
	if (!is_text_allowed(setting, text)) {
		return false;
	}
	g_free(*member);
	*member = text[0] ? g_strdup(text) : NULL;
	return true;
}

bool config_value_parse(const struct config_setting *setting, const char *text, void *member)
{
	int64_t number;

	if (setting->type == CONFIG_FLAG) {
		return parse_flag(text, member);
	}
	if (setting->type == CONFIG_MS) {
		return parse_duration(text, setting->min, setting->max, member);
	}
	if (setting->type == CONFIG_COUNT) {
		if (!parse_number(text, setting->min, setting->max, &number)) {
			return false;
		}
		*(unsigned *)member = (unsigned)number;
		return true;
	}
	return parse_text(setting, text, member);
}

/* The largest unit that says it exactly. */
static char *format_duration(int64_t ms)
{
	if (ms && ms % 60000 == 0) {
		return g_strdup_printf("%" G_GINT64_FORMAT "min", ms / 60000);
	}
	if (ms && ms % 1000 == 0) {
		return g_strdup_printf("%" G_GINT64_FORMAT "s", ms / 1000);
	}
	return g_strdup_printf("%" G_GINT64_FORMAT "ms", ms);
}

char *config_value_format(const struct config_setting *setting, const void *member)
{
	const char *text;

	if (setting->type == CONFIG_FLAG) {
		return g_strdup(*(const bool *)member ? "true" : "false");
	}
	if (setting->type == CONFIG_COUNT) {
		return g_strdup_printf("%u", *(const unsigned *)member);
	}
	if (setting->type == CONFIG_MS) {
		return format_duration(*(const int64_t *)member);
	}
	text = *(char *const *)member;
	return g_strdup(text ? text : "");
}

static char *allowed_duration(const struct config_setting *setting)
{
	g_autofree char *min = format_duration(setting->min);
	g_autofree char *max = format_duration(setting->max);

	return g_strdup_printf("a duration from %s to %s, such as 500ms, 10s or 2min", min, max);
}

char *config_value_allowed(const struct config_setting *setting)
{
	switch (setting->type) {
	case CONFIG_PATH:
		return g_strdup("an absolute path");
	case CONFIG_LISTEN:
		return g_strdup("ADDRESS:PORT, [IPv6]:PORT or unix:/path");
	case CONFIG_CONNINFO:
		return g_strdup(
			"a PostgreSQL connection string without a password (use passfile=/path)");
	case CONFIG_URL:
		return g_strdup("https://host[:port][/path] without a user, query or fragment");
	case CONFIG_WORD:
		return g_strdup_printf("one of: %s", setting->unit);
	case CONFIG_FLAG:
		return g_strdup("true or false");
	case CONFIG_COUNT:
		return g_strdup_printf("a whole number from %" G_GINT64_FORMAT
				       " to %" G_GINT64_FORMAT,
			setting->min, setting->max);
	case CONFIG_MS:
		return allowed_duration(setting);
	case CONFIG_TEXT:
		break;
	}
	return g_strdup_printf("one line of %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
			       " bytes of UTF-8",
		setting->min, setting->max);
}
