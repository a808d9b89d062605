#include "store/visit_book.h"

#include <string.h>

#include "store/scope.h"

/* clang-format off */
#define THE_OFFICE "coalesce($3::text, (SELECT own.office FROM visit own WHERE own.id = $4::uuid))"

/* In a statement of its own: what follows sees what those have written who held it before. */
static const struct pg_statement lock_office = {"visit_book_office",
	"SELECT o.id FROM visit_office f JOIN office o ON o.code = f.office AND o.valid_to IS NULL"
	" WHERE f.office = " THE_OFFICE " AND $2::int IS NULL AND o.id = ANY (" SCOPE_OFFICES ")"
	" FOR UPDATE OF f"};

static const struct pg_statement lock_visit = {"visit_book_visit",
	"SELECT v.state, ms(v.window_from), ms(v.window_to), ms(v.missed_at), v.out_of_hours, v.seat, v.courier_id,"
	"  v.attempts, v.changes FROM visit v"
	" WHERE v.id = $3::uuid AND $2::int IS NULL AND v.office_id = ANY (" SCOPE_OFFICES ")"
	" FOR UPDATE OF v"};

/* After the locks: whoever held them may have been this very request, whose answer got lost. */
static const struct pg_statement read_known = {"visit_book_known",
	"SELECT content FROM visit_change WHERE id = $1::uuid", .is_binary = true};

/* $5 login, $6 from, $7 to; NULL: the visit's own window. As the constraint visit_courier. */
static const struct pg_statement read_courier = {"visit_book_courier",
	"SELECT a.id, EXISTS (SELECT FROM visit b WHERE b.courier_id = a.id AND b.seat IS NOT NULL"
	"   AND b.id <> $4::uuid AND tstzrange(b.window_from, b.window_to) && ("
	"    SELECT CASE WHEN $6::bigint IS NOT NULL THEN tstzrange(at($6::bigint), at($7::bigint))"
	"      ELSE (SELECT tstzrange(own.window_from, own.window_to) FROM visit own WHERE own.id = $4::uuid) END))"
	" FROM account a JOIN office o ON o.id = a.office_id"
	" WHERE a.account = $5 AND a.role = 'courier' AND a.disabled_at IS NULL AND o.code = " THE_OFFICE
	"  AND $1::int IS NOT NULL AND $2::int IS NULL"};

/*
 * $3 procedures, $4 dossiers, $5 items to be brought: the first kind of which one is not there for this actor; or the
 * labels, $6, when another visit that is still open has one of them. What was cancelled gives its labels back.
 */
static const struct pg_statement read_unknown = {"visit_book_unknown",
	"SELECT 'procedures' WHERE EXISTS (SELECT FROM unnest($3::text[]) AS p(code)"
	"  WHERE NOT EXISTS (SELECT FROM procedure k WHERE k.code = p.code AND k.valid_to IS NULL))"
	" UNION ALL SELECT 'dossiers' WHERE EXISTS (SELECT FROM unnest($4::text[]) AS n(code)"
	"  WHERE NOT EXISTS (SELECT FROM dossier d WHERE d.code = n.code AND " SCOPE_SEES_DOSSIER "))"
	" UNION ALL SELECT 'returns' WHERE EXISTS (SELECT FROM unnest($5::text[]) AS n(code)"
	"  WHERE NOT EXISTS (SELECT FROM leg l JOIN dossier d ON d.id = l.dossier_id"
	"   WHERE l.item_code = n.code AND " SCOPE_SEES_DOSSIER "))"
	" UNION ALL SELECT 'items' WHERE EXISTS (SELECT FROM visit_item i JOIN visit v ON v.id = i.visit_id"
	"  WHERE i.item_code = ANY ($6::text[]) AND v.id <> $7::uuid AND v.seat IS NOT NULL AND v.state <> 'done')"};
/* clang-format on */

enum {
	STEP_OFFICE,
	STEP_VISIT,
	STEP_KNOWN,
	STEP_PLAN,
	STEP_COURIER = STEP_PLAN + VISIT_PLAN_STEPS,
	STEP_UNKNOWN
};

static void ask_place(
	struct pg_params *params, const struct actor *actor, const struct visit_act *act)
{
	scope_ask(params, actor);
	pg_params_text_or_null(params, act->office);
	pg_params_uuid(params, &act->visit);
}

static void ask_procedures(struct pg_params *params, const struct visit_act *act)
{
	struct pg_array codes;

	pg_array_init(&codes, PG_TEXT);
	for (unsigned i = 0; i < act->procedure_count; i++) {
		pg_array_text(&codes, act->procedures[i]);
	}
	pg_params_array(params, &codes);
}

static void ask_dossiers(struct pg_params *params, const struct visit_act *act)
{
	struct pg_array codes;

	pg_array_init(&codes, PG_TEXT);
	for (unsigned i = 0; i < act->dossier_count; i++) {
		pg_array_text(&codes, act->dossiers[i].text);
	}
	pg_params_array(params, &codes);
}

