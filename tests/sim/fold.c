#include "checks_state.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cells.h"

/*
 * The rules of a leg once more, in words, from domain 5.3: so that the daemon's fold is not its own
 * judge. "*" is every state but "new".
 */
/* clang-format off */
static const struct rule {
	const char *kind;
	const char *roles; /* clerk, courier, supervisor, agency, system by their second letters */
	const char *from;
	const char *skip; /* taken too, but a hand-over was missed */
	const char *stay;
	const char *to;
} rules[] = {
	{"requested", "luy", "new", "", "", "requested"},
	{"assigned", "lu", "requested pickup_failed", "", "", "assigned"},
	{"pickup_failed", "lou", "assigned", "requested", "", "pickup_failed"},
	{"accepted", "loug", "new requested assigned", "pickup_failed", "", "accepted"},
	{"dispatched", "lu", "accepted arrived", "in_transit", "attempt_failed held returning", "in_transit"},
	{"arrived", "lu", "in_transit", "accepted arrived", "attempt_failed held returning", "arrived"},
	{"out_for_delivery", "lou", "arrived attempt_failed held", "accepted in_transit", "returning", "out_for_delivery"},
	{"delivered", "loug", "out_for_delivery held arrived", "accepted in_transit attempt_failed", "", "delivered"},
	{"delivery_failed", "lou", "out_for_delivery", "accepted in_transit arrived held attempt_failed", "",
		"attempt_failed"},
	{"invited", "luy", "attempt_failed held", "arrived", "", "held"},
	{"held", "lu", "attempt_failed arrived", "accepted in_transit", "", "held"},
	{"redirected", "lu", "", "", "requested assigned pickup_failed accepted in_transit arrived out_for_delivery"
		" attempt_failed held returning", ""},
	{"returning", "u", "accepted in_transit arrived out_for_delivery attempt_failed held", "", "", "returning"},
	{"returned", "loug", "returning", "", "", "returned"},
	{"cancelled", "luy", "new requested assigned pickup_failed", "", "", "cancelled"},
	{"lost", "u", "accepted in_transit arrived out_for_delivery attempt_failed held returning", "", "", "lost"},
	{"damaged", "lou", "", "", "accepted in_transit arrived out_for_delivery attempt_failed held returning", ""},
	{"found", "u", "lost", "", "", "arrived"},
	{"fee", "lou", "", "", "*", ""},
	{"note", "lougy", "", "", "*", ""},
	{"bound", "lugy", "", "", "*", ""},
};
/* clang-format on */

#define DAY_MS INT64_C(86400000)
#define LOCAL_MS INT64_C(25200000) /* +07:00 */

struct folded {
	const char *state;
	const char *leg_kind;
	const char *office;
	int64_t since_ms;
	int64_t first_invited_ms, last_invited_ms;
	int64_t attempted_ms;
	const char *const *accepted; /* the event, as @ended */
	const char *const *ended;
	int gaps, conflicts, attempts, invitations;
};

char *fold_data(const char *json, const char *member)
{
	json_t *data = json_loads(json, 0, NULL);
	char *text = g_strdup(json_string_value(json_object_get(data, member)));

	json_decref(data);
	return text;
}

static bool lists(const char *list, const char *state)
{
	g_auto(GStrv) words = g_strsplit(list, " ", -1);

	if (strcmp(list, "*") == 0) {
		return strcmp(state, "new") != 0;
	}
	return g_strv_contains((const char *const *)words, state);
}

static const struct rule *rule_of(const char *kind)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
		if (strcmp(rules[i].kind, kind) == 0) {
			return &rules[i];
		}
	}
	return NULL;
}

static int64_t day_of(int64_t ms)
{
	return (ms + LOCAL_MS) / DAY_MS;
}

static bool is_again(const struct folded *leg, const struct rule *rule, const char *const *event)
{
	int64_t day = day_of(cell_int(event[E_OCCURRED]));

	if (strcmp(rule->kind, "invited") == 0) {
		return strcmp(leg->state, "held") == 0 && leg->invitations > 0 &&
		       day_of(leg->last_invited_ms) == day;
	}
	if (strcmp(rule->kind, "delivery_failed") == 0) {
		return strcmp(leg->state, "attempt_failed") == 0 && day_of(leg->since_ms) == day;
	}
	return rule->to[0] && strcmp(leg->state, rule->to) == 0 &&
	       g_strcmp0(leg->office, event[E_OFFICE]) == 0;
}

