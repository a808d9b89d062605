#include "store/search.h"

#include <string.h>

#include <glib.h>

#include "base/text.h"
#include "store/dossier_row.h"
#include "store/scope.h"

/*
 * One search, several ways in: by what narrows most. The rest is the same text: $3 account, $4 words,
 * $5 state, $6 office, $7 late, $8 agency, $9 from, $10 to, $11 and $12 the last row before, $13
 * limit, $14 the phone's last four digits, $15 all of it. A person's name stands with a space
 * before it, so that a word's beginning can be asked for. LIMIT 1: as in SCOPE_SEES_DOSSIER.
 */
/* clang-format off */
#define IS_AT_OFFICE \
	"($6::text IS NULL OR l.state_office_id = ANY (ARRAY(SELECT id FROM office WHERE code = $6)))"
#define SEEN \
	"d.merged_into IS NULL AND " SCOPE_SEES_DOSSIER \
	" AND ($4::text[] IS NULL OR (SELECT true FROM person w" \
	"   WHERE w.id IN (d.sender_id, d.receiver_id) AND ' ' || w.name_folded LIKE ALL ($4::text[])" \
	"   LIMIT 1))" \
	" AND (SELECT true FROM leg l WHERE l.dossier_id = d.id" \
	"   AND ($5::text IS NULL OR l.state = $5) AND " IS_AT_OFFICE \
	"   AND (NOT $7::bool OR " LEG_IS_LATE("l") ") LIMIT 1)" \
	" AND ($14::text IS NULL OR (SELECT true FROM person w" \
	"   WHERE w.id IN (d.sender_id, d.receiver_id) AND w.phone_last4 = $14" \
	"    AND ($15::text IS NULL OR w.phone = $15) LIMIT 1))" \
	" AND ($8::text IS NULL OR d.agency_id = ANY (ARRAY(SELECT id FROM agency WHERE code = $8)))"
#define BEFORE \
	"d.recorded_at >= at($9::bigint) AND d.recorded_at < at($10::bigint)" \
	" AND (d.recorded_at, d.id) < (at($11::bigint), $12::uuid)"
/* Back through time, until the page is full. */
#define PAGE(way_in) \
	"(SELECT d.id, d.recorded_at FROM dossier d WHERE " way_in " AND " SEEN " AND " BEFORE \
	"  ORDER BY d.recorded_at DESC, d.id DESC LIMIT $13::bigint)"
/*
 * Those that some legs name, in the order of time first: what costs more than a look is asked only until the page is full.
 * An array: its ids are looked up one after the other in the index, thousands of them at half of what a join costs, and
 * each once. OFFSET 0, LIMIT 1: the planner would read all dossiers, or walk back through them.
 */
#define PAGE_OF(ids) \
	"(SELECT d.id, d.recorded_at FROM (SELECT d.id, d.recorded_at FROM dossier d WHERE d.id = ANY (ARRAY(" ids "))" \
	"    AND " BEFORE " ORDER BY d.recorded_at DESC, d.id DESC OFFSET 0) AS found" \
	"  CROSS JOIN LATERAL (SELECT * FROM dossier same WHERE same.id = found.id LIMIT 1) AS d WHERE " SEEN \
	"  ORDER BY found.recorded_at DESC, found.id DESC LIMIT $13::bigint)"

#define SEARCH(pages) SEARCH_WITH("", pages)
#define SEARCH_WITH(before, pages) \
	"WITH " before "page AS (" pages ")," \
	" seen AS (INSERT INTO view_log (account_id, what)" \
	"  SELECT $3::bigint, 'search' WHERE EXISTS (SELECT FROM page))" \
	" SELECT " DOSSIER_COLUMNS ", " LEG_COLUMNS " FROM page JOIN dossier d USING (id)" DOSSIER_JOINS \
	" JOIN leg l ON l.dossier_id = d.id" LEG_JOINS " ORDER BY d.recorded_at DESC, d.id DESC, l.no"

/*
 * Offices with many items find a page quickly on the way back through time; those with few do not, and start from their
 * items. Only one of the two branches runs.
 */
#define SEARCH_IN(offices) \
	SEARCH(PAGE("NOT " SCOPE_IS_NARROW(offices)) " UNION ALL " \
		PAGE_OF("SELECT mine.dossier_id FROM leg mine WHERE mine.offices && " offices \
			" AND " SCOPE_IS_NARROW(offices)))
static const struct pg_statement by_time = {"search_by_time", SEARCH_IN(SCOPE_OFFICES)};

