#include "store/frozen.h"

#include <string.h>

#include "base/text.h"
#include "store/scope.h"

/* clang-format off */
/* $1 and $2: who asks. An officer sees the plan's report about its own agency. */
#define IN_SIGHT \
	"($1::int IS NOT NULL AND f.office IN (SELECT o.code FROM office o WHERE o.id = ANY (" SCOPE_OFFICES "))" \
	" OR $2::int IS NOT NULL AND f.name = 'plan' AND f.agency = (SELECT code FROM agency WHERE id = $2))"

#define COLUMNS \
	"f.id, f.name, f.period, f.cut, f.first_on, f.last_on, f.office, f.agency, f.procedure, f.courier, f.definition," \
	" ms(f.at), a.account, (SELECT string_agg(x.format || ':' || encode(x.sha256, 'hex'), ',' ORDER BY x.format)" \
	"  FROM frozen_report_format x WHERE x.frozen_id = f.id)"

/* $3 to $9: what was asked for; an office asked for by nobody is the session's own. */
#define THE_SAME \
	"f.name = $3 AND f.period = $4 AND f.cut = $5 AND f.agency = $6 AND f.procedure = $7 AND f.courier = $8" \
	" AND f.office = coalesce($9::text, (SELECT code FROM office WHERE id = $1))"

static const struct pg_statement read_one = {"frozen_read_one",
	"SELECT " COLUMNS " FROM frozen_report f JOIN account a ON a.id = f.account_id WHERE " THE_SAME " AND " IN_SIGHT};

static const struct pg_statement read_all = {"frozen_read_all",
	"SELECT " COLUMNS " FROM frozen_report f JOIN account a ON a.id = f.account_id WHERE " IN_SIGHT
	" AND (f.at, f.id) < (at($3::bigint), $4::uuid) ORDER BY f.at DESC, f.id DESC LIMIT $5::bigint"};

static const struct pg_statement read_bytes = {"frozen_read_bytes",
	"SELECT b.bytes, f.period FROM frozen_report f JOIN frozen_report_format x ON x.frozen_id = f.id"
	" JOIN frozen_bytes b ON b.sha256 = x.sha256 WHERE " IN_SIGHT " AND f.id = $3::uuid AND f.name = $4 AND x.format = $5",
	.is_binary = true};

static const struct pg_statement insert_bytes = {"frozen_insert_bytes",
	"INSERT INTO frozen_bytes VALUES ($1::bytea, $2::bytea) ON CONFLICT DO NOTHING"};

static const struct pg_statement insert_report = {"frozen_insert_report",
	"INSERT INTO frozen_report (id, name, period, cut, agency, procedure, courier, office, first_on, last_on,"
	"  definition, account_id, at)"
	" VALUES ($1::uuid, $2, $3, $4, $5, $6, $7, $8, $9::date, $10::date, $11::int, $12::bigint, at($13::bigint))"
	" ON CONFLICT DO NOTHING"};

/* Only when the report above is ours: the formats of an older one are there already. */
static const struct pg_statement insert_format = {"frozen_insert_format",
	"INSERT INTO frozen_report_format SELECT f.id, $2, $3::bytea FROM frozen_report f"
	" WHERE f.id = $1::uuid AND f.at = at($4::bigint) AND f.account_id = $5::bigint ON CONFLICT DO NOTHING"};
/* clang-format on */

static void ask_same(
	struct pg_params *params, const struct actor *actor, const struct report_ask *ask)
{
	char period[PERIOD_TEXT_SIZE];

	period_text(&ask->period, period);
	scope_ask(params, actor);
	pg_params_text(params, report_name_wire(ask->name));
	pg_params_text(params, period);
	pg_params_text(params, period_cut_wire(ask->period.cut));
	pg_params_text(params, ask->agency);
	pg_params_text(params, ask->procedure);
	pg_params_text(params, ask->courier);
	pg_params_text_or_null(params, ask->office);
}

void frozen_ask(struct pg_trip *trip, const struct actor *actor, const struct report_ask *ask)
{
	ask_same(pg_trip_add(trip, &read_one), actor, ask);
}

