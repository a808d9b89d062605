#ifndef HOSO_CONFIG_H
#define HOSO_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <hoso/error.h>

#include "base/attr.h"

#define CONFIG_FILE_DEFAULT "/etc/hoso/hosod.conf"
#define CONFIG_EXIT_BAD 78 /* sysexits: EX_CONFIG; the unit does not restart on it */

/**
 * struct config - every setting, checked. Each is described by its row in config.c (and by
 * config_print_reference()); a text that is not set is NULL.
 */
struct config {
	char *http_listen;
	char *http_certificate;
	char *http_key;
	unsigned http_connections;
	unsigned http_connections_per_address;
	char *metrics_listen;
	char *database_conninfo;
	char *database_owner_conninfo;
	unsigned database_connections;
	char *log_level;
	char *portal_profile; /* never NULL: "none", "dvcqg", "lgsp" or "webhook" */
	char *portal_url;
	char *portal_adapter;
	char *portal_ca_file;
	char *portal_certificate;
	char *portal_key;
	char *portal_user;
	char *portal_password_file;
	char *portal_unit;
	char *portal_destination;
	char *portal_secret_file;
	char *notices_secret_file;
	bool portal_set_returned;
	bool portal_optional_steps;
	int64_t portal_timeout_ms;
	int64_t portal_connect_timeout_ms;
	unsigned portal_connections;
	bool office_other_item_codes;
	bool office_proof_required;
	char *office_pin_key_file;
	char *schema_folder;
	char *web_folder;
};

/**
 * struct config_sources - where settings come from; a later one wins over those before it.
 * @file:        a key file, and after it the *.conf of the folder hosod.conf.d beside it, in the
 * order of their names. NULL is CONFIG_FILE_DEFAULT, which may be missing; a named one must exist.
 * @environment: NULL-terminated "NAME=value", HOSO_<SECTION>_<KEY> for ours; may be NULL
 * @overrides:   NULL-terminated "section.key=value"; may be NULL
 */
struct config_sources {
	const char *file;
	char *const *environment;
	char *const *overrides;
};

/**
 * config_load() - all sources into one checked configuration.
 * @ret_problems: NULL on success; otherwise every problem, one line each: where it stands, the
 *                setting, and what is allowed. The caller frees it with g_strfreev().
 *
 * Returns NULL when there is any problem: an unknown section or key, a key twice in one file, a
 * value that is not allowed, settings that need one another. No value of a setting is repeated in a
 * problem, because a password that was put in the wrong place must not end up in a log.
 */
_must_check_ struct config *config_load(const struct config_sources *sources, char ***ret_problems);

/** config_free() - takes NULL. */
void config_free(struct config *config);

/**
 * config_reload() - take over what may change while the daemon runs.
 * @config: gets the settings that the table marks ON_RELOAD from @fresh
 * @fresh:  gets the old ones; the caller frees it afterwards
 *
 * Returns the names of the other settings that differ: they need a restart. Never NULL;
 * g_strfreev().
 */
char **config_reload(struct config *config, struct config *fresh);

/**
 * config_print() - the effective settings, as a file that config_load() would read.
 * There is nothing to mask: secrets stand only in the files that *_file settings name, and a
 * connection string with a password or a URL with a user is refused.
 */
void config_print(const struct config *config, FILE *out);

/** config_print_reference() - the rows "| name | default | unit | reload | meaning |" of the
 * README. */
void config_print_reference(FILE *out);

#endif
