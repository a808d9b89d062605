#include "store/scope.h"

const struct pg_statement scope_plan_once = {
	"scope_plan_once", "SELECT set_config('plan_cache_mode', 'force_generic_plan', true)"};

static void add_place(struct pg_params *params, int32_t place)
{
	if (place) {
		pg_params_int(params, place);
	} else {
		pg_params_null(params);
	}
}

void scope_ask_office(struct pg_params *params, const struct actor *actor)
{
	add_place(params, actor->office);
}

void scope_ask(struct pg_params *params, const struct actor *actor)
{
	add_place(params, actor->office);
	add_place(params, actor->agency);
}
