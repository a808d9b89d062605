#include "checks_state.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "cells.h"
#include "world.h"

/* What the tables must say, worked out anew; nothing here asks the code that is tested. */

struct state {
	GPtrArray *tables[T_COUNT];
	GHashTable *of_dossier; /* dossier id → events in order of dseq */
	GHashTable *by_id;      /* event id → event */
	GHashTable *lines;      /* event id → outbox row */
};

static gint compare_dseq(gconstpointer a, gconstpointer b)
{
	const char *const *first = *(const char *const *const *)a;
	const char *const *second = *(const char *const *const *)b;
	int64_t apart = cell_int(first[E_DSEQ]) - cell_int(second[E_DSEQ]);

	return apart < 0 ? -1 : apart > 0;
}

static void add_to(GHashTable *lists, const char *key, const char **row)
{
	GPtrArray *list = g_hash_table_lookup(lists, key);

	if (!list) {
		list = g_ptr_array_new();
		g_hash_table_insert(lists, (gpointer)(uintptr_t)key, list);
	}
	g_ptr_array_add(list, row);
}

static GHashTable *new_lists(void)
{
	return g_hash_table_new_full(
		g_str_hash, g_str_equal, NULL, (GDestroyNotify)(void (*)(void))g_ptr_array_unref);
}

static void state_read(struct state *state, const struct database *database)
{
	GHashTableIter at;
	gpointer list;

	for (int table = 0; table < T_COUNT; table++) {
		state->tables[table] = database->read((enum db_table)table);
	}
	state->of_dossier = new_lists();
	state->by_id = g_hash_table_new(g_str_hash, g_str_equal);
	state->lines = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < state->tables[T_EVENT]->len; i++) {
		const char **event = state->tables[T_EVENT]->pdata[i];
		add_to(state->of_dossier, event[E_DOSSIER], event);
		if (!g_hash_table_insert(state->by_id, (gpointer)(uintptr_t)event[E_ID], event)) {
			world_violation("I2: event %s is there twice", event[E_ID]);
		}
	}
	g_hash_table_iter_init(&at, state->of_dossier);
	while (g_hash_table_iter_next(&at, NULL, &list)) {
		g_ptr_array_sort(list, compare_dseq);
	}
	for (guint i = 0; i < state->tables[T_OUTBOX]->len; i++) {
		const char **line = state->tables[T_OUTBOX]->pdata[i];
		g_hash_table_insert(state->lines, (gpointer)(uintptr_t)line[O_EVENT], line);
	}
}

static void state_forget(struct state *state)
{
	for (int table = 0; table < T_COUNT; table++) {
		g_ptr_array_unref(state->tables[table]);
	}
	g_hash_table_unref(state->of_dossier);
	g_hash_table_unref(state->by_id);
	g_hash_table_unref(state->lines);
}

/* ── I2: sequence and chain ─────────────────────────────────────────────────────────────────────── */

/* README, "The hash chain", spelled once more. */
static void link_chain(uint8_t hash[32], const char *const *event)
{
	static const int words[] = {E_ID, E_DOSSIER, E_DSEQ, E_CODE, E_KIND, E_OCCURRED, E_RECORDED,
		E_ACCOUNT, E_ROLE, E_OFFICE, E_DEVICE, E_VERDICT, E_WHY, E_LEG_STATE, E_DATA};
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize length = 32;

	g_checksum_update(sum, hash, 32);
	g_checksum_update(sum, (const guchar *)"hoso-event-1\n", -1);
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		const char *word = event[words[i]] ? event[words[i]] : "0";
		g_checksum_update(sum, (const guchar *)word, -1);
		g_checksum_update(sum, (const guchar *)"\n", 1);
	}
	g_checksum_get_digest(sum, hash, &length);
}

static bool is_hash(const char *cell, const uint8_t hash[32])
{
	char hex[65];

	text_hex(hash, 32, hex);
	return strcmp(cell + strlen("\\x"), hex) == 0;
}

static void check_sequence(const char *const *dossier, const GPtrArray *events, bool deeply)
{
	uint8_t hash[32] = {0};
	guint count = events ? events->len : 0;

	if (cell_int(dossier[D_DSEQ]) != (int64_t)count) {
		world_violation("I2: dossier %s says dseq %s and has %u events", dossier[D_ID],
			dossier[D_DSEQ], count);
	}
	for (guint i = 0; i < count; i++) {
		const char *const *event = events->pdata[i];
		if (cell_int(event[E_DSEQ]) != (int64_t)i + 1) {
			world_violation("I2: dossier %s has dseq %s where %u should be",
				dossier[D_ID], event[E_DSEQ], i + 1);
			return;
		}
		if (deeply) {
			link_chain(hash, event);
		}
		if (deeply && !is_hash(event[E_HASH], hash)) {
			world_violation("I2: the chain breaks at event %s", event[E_ID]);
			return;
		}
	}
	if (deeply && !is_hash(dossier[D_HASH], hash)) {
		world_violation("I2: dossier %s does not end its chain", dossier[D_ID]);
	}
}

/* ── I5: outbox ─────────────────────────────────────────────────────────────────────────────────── */

