#include "store/dossier_scope.h"

#include "store/scope.h"

static const struct pg_statement find_dossier = {
	"dossier_scope", "SELECT true FROM dossier d WHERE d.code = $3 AND " SCOPE_SEES_DOSSIER};

void dossier_scope_ask(struct pg_trip *trip, const struct actor *actor, const char *code)
{
	struct pg_params *params = pg_trip_add(trip, &find_dossier);

	scope_ask(params, actor);
	pg_params_text(params, code);
}

bool dossier_scope_learn(const PGresult *rows)
{
	return PQntuples(rows) == 1;
}
