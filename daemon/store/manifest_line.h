#ifndef HOSO_STORE_MANIFEST_LINE_H
#define HOSO_STORE_MANIFEST_LINE_H

#include <hoso/item_code.h>
#include <hoso/leg.h>
#include <hoso/manifest.h>

#include "io/pg_conn.h"
#include "model/actor.h"

/*
 * The lines of a manifest. What changes them runs in a booking: the manifest's row is locked first, so two PCs that
 * work on one come one after the other, and nobody scans onto one that is being signed.
 */

/** struct manifest_lock - the manifest under lock; borrowed texts. */
struct manifest_lock {
	enum manifest_kind kind;
	const char *state;
	int32_t revision;
	int32_t office_id;
	const char *agency; /* code */
	struct digest close_content;
	int32_t last_no;
	int32_t counting;
};

void manifest_lock_ask(struct pg_trip *trip, const struct actor *actor, const struct uuid *id);
bool manifest_lock_at(const PGresult *rows, struct manifest_lock *ret_lock);

/** manifest_lines_ask() - how many lines it has, in a statement behind the lock; adds to what the lock said. */
void manifest_lines_ask(struct pg_trip *trip, const struct uuid *id);
void manifest_lines_at(const PGresult *rows, struct manifest_lock *lock);

/**
 * struct manifest_line_new - a line that is scanned, and what became of it; or the undoing of one.
 * @undoes:    all zero: it is a scan. Otherwise nothing is kept of this one but what it did to that line
 * @complete, @amount_vnd: -1 when nothing was said
 * @money_kind: of a remittance: "fee", "collect"; else ""
 * @was_known: this very line was kept before; what follows is the answer it got
 */
struct manifest_line_new {
	struct uuid id;
	struct uuid undoes;
	struct item_code code;
	int64_t scanned_at_ms;
	int complete;
	char note[WORD_MAX + 1];
	char money_kind[8];
	int64_t amount_vnd;
	struct digest content;
	bool was_known;
	bool is_same; /* and with this content */
	bool has_target;
	bool target_counts;    /* so far; of an earlier request */
	bool is_undone;        /* by a later one of the same request */
	enum hoso_error error; /* it is not taken: nothing is kept of it */
	int32_t no;
	bool counts;
	enum verdict verdict;
	enum hoso_error why;
	struct uuid other;
	char other_name[WORD_MAX + 1];
};

/** manifest_line_known_ask() - which of these, and of those they undo, are kept already? */
void manifest_line_known_ask(struct pg_trip *trip, const struct uuid *manifest_id,
	const struct manifest_line_new *lines, unsigned count);
void manifest_line_known_learn(
	const PGresult *rows, struct manifest_line_new *lines, unsigned count);

/** manifest_line_facts_ask() - what is known of their items, and where else they stand. */
void manifest_line_facts_ask(struct pg_trip *trip, const struct uuid *manifest_id,
	const struct manifest_line_new *lines, unsigned count);

/** struct manifest_line_facts - of one code; borrowed texts. @has_track: @ret_track was written. */
struct manifest_line_facts {
	const char *code;
	const char *agency;
	bool has_track;
	const char *here; /* its lines here that count, "kind:id/kind:id"; "" when there is none */
	const char *here_name;
	struct uuid other;
	const char *other_name;
};
struct manifest_line_facts manifest_line_facts_at(
	const PGresult *rows, int row, struct leg_track *ret_track);

/** manifest_line_keep() - those that were not known, and the manifest's next revision: up to three steps. */
void manifest_line_keep(struct pg_trip *trip, const struct actor *actor, const struct uuid *id,
	int32_t revision, const struct manifest_line_new *lines, unsigned count, int64_t now_ms);

/** struct manifest_line_change - what was found when a line was counted; -1 and "": nothing was said. */
struct manifest_line_change {
	struct uuid line;
	int complete;
	char note[WORD_MAX + 1];
	int64_t amount_vnd;
};

/** manifest_line_change_ask() - a whole trip of the pool. */
void manifest_line_change_ask(struct pg_trip *trip, const struct actor *actor,
	const struct uuid *manifest_id, const struct manifest_line_change *change);
enum hoso_error manifest_line_changed(const struct pg_trip *trip);

/** manifest_line_list_ask() - all lines of one manifest, in their order; one step. Bounded by MANIFEST_SCANS_MAX. */
void manifest_line_list_ask(
	struct pg_trip *trip, const struct actor *actor, const struct uuid *manifest_id);

/** struct manifest_line - borrowed texts; times 0 and texts "" for none. */
struct manifest_line {
	struct uuid id;
	int32_t no, revision;
	const char *item_code, *dossier_code, *leg_kind, *leg_state;
	bool counts;
	const char *verdict, *why;
	struct uuid other;
	const char *other_name;
	int complete;
	const char *note, *money_kind;
	int64_t amount_vnd;
	int64_t scanned_at_ms, recorded_at_ms;
	const char *actor, *device;
	int64_t undone_at_ms;
	const char *undone_name;
	const char *event_verdict, *event_why;
};
struct manifest_line manifest_line_at(const PGresult *rows, int row);

/** struct manifest_close - what is written when it is closed. */
struct manifest_close {
	struct uuid id;
	int64_t signed_at_ms;
	char signer[WORD_MAX + 1];
	char signer_unit[WORD_MAX * 4 + 1];
	int64_t signer_account; /* 0: a typed name */
	char minutes[WORD_MAX + 1];
	struct digest content;
	struct digest hash;
};

/** struct manifest_line_result - what the event of a line was told. */
struct manifest_line_result {
	struct uuid id;
	enum verdict verdict;
	enum hoso_error why;
};

/** manifest_close_keep() - the lines' results, then the manifest itself: two steps, or one without lines. */
void manifest_close_keep(struct pg_trip *trip, const struct actor *actor,
	const struct manifest_close *close, const struct manifest_line_result *results,
	unsigned count, int64_t now_ms);

#endif
