#include "codes.h"

#include <string.h>

#include <glib.h>

#include <hoso/dossier_code.h>
#include <hoso/item_code.h>

#include "picture.h"
#include "sandbox.h"

/* Of the child: picture, its doubled, turned and averaged copies; the heaviest is the 25-megapixel
 * one. */
#define CODES_MEMORY_BYTES (512ULL * 1024 * 1024)

/* struct question - what the child is given. */
struct question {
	GBytes *bytes;
	bool all;
};

bool codes_fit(const struct barcode *barcode, void *context)
{
	struct item_code item;
	struct dossier_code dossier;

	(void)context;
	if (item_code_parse(barcode->text, barcode->length, &item) == HOSO_OK &&
		item_code_is_s10(&item)) {
		return true;
	}
	return dossier_code_find(barcode->text, barcode->length, &dossier) == HOSO_OK;
}

static enum hoso_error look(const void *input, GByteArray *answer)
{
	const struct question *question = input;
	struct barcode_wish wish = {
		.fits = question->all ? NULL : codes_fit,
		.budget_ms = BARCODE_BUDGET_MS,
	};
	g_autofree struct barcode_list *list = g_new0(struct barcode_list, 1);
	struct barcode_reader *reader = barcode_reader_new();
	struct grey grey = {0};
	size_t length;
	const void *bytes = g_bytes_get_data(question->bytes, &length);
	enum hoso_error error = picture_decode(bytes, length, &grey);

	if (!error) {
		error = barcode_read(reader, &grey, &wish, list);
	}
	if (!error) {
		g_byte_array_append(
			answer, (const guint8 *)list->codes, list->count * sizeof list->codes[0]);
	}
	grey_done(&grey);
	barcode_reader_free(reader);
	return error;
}

/* The child may have been taken over by what it decoded: its answer is checked like any other. */
static enum hoso_error take_answer(const GByteArray *answer, struct barcode_list *ret_list)
{
	size_t count = answer->len / sizeof ret_list->codes[0];

	if (answer->len % sizeof ret_list->codes[0] != 0 || count == 0 ||
		count > PICTURE_CODES_MAX) {
		return HOSO_BAD_PICTURE;
	}
	for (size_t i = 0; i < count; i++) {
		struct barcode code;
		memcpy(&code, answer->data + i * sizeof code, sizeof code);
		if ((unsigned)code.symbology >= SYMBOLOGY_COUNT || code.length == 0 ||
			code.length > BARCODE_TEXT_MAX || code.text[code.length] != '\0' ||
			code.width > PICTURE_SIDE_MAX || code.height > PICTURE_SIDE_MAX) {
			return HOSO_BAD_PICTURE;
		}
	}
	memcpy(ret_list->codes, answer->data, answer->len);
	ret_list->count = (unsigned)count;
	return HOSO_OK;
}

enum hoso_error codes_read(const char *path, bool all, struct barcode_list *ret_list)
{
	static const struct sandbox_limits limits = {
		.memory_bytes = CODES_MEMORY_BYTES,
		.time_ms = CODES_TIME_MS,
		.answer_bytes = sizeof(struct barcode_list),
	};
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GByteArray) answer = NULL;
	struct question question;
	enum hoso_error error = picture_load(path, &bytes);

	if (error) {
		return error;
	}
	question = (struct question){bytes, all};
	error = sandbox_run(look, &question, &limits, &answer);
	return error ? error : take_answer(answer, ret_list);
}

size_t codes_texts(const struct barcode_list *list, struct source_text ret_texts[PICTURE_CODES_MAX])
{
	for (unsigned i = 0; i < list->count; i++) {
		const struct barcode *code = &list->codes[i];
		ret_texts[i] = (struct source_text){
			code->text, code->length, symbology_word(code->symbology)};
	}
	return list->count;
}
