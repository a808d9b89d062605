#include "model.h"

#include <string.h>

#include "base/attr.h"
#include "faults.h"
#include "world.h"

/* The outbox's statements (store/outbox.c, store/outbox_list.c), one by one. */

int64_t model_outbox_ids;

static bool is_unfinished(const char **line)
{
	return cell_is(line[O_STATE], "ready") || cell_is(line[O_STATE], "dead") ||
	       cell_is(line[O_STATE], "waiting_code");
}

static bool is_first_of_lane(const struct db_session *session, const char **line)
{
	for (guint i = 0; i < model_tables[T_OUTBOX]->len; i++) {
		const char **other = model_seen(model_tables[T_OUTBOX]->pdata[i], session);
		if (other && cell_is(other[O_DOSSIER], line[O_DOSSIER]) && is_unfinished(other) &&
			cell_int(other[O_DSEQ]) < cell_int(line[O_DSEQ])) {
			return false;
		}
	}
	return true;
}

static bool is_leased(const struct db_session *session, const char **line)
{
	return line[O_LEASE] && cell_int(line[O_LEASE]) >= session->now_ms;
}

static bool is_due(const struct db_session *session, const char **line)
{
	return cell_is(line[O_STATE], "ready") && cell_int(line[O_NEXT]) <= session->now_ms &&
	       (!is_leased(session, line) || fault_planted(FAULT_CLAIM_STEALS)) &&
	       (is_first_of_lane(session, line) || fault_planted(FAULT_NO_LANE));
}

static gint compare_due(gconstpointer a, gconstpointer b, gpointer data)
{
	const char **first = model_seen(*(struct row *const *)a, data);
	const char **second = model_seen(*(struct row *const *)b, data);
	int64_t apart = cell_int(first[O_NEXT]) - cell_int(second[O_NEXT]);

	apart = apart ? apart : cell_int(first[O_ID]) - cell_int(second[O_ID]);
	return apart < 0 ? -1 : apart > 0;
}

static gint compare_numbers(gconstpointer a, gconstpointer b, gpointer data)
{
	const char **first = model_seen(*(struct row *const *)a, data);
	const char **second = model_seen(*(struct row *const *)b, data);

	return cell_int(first[O_ID]) < cell_int(second[O_ID]) ? -1 : 1;
}

/* $1 limit, $2 owner, $3 lease; SKIP LOCKED. */
static void claim_begin(struct db_session *session)
{
	for (guint i = 0; i < model_tables[T_OUTBOX]->len; i++) {
		struct row *row = model_tables[T_OUTBOX]->pdata[i];
		const char **line = model_seen(row, session);
		if (line && is_due(session, line) && !row->owner) {
			g_ptr_array_add(session->targets, row);
		}
	}
	g_ptr_array_sort_with_data(session->targets, compare_due, session);
	g_ptr_array_set_size(session->targets,
		(gint)MIN((int64_t)session->targets->len, cell_int(session->values[0])));
	/* Which rows, is said; in which order they come, is not: the real one's are sorted like this, too. */
	g_ptr_array_sort_with_data(session->targets, compare_numbers, session);
}

static enum db_step claim_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	const char **line = cell_copy(model_seen(target, session), O_COUNT);
	struct row *dossier = model_find(T_DOSSIER, line[O_DOSSIER], session);
	const char *answer[] = {line[O_ID], line[O_DOSSIER], model_seen(dossier, session)[D_CODE],
		cell_number(cell_int(line[O_ATTEMPT]) + 1), line[O_FAILURES],
		cell_number(session->now_ms - cell_int(line[O_CREATED])), line[O_DOUBT],
		line[O_LINE]};

	line[O_ATTEMPT] = answer[3];
	line[O_DOUBT] = "t";
	line[O_OWNER] = cell_keep(session->values[1]);
	line[O_LEASE] = cell_number(session->now_ms + cell_int(session->values[2]));
	model_answer(session, cell_copy(answer, ARRAY_SIZE(answer)));
	return model_update(session, T_OUTBOX, target, line, ret_sqlstate);
}

/* $1 id, $2 attempt, $3 state, $4 delay, $5 counted, $6 in doubt, $7 error, $8 answer */
static bool is_settled_by(const struct db_session *session, const char **line)
{
	return line && cell_is(line[O_ID], session->values[0]) &&
	       (fault_planted(FAULT_NO_FENCE) || (cell_is(line[O_ATTEMPT], session->values[1]) &&
							 cell_is(line[O_STATE], "ready")));
}

static void target_if(struct db_session *session,
	bool (*fits)(const struct db_session *session, const char **line))
{
	for (guint i = 0; i < model_tables[T_OUTBOX]->len; i++) {
		struct row *row = model_tables[T_OUTBOX]->pdata[i];
		if (fits(session, model_seen(row, session))) {
			g_ptr_array_add(session->targets, row);
		}
	}
}

/* What was waited for is looked at again: NULL when it does not fit any more. */
static const char **take_row(struct db_session *session, struct row *row,
	bool (*fits)(const struct db_session *session, const char **line))
{
	const char **line = model_seen(row, session);

	return fits(session, line) ? cell_copy(line, O_COUNT) : NULL;
}

static void settle_begin(struct db_session *session)
{
	target_if(session, is_settled_by);
}

