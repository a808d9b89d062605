#include "checks.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "base/uuid7.h"
#include "checks_state.h"
#include "cells.h"
#include "model.h"
#include "model/chain.h"
#include "schedule.h"
#include "world.h"

#define LOOK_EVERY 16 /* commits between two looks at everything */

/* What one daemon has sent off to be written: event ids, and when last. */
static struct {
	const struct database *database;
	GHashTable *sent[DAEMONS_MAX];
	char owner[DAEMONS_MAX][40]; /* under which it claims */
	GHashTable *last_dseq;       /* of the portal's log: dossier → dseq */
	GHashTable *applied;         /* event ids that the portal took */
	GHashTable *commit_of; /* event id → the step of the world that it was committed in */
	uint64_t commits;
} checks;

bool checks_calm;

static bool is_one_of(const char *word, const char *const *words)
{
	return word && g_strv_contains(words, word);
}

/* Told of each row as it is committed: what may follow what. */
static void row_changed(
	enum db_table table, const char **before, const char **after, int64_t now_ms)
{
	static const char *const final[] = {"done", "skipped", NULL};
	bool claimed;

	if (!before && table == T_EVENT) {
		g_hash_table_insert(checks.commit_of, g_strdup(after[E_ID]),
			GSIZE_TO_POINTER((gsize)world_steps() + 1));
	}
	if (!before) {
		return;
	}
	if (table == T_EVENT || table == T_QUARANTINE || table == T_PERSON) {
		world_violation("I2: a row of %s was changed: %s", db_table_names[table], after[0]);
	}
	if (table == T_DOSSIER && cell_int(after[D_DSEQ]) < cell_int(before[D_DSEQ])) {
		world_violation("I2: the sequence of dossier %s went back", after[D_ID]);
	}
	if (table != T_OUTBOX) {
		return;
	}
	claimed = after[O_OWNER] && cell_int(after[O_ATTEMPT]) > cell_int(before[O_ATTEMPT]);
	if (is_one_of(before[O_STATE], final) &&
		(!cell_is(before[O_STATE], after[O_STATE]) ||
			!cell_is(before[O_SETTLED], after[O_SETTLED]))) {
		world_violation("I7: line %s was %s and is %s", after[O_EVENT], before[O_STATE],
			after[O_STATE]);
	}
	if (cell_is(after[O_STATE], "skipped") && !after[O_BY]) {
		world_violation("I6: line %s was skipped by nobody", after[O_EVENT]);
	}
	if (claimed && before[O_LEASE] && cell_int(before[O_LEASE]) >= now_ms) {
		world_violation("I6: line %s was claimed under a lease", after[O_EVENT]);
	}
}

