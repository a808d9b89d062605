#include "store/notice.h"

#include <string.h>

#include <glib.h>

#include "io/pg_value.h"

static const struct pg_statement find_notice = {"notice_find",
	"SELECT body, answer FROM portal_notice WHERE webhook_id = $1", .is_binary = true};

void notice_ask(struct pg_trip *trip, const char *webhook_id)
{
	pg_params_text(pg_trip_add(trip, &find_notice), webhook_id);
}

bool notice_learn(const PGresult *rows, const void *body, size_t body_bytes, bool *ret_same,
	const char **ret_answer)
{
	size_t length;
	g_autofree uint8_t *known = NULL;

	if (PQntuples(rows) == 0) {
		return false;
	}
	length = pg_bytes_length(rows, 0, 0);
	known = g_malloc(length + 1);
	*ret_same = length == body_bytes && pg_bytes(rows, 0, 0, known, length) &&
		    memcmp(known, body, length) == 0;
	*ret_answer = pg_text(rows, 0, 1);
	return true;
}

static const struct pg_statement insert_notice = {"notice_insert",
	"INSERT INTO portal_notice (webhook_id, body, dossier_code, kind, event_id, answer, received_at)"
	" VALUES ($1, $2, $3, $4, $5, $6::json, at($7))"};

void notice_keep(struct pg_trip *trip, const struct notice *notice)
{
	struct pg_params *params = pg_trip_add(trip, &insert_notice);

	pg_params_text(params, notice->webhook_id);
	pg_params_bytes(params, notice->body, notice->body_bytes);
	pg_params_text(params, notice->dossier_code);
	pg_params_text(params, event_wire(notice->kind));
	pg_params_uuid(params, &notice->event_id);
	pg_params_text(params, notice->answer);
	pg_params_int(params, notice->received_at_ms);
}