static void store_report(struct pg_params *params, const struct actor *actor,
	const struct report_ask *ask, const struct frozen_new *new)
{
	char period[PERIOD_TEXT_SIZE], first[PERIOD_DAY_SIZE], last[PERIOD_DAY_SIZE];

	period_text(&ask->period, period);
	period_day_text(ask->period.first_day, first);
	period_day_text(ask->period.last_day, last);
	pg_params_uuid(params, &new->id);
	pg_params_text(params, report_name_wire(ask->name));
	pg_params_text(params, period);
	pg_params_text(params, period_cut_wire(ask->period.cut));
	pg_params_text(params, ask->agency);
	pg_params_text(params, ask->procedure);
	pg_params_text(params, ask->courier);
	pg_params_text(params, new->office);
	pg_params_text(params, first);
	pg_params_text(params, last);
	pg_params_int(params, new->version);
	pg_params_int(params, actor->account);
	pg_params_int(params, new->at_ms);
}

void frozen_store(struct pg_trip *trip, const struct actor *actor, const struct report_ask *ask,
	const struct frozen_new *new)
{
	struct digest digests[FROZEN_FORMATS];

	pg_trip_add(trip, &pg_begin);
	for (int i = 0; i < FROZEN_FORMATS; i++) {
		struct pg_params *params = pg_trip_add(trip, &insert_bytes);
		digests[i] = text_digest(new->bytes[i]->str, new->bytes[i]->len, NULL, 0);
		pg_params_bytes(params, digests[i].bytes, sizeof digests[i].bytes);
		pg_params_bytes(params, new->bytes[i]->str, new->bytes[i]->len);
	}
	store_report(pg_trip_add(trip, &insert_report), actor, ask, new);
	for (int i = 0; i < FROZEN_FORMATS; i++) {
		struct pg_params *params = pg_trip_add(trip, &insert_format);
		pg_params_uuid(params, &new->id);
		pg_params_text(params, new->formats[i]);
		pg_params_bytes(params, digests[i].bytes, sizeof digests[i].bytes);
		pg_params_int(params, new->at_ms);
		pg_params_int(params, actor->account);
	}
	ask_same(pg_trip_add(trip, &read_one), actor, ask);
	pg_trip_add(trip, &pg_commit);
}

void frozen_list_ask(struct pg_trip *trip, const struct actor *actor, int64_t before_ms,
	const struct uuid *before_id, unsigned limit)
{
	static const int64_t end_of_time_ms = 253402300799000;
	struct pg_params *params = pg_trip_add(trip, &read_all);
	struct uuid last;

	memset(&last, 0xff, sizeof last);
	scope_ask(params, actor);
	pg_params_int(params, before_ms ? before_ms : end_of_time_ms);
	pg_params_uuid(params, before_ms ? before_id : &last);
	pg_params_int(params, limit + 1);
}

/* The only step, or the one before COMMIT. */
static const PGresult *rows_of(const struct pg_trip *trip)
{
	return trip->results[trip->count > 1 ? trip->count - 2 : 0];
}

int frozen_count(const struct pg_trip *trip)
{
	return PQntuples(rows_of(trip));
}

struct frozen frozen_at(const struct pg_trip *trip, int row)
{
	const PGresult *rows = rows_of(trip);

	return (struct frozen){
		.id = pg_uuid(rows, row, 0),
		.name = pg_text(rows, row, 1),
		.period = pg_text(rows, row, 2),
		.cut = pg_text(rows, row, 3),
		.first_on = pg_text(rows, row, 4),
		.last_on = pg_text(rows, row, 5),
		.office = pg_text(rows, row, 6),
		.agency = pg_text(rows, row, 7),
		.procedure = pg_text(rows, row, 8),
		.courier = pg_text(rows, row, 9),
		.version = pg_int(rows, row, 10),
		.at_ms = pg_int(rows, row, 11),
		.account = pg_text(rows, row, 12),
		.digests = pg_text(rows, row, 13),
	};
}

void frozen_bytes_ask(struct pg_trip *trip, const struct actor *actor, const char *name,
	const struct uuid *id, const char *format)
{
	struct pg_params *params = pg_trip_add(trip, &read_bytes);

	scope_ask(params, actor);
	pg_params_uuid(params, id);
	pg_params_text(params, name);
	pg_params_text(params, format);
}

GString *frozen_bytes(const struct pg_trip *trip)
{
	const PGresult *rows = trip->results[0];
	size_t length;
	GString *bytes;

	if (PQntuples(rows) == 0) {
		return NULL;
	}
	length = pg_bytes_length(rows, 0, 0);
	bytes = g_string_sized_new(length);
	g_string_set_size(bytes, length);
	if (!pg_bytes(rows, 0, 0, bytes->str, length)) {
		g_string_free(bytes, TRUE);
		return NULL;
	}
	return bytes;
}

const char *frozen_bytes_period(const struct pg_trip *trip)
{
	return pg_text(trip->results[0], 0, 1);
}
