#include "decode/barcode_json.h"

static json_t *one(const struct barcode *code)
{
	json_t *place =
		json_pack("{s:i, s:i, s:i, s:i, s:i}", "page", (int)code->page, "x", (int)code->x,
			"y", (int)code->y, "width", (int)code->width, "height", (int)code->height);

	return json_pack("{s:s, s:s%, s:b, s:i, s:o}", "symbology", symbology_word(code->symbology),
		"text", code->text, (size_t)code->length, "gs1", (int)code->is_gs1, "quality",
		(int)code->quality, "place", place);
}

json_t *barcode_json(const struct barcode_list *list)
{
	json_t *codes = json_array();

	for (unsigned i = 0; i < list->count; i++) {
		json_array_append_new(codes, one(&list->codes[i]));
	}
	return codes;
}
