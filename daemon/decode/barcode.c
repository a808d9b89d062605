#include "decode/barcode.h"

#include <glib.h>

#include "base/clock.h"
#include "decode/finds.h"
#include "decode/ladder.h"

/* struct barcode_reader - @turn: which rung the next frame of a camera gets. */
struct barcode_reader {
	struct bars *bars;
	unsigned turn;
};

struct barcode_reader *barcode_reader_new(void)
{
	struct barcode_reader *reader = g_new0(struct barcode_reader, 1);

	reader->bars = bars_new();
	return reader;
}

void barcode_reader_free(struct barcode_reader *reader)
{
	if (reader) {
		bars_free(reader->bars);
		g_free(reader);
	}
}

static bool is_readable(const struct grey *grey)
{
	return grey->pixels && grey->width > 0 && grey->height > 0 &&
	       grey->width <= PICTURE_SIDE_MAX && grey->height <= PICTURE_SIDE_MAX &&
	       grey_area(grey) <= PICTURE_PIXELS_MAX;
}

static enum hoso_error hand_over(const struct finds *finds, struct barcode_list *ret_list)
{
	g_autofree struct barcode_list *list = g_new0(struct barcode_list, 1);

	finds_believed(finds, list);
	if (list->count == 0) {
		return HOSO_NO_CODE;
	}
	*ret_list = *list;
	return HOSO_OK;
}

/*
 * What the caller is after ends the search, once everything was looked at: a slip carries two such codes, which
 * belong together. Another code does not, for the wanted one may stand beside it: but where all stripes belong
 * to codes that were read, nothing more is to come, and what is then still missing after the thorough half is
 * not worth the wait; nor is what does not look like a code at all.
 */
static bool is_enough(const struct ladder *ladder, unsigned rungs, const struct barcode_wish *wish)
{
	if (rungs >= LADDER_ONCE && finds_satisfy(ladder->finds, wish)) {
		return true;
	}
	if (rungs >= LADDER_THOROUGH && ladder_is_empty(ladder)) {
		return true;
	}
	if (rungs < LADDER_CLOSE || !finds_any(ladder->finds)) {
		return false;
	}
	return rungs >= LADDER_THOROUGH ||
	       (!wish->fits && ladder_is_explained(ladder, rungs < LADDER_USUAL));
}

enum hoso_error barcode_read(struct barcode_reader *reader, const struct grey *grey,
	const struct barcode_wish *wish, struct barcode_list *ret_list)
{
	int64_t deadline_ms = clock_cpu_ms() + wish->budget_ms;
	g_autofree struct finds *finds = NULL;
	struct ladder ladder;

	if (!is_readable(grey)) {
		return HOSO_BAD_PICTURE;
	}
	finds = g_new0(struct finds, 1);
	ladder_init(&ladder, reader->bars, grey, finds, deadline_ms);
	for (unsigned rung = 0; rung < ladder_rungs(); rung++) {
		if (rung >= LADDER_QUICK && clock_cpu_ms() >= deadline_ms) {
			ladder_doubt(&ladder);
			break;
		}
		bool is_climbed = ladder_climb(&ladder, rung);
		if (rung + 1 == LADDER_CLOSE) {
			ladder_doubt(&ladder); /* before it may end here */
		}
		if (is_climbed && is_enough(&ladder, rung + 1, wish)) {
			break;
		}
	}
	ladder_done(&ladder);
	return hand_over(finds, ret_list);
}

/* Every other frame as it is: a code that fills it has nothing around it that would show where it ends. */
static unsigned rung_of_turn(unsigned turn)
{
	return turn % 2 == 0 ? LADDER_AS_IS
			     : LADDER_QUICK + turn / 2 % (LADDER_THOROUGH - LADDER_QUICK);
}

enum hoso_error barcode_read_frame(
	struct barcode_reader *reader, const struct grey *grey, struct barcode_list *ret_list)
{
	g_autofree struct finds *finds = NULL;
	struct ladder ladder;

	if (!is_readable(grey)) {
		return HOSO_BAD_PICTURE;
	}
	finds = g_new0(struct finds, 1);
	ladder_init(&ladder, reader->bars, grey, finds, INT64_MAX);
	for (unsigned rung = 0; rung < LADDER_QUICK; rung++) {
		ladder_climb(&ladder, rung);
	}
	ladder_doubt(&ladder);
	for (unsigned tries = LADDER_QUICK; tries < LADDER_THOROUGH && !finds_any(finds); tries++) {
		if (ladder_climb(&ladder, rung_of_turn(reader->turn++))) {
			break;
		}
	}
	ladder_done(&ladder);
	return hand_over(finds, ret_list);
}

const char *symbology_word(enum symbology symbology)
{
	static const char *const words[] = {
#define X(name, word) word,
		HOSO_SYMBOLOGIES(X)
#undef X
	};

	return symbology < SYMBOLOGY_COUNT ? words[symbology] : "unknown";
}
