#ifndef HOSO_CLIENT_FACTS_H
#define HOSO_CLIENT_FACTS_H

#include <stdbool.h>

#include <glib.h>
#include <jansson.h>

#include <hoso/error.h>

#include "base/attr.h"

/*
 * What is printed about one item: texts, "" for what is not known. The words are those of --data and of data files;
 * the members of a dossier as the server gives it are found by facts_read().
 */
/* clang-format off */
#define HOSO_FACTS(X) \
	X(FACT_ITEM_CODE, "item_code") X(FACT_DOSSIER_CODE, "dossier_code") X(FACT_LEG_KIND, "leg_kind") \
	X(FACT_AGENCY, "agency") X(FACT_PROCEDURE, "procedure") X(FACT_SERVICE, "service") \
	X(FACT_SENDER_NAME, "sender_name") X(FACT_SENDER_PHONE, "sender_phone") X(FACT_SENDER_ADDRESS, "sender_address") \
	X(FACT_RECEIVER_NAME, "receiver_name") X(FACT_RECEIVER_PHONE, "receiver_phone") \
	X(FACT_RECEIVER_ADDRESS, "receiver_address") \
	X(FACT_SEAL, "seal") X(FACT_FEE, "fee") X(FACT_POSTAGE, "postage") X(FACT_COLLECT, "collect") \
	X(FACT_RECEIPT, "receipt") X(FACT_DUE_ON, "due_on") X(FACT_RECIPIENT, "recipient") X(FACT_RELATION, "relation") \
	X(FACT_ID_KIND, "id_kind") X(FACT_ID_LAST4, "id_last4") X(FACT_AUTHORISATION, "authorisation") \
	X(FACT_RECLAIMED, "reclaimed") X(FACT_RESULT, "result") X(FACT_INVITATION, "invitation") \
	X(FACT_CHANNEL, "channel") \
	/* of the paper */ \
	X(FACT_OFFICE, "office") X(FACT_OFFICE_ADDRESS, "office_address") X(FACT_OFFICE_PHONE, "office_phone") \
	X(FACT_HOURS, "hours") X(FACT_NUMBER, "number") X(FACT_PLACE, "place") X(FACT_DATE, "date") \
	X(FACT_FROM, "from") X(FACT_FROM_UNIT, "from_unit") X(FACT_TO, "to") X(FACT_TO_UNIT, "to_unit") \
	X(FACT_DEADLINE, "deadline") X(FACT_NOTE, "note") X(FACT_TOKEN, "slip_token") \
	X(FACT_COMPLETE, "complete") X(FACT_HASH, "hash")
/* clang-format on */

enum fact {
#define X(name, word) name,
	HOSO_FACTS(X)
#undef X
		FACT_COUNT
};

#define FACT_BYTES_MAX 2000 /* of UTF-8; the longest address has 1200 */

/**
 * struct facts - @text: owned, never NULL, ready to be printed: no control characters, money and days as people
 * write them, words for tokens.
 * @papers: NULL, or an array of {name, original, certified, copy}; owned.
 */
struct facts {
	char *text[FACT_COUNT];
	json_t *papers;
};

struct facts *facts_new(void);
void facts_free(struct facts *facts);

/** fact_from_word() - FACT_COUNT when there is none of that name. */
enum fact fact_from_word(const char *word);
const char *fact_word(enum fact fact);

/** facts_set() - HOSO_TOO_LARGE over FACT_BYTES_MAX. Days, money and tokens are put into words. */
_must_check_ enum hoso_error facts_set(struct facts *facts, enum fact fact, const char *text);

/**
 * facts_read() - what @dossier says about the item @code: a dossier as "hoso show --json" prints it, or an object
 * whose members are the words above, or both. What is known already stays.
 *
 * Errors: HOSO_TOO_LARGE, a text is over FACT_BYTES_MAX.
 */
_must_check_ enum hoso_error facts_read(
	struct facts *facts, const json_t *dossier, const char *code);

/** facts_is_about() - does @dossier have the item @code? */
bool facts_is_about(const json_t *dossier, const char *code);

/** facts_fill() - take from @common what is not known. */
void facts_fill(struct facts *facts, const struct facts *common);

#endif
