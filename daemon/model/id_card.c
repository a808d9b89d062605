#include "model/id_card.h"

#include <string.h>

#include <glib.h>

#include "base/text.h"

enum { NUMBER, OLD_NUMBER, NAME, BORN, SEX, ADDRESS, ISSUED };

#define NUMBER_DIGITS 12    /* CCCD and căn cước */
#define OLD_NUMBER_DIGITS 9 /* CMND */
#define NEW_CARD_FROM                                                                              \
	20240701 /* Luật Căn cước 26/2023: cards issued from this day on are "thẻ căn cước" */

/* A field of the text, not NUL-terminated. */
struct span {
	const char *at;
	size_t length;
};

bool id_card_looks_like(const char *text, size_t length)
{
	return memchr(text, '|', length) != NULL;
}

/* The first seven fields; what is behind them is not looked at. */
static bool split(const char *text, size_t length, struct span fields[ID_CARD_FIELDS_MIN])
{
	const char *end = text + length;

	for (unsigned i = 0; i < ID_CARD_FIELDS_MIN; i++) {
		const char *bar = memchr(text, '|', (size_t)(end - text));
		if (!bar && i + 1 < ID_CARD_FIELDS_MIN) {
			return false;
		}
		fields[i] = (struct span){text, (size_t)((bar ? bar : end) - text)};
		text = bar ? bar + 1 : end;
	}
	return true;
}

static bool is_digits(const struct span *field, size_t count)
{
	if (field->length != count) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (!g_ascii_isdigit(field->at[i])) {
			return false;
		}
	}
	return true;
}

static unsigned number_of(const char *digits, size_t count)
{
	unsigned number = 0;

	for (size_t i = 0; i < count; i++) {
		number = 10 * number + (unsigned)(digits[i] - '0');
	}
	return number;
}

/* ddMMyyyy as yyyyMMdd; 0 when it is no day. */
static unsigned day_of(const struct span *field)
{
	unsigned day, month, year;

	if (!is_digits(field, 8)) {
		return 0;
	}
	day = number_of(field->at, 2);
	month = number_of(field->at + 2, 2);
	year = number_of(field->at + 4, 4);
	return g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year)
		       ? year * 10000 + month * 100 + day
		       : 0;
}

/* One line of words: a card has no newlines and tabs in it, whatever a scanner put there. */
static enum hoso_error take_words(const struct span *field, char *ret_words, size_t size)
{
	enum hoso_error error = text_clean(field->at, field->length, ret_words, size);

	if (error) {
		return error;
	}
	g_strstrip(ret_words);
	return ret_words[0] == '\0' || strpbrk(ret_words, "\n\t") ? HOSO_BAD_MEMBER : HOSO_OK;
}

static enum hoso_error read_fields(const struct span *fields, struct id_card *card)
{
	unsigned issued = day_of(&fields[ISSUED]);
	bool is_new = is_digits(&fields[NUMBER], NUMBER_DIGITS);
	enum hoso_error error;

	if (!is_new && !is_digits(&fields[NUMBER], OLD_NUMBER_DIGITS)) {
		return HOSO_BAD_MEMBER;
	}
	if (day_of(&fields[BORN]) == 0 || issued == 0) {
		return HOSO_BAD_MEMBER;
	}
	card->kind = !is_new ? "cmnd" : issued >= NEW_CARD_FROM ? "can_cuoc" : "cccd";
	memcpy(card->last4, fields[NUMBER].at + fields[NUMBER].length - 4, 4);
	error = take_words(&fields[NAME], card->party.name, sizeof card->party.name);
	return error ? error
		     : take_words(
			       &fields[ADDRESS], card->party.address, sizeof card->party.address);
}

enum hoso_error id_card_parse(const char *text, size_t length, struct id_card *ret_card)
{
	struct span fields[ID_CARD_FIELDS_MIN];
	struct id_card card = {0};
	enum hoso_error error;

	while (length > 0 && strchr("\r\n", text[length - 1]) && text[length - 1]) {
		length--;
	}
	if (length > ID_CARD_BYTES_MAX || memchr(text, 0, length)) {
		return HOSO_BAD_MEMBER;
	}
	if (!g_utf8_validate(text, (gssize)length, NULL)) {
		return HOSO_BAD_UTF8;
	}
	if (!split(text, length, fields)) {
		return HOSO_BAD_MEMBER;
	}
	error = read_fields(fields, &card);
	if (!error) {
		*ret_card = card;
	}
	return error;
}
