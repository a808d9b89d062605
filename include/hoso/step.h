#ifndef HOSO_STEP_H
#define HOSO_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/dossier_code.h>
#include <hoso/error.h>
#include <hoso/event.h>
#include <hoso/scan.h>
#include <hoso/wire.h>

/*
 * A step is what an agency, or a supervisor for it, says of a dossier itself: no item is scanned. The members of its
 * "data": name, wire name, type as in <hoso/scan.h>. procedure and receiver make a dossier known that the post has
 * never seen.
 */
/* clang-format off */
#define HOSO_STEP_FIELDS(X) \
	X(STEP_DUE_ON, "due_on", DATE) \
	X(STEP_RECEIVED_ON, "received_on", DATE) \
	X(STEP_CONTENT, "content", NOTE) \
	X(STEP_NUMBER, "number", WORD) \
	X(STEP_RESULT_KIND, "result_kind", WORD) \
	X(STEP_COLLECT, "collect", VND) \
	X(STEP_RECLAIM, "reclaim", PAPERS) \
	X(STEP_SLIP, "slip", WORD) \
	X(STEP_NOTE, "note", NOTE) \
	X(STEP_TARGET, "target", UUID) \
	X(STEP_VOID_REASON, "void_reason", VOID_REASON) \
	X(STEP_PROCEDURE, "procedure", WORD) \
	X(STEP_RECEIVER, "receiver", PARTY)
/* clang-format on */

enum step_field {
#define X(name, wire, type) name,
	HOSO_STEP_FIELDS(X)
#undef X
		STEP_FIELD_COUNT
};

#define STEP_BIT(field) (1u << (field))

/**
 * struct step - a claim about a dossier. A copy is an owner.
 * @event_id, @occurred_at_ms, @data, @data_bytes: as in struct scan
 * @agency: whose dossier it is, by code: for a notice of the province's system; "" otherwise
 * @present: STEP_BIT() of each member of the data
 * @reclaim: names of papers that the agency wants back, a line each, as an item has them
 */
struct step {
	struct uuid event_id;
	struct uuid target;
	int64_t occurred_at_ms;
	unsigned present;
	enum event_kind kind;
	struct dossier_code dossier_code;
	char agency[WORD_MAX + 1];
	char procedure[WORD_MAX + 1];
	char due_on[11]; /* YYYY-MM-DD or "" */
	char received_on[11];
	int64_t collect_vnd;
	char reclaim[RECLAIM_MAX + 1];
	struct party receiver;
	uint32_t data_bytes;
	char data[SCAN_DATA_MAX + 1];
};

/** step_is_kind() - may @kind be a step at all? */
bool step_is_kind(enum event_kind kind);

/**
 * step_check() - is this a step that the rules can judge? Pure.
 * @ret_field: on HOSO_MISSING_DATA and HOSO_UNKNOWN_MEMBER, the member; STEP_FIELD_COUNT otherwise.
 *
 * Errors: HOSO_UNKNOWN_KIND, and those of scan_check().
 */
enum hoso_error step_check(const struct step *step, int64_t now_ms, enum step_field *ret_field);

/** step_field_wire() - the member's name in "data". */
const char *step_field_wire(enum step_field field);

/** step_required(), step_allowed() - STEP_BITs that @kind must have, and may have. */
unsigned step_required(enum event_kind kind);
unsigned step_allowed(enum event_kind kind);

#endif
