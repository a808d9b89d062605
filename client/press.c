#include "press.h"

#include <string.h>

#include "sheet/draw.h"
#include "sandbox.h"

#define PRESS_TIME_MS 120000 /* a thousand slips on a slow machine */
#define PRESS_MEMORY_BYTES (512ULL * 1024 * 1024)
#define PRESS_ANSWER_MAX (64 * 1024 * 1024) /* a thousand slips have some 20 MB */

/* struct head - what the child's answer begins with; the codes follow, then the PDF. */
struct head {
	uint32_t pages, codes;
};

/* The child's own: drawn before it is locked down, because fonts are files; answered after that. */
static struct {
	enum hoso_error error;
	GByteArray *answer;
} child;

static struct pressed_code pressed_code(const struct mark *mark)
{
	bool is_qr = mark->symbology == SYMBOLOGY_QR;
	double side_mm = mark->module_mm * (is_qr ? SYMBOL_QUIET_QR : SYMBOL_QUIET_BARS);
	double above_mm = is_qr ? side_mm : 0;
	struct pressed_code code = {
		.page = mark->page,
		.x_mm = (float)(mark->x_mm - side_mm),
		.y_mm = (float)(mark->y_mm - above_mm),
		.width_mm = (float)(mark->width_mm + 2 * side_mm),
		.height_mm = (float)(mark->height_mm + 2 * above_mm),
		.symbology = mark->symbology,
	};

	g_strlcpy(code.text, mark->text, sizeof code.text);
	return code;
}

static void add_codes(const struct sheet *sheet, GByteArray *answer)
{
	struct head head = {.pages = sheet->pages};
	g_autoptr(GByteArray) codes = g_byte_array_new();

	for (unsigned i = 0; i < sheet->marks->len; i++) {
		const struct mark *mark = &g_array_index(sheet->marks, struct mark, i);
		if (mark->kind == MARK_SYMBOL) {
			struct pressed_code code = pressed_code(mark);
			g_byte_array_append(codes, (const guint8 *)&code, sizeof code);
			head.codes++;
		}
	}
	g_byte_array_append(answer, (const guint8 *)&head, sizeof head);
	g_byte_array_append(answer, codes->data, codes->len);
}

static enum hoso_error lay_out_and_draw(const struct press_order *order, GByteArray *answer)
{
	struct pen *pen = pen_new();
	struct sheet sheet;
	struct measure measure;
	enum hoso_error error;

	if (!pen) {
		return HOSO_BAD_CONFIG;
	}
	measure = pen_measure(pen);
	sheet_init(&sheet, order->width_mm, order->height_mm, order->dpi);
	paper_lay_out(order->paper, &sheet, &measure, order->facts);
	add_codes(&sheet, answer);
	error = draw_pdf(pen, &sheet, order->paper ? order->paper->title : "Nhãn bưu gửi", answer);
	sheet_done(&sheet);
	pen_free(pen);
	return error;
}

static void draw_before_lockdown(const void *input)
{
	child.answer = g_byte_array_new();
	child.error = lay_out_and_draw(input, child.answer);
}

static enum hoso_error answer_with_it(const void *input, GByteArray *answer)
{
	(void)input;
	if (!child.error) {
		g_byte_array_append(answer, child.answer->data, child.answer->len);
	}
	return child.error;
}

static bool unpack(const GByteArray *answer, struct pressed *ret_pressed)
{
	const size_t size = sizeof(struct pressed_code);
	struct head head;
	size_t at = sizeof head;

	if (answer->len < sizeof head) {
		return false;
	}
	memcpy(&head, answer->data, sizeof head);
	if (head.codes > (answer->len - at) / size) {
		return false;
	}
	*ret_pressed = (struct pressed){
		.pages = head.pages, .codes = g_array_sized_new(FALSE, FALSE, size, head.codes)};
	g_array_append_vals(ret_pressed->codes, answer->data + at, head.codes);
	at += head.codes * size;
	ret_pressed->pdf = g_bytes_new(answer->data + at, answer->len - at);
	return true;
}

enum hoso_error press(const struct press_order *order, struct pressed *ret_pressed)
{
	static const struct sandbox_job job = {
		.prepare = draw_before_lockdown,
		.work = answer_with_it,
		.memory_bytes = PRESS_MEMORY_BYTES,
		.cpu_ms = PRESS_TIME_MS,
		.time_ms = PRESS_TIME_MS,
		.answer_bytes = PRESS_ANSWER_MAX,
	};
	g_autoptr(GByteArray) answer = NULL;
	enum hoso_error error;

	if (order->facts->len == 0 || order->facts->len > PAPER_ITEMS_MAX) {
		return HOSO_TOO_MANY;
	}
	error = sandbox_run(&job, order, &answer);
	if (error) {
		return error == HOSO_BAD_PICTURE ? HOSO_FILE : error;
	}
	return unpack(answer, ret_pressed) ? HOSO_OK : HOSO_FILE;
}

void pressed_done(struct pressed *pressed)
{
	if (pressed->pdf) {
		g_bytes_unref(pressed->pdf);
		g_array_unref(pressed->codes);
	}
	*pressed = (struct pressed){0};
}
