#ifndef HOSO_MODEL_MANIFEST_H
#define HOSO_MODEL_MANIFEST_H

#include <stdbool.h>

#include <hoso/leg.h>
#include <hoso/manifest.h>

#include "model/actor.h"

/**
 * struct manifest_item - what is known of an item that is scanned onto a manifest; borrowed texts.
 * @track:   NULL: nobody has ever seen it
 * @agency:  code of its dossier's agency, "" for a stub
 * @is_here: it stands on this very manifest already
 * @is_elsewhere: it stands on another open one
 */
struct manifest_item {
	const struct leg_track *track;
	const char *agency;
	bool is_here;
	bool is_elsewhere;
};

struct manifest_verdict {
	enum verdict verdict;
	enum hoso_error why;
	bool counts;
};

/**
 * manifest_judge() - what closing would make of the item if it came now. Pure; nothing is moved.
 * @agency: code of the manifest's agency, "" for none
 *
 * Whatever it says the line is kept: what does not fit is what two people have to look at before they sign.
 */
struct manifest_verdict manifest_judge(enum manifest_kind kind, const char *agency,
	const struct manifest_item *item, const struct actor *actor, int64_t now_ms);

/** struct manifest_seal - all that the hash of a closed manifest speaks for; borrowed one-line texts, "" for none. */
struct manifest_seal {
	struct uuid id;
	enum manifest_kind kind;
	const char *office, *agency, *next_office, *courier, *label;
	int64_t opened_at_ms, signed_at_ms;
	const char *signer, *signer_unit, *minutes;
};

/**
 * struct manifest_seal_line - one line that counts.
 * @amount_vnd: -1 when none was said; @complete: -1, 0, 1
 */
struct manifest_seal_line {
	struct uuid id;
	const char *item_code;
	int complete;
	const char *note;
	const char *money_kind;
	int64_t amount_vnd;
	enum verdict verdict;
	enum hoso_error why;
};

/**
 * manifest_seal() - SHA-256 of "hoso-manifest-1" and then each value of the head, and each value of each line in the
 * order of the lines, every one followed by a newline. An absent number is an empty line. Anybody can do it again.
 */
struct digest manifest_seal(
	const struct manifest_seal *head, const struct manifest_seal_line *lines, unsigned count);

#endif
