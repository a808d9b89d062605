#include "audit.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include <hoso/error.h>
#include <hoso/wire.h>

#include "base/clock.h"
#include "base/text.h"
#include "canonical.h"

/* An event that was taken as it came has no reason to give; in the chain that is a token, too. */
static void add_why(GString *canonical, const json_t *event)
{
	const char *why = json_string_value(json_object_get(event, "why"));

	canonical_text(canonical, why ? why : error_wire(HOSO_OK));
}

/*
 * Ids are strings in this API, counts are numbers; both are read as decimal numbers. No id is 0: an
 * officer of an agency works in no post office.
 */
static bool add_number(GString *canonical, const json_t *value)
{
	gint64 number = json_integer_value(value);

	if (json_is_string(value) && !g_ascii_string_to_signed(json_string_value(value), 10,
					     INT64_MIN, INT64_MAX, &number, NULL)) {
		return false;
	}
	g_string_append_printf(canonical, "%" PRId64 "\n", (int64_t)number);
	return json_is_string(value) || json_is_integer(value) || json_is_null(value);
}

static bool add_time(GString *canonical, const json_t *event, const char *name)
{
	const char *text = json_string_value(json_object_get(event, name));
	int64_t ms;

	if (!text || !clock_parse_rfc3339(text, &ms)) {
		return false;
	}
	g_string_append_printf(canonical, "%" PRId64 "\n", ms);
	return true;
}

/* The data was sealed with all its members, so nothing of it may be left out or masked here. */
static void add_data(GString *canonical, const json_t *event)
{
	char *data = json_dumps(
		json_object_get(event, "data"), JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);

	canonical_text(canonical, data);
	free(data);
}

static bool write_canonical(GString *canonical, const char *dossier_id, const json_t *event)
{
	bool good = true;

	canonical_text(canonical, "hoso-event-1");
	canonical_member(canonical, event, "event_id");
	canonical_text(canonical, dossier_id);
	good = add_number(canonical, json_object_get(event, "dseq")) && good;
	canonical_member(canonical, event, "item_code");
	canonical_member(canonical, event, "kind");
	good = add_time(canonical, event, "occurred_at") && good;
	good = add_time(canonical, event, "recorded_at") && good;
	good = add_number(canonical, json_object_get(event, "account_id")) && good;
	canonical_member(canonical, event, "role");
	good = add_number(canonical, json_object_get(event, "office_id")) && good;
	canonical_member(canonical, event, "device");
	canonical_member(canonical, event, "verdict");
	add_why(canonical, event);
	canonical_member(canonical, event, "leg_state");
	add_data(canonical, event);
	return good;
}

static enum audit_fault check_event(
	const char *dossier_id, const json_t *event, json_int_t dseq, struct digest *digest)
{
	g_autoptr(GString) canonical = g_string_new(NULL);
	const char *claimed = json_string_value(json_object_get(event, "hash"));
	struct digest claimed_digest;

	if (json_integer_value(json_object_get(event, "dseq")) != dseq) {
		return AUDIT_GAP;
	}
	if (!write_canonical(canonical, dossier_id, event) || !claimed ||
		!text_unhex(claimed, claimed_digest.bytes, sizeof claimed_digest.bytes)) {
		return AUDIT_SHAPE;
	}
	*digest = text_digest(digest->bytes, sizeof digest->bytes, canonical->str, canonical->len);
	return memcmp(digest->bytes, claimed_digest.bytes, sizeof digest->bytes) == 0
		       ? AUDIT_WHOLE
		       : AUDIT_BROKEN;
}

/* One event with its chain: a dossier's events may include those of stubs that were merged into it. */
struct link {
	const char *dossier_id;
	json_int_t dseq;
	const json_t *event;
	size_t at;
};

static int compare_links(gconstpointer a, gconstpointer b)
{
	const struct link *first = a;
	const struct link *second = b;
	int order = strcmp(first->dossier_id, second->dossier_id);

	if (order != 0) {
		return order;
	}
	return first->dseq < second->dseq ? -1 : first->dseq > second->dseq;
}

/* The API tells events in the order of time; a chain is in the order of recording. */
static GArray *sort_links(const char *dossier_id, const json_t *events)
{
	GArray *links = g_array_new(FALSE, FALSE, sizeof(struct link));

	for (size_t i = 0; i < json_array_size(events); i++) {
		const json_t *event = json_array_get(events, i);
		const char *own_id = json_string_value(json_object_get(event, "dossier_id"));
		struct link link = {.dossier_id = own_id ? own_id : dossier_id,
			.dseq = json_integer_value(json_object_get(event, "dseq")),
			.event = event,
			.at = i};
		g_array_append_val(links, link);
	}
	g_array_sort(links, compare_links);
	return links;
}

enum audit_fault audit_check(const char *dossier_id, const json_t *events, size_t *ret_at)
{
	g_autoptr(GArray) links = sort_links(dossier_id, events);
	const char *chain_id = "";
	struct digest digest = {{0}};
	json_int_t dseq = 0;

	for (guint i = 0; i < links->len; i++) {
		const struct link *link = &g_array_index(links, struct link, i);
		enum audit_fault fault;
		if (strcmp(link->dossier_id, chain_id) != 0) {
			chain_id = link->dossier_id;
			digest = (struct digest){{0}};
			dseq = 0;
		}
		fault = check_event(chain_id, link->event, ++dseq, &digest);
		if (fault) {
			*ret_at = link->at;
			return fault;
		}
	}
	return AUDIT_WHOLE;
}
