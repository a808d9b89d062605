#include "store/visit_row.h"

struct visit visit_row_read(const PGresult *rows, int row)
{
	return (struct visit){
		.id = pg_uuid(rows, row, 0),
		.office_code = pg_text(rows, row, 1),
		.office_name = pg_text(rows, row, 2),
		.kind = pg_text(rows, row, 3),
		.channel = pg_text(rows, row, 4),
		.state = pg_text(rows, row, 5),
		.from_ms = pg_int(rows, row, 6),
		.to_ms = pg_int(rows, row, 7),
		.out_of_hours = pg_bool(rows, row, 8),
		.courier_login = pg_text(rows, row, 9),
		.courier_name = pg_text(rows, row, 10),
		.name = pg_text(rows, row, 11),
		.phone = pg_text(rows, row, 12),
		.address = pg_text(rows, row, 13),
		.procedures = pg_text(rows, row, 14),
		.dossiers = pg_text(rows, row, 15),
		.items = pg_text(rows, row, 16),
		.note = pg_text(rows, row, 17),
		.attempts = (int)pg_int(rows, row, 18),
		.changes = (int)pg_int(rows, row, 19),
		.missed = pg_bool(rows, row, 20),
		.booked_at_ms = pg_int(rows, row, 21),
	};
}