void checks_begin(const struct database *database)
{
	memset(&checks, 0, sizeof checks);
	checks.database = database;
	for (int i = 0; i < DAEMONS_MAX; i++) {
		checks.sent[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	}
	checks.last_dseq = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	checks.applied = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	checks.commit_of = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	model_changed = row_changed;
}

void checks_end(void)
{
	for (int i = 0; i < DAEMONS_MAX; i++) {
		g_hash_table_unref(checks.sent[i]);
	}
	g_hash_table_unref(checks.last_dseq);
	g_hash_table_unref(checks.applied);
	g_hash_table_unref(checks.commit_of);
}

const struct database *checks_database(void)
{
	return checks.database;
}

uint64_t checks_commit_of(const char *event_id)
{
	return GPOINTER_TO_SIZE(g_hash_table_lookup(checks.commit_of, event_id));
}

void checks_note_start(unsigned who)
{
	g_hash_table_remove_all(checks.sent[who]);
}

void checks_note_trip(unsigned who, const struct pg_trip *trip)
{
	for (unsigned i = 0; i < trip->count; i++) {
		if (strcmp(trip->statements[i]->name, "outbox_claim") == 0) {
			g_strlcpy(checks.owner[who], trip->params[i].values[1],
				sizeof checks.owner[who]);
		} else if (strcmp(trip->statements[i]->name, "book_insert_events") == 0) {
			g_autoptr(GPtrArray) ids = cell_array(&trip->params[i], 0);
			for (guint id = 0; id < ids->len; id++) {
				g_hash_table_insert(checks.sent[who], g_strdup(ids->pdata[id]),
					GSIZE_TO_POINTER((gsize)world_now_ms() + 1));
			}
		}
	}
}

/* ── answers ────────────────────────────────────────────────────────────────────────────────────── */

static bool same_content(const struct intake_req *req, const char *const *event)
{
	struct digest content = chain_content(req->actor.account, req->scan.office,
		req->scan.code.text, req->scan.kind, req->scan.occurred_at_ms, req->scan.data);
	char hex[DIGEST_TEXT_SIZE];

	text_hex(content.bytes, sizeof content.bytes, hex);
	return strcmp(event[E_CONTENT] + 2, hex) == 0;
}

static void check_success(const struct intake_req *req, const char *id, const char *const *event)
{
	const struct scan_answer *answer = &req->answer;

	if (!event) {
		world_violation("I1: %s was acknowledged and is not stored", id);
	} else if (!same_content(req, event)) {
		world_violation("I3: %s was acknowledged, and other content is stored", id);
	} else if (strcmp(event[E_VERDICT], verdict_wire(answer->verdict)) != 0 ||
		   strcmp(event[E_WHY], error_wire(answer->why)) != 0 ||
		   strcmp(event[E_LEG_STATE], leg_state_wire(answer->leg_state)) != 0 ||
		   cell_int(event[E_DSEQ]) != answer->dseq ||
		   (event[E_GAP][0] == 't') != answer->gap) {
		world_violation("I1: %s was answered %s dseq %d, and %s dseq %s is stored", id,
			verdict_wire(answer->verdict), answer->dseq, event[E_VERDICT],
			event[E_DSEQ]);
	}
}

static const char *quarantined_for(const char *id)
{
	g_autoptr(GPtrArray) rows = checks.database->read(T_QUARANTINE);

	for (guint i = 0; i < rows->len; i++) {
		const char **row = rows->pdata[i];
		if (strcmp(row[Q_EVENT], id) == 0) {
			return row[Q_SQLSTATE];
		}
	}
	return NULL;
}

/*
 * A race that was lost is nothing that a scan can be blamed for. The mishaps' SQLSTATEs blame one daemon's try of
 * a scan, and another's may have gone through; a poisoned scan goes through nowhere.
 */
static void check_quarantine(const char *id, const char *const *event)
{
	static const char *const races[] = {"40001", "40P01", "55P03", "23505", NULL};
	const char *sqlstate = quarantined_for(id);

	if (!sqlstate || (event && strcmp(sqlstate, TOWN_POISON_SQLSTATE) == 0)) {
		world_violation("I13: %s was called quarantined, and is not", id);
	} else if (is_one_of(sqlstate, races)) {
		world_violation(
			"I13: %s was put into quarantine for a lost race (%s)", id, sqlstate);
	}
}

static void check_refusal(unsigned who, const struct intake_req *req, const char *id,
	const char *const *event, bool alone, int64_t since_ms)
{
	gsize sent = GPOINTER_TO_SIZE(g_hash_table_lookup(checks.sent[who], id));
	bool was_sent = sent > (gsize)since_ms;
	bool is_officer = req->actor.role == ROLE_AGENCY;

	switch ((int)req->answer.error) {
	case HOSO_KEY_REUSE:
		if (!event || same_content(req, event)) {
			world_violation("I13: %s was called a reused key, and is not", id);
		}
		break;
	case HOSO_NOT_FOUND:
		/* Sent twice, it may be judged before and after the acceptance that lets the officer see it. */
		if (!is_officer || (alone && event && same_content(req, event))) {
			world_violation("I13: %s was not found for somebody who may", id);
		}
		break;
	case HOSO_QUARANTINED:
		check_quarantine(id, event);
		break;
	case HOSO_BUSY:
	case HOSO_DATABASE_DOWN:
		if (was_sent && alone) {
			world_violation("I13: %s was said not to be sent, and was", id);
		}
		break;
	case HOSO_OUTCOME_UNKNOWN:
		if (!was_sent && !event && !is_officer) {
			world_violation(
				"I13: the outcome of %s was called unknown without need", id);
		}
		break;
	default:
		world_violation("I13: %s was answered %s", id, error_wire(req->answer.error));
	}
	if (checks_calm && error_may_retry(req->answer.error)) {
		world_violation("I13: %s was answered %s, and nothing was wrong", id,
			error_wire(req->answer.error));
	}
}

void checks_answer(unsigned who, const struct intake_req *req, bool alone, int64_t since_ms)
{
	char id[UUID_TEXT_SIZE];
	const char *const *event;

	uuid7_format(&req->scan.event_id, id);
	event = checks.database->find_event(id);
	if (req->answer.error == HOSO_OK) {
		check_success(req, id, event);
	} else {
		check_refusal(who, req, id, event, alone, since_ms);
	}
}

/* ── the portal's log ───────────────────────────────────────────────────────────────────────────── */

static const char **find_line(GPtrArray *lines, const char *event)
{
	for (guint i = 0; i < lines->len; i++) {
		const char **line = lines->pdata[i];
		if (strcmp(line[O_EVENT], event) == 0) {
			return line;
		}
	}
	return NULL;
}

void checks_begun(unsigned who, const char *key)
{
	g_autoptr(GPtrArray) lines = checks.database->read(T_OUTBOX);
	const char **line = find_line(lines, key);
	bool ours = line && cell_is(line[O_OWNER], checks.owner[who]) && line[O_LEASE] &&
		    cell_int(line[O_LEASE]) >= world_database_now_ms();

	if (line && cell_is(line[O_STATE], "ready") && !ours && world_database_clock_is_steady()) {
		world_violation("I7: %s is sent when the lease on it is over", key);
	}
}

void checks_sent_again(unsigned who, const char *key)
{
	g_autoptr(GPtrArray) lines = checks.database->read(T_OUTBOX);
	const char **line = find_line(lines, key);

	/* Who slept longer than its lease does not know that another has the line by now: promises 2.2.5. */
	if (line && cell_is(line[O_STATE], "ready") && cell_is(line[O_OWNER], checks.owner[who])) {
		world_violation("I7: %s is sent again without a question", key);
	}
}

void checks_applied(const char *key, uint32_t dseq)
{
	g_autoptr(GPtrArray) lines = checks.database->read(T_OUTBOX);
	const char **line = find_line(lines, key);
	gsize last;

	if (!line || (uint32_t)cell_int(line[O_DSEQ]) != dseq) {
		world_violation("I6: the portal took %s, which nobody wrote down", key);
		return;
	}
	g_hash_table_add(checks.applied, g_strdup(key));
	/* Somebody skipped it while it was on its way: a person's decision, not our order. */
	if (cell_is(line[O_STATE], "skipped")) {
		return;
	}
	last = GPOINTER_TO_SIZE(g_hash_table_lookup(checks.last_dseq, line[O_DOSSIER]));
	if (dseq <= last) {
		world_violation("I6: the portal took dseq %u after %u of dossier %s", dseq,
			(unsigned)last, line[O_DOSSIER]);
	}
	g_hash_table_insert(
		checks.last_dseq, g_strdup(line[O_DOSSIER]), GSIZE_TO_POINTER((gsize)dseq));
}

static bool has_code(GPtrArray *dossiers, const char *id)
{
	for (guint i = 0; i < dossiers->len; i++) {
		const char **dossier = dossiers->pdata[i];
		if (strcmp(dossier[D_ID], id) == 0) {
			return dossier[D_CODE] != NULL;
		}
	}
	return false;
}

/*
 * No item of it was in a post office yet (an officer took it in at the agency): no supervisor can see its
 * lines, and a dead one waits until the post has scanned it.
 */
static bool is_out_of_sight(GPtrArray *legs, const char *dossier)
{
	for (guint i = 0; i < legs->len; i++) {
		const char **leg = legs->pdata[i];
		if (strcmp(leg[L_DOSSIER], dossier) == 0 && strcmp(leg[L_OFFICES], "{}") != 0) {
			return false;
		}
	}
	return true;
}

static bool has_dead_line(GPtrArray *lines, const char *dossier)
{
	for (guint i = 0; i < lines->len; i++) {
		const char **line = lines->pdata[i];
		if (strcmp(line[O_DOSSIER], dossier) == 0 && cell_is(line[O_STATE], "dead")) {
			return true;
		}
	}
	return false;
}

bool checks_drained(void)
{
	g_autoptr(GPtrArray) lines = checks.database->read(T_OUTBOX);
	g_autoptr(GPtrArray) dossiers = checks.database->read(T_DOSSIER);
	g_autoptr(GPtrArray) legs = checks.database->read(T_LEG);

	for (guint i = 0; i < lines->len; i++) {
		const char **line = lines->pdata[i];
		if (has_dead_line(lines, line[O_DOSSIER]) &&
			is_out_of_sight(legs, line[O_DOSSIER])) {
			continue;
		}
		if (cell_is(line[O_STATE], "ready") || cell_is(line[O_STATE], "dead") ||
			(cell_is(line[O_STATE], "waiting_code") &&
				has_code(dossiers, line[O_DOSSIER]))) {
			return false;
		}
	}
	return true;
}

static void check_portal_has_all(void)
{
	g_autoptr(GPtrArray) lines = checks.database->read(T_OUTBOX);

	for (guint i = 0; i < lines->len; i++) {
		const char **line = lines->pdata[i];
		if (cell_is(line[O_STATE], "done") &&
			!g_hash_table_contains(checks.applied, line[O_EVENT])) {
			world_violation("I6: line %s is done, and the portal has not got it",
				line[O_EVENT]);
		}
	}
}

/* ── all of it ──────────────────────────────────────────────────────────────────────────────────── */

void checks_after_commit(void)
{
	/* The model is looked at as it goes; a real server only at the end, for it takes its time. */
	if (checks.database == &model_database && ++checks.commits % LOOK_EVERY == 0) {
		checks_state(checks.database, false);
	}
}

void checks_all(void)
{
	checks_state(checks.database, true);
	check_portal_has_all();
}

static bool is_shown(enum db_table table, unsigned column)
{
	/* A real server's numbers of rows and owners' names are its own business. */
	return !(table == T_OUTBOX && column == O_ID);
}

void checks_tell_state(void)
{
	for (int table = 0; table < T_COUNT; table++) {
		g_autoptr(GPtrArray) rows = checks.database->read((enum db_table)table);

		for (guint i = 0; i < rows->len; i++) {
			const char **cells = rows->pdata[i];
			g_autoptr(GString) text = g_string_new(db_table_names[table]);

			for (unsigned column = 0; column < db_columns[table]; column++) {
				if (is_shown((enum db_table)table, column)) {
					g_string_append_printf(text, "|%s",
						cells[column] ? cells[column] : "NULL");
				}
			}
			world_tell("%s", text->str);
		}
	}
}
