#include "store/report_private.h"

#include "store/report_sql.h"

/* clang-format off */
/*
 * What became of a leg, as one number, by which millions are counted faster than by words: its two low bits say whether
 * it went to an agency, and whether that was recorded after the period's end.
 */
#define MOVE(move, recorded) \
	"4 * (" move ") + CASE WHEN " REPORT_TO_AGENCY " THEN 2 ELSE 0 END" \
	" + CASE WHEN l." recorded " >= at($4) THEN 1 ELSE 0 END"
#define COUNT_IF(condition, name) "coalesce(sum(n) FILTER (WHERE " condition "), 0) AS " name
#define COUNTS \
	COUNT_IF("move / 4 = 0", "n1") ", " COUNT_IF("move / 2 = 1", "n2") ", " \
	COUNT_IF("move / 4 = 1", "n3") ", " COUNT_IF("move / 2 = 3", "n4") ", " \
	COUNT_IF("move / 4 = 2", "n5") ", " COUNT_IF("move / 4 = 3", "n6") ", " COUNT_IF("move % 2 = 1", "n7")

/* The local day, as a number: to ask for the time zone takes longer for each leg than all else. Vietnam has been at UTC+7
 * since 1975, all year round. */
#define DAY_NUMBER(time) "floor((date_part('epoch', l." time ") + 7 * 3600) / 86400)::int"

/*
 * accepted, of it to agencies; delivered, of it to agencies; returned; lost; of all of them recorded after the
 * period's end.
 */
const struct pg_statement report_volume = {"report_volume",
	"WITH " REPORT_ASKED ", " REPORT_OFFICES ", moved AS ("
	" SELECT l.agency_id, l.accepted_office_id AS office_id, l.procedure_id, l.accepted_by AS account_id, l.kind,"
	"  " DAY_NUMBER("accepted_at") " AS day, " MOVE("0", "accepted_recorded_at") " AS move" REPORT_FROM_ACCEPTED
	" UNION ALL SELECT l.agency_id, l.ended_office_id, l.procedure_id, l.ended_by, l.kind, " DAY_NUMBER("ended_at") ","
	"  " MOVE("CASE l.ended_as WHEN 'delivered' THEN 1 WHEN 'returned' THEN 2 ELSE 3 END", "ended_recorded_at")
	REPORT_FROM_ENDED
	/* Every leg is counted into three small tables; what is asked for are sums of those. */
	"), base AS MATERIALIZED (SELECT GROUPING(agency_id, office_id, day) AS part, agency_id, office_id, procedure_id,"
	"  account_id, kind, day, move, count(*) AS n FROM moved GROUP BY move,"
	"  GROUPING SETS ((agency_id, procedure_id, kind), (office_id, account_id), (day))"
	"), sums AS ("
	"SELECT CASE 0 WHEN GROUPING(agency_id) THEN 'agency' WHEN GROUPING(procedure_id) THEN 'procedure'"
	"  WHEN GROUPING(kind) THEN 'kind' ELSE 'total' END AS section, agency_id, NULL::int AS office_id, procedure_id,"
	"  NULL::bigint AS account_id, kind, NULL::int AS day, " COUNTS
	" FROM base WHERE part = 3 GROUP BY GROUPING SETS ((agency_id), (procedure_id), (kind), ())"
	" UNION ALL SELECT CASE 0 WHEN GROUPING(office_id) THEN 'office' ELSE 'courier' END, NULL, office_id, NULL,"
	"  account_id, NULL, NULL, " COUNTS " FROM base WHERE part = 5 GROUP BY GROUPING SETS ((office_id), (account_id))"
	" UNION ALL SELECT 'day', NULL, NULL, NULL, NULL, NULL, day, " COUNTS " FROM base WHERE part = 6 GROUP BY day"
	"), named AS (SELECT section, coalesce(g.code, o.code, p.code, a.account, s.kind, (date '1970-01-01' + s.day)::text, '')"
	"   AS key,"
	"  sum(n1) AS n1, sum(n2) AS n2, sum(n3) AS n3, sum(n4) AS n4, sum(n5) AS n5, sum(n6) AS n6, sum(n7) AS n7"
	" FROM sums s" REPORT_KEYS " WHERE section <> 'courier' OR a.role = 'courier' GROUP BY 1, 2)"
	" SELECT section, key, " REPORT_NAME("section", "key") ", '', n1, n2, n3, n4, n5, n6, n7 FROM named"
	" ORDER BY section, CASE section WHEN 'procedure' THEN -(n1 + n3) ELSE 0 END, key COLLATE \"C\""};

/*
 * Of each instant the last turn before it, found among some thousand in an array; as a number, by which it is counted.
 */
