#include "decode/look.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "decode/pdf.h"
#include "decode/picture.h"

/* struct look - one document on its way. */
struct look {
	struct barcode_reader *reader;
	struct barcode_wish wish;
	int64_t deadline_ms;
	bool is_satisfied;
};

void look_prepare(const void *bytes, size_t length)
{
	if (pdf_is(bytes, length)) {
		(void)pdf_prepare(); /* without it pdf_open() fails, and says so */
	}
}

static void add(const struct barcode_list *from, unsigned page, struct barcode_list *to)
{
	for (unsigned i = 0; i < from->count && to->count < PICTURE_CODES_MAX; i++) {
		to->codes[to->count] = from->codes[i];
		to->codes[to->count++].page = page;
	}
}

static bool holds_the_wanted(const struct look *look, const struct barcode_list *list)
{
	for (unsigned i = 0; look->wish.fits && i < list->count; i++) {
		if (look->wish.fits(&list->codes[i], look->wish.context)) {
			return true;
		}
	}
	return false;
}

/* One page of one or more; those that follow get their share of what time is left. */
static enum hoso_error look_at_page(struct look *look, const struct grey *grey, unsigned page,
	unsigned pages_left, struct barcode_list *list)
{
	g_autofree struct barcode_list *found = g_new0(struct barcode_list, 1);
	struct barcode_wish wish = look->wish;
	enum hoso_error error;

	wish.budget_ms = (look->deadline_ms - clock_cpu_ms()) / (int64_t)pages_left;
	error = barcode_read(look->reader, grey, &wish, found);
	if (!error) {
		add(found, page, list);
		look->is_satisfied = holds_the_wanted(look, found);
	}
	return error;
}

/* A page that cannot be drawn, or has no code, does not spoil the others. */
static enum hoso_error look_at_pdf(
	struct look *look, const void *bytes, size_t length, struct barcode_list *list)
{
	struct pdf *pdf = NULL;
	enum hoso_error error = pdf_open(bytes, length, &pdf);
	unsigned pages, drawn = 0;

	if (error) {
		return error;
	}
	pages = pdf_pages(pdf);
	for (unsigned page = 0; page < pages && !look->is_satisfied; page++) {
		struct grey grey = {0};
		if (page > 0 && clock_cpu_ms() >= look->deadline_ms) {
			break;
		}
		if (pdf_draw(pdf, page, PICTURE_PAGE_DPI, &grey) == HOSO_OK) {
			drawn += look_at_page(look, &grey, page + 1, pages - page, list) !=
				 HOSO_BAD_PICTURE;
		}
		grey_done(&grey);
	}
	pdf_close(pdf);
	if (list->count > 0) {
		return HOSO_OK;
	}
	return drawn > 0 ? HOSO_NO_CODE : HOSO_BAD_PICTURE;
}

static enum hoso_error look_at_picture(
	struct look *look, const void *bytes, size_t length, struct barcode_list *list)
{
	struct grey grey = {0};
	enum hoso_error error = picture_decode(bytes, length, &grey);

	if (!error) {
		error = look_at_page(look, &grey, 1, 1, list);
	}
	grey_done(&grey);
	return error;
}

enum hoso_error look_at(const void *bytes, size_t length, const struct barcode_wish *wish,
	struct barcode_list *ret_list)
{
	g_autofree struct barcode_list *list = g_new0(struct barcode_list, 1);
	struct look look = {.wish = *wish, .deadline_ms = clock_cpu_ms() + wish->budget_ms};
	enum hoso_error error;

	look.reader = barcode_reader_new();
	if (pdf_is(bytes, length)) {
		error = look_at_pdf(&look, bytes, length, list);
	} else {
		error = look_at_picture(&look, bytes, length, list);
	}
	barcode_reader_free(look.reader);
	if (!error) {
		*ret_list = *list;
	}
	return error;
}

void look_pack(const struct barcode_list *list, GByteArray *answer)
{
	g_byte_array_append(
		answer, (const guint8 *)list->codes, list->count * sizeof list->codes[0]);
}

static bool is_sane(const struct barcode *code)
{
	return (unsigned)code->symbology < SYMBOLOGY_COUNT && code->page >= 1 &&
	       code->page <= PICTURE_PAGES_MAX && code->length > 0 &&
	       code->length <= BARCODE_TEXT_MAX && code->text[code->length] == '\0' &&
	       code->x <= PICTURE_SIDE_MAX && code->y <= PICTURE_SIDE_MAX &&
	       code->width <= PICTURE_SIDE_MAX && code->height <= PICTURE_SIDE_MAX &&
	       code->quality <= INT32_MAX && code->is_gs1 <= 1 &&
	       text_is_utf8(code->text, code->length);
}

enum hoso_error look_unpack(const void *answer, size_t length, struct barcode_list *ret_list)
{
	g_autofree struct barcode *codes = g_memdup2(answer, length);
	size_t count = length / sizeof codes[0];

	if (length % sizeof codes[0] != 0 || count == 0 || count > PICTURE_CODES_MAX) {
		return HOSO_BAD_PICTURE;
	}
	for (size_t i = 0; i < count; i++) {
		if (!is_sane(&codes[i])) {
			return HOSO_BAD_PICTURE;
		}
	}
	memcpy(ret_list->codes, codes, length);
	ret_list->count = (unsigned)count;
	return HOSO_OK;
}
