#ifndef HOSO_STORE_MANIFEST_H
#define HOSO_STORE_MANIFEST_H

#include <hoso/manifest.h>
#include <hoso/wire.h>

#include "io/pg_conn.h"
#include "model/actor.h"

/** struct manifest_open - a new one. Codes are "" when the kind has none. @content: digest of the request. */
struct manifest_open {
	struct uuid id;
	enum manifest_kind kind;
	char agency[WORD_MAX + 1];
	char next_office[WORD_MAX + 1];
	char courier[WORD_MAX + 1]; /* account */
	char label[WORD_MAX + 1];
	struct digest content;
	int64_t now_ms;
};

/** struct manifest - a row. Texts are borrowed from the trip's answer. */
struct manifest {
	struct uuid id;
	enum manifest_kind kind;
	const char *state;
	int32_t revision;
	int32_t office_id;
	const char *office_code, *office_name;
	const char *agency_code, *agency_name;
	const char *next_office_code, *next_office_name;
	const char *courier, *courier_name;
	const char *label;
	struct digest content;
	int64_t opened_at_ms;
	const char *opened_name;
	int64_t signed_at_ms;
	const char *signer, *signer_unit, *signer_account, *minutes;
	struct digest close_content;
	int64_t closed_at_ms;
	const char *closed_name;
	struct digest hash;
	const char *cancel_reason;
	int64_t lines;       /* that count */
	struct uuid consent; /* the newest; none when nobody of the agency has signed */
	int32_t consent_revision;
	const char *consent_name, *consent_unit;
	int64_t consent_at_ms;
};

/** manifest_open_ask() - open it, and read it back: a whole trip, ending in COMMIT. */
void manifest_open_ask(
	struct pg_trip *trip, const struct actor *actor, const struct manifest_open *open);

/** manifest_opened() - HOSO_BAD_MEMBER with @ret_member when a place is not known; HOSO_KEY_REUSE. */
enum hoso_error manifest_opened(const struct pg_trip *trip, const struct manifest_open *open,
	const char **ret_member, struct manifest *ret_manifest);

/** manifest_ask() - one, if the session may see it; one step. */
void manifest_ask(struct pg_trip *trip, const struct actor *actor, const struct uuid *id);

/** manifest_at() - a row of manifest_ask() or of a list. */
struct manifest manifest_at(const PGresult *rows, int row);

/** struct manifest_filter - "" and 0: any. @before: the last id of the page before. */
struct manifest_filter {
	char office[WORD_MAX + 1];
	char agency[WORD_MAX + 1];
	char kind[WORD_MAX + 1];
	char state[WORD_MAX + 1];
	int64_t from_ms, to_ms;
	char before[UUID_TEXT_SIZE];
	unsigned limit;
};

/** manifest_list_ask() - newest first, up to @limit and one more; one step. */
void manifest_list_ask(
	struct pg_trip *trip, const struct actor *actor, const struct manifest_filter *filter);

/** manifest_cancel_ask() - a whole trip; @reason is kept. */
void manifest_cancel_ask(struct pg_trip *trip, const struct actor *actor, const struct uuid *id,
	const char *reason, int64_t now_ms);

/** manifest_consent_ask() - an officer's yes to one revision: a whole trip. */
void manifest_consent_ask(struct pg_trip *trip, const struct actor *actor, const struct uuid *id,
	const struct uuid *consent_id, int32_t revision, int64_t now_ms);

/**
 * manifest_changed() - of manifest_cancel_ask() and manifest_consent_ask(): HOSO_OK, also when the very same was done
 * before; HOSO_NOT_FOUND; HOSO_MANIFEST_CLOSED; HOSO_MANIFEST_CHANGED; HOSO_KEY_REUSE.
 */
enum hoso_error manifest_changed(const struct pg_trip *trip);

/** struct manifest_consent - borrowed texts. */
struct manifest_consent {
	int32_t revision;
	int64_t account;
	const char *name, *unit;
	int64_t at_ms;
};

/** manifest_consent_find() - one step; manifest_consent_at() reads it, false when there is none. */
void manifest_consent_find(
	struct pg_trip *trip, const struct uuid *consent_id, const struct uuid *manifest_id);
bool manifest_consent_at(const PGresult *rows, struct manifest_consent *ret_consent);

/** manifest_expected_ask() - items here that are bound for the other party, in the order of their codes; one step. */
void manifest_expected_ask(struct pg_trip *trip, const struct actor *actor, const struct uuid *id,
	const char *after, unsigned limit);

/** struct manifest_expected - borrowed texts. @amount_vnd: what is held of its dossier, for a remittance. */
struct manifest_expected {
	const char *item_code, *dossier_code, *leg_kind, *leg_state;
	bool is_scanned;
	const char *money_kind;
	int64_t amount_vnd;
};
struct manifest_expected manifest_expected_at(const PGresult *rows, int row);

#endif
