#include "api/board_json.h"

#include <string.h>

#include <glib.h>

#include "api/api_json.h"
#include "base/uuid7.h"

void board_json_place(const struct feed_place *place, char ret_text[BOARD_PLACE_SIZE])
{
	char id[UUID_TEXT_SIZE];

	uuid7_format(&place->id, id);
	g_snprintf(ret_text, BOARD_PLACE_SIZE, "%" G_GINT64_FORMAT "-%s", place->txid, id);
}

bool board_json_read_place(const char *text, struct feed_place *ret_place)
{
	struct feed_place place;
	const char *dash = strchr(text, '-');
	g_autofree char *number = g_strndup(text, dash ? (size_t)(dash - text) : 0);

	if (!dash || !g_ascii_string_to_signed(number, 10, 0, G_MAXINT64, &place.txid, NULL) ||
		!uuid7_parse_any(dash + 1, &place.id)) {
		return false;
	}
	*ret_place = place;
	return true;
}

json_t *board_json_counts(const struct board_counts *counts)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:o, s:b}", "taken_in",
		(json_int_t)counts->taken_in, "handed_over", (json_int_t)counts->handed_over,
		"waiting", (json_int_t)counts->waiting, "late", (json_int_t)counts->late,
		"portal_waiting", (json_int_t)counts->portal_waiting, "portal_oldest_at",
		api_time(counts->portal_oldest_ms), "partial", counts->partial);
}

json_t *board_json_handover(const struct board_handover *handover)
{
	char id[BOARD_PLACE_SIZE];

	board_json_place(&handover->place, id);
	return json_pack("{s:s, s:s, s:s, s:o, s:{s:s, s:s}}", "id", id, "item_code",
		handover->item_code, "kind", event_wire(handover->kind), "occurred_at",
		api_time(handover->occurred_at_ms), "office", "code", handover->office_code, "name",
		handover->office_name);
}

json_t *board_json_board(
	const struct board_counts *counts, const struct board_handover *handovers, unsigned count)
{
	json_t *list = json_array();

	for (unsigned i = count; i > 0; i--) {
		json_array_append_new(list, board_json_handover(&handovers[i - 1]));
	}
	return json_pack("{s:o, s:o}", "counts", board_json_counts(counts), "handovers", list);
}