/* Where an item is now it has been. */
static const struct pg_statement by_office = {"search_by_office",
	SEARCH_IN("ARRAY(SELECT id FROM office WHERE code = $6)")};

static const struct pg_statement by_scope_agency = {"search_by_scope_agency",
	SEARCH(PAGE("d.agency_id = ANY (" SCOPE_AGENCIES ")"))};

static const struct pg_statement by_code = {"search_by_code",
	SEARCH(PAGE("d.id IN (SELECT id FROM dossier WHERE code = $16"
		" UNION ALL SELECT dossier_id FROM leg WHERE item_code = $17)"))};

static const struct pg_statement by_phone = {"search_by_phone",
	SEARCH(PAGE("d.id IN (SELECT own.id FROM person w JOIN dossier own ON own.sender_id = w.id"
		"  WHERE w.phone_last4 = $14"
		" UNION ALL SELECT own.id FROM person w JOIN dossier own ON own.receiver_id = w.id"
		"  WHERE w.phone_last4 = $14)"))};

/*
 * By what a leg is like; of state, office and lateness the same item is meant. A scope of few items looks at those, with
 * their brothers. For the others: where many legs are like it, a page is found on the way back through time (of the
 * agency's own, if it is an agency that asks); where few are, they are all looked at.
 */
#define HAS_FEW "$1::int IS NOT NULL AND " SCOPE_IS_NARROW(SCOPE_OFFICES)
#define THEIR_FEW(condition) \
	"SELECT mine.dossier_id FROM leg mine CROSS JOIN LATERAL (SELECT FROM leg l" \
	"   WHERE l.dossier_id = mine.dossier_id AND " condition " AND " IS_AT_OFFICE " OFFSET 0) AS brother" \
	"  WHERE mine.offices && " SCOPE_OFFICES " AND " HAS_FEW
#define MANY "6000"
#define ARE_MANY "(SELECT count(*) = " MANY " FROM named)"
#define SEARCH_LEGS(condition) \
	SEARCH_WITH("named AS MATERIALIZED (SELECT l.dossier_id FROM leg l" \
		"  WHERE " condition " AND " IS_AT_OFFICE " AND NOT (" HAS_FEW ") LIMIT " MANY "), ", \
		PAGE(ARE_MANY " AND $2::int IS NULL") \
		" UNION ALL " PAGE(ARE_MANY " AND $2::int IS NOT NULL AND d.agency_id = ANY (" SCOPE_AGENCIES ")") \
		" UNION ALL " PAGE_OF("SELECT n.dossier_id FROM named n WHERE NOT " ARE_MANY \
			" UNION ALL " THEIR_FEW(condition)))

/*
 * The states of the column stuck_in, which has an index in the order of the page: it is followed until the page is full. The
 * others change too often for one. DISTINCT: of a dossier two items may be stuck.
 */
#define PAGE_OF_STUCK \
	"(SELECT d.id, d.recorded_at FROM (SELECT DISTINCT l.dossier_recorded_at AS at, l.dossier_id FROM leg l" \
	"   WHERE NOT (" HAS_FEW ") AND l.stuck_in = $5 AND " IS_AT_OFFICE \
	"    AND ($2::int IS NULL OR l.agency_id = ANY (" SCOPE_AGENCIES "))" \
	"    AND l.dossier_recorded_at >= at($9::bigint) AND l.dossier_recorded_at < at($10::bigint)" \
	"    AND (l.dossier_recorded_at, l.dossier_id) < (at($11::bigint), $12::uuid)" \
	"   ORDER BY 1 DESC, 2 DESC) AS found" \
	"  CROSS JOIN LATERAL (SELECT * FROM dossier same WHERE same.id = found.dossier_id LIMIT 1) AS d WHERE " SEEN \
	"  ORDER BY found.at DESC, found.dossier_id DESC LIMIT $13::bigint)"
static const struct pg_statement by_stuck_state = {
	"search_by_stuck_state", SEARCH(PAGE_OF_STUCK " UNION ALL " PAGE_OF(THEIR_FEW("l.stuck_in = $5")))};

static const struct pg_statement by_open_state = {
	"search_by_open_state", SEARCH_LEGS("l.open_on IS NOT NULL AND l.state = $5")};

static const struct pg_statement by_lateness = {"search_by_lateness", SEARCH_LEGS(LEG_IS_LATE("l"))};
/* clang-format on */

enum search_step { STEP_PLAN, STEP_ROWS };

