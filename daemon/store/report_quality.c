#include "store/report_private.h"

#include "store/report_sql.h"

/* clang-format off */
/* How far it is between the office's area and the agency's; '' when one of them has none, or nobody has said. */
#define RELATION(office) \
	"CASE WHEN ro.area = rg.area THEN 'district' ELSE coalesce((SELECT r.relation FROM area_relation r" \
	"  WHERE r.area = least(ro.area, rg.area) AND r.other = greatest(ro.area, rg.area)), '') END"

#define COUNT_IF(condition, name) "coalesce(sum(n) FILTER (WHERE " condition "), 0) AS " name
#define COUNTS \
	COUNT_IF("what = 'due'", "n1") ", " COUNT_IF("what = 'due' AND good", "n2") ", " COUNT_IF("what <> 'due'", "n3") \
	", " COUNT_IF("what = 'delivered' AND good", "n4") ", " COUNT_IF("what <> 'due' AND out", "n5") ", " \
	COUNT_IF("what = 'returned' AND out", "n6")

/*
 * Two questions, each about legs of its own. Due: promised for a day of the period that is over; in time when it was
 * brought to the agency, or when it was first tried at the citizen's, by then. Ended: delivered or returned in the
 * period. Numbers: due, in time, late; ended, delivered at the first attempt; brought to citizens or returned from
 * them, returned.
 */
const struct pg_statement report_quality = {"report_quality",
	"WITH " REPORT_ASKED ", " REPORT_OFFICES ", due AS ("
	" SELECT l.agency_id, l.accepted_office_id AS office_id, l.procedure_id, l.ended_by AS account_id,"
	"  " REPORT_IN_TIME " AS in_time"
	" FROM leg l WHERE l.promised_on >= $5 AND l.promised_on <= least($6, $11::date) AND l.state <> 'cancelled' AND "
	REPORT_WHERE("accepted_office_id") " AND" REPORT_NARROWED("ended_by")
	"), moved AS ("
	" SELECT agency_id, office_id, procedure_id, account_id, 'due' AS what, in_time AS good, false AS out FROM due"
	" UNION ALL SELECT l.agency_id, l.ended_office_id, l.procedure_id, l.ended_by, l.ended_as, coalesce(l.ended_first, false),"
	"  NOT " REPORT_TO_AGENCY REPORT_FROM_ENDED " AND l.ended_as <> 'lost'"
	/* Every leg is counted into three small tables; what is asked for are sums of those. */
	"), base AS MATERIALIZED (SELECT GROUPING(agency_id, procedure_id, account_id) AS part, agency_id, office_id, procedure_id,"
	"  account_id, what, good, out, count(*) AS n FROM moved GROUP BY what, good, out,"
	"  GROUPING SETS ((agency_id, office_id), (procedure_id), (account_id))"
	"), near AS (SELECT b.*, rel.relation FROM base b JOIN (SELECT pair.office_id, pair.agency_id, " RELATION("ro")
	"    AS relation FROM (SELECT DISTINCT office_id, agency_id FROM base WHERE part = 3) pair"
	"    JOIN office ro ON ro.id = pair.office_id LEFT JOIN agency rg ON rg.id = pair.agency_id) rel"
	"   ON rel.office_id = b.office_id AND rel.agency_id IS NOT DISTINCT FROM b.agency_id WHERE b.part = 3"
	"), sums AS ("
	"SELECT CASE 0 WHEN GROUPING(agency_id) THEN 'agency' WHEN GROUPING(office_id) THEN 'office'"
	"  WHEN GROUPING(relation) THEN 'relation' ELSE 'total' END AS section, agency_id, office_id, NULL::int AS procedure_id,"
	"  NULL::bigint AS account_id, relation, " COUNTS " FROM near GROUP BY GROUPING SETS ((agency_id), (office_id), (relation), ())"
	" UNION ALL SELECT CASE 0 WHEN GROUPING(procedure_id) THEN 'procedure' ELSE 'courier' END, NULL, NULL, procedure_id,"
	"  account_id, NULL, " COUNTS " FROM base WHERE part > 3 GROUP BY part, GROUPING SETS ((procedure_id), (account_id))"
	"   HAVING part = CASE 0 WHEN GROUPING(procedure_id) THEN 5 ELSE 6 END"
	"), named AS (SELECT section, coalesce(g.code, o.code, p.code, a.account, s.relation, '') AS key, sum(n1) AS n1,"
	"  sum(n2) AS n2, sum(n3) AS n3, sum(n4) AS n4, sum(n5) AS n5, sum(n6) AS n6"
	" FROM sums s" REPORT_KEYS " WHERE section <> 'courier' OR a.role = 'courier' GROUP BY 1, 2)"
	" SELECT section, key, CASE section WHEN 'relation' THEN coalesce((SELECT r.name FROM relation r WHERE r.code = key), '')"
	"  ELSE " REPORT_NAME("section", "key") " END, '', n1, n2, n1 - n2, n3, n4, n5, n6 FROM named"
	" ORDER BY section, key COLLATE \"C\""};

