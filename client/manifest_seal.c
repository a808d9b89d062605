#include "manifest_seal.h"

#include <inttypes.h>
#include <string.h>

#include <glib.h>

#include <hoso/wire.h>

#include "base/clock.h"
#include "base/text.h"
#include "canonical.h"

static void add_place(
	GString *canonical, const json_t *manifest, const char *name, const char *member)
{
	canonical_member(canonical, json_object_get(manifest, name), member);
}

static void add_time(GString *canonical, const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	int64_t ms = 0;

	if (text && clock_parse_rfc3339(text, &ms)) {
		g_string_append_printf(canonical, "%" PRIi64, ms);
	}
	canonical_text(canonical, "");
}

static void add_head(GString *canonical, const json_t *manifest)
{
	const json_t *signature = json_object_get(manifest, "signature");

	canonical_text(canonical, "hoso-manifest-1");
	canonical_member(canonical, manifest, "id");
	canonical_member(canonical, manifest, "kind");
	add_place(canonical, manifest, "office", "code");
	add_place(canonical, manifest, "agency", "code");
	add_place(canonical, manifest, "next_office", "code");
	add_place(canonical, manifest, "courier", "account");
	canonical_member(canonical, manifest, "label");
	add_time(canonical, manifest, "opened_at");
	add_time(canonical, signature, "at");
	canonical_member(canonical, signature, "name");
	canonical_member(canonical, signature, "unit");
	canonical_member(canonical, signature, "minutes");
}

static void add_line(GString *canonical, const json_t *line)
{
	const json_t *complete = json_object_get(line, "complete");
	const json_t *amount = json_object_get(line, "amount");
	const json_t *result = json_object_get(line, "result");

	canonical_member(canonical, line, "id");
	canonical_member(canonical, line, "item_code");
	canonical_text(canonical,
		json_is_boolean(complete) ? json_is_true(complete) ? "true" : "false" : "");
	canonical_member(canonical, line, "note");
	canonical_member(canonical, line, "money_kind");
	if (json_is_integer(amount)) {
		g_string_append_printf(
			canonical, "%" JSON_INTEGER_FORMAT, json_integer_value(amount));
	}
	canonical_text(canonical, "");
	canonical_member(canonical, result, "verdict");
	canonical_member(canonical, result, "why");
}

bool manifest_seal_holds(const json_t *manifest)
{
	g_autoptr(GString) canonical = g_string_new(NULL);
	const json_t *lines = json_object_get(manifest, "lines");
	const char *claimed = json_string_value(json_object_get(manifest, "hash"));
	struct digest digest, said;

	if (!claimed || !text_unhex(claimed, said.bytes, sizeof said.bytes)) {
		return false;
	}
	add_head(canonical, manifest);
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);
		if (json_is_true(json_object_get(line, "counts"))) {
			add_line(canonical, line);
		}
	}
	digest = text_digest("", 0, canonical->str, canonical->len);
	return memcmp(digest.bytes, said.bytes, sizeof said.bytes) == 0;
}
