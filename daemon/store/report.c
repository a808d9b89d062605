#include "store/report.h"

#include <string.h>

#include <glib.h>

#include "store/report_private.h"
#include "store/report_sql.h"
#include "store/scope.h"

#define STRING(number) #number
#define MS(number) STRING(number)
#define TIMEOUT MS(REPORT_STATEMENT_TIMEOUT_MS)

static const struct pg_statement begin = {"report_begin", "BEGIN ISOLATION LEVEL REPEATABLE READ"};

/*
 * A plan for any period would be made for a short one; a year's sums need more room than a scan does. How many
 * minutes of a week there are, and of legs in a year, the planner cannot guess, and sorts
 * millions of them for some thousand sums, which need no more memory than they are.
 */
static const struct pg_statement settings = {"report_settings",
	"SELECT set_config('plan_cache_mode', 'force_custom_plan', true),"
	" set_config('work_mem', '64MB', true), set_config('jit', 'off', true),"
	" set_config('enable_mergejoin', 'off', true), set_config('hash_mem_multiplier', '16', true),"
	" set_config('statement_timeout', '" TIMEOUT "', true)"};

/* clang-format off */
/* Is everything that was asked for there, and in sight? And whose report is it? */
static const struct pg_statement known = {"report_known",
	"WITH " REPORT_ASKED ", " REPORT_OFFICES ", whose AS (SELECT code, name FROM office"
	"  WHERE CASE WHEN $7::text IS NULL THEN id = $1 ELSE code = $7 END ORDER BY valid_from DESC LIMIT 1)"
	" SELECT $7::text IS NULL OR EXISTS (SELECT FROM office o JOIN offices USING (id) WHERE o.code = $7),"
	"  $8::text IS NULL OR EXISTS (SELECT FROM agency WHERE code = $8 AND ($2::int IS NULL OR code = " REPORT_MY_AGENCY ")),"
	"  $9::text IS NULL OR EXISTS (SELECT FROM procedure WHERE code = $9),"
	"  $10::text IS NULL OR EXISTS (SELECT FROM account a JOIN offices o ON o.id = a.office_id"
	"   WHERE a.account = $10 AND a.role = 'courier' AND $1::int IS NOT NULL),"
	"  coalesce((SELECT code FROM whose), (SELECT code FROM agency WHERE id = $2)),"
	"  coalesce((SELECT name FROM whose), (SELECT name FROM agency WHERE id = $2))"};

/* What was closed is the office's: an office asked for by nobody is the session's own. */
static const struct pg_statement frozen = {"report_frozen",
	"SELECT convert_from(b.bytes, 'UTF8') FROM frozen_report f JOIN frozen_report_format x ON x.frozen_id = f.id"
	"  AND x.format = 'json' JOIN frozen_bytes b ON b.sha256 = x.sha256"
	" WHERE f.name = $1 AND f.period = $2 AND f.cut = $3 AND f.agency = $4 AND f.procedure = $5 AND f.courier = $6"
	"  AND f.office = coalesce($7::text, (SELECT code FROM office WHERE id = $8::int))"};
/* clang-format on */

enum report_step { STEP_KNOWN = REPORT_STEP_FIRST, STEP_FROZEN, STEP_ROWS };

/* Of the answer's columns; numbers follow. */
enum { COLUMN_SECTION, COLUMN_KEY, COLUMN_TITLE, COLUMN_NOTE, COLUMN_NUMBERS };

static const struct {
	const char *wire;
	const struct pg_statement *statement;
} reports[REPORT_COUNT] = {
	[REPORT_PLAN] = {"plan", &report_plan},
	[REPORT_VOLUME] = {"volume", &report_volume},
	[REPORT_QUALITY] = {"quality", &report_quality},
	[REPORT_OUT_OF_HOURS] = {"out_of_hours", &report_out_of_hours},
	[REPORT_QUARTERLY] = {"quarterly", &report_quarterly},
};

const char *report_name_wire(enum report_name name)
{
	return reports[name].wire;
}

enum report_name report_name_parse(const char *text)
{
	for (int name = 0; name < REPORT_COUNT; name++) {
		if (strcmp(reports[name].wire, text) == 0) {
			return (enum report_name)name;
		}
	}
	return REPORT_COUNT;
}

