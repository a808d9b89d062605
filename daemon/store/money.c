#include "store/money.h"

#include <inttypes.h>

#include <glib.h>

#include "store/scope.h"

/* clang-format off */
/* $3 office, $4 after: "office/account/kind/agency", $5 limit, $6 holder, or -1 for all. */
static const struct pg_statement read_held = {"money_held_read",
	"SELECT h.office_id, h.account_id, h.agency_id, o.code, o.name, a.account, a.name, h.kind, g.code, g.name, h.in_vnd,"
	"  h.out_vnd"
	" FROM money_held h JOIN office o ON o.id = h.office_id LEFT JOIN account a ON a.id = h.account_id"
	"  LEFT JOIN agency g ON g.id = h.agency_id"
	" WHERE $1::int IS NOT NULL AND $2::int IS NULL AND h.office_id = ANY (" SCOPE_OFFICES ")"
	"  AND h.in_vnd <> h.out_vnd AND ($3 = '' OR o.code = $3) AND ($6::bigint < 0 OR h.account_id = $6::bigint)"
	"  AND ($4 = '' OR (h.office_id, h.account_id, h.kind COLLATE \"C\", h.agency_id)"
	"   > (split_part($4, ':', 1)::int, split_part($4, ':', 2)::bigint, split_part($4, ':', 3),"
	"    split_part($4, ':', 4)::int))"
	" ORDER BY h.office_id, h.account_id, h.kind COLLATE \"C\", h.agency_id LIMIT $5::bigint"};
/* clang-format on */

void money_held_ask(struct pg_trip *trip, const struct actor *actor, const char *office,
	int64_t holder, const char *after, unsigned limit)
{
	struct pg_params *params = pg_trip_add(trip, &read_held);

	scope_ask(params, actor);
	pg_params_text(params, office);
	pg_params_text(params, after);
	pg_params_int(params, limit + 1);
	pg_params_int(params, holder);
}

struct money_held money_held_at(const PGresult *rows, int row)
{
	return (struct money_held){
		.office_id = (int32_t)pg_int(rows, row, 0),
		.account_id = pg_int(rows, row, 1),
		.agency_id = (int32_t)pg_int(rows, row, 2),
		.office_code = pg_text(rows, row, 3),
		.office_name = pg_text(rows, row, 4),
		.account = pg_text(rows, row, 5),
		.account_name = pg_text(rows, row, 6),
		.kind = pg_text(rows, row, 7),
		.agency_code = pg_text(rows, row, 8),
		.agency_name = pg_text(rows, row, 9),
		.in_vnd = pg_int(rows, row, 10),
		.out_vnd = pg_int(rows, row, 11),
	};
}

void money_held_key(const struct money_held *held, char *ret_key, size_t size)
{
	g_snprintf(ret_key, size, "%" PRIi32 ":%" PRIi64 ":%s:%" PRIi32, held->office_id,
		held->account_id, held->kind, held->agency_id);
}
