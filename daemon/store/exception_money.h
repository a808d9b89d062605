#ifndef HOSO_STORE_EXCEPTION_MONEY_H
#define HOSO_STORE_EXCEPTION_MONEY_H

#include "store/in_force.h"
#include "store/scope.h"

/*
 * Money that does not add up, and money that should have been handed in: two branches of the exception desk, with its
 * columns; $1 to $11 and IN_OFFICE as in exception.c. The first leaves it when a later end of day comes out even, the
 * second when the cash is handed in.
 */
/* clang-format off */
#define SEES_OFFICE(id) "$1::int IS NOT NULL AND $2::int IS NULL AND " id " = ANY (" SCOPE_OFFICES ")"

#define MONEY_DIFFERS_AT "date_trunc('milliseconds', y.closed_at)"
#define MONEY_DIFFERS_KEY "('money_differs:' || y.office_id || ':' || y.account_id || ':' || y.kind)"
#define MONEY_DIFFERS \
	"SELECT " MONEY_DIFFERS_KEY ", y.account_id::text, " MONEY_DIFFERS_AT ", NULL, NULL, NULL, NULL, y.kind," \
	"  (SELECT c.name FROM account c WHERE c.id = y.account_id), o.code, y.difference_vnd || ' ' || y.reason, o.code," \
	"  NULL::timestamptz, NULL::timestamptz" \
	" FROM money_day y JOIN office o ON o.id = y.office_id" \
	" WHERE y.difference_vnd <> 0 AND " MONEY_DIFFERS_AT " <= at($3::bigint)" \
	"  AND NOT EXISTS (SELECT FROM money_day later WHERE later.office_id = y.office_id" \
	"   AND later.account_id = y.account_id AND later.kind = y.kind AND later.day > y.day)" \
	"  AND " SEES_OFFICE("y.office_id") " AND " IN_OFFICE("y.office_id")

/*
 * QĐ 45/2016 Điều 15.2: within the day. What a person had when the last day before today ended, and has not given
 * away since; it fell due with the end of the last such day on which some of it came in.
 */
#define UNREMITTED_OF "e.office_id = h.office_id AND e.account_id = h.account_id AND e.kind = h.kind" \
	" AND e.agency_id = h.agency_id AND e.direction = 'in' AND e.held_by = 'person'"
#define UNREMITTED_VND \
	"(h.in_vnd - h.out_vnd - coalesce((SELECT sum(e.amount_vnd) FROM money_entry e" \
	"  WHERE " UNREMITTED_OF " AND e.booked_on >= " TODAY "), 0))"
#define UNREMITTED_AT \
	"((SELECT max(e.booked_on) + 1 FROM money_entry e WHERE " UNREMITTED_OF " AND e.booked_on < " TODAY ")::timestamp" \
	"  AT TIME ZONE 'Asia/Ho_Chi_Minh')"
#define UNREMITTED_KEY \
	"('unremitted:' || h.office_id || ':' || h.account_id || ':' || h.kind || ':' || h.agency_id)"
#define UNREMITTED \
	"SELECT " UNREMITTED_KEY ", h.account_id::text, " UNREMITTED_AT ", NULL, NULL, NULL, NULL, h.kind," \
	"  (SELECT c.name FROM account c WHERE c.id = h.account_id), o.code, " UNREMITTED_VND "::text, o.code," \
	"  NULL::timestamptz, NULL::timestamptz" \
	" FROM money_held h JOIN office o ON o.id = h.office_id" \
	" WHERE h.account_id <> 0 AND h.in_vnd > h.out_vnd AND " UNREMITTED_VND " > 0" \
	"  AND " UNREMITTED_AT " <= at($3::bigint) AND " SEES_OFFICE("h.office_id") " AND " IN_OFFICE("h.office_id")
/* clang-format on */

#endif
