#include "store/dossier_row.h"

static struct dossier_place read_place(const PGresult *rows, int row, int first)
{
	return (struct dossier_place){
		.code = pg_text(rows, row, first), .name = pg_text(rows, row, first + 1)};
}

static struct dossier_party read_party(const PGresult *rows, int row, int first)
{
	return (struct dossier_party){
		.name = pg_text(rows, row, first),
		.phone = pg_text(rows, row, first + 1),
		.address = pg_text(rows, row, first + 2),
	};
}

struct dossier dossier_row_read(const PGresult *rows, int row, int first)
{
	return (struct dossier){
		.id = pg_uuid(rows, row, first),
		.code = pg_text(rows, row, first + 1),
		.agency = read_place(rows, row, first + 2),
		.procedure = read_place(rows, row, first + 4),
		.service = pg_int(rows, row, first + 6),
		.sender = read_party(rows, row, first + 7),
		.receiver = read_party(rows, row, first + 10),
		.due_on = pg_text(rows, row, first + 13),
		.stub = pg_bool(rows, row, first + 14),
		.recorded_at_ms = pg_int(rows, row, first + 15),
		.status = pg_text(rows, row, first + 16),
		.submitted_at_ms = pg_int(rows, row, first + 17),
		.received_on = pg_text(rows, row, first + 18),
		.result_ready_at_ms = pg_int(rows, row, first + 19),
	};
}

struct dossier_leg dossier_row_read_leg(const PGresult *rows, int row, int first)
{
	return (struct dossier_leg){
		.id = pg_uuid(rows, row, first),
		.no = pg_int(rows, row, first + 1),
		.item_code = pg_text(rows, row, first + 2),
		.kind = pg_text(rows, row, first + 3),
		.state = pg_text(rows, row, first + 4),
		.state_at_ms = pg_int(rows, row, first + 5),
		.state_office = read_place(rows, row, first + 6),
		.state_actor = pg_text(rows, row, first + 8),
		.gaps = pg_int(rows, row, first + 9),
		.conflicts = pg_int(rows, row, first + 10),
		.attempts = pg_int(rows, row, first + 11),
		.invitations = pg_int(rows, row, first + 12),
		.fee_vnd = pg_int(rows, row, first + 13),
		.postage_vnd = pg_int(rows, row, first + 14),
		.collect_vnd = pg_int(rows, row, first + 15),
		.seal = pg_text(rows, row, first + 16),
		.late = pg_bool(rows, row, first + 17),
	};
}

struct dossier_event dossier_row_read_event(const PGresult *rows, int row, int first)
{
	struct dossier_event event = {
		.id = pg_uuid(rows, row, first),
		.dossier_id = pg_uuid(rows, row, first + 1),
		.dseq = pg_int(rows, row, first + 2),
		.item_code = pg_text(rows, row, first + 3),
		.kind = pg_text(rows, row, first + 4),
		.occurred_at_ms = pg_int(rows, row, first + 5),
		.recorded_at_ms = pg_int(rows, row, first + 6),
		.verdict = pg_text(rows, row, first + 7),
		.why = pg_text(rows, row, first + 8),
		.leg_state = pg_text(rows, row, first + 9),
		.gap = pg_bool(rows, row, first + 10),
		.account = pg_int(rows, row, first + 11),
		.actor = pg_text(rows, row, first + 12),
		.role = pg_text(rows, row, first + 13),
		.office = pg_int(rows, row, first + 14),
		.office_code = pg_text(rows, row, first + 15),
		.device = pg_text(rows, row, first + 16),
		.data = pg_text(rows, row, first + 17),
	};

	pg_bytes(rows, row, first + 18, event.hash.bytes, sizeof event.hash.bytes);
	return event;
}
