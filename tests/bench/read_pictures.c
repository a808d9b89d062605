/*
 * Reads the pictures that standard input names (PGM, one path a line) with one barcode_reader, as the client's child does,
 * and prints one line of JSON for each: {"path", "wall_ms", "cpu_ms", "codes": [[symbology, text], …]}.
 *
 *	read_pictures [--all | --frames]
 *
 * --all looks for every code; --frames takes each picture for a camera's next frame.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <glib.h>
#include <jansson.h>

#include <hoso/item_code.h>

#include "decode/barcode.h"
#include "decode/pgm.h"

enum mode { MODE_WANTED, MODE_ALL, MODE_FRAMES };

static double now_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static bool is_item(const struct barcode *barcode, void *context)
{
	struct item_code item;

	(void)context;
	return item_code_parse(barcode->text, barcode->length, &item) == HOSO_OK &&
	       item_code_is_s10(&item);
}

static enum hoso_error read_one(struct barcode_reader *reader, const struct grey *grey,
	enum mode mode, struct barcode_list *list)
{
	struct barcode_wish wish = {
		.fits = mode == MODE_WANTED ? is_item : NULL,
		.budget_ms = BARCODE_BUDGET_MS,
	};

	return mode == MODE_FRAMES ? barcode_read_frame(reader, grey, list)
				   : barcode_read(reader, grey, &wish, list);
}

static void print_codes(
	const char *path, double wall_ms, double cpu_ms, const struct barcode_list *list)
{
	json_t *codes = json_array();
	json_t *line = json_pack("{s:s, s:f, s:f, s:o}", "path", path, "wall_ms", wall_ms, "cpu_ms",
		cpu_ms, "codes", codes);

	for (unsigned i = 0; i < list->count; i++) {
		const struct barcode *code = &list->codes[i];
		json_array_append_new(codes, json_pack("[s, s%]", symbology_word(code->symbology),
						     code->text, (size_t)code->length));
	}
	json_dumpf(line, stdout, JSON_COMPACT);
	putchar('\n');
	fflush(stdout);
	json_decref(line);
}

static void read_file(struct barcode_reader *reader, const char *path, enum mode mode)
{
	g_autofree struct barcode_list *list = g_new0(struct barcode_list, 1);
	g_autofree char *bytes = NULL;
	struct grey grey = {0};
	gsize length;
	double wall_ms, cpu_ms;

	if (!g_file_get_contents(path, &bytes, &length, NULL) || pgm_read(bytes, length, &grey)) {
		fprintf(stderr, "read_pictures: %s: not a PGM\n", path);
		return;
	}
	wall_ms = now_ms(CLOCK_MONOTONIC);
	cpu_ms = now_ms(CLOCK_PROCESS_CPUTIME_ID);
	if (read_one(reader, &grey, mode, list)) {
		list->count = 0;
	}
	wall_ms = now_ms(CLOCK_MONOTONIC) - wall_ms;
	cpu_ms = now_ms(CLOCK_PROCESS_CPUTIME_ID) - cpu_ms;
	print_codes(path, wall_ms, cpu_ms, list);
	grey_done(&grey);
}

int main(int argc, char **argv)
{
	struct barcode_reader *reader = barcode_reader_new();
	enum mode mode = MODE_WANTED;
	char path[4096];

	if (argc > 1) {
		mode = strcmp(argv[1], "--frames") == 0 ? MODE_FRAMES : MODE_ALL;
	}
	while (fgets(path, sizeof path, stdin)) {
		path[strcspn(path, "\n")] = '\0';
		read_file(reader, path, mode);
	}
	barcode_reader_free(reader);
	return 0;
}
