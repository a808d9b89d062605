#include "store/due.h"

#include "store/dossier_row.h"
#include "store/scope.h"
#include "store/workdays.h"

/* clang-format off */
/* $1 and $2 scope, $3 id, $4 dossier code, $5 item code, $6 account. */
static const struct pg_statement read_dossier = {"due_dossier",
	DOSSIER_FOUND ", seen AS (INSERT INTO view_log (account_id, what, dossier_id) SELECT $6, 'deadlines', id FROM found)"
	" SELECT d.id, d.code, a.code, d.status, d.due_on, d.service, ms(d.submitted_at), ms(d.result_ready_at),"
	"  (SELECT ms(max(r.accepted_at)) FROM leg r WHERE r.dossier_id = d.id AND r.kind = 'result'"
	"    AND r.state <> 'cancelled')"
	" FROM found JOIN dossier d USING (id) LEFT JOIN agency a ON a.id = d.agency_id"};

static const struct pg_statement read_legs = {"due_legs",
	DOSSIER_FOUND " SELECT l.item_code, l.promised_on, l.kind, l.state, l.invitations, ms(l.accepted_at),"
	"  ms(l.attempted_at), ms(l.ended_at), ms(l.first_invited_at), ms(l.last_invited_at)"
	" FROM found JOIN leg l ON l.dossier_id = found.id ORDER BY l.no"};
/* clang-format on */

enum due_step { DUE_DOSSIER, DUE_LEGS, DUE_CALENDAR };

static void ask_found(
	struct pg_params *params, const struct actor *actor, const struct dossier_key *key)
{
	scope_ask(params, actor);
	pg_params_uuid(params, &key->id);
	pg_params_text(params, key->code.text[0] ? key->code.text : NULL);
	pg_params_text(params, key->item.text[0] ? key->item.text : NULL);
}

void due_ask(struct pg_trip *trip, const struct actor *actor, const struct dossier_key *key,
	int32_t today)
{
	struct pg_params *params = pg_trip_add(trip, &read_dossier);

	ask_found(params, actor, key);
	pg_params_int(params, actor->account);
	ask_found(pg_trip_add(trip, &read_legs), actor, key);
	workdays_ask(trip, today);
}

bool due_learn(const struct pg_trip *trip, struct due_dossier *ret_dossier)
{
	const PGresult *rows = trip->results[DUE_DOSSIER];

	if (PQntuples(rows) != 1) {
		return false;
	}
	*ret_dossier = (struct due_dossier){
		.id = pg_uuid(rows, 0, 0),
		.code = pg_text(rows, 0, 1),
		.agency = pg_text(rows, 0, 2),
		.status = pg_text(rows, 0, 3),
		.due_on = pg_text(rows, 0, 4),
		.service = pg_int(rows, 0, 5),
		.submitted_at_ms = pg_int(rows, 0, 6),
		.result_ready_at_ms = pg_int(rows, 0, 7),
		.collected_at_ms = pg_int(rows, 0, 8),
	};
	return true;
}

int due_leg_count(const struct pg_trip *trip)
{
	return PQntuples(trip->results[DUE_LEGS]);
}

struct due_leg due_leg_at(const struct pg_trip *trip, int row)
{
	const PGresult *rows = trip->results[DUE_LEGS];

	return (struct due_leg){
		.item_code = pg_text(rows, row, 0),
		.promised_on = pg_text(rows, row, 1),
		.leg =
			{
				.kind = leg_kind_from_wire(pg_text(rows, row, 2)),
				.state = leg_state_from_wire(pg_text(rows, row, 3)),
				.invitations = (unsigned)pg_int(rows, row, 4),
				.accepted_at_ms = pg_int(rows, row, 5),
				.attempted_at_ms = pg_int(rows, row, 6),
				.ended_at_ms = pg_int(rows, row, 7),
				.first_invited_at_ms = pg_int(rows, row, 8),
				.last_invited_at_ms = pg_int(rows, row, 9),
			},
	};
}

struct calendar due_calendar(const struct pg_trip *trip)
{
	return workdays_learn(trip, DUE_CALENDAR);
}