/* Kinds that the portal hears of; those behind the bar only when the setting says so. */
static const char *const pushed[] = {"accepted", "delivered", "delivery_failed", "returning",
	"returned", "cancelled", "lost", "found", NULL};
static const char *const pushed_too[] = {
	"dispatched", "arrived", "out_for_delivery", "invited", "redirected", "damaged", NULL};

bool checks_optional_steps;

static bool is_pushed(const char *kind)
{
	return g_strv_contains(pushed, kind) || g_strv_contains(pushed_too, kind);
}

static bool is_taken(const char *const *event)
{
	return cell_is(event[E_VERDICT], "recorded") || cell_is(event[E_VERDICT], "late");
}

static bool is_told(const struct state *state, const char *const *event, bool opened)
{
	g_autofree char *target = NULL;
	const char *const *voided;

	if (!opened || !is_taken(event)) {
		return false;
	}
	if (cell_is(event[E_KIND], "void")) {
		target = fold_data(event[E_DATA], "target");
		voided = target ? g_hash_table_lookup(state->by_id, target) : NULL;
		return voided && is_pushed(voided[E_KIND]);
	}
	return g_strv_contains(pushed, event[E_KIND]) ||
	       (checks_optional_steps && g_strv_contains(pushed_too, event[E_KIND]));
}

/* A dossier is told of from the acceptance on that opened it. */
static unsigned check_lines(const struct state *state, const GPtrArray *events)
{
	bool opened = false;
	unsigned lines = 0;

	for (guint i = 0; i < events->len; i++) {
		const char *const *event = events->pdata[i];
		const char *const *line = g_hash_table_lookup(state->lines, event[E_ID]);

		opened = opened || (cell_is(event[E_KIND], "accepted") && is_taken(event));
		if (is_told(state, event, opened) != (line != NULL)) {
			world_violation("I5: event %s (%s, %s) has %s outbox row", event[E_ID],
				event[E_KIND], event[E_VERDICT], line ? "an" : "no");
		}
		if (line && (!cell_is(line[O_DOSSIER], event[E_DOSSIER]) ||
				    !cell_is(line[O_DSEQ], event[E_DSEQ]))) {
			world_violation("I5: the outbox row of %s is another's", event[E_ID]);
		}
		lines += line != NULL;
	}
	return lines;
}

/* ── I4: the legs ───────────────────────────────────────────────────────────────────────────────── */

static char *whose(const char *at, const char *office, const char *account)
{
	return at ? g_strdup_printf("%s in %s by %s", at, office ? office : "none", account)
		  : g_strdup("never");
}

static void check_leg(const char *const *leg, const GPtrArray *events)
{
	char folded[300];
	g_autofree char *accepted =
		whose(leg[L_ACCEPTED], leg[L_ACCEPTED_OFFICE], leg[L_ACCEPTED_BY]);
	g_autofree char *ended = whose(leg[L_ENDED], leg[L_ENDED_OFFICE], leg[L_ENDED_BY]);
	g_autofree char *kept = g_strdup_printf(
		"%s gaps %s conflicts %s attempts %s invitations %s accepted %s attempted %" PRIi64
		" invited %" PRIi64 " %" PRIi64 " ended %s",
		leg[L_STATE], leg[L_GAPS], leg[L_CONFLICTS], leg[L_ATTEMPTS], leg[L_INVITATIONS],
		accepted, cell_int(leg[L_ATTEMPTED]), cell_int(leg[L_FIRST_INVITED]),
		cell_int(leg[L_LAST_INVITED]), ended);

	fold_words(events, folded, sizeof folded);
	if (strcmp(kept, folded) != 0) {
		world_violation(
			"I4: leg %s is \"%s\", its events make \"%s\"", leg[L_CODE], kept, folded);
	}
}

static void check_legs(const struct state *state)
{
	g_autoptr(GHashTable) of_leg = new_lists();

	for (guint i = 0; i < state->tables[T_EVENT]->len; i++) {
		const char **event = state->tables[T_EVENT]->pdata[i];
		add_to(of_leg, event[E_LEG], event);
	}
	for (guint i = 0; i < state->tables[T_LEG]->len; i++) {
		const char *const *leg = state->tables[T_LEG]->pdata[i];
		g_autoptr(GPtrArray) none = g_ptr_array_new();
		const GPtrArray *events = g_hash_table_lookup(of_leg, leg[L_ID]);
		check_leg(leg, events ? events : none);
	}
}

void checks_state(const struct database *database, bool deeply)
{
	struct state state;
	unsigned lines = 0;
	guint seen = 0;

	state_read(&state, database);
	for (guint i = 0; i < state.tables[T_DOSSIER]->len; i++) {
		const char *const *dossier = state.tables[T_DOSSIER]->pdata[i];
		GPtrArray *events = g_hash_table_lookup(state.of_dossier, dossier[D_ID]);

		check_sequence(dossier, events, deeply);
		if (events) {
			lines += check_lines(&state, events);
			seen += events->len;
		}
	}
	if (seen != state.tables[T_EVENT]->len) {
		world_violation("I2: events of dossiers that are not there");
	}
	if (lines != state.tables[T_OUTBOX]->len) {
		world_violation("I5: outbox rows of events that are not there");
	}
	if (deeply) {
		check_legs(&state);
	}
	state_forget(&state);
}
