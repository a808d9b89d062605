#include "api/public_words.h"

#include <stdbool.h>

#include <glib.h>

static const char *const words[PUBLIC_WORD_COUNT][2] = {
#define X(name, vi, en) [name] = {vi, en},
	PUBLIC_WORDS(X)
#undef X
};

const char *public_words(enum public_word word, enum hoso_language language)
{
	return words[word][language == HOSO_EN];
}

/* Missing, or not as it must be. */
static enum public_word words_of_member(enum hoso_error error, const char *member)
{
	bool missing = error == HOSO_MISSING_MEMBER;

	if (g_strcmp0(member, "code") == 0) {
		return missing ? PUBLIC_NO_CODE : PUBLIC_BAD_CODE;
	}
	if (g_strcmp0(member, "phone_last4") == 0) {
		return missing ? PUBLIC_NO_PROOF : PUBLIC_BAD_PHONE;
	}
	return g_strcmp0(member, "token") == 0 ? PUBLIC_BAD_TOKEN : PUBLIC_BAD_FORM;
}

enum public_word public_words_of(enum hoso_error error, const char *member)
{
	/* clang-format off */
	static const struct { enum hoso_error error; enum public_word word; } table[] = {
		{HOSO_BAD_ITEM_CODE, PUBLIC_BAD_CODE}, {HOSO_BAD_DOSSIER_CODE, PUBLIC_BAD_CODE},
		{HOSO_BAD_CHECK_DIGIT, PUBLIC_BAD_CHECK}, {HOSO_NO_MATCH, PUBLIC_NO_MATCH},
		{HOSO_TOO_MANY_LOOKUPS, PUBLIC_TOO_OFTEN}, {HOSO_DATABASE_DOWN, PUBLIC_NO_DATABASE},
		{HOSO_BUSY, PUBLIC_BUSY}, {HOSO_OUTCOME_UNKNOWN, PUBLIC_NO_DATABASE},
		{HOSO_STOPPING, PUBLIC_STOPPING}, {HOSO_FORBIDDEN, PUBLIC_ELSEWHERE},
	};
	/* clang-format on */

	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		if (table[i].error == error) {
			return table[i].word;
		}
	}
	return error_http(error) >= 500 ? PUBLIC_BROKEN : words_of_member(error, member);
}