static enum db_step settle_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	const char **line;

	if (model_lock(session, target) == DB_WAITS) {
		return DB_WAITS;
	}
	line = take_row(session, target, is_settled_by);
	if (!line) {
		return DB_DONE;
	}
	line[O_STATE] = cell_keep(session->values[2]);
	line[O_NEXT] = cell_number(
		session->now_ms + cell_int(session->values[3]) - fault_planted(FAULT_DRIFT));
	line[O_FAILURES] = cell_number(cell_int(line[O_FAILURES]) + cell_int(session->values[4]));
	line[O_DOUBT] = cell_keep(session->values[5]);
	line[O_ERROR] = cell_keep(session->values[6]);
	line[O_ANSWER] = cell_keep(session->values[7]);
	line[O_LEASE] = line[O_OWNER] = NULL;
	line[O_SETTLED] = cell_is(line[O_STATE], "ready") ? NULL : cell_number(session->now_ms);
	return model_update(session, T_OUTBOX, target, line, ret_sqlstate);
}

/* $1 owner, $2 lease */
static bool is_of_owner(const struct db_session *session, const char **line)
{
	return line && cell_is(line[O_OWNER], session->values[0]) &&
	       cell_is(line[O_STATE], "ready");
}

static void renew_begin(struct db_session *session)
{
	target_if(session, is_of_owner);
}

static enum db_step renew_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	const char **line;

	if (model_lock(session, target) == DB_WAITS) {
		return DB_WAITS;
	}
	line = take_row(session, target, is_of_owner);
	if (!line) {
		return DB_DONE;
	}
	line[O_LEASE] = cell_number(session->now_ms + cell_int(session->values[1]));
	return model_update(session, T_OUTBOX, target, line, ret_sqlstate);
}

/* $1 window */
static bool is_wronged(const struct db_session *session, const char **line)
{
	return line && cell_is(line[O_STATE], "dead") && !line[O_BY] && line[O_SETTLED] &&
	       cell_int(line[O_SETTLED]) > session->now_ms - cell_int(session->values[0]);
}

static void revive_begin(struct db_session *session)
{
	target_if(session, is_wronged);
}

static enum db_step revive_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	const char **line;

	if (model_lock(session, target) == DB_WAITS) {
		return DB_WAITS;
	}
	line = take_row(session, target, is_wronged);
	if (!line) {
		return DB_DONE;
	}
	line[O_STATE] = "ready";
	line[O_NEXT] = cell_number(session->now_ms);
	line[O_SETTLED] = NULL;
	return model_update(session, T_OUTBOX, target, line, ret_sqlstate);
}

/* An operator: $1 office, $2 agency, $3 account, $4 line, $5 reason. The simulated one is over all offices. */
static bool is_seen(const struct db_session *session, const char **line)
{
	if (!line || !cell_is(line[O_ID], session->values[3])) {
		return false;
	}
	for (guint i = 0; i < model_tables[T_LEG]->len; i++) {
		const char **leg = model_seen(model_tables[T_LEG]->pdata[i], session);
		if (leg && cell_is(leg[L_DOSSIER], line[O_DOSSIER]) &&
			!cell_is(leg[L_OFFICES], "{}")) {
			return true;
		}
	}
	return false;
}

static bool is_free(const struct db_session *session, const char **line)
{
	return is_seen(session, line) &&
	       (cell_is(line[O_STATE], "ready") || cell_is(line[O_STATE], "dead")) &&
	       (!line[O_LEASE] || cell_int(line[O_LEASE]) < session->now_ms);
}

static void operator_begin(struct db_session *session)
{
	target_if(session, is_seen);
	if (session->targets->len == 0) {
		const char *nothing[] = {"f", "f"};
		model_answer(session, cell_copy(nothing, 2));
	}
}

static enum db_step operate(
	struct db_session *session, struct row *row, bool skips, const char **ret_sqlstate)
{
	const char *answer[] = {"t", "f"};
	const char **line = model_seen(row, session);
	bool fits = is_free(session, line);

	if (fits && model_lock(session, row) == DB_WAITS) {
		return DB_WAITS;
	}
	if (fits) {
		answer[1] = "t";
		line = cell_copy(line, O_COUNT);
		line[O_ATTEMPT] = cell_number(cell_int(line[O_ATTEMPT]) + 1);
		line[O_LEASE] = line[O_OWNER] = NULL;
		line[O_STATE] = skips ? "skipped" : "ready";
		line[O_SETTLED] = skips ? cell_number(session->now_ms) : NULL;
		if (skips) {
			line[O_BY] = cell_keep(session->values[2]);
			line[O_WHY] = cell_keep(session->values[4]);
		} else {
			line[O_NEXT] = cell_number(session->now_ms);
			line[O_FAILURES] = "0";
		}
		model_update(session, T_OUTBOX, row, line, ret_sqlstate);
	}
	model_answer(session, cell_copy(answer, 2));
	return DB_DONE;
}

static enum db_step retry_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	return operate(session, target, false, ret_sqlstate);
}

static enum db_step skip_take(
	struct db_session *session, gpointer target, const char **ret_sqlstate)
{
	return operate(session, target, true, ret_sqlstate);
}

const struct statement_model model_outbox[] = {
	{"outbox_claim", 8, claim_begin, claim_take},
	{"outbox_settle", 0, settle_begin, settle_take},
	{"outbox_renew", 0, renew_begin, renew_take},
	{"outbox_revive", 0, revive_begin, revive_take},
	{"outbox_list_retry", 2, operator_begin, retry_take},
	{"outbox_list_skip", 2, operator_begin, skip_take},
	{NULL, 0, NULL, NULL},
};