static void ask_items(struct pg_params *params, const struct visit_act *act, bool is_return)
{
	struct pg_array codes;

	pg_array_init(&codes, PG_TEXT);
	for (unsigned i = 0; i < act->item_count; i++) {
		if (act->items[i].is_return == is_return) {
			pg_array_text(&codes, act->items[i].code.text);
		}
	}
	pg_params_array(params, &codes);
}

static void ask_ms(struct pg_params *params, int64_t ms)
{
	if (ms) {
		pg_params_int(params, ms);
	} else {
		pg_params_null(params);
	}
}

void visit_book_ask(struct pg_trip *trip, const struct actor *actor, const struct visit_act *act)
{
	struct pg_params *params;

	ask_place(pg_trip_add(trip, &lock_office), actor, act);
	params = pg_trip_add(trip, &lock_visit);
	scope_ask(params, actor);
	pg_params_uuid(params, &act->visit);
	pg_params_uuid(pg_trip_add(trip, &read_known), &act->change);
	visit_plan_ask(trip, actor, act->office, &act->visit, act->from_ms, act->to_ms);
	params = pg_trip_add(trip, &read_courier);
	ask_place(params, actor, act);
	pg_params_text(params, act->courier);
	ask_ms(params, act->from_ms);
	ask_ms(params, act->to_ms);
	params = pg_trip_add(trip, &read_unknown);
	scope_ask(params, actor);
	ask_procedures(params, act);
	ask_dossiers(params, act);
	ask_items(params, act, true);
	ask_items(params, act, false);
	pg_params_uuid(params, &act->visit);
}

static void learn_visit(const PGresult *rows, struct visit_found *found)
{
	if (PQntuples(rows) == 0) {
		return;
	}
	found->is_there = true;
	found->state = visit_state_from_wire(pg_text(rows, 0, 0));
	found->from_ms = pg_int(rows, 0, 1);
	found->to_ms = pg_int(rows, 0, 2);
	found->missed_at_ms = pg_int(rows, 0, 3);
	found->out_of_hours = pg_bool(rows, 0, 4);
	found->seat = (int)pg_int(rows, 0, 5);
	found->courier = pg_int(rows, 0, 6);
	found->attempts = (int)pg_int(rows, 0, 7);
	found->changes = (int)pg_int(rows, 0, 8);
}

/* The literals of the statement, as static texts. */
static const char *unknown_of(const PGresult *rows)
{
	static const char *const kinds[] = {"procedures", "dossiers", "returns", "items"};

	for (size_t i = 0; PQntuples(rows) > 0 && i < G_N_ELEMENTS(kinds); i++) {
		if (strcmp(kinds[i], pg_text(rows, 0, 0)) == 0) {
			return kinds[i];
		}
	}
	return NULL;
}

void visit_book_learn(const struct pg_trip *trip, unsigned first, struct visit_found *ret_found)
{
	PGresult *const *results = trip->results + first;
	struct visit_found found = {0};

	visit_plan_learn(trip, first + STEP_PLAN, &found.offer);
	if (PQntuples(results[STEP_OFFICE]) > 0) {
		found.office = (int32_t)pg_int(results[STEP_OFFICE], 0, 0);
	}
	learn_visit(results[STEP_VISIT], &found);
	if (PQntuples(results[STEP_KNOWN]) > 0) {
		found.is_known = true;
		pg_bytes(results[STEP_KNOWN], 0, 0, found.known_content.bytes,
			sizeof found.known_content.bytes);
	}
	if (PQntuples(results[STEP_COURIER]) > 0) {
		found.new_courier = pg_int(results[STEP_COURIER], 0, 0);
		found.courier_is_busy = pg_bool(results[STEP_COURIER], 0, 1);
	}
	found.unknown = unknown_of(results[STEP_UNKNOWN]);
	*ret_found = found;
}

void visit_found_clear(struct visit_found *found)
{
	visit_offer_clear(&found->offer);
}

/* clang-format off */
static const struct pg_statement insert_visit = {"visit_book_insert",
	"INSERT INTO visit (id, office_id, office, kind, channel, person_id, procedures, dossiers, window_from, window_to,"
	"  out_of_hours, missed_at, note, state, seat, courier_id, changes, booked_by, booked_at)"
	" VALUES ($1::uuid, $2::int, $3, $4, $5, $6::uuid, $7::text[], $8::text[], at($9::bigint), at($10::bigint),"
	"  $11::bool, at($12::bigint), $13, $14, $15::int, $16::bigint, $17::int, $18::bigint, at($19::bigint))"};

static const struct pg_statement insert_items = {"visit_book_items",
	"INSERT INTO visit_item (visit_id, item_code, way) SELECT $1::uuid, n.code, n.way"
	" FROM unnest($2::text[], $3::text[]) AS n(code, way)"};

