#include "readback.h"

#include <string.h>

#include "base/text.h"
#include "decode/look.h"
#include "decode/pdf.h"
#include "sandbox.h"

#define PAGE_BUDGET_MS 4000 /* for a list's page with all its codes; a label takes some 20 */
#define PAGE_CPU_MS (LOOK_CPU_MS + PAGE_BUDGET_MS)

struct question {
	GBytes *pdf;
	unsigned page; /* from 0 on */
	unsigned dpi;
};

static enum hoso_error read_grey(const struct grey *grey, struct barcode_list *list)
{
	const struct barcode_wish everything = {.budget_ms = PAGE_BUDGET_MS};
	struct barcode_reader *reader = barcode_reader_new();
	enum hoso_error error = barcode_read(reader, grey, &everything, list);

	barcode_reader_free(reader);
	for (unsigned i = 0; !error && i < list->count; i++) {
		list->codes[i].page = 1;
	}
	return error;
}

static enum hoso_error read_page(const void *input, GByteArray *answer)
{
	const struct question *question = input;
	g_autofree struct barcode_list *list = g_new0(struct barcode_list, 1);
	struct grey grey = {0};
	struct pdf *pdf = NULL;
	size_t length;
	const void *bytes = g_bytes_get_data(question->pdf, &length);
	enum hoso_error error = pdf_open(bytes, length, &pdf);

	if (error) {
		return error;
	}
	error = pdf_draw(pdf, question->page, question->dpi, &grey);
	if (!error) {
		error = read_grey(&grey, list);
		grey_done(&grey);
	}
	pdf_close(pdf);
	if (!error) {
		look_pack(list, answer);
	}
	return error;
}

/* The page's codes, none of them included. */
static enum hoso_error ask_page(const struct question *question, struct barcode_list *list)
{
	static const struct sandbox_job job = {
		.work = read_page,
		.memory_bytes = LOOK_MEMORY_BYTES,
		.cpu_ms = PAGE_CPU_MS,
		.time_ms = LOOK_TIME_MS,
		.answer_bytes = LOOK_ANSWER_MAX,
	};
	g_autoptr(GByteArray) answer = NULL;
	enum hoso_error error = sandbox_run(&job, question, &answer);

	list->count = 0;
	if (error == HOSO_NO_CODE) {
		return HOSO_OK;
	}
	return error ? error : look_unpack(answer->data, answer->len, list);
}

static bool is_same(const struct pressed_code *wanted, const struct barcode *found)
{
	return wanted->symbology == found->symbology && strlen(wanted->text) == found->length &&
	       memcmp(wanted->text, found->text, found->length) == 0;
}

static void tell(char *words, enum symbology symbology, const char *text)
{
	g_autofree char *safe = text_escape(text);

	g_snprintf(words, READBACK_WORDS_MAX, "%s %s", symbology_word(symbology), safe);
}

/* Both ways: all that was drawn is read, all that is read was drawn. */
static enum hoso_error compare(const struct pressed_code *wanted, unsigned count,
	const struct barcode_list *list, struct readback_fault *fault)
{
	for (unsigned found = 0; found < list->count; found++) {
		bool known = false;
		for (unsigned i = 0; i < count; i++) {
			known |= is_same(&wanted[i], &list->codes[found]);
		}
		if (!known) {
			tell(fault->found, list->codes[found].symbology, list->codes[found].text);
			return HOSO_CONFLICT;
		}
	}
	for (unsigned i = 0; i < count; i++) {
		bool known = false;
		for (unsigned found = 0; found < list->count; found++) {
			known |= is_same(&wanted[i], &list->codes[found]);
		}
		if (!known) {
			tell(fault->wanted, wanted[i].symbology, wanted[i].text);
			return HOSO_NO_CODE;
		}
	}
	return HOSO_OK;
}

enum hoso_error readback(
	const struct pressed *pressed, unsigned dpi, struct readback_fault *ret_fault)
{
	g_autofree struct barcode_list *list = g_new0(struct barcode_list, 1);
	const struct pressed_code *codes =
		(const struct pressed_code *)(void *)pressed->codes->data;
	enum hoso_error error = HOSO_OK;
	unsigned from = 0;

	if (!pdf_prepare()) { /* once, and inherited by the children */
		return HOSO_BAD_CONFIG;
	}
	for (unsigned page = 0; !error && page < pressed->pages; page++) {
		struct question question = {pressed->pdf, page, dpi};
		struct readback_fault fault = {.page = page + 1, .dpi = dpi};
		unsigned count = 0;
		while (from + count < pressed->codes->len && codes[from + count].page == page + 1) {
			count++;
		}
		error = ask_page(&question, list);
		error = error ? error : compare(codes + from, count, list, &fault);
		if (error == HOSO_NO_CODE || error == HOSO_CONFLICT) {
			*ret_fault = fault;
		}
		from += count;
	}
	return error;
}
