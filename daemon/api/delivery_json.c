#include "api/delivery_json.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "api/api_json.h"
#include "base/clock.h"
#include "base/text.h"
#include "model/pin.h"

#define DAY_MS (86400LL * 1000)
#define PIN_KEPT_BYTES 8 /* of the digest: enough that two PINs of one item never look the same */
#define THOUSANDTHS 1000

enum hoso_error delivery_json_digest(json_t *data, const char *name, struct digest *ret_digest)
{
	const char *text = json_string_value(json_object_get(data, name));
	char clean[DIGEST_TEXT_SIZE];

	if (!text || !text_unhex(text, ret_digest->bytes, sizeof ret_digest->bytes)) {
		return HOSO_BAD_MEMBER;
	}
	text_hex(ret_digest->bytes, sizeof ret_digest->bytes, clean);
	json_object_set_new(data, name, json_string(clean));
	return HOSO_OK;
}

/* As a device gives them, or as we have written them ourselves. */
static bool read_degrees(const json_t *degrees, double *ret_value)
{
	const char *text = json_string_value(degrees);
	char *end = NULL;

	*ret_value = text ? g_ascii_strtod(text, &end) : json_number_value(degrees);
	if (!text) {
		return json_is_number(degrees);
	}
	return *text && strspn(text, "-.0123456789") == strlen(text) && *end == '\0';
}

/* Degrees as a text with three decimals: there are no reals in what is hashed. */
static json_t *coarse(const json_t *degrees, double max)
{
	double value;
	long thousandths;

	if (!read_degrees(degrees, &value) || !(value >= -max && value <= max)) {
		return NULL;
	}
	thousandths = lround(value * THOUSANDTHS);
	return json_sprintf("%s%ld.%03ld", thousandths < 0 ? "-" : "",
		labs(thousandths) / THOUSANDTHS, labs(thousandths) % THOUSANDTHS);
}

static bool read_accuracy(json_t *position, int64_t *ret_metres)
{
	const json_t *accuracy = json_object_get(position, "accuracy_m");
	double metres = accuracy ? json_number_value(accuracy) : POSITION_ACCURACY_MIN_M;

	if (accuracy && (!json_is_number(accuracy) ||
				!(metres >= 0 && metres <= POSITION_ACCURACY_MAX_M))) {
		return false;
	}
	*ret_metres = MAX((int64_t)ceil(metres), POSITION_ACCURACY_MIN_M);
	return true;
}

enum hoso_error delivery_json_position(json_t *data, const char *name)
{
	json_t *position = json_object_get(data, name);
	json_t *lat = coarse(json_object_get(position, "lat"), 90);
	json_t *lon = coarse(json_object_get(position, "lon"), 180);
	size_t known = 2 + (json_object_get(position, "accuracy_m") != NULL);
	int64_t metres;

	if (!lat || !lon || json_object_size(position) != known ||
		!read_accuracy(position, &metres)) {
		json_decref(lat);
		json_decref(lon);
		return HOSO_BAD_MEMBER;
	}
	json_object_set_new(data, name,
		json_pack("{s:I, s:o, s:o}", "accuracy_m", (json_int_t)metres, "lat", lat, "lon",
			lon));
	return HOSO_OK;
}

enum hoso_error delivery_json_pin(
	json_t *data, const char *name, const struct digest *key, struct scan *scan)
{
	const char *pin = json_string_value(json_object_get(data, name));
	char kept[2 * PIN_KEPT_BYTES + 1];

	if (!pin || !pin_is_shaped(pin)) {
		return HOSO_BAD_MEMBER;
	}
	if (!key) {
		return HOSO_PIN_OFF;
	}
	scan->pin = pin_digest(key, scan->code.text, pin);
	text_hex(scan->pin.bytes, PIN_KEPT_BYTES, kept);
	json_object_set_new(data, name, json_string(kept));
	return HOSO_OK;
}

/* A name on a line of its own; twice is once too often. */
static enum hoso_error add_name(struct scan *scan, const char *name)
{
	size_t length = strlen(scan->reclaim);
	g_autofree char *line = g_strdup_printf("%s\n", name);
	g_auto(GStrv) lines = g_strsplit(scan->reclaim, "\n", -1);

