#include "store/visit_plan.h"

#include <string.h>

#include "base/clock.h"
#include "store/scope.h"

#define SLOT_MINUTES_USUAL 60 /* of an office without hours: it is not used */

/* clang-format off */
/* $3 office or NULL, $4 visit. The office by its code: a closed row's visits are still its own. */
#define THE_OFFICE "coalesce($3::text, (SELECT own.office FROM visit own WHERE own.id = $4::uuid))"
#define SEES_OFFICE(code) \
	"EXISTS (SELECT FROM office seen WHERE seen.code = " code " AND seen.id = ANY (" SCOPE_OFFICES "))"

static const struct pg_statement read_hours = {"visit_plan_hours",
	"SELECT f.office, f.slot_minutes, f.grace_minutes, h.day, h.opens, h.closes, h.capacity, h.out_of_hours"
	" FROM visit_office f LEFT JOIN visit_hours h USING (office)"
	" WHERE f.office = " THE_OFFICE " AND $2::int IS NULL AND " SEES_OFFICE("f.office")
	" ORDER BY h.day, h.opens"};

static const struct pg_statement read_specials = {"visit_plan_specials",
	"SELECT day - date '1970-01-01', is_workday FROM calendar_day"
	" WHERE day BETWEEN date '1970-01-01' + $1::int AND date '1970-01-01' + $2::int"};

/* Written as the constraint visit_seat is, whose index it goes by. */
static const struct pg_statement read_busy = {"visit_plan_busy",
	"SELECT ms(v.window_from), ms(v.window_to), v.seat FROM visit v"
	" WHERE v.office = " THE_OFFICE " AND v.seat IS NOT NULL"
	"  AND tstzrange(v.window_from, v.window_to) && tstzrange(at($5::bigint), at($6::bigint))"
	"  AND v.id IS DISTINCT FROM $4::uuid AND $2::int IS NULL AND " SEES_OFFICE("v.office")};
/* clang-format on */

static struct pg_params *ask_office(struct pg_trip *trip, const struct pg_statement *statement,
	const struct actor *actor, const char *office, const struct uuid *visit)
{
	struct pg_params *params = pg_trip_add(trip, statement);

	scope_ask(params, actor);
	pg_params_text_or_null(params, office);
	pg_params_uuid(params, visit);
	return params;
}

void visit_plan_ask(struct pg_trip *trip, const struct actor *actor, const char *office,
	const struct uuid *visit, int64_t from_ms, int64_t to_ms)
{
	struct pg_params *params;

	ask_office(trip, &read_hours, actor, office, visit);
	params = pg_trip_add(trip, &read_specials);
	pg_params_int(params, clock_local_day(from_ms));
	pg_params_int(params, clock_local_day(to_ms));
	params = ask_office(trip, &read_busy, actor, office, visit);
	pg_params_int(params, from_ms);
	pg_params_int(params, to_ms > from_ms ? to_ms : from_ms);
}

static void learn_hours(const PGresult *rows, struct visit_offer *offer)
{
	for (int row = 0; row < PQntuples(rows); row++) {
		struct visit_hours hours = {
			.day = (int)pg_int(rows, row, 3),
			.opens = (int)pg_int(rows, row, 4),
			.closes = (int)pg_int(rows, row, 5),
			.capacity = (int)pg_int(rows, row, 6),
			.out_of_hours = pg_bool(rows, row, 7),
		};
		g_strlcpy(offer->office, pg_text(rows, row, 0), sizeof offer->office);
		offer->plan.slot_minutes = (int)pg_int(rows, row, 1);
		offer->grace_minutes = (int)pg_int(rows, row, 2);
		if (!pg_is_null(rows, row, 3)) {
			g_array_append_val(offer->hours, hours);
		}
	}
}

static void learn_specials(const PGresult *rows, struct visit_offer *offer)
{
	for (int row = 0; row < PQntuples(rows); row++) {
		int32_t day = (int32_t)pg_int(rows, row, 0);
		enum visit_special kind = pg_bool(rows, row, 1) ? VISIT_DAY_WORKED : VISIT_DAY_OFF;
		g_array_append_val(offer->specials, day);
		g_array_append_val(offer->special_kinds, kind);
	}
}

static void learn_busy(const PGresult *rows, struct visit_offer *offer)
{
	for (int row = 0; row < PQntuples(rows); row++) {
		struct visit_busy busy = {
			.from_ms = pg_int(rows, row, 0),
			.to_ms = pg_int(rows, row, 1),
			.seat = (int)pg_int(rows, row, 2),
		};
		g_array_append_val(offer->busy, busy);
	}
}

