#include "store/report_private.h"

#include "store/report_sql.h"

/* clang-format off */
#define COUNT_IF(condition, name) "coalesce(sum(n) FILTER (WHERE " condition "), 0) AS " name
#define COUNTS \
	COUNT_IF("what = 'accepted'", "n1") ", " COUNT_IF("what = 'accepted' AND to_agency", "n2") ", " \
	COUNT_IF("what = 'delivered'", "n3") ", " COUNT_IF("what = 'delivered' AND to_agency", "n4") ", " \
	COUNT_IF("what = 'returned'", "n5") ", " COUNT_IF("what = 'lost'", "n6") ", " COUNT_IF("is_late", "n7")

/*
 * accepted, of it to agencies; delivered, of it to agencies; returned; lost; of all of them recorded after the
 * period's end.
 */
const struct pg_statement report_volume = {"report_volume",
	"WITH " REPORT_ASKED ", " REPORT_OFFICES ", moved AS ("
	" SELECT l.agency_id, l.accepted_office_id AS office_id, l.procedure_id, l.accepted_by AS account_id, l.kind,"
	"  " REPORT_LOCAL("l.accepted_at") "::date AS day, 'accepted' AS what, " REPORT_TO_AGENCY " AS to_agency,"
	"  l.accepted_recorded_at >= at($4) AS is_late" REPORT_FROM_ACCEPTED
	" UNION ALL SELECT l.agency_id, l.ended_office_id, l.procedure_id, l.ended_by, l.kind,"
	"  " REPORT_LOCAL("l.ended_at") "::date, l.ended_as, " REPORT_TO_AGENCY ", l.ended_recorded_at >= at($4)"
	REPORT_FROM_ENDED
	/* Every leg is counted into three small tables; what is asked for are sums of those. */
	"), base AS MATERIALIZED (SELECT GROUPING(agency_id, office_id, day) AS part, agency_id, office_id, procedure_id,"
	"  account_id, kind, day, what, to_agency, is_late, count(*) AS n FROM moved GROUP BY what, to_agency, is_late,"
	"  GROUPING SETS ((agency_id, procedure_id, kind), (office_id, account_id), (day))"
	"), sums AS ("
	"SELECT CASE 0 WHEN GROUPING(agency_id) THEN 'agency' WHEN GROUPING(procedure_id) THEN 'procedure'"
	"  WHEN GROUPING(kind) THEN 'kind' ELSE 'total' END AS section, agency_id, NULL::int AS office_id, procedure_id,"
	"  NULL::bigint AS account_id, kind, NULL::date AS day, " COUNTS
	" FROM base WHERE part = 3 GROUP BY GROUPING SETS ((agency_id), (procedure_id), (kind), ())"
	" UNION ALL SELECT CASE 0 WHEN GROUPING(office_id) THEN 'office' ELSE 'courier' END, NULL, office_id, NULL,"
	"  account_id, NULL, NULL, " COUNTS " FROM base WHERE part = 5 GROUP BY GROUPING SETS ((office_id), (account_id))"
	" UNION ALL SELECT 'day', NULL, NULL, NULL, NULL, NULL, day, " COUNTS " FROM base WHERE part = 6 GROUP BY day"
	"), named AS (SELECT section, coalesce(g.code, o.code, p.code, a.account, s.kind, s.day::text, '') AS key,"
	"  sum(n1) AS n1, sum(n2) AS n2, sum(n3) AS n3, sum(n4) AS n4, sum(n5) AS n5, sum(n6) AS n6, sum(n7) AS n7"
	" FROM sums s" REPORT_KEYS " WHERE section <> 'courier' OR a.role = 'courier' GROUP BY 1, 2)"
	" SELECT section, key, " REPORT_NAME("section", "key") ", '', n1, n2, n3, n4, n5, n6, n7 FROM named"
	" ORDER BY section, CASE section WHEN 'procedure' THEN -(n1 + n3) ELSE 0 END, key COLLATE \"C\""};

#define WEEK_MINUTE "((floor(date_part('epoch', v.t) / 60)::bigint - 4 * 1440) % 10080)::int"