#define SLOTS "ARRAY['before', 'open', 'noon', 'after', 'weekend', 'holiday']"
#define SLOT_OF(time) \
	"(ARRAY(SELECT slot FROM turns ORDER BY at, day))[width_bucket(l." time ", ARRAY(SELECT at FROM turns ORDER BY at, day))]"

/*
 * When the one-stop units are closed. A weekday turns from one slot to the next when they open or close; the period's
 * days have the turns of theirs, a holiday is one slot, a working Saturday is as a Monday. By time of day: accepted, of it
 * by couriers; delivered to citizens. By office: accepted, of it outside; delivered to citizens, of it outside.
 */
const struct pg_statement report_out_of_hours = {"report_out_of_hours",
	"WITH " REPORT_ASKED ", " REPORT_OFFICES ", hours AS ("
	" SELECT weekday, min(opens) AS opens, max(closes) AS closes FROM one_stop_hours GROUP BY weekday"
	"), edges AS (SELECT w AS weekday, e.time, CASE"
	"   WHEN h.weekday IS NULL THEN 'weekend' WHEN e.time < h.opens THEN 'before' WHEN e.time >= h.closes THEN 'after'"
	"   WHEN EXISTS (SELECT FROM one_stop_hours x WHERE x.weekday = w AND x.opens <= e.time AND x.closes > e.time)"
	"    THEN 'open' ELSE 'noon' END AS slot"
	"  FROM generate_series(1, 7) AS w LEFT JOIN hours h ON h.weekday = w CROSS JOIN LATERAL (SELECT time '00:00'"
	"    UNION SELECT opens FROM one_stop_hours WHERE weekday = w UNION SELECT closes FROM one_stop_hours WHERE weekday = w)"
	"   AS e(time)"
	"), days AS (SELECT d.day, c.is_workday, CASE WHEN c.is_workday AND extract(isodow FROM d.day) > 5 THEN 1"
	"   ELSE extract(isodow FROM d.day) END AS weekday"
	"  FROM (SELECT $5::date + n AS day FROM generate_series(0, $6::date - $5::date) AS n) d"
	"  LEFT JOIN calendar_day c ON c.day = d.day"
	"), turns AS MATERIALIZED (SELECT d.day, (d.day + e.time) AT TIME ZONE 'Asia/Ho_Chi_Minh' AS at,"
	"   array_position(" SLOTS ", CASE WHEN d.is_workday = false THEN 'holiday' ELSE e.slot END) AS slot"
	"  FROM days d JOIN edges e ON e.weekday = d.weekday"
	"), counted AS ("
	" SELECT l.accepted_office_id AS office_id, l.accepted_by AS account_id, true AS is_accepted,"
	"  " SLOT_OF("accepted_at") " AS slot, count(*) AS n" REPORT_FROM_ACCEPTED " GROUP BY 1, 2, 4"
	" UNION ALL SELECT l.ended_office_id, l.ended_by, false, " SLOT_OF("ended_at") ", count(*)" REPORT_FROM_ENDED
	"  AND l.ended_as = 'delivered' AND NOT " REPORT_TO_AGENCY " GROUP BY 1, 2, 4"
	"), timed AS MATERIALIZED (SELECT c.office_id, c.is_accepted, (" SLOTS ")[c.slot] AS slot, c.n,"
	"  a.role = 'courier' AS by_courier FROM counted c LEFT JOIN account a ON a.id = c.account_id)"
	" SELECT 'slot', slot, '', '', coalesce(sum(n) FILTER (WHERE is_accepted), 0),"
	"  coalesce(sum(n) FILTER (WHERE is_accepted AND by_courier), 0),"
	"  coalesce(sum(n) FILTER (WHERE NOT is_accepted), 0), NULL::numeric FROM timed GROUP BY slot"
	" UNION ALL SELECT CASE GROUPING(o.code) WHEN 0 THEN 'office' ELSE 'total' END, coalesce(o.code, ''),"
	"  coalesce(" REPORT_NAME("'office'", "o.code") ", ''), '', coalesce(sum(n) FILTER (WHERE is_accepted), 0),"
	"  coalesce(sum(n) FILTER (WHERE is_accepted AND slot <> 'open'), 0),"
	"  coalesce(sum(n) FILTER (WHERE NOT is_accepted), 0),"
	"  coalesce(sum(n) FILTER (WHERE NOT is_accepted AND slot <> 'open'), 0)"
	" FROM timed t LEFT JOIN office o ON o.id = t.office_id GROUP BY GROUPING SETS ((o.code), ())"
	" ORDER BY 1, 2"};
/* clang-format on */
