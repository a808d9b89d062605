#include "readback.h"

#include <string.h>

#include "base/text.h"
#include "decode/look.h"
#include "decode/pdf.h"
#include "sandbox.h"

#define PAGE_BUDGET_MS 4000 /* for a list's page with all its codes; a label takes some 20 */
#define CODE_BUDGET_MS 1000 /* usually 5 */
#define FEW_CODES                                                                                  \
	4 /* of more, the page as a whole is looked at once only: each is looked at by itself */
#define MM_PER_INCH 25.4
#define PAGE_CPU_MS (LOOK_CPU_MS + PAGE_BUDGET_MS)

/*
 * struct question - one page. @codes: what is drawn on it, in order.
 */
struct question {
	GBytes *pdf;
	unsigned page; /* from 0 on */
	unsigned dpi;
	const struct pressed_code *codes;
	unsigned count;
};

/*
 * struct page_reading - one page in the child. Of each code that was drawn, @is_seen: the reader came by it, @is_read: it
 * was handed over. Of codes that look alike on one page, the reader may doubt one after all.
 */
struct page_reading {
	const struct question *question;
	struct barcode_reader *reader;
	struct barcode_list *list;
	bool is_seen[PICTURE_CODES_MAX];
	bool is_read[PICTURE_CODES_MAX];
};

static bool is_same(const struct pressed_code *wanted, const struct barcode *found)
{
	return wanted->symbology == found->symbology && strlen(wanted->text) == found->length &&
	       memcmp(wanted->text, found->text, found->length) == 0;
}

/* A struct barcode_wish's @fits: the search may end when everything that was drawn is found. */
static bool is_the_last(const struct barcode *barcode, void *context)
{
	struct page_reading *reading = context;
	bool all = true;

	for (unsigned i = 0; i < reading->question->count; i++) {
		reading->is_seen[i] |= is_same(&reading->question->codes[i], barcode);
		all &= reading->is_seen[i];
	}
	return all;
}

static bool is_this(const struct barcode *barcode, void *context)
{
	return is_same(context, barcode);
}

static void add_found(struct page_reading *reading, const struct barcode_list *found)
{
	struct barcode_list *list = reading->list;

	for (unsigned i = 0; i < found->count && list->count < PICTURE_CODES_MAX; i++) {
		list->codes[list->count] = found->codes[i];
		list->codes[list->count++].page = 1;
		for (unsigned drawn = 0; drawn < reading->question->count; drawn++) {
			reading->is_read[drawn] |=
				is_same(&reading->question->codes[drawn], &found->codes[i]);
		}
	}
}

static void read_grey(
	struct page_reading *reading, const struct grey *grey, const struct barcode_wish *wish)
{
	g_autofree struct barcode_list *found = g_new0(struct barcode_list, 1);

	if (barcode_read(reading->reader, grey, wish, found) == HOSO_OK) {
		add_found(reading, found);
	}
}

/* The part of the page where a code and its white stand. */
static struct grey cut_out(const struct grey *page, const struct pressed_code *code, unsigned dpi)
{
	double scale = dpi / MM_PER_INCH;
	unsigned left = (unsigned)CLAMP(code->x_mm * scale, 0, page->width - 1);
	unsigned top = (unsigned)CLAMP(code->y_mm * scale, 0, page->height - 1);
	unsigned right =
		(unsigned)CLAMP((code->x_mm + code->width_mm) * scale + 1, left + 1, page->width);
	unsigned end =
		(unsigned)CLAMP((code->y_mm + code->height_mm) * scale + 1, top + 1, page->height);
	struct grey part = grey_blank(right - left, end - top);

	for (unsigned y = top; y < end; y++) {
		memcpy(grey_row(&part, y - top), grey_row(page, y) + left, part.width);
	}
	return part;
}

/* First the page as a whole; then each code by itself, as a scanner is aimed at it. */
static void read_codes(struct page_reading *reading, const struct grey *page)
{
	const struct question *question = reading->question;
	const struct barcode_wish all = {.fits = is_the_last,
		.context = reading,
		.budget_ms = question->count > FEW_CODES ? 0 : PAGE_BUDGET_MS};

	read_grey(reading, page, &all);
	for (unsigned i = 0; i < question->count; i++) {
		const struct barcode_wish one = {.fits = is_this,
			.context = (void *)(uintptr_t)&question->codes[i],
			.budget_ms = CODE_BUDGET_MS};
		struct grey part;
		if (!reading->is_read[i]) {
			part = cut_out(page, &question->codes[i], question->dpi);
			read_grey(reading, &part, &one);
			grey_done(&part);
		}
	}
}

static void load_poppler(const void *input)
{
	(void)input;
	(void)pdf_prepare();
}

static enum hoso_error read_page(const void *input, GByteArray *answer)
{
	const struct question *question = input;
	struct page_reading reading = {.question = question};
	struct grey grey = {0};
	struct pdf *pdf = NULL;
	size_t length;
	const void *bytes = g_bytes_get_data(question->pdf, &length);
	enum hoso_error error = pdf_prepare() ? pdf_open(bytes, length, &pdf) : HOSO_BAD_CONFIG;

	if (error) {
		return error;
	}
	error = pdf_draw(pdf, question->page, question->dpi, &grey);
	if (!error) {
		reading.reader = barcode_reader_new();
		reading.list = g_new0(struct barcode_list, 1);
		read_codes(&reading, &grey);
		look_pack(reading.list, answer);
		barcode_reader_free(reading.reader);
		error = reading.list->count > 0 ? HOSO_OK : HOSO_NO_CODE;
		g_free(reading.list);
		grey_done(&grey);
	}
	pdf_close(pdf);
	return error;
}

/* The page's codes, none of them included. */
static enum hoso_error ask_page(const struct question *question, struct barcode_list *list)
{
	static const struct sandbox_job job = {
		.prepare = load_poppler,
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

	for (unsigned page = 0; !error && page < pressed->pages; page++) {
		struct question question = {
			.pdf = pressed->pdf, .page = page, .dpi = dpi, .codes = codes + from};
		struct readback_fault fault = {.page = page + 1, .dpi = dpi};
		while (from + question.count < pressed->codes->len &&
			question.codes[question.count].page == page + 1) {
			question.count++;
		}
		if (question.count > PICTURE_CODES_MAX) {
			return HOSO_TOO_MANY;
		}
		error = ask_page(&question, list);
		error = error ? error : compare(question.codes, question.count, list, &fault);
		if (error == HOSO_NO_CODE || error == HOSO_CONFLICT) {
			*ret_fault = fault;
		}
		from += question.count;
	}
	return error;
}
