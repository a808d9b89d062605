#ifndef HOSO_CONFIG_VALUE_H
#define HOSO_CONFIG_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The types a setting may have, and the member of struct config that holds each.
 * A text that was set to nothing is NULL.
 */
enum config_type {
	CONFIG_TEXT,     /* char *; min and max are bytes */
	CONFIG_PATH,     /* char *; absolute */
	CONFIG_LISTEN,   /* char *; HOST:PORT, [IPv6]:PORT or unix:/path */
	CONFIG_CONNINFO, /* char *; libpq's connection string or URI, without a password */
	CONFIG_URL,      /* char *; https, without a user in it */
	CONFIG_WORD,     /* char *; one of the words in unit */
	CONFIG_FLAG,     /* bool */
	CONFIG_COUNT,    /* unsigned */
	CONFIG_MS,       /* int64_t, milliseconds */
};

/**
 * struct config_setting - one row of the settings table.
 * @offset:   of the member in struct config
 * @fallback: the default, as a file would say it. One that begins with CONFIG_CREDENTIAL is a file
 * of systemd's credentials, and no value at all where that file does not exist or is empty.
 * @min, @max: bounds of the number, or of the text's bytes
 * @unit:     what is counted; for CONFIG_WORD the words, separated by ", "
 * @reload:   takes effect on SIGHUP; the others need a restart
 * @help:     one sentence for the reference
 */
struct config_setting {
	const char *name;
	enum config_type type;
	size_t offset;
	const char *fallback;
	int64_t min;
	int64_t max;
	const char *unit;
	bool reload;
	const char *help;
};

#define CONFIG_CREDENTIAL "$CREDENTIALS_DIRECTORY/"

/**
 * config_value_parse() - read @text as @setting's type.
 * @member: where the value goes; an old text there is freed. Written only on success.
 *
 * Returns false when @text is not allowed; config_value_allowed() says what is.
 */
bool config_value_parse(const struct config_setting *setting, const char *text, void *member);

/** config_value_format() - the value as a file would say it; "" for none. The caller frees it. */
char *config_value_format(const struct config_setting *setting, const void *member);

/** config_value_allowed() - "a duration from 100ms to 1min": what @setting takes. The caller frees
 * it. */
char *config_value_allowed(const struct config_setting *setting);

/** config_value_is_text() - the member is a char *. */
bool config_value_is_text(const struct config_setting *setting);

#endif
