/*
 * The body of POST /v1/scans. What is taken is bounded and canonical: read again it is the same, and
 * the kept data says the same as the rules were told. What is refused is refused by a listed error.
 *
 * The first byte: bit 0 lets item codes of other shapes than S10 in; the rest is the body.
 */
#include "fuzz.h"

#include <jansson.h>

#include "api/api_json.h"
#include "api/scan_json.h"
#include "base/clock.h"
#include "base/uuid7.h"

#define NOW_MS 1795402800000 /* 2026-11-23T03:00:00Z; the corpus's scans are of that day */

static unsigned depth_of(json_t *json)
{
	unsigned deepest = 0;
	const char *name;
	json_t *child;
	size_t i;

	if (!json_is_array(json) && !json_is_object(json)) {
		return 0;
	}
	json_array_foreach(json, i, child)
	{
		deepest = MAX(deepest, depth_of(child));
	}
	json_object_foreach(json, name, child)
	{
		deepest = MAX(deepest, depth_of(child));
	}
	return deepest + 1;
}

/* What was called too deep is that, or no JSON at all. */
static void check_refused(enum hoso_error error, const char *text, size_t length)
{
	json_t *json;

	g_assert(error == HOSO_BAD_UTF8 || error == HOSO_DEEP_JSON || error == HOSO_BAD_JSON);
	if (error == HOSO_DEEP_JSON) {
		json = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
		g_assert(!json || depth_of(json) > JSON_DEPTH_MAX);
		json_decref(json);
	}
}

static void check_listed(enum hoso_error error)
{
	static const enum hoso_error listed[] = {HOSO_OK, HOSO_UNKNOWN_MEMBER, HOSO_MISSING_MEMBER,
		HOSO_BAD_MEMBER, HOSO_UNKNOWN_KIND, HOSO_UNKNOWN_REASON, HOSO_BAD_ITEM_CODE,
		HOSO_BAD_CHECK_DIGIT, HOSO_BAD_DOSSIER_CODE, HOSO_TOO_LARGE, HOSO_BAD_EVENT_ID,
		HOSO_EVENT_TOO_OLD, HOSO_EVENT_IN_FUTURE, HOSO_MISSING_DATA,
		HOSO_FEE_WITHOUT_RECEIPT, HOSO_FEE_WITHOUT_PAYMENT, HOSO_SUBMITTER_UNAUTHORISED,
		HOSO_TOO_MANY_PAPERS};

	for (size_t i = 0; i < ARRAY_SIZE(listed); i++) {
		if (listed[i] == error) {
			return;
		}
	}
	g_error("an error that is not listed: %s", error_wire(error));
}

static void check_canonical(const struct scan *scan)
{
	json_t *data = json_loadb(scan->data, scan->data_bytes, JSON_REJECT_DUPLICATES, NULL);
	char *again = json_dumps(data, JSON_COMPACT | JSON_SORT_KEYS);

	g_assert(again && strcmp(again, scan->data) == 0);
	g_assert(json_object_size(data) == (size_t)__builtin_popcountll(scan->present));
	for (int field = 0; field < FIELD_COUNT; field++) {
		bool there = json_object_get(data, scan_field_wire((enum scan_field)field));
		g_assert(there == !!(scan->present & FIELD_BIT(field)));
	}
	free(again);
	json_decref(data);
}

static void check_taken(const struct scan *scan, bool other_item_codes)
{
	enum scan_field field;
	struct item_code code;

	g_assert(scan_check(scan, NOW_MS, &field) == HOSO_OK);
	g_assert((scan->present & scan_required(scan->kind)) == scan_required(scan->kind));
	g_assert((scan->present & ~scan_allowed(scan->kind)) == 0);
	g_assert(item_code_parse(scan->code.text, strlen(scan->code.text), &code) == HOSO_OK);
	g_assert(strcmp(code.text, scan->code.text) == 0);
	g_assert(other_item_codes || item_code_is_s10(&scan->code));
	g_assert(scan->data_bytes == strlen(scan->data) && scan->data_bytes <= SCAN_DATA_MAX);
	g_assert(g_utf8_validate(scan->data, -1, NULL));
	g_assert(scan->fee_vnd >= 0 && scan->fee_vnd <= MONEY_MAX_VND);
	g_assert(scan->collect_vnd >= 0 && scan->collect_vnd <= MONEY_MAX_VND);
	check_canonical(scan);
}

static bool is_same(const struct scan *a, const struct scan *b)
{
	return memcmp(&a->event_id, &b->event_id, sizeof a->event_id) == 0 &&
	       memcmp(&a->target, &b->target, sizeof a->target) == 0 &&
	       a->occurred_at_ms == b->occurred_at_ms && a->present == b->present &&
	       a->kind == b->kind && a->leg_kind == b->leg_kind && a->reason == b->reason &&
	       a->service == b->service && a->fee_vnd == b->fee_vnd &&
	       a->postage_vnd == b->postage_vnd && a->collect_vnd == b->collect_vnd &&
	       strcmp(a->code.text, b->code.text) == 0 && strcmp(a->office, b->office) == 0 &&
	       strcmp(a->dossier_code.text, b->dossier_code.text) == 0 &&
	       strcmp(a->detail, b->detail) == 0 && strcmp(a->due_on, b->due_on) == 0 &&
	       strcmp(a->sender.name, b->sender.name) == 0 &&
	       strcmp(a->sender.phone, b->sender.phone) == 0 &&
	       strcmp(a->receiver.address, b->receiver.address) == 0 &&
	       strcmp(a->data, b->data) == 0;
}

/* The scan as a client would send it that has only what the database kept. */
static json_t *make_again(const struct scan *scan)
{
	json_t *json = json_pack("{s:o, s:s, s:s, s:o, s:o}", "event_id", api_uuid(&scan->event_id),
		"code", scan->code.text, "kind", event_wire(scan->kind), "occurred_at",
		api_time(scan->occurred_at_ms), "data",
		json_loadb(scan->data, scan->data_bytes, 0, NULL));

	if (scan->office[0]) {
		json_object_set_new(json, "office", json_string(scan->office));
	}
	return json;
}

static void check_scan(json_t *json, bool other_item_codes)
{
	static struct scan first;
	static struct scan second;
	const char *first_member = NULL;
	const char *second_member = NULL;
	enum hoso_error error =
		scan_from_json(json, NOW_MS, other_item_codes, &first, &first_member);
	json_t *again;

	check_listed(error);
	g_assert(scan_from_json(json, NOW_MS, other_item_codes, &second, &second_member) == error);
	g_assert(g_strcmp0(first_member, second_member) == 0);
	if (error) {
		return;
	}
	g_assert(!first_member && is_same(&first, &second));
	check_taken(&first, other_item_codes);
	again = make_again(&first);
	g_assert(!scan_from_json(again, NOW_MS, other_item_codes, &second, &second_member));
	g_assert(is_same(&first, &second));
	json_decref(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	json_t *json = NULL;
	json_t *one;
	size_t i;
	enum hoso_error error;

	if (length == 0) {
		return 0;
	}
	error = api_parse((const char *)bytes + 1, length - 1, &json);
	g_assert(!error == !!json);
	if (error) {
		check_refused(error, (const char *)bytes + 1, length - 1);
		return 0;
	}
	g_assert(depth_of(json) <= JSON_DEPTH_MAX);
	json_array_foreach(json, i, one)
	{
		check_scan(one, bytes[0] & 1);
	}
	if (json_is_object(json)) {
		check_scan(json, bytes[0] & 1);
	}
	json_decref(json);
	return 0;
}
