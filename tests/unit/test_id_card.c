#include "unit.h"

#include <string.h>

#include <glib.h>

#include "model/id_card.h"

#define OLD "079123450123|271234567|Nguyễn Văn An|15021990|Nam|12 Lê Lợi, Đồng Hới|10052021"
#define BEFORE "079123450123||Nguyễn Văn An|15021990|Nam|"
#define AFTER "|10052021"

static enum hoso_error parse(const char *text, struct id_card *card)
{
	return id_card_parse(text, strlen(text), card);
}

/* clang-format off */
static const struct { const char *text, *kind, *last4, *name, *address; } good[] = {
	{OLD, "cccd", "0123", "Nguyễn Văn An", "12 Lê Lợi, Đồng Hới"},
	{BEFORE "7 Trần Phú" AFTER, "cccd", "0123", "Nguyễn Văn An", "7 Trần Phú"},
	{BEFORE "7 Trần Phú" AFTER "\r\n", "cccd", "0123", "Nguyễn Văn An", "7 Trần Phú"},
	/* new cards: the kind by the day of issue, and fields that nobody knows */
	{"044199998877||Lê Thị Bảy|01011985|Nữ|3 Hùng Vương|01072024", "can_cuoc", "8877", "Lê Thị Bảy", "3 Hùng Vương"},
	{"044199998877||Lê Thị Bảy|01011985|Nữ|3 Hùng Vương|30062024", "cccd", "8877", "Lê Thị Bảy", "3 Hùng Vương"},
	{OLD "|Lê Văn Cha|Trần Thị Mẹ||x", "cccd", "0123", "Nguyễn Văn An", "12 Lê Lợi, Đồng Hới"},
	{"123456789|x|An|01011950|Nam|Huế|01011999", "cmnd", "6789", "An", "Huế"},
	/* in parts as some scanners give it: NFC comes out */
	{BEFORE "Hue\xCC\x82\xCC\x81" AFTER, "cccd", "0123", "Nguyễn Văn An", "Huế"},
	{BEFORE "  Huế " AFTER, "cccd", "0123", "Nguyễn Văn An", "Huế"},
	{"079123450123||An|29022000|Nam|Huế|29022024", "cccd", "0123", "An", "Huế"},
};

static const struct { const char *text; enum hoso_error error; } bad[] = {
	{"", HOSO_BAD_MEMBER}, {"|", HOSO_BAD_MEMBER}, {"||||||", HOSO_BAD_MEMBER}, {"079123450123", HOSO_BAD_MEMBER},
	{"079123450123||An|15021990|Nam|Huế", HOSO_BAD_MEMBER},              /* six fields */
	{"07912345012||An|15021990|Nam|Huế|10052021", HOSO_BAD_MEMBER},      /* eleven digits */
	{"0791234501234||An|15021990|Nam|Huế|10052021", HOSO_BAD_MEMBER},
	{"07912345012A||An|15021990|Nam|Huế|10052021", HOSO_BAD_MEMBER},
	{"０７９１２３４５０１２３||An|15021990|Nam|Huế|10052021", HOSO_BAD_MEMBER}, /* full-width digits */
	{"079123450123||An|31021990|Nam|Huế|10052021", HOSO_BAD_MEMBER},     /* no day */
	{"079123450123||An|29022001|Nam|Huế|10052021", HOSO_BAD_MEMBER},
	{"079123450123||An|15021990|Nam|Huế|2021-05-10", HOSO_BAD_MEMBER},
	{"079123450123||An|15021990|Nam|Huế|", HOSO_BAD_MEMBER},
	{"079123450123||An|00000000|Nam|Huế|10052021", HOSO_BAD_MEMBER},
	{"079123450123|||15021990|Nam|Huế|10052021", HOSO_BAD_MEMBER},       /* no name */
	{"079123450123||   |15021990|Nam|Huế|10052021", HOSO_BAD_MEMBER},
	{"079123450123||An|15021990|Nam||10052021", HOSO_BAD_MEMBER},        /* no address */
	{"079123450123||An\033[2J|15021990|Nam|Huế|10052021", HOSO_BAD_MEMBER},
	{"079123450123||An\tx|15021990|Nam|Huế|10052021", HOSO_BAD_MEMBER},
	{"079123450123||\xE2\x80\xAE" "An|15021990|Nam|Huế|10052021", HOSO_BAD_MEMBER}, /* reads backwards */
	{"079123450123||A\xFFn|15021990|Nam|Huế|10052021", HOSO_BAD_UTF8},
	{"079123450123||An|15021990|Nam|Hu\xC3|10052021", HOSO_BAD_UTF8},
};
/* clang-format on */

static void a_card_gives_name_address_kind_and_four_digits(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		struct id_card card;
		assert_int_equal(parse(good[i].text, &card), HOSO_OK);
		assert_string_equal(card.kind, good[i].kind);
		assert_string_equal(card.last4, good[i].last4);
		assert_string_equal(card.party.name, good[i].name);
		assert_string_equal(card.party.address, good[i].address);
		assert_string_equal(card.party.phone, "");
	}
}

static void what_is_no_card_is_refused_and_writes_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		struct id_card card = {.last4 = "keep"};
		assert_int_equal(parse(bad[i].text, &card), bad[i].error);
		assert_memory_equal(card.last4, "keep", 4);
	}
}

static void the_number_is_nowhere_in_what_is_kept(void **state)
{
	struct id_card card;

	(void)state;
	memset(&card, 0, sizeof card);
	assert_int_equal(parse(OLD, &card), HOSO_OK);
	assert_null(memmem(&card, sizeof card, "07912345", 8));
	assert_null(memmem(&card, sizeof card, "271234567", 9));
}

static void a_card_as_long_as_the_limit_is_bounded(void **state)
{
	g_autoptr(GString) text = g_string_new("079123450123||An|15021990|Nam|");
	struct id_card card;

	(void)state;
	while (text->len < ID_CARD_BYTES_MAX) {
		g_string_append_c(text, 'a');
	}
	g_string_append(text, AFTER);
	assert_int_equal(id_card_parse(text->str, text->len, &card), HOSO_BAD_MEMBER);
	g_string_truncate(text, 0);
	g_string_append_len(text, "079123450123||A\0n|15021990|Nam|Hue|10052021", 42);
	assert_int_equal(id_card_parse(text->str, text->len, &card), HOSO_BAD_MEMBER);
}

static void a_name_is_no_card(void **state)
{
	(void)state;
	assert_true(id_card_looks_like(OLD, strlen(OLD)));
	assert_false(id_card_looks_like("Nguyễn Văn An", strlen("Nguyễn Văn An")));
	assert_false(id_card_looks_like("", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_card_gives_name_address_kind_and_four_digits),
		cmocka_unit_test(what_is_no_card_is_refused_and_writes_nothing),
		cmocka_unit_test(the_number_is_nowhere_in_what_is_kept),
		cmocka_unit_test(a_card_as_long_as_the_limit_is_bounded),
		cmocka_unit_test(a_name_is_no_card),
	};

	return cmocka_run_group_tests_name("id_card", tests, NULL, NULL);
}
