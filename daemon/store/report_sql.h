#ifndef HOSO_STORE_REPORT_SQL_H
#define HOSO_STORE_REPORT_SQL_H

/*
 * What the statements of all reports have in common. $1 the session's office, $2 its agency (one of them NULL), $3 and
 * $4 the period's first instant and the first after it (Unix ms), $5 and $6 its first and last day, $7 office, $8
 * agency, $9 procedure, $10 account as asked for (NULL: all), $11 the last day that is over.
 *
 * Rows are section, key, name, note, and then numbers; what stands where, the forms in api/ say.
 */
/* clang-format off */
#define REPORT_ASKED \
	"asked AS (SELECT $1::int, $2::int, $3::bigint, $4::bigint, $5::date, $6::date, $7::text, $8::text, $9::text," \
	"  $10::text, $11::date)"

/* Those of the session's office, or of the asked one within it; of an officer all: its agency narrows. */
#define REPORT_IN_SCOPE \
	"SELECT s.descendant AS id FROM office_scope s" \
	" WHERE ($1::int IS NULL OR s.descendant IN (SELECT descendant FROM office_scope WHERE ancestor = $1))" \
	"  AND ($7::text IS NULL AND ($1 IS NULL OR s.ancestor = $1)" \
	"   OR s.ancestor IN (SELECT id FROM office WHERE code = $7))"
#define REPORT_OFFICES "offices AS (" REPORT_IN_SCOPE ")"

#define REPORT_MY_AGENCY "(SELECT mine.code FROM agency mine WHERE mine.id = $2)"

/* @who: the column with the account. */
#define REPORT_NARROWED(who) \
	" ($2::int IS NULL AND $8::text IS NULL OR l.agency_id = ANY (ARRAY(SELECT g.id FROM agency g" \
	"   WHERE ($8::text IS NULL OR g.code = $8) AND ($2::int IS NULL OR g.code = " REPORT_MY_AGENCY "))))" \
	" AND ($9::text IS NULL OR l.procedure_id = ANY (ARRAY(SELECT p.id FROM procedure p WHERE p.code = $9)))" \
	" AND ($10::text IS NULL OR l." who " = (SELECT id FROM account WHERE account = $10))"

#define REPORT_WHEN(column) "l." column " >= at($3::bigint) AND l." column " < at($4::bigint)"
/* Not through the CTE: those are read by one process, and this may be two. */
#define REPORT_WHERE(column) "l." column " IN (" REPORT_IN_SCOPE ")"

#define REPORT_FROM_ACCEPTED \
	" FROM leg l WHERE " REPORT_WHEN("accepted_at") " AND " REPORT_WHERE("accepted_office_id") \
	" AND" REPORT_NARROWED("accepted_by")
#define REPORT_FROM_ENDED \
	" FROM leg l WHERE " REPORT_WHEN("ended_at") " AND l.ended_as IS NOT NULL AND " \
	REPORT_WHERE("ended_office_id") " AND" REPORT_NARROWED("ended_by")

#define REPORT_LOCAL(time) "(" time " AT TIME ZONE 'Asia/Ho_Chi_Minh')"

/* As HOSO_LEG_KINDS says. */
#define REPORT_TO_AGENCY "l.kind IN ('submit', 'supplement_in', 'reclaim', 'inter')"

/* To the agency it must have come; at the citizen's the first attempt is enough (TT 17/2017 Điều 3.5, 7.2). */
#define REPORT_IN_TIME \
	"coalesce(" REPORT_LOCAL("CASE WHEN " REPORT_TO_AGENCY " THEN CASE WHEN l.ended_as = 'delivered' THEN l.ended_at END" \
	"  ELSE coalesce(l.attempted_at, CASE WHEN l.ended_as <> 'lost' THEN l.ended_at END) END") \
	"::date <= l.promised_on, false)"

/* Codes, not rows: an agency is the same under all its names. */
#define REPORT_KEYS \
	" LEFT JOIN agency g ON g.id = s.agency_id LEFT JOIN office o ON o.id = s.office_id" \
	" LEFT JOIN procedure p ON p.id = s.procedure_id LEFT JOIN account a ON a.id = s.account_id"
#define REPORT_NAME(section, key) \
	"CASE " section \
	" WHEN 'agency' THEN (SELECT n.name FROM agency n WHERE n.code = " key " ORDER BY n.valid_from DESC LIMIT 1)" \
	" WHEN 'office' THEN (SELECT n.name FROM office n WHERE n.code = " key " ORDER BY n.valid_from DESC LIMIT 1)" \
	" WHEN 'procedure' THEN (SELECT n.name FROM procedure n WHERE n.code = " key \
	"  ORDER BY n.valid_from DESC LIMIT 1)" \
	" ELSE '' END"
/* clang-format on */

#endif
