#ifndef HOSO_SCAN_H
#define HOSO_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/dossier_code.h>
#include <hoso/error.h>
#include <hoso/event.h>
#include <hoso/item_code.h>
#include <hoso/leg.h>
#include <hoso/wire.h>

/*
 * The members of a scan's "data". Name, wire name, type. Unknown members are refused.
 * Types: PARTY {name, phone, address}; PAPERS [{name, original, certified, copy}]; WORD up to WORD_MAX;
 * NOTE up to NOTE_MAX; VND an integer; COUNT 0 to 999; DATE YYYY-MM-DD; TIME RFC 3339; FLAG a boolean;
 * GRAMS 1 to SCAN_GRAMS_MAX; NAMES of papers, up to SCAN_PAPERS_MAX;
 * UUID; DIGEST SHA-256 in hexadecimal; POSITION {lat, lon, accuracy_m}, made coarse as it is read; PIN six digits,
 * of which only a keyed digest stays; RECLAIM [name]; RECLAIMED [{name, state}], or a NOTE as it was before; the rest
 * are words of a fixed list or a catalogue's code.
 */
/* clang-format off */
#define HOSO_SCAN_FIELDS(X) \
	X(FIELD_SENDER, "sender", PARTY) \
	X(FIELD_RECEIVER, "receiver", PARTY) \
	X(FIELD_AGENCY, "agency", WORD) \
	X(FIELD_PROCEDURE, "procedure", WORD) \
	X(FIELD_SERVICE, "service", SERVICE) \
	X(FIELD_LEG_KIND, "leg_kind", LEG_KIND) \
	X(FIELD_DOSSIER_CODE, "dossier_code", DOSSIER_CODE) \
	X(FIELD_PAPERS, "papers", PAPERS) \
	X(FIELD_SEAL, "seal", WORD) \
	X(FIELD_FEE, "fee", VND) \
	X(FIELD_POSTAGE, "postage", VND) \
	X(FIELD_COLLECT, "collect", VND) \
	X(FIELD_RECEIPT, "receipt", WORD) \
	X(FIELD_WINDOW_FROM, "window_from", TIME) \
	X(FIELD_WINDOW_TO, "window_to", TIME) \
	X(FIELD_COURIER, "courier", WORD) \
	X(FIELD_NEXT_OFFICE, "next_office", WORD) \
	X(FIELD_BAG, "bag", WORD) \
	X(FIELD_ROUTE, "route", WORD) \
	X(FIELD_OFFICER, "officer", WORD) \
	X(FIELD_UNIT, "unit", WORD) \
	X(FIELD_MINUTES, "minutes", WORD) \
	X(FIELD_COMPLETE, "complete", FLAG) \
	X(FIELD_DUE_ON, "due_on", DATE) \
	X(FIELD_RECIPIENT, "recipient", WORD) \
	X(FIELD_RELATION, "relation", RELATION) \
	X(FIELD_ID_KIND, "id_kind", ID_KIND) \
	X(FIELD_ID_LAST4, "id_last4", LAST4) \
	X(FIELD_AUTHORISATION, "authorisation", WORD) \
	X(FIELD_COLLECTED, "collected", VND) \
	X(FIELD_RECLAIMED, "reclaimed", RECLAIMED) \
	X(FIELD_REASON, "reason", REASON) \
	X(FIELD_NEXT_ON, "next_on", DATE) \
	X(FIELD_CHANNEL, "channel", WORD) \
	X(FIELD_SHELF, "shelf", WORD) \
	X(FIELD_REQUESTER, "requester", WORD) \
	X(FIELD_MONEY_KIND, "money_kind", MONEY_KIND) \
	X(FIELD_AMOUNT, "amount", VND) \
	X(FIELD_DIRECTION, "direction", DIRECTION) \
	X(FIELD_TARGET, "target", UUID) \
	X(FIELD_VOID_REASON, "void_reason", VOID_REASON) \
	X(FIELD_NOTE, "note", NOTE) \
	X(FIELD_PAYMENT, "payment", PAYMENT) \
	X(FIELD_SUBMITTER, "submitter", PARTY) \
	X(FIELD_CONCESSION, "concession", WORD) \
	X(FIELD_GRAMS, "grams", GRAMS) \
	X(FIELD_MISSING_PAPERS, "missing_papers", NAMES) \
	X(FIELD_RECEIVED_ON, "received_on", DATE) \
	X(FIELD_SIGNATURE, "signature", DIGEST) \
	X(FIELD_PHOTO, "photo", DIGEST) \
	X(FIELD_POSITION, "position", POSITION) \
	X(FIELD_PIN, "pin", PIN) \
	X(FIELD_CONTACT, "contact", CONTACT) \
	X(FIELD_RECLAIM, "reclaim", RECLAIM) \
	X(FIELD_VISIT, "visit", UUID)

