#ifndef HOSO_STORE_SEARCH_H
#define HOSO_STORE_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/leg.h>
#include <hoso/limits.h>

#include "store/dossier.h"

/**
 * struct search - which dossiers; what is "" or 0 does not narrow. Newest first, by (recorded_at,
 * id).
 * @text:    words; each must begin a word of one person's name, without regard to marks and case
 * @key:     code or item, exactly
 * @phone:   the last four digits, or all of them
 * @state, @office, @late: of one and the same leg; LEG_STATE_COUNT for any state; @office: where it
 * is now
 * @agency:  its code, under whatever name
 * @from_ms, @to_ms: recorded from here on, and before there
 * @before_ms, @before_id: the last row of the page before; 0 for the first page
 */
struct search {
	char text[QUERY_TEXT_MAX + 1];
	struct dossier_key key;
	char phone[PHONE_MAX + 1];
	enum leg_state state;
	char office[WORD_MAX + 1];
	char agency[WORD_MAX + 1];
	int64_t from_ms;
	int64_t to_ms;
	bool late;
	unsigned limit;
	int64_t before_ms;
	struct uuid before_id;
};

/**
 * search_ask() - up to search->limit dossiers, and one more when there are more.
 *
 * The first step of @trip. A search that finds anything leaves a line in the view log; never its
 * text.
 */
void search_ask(struct pg_trip *trip, const struct actor *actor, const struct search *search);

/** search_ask_phone() - two parameters: the last four digits, which an index has, and the whole if all of it is known. */
void search_ask_phone(struct pg_params *params, const char *phone);

/** search_row_count() - one row per leg; the legs of a dossier stand together. */
int search_row_count(const struct pg_trip *trip);
struct dossier search_dossier_at(const struct pg_trip *trip, int row);
struct dossier_leg search_leg_at(const struct pg_trip *trip, int row);

#endif
