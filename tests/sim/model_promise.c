#include "model.h"

#include <string.h>

#include "base/attr.h"

/* store/book_promise.c: how far it is from the citizen's office to the agency. */

static const char *find_id(const char *what, const char *code)
{
	for (unsigned i = 0; i < town_count; i++) {
		if (strcmp(town[i].what, what) == 0 && strcmp(town[i].code, code) == 0) {
			return town[i].id;
		}
	}
	return NULL;
}

/* The dossier of a code, or of an item's leg. */
static const char **dossier_of(struct db_session *session, const char *code, const char *item)
{
	const char *id = NULL;
	struct row *row;
	const char **dossier;

	for (guint i = 0; i < model_tables[T_LEG]->len; i++) {
		const char **leg = model_seen(model_tables[T_LEG]->pdata[i], session);
		id = leg && cell_is(leg[L_CODE], item) ? leg[L_DOSSIER] : id;
	}
	for (guint i = 0; i < model_tables[T_DOSSIER]->len; i++) {
		dossier = model_seen(model_tables[T_DOSSIER]->pdata[i], session);
		id = dossier && cell_is(dossier[D_CODE], code) ? dossier[D_ID] : id;
	}
	row = id ? model_find(T_DOSSIER, id, session) : NULL;
	dossier = row ? model_seen(row, session) : NULL;
	return dossier && cell_is(dossier[D_STUB], "f") ? dossier : NULL;
}

/* Its first leg of papers that was accepted. */
static const char **home_of(struct db_session *session, const char **dossier)
{
	const char **home = NULL;

	for (guint i = 0; dossier && i < model_tables[T_LEG]->len; i++) {
		const char **leg = model_seen(model_tables[T_LEG]->pdata[i], session);
		if (leg && cell_is(leg[L_DOSSIER], dossier[D_ID]) &&
			cell_is(leg[L_KIND], "submit") && leg[L_ACCEPTED] &&
			(!home || cell_int(leg[L_NO]) < cell_int(home[L_NO]))) {
			home = leg;
		}
	}
	return home;
}

/* No day of the town's calendar is special; one pair of its areas is a province apart. */
void model_promise_begin(struct db_session *session)
{
	g_autoptr(GPtrArray) ids = cell_array(session->params, 0);
	g_autoptr(GPtrArray) offices = cell_array(session->params, 1);
	g_autoptr(GPtrArray) items = cell_array(session->params, 2);
	g_autoptr(GPtrArray) codes = cell_array(session->params, 3);
	g_autoptr(GPtrArray) agencies = cell_array(session->params, 4);
	g_autoptr(GPtrArray) nexts = cell_array(session->params, 5);
	g_autoptr(GPtrArray) ways = cell_array(session->params, 6);

	for (guint i = 0; i < ids->len; i++) {
		const char **dossier = dossier_of(session, codes->pdata[i], items->pdata[i]);
		const char **home = home_of(session, dossier);
		const char *agency = dossier ? dossier[D_AGENCY] : find_id("a", agencies->pdata[i]);
		const char *next = find_id("o", nexts->pdata[i]);
		const char *office = offices->pdata[i];
		const char *here, *there;
		bool near;

		if (!cell_is(ways->pdata[i], "t")) {
			office = next                              ? next
				 : home && home[L_ACCEPTED_OFFICE] ? home[L_ACCEPTED_OFFICE]
								   : office;
		}
		here = town_find("o", office)->area;
		there = town_find("a", agency)->area;
		near = cell_is(here, there);
		if (here && there) {
			const char *answer[] = {ids->pdata[i], near ? "1" : "2", near ? "2" : "4",
				home ? home[L_ACCEPTED] : NULL, "0", "f"};
			model_answer(session, cell_copy(answer, ARRAY_SIZE(answer)));
		}
	}
}