	if (strchr(name, '\n') || g_strv_contains((const char *const *)lines, name) ||
		length + strlen(line) > RECLAIM_MAX) {
		return HOSO_BAD_MEMBER;
	}
	memcpy(scan->reclaim + length, line, strlen(line) + 1);
	return HOSO_OK;
}

static enum hoso_error clean_name(const json_t *value, char ret_name[WORD_MAX + 1])
{
	if (!json_is_string(value)) {
		return HOSO_BAD_MEMBER;
	}
	if (text_clean(
		    json_string_value(value), json_string_length(value), ret_name, WORD_MAX + 1)) {
		return HOSO_BAD_MEMBER;
	}
	return ret_name[0] ? HOSO_OK : HOSO_BAD_MEMBER;
}

enum hoso_error delivery_json_names(json_t *data, const char *name, struct scan *scan)
{
	json_t *names = json_object_get(data, name);
	size_t count = json_array_size(names);
	enum hoso_error error = HOSO_OK;
	char paper[WORD_MAX + 1];

	if (count == 0 || count > RECLAIM_PAPERS_MAX) {
		return HOSO_BAD_MEMBER;
	}
	for (size_t i = 0; i < count && !error; i++) {
		error = clean_name(json_array_get(names, i), paper);
		if (!error) {
			json_array_set_new(names, i, json_string(paper));
			error = add_name(scan, paper);
		}
	}
	return error;
}

static enum hoso_error read_reclaimed(json_t *paper, struct scan *scan)
{
	static const char *const states[] = {SCAN_RECLAIMED, NULL};
	struct api_reader reader = {.object = paper};
	char name[WORD_MAX + 1];
	char state[WORD_MAX + 1];

	if (!json_is_object(paper)) {
		return HOSO_BAD_MEMBER;
	}
	if (api_read_text(&reader, "name", API_REQUIRED, name, sizeof name)) {
		json_object_set_new(paper, "name", json_string(name));
		api_read_text(&reader, "state", API_REQUIRED, state, sizeof state);
	}
	if (api_read_end(&reader) || !g_strv_contains(states, state)) {
		return HOSO_BAD_MEMBER;
	}
	return add_name(scan, name);
}

enum hoso_error delivery_json_reclaimed(json_t *data, const char *name, struct scan *scan)
{
	json_t *value = json_object_get(data, name);
	size_t count = json_array_size(value);
	enum hoso_error error = HOSO_OK;
	char note[NOTE_MAX + 1];

	if (json_is_string(value)) {
		error = text_clean(
			json_string_value(value), json_string_length(value), note, sizeof note);
		if (error || note[0] == '\0') {
			return error ? error : HOSO_BAD_MEMBER;
		}
		json_object_set_new(data, name, json_string(note));
		scan->reclaim_in_words = true;
		return HOSO_OK;
	}
	if (count == 0 || count > RECLAIM_PAPERS_MAX) {
		return HOSO_BAD_MEMBER;
	}
	for (size_t i = 0; i < count && !error; i++) {
		error = read_reclaimed(json_array_get(value, i), scan);
	}
	return error;
}

void delivery_json_day(int32_t day, char ret_text[DELIVERY_JSON_DAY_SIZE])
{
	clock_format_local(day * DAY_MS, "%Y-%m-%d", ret_text, DELIVERY_JSON_DAY_SIZE);
}

static json_t *day_json(int32_t day)
{
	char text[DELIVERY_JSON_DAY_SIZE];

	if (!day) {
		return json_null();
	}
	delivery_json_day(day, text);
	return json_string(text);
}

json_t *delivery_json_step(const struct delivery_step *step)
{
	json_t *json = json_object();

	json_object_set_new(json, "action", json_string(delivery_action_wire(step->action)));
	json_object_set_new(json, "from_on", day_json(step->from_day));
	json_object_set_new(json, "until_on", day_json(step->until_day));
	return json;
}
