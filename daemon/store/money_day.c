#include <inttypes.h>
#include <string.h>

#include <glib.h>

#include "store/money.h"
#include "store/scope.h"

/* clang-format off */
/*
 * $3 day, $4 login or "", $5 is it the office's, $6 $7 $8 counted fee, postage, collect, $9 reason, $10 now, $11 account,
 * $12 name. Sums up to the end of that day: what was written down since midnight is taken off again.
 * All three kinds, or none.
 */
static const struct pg_statement close_day = {"money_close",
	"WITH holder AS (SELECT 0::bigint AS id WHERE $5::bool"
	"   UNION ALL SELECT a.id FROM account a WHERE NOT $5::bool AND a.account = $4 AND a.office_id = $1::int),"
	" later AS (SELECT FROM money_day d JOIN holder ON d.account_id = holder.id"
	"  WHERE d.office_id = $1::int AND d.day >= $3::date),"
	" sums AS (SELECT holder.id, k.kind, k.counted,"
	"   coalesce((SELECT sum(h.in_vnd)::bigint FROM money_held h WHERE h.office_id = $1::int AND h.account_id = holder.id"
	"    AND h.kind = k.kind), 0) - coalesce(since.came, 0) AS in_vnd,"
	"   coalesce((SELECT sum(h.out_vnd)::bigint FROM money_held h WHERE h.office_id = $1::int AND h.account_id = holder.id"
	"    AND h.kind = k.kind), 0) - coalesce(since.went, 0) AS out_vnd"
	"  FROM holder, (VALUES ('fee', $6::bigint), ('postage', $7::bigint), ('collect', $8::bigint)) AS k(kind, counted),"
	"   LATERAL (SELECT sum(e.amount_vnd) FILTER (WHERE e.direction = 'in')::bigint AS came,"
	"     sum(e.amount_vnd) FILTER (WHERE e.direction = 'out')::bigint AS went"
	"    FROM money_entry e WHERE e.office_id = $1::int AND e.kind = k.kind AND e.booked_on > $3::date"
	"     AND CASE WHEN holder.id = 0 THEN e.held_by = 'office' ELSE e.held_by = 'person' AND e.account_id = holder.id END"
	"   ) AS since),"
	" unexplained AS (SELECT FROM sums WHERE counted <> in_vnd - out_vnd AND $9 = ''),"
	" made AS (INSERT INTO money_day (office_id, day, account_id, kind, in_vnd, out_vnd, counted_vnd, reason, closed_at,"
	"   closed_by, closed_name)"
	"  SELECT $1::int, $3::date, s.id, s.kind, s.in_vnd, s.out_vnd, s.counted,"
	"   CASE WHEN s.counted <> s.in_vnd - s.out_vnd THEN $9 ELSE '' END, at($10::bigint), $11::bigint, $12 FROM sums s"
	"  WHERE $2::int IS NULL AND NOT EXISTS (SELECT FROM unexplained) AND NOT EXISTS (SELECT FROM later)"
	"  ON CONFLICT DO NOTHING RETURNING kind)"
	" SELECT EXISTS (SELECT FROM holder), EXISTS (SELECT FROM later), EXISTS (SELECT FROM unexplained),"
	"  (SELECT count(*) FROM made)"};

/* The day's own movements are the differences to the closing before. */
#define DAY_ROWS \
	"SELECT d.office_id, d.account_id, d.day, o.code, a.account, a.name, d.kind," \
	"  d.in_vnd - coalesce(p.in_vnd, 0), d.out_vnd - coalesce(p.out_vnd, 0), d.reckoned_vnd, d.counted_vnd, d.difference_vnd," \
	"  d.reason, d.closed_name, ms(d.closed_at)" \
	" FROM money_day d JOIN office o ON o.id = d.office_id LEFT JOIN account a ON a.id = d.account_id" \
	"  LEFT JOIN LATERAL (SELECT q.in_vnd, q.out_vnd FROM money_day q WHERE q.office_id = d.office_id" \
	"    AND q.account_id = d.account_id AND q.kind = d.kind AND q.day < d.day ORDER BY q.day DESC LIMIT 1) AS p ON true"

/* $3 day, $4 login, $5 is it the office's. */
static const struct pg_statement read_closed = {"money_closed",
	DAY_ROWS " WHERE d.office_id = $1::int AND $2::int IS NULL AND d.day = $3::date"
	"  AND CASE WHEN $5::bool THEN d.account_id = 0 ELSE a.account = $4 END ORDER BY d.kind"};

/* $3 office, $4 from, $5 to (days), $6 after: "days:office:account:kind", $7 limit. */
static const struct pg_statement read_days = {"money_days",
	DAY_ROWS " WHERE $1::int IS NOT NULL AND $2::int IS NULL AND d.office_id = ANY (" SCOPE_OFFICES ")"
	"  AND ($3 = '' OR o.code = $3) AND ($4 = '' OR d.day >= nullif($4, '')::date)"
	"  AND ($5 = '' OR d.day <= nullif($5, '')::date)"
	"  AND ($6 = '' OR (-(d.day - date '1970-01-01'), d.office_id, d.account_id, d.kind COLLATE \"C\")"
	"   > (-split_part($6, ':', 1)::int, split_part($6, ':', 2)::int, split_part($6, ':', 3)::bigint,"
	"    split_part($6, ':', 4)))"
	" ORDER BY d.day DESC, d.office_id, d.account_id, d.kind COLLATE \"C\" LIMIT $7::bigint"};