/*
 * When the one-stop units are closed. A minute of the week is open or not; a holiday is closed, a working Saturday is
 * as a Monday. By time of day: accepted, of it by couriers; delivered to citizens. By office: accepted, of it outside;
 * delivered to citizens, of it outside.
 */
const struct pg_statement report_out_of_hours = {"report_out_of_hours",
	"WITH " REPORT_ASKED ", " REPORT_OFFICES ", hours AS ("
	" SELECT weekday, min(opens) AS opens, max(closes) AS closes FROM one_stop_hours GROUP BY weekday"
	"), minutes AS MATERIALIZED (SELECT w * 1440 + m AS minute, CASE"
	"   WHEN h.weekday IS NULL THEN 'weekend' WHEN time '00:00' + m * interval '1 minute' < h.opens THEN 'before'"
	"   WHEN time '00:00' + m * interval '1 minute' >= h.closes THEN 'after'"
	"   WHEN EXISTS (SELECT FROM one_stop_hours x WHERE x.weekday = w AND x.opens <= time '00:00' + m * interval '1 minute'"
	"     AND x.closes > time '00:00' + m * interval '1 minute') THEN 'open' ELSE 'noon' END AS slot"
	"  FROM generate_series(1, 7) AS w CROSS JOIN generate_series(0, 1439) AS m LEFT JOIN hours h ON h.weekday = w"
	"), moved AS ("
	" SELECT l.accepted_office_id AS office_id, l.accepted_by AS account_id, " REPORT_LOCAL("l.accepted_at") " AS t,"
	"  'accepted' AS what" REPORT_FROM_ACCEPTED
	" UNION ALL SELECT l.ended_office_id, l.ended_by, " REPORT_LOCAL("l.ended_at") ", 'delivered'" REPORT_FROM_ENDED
	"  AND l.ended_as = 'delivered' AND NOT " REPORT_TO_AGENCY
	"), slots AS (SELECT v.office_id, v.what, v.account_id,"
	"  CASE WHEN c.is_workday = false THEN 'holiday' ELSE m.slot END AS slot, count(*) AS n"
	" FROM moved v LEFT JOIN calendar_day c ON c.day = v.t::date"
	/* One number, the day looked up before, so that there is one way to join. 1970-01-05 was a Monday. */
	"  JOIN minutes m ON m.minute = 1440 + CASE WHEN c.is_workday AND " WEEK_MINUTE " >= 5 * 1440"
	"    THEN " WEEK_MINUTE " % 1440 ELSE " WEEK_MINUTE " END"
	" GROUP BY 1, 2, 3, 4"
	"), timed AS (SELECT s.office_id, s.what, s.slot, s.n, a.role = 'courier' AS by_courier"
	" FROM slots s LEFT JOIN account a ON a.id = s.account_id)"
	" SELECT 'slot', slot, '', '', coalesce(sum(n) FILTER (WHERE what = 'accepted'), 0),"
	"  coalesce(sum(n) FILTER (WHERE what = 'accepted' AND by_courier), 0),"
	"  coalesce(sum(n) FILTER (WHERE what = 'delivered'), 0), NULL::numeric FROM timed GROUP BY slot"
	" UNION ALL SELECT CASE GROUPING(o.code) WHEN 0 THEN 'office' ELSE 'total' END, coalesce(o.code, ''),"
	"  coalesce(" REPORT_NAME("'office'", "o.code") ", ''), '', coalesce(sum(n) FILTER (WHERE what = 'accepted'), 0),"
	"  coalesce(sum(n) FILTER (WHERE what = 'accepted' AND slot <> 'open'), 0),"
	"  coalesce(sum(n) FILTER (WHERE what = 'delivered'), 0),"
	"  coalesce(sum(n) FILTER (WHERE what = 'delivered' AND slot <> 'open'), 0)"
	" FROM timed t LEFT JOIN office o ON o.id = t.office_id GROUP BY GROUPING SETS ((o.code), ())"
	" ORDER BY 1, 2"};
/* clang-format on */