/* A delivery needs its proof, and an item goes back for a reason that lets it (runs last less than two days). */
static bool is_forbidden(
	const struct folded *leg, const struct rule *rule, const char *const *event)
{
	g_autofree char *reason = fold_data(event[E_DATA], "reason");
	g_autofree char *officer = fold_data(event[E_DATA], "officer");
	g_autofree char *recipient = fold_data(event[E_DATA], "recipient");

	if (!strchr(rule->roles, event[E_ROLE][1])) {
		return true;
	}
	if (strcmp(leg->state, "new") == 0) {
		return false;
	}
	if (strcmp(rule->kind, "delivered") == 0) {
		return strcmp(leg->leg_kind, "result") == 0 ? !recipient : !officer;
	}
	return strcmp(rule->kind, "returning") == 0 && lists(rule->from, leg->state) &&
	       g_strcmp0(reason, "A5") != 0;
}

static void move(struct folded *leg, const struct rule *rule, const char *const *event)
{
	g_autofree char *leg_kind = fold_data(event[E_DATA], "leg_kind");
	int64_t at_ms = cell_int(event[E_OCCURRED]);

	if (lists("delivered delivery_failed invited", rule->kind) && !leg->attempted_ms) {
		leg->attempted_ms = at_ms;
	}
	leg->accepted = strcmp(rule->kind, "accepted") == 0 ? event : leg->accepted;
	leg->ended = lists("delivered returned cancelled lost", rule->to) ? event : NULL;
	if (strcmp(rule->kind, "accepted") == 0 || strcmp(rule->kind, "requested") == 0) {
		leg->leg_kind = g_strcmp0(leg_kind, "result") == 0 ? "result" : "submit";
	} else if (strcmp(rule->kind, "invited") == 0) {
		leg->first_invited_ms = leg->invitations ? leg->first_invited_ms : at_ms;
		leg->invitations++;
		leg->last_invited_ms = at_ms;
	} else if (strcmp(rule->kind, "delivery_failed") == 0) {
		leg->attempts++;
	}
	leg->state = rule->to;
	leg->since_ms = at_ms;
	leg->office = event[E_OFFICE];
}

static void step(struct folded *leg, const char *const *event)
{
	const struct rule *rule = rule_of(event[E_KIND]);

	if (is_forbidden(leg, rule, event)) {
		leg->conflicts++;
	} else if (is_again(leg, rule, event) || lists(rule->stay, leg->state)) {
		return;
	} else if (lists(rule->from, leg->state) || lists(rule->skip, leg->state)) {
		leg->gaps += lists(rule->skip, leg->state) &&
			     g_strcmp0(leg->office, event[E_OFFICE]) != 0;
		move(leg, rule, event);
	} else {
		leg->conflicts++;
	}
}

static gint compare_when(gconstpointer a, gconstpointer b)
{
	const char *const *first = *(const char *const *const *)a;
	const char *const *second = *(const char *const *const *)b;
	int64_t apart = cell_int(first[E_OCCURRED]) - cell_int(second[E_OCCURRED]);

	if (apart != 0) {
		return apart < 0 ? -1 : 1;
	}
	return strcmp(first[E_ID], second[E_ID]);
}

/* What was refused is not in the track; what was voided counts no more. */
static GPtrArray *counted(const GPtrArray *events)
{
	g_autoptr(GHashTable) voided = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GPtrArray *order = g_ptr_array_new();

	for (guint i = 0; i < events->len; i++) {
		const char **event = events->pdata[i];
		if (strcmp(event[E_KIND], "void") == 0 &&
			strcmp(event[E_VERDICT], "refused") != 0) {
			g_hash_table_add(voided, fold_data(event[E_DATA], "target"));
		}
	}
	for (guint i = 0; i < events->len; i++) {
		const char **event = events->pdata[i];
		if (strcmp(event[E_KIND], "void") != 0 &&
			strcmp(event[E_VERDICT], "refused") != 0 &&
			!g_hash_table_contains(voided, event[E_ID])) {
			g_ptr_array_add(order, event);
		}
	}
	g_ptr_array_sort(order, compare_when);
	return order;
}

static char *whose(const char *const *event)
{
	return event ? g_strdup_printf("%s in %s by %s", event[E_OCCURRED],
			       event[E_OFFICE] ? event[E_OFFICE] : "none", event[E_ACCOUNT])
		     : g_strdup("never");
}

void fold_words(const GPtrArray *events, char *ret_words, size_t size)
{
	g_autoptr(GPtrArray) order = counted(events);
	struct folded leg = {.state = "new", .leg_kind = "submit"};
	g_autofree char *accepted = NULL;
	g_autofree char *ended = NULL;

	for (guint i = 0; i < order->len; i++) {
		step(&leg, order->pdata[i]);
	}
	accepted = whose(leg.accepted);
	ended = whose(leg.ended);
	g_snprintf(ret_words, size,
		"%s gaps %d conflicts %d attempts %d invitations %d accepted %s attempted %" PRIi64
		" invited %" PRIi64 " %" PRIi64 " ended %s",
		leg.state, leg.gaps, leg.conflicts, leg.attempts, leg.invitations, accepted,
		leg.attempted_ms, leg.first_invited_ms, leg.last_invited_ms, ended);
}
