#include "store/workdays.h"

static const struct pg_statement read_days = {"workdays_read",
	"SELECT day - date '1970-01-01', is_workday FROM calendar_day"
	" WHERE day BETWEEN date '1970-01-01' + $1::bigint::int AND date '1970-01-01' + $2::bigint::int"
	" ORDER BY day LIMIT $3::bigint"};

void workdays_ask(struct pg_trip *trip, int32_t day)
{
	struct pg_params *params = pg_trip_add(trip, &read_days);

	pg_params_int(params, day - CALENDAR_BACK_DAYS);
	pg_params_int(params, day + CALENDAR_AHEAD_DAYS);
	pg_params_int(params, CALENDAR_DAYS_MAX);
}

struct calendar workdays_learn(const struct pg_trip *trip, unsigned step)
{
	const PGresult *rows = trip->results[step];
	struct calendar calendar = {0};

	for (int row = 0; row < PQntuples(rows) && row < CALENDAR_DAYS_MAX; row++) {
		calendar.days[calendar.count++] =
			(struct special_day){(int32_t)pg_int(rows, row, 0), pg_bool(rows, row, 1)};
	}
	return calendar;
}