static const struct pg_statement update_visit = {"visit_book_update",
	"UPDATE visit SET window_from = at($2::bigint), window_to = at($3::bigint), out_of_hours = $4::bool,"
	"  missed_at = at($5::bigint), state = $6, seat = $7::int, courier_id = $8::bigint, attempts = $9::int,"
	"  changes = $10::int, office_id = coalesce($11::int, office_id) WHERE id = $1::uuid"};

static const struct pg_statement insert_change = {"visit_book_change",
	"INSERT INTO visit_change (id, visit_id, no, action, state, window_from, window_to, out_of_hours, courier_id,"
	"  reason, wished_by, note, account_id, office_id, occurred_at, recorded_at, content)"
	" VALUES ($1::uuid, $2::uuid, $3::int, $4, $5, at($6::bigint), at($7::bigint), $8::bool, $9::bigint, $10, $11,"
	"  $12, $13::bigint, $14::int, at($15::bigint), at($16::bigint), $17::bytea)"};
/* clang-format on */

static void ask_number(struct pg_params *params, int64_t number)
{
	ask_ms(params, number);
}

static void keep_new(struct pg_trip *trip, const struct actor *actor, const struct visit_act *act,
	const struct visit_row *row, int64_t now_ms)
{
	struct pg_params *params = pg_trip_add(trip, &insert_visit);

	pg_params_uuid(params, &act->visit);
	pg_params_int(params, row->office);
	pg_params_text(params, act->office);
	pg_params_text(params, visit_kind_wire(act->kind));
	pg_params_text(params, visit_channel_wire(act->channel));
	pg_params_uuid(params, &row->person);
	ask_procedures(params, act);
	ask_dossiers(params, act);
	pg_params_int(params, row->from_ms);
	pg_params_int(params, row->to_ms);
	pg_params_bool(params, row->out_of_hours);
	pg_params_int(params, row->missed_at_ms);
	pg_params_text(params, act->note);
	pg_params_text(params, visit_state_wire(row->state));
	ask_number(params, row->seat);
	ask_number(params, row->courier);
	pg_params_int(params, row->changes);
	pg_params_int(params, actor->account);
	pg_params_int(params, now_ms);
}

static void keep_items(struct pg_trip *trip, const struct visit_act *act)
{
	struct pg_params *params = pg_trip_add(trip, &insert_items);
	struct pg_array codes, ways;

	pg_array_init(&codes, PG_TEXT);
	pg_array_init(&ways, PG_TEXT);
	for (unsigned i = 0; i < act->item_count; i++) {
		pg_array_text(&codes, act->items[i].code.text);
		pg_array_text(&ways, act->items[i].is_return ? "return" : "pickup");
	}
	pg_params_uuid(params, &act->visit);
	pg_params_array(params, &codes);
	pg_params_array(params, &ways);
}

static void keep_moved(
	struct pg_trip *trip, const struct visit_act *act, const struct visit_row *row)
{
	struct pg_params *params = pg_trip_add(trip, &update_visit);

	pg_params_uuid(params, &act->visit);
	pg_params_int(params, row->from_ms);
	pg_params_int(params, row->to_ms);
	pg_params_bool(params, row->out_of_hours);
	pg_params_int(params, row->missed_at_ms);
	pg_params_text(params, visit_state_wire(row->state));
	ask_number(params, row->seat);
	ask_number(params, row->courier);
	pg_params_int(params, row->attempts);
	pg_params_int(params, row->changes);
	ask_number(params, row->office);
}

static void keep_change(struct pg_trip *trip, const struct actor *actor,
	const struct visit_act *act, const struct visit_row *row, int64_t now_ms)
{
	struct pg_params *params = pg_trip_add(trip, &insert_change);

	pg_params_uuid(params, &act->change);
	pg_params_uuid(params, &act->visit);
	pg_params_int(params, row->changes);
	pg_params_text(params, visit_action_wire(act->action));
	pg_params_text(params, visit_state_wire(row->state));
	pg_params_int(params, row->from_ms);
	pg_params_int(params, row->to_ms);
	pg_params_bool(params, row->out_of_hours);
	ask_number(params, row->courier);
	pg_params_text(params, act->reason);
	pg_params_text(params, act->wished_by);
	pg_params_text(params, act->action == VISIT_BOOK ? "" : act->note);
	pg_params_int(params, actor->account);
	ask_number(params, actor->office);
	pg_params_int(params, act->occurred_at_ms);
	pg_params_int(params, now_ms);
	pg_params_bytes(params, act->content.bytes, sizeof act->content.bytes);
}

void visit_book_keep(struct pg_trip *trip, const struct actor *actor, const struct visit_act *act,
	const struct visit_row *row, int64_t now_ms)
{
	if (act->action == VISIT_BOOK) {
		keep_new(trip, actor, act, row, now_ms);
		keep_items(trip, act);
	} else {
		keep_moved(trip, act, row);
	}
	keep_change(trip, actor, act, row, now_ms);
}
