#include "decode/plausible.h"

#include <string.h>

#include <glib.h>

#include "base/attr.h"

/* '#' stands for a digit, 'A' for a capital letter. */
static bool has_shape(const struct barcode *barcode, const char *shape)
{
	if (barcode->length != strlen(shape)) {
		return false;
	}
	for (uint32_t i = 0; i < barcode->length; i++) {
		char own = barcode->text[i];
		bool fits = shape[i] == '#'   ? g_ascii_isdigit(own)
			    : shape[i] == 'A' ? g_ascii_isupper(own)
					      : own == shape[i];
		if (!fits) {
			return false;
		}
	}
	return true;
}

/* UPU S10: weights 8 6 4 2 3 5 9 7, modulo 11; 10 is written 0, 11 is written 5. */
static bool is_item(const struct barcode *barcode)
{
	static const unsigned weights[] = {8, 6, 4, 2, 3, 5, 9, 7};
	unsigned sum = 0, check;

	if (!has_shape(barcode, "AA#########AA")) {
		return false;
	}
	for (unsigned i = 0; i < ARRAY_SIZE(weights); i++) {
		sum += weights[i] * (unsigned)(barcode->text[2 + i] - '0');
	}
	check = 11 - sum % 11;
	check = check == 10 ? 0 : check == 11 ? 5 : check;
	return (unsigned)(barcode->text[10] - '0') == check;
}

bool plausible_is_known(const struct barcode *barcode)
{
	return is_item(barcode) || has_shape(barcode, "###.##.##.A##-######-####");
}

bool plausible_has_check_digit(const struct barcode *barcode)
{
	unsigned sum = 0;

	for (uint32_t i = 0; i < barcode->length; i++) {
		char digit = barcode->text[barcode->length - 1 - i];
		if (!g_ascii_isdigit(digit)) {
			return false;
		}
		sum += (unsigned)(digit - '0') * (i % 2 == 1 ? 3 : 1);
	}
	return sum % 10 == 0;
}
