#include "preview.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"

#define COLUMNS_MAX 96
#define ROWS_MAX 24
#define ROWS_MIN 6          /* less shows nothing that could be aimed by */
#define ROWS_BELOW_MIN 8    /* for the scans */
#define HALF_BLOCK "\u2580" /* the upper half */
#define GREYS_FIRST 232     /* the 24 greys of a 256-colour terminal */
#define GREYS 24

/* The mean of the pixels that a half cell stands for: single ones would flicker. */
static unsigned mean(
	const struct grey *grey, unsigned x, unsigned y, unsigned across, unsigned down)
{
	unsigned left = x * grey->width / across;
	unsigned right = MAX((x + 1) * grey->width / across, left + 1);
	unsigned top = y * grey->height / down;
	unsigned bottom = MAX((y + 1) * grey->height / down, top + 1);
	uint64_t sum = 0;

	for (unsigned row = top; row < bottom; row++) {
		for (unsigned column = left; column < right; column++) {
			sum += grey_row(grey, row)[column];
		}
	}
	return (unsigned)(sum / ((uint64_t)(right - left) * (bottom - top)));
}

static void draw_row(
	const struct grey *grey, unsigned columns, unsigned rows, unsigned row, GString *text)
{
	unsigned before = UINT_MAX;

	for (unsigned x = 0; x < columns; x++) {
		unsigned upper = mean(grey, x, 2 * row, columns, 2 * rows) * GREYS / 256;
		unsigned lower = mean(grey, x, 2 * row + 1, columns, 2 * rows) * GREYS / 256;
		if (upper * GREYS + lower != before) {
			g_string_append_printf(text, "\033[38;5;%u;48;5;%um", GREYS_FIRST + upper,
				GREYS_FIRST + lower);
		}
		before = upper * GREYS + lower;
		g_string_append(text, HALF_BLOCK);
	}
	g_string_append(text, "\033[0m");
}

static void draw_row_in_letters(
	const struct grey *grey, unsigned columns, unsigned rows, unsigned row, GString *text)
{
	static const char shades[] = " .:-=+*#%@";
	const unsigned count = sizeof shades - 1;

	for (unsigned x = 0; x < columns; x++) {
		g_string_append_c(text, shades[mean(grey, x, row, columns, rows) * count / 256]);
	}
}

GString *preview_draw(const struct grey *grey, unsigned columns, unsigned rows, bool colour)
{
	GString *text = g_string_new(NULL);

	for (unsigned row = 0; row < rows; row++) {
		if (row > 0) {
			g_string_append(text, "\r\n");
		}
		if (colour) {
			draw_row(grey, columns, rows, row, text);
		} else {
			draw_row_in_letters(grey, columns, rows, row, text);
		}
	}
	return text;
}

/* The terminal may be made larger or smaller at any time. */
static void fit(struct preview *preview)
{
	struct winsize size = {0};
	unsigned rows;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0 ||
		size.ws_row < ROWS_MIN + ROWS_BELOW_MIN) {
		preview->rows = 0;
		return;
	}
	rows = MIN((unsigned)size.ws_row - ROWS_BELOW_MIN, ROWS_MAX);
	preview->columns = MIN((unsigned)size.ws_col, COLUMNS_MAX);
	if (rows == preview->rows && size.ws_row == preview->terminal_rows) {
		return;
	}
	preview->rows = rows;
	preview->terminal_rows = size.ws_row;
	/* Scroll only below the picture, and go there. */
	printf("\033[2J\033[%u;%ur\033[%u;1H", rows + 1, preview->terminal_rows,
		preview->terminal_rows);
	fflush(stdout);
}

void preview_begin(struct preview *preview, bool colour)
{
	*preview = (struct preview){.colour = colour};
	fit(preview);
}

void preview_show(struct preview *preview, const struct grey *grey)
{
	int64_t now_ms = clock_monotonic_ms();
	g_autoptr(GString) picture = NULL;

	if (now_ms < preview->next_ms) {
		return;
	}
	preview->next_ms = now_ms + PREVIEW_PAUSE_MS;
	fit(preview);
	if (preview->rows == 0) {
		return;
	}
	picture = preview_draw(grey, preview->columns, preview->rows, preview->colour);
	printf("\0337\033[H%s\0338", picture->str);
	fflush(stdout);
}

void preview_end(struct preview *preview)
{
	if (preview->rows > 0) {
		printf("\033[r\033[%u;1H\n", preview->terminal_rows);
		fflush(stdout);
	}
}
