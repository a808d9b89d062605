#include "api/dossier_instants.h"

#include <stdbool.h>
#include <string.h>

#include <glib.h>

/* While the events are walked: which were voided, and which item has had its first attempt or acceptance. */
struct walk {
	json_t *dossier;
	GHashTable *voided;
	GHashTable *seen;
	bool received;
};

static const char *text_of(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text ? text : "";
}

static bool is(const json_t *object, const char *member, const char *value)
{
	return strcmp(text_of(object, member), value) == 0;
}

static bool was_taken(const json_t *event)
{
	return is(event, "verdict", "recorded") || is(event, "verdict", "late");
}

static const char *leg_kind_of(const json_t *dossier, const json_t *event)
{
	const json_t *legs = json_object_get(dossier, "legs");

	for (size_t i = 0; i < json_array_size(legs); i++) {
		const json_t *leg = json_array_get(legs, i);
		if (is(leg, "item_code", text_of(event, "item_code"))) {
			return text_of(leg, "kind");
		}
	}
	return "";
}

/* True the first time for this item. */
static bool is_first(struct walk *walk, const json_t *event, const char *what)
{
	return g_hash_table_add(
		walk->seen, g_strdup_printf("%s %s", what, text_of(event, "item_code")));
}

static const char *instant_of_delivery(struct walk *walk, const json_t *event, const char *leg_kind)
{
	if (strcmp(leg_kind, "result") == 0) {
		return "result_delivered";
	}
	return is(walk->dossier, "submitted_at", text_of(event, "occurred_at")) &&
			       (strcmp(leg_kind, "submit") == 0 ||
				       strcmp(leg_kind, "supplement_in") == 0)
		       ? "submitted"
		       : NULL;
}

static const char *instant_of(struct walk *walk, const json_t *event)
{
	static const char *const own[] = {
		"supplement_asked", "declined", "result_ready", "withdrawn", "closed"};
	const char *leg_kind = leg_kind_of(walk->dossier, event);
	const char *kind = text_of(event, "kind");

	for (size_t i = 0; i < G_N_ELEMENTS(own); i++) {
		if (strcmp(own[i], kind) == 0) {
			return own[i];
		}
	}
	if (strcmp(kind, "accepted") == 0) {
		return is_first(walk, event, kind) ? kind : NULL;
	}
	if (strcmp(kind, "delivered") == 0) {
		return instant_of_delivery(walk, event, leg_kind);
	}
	if (strcmp(kind, "bound") == 0 && !walk->received) {
		walk->received = true;
		return "received";
	}
	if ((strcmp(kind, "delivery_failed") == 0 || strcmp(kind, "invited") == 0) &&
		strcmp(leg_kind, "result") == 0 && is_first(walk, event, "attempt")) {
		return "first_attempt";
	}
	return NULL;
}

static void find_voided(const json_t *events, GHashTable *voided)
{
	for (size_t i = 0; i < json_array_size(events); i++) {
		const json_t *event = json_array_get(events, i);
		if (is(event, "kind", "void") && was_taken(event)) {
			g_hash_table_add(voided,
				g_strdup(text_of(json_object_get(event, "data"), "target")));
		}
	}
}

static void note_due(json_t *history, const json_t *event)
{
	const char *due_on = text_of(json_object_get(event, "data"), "due_on");
	bool promises = is(event, "kind", "bound") || is(event, "kind", "delivered") ||
			is(event, "kind", "due_changed") || is(event, "kind", "supplement_asked");

	if (due_on[0] && promises) {
		json_array_append_new(
			history, json_pack("{s:s, s:s, s:s}", "due_on", due_on, "event_id",
					 text_of(event, "event_id"), "occurred_at",
					 text_of(event, "occurred_at")));
	}
}

void dossier_instants_mark(json_t *dossier)
{
	json_t *events = json_object_get(dossier, "events");
	json_t *history = json_array();
	struct walk walk = {.dossier = dossier,
		.voided = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};

	find_voided(events, walk.voided);
	for (size_t i = 0; i < json_array_size(events); i++) {
		json_t *event = json_array_get(events, i);
		const char *instant;
		if (!was_taken(event) ||
			g_hash_table_contains(walk.voided, text_of(event, "event_id"))) {
			continue;
		}
		instant = instant_of(&walk, event);
		if (instant) {
			json_object_set_new(event, "instant", json_string(instant));
		}
		note_due(history, event);
	}
	json_object_set_new(dossier, "due_history", history);
	g_hash_table_unref(walk.voided);
	g_hash_table_unref(walk.seen);
}
