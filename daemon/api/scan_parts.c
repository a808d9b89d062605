#include "api/scan_parts.h"

#include <hoso/limits.h>

#include "api/api_json.h"
#include "base/text.h"
#include "model/phone.h"

enum hoso_error scan_parts_party(json_t *value, struct party *party)
{
	struct api_reader reader = {.object = value};
	char phone[WORD_MAX + 1];

	if (!json_is_object(value)) {
		return HOSO_BAD_MEMBER;
	}
	if (api_read_text(&reader, "name", API_REQUIRED, party->name, sizeof party->name)) {
		json_object_set_new(value, "name", json_string(party->name));
	}
	if (api_read_text(
		    &reader, "address", API_OPTIONAL, party->address, sizeof party->address)) {
		json_object_set_new(value, "address", json_string(party->address));
	}
	if (api_read_text(&reader, "phone", API_OPTIONAL, phone, sizeof phone)) {
		if (!phone_clean(phone, party->phone)) {
			return HOSO_BAD_MEMBER;
		}
		json_object_set_new(value, "phone", json_string(party->phone));
	}
	return api_read_end(&reader);
}

static void read_count(struct api_reader *reader, const char *member)
{
	int64_t count;

	if (api_read_int(reader, member, API_OPTIONAL, 0, INT64_MAX, &count) &&
		count > SCAN_COPIES_MAX) {
		api_read_fail(reader, HOSO_TOO_MANY_PAPERS, member);
	}
}

static enum hoso_error read_paper(json_t *paper)
{
	struct api_reader reader = {.object = paper};
	char name[NOTE_MAX + 1];

	if (!json_is_object(paper)) {
		return HOSO_BAD_MEMBER;
	}
	if (api_read_text(&reader, "name", API_REQUIRED, name, sizeof name)) {
		json_object_set_new(paper, "name", json_string(name));
	}
	read_count(&reader, "original");
	read_count(&reader, "certified");
	read_count(&reader, "copy");
	return api_read_end(&reader);
}

static enum hoso_error check_list(const json_t *value)
{
	if (!json_is_array(value)) {
		return HOSO_BAD_MEMBER;
	}
	return json_array_size(value) > SCAN_PAPERS_MAX ? HOSO_TOO_MANY_PAPERS : HOSO_OK;
}

enum hoso_error scan_parts_papers(json_t *value)
{
	enum hoso_error error = check_list(value);

	for (size_t i = 0; !error && i < json_array_size(value); i++) {
		error = read_paper(json_array_get(value, i));
	}
	return error;
}

static enum hoso_error read_name(json_t *array, size_t i)
{
	const json_t *name = json_array_get(array, i);
	char clean[NOTE_MAX + 1];
	enum hoso_error error = json_is_string(name)
					? text_clean(json_string_value(name),
						  json_string_length(name), clean, sizeof clean)
					: HOSO_BAD_MEMBER;

	if (error || clean[0] == '\0') {
		return error ? error : HOSO_BAD_MEMBER;
	}
	json_array_set_new(array, i, json_string(clean));
	return HOSO_OK;
}

enum hoso_error scan_parts_names(json_t *value)
{
	enum hoso_error error = check_list(value);

	for (size_t i = 0; !error && i < json_array_size(value); i++) {
		error = read_name(value, i);
	}
	return error;
}
