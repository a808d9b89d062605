#include "client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>
#include <jansson.h>

#include "base/text.h"
#include "codes.h"
#include "decode/barcode_json.h"

/* struct decode - what the command line asked for. */
struct decode {
	bool all;
	bool raw;
	char **files;
	int file_count;
};

#define OPTION_RAW 'r'
#define OPTION_ALL 'a'

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct decode *decode = state->input;

	(void)argument;
	switch (key) {
	case OPTION_RAW:
		decode->raw = true;
		return 0;
	case OPTION_ALL:
		decode->all = true;
		return 0;
	case ARGP_KEY_ARGS:
		decode->files = state->argv + state->next;
		decode->file_count = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* A QR code's text may hold NULs, which text_escape() would take for the end. */
static char *escape(const struct barcode *code)
{
	GString *safe = g_string_new(NULL);
	const char *end = code->text + code->length;

	for (const char *at = code->text; at <= end; at += strlen(at) + 1) {
		g_autofree char *piece = text_escape(at);
		g_string_append(safe, at > code->text ? "\\x00" : "");
		g_string_append(safe, piece);
	}
	return g_string_free(safe, FALSE);
}

static void print_text(const struct decode *decode, const struct barcode_list *list)
{
	for (unsigned i = 0; i < list->count; i++) {
		const struct barcode *code = &list->codes[i];
		if (decode->raw) {
			fwrite(code->text, 1, code->length, stdout);
			putchar('\n');
		} else {
			g_autofree char *safe = escape(code);
			printf("%s\t%s\n", symbology_word(code->symbology), safe);
		}
	}
}

/* One object per file and line, so that a long run can be followed. */
static void print_json(const char *file, enum hoso_error error, const struct barcode_list *list)
{
	/* A name need not be UTF-8; JSON must. */
	g_autofree char *name = g_utf8_make_valid(file, -1);
	json_t *result = json_pack(
		"{s:s, s:o}", "file", name, "codes", error ? json_array() : barcode_json(list));

	if (error) {
		json_object_set_new(result, "error", json_string(error_wire(error)));
	}
	json_dumpf(result, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(result);
}

static void print_error(const struct client *client, const char *file, enum hoso_error error)
{
	g_autofree char *name = text_escape(file);

	/* What is not found here is a file, not a code. */
	fprintf(stderr, "hoso: %s: %s\n", name,
		error == HOSO_NOT_FOUND ? strerror(ENOENT) : error_text(error, client->language));
}

/* Every file is read, whatever became of those before it. */
static int decode_files(const struct client *client, const struct decode *decode)
{
	g_autofree struct barcode_list *list = g_new0(struct barcode_list, 1);
	int status = EXIT_SUCCESS;

	for (int i = 0; i < decode->file_count; i++) {
		enum hoso_error error = codes_read(decode->files[i], decode->all, list);
		if (client->json) {
			print_json(decode->files[i], error, list);
		} else if (error) {
			print_error(client, decode->files[i], error);
		} else {
			print_text(decode, list);
		}
		status = error ? EXIT_FAILURE : status;
	}
	return status;
}

int verb_decode(struct client *client, int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"raw", OPTION_RAW, NULL, 0, N_("Only the texts, as they are"), 0},
		{"all", OPTION_ALL, NULL, 0,
			N_("Look for every code, not only until an item or dossier code is found"),
			0},
		{0},
	};
	struct decode decode = {0};

	client_parse(client, options, parse, N_("FILE…"),
		N_("Read the barcodes of pictures (PNG, JPEG, PGM, PDF; - is standard input)."),
		argc, argv, &decode);
	return decode_files(client, &decode);
}