/* The newest figure of each office in scope; what nobody has entered stays NULL, which is not 0. */
#define FIGURE(figure) \
	"SELECT '" figure "', sum(f.value), string_agg(f.source || ', ' || to_char(" REPORT_LOCAL("f.at") ", 'DD/MM/YYYY')" \
	" || ', ' || f.account, '; ' ORDER BY f.office COLLATE \"C\") FROM (SELECT DISTINCT ON (p.office) p.office, p.value," \
	"   p.source, p.at, a.account FROM period_figure p JOIN account a ON a.id = p.entered_by" \
	"  WHERE p.first_on = $5 AND p.last_on = $6 AND p.figure = '" figure "'" \
	"   AND p.office IN (SELECT o.code FROM office o JOIN offices ON offices.id = o.id)" \
	"  ORDER BY p.office, p.at DESC, p.import_id DESC, p.line DESC) f"

/* TT 17/2017 Điều 13. */
const struct pg_statement report_quarterly = {"report_quarterly",
	"WITH " REPORT_ASKED ", " REPORT_OFFICES ", accepted AS MATERIALIZED ("
	" SELECT l.service, l.no = 1 AS is_first, " REPORT_TO_AGENCY " AS to_agency, count(*) AS n, sum(l.fee_vnd) AS fee,"
	"  sum(l.postage_vnd) AS postage FROM leg l WHERE " REPORT_WHEN("accepted_at")
	"  AND " REPORT_WHERE("accepted_office_id") " AND" REPORT_NARROWED("accepted_by") " GROUP BY 1, 2, 3"
	"), ended AS MATERIALIZED (SELECT l.ended_as, " REPORT_TO_AGENCY " AS to_agency, count(*) AS n,"
	"  sum(l.collect_vnd) AS collect" REPORT_FROM_ENDED " GROUP BY 1, 2"
	"), damaged AS MATERIALIZED (SELECT count(*) AS n FROM event e JOIN leg l ON l.id = e.leg_id WHERE e.kind = 'damaged'"
	"  AND e.occurred_at >= at($3) AND e.occurred_at < at($4) AND e.verdict IN ('recorded', 'late')"
	"  AND e.office_id IN (SELECT id FROM offices) AND" REPORT_NARROWED("accepted_by")
	"  AND NOT EXISTS (SELECT FROM event v WHERE v.dossier_id = e.dossier_id AND v.kind = 'void'"
	"   AND v.verdict IN ('recorded', 'late') AND v.data->>'target' = e.id::text)"
	"), figures(figure, value, source) AS (" FIGURE("complaints") " UNION ALL " FIGURE("complaints_settled")
	"  UNION ALL " FIGURE("compensated") " UNION ALL " FIGURE("compensation")
	"), lines(place, section, key, note, n1, n2) AS ("
	" SELECT s, 'service', s::text, '', (SELECT coalesce(sum(n), 0) FROM accepted WHERE is_first AND service = s), NULL::numeric"
	"  FROM generate_series(1, 3) AS s"
	" UNION ALL SELECT 1, 'volume', 'accepted_to_agency', '', coalesce(sum(n), 0), NULL FROM accepted WHERE to_agency"
	" UNION ALL SELECT 2, 'volume', 'accepted_to_citizen', '', coalesce(sum(n), 0), NULL FROM accepted WHERE NOT to_agency"
	" UNION ALL SELECT 3, 'volume', 'delivered_to_agency', '', coalesce(sum(n), 0), NULL FROM ended"
	"  WHERE to_agency AND ended_as = 'delivered'"
	" UNION ALL SELECT 4, 'volume', 'delivered_to_citizen', '', coalesce(sum(n), 0), NULL FROM ended"
	"  WHERE NOT to_agency AND ended_as = 'delivered'"
	" UNION ALL SELECT 5, 'volume', 'returned', '', coalesce(sum(n), 0), NULL FROM ended WHERE ended_as = 'returned'"
	" UNION ALL SELECT 1, 'money', 'postage', '', coalesce(sum(postage), 0), NULL FROM accepted"
	" UNION ALL SELECT 2, 'money', 'fee', '', coalesce(sum(fee), 0), NULL FROM accepted"
	" UNION ALL SELECT 3, 'money', 'collect', '', coalesce(sum(collect), 0), NULL FROM ended WHERE ended_as = 'delivered'"
	" UNION ALL SELECT 1, 'claim', figure, coalesce(source, ''), value, NULL FROM figures"
	"  WHERE figure IN ('complaints', 'complaints_settled', 'compensated')"
	" UNION ALL SELECT 1, 'compensation', figure, coalesce(source, ''), value, NULL FROM figures WHERE figure = 'compensation'"
	" UNION ALL SELECT 1, 'safety', 'lost', '', coalesce(sum(n), 0), NULL FROM ended WHERE ended_as = 'lost'"
	" UNION ALL SELECT 2, 'safety', 'damaged', '', n, NULL FROM damaged"
	" UNION ALL SELECT 1, 'level', 'safety', '', (SELECT coalesce(sum(n), 0) FROM accepted)"
	"   - (SELECT coalesce(sum(n), 0) FROM ended WHERE ended_as = 'lost') - (SELECT n FROM damaged),"
	"  (SELECT coalesce(sum(n), 0) FROM accepted))"
	" SELECT section, key, '', note, n1, n2 FROM lines ORDER BY section, place, key"};
/* clang-format on */