/* Fixed lists. relation: domain 5.3 DLV; id_kind: domain 1.6. */
#define SCAN_RELATIONS "self", "authorised", "organisation", "other"
#define SCAN_ID_KINDS "cccd", "can_cuoc", "cmnd", "passport", "vneid"
#define SCAN_MONEY_KINDS "fee", "postage", "collect"
#define SCAN_DIRECTIONS "in", "out"
/* Where the money went: cash is in the hands of who took it, transfer_post with the office, the others with the agency. */
#define SCAN_PAYMENTS "cash", "transfer_post", "transfer_agency", "online"
/* How the person was reached, or who was: never a number or a name. */
#define SCAN_CONTACTS "phone", "message", "door", "neighbour", "nobody"
#define SCAN_RECLAIMED "taken", "lost"
#define SCAN_VOID_REASONS "did_not_occur", "incorrect_data"
/* clang-format on */

enum scan_field {
#define X(name, wire, type) name,
	HOSO_SCAN_FIELDS(X)
#undef X
		FIELD_COUNT
};

#define FIELD_BIT(field) (UINT64_C(1) << (field))

/** struct party - sender or receiver: UTF-8 in NFC; the phone as 0xxxxxxxxx or "" when there is none. */
struct party {
	char name[PARTY_NAME_MAX + 1];
	char phone[PHONE_MAX + 1];
	char address[PARTY_ADDRESS_MAX + 1];
};

/**
 * struct scan - a claim: this happened to this item then. A copy is an owner; there are no pointers.
 * @event_id:       UUIDv7, made by the scanner and kept before it is first sent
 * @occurred_at_ms: Unix time by the scanner's clock
 * @present:        FIELD_BIT() of each member of the data
 * @office:         code of the office it was scanned in; "" means the account's own
 * @detail:         who took it, or why not, in words: for the portal's line
 * @needs_authorisation: the relation is another than "self": an authorisation must be there
 * @reclaim_in_words:    what became of the papers to reclaim is told in a sentence
 * @wants_proof:         the office's setting demands a proof of each delivery to a citizen
 * @pin:        keyed digest of the PIN that was typed (model/pin.h); the PIN itself goes no further than its reading
 * @reclaim:    names of papers, a line each: to be reclaimed (EVENT_ACCEPTED), or accounted for (EVENT_DELIVERED)
 * @data:           canonical JSON: compact, keys sorted, NFC, no reals; "{}" when there is none
 * @data_bytes:     its length
 */
struct scan {
	struct uuid event_id;
	struct uuid target;
	struct uuid visit; /* that it was scanned in */
	int64_t occurred_at_ms;
	uint64_t present;
	struct item_code code;
	struct dossier_code dossier_code;
	enum event_kind kind;
	enum leg_kind leg_kind;
	enum reason reason;
	bool needs_authorisation;
	bool reclaim_in_words;
	bool wants_proof;
	int service; /* 1 send, 2 receive, 3 both; domain 1.3 */
	char office[WORD_MAX + 1];
	char agency[WORD_MAX + 1];
	char procedure[WORD_MAX + 1];
	char next_office[WORD_MAX + 1];
	char seal[WORD_MAX + 1];
	char detail[WORD_MAX + 1];
	char due_on[11]; /* YYYY-MM-DD or "" */
	char received_on[11];
	int32_t next_day; /* next_on as days since 1970-01-01 */
	struct digest signature;
	struct digest photo;
	struct digest pin;
	char reclaim[RECLAIM_MAX + 1];
	struct party sender;
	struct party receiver;
	struct party submitter;
	char concession[WORD_MAX + 1];
	int64_t fee_vnd;
	int64_t postage_vnd;
	int64_t collect_vnd;
	int64_t collected_vnd;
	int64_t amount_vnd;
	bool is_out; /* EVENT_FEE: direction "out" */
	char money_kind[8];
	char payment[16];
	char receipt[WORD_MAX + 1];
	uint32_t data_bytes;
	char data[SCAN_DATA_MAX + 1];
};

/**
 * scan_check() - is this a scan the rules can judge? Pure.
 * @scan:         every member has its type already.
 * @now_ms:       the server's clock.
 * @ret_field:    the member that is missing or not known; FIELD_COUNT otherwise.
 *
 * Errors: HOSO_BAD_EVENT_ID, HOSO_EVENT_TOO_OLD, HOSO_EVENT_IN_FUTURE (by the id's time and by
 * occurred_at), HOSO_MISSING_DATA, HOSO_NO_AUTHORISATION, HOSO_UNKNOWN_MEMBER (a member that this kind does not have);
 * of an acceptance, HOSO_SUBMITTER_UNAUTHORISED, HOSO_FEE_WITHOUT_RECEIPT, HOSO_FEE_WITHOUT_PAYMENT.
 * Source: domain 5.3; design, "The walk of a scan".
 */
enum hoso_error scan_check(const struct scan *scan, int64_t now_ms, enum scan_field *ret_field);

/** scan_check_when() - the part of scan_check() that is about the id and the time; for a dossier's steps too. */
enum hoso_error scan_check_when(
	const struct uuid *event_id, int64_t occurred_at_ms, int64_t now_ms);

/** scan_field_wire() - the member's name in "data". */
const char *scan_field_wire(enum scan_field field);

/** scan_required() - FIELD_BITs that @kind must have, whatever else; for help texts and openapi. */
uint64_t scan_required(enum event_kind kind);

/** scan_allowed() - FIELD_BITs that @kind may have. */
uint64_t scan_allowed(enum event_kind kind);

#endif
