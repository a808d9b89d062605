#ifndef HOSO_STORE_SCOPE_H
#define HOSO_STORE_SCOPE_H

#include "io/pg_conn.h"
#include "model/actor.h"
#include "store/in_force.h"

/*
 * Who may see what, as text inside the statements of this room. $1 is the session's office, $2 its
 * agency; one of them is NULL, and with both NULL nothing is seen. What is out of scope is as if it
 * were not there.
 */

/* clang-format off */
/* The session's office and all below it, as an array. */
#define SCOPE_OFFICES "ARRAY(SELECT descendant FROM office_scope WHERE ancestor = $1)"

/* The session's agency under all names it ever had, and those that were merged into it, as an array. */
#define SCOPE_AGENCIES \
	"ARRAY(WITH RECURSIVE mine(code) AS (SELECT code FROM agency WHERE id = $2" \
	"  UNION SELECT a.code FROM agency a JOIN mine m ON a.merged_into = m.code WHERE a.valid_to <= " TODAY ")" \
	" SELECT same.id FROM agency same JOIN mine USING (code))"

/* Does the session's office stand at the root of its tree? */
#define SCOPE_IS_ROOT "EXISTS (SELECT FROM office root WHERE root.id = $1 AND root.parent_id IS NULL)"

/* May it manage account a? An agency manages nobody. */
#define SCOPE_MANAGES_ACCOUNT \
	"$1::int IS NOT NULL AND $2::int IS NULL" \
	" AND (a.office_id = ANY (" SCOPE_OFFICES ") OR a.agency_id IS NOT NULL AND " SCOPE_IS_ROOT ")"

/*
 * May it see dossier d? The post: one of the dossier's legs was in, or is going to, one of its
 * offices. An agency: the dossier is addressed to it, under whatever name it had when it was taken in.
 * A dossier that waits without an item, because its result is ready, is any office's until one of them fetches it.
 * LIMIT 1 instead of EXISTS: one look per dossier. The planner would make a join of an EXISTS, and look at
 * every dossier before it shows the first.
 */
#define SCOPE_SEES_DOSSIER \
	"($1::int IS NOT NULL AND (d.legs = 0 AND NOT d.stub OR (SELECT true FROM leg s" \
	"   WHERE s.dossier_id = d.id AND s.offices && " SCOPE_OFFICES " LIMIT 1))" \
	" OR $2::int IS NOT NULL AND d.agency_id = ANY (" SCOPE_AGENCIES "))"
/*
 * Few items were in these offices, an array: less than 1 in 100 of all, by what ANALYZE found; an office that it did not
 * list has next to none. Then what they may see is found by their own items, and otherwise on the way through all, of
 * which enough is theirs. Of a new database nothing is known: all are many.
 */
#define SCOPE_IS_NARROW(offices) \
	"(SELECT count(*) > 0 AND coalesce(sum(e.share) FILTER (WHERE e.office = ANY (" offices ")), 0) < 0.01" \
	"  FROM pg_stats s CROSS JOIN LATERAL unnest(s.most_common_elems::text::int[], s.most_common_elem_freqs)" \
	"   AS e(office, share)" \
	"  WHERE s.schemaname = 'hoso' AND s.tablename = 'leg' AND s.attname = 'offices')"
/* clang-format on */

/**
 * scope_plan_once - a first step: the trip's statements are planned once for a session, and not for each page, which takes
 * longer than many a page; for those that no parameter gives another way in.
 */
extern const struct pg_statement scope_plan_once;

/** scope_ask() - $1 and $2 of a statement with a scope. */
void scope_ask(struct pg_params *params, const struct actor *actor);

/** scope_ask_office() - $1 of a statement that has no agency. */
void scope_ask_office(struct pg_params *params, const struct actor *actor);

#endif