void visit_plan_learn(const struct pg_trip *trip, unsigned first, struct visit_offer *ret_offer)
{
	struct visit_offer offer = {.plan = {.slot_minutes = SLOT_MINUTES_USUAL}};

	offer.hours = g_array_new(FALSE, FALSE, sizeof(struct visit_hours));
	offer.specials = g_array_new(FALSE, FALSE, sizeof(int32_t));
	offer.special_kinds = g_array_new(FALSE, FALSE, sizeof(enum visit_special));
	offer.busy = g_array_new(FALSE, FALSE, sizeof(struct visit_busy));
	learn_hours(trip->results[first], &offer);
	learn_specials(trip->results[first + 1], &offer);
	learn_busy(trip->results[first + 2], &offer);
	offer.plan.hours = (const struct visit_hours *)(void *)offer.hours->data;
	offer.plan.hours_count = offer.hours->len;
	offer.plan.specials = (const int32_t *)(void *)offer.specials->data;
	offer.plan.special_kinds = (const enum visit_special *)(void *)offer.special_kinds->data;
	offer.plan.special_count = offer.specials->len;
	offer.plan.busy = (const struct visit_busy *)(void *)offer.busy->data;
	offer.plan.busy_count = offer.busy->len;
	*ret_offer = offer;
}

void visit_offer_clear(struct visit_offer *offer)
{
	GArray **arrays[] = {&offer->hours, &offer->specials, &offer->special_kinds, &offer->busy};

	for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++) {
		g_clear_pointer(arrays[i], g_array_unref);
	}
	memset(offer, 0, sizeof *offer);
}

/* clang-format off */
/* Its row is locked by it: who is booking is waited for. $3 office, $4 slot, $5 grace. */
static const struct pg_statement set_office = {"visit_plan_set_office",
	"INSERT INTO visit_office (office, slot_minutes, grace_minutes)"
	" SELECT o.code, $4::int, $5::int FROM office o"
	"  WHERE o.code = $3 AND o.valid_to IS NULL AND $2::int IS NULL AND o.id = ANY (" SCOPE_OFFICES ")"
	" ON CONFLICT (office) DO UPDATE SET slot_minutes = $4::int, grace_minutes = $5::int RETURNING office"};

static const struct pg_statement drop_hours = {"visit_plan_drop_hours",
	"DELETE FROM visit_hours h WHERE h.office = $3 AND $2::int IS NULL AND " SEES_OFFICE("h.office")};

static const struct pg_statement add_hours = {"visit_plan_add_hours",
	"INSERT INTO visit_hours (office, day, opens, closes, capacity, out_of_hours)"
	" SELECT f.office, n.day, n.opens, n.closes, n.capacity, n.out_of_hours"
	" FROM visit_office f, unnest($4::int[], $5::int[], $6::int[], $7::int[], $8::bool[])"
	"  AS n(day, opens, closes, capacity, out_of_hours)"
	" WHERE f.office = $3 AND $2::int IS NULL AND " SEES_OFFICE("f.office")};

static const struct pg_statement note_hours = {"visit_plan_note",
	"INSERT INTO audit (account_id, action, subject, detail)"
	" SELECT $3::bigint, 'visit.hours', f.office, $5::int || ' rows' FROM visit_office f"
	" WHERE f.office = $4 AND $2::int IS NULL AND " SEES_OFFICE("f.office")};
/* clang-format on */

static void ask_rows(struct pg_params *params, const GArray *hours)
{
	struct pg_array day, opens, closes, capacity, out_of_hours;

	pg_array_init(&day, PG_INT4);
	pg_array_init(&opens, PG_INT4);
	pg_array_init(&closes, PG_INT4);
	pg_array_init(&capacity, PG_INT4);
	pg_array_init(&out_of_hours, PG_BOOL);
	for (guint i = 0; i < hours->len; i++) {
		const struct visit_hours *row = &g_array_index(hours, struct visit_hours, i);
		pg_array_int(&day, row->day);
		pg_array_int(&opens, row->opens);
		pg_array_int(&closes, row->closes);
		pg_array_int(&capacity, row->capacity);
		pg_array_bool(&out_of_hours, row->out_of_hours);
	}
	pg_params_array(params, &day);
	pg_params_array(params, &opens);
	pg_params_array(params, &closes);
	pg_params_array(params, &capacity);
	pg_params_array(params, &out_of_hours);
}

void visit_plan_set(
	struct pg_trip *trip, const struct actor *actor, const struct visit_hours_set *set)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &set_office);
	scope_ask(params, actor);
	pg_params_text(params, set->office);
	pg_params_int(params, set->slot_minutes);
	pg_params_int(params, set->grace_minutes);
	params = pg_trip_add(trip, &drop_hours);
	scope_ask(params, actor);
	pg_params_text(params, set->office);
	params = pg_trip_add(trip, &add_hours);
	scope_ask(params, actor);
	pg_params_text(params, set->office);
	ask_rows(params, set->hours);
	params = pg_trip_add(trip, &note_hours);
	scope_ask(params, actor);
	pg_params_int(params, actor->account);
	pg_params_text(params, set->office);
	pg_params_int(params, set->hours->len);
	pg_trip_add(trip, &pg_commit);
}

enum hoso_error visit_plan_was_set(const struct pg_trip *trip)
{
	return PQntuples(trip->results[1]) == 1 ? HOSO_OK : HOSO_NOT_FOUND;
}
