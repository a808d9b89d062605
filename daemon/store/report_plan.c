#include "store/report_private.h"

#include "store/report_sql.h"

/* clang-format off */
/* The newest line of each agency and procedure; procedure '' is the agency as a whole. */
#define TOTALS \
	"totals AS MATERIALIZED (SELECT DISTINCT ON (t.agency, t.procedure) t.agency, t.procedure, t.received_all," \
	"  t.received_online, t.resolved_all, t.resolved_online, t.returned_all, t.source || ', '" \
	"  || to_char(" REPORT_LOCAL("t.at") ", 'DD/MM/YYYY') || ', ' || a.account AS source" \
	" FROM agency_period_totals t JOIN account a ON a.id = t.entered_by" \
	" WHERE t.first_on = $5 AND t.last_on = $6 AND ($8::text IS NULL OR t.agency = $8)" \
	"  AND ($2::int IS NULL OR t.agency = " REPORT_MY_AGENCY ")" \
	" ORDER BY t.agency, t.procedure, t.at DESC, t.import_id DESC, t.line DESC)"

#define VALID "valid_from <= $6 AND (valid_to IS NULL OR valid_to > $6)"

/* Distinct dossiers per agency, each number from its own legs. */
#define COUNTED \
	"counted AS MATERIALIZED (SELECT agency_id, what, count(*) AS n FROM (" \
	"SELECT DISTINCT l.agency_id, CASE l.kind WHEN 'submit' THEN 1 ELSE 2 END AS what, l.dossier_id" REPORT_FROM_ENDED \
	"  AND l.kind IN ('submit', 'result') AND l.ended_as = 'delivered'" \
	" UNION ALL SELECT DISTINCT l.agency_id, 3, l.dossier_id" REPORT_FROM_ACCEPTED " AND l.kind = 'result'" \
	" UNION ALL SELECT l.agency_id, 4, l.dossier_id" REPORT_FROM_ACCEPTED " AND l.no = 1 AND l.service IN (2, 3)" \
	") each_one GROUP BY 1, 2)"

/* $9 narrows to one procedure, and then it is that procedure's line that says how many there are in all. */
#define AGENCIES \
	"agencies AS MATERIALIZED (SELECT coalesce(c.code, t.agency) AS code, coalesce(c.n1, 0) AS n1," \
	"  coalesce(c.n2, 0) AS n2, coalesce(c.n3, 0) AS n3, coalesce(c.n4, 0) AS n4, t.received_all, t.returned_all, t.source" \
	" FROM (SELECT coalesce(g.code, '') AS code, sum(n) FILTER (WHERE what = 1) AS n1, sum(n) FILTER (WHERE what = 2) AS n2," \
	"   sum(n) FILTER (WHERE what = 3) AS n3, sum(n) FILTER (WHERE what = 4) AS n4" \
	"  FROM counted LEFT JOIN agency g ON g.id = agency_id GROUP BY 1) c" \
	" FULL JOIN (SELECT * FROM totals WHERE procedure = coalesce($9, '')) t ON t.agency = c.code)"

/* A denominator is whole or it is none: those of all agencies with a numerator. */
#define WHOLE(column) "CASE WHEN bool_and(" column " IS NOT NULL) THEN sum(" column ") END"
#define WHY(column) \
	"CASE WHEN count(" column ") = 0 THEN 'chưa có mẫu số'" \
	" WHEN bool_and(" column " IS NOT NULL) THEN CASE WHEN sum(" column ") = 0 THEN 'mẫu số bằng 0: ' ELSE '' END" \
	"  || CASE WHEN count(*) = 1 THEN max(source) ELSE count(*) || ' cơ quan, nguồn ở bảng dưới' END" \
	" ELSE 'chưa có mẫu số của ' || count(*) FILTER (WHERE " column " IS NULL) || ' cơ quan' END"
#define INDICATOR(place, key, value, of, note) \
	" UNION ALL SELECT " place ", '" key "', (" note ")::text, (" value ")::bigint, (" of ")::bigint"
#define TARGET \
	"(SELECT value FROM plan_target p WHERE p.indicator = left(key, 2) AND p.valid_from <= $6" \
	" AND (p.valid_to IS NULL OR p.valid_to > $6) ORDER BY p.valid_from DESC LIMIT 1)"

