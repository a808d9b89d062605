#include "codes.h"

#include <glib.h>

#include <hoso/known_code.h>

#include "picture.h"
#include "sandbox.h"
#include "decode/look.h"

/* struct question - what the child is given. */
struct question {
	GBytes *bytes;
	bool all;
};

bool codes_fit(const struct barcode *barcode, void *context)
{
	(void)context;
	return known_code(barcode->text, barcode->length);
}

static enum hoso_error look(const void *input, GByteArray *answer)
{
	const struct question *question = input;
	const struct barcode_wish wish = {
		.fits = question->all ? NULL : codes_fit,
		.budget_ms = BARCODE_BUDGET_MS,
	};
	g_autofree struct barcode_list *list = g_new0(struct barcode_list, 1);
	size_t length;
	const void *bytes = g_bytes_get_data(question->bytes, &length);
	enum hoso_error error = look_at(bytes, length, &wish, list);

	if (!error) {
		look_pack(list, answer);
	}
	return error;
}

static void prepare(const void *input)
{
	const struct question *question = input;
	size_t length;
	const void *bytes = g_bytes_get_data(question->bytes, &length);

	look_prepare(bytes, length);
}

enum hoso_error codes_read(const char *path, bool all, struct barcode_list *ret_list)
{
	static const struct sandbox_job job = {
		.prepare = prepare,
		.work = look,
		.memory_bytes = LOOK_MEMORY_BYTES,
		.cpu_ms = LOOK_CPU_MS,
		.time_ms = LOOK_TIME_MS,
		.answer_bytes = LOOK_ANSWER_MAX,
	};
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GByteArray) answer = NULL;
	struct question question;
	enum hoso_error error = picture_load(path, &bytes);

	if (error) {
		return error;
	}
	question = (struct question){bytes, all};
	error = sandbox_run(&job, &question, &answer);
	return error ? error : look_unpack(answer->data, answer->len, ret_list);
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
