#ifndef HOSO_API_BOARD_JSON_H
#define HOSO_API_BOARD_JSON_H

#include <jansson.h>

#include "flow/board.h"

/* The board in words of the wire. */

#define BOARD_PLACE_SIZE 64

/** board_json_place() - "txid-uuid": the id of a server-sent event, and Last-Event-ID. */
void board_json_place(const struct feed_place *place, char ret_text[BOARD_PLACE_SIZE]);

/** board_json_read_place() - false for anything else. Pure. */
bool board_json_read_place(const char *text, struct feed_place *ret_place);

json_t *board_json_counts(const struct board_counts *counts);
json_t *board_json_handover(const struct board_handover *handover);

/** board_json_board() - counts and @handovers, the newest first, as they are shown. */
json_t *board_json_board(
	const struct board_counts *counts, const struct board_handover *handovers, unsigned count);

#endif