/* clang-format on */

void money_close_ask(
	struct pg_trip *trip, const struct actor *actor, const struct money_close *close)
{
	struct pg_params *params;

	pg_trip_add(trip, &pg_begin);
	params = pg_trip_add(trip, &close_day);
	scope_ask(params, actor);
	pg_params_text(params, close->day);
	pg_params_text(params, close->account);
	pg_params_bool(params, close->is_office);
	for (int kind = 0; kind < MONEY_KIND_COUNT; kind++) {
		pg_params_int(params, close->counted_vnd[kind]);
	}
	pg_params_text(params, close->reason);
	pg_params_int(params, close->now_ms);
	pg_params_int(params, actor->account);
	pg_params_text(params, actor->name);
	params = pg_trip_add(trip, &read_closed);
	scope_ask(params, actor);
	pg_params_text(params, close->day);
	pg_params_text(params, close->account);
	pg_params_bool(params, close->is_office);
	pg_trip_add(trip, &pg_commit);
}

/* The very same again, after a lost answer, is the same. */
static bool is_alike(const PGresult *rows, const struct money_close *close)
{
	for (int row = 0; row < pg_rows(rows); row++) {
		struct money_day day = money_day_at(rows, row);
		enum money_kind kind = money_kind_from_wire(day.kind);
		const char *reason = day.difference_vnd ? close->reason : "";
		if (kind == MONEY_KIND_COUNT || day.counted_vnd != close->counted_vnd[kind] ||
			strcmp(day.reason, reason) != 0) {
			return false;
		}
	}
	return pg_rows(rows) == MONEY_KIND_COUNT;
}

enum hoso_error money_closed(const struct pg_trip *trip, const struct money_close *close)
{
	const PGresult *said = trip->results[1];

	if (!pg_bool(said, 0, 0)) {
		return HOSO_NOT_FOUND;
	}
	if (pg_int(said, 0, 3) == MONEY_KIND_COUNT) {
		return HOSO_OK;
	}
	if (pg_bool(said, 0, 1)) {
		return is_alike(trip->results[MONEY_CLOSED_ROWS], close) ? HOSO_OK
									 : HOSO_DAY_CLOSED;
	}
	return pg_bool(said, 0, 2) ? HOSO_UNEXPLAINED : HOSO_CONFLICT;
}

void money_day_ask(struct pg_trip *trip, const struct actor *actor, const char *office,
	const char *from, const char *to, const char *after, unsigned limit)
{
	struct pg_params *params = pg_trip_add(trip, &read_days);

	scope_ask(params, actor);
	pg_params_text(params, office);
	pg_params_text(params, from);
	pg_params_text(params, to);
	pg_params_text(params, after);
	pg_params_int(params, limit + 1);
}

struct money_day money_day_at(const PGresult *rows, int row)
{
	return (struct money_day){
		.office_id = (int32_t)pg_int(rows, row, 0),
		.account_id = pg_int(rows, row, 1),
		.day = pg_text(rows, row, 2),
		.office_code = pg_text(rows, row, 3),
		.account = pg_text(rows, row, 4),
		.account_name = pg_text(rows, row, 5),
		.kind = pg_text(rows, row, 6),
		.day_in_vnd = pg_int(rows, row, 7),
		.day_out_vnd = pg_int(rows, row, 8),
		.reckoned_vnd = pg_int(rows, row, 9),
		.counted_vnd = pg_int(rows, row, 10),
		.difference_vnd = pg_int(rows, row, 11),
		.reason = pg_text(rows, row, 12),
		.closed_name = pg_text(rows, row, 13),
		.closed_at_ms = pg_int(rows, row, 14),
	};
}

static unsigned part(char *const *parts, unsigned n)
{
	return (unsigned)g_ascii_strtoull(parts[n], NULL, 10);
}

/* The day as days since 1970: GDate counts from the year 1. */
void money_day_key(const struct money_day *day, char *ret_key, size_t size)
{
	g_auto(GStrv) parts = g_strsplit(day->day, "-", 3);
	GDate date, epoch;

	g_date_clear(&date, 1);
	g_date_clear(&epoch, 1);
	g_date_set_dmy(&epoch, 1, G_DATE_JANUARY, 1970);
	g_date_set_dmy(&date, (GDateDay)part(parts, 2), (GDateMonth)part(parts, 1),
		(GDateYear)part(parts, 0));
	g_snprintf(ret_key, size, "%d:%" PRIi32 ":%" PRIi64 ":%s",
		g_date_days_between(&epoch, &date), day->office_id, day->account_id, day->kind);
}