void report_trip_begin(struct pg_trip *trip)
{
	pg_trip_add(trip, &begin);
	pg_trip_add(trip, &settings);
}

void report_ask_params(struct pg_params *params, const struct actor *actor,
	const struct report_ask *ask, int32_t today)
{
	char first[PERIOD_DAY_SIZE], last[PERIOD_DAY_SIZE], over[PERIOD_DAY_SIZE];

	period_day_text(ask->period.first_day, first);
	period_day_text(ask->period.last_day, last);
	period_day_text(today - 1, over);
	scope_ask(params, actor);
	pg_params_int(params, period_from_ms(&ask->period));
	pg_params_int(params, period_to_ms(&ask->period));
	pg_params_text(params, first);
	pg_params_text(params, last);
	pg_params_text_or_null(params, ask->office);
	pg_params_text_or_null(params, ask->agency);
	pg_params_text_or_null(params, ask->procedure);
	pg_params_text_or_null(params, ask->courier);
	pg_params_text(params, over);
}

static void ask_frozen(
	struct pg_params *params, const struct actor *actor, const struct report_ask *ask)
{
	char period[PERIOD_TEXT_SIZE];

	period_text(&ask->period, period);
	pg_params_text(params, report_name_wire(ask->name));
	pg_params_text(params, period);
	pg_params_text(params, period_cut_wire(ask->period.cut));
	pg_params_text(params, ask->agency);
	pg_params_text(params, ask->procedure);
	pg_params_text(params, ask->courier);
	pg_params_text_or_null(params, ask->office);
	pg_params_int(params, actor->office);
}

void report_ask(struct pg_trip *trip, const struct actor *actor, const struct report_ask *ask,
	int32_t today)
{
	report_trip_begin(trip);
	report_ask_params(pg_trip_add(trip, &known), actor, ask, today);
	ask_frozen(pg_trip_add(trip, &frozen), actor, ask);
	report_ask_params(pg_trip_add(trip, reports[ask->name].statement), actor, ask, today);
	pg_trip_add(trip, &pg_commit);
}

bool report_is_known(const struct pg_trip *trip, const char **ret_member)
{
	static const char *const members[] = {"office", "agency", "procedure", "courier"};

	for (int i = 0; i < (int)G_N_ELEMENTS(members); i++) {
		if (!pg_bool(trip->results[STEP_KNOWN], 0, i)) {
			*ret_member = members[i];
			return false;
		}
	}
	return true;
}

const char *report_issuer_code(const struct pg_trip *trip)
{
	return pg_text(trip->results[STEP_KNOWN], 0, 4);
}

const char *report_issuer_name(const struct pg_trip *trip)
{
	return pg_text(trip->results[STEP_KNOWN], 0, 5);
}

const char *report_frozen(const struct pg_trip *trip)
{
	const PGresult *rows = trip->results[STEP_FROZEN];

	return PQntuples(rows) > 0 ? pg_text(rows, 0, 0) : NULL;
}

int report_row_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[STEP_ROWS]);
}

const char *report_section_at(const struct pg_trip *trip, int row)
{
	return pg_text(trip->results[STEP_ROWS], row, COLUMN_SECTION);
}

const char *report_key_at(const struct pg_trip *trip, int row)
{
	return pg_text(trip->results[STEP_ROWS], row, COLUMN_KEY);
}

const char *report_title_at(const struct pg_trip *trip, int row)
{
	return pg_text(trip->results[STEP_ROWS], row, COLUMN_TITLE);
}

const char *report_note_at(const struct pg_trip *trip, int row)
{
	return pg_text(trip->results[STEP_ROWS], row, COLUMN_NOTE);
}

bool report_number_at(const struct pg_trip *trip, int row, int n, int64_t *ret_number)
{
	const PGresult *rows = trip->results[STEP_ROWS];

	*ret_number = 0;
	if (pg_is_null(rows, row, COLUMN_NUMBERS + n)) {
		return false;
	}
	*ret_number = pg_int(rows, row, COLUMN_NUMBERS + n);
	return true;
}