/* By indicator: numerator, denominator, target. By agency: K4's, received in all, K5's three, returned in all. */
const struct pg_statement report_plan = {"report_plan",
	"WITH " REPORT_ASKED ", " REPORT_OFFICES ", " TOTALS ", " COUNTED ", " AGENCIES
	", published AS (SELECT DISTINCT code FROM procedure WHERE by_post AND ($9::text IS NULL OR code = $9) AND " VALID
	"), online AS (SELECT DISTINCT code FROM procedure WHERE level IN ('full', 'partial')"
	"  AND ($9::text IS NULL OR code = $9) AND " VALID
	"), used AS (SELECT DISTINCT p.code FROM (SELECT DISTINCT l.procedure_id" REPORT_FROM_ACCEPTED ") l"
	"  JOIN procedure p ON p.id = l.procedure_id"
	"), whole AS (SELECT * FROM totals WHERE procedure = coalesce($9, '')"
	"), each AS (SELECT t.* FROM totals t JOIN online o ON o.code = t.procedure"
	"), lines(place, key, note, n1, n2) AS (SELECT 0, '', '', 0::bigint, 0::bigint WHERE false"
	INDICATOR("1", "K1",
		"SELECT CASE WHEN count(received_online) > 0 THEN count(DISTINCT procedure) FILTER (WHERE received_online > 0) END FROM each",
		"SELECT nullif(count(*), 0) FROM online",
		"SELECT CASE WHEN count(received_online) = 0 THEN 'chưa nhập số liệu theo thủ tục'"
		" WHEN (SELECT count(*) FROM online) = 0 THEN 'chưa có mẫu số'"
		" ELSE 'mẫu số: danh mục ngày ' || to_char($6, 'DD/MM/YYYY') END FROM each")
	INDICATOR("2", "K2", "SELECT sum(resolved_online) FROM whole", "SELECT " WHOLE("resolved_all") " FROM whole",
		"SELECT CASE WHEN count(resolved_online) = 0 THEN 'chưa nhập số liệu' ELSE " WHY("resolved_all") " END FROM whole")
	INDICATOR("3", "K2.34", "SELECT sum(resolved_online) FROM each", "SELECT " WHOLE("resolved_all") " FROM each",
		"SELECT CASE WHEN count(resolved_online) = 0 THEN 'chưa nhập số liệu theo thủ tục' ELSE " WHY("resolved_all") " END FROM each")
	INDICATOR("4", "K3", "SELECT count(*) FROM used JOIN published USING (code)",
		"SELECT nullif(count(*), 0) FROM published",
		"SELECT CASE WHEN count(*) = 0 THEN 'chưa có mẫu số' ELSE 'danh mục công khai ngày ' || to_char($6, 'DD/MM/YYYY') END"
		" FROM published")
	INDICATOR("5", "K4", "SELECT coalesce(sum(n1), 0) FROM agencies", "SELECT " WHOLE("received_all") " FROM agencies",
		"SELECT " WHY("received_all") " FROM agencies")
	INDICATOR("6", "K5", "SELECT coalesce(sum(n2), 0) FROM agencies", "SELECT " WHOLE("returned_all") " FROM agencies",
		"SELECT " WHY("returned_all") " FROM agencies")
	INDICATOR("7", "K5.handed", "SELECT coalesce(sum(n3), 0) FROM agencies",
		"SELECT " WHOLE("returned_all") " FROM agencies", "SELECT " WHY("returned_all") " FROM agencies")
	INDICATOR("8", "K5.registered", "SELECT coalesce(sum(n4), 0) FROM agencies",
		"SELECT " WHOLE("returned_all") " FROM agencies", "SELECT " WHY("returned_all") " FROM agencies")
	")"
	" SELECT section, key, name, note, n1, n2, n3, n4, n5, n6 FROM ("
	" SELECT 1 AS part, place, 'indicator' AS section, key, '' AS name, note, n1, n2, " TARGET "::bigint AS n3, NULL::bigint AS n4,"
	"  NULL::bigint AS n5, NULL::bigint AS n6 FROM lines"
	" UNION ALL SELECT 2, 0, 'agency', code, " REPORT_NAME("'agency'", "code") ", coalesce(source, 'chưa có mẫu số'),"
	"  n1, received_all, n2, n3, n4, returned_all FROM agencies) all_rows ORDER BY part, place, key COLLATE \"C\""};
/* clang-format on */
