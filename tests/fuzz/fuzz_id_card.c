/*
 * The text of an identity card's QR code, as a scanner gives it. What is taken is clean UTF-8 within its bounds; the
 * number is not in it; and the same text with more fields behind it is the same card.
 */
#include "fuzz.h"

#include "base/text.h"
#include "model/id_card.h"

static void check_clean(const char *text, size_t size)
{
	char again[PARTY_ADDRESS_MAX + 1];

	g_assert(text[0] && strlen(text) < size && !strpbrk(text, "\r\n\t|"));
	g_assert(text_clean(text, strlen(text), again, sizeof again) == HOSO_OK);
	g_assert(strcmp(text, again) == 0);
}

static void check_more_fields(const char *text, size_t length, const struct id_card *card)
{
	g_autoptr(GString) more = g_string_new_len(text, (gssize)length);
	struct id_card same;

	while (more->len > 0 && strchr("\r\n", more->str[more->len - 1])) {
		g_string_truncate(more, more->len - 1);
	}
	g_string_append(more, "|Cha|Mẹ|");
	if (more->len <= ID_CARD_BYTES_MAX) {
		g_assert(id_card_parse(more->str, more->len, &same) == HOSO_OK);
		g_assert(strcmp(same.party.name, card->party.name) == 0);
		g_assert(strcmp(same.last4, card->last4) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_memdup2(data, size);
	struct id_card card;

	memset(&card, 0, sizeof card);
	if (!text || id_card_parse(text, size, &card)) {
		return 0;
	}
	check_clean(card.party.name, sizeof card.party.name);
	check_clean(card.party.address, sizeof card.party.address);
	g_assert(strlen(card.last4) == 4 && strspn(card.last4, "0123456789") == 4);
	g_assert(!card.party.phone[0] && id_card_looks_like(text, size));
	check_more_fields(text, size, &card);
	return 0;
}