/* LIKE's own signs in a name mean themselves. */
static char *pattern_of(const char *word)
{
	GString *pattern = g_string_new("% ");

	for (; *word; word++) {
		if (strchr("\\%_", *word)) {
			g_string_append_c(pattern, '\\');
		}
		g_string_append_c(pattern, *word);
	}
	g_string_append_c(pattern, '%');
	return g_string_free(pattern, FALSE);
}

static void ask_words(struct pg_params *params, const char *text)
{
	g_autofree char *folded = text_fold(text);
	g_auto(GStrv) words = g_strsplit_set(folded, " \t\n", -1);
	struct pg_array patterns;
	bool any = false;

	pg_array_init(&patterns, PG_TEXT);
	for (char **word = words; *word; word++) {
		if (**word) {
			g_autofree char *pattern = pattern_of(*word);
			pg_array_text(&patterns, pattern);
			any = true;
		}
	}
	pg_params_array(params, &patterns);
	if (!any) {
		g_clear_pointer(&params->values[params->count - 1], g_free);
	}
}

/* The first page begins behind everything. */
static void ask_place(struct pg_params *params, const struct search *search)
{
	static const int64_t end_of_time_ms = 253402300799000;
	int64_t to_ms = search->to_ms ? search->to_ms : end_of_time_ms;
	struct uuid last;

	memset(&last, 0xff, sizeof last);
	pg_params_int(params, search->from_ms);
	pg_params_int(params, to_ms);
	/* Of two upper bounds an index follows the row's: not from the end of time back to the other. */
	pg_params_int(params, search->before_ms ? search->before_ms : to_ms);
	pg_params_uuid(params, search->before_ms ? &search->before_id : &last);
	pg_params_int(params, search->limit + 1);
}

static bool has_code(const struct search *search)
{
	return search->key.code.text[0] || search->key.item.text[0];
}

/* As the column leg.stuck_in says. */
static bool is_stuck(enum leg_state state)
{
	static const enum leg_state stuck[] = {LEG_NEW, LEG_REQUESTED, LEG_ASSIGNED,
		LEG_PICKUP_FAILED, LEG_ATTEMPT_FAILED, LEG_HELD, LEG_RETURNING, LEG_LOST};

	for (size_t i = 0; i < G_N_ELEMENTS(stuck); i++) {
		if (stuck[i] == state) {
			return true;
		}
	}
	return false;
}

static const struct pg_statement *way_in(const struct actor *actor, const struct search *search)
{
	if (has_code(search)) {
		return &by_code;
	}
	if (search->phone[0]) {
		return &by_phone;
	}
	if (search->late) {
		return &by_lateness;
	}
	if (search->state != LEG_STATE_COUNT && is_stuck(search->state)) {
		return &by_stuck_state;
	}
	if (search->state != LEG_STATE_COUNT && !leg_state_is_terminal(search->state)) {
		return &by_open_state;
	}
	if (search->office[0]) {
		return &by_office;
	}
	return actor->agency ? &by_scope_agency : &by_time;
}

void search_ask(struct pg_trip *trip, const struct actor *actor, const struct search *search)
{
	struct pg_params *params;

	pg_trip_add(trip, &scope_plan_once);
	params = pg_trip_add(trip, way_in(actor, search));
	scope_ask(params, actor);
	pg_params_int(params, actor->account);
	ask_words(params, search->text);
	pg_params_text(
		params, search->state == LEG_STATE_COUNT ? NULL : leg_state_wire(search->state));
	pg_params_text_or_null(params, search->office);
	pg_params_bool(params, search->late);
	pg_params_text_or_null(params, search->agency);
	ask_place(params, search);
	search_ask_phone(params, search->phone);
	if (has_code(search)) {
		pg_params_text_or_null(params, search->key.code.text);
		pg_params_text_or_null(params, search->key.item.text);
	}
}

int search_row_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[STEP_ROWS]);
}

struct dossier search_dossier_at(const struct pg_trip *trip, int row)
{
	return dossier_row_read(trip->results[STEP_ROWS], row, 0);
}

struct dossier_leg search_leg_at(const struct pg_trip *trip, int row)
{
	return dossier_row_read_leg(trip->results[STEP_ROWS], row, DOSSIER_COLUMN_COUNT);
}

void search_ask_phone(struct pg_params *params, const char *phone)
{
	size_t digits = strlen(phone);

	pg_params_text_or_null(params, phone + (digits > 4 ? digits - 4 : 0));
	pg_params_text(params, digits > 4 ? phone : NULL);
}
