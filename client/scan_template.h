#ifndef HOSO_CLIENT_SCAN_TEMPLATE_H
#define HOSO_CLIENT_SCAN_TEMPLATE_H

#include <jansson.h>
#include <stdint.h>

#include <hoso/dossier_code.h>
#include <hoso/error.h>
#include <hoso/event.h>
#include <hoso/item_code.h>
#include <hoso/wire.h>

/**
 * struct scan_template - what all scans of one run have in common: the kind and its data.
 * @kind: EVENT_KIND_COUNT until scan_template_kind() was called
 * @data: owned
 */
struct scan_template {
	enum event_kind kind;
	json_t *data;
};

void scan_template_init(struct scan_template *scan_template);
void scan_template_done(struct scan_template *scan_template);

/** scan_template_kind() - a token or a three-letter code in any case. HOSO_UNKNOWN_KIND. */
enum hoso_error scan_template_kind(struct scan_template *scan_template, const char *word);

/**
 * scan_template_set() - one "key=value"; "sender.name=…" sets a member of a party.
 *
 * Errors: HOSO_UNKNOWN_MEMBER; HOSO_BAD_MEMBER, the value is not of the member's type, or the
 * member can only come from a file (papers).
 */
enum hoso_error scan_template_set(struct scan_template *scan_template, const char *assignment);

/**
 * scan_template_load() - the members of a JSON object in a file; those set before are replaced.
 * Errors: HOSO_FILE, HOSO_BAD_JSON, HOSO_UNKNOWN_MEMBER.
 */
enum hoso_error scan_template_load(struct scan_template *scan_template, const char *path);

/**
 * scan_template_check() - would the server's rules take the data? (scan_check())
 * @ret_member: which member is missing or not known; "" otherwise.
 *
 * For EVENT_BOUND the dossier code may be missing: it comes with each scan.
 */
enum hoso_error scan_template_check(
	const struct scan_template *scan_template, const char **ret_member);

/**
 * scan_template_fill() - one scan as it is sent: compact JSON, g_free(); NULL when it is too long.
 * @dossier_code: NULL unless it goes with the item code (EVENT_BOUND).
 */
char *scan_template_fill(const struct scan_template *scan_template, const struct uuid *event_id,
	const struct item_code *code, const struct dossier_code *dossier_code, int64_t now_ms);

#endif
