/*
 * What a keyboard gives, however an input method, a layout or a hand has changed it. A code that comes out is a code by
 * the parser's own word; a repaired one has a check digit; two that fit are two and different; and nothing that a picture
 * gave is repaired.
 */
#include "fuzz.h"

#include <stdbool.h>

#include "reading.h"

static void check_codes(const struct reading *reading)
{
	for (unsigned i = 0; i < reading->count; i++) {
		struct item_code again;
		const char *text = reading->codes[i].text;
		g_assert(item_code_parse(text, strlen(text), &again) == HOSO_OK);
		g_assert_cmpstr(again.text, ==, text);
		g_assert(!reading->repaired || item_code_is_s10(&reading->codes[i]));
		for (unsigned k = 0; k < i; k++) {
			g_assert_cmpstr(reading->codes[k].text, !=, text);
		}
	}
}

static void check_reading(const struct source_text *text)
{
	struct reading reading;

	reading_of(text, &reading);
	g_assert_cmpuint(reading.count, <=, WEDGE_CANDIDATES_MAX);
	g_assert(reading.count > 0 || reading.error != HOSO_OK);
	g_assert(reading.left_out == 0 || reading.left_out == text->typed);
	g_assert(!*text->symbology || (!reading.repaired && reading.count <= 1));
	check_codes(&reading);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct source_text text = {.symbology = ""};

	if (length == 0) {
		return 0;
	}
	text.bytes = (const char *)bytes + 1;
	text.length = length - 1;
	check_reading(&text);
	text.typed = text.length > 0 ? bytes[0] % text.length : 0;
	check_reading(&text);
	text.symbology = "CODE-128";
	check_reading(&text);
	return 0;
}
