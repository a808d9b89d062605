#include "pair.h"

#include <string.h>

#include <glib.h>

#include "reading.h"

/* One half of a pair, whichever it is. The strict shapes are sure; the rest is what is left over.
 */
static enum hoso_error add_half(struct pair *pair, const char *text, size_t length)
{
	struct dossier_code dossier;
	enum hoso_error error;

	if (!dossier_code_find(text, length, &dossier)) {
		pair->dossier = dossier;
		return HOSO_OK;
	}
	error = item_code_parse(text, length, &pair->item);
	if (error && error != HOSO_BAD_CHECK_DIGIT && !dossier_code_parse(text, length, &dossier)) {
		pair->dossier = dossier;
		return HOSO_OK;
	}
	return error;
}

static enum hoso_error add_words(struct pair *pair, const struct source_text *text)
{
	g_autofree char *line = g_strndup(text->bytes, text->length);
	g_auto(GStrv) words = g_strsplit_set(g_strstrip(line), " ", 0);
	enum hoso_error error = HOSO_BAD_ITEM_CODE;

	for (size_t i = 0; words[i]; i++) {
		if (*words[i]) {
			error = add_half(pair, words[i], strlen(words[i]));
		}
		if (error) {
			break;
		}
	}
	return error;
}

/* An item code may have spaces inside, so the whole line is tried first. */
static enum hoso_error add_line(struct pair *pair, const struct source_text *text)
{
	struct dossier_code dossier;
	struct reading reading;

	reading_of(text, &reading);
	if (reading.count == 1 && (item_code_is_s10(&reading.codes[0]) ||
					  dossier_code_find(text->bytes, text->length, &dossier))) {
		pair->item = reading.codes[0];
		return HOSO_OK;
	}
	return add_words(pair, text);
}

enum hoso_error pair_add(struct pair *pair, const struct source_text *text)
{
	return *text->symbology ? add_half(pair, text->bytes, text->length) : add_line(pair, text);
}
