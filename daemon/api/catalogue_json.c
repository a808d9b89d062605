#include "api/catalogue_json.h"

#include <string.h>

#include <hoso/limits.h>

#include "api/api_json.h"

#define NAME_MAX_BYTES (WORD_MAX * 4) /* as an actor's office_name */
#define CODE_MAX 60                   /* as in the schema */
#define OFFICE_CODE_MAX 40

struct catalogue_reader {
	struct catalogue_json *json;
	struct api_reader member; /* of the entry that is being read */
	GHashTable *codes;        /* of the array that is being read */
};

static const char *keep(struct catalogue_reader *reader, const char *text)
{
	return g_string_chunk_insert_const(reader->json->texts, text);
}

static const char *read_text(
	struct catalogue_reader *reader, const char *member, enum api_need need, size_t max)
{
	char text[NAME_MAX_BYTES + 1];

	if (api_read_text(&reader->member, member, need, text, max + 1) && strpbrk(text, "\n\t")) {
		api_read_fail(&reader->member, HOSO_BAD_MEMBER, member);
	}
	return keep(reader, text);
}

/* A field that may be left empty: "" and absent are the same. */
static const char *read_loose_text(struct catalogue_reader *reader, const char *member, size_t max)
{
	const char *text = json_string_value(json_object_get(reader->member.object, member));

	if (text && text[0] == '\0') {
		api_read_member(&reader->member, member, API_OPTIONAL);
		return "";
	}
	return read_text(reader, member, API_OPTIONAL, max);
}

static const char *read_code(struct catalogue_reader *reader, size_t max)
{
	const char *code = read_text(reader, "code", API_REQUIRED, max);

	if (!g_hash_table_add(reader->codes, (gpointer)code)) {
		api_read_fail(&reader->member, HOSO_BAD_MEMBER, "code");
	}
	return code;
}

static bool is_office_code(const char *code)
{
	return g_ascii_isalnum(code[0]) &&
	       strspn(code, G_CSET_A_2_Z G_CSET_DIGITS "._-") == strlen(code);
}

static const char *read_parent(struct catalogue_reader *reader)
{
	if (json_is_null(json_object_get(reader->member.object, "parent"))) {
		api_read_member(&reader->member, "parent", API_OPTIONAL);
		return "";
	}
	return read_text(reader, "parent", API_OPTIONAL, OFFICE_CODE_MAX);
}

static void read_office(struct catalogue_reader *reader)
{
	struct catalogue_office office = {
		.code = read_code(reader, OFFICE_CODE_MAX),
		.name = read_text(reader, "name", API_REQUIRED, NAME_MAX_BYTES),
		.parent = read_parent(reader),
	};

	if (!is_office_code(office.code)) {
		api_read_fail(&reader->member, HOSO_BAD_MEMBER, "code");
	}
	g_array_append_val(reader->json->catalogue.offices, office);
}

static void read_agency(struct catalogue_reader *reader)
{
	struct catalogue_agency agency = {
		.code = read_code(reader, CODE_MAX),
		.name = read_text(reader, "name", API_REQUIRED, NAME_MAX_BYTES),
	};

	g_array_append_val(reader->json->catalogue.agencies, agency);
}

static void read_procedure(struct catalogue_reader *reader)
{
	struct catalogue_procedure procedure = {
		.code = read_code(reader, CODE_MAX),
		.name = read_text(reader, "name", API_REQUIRED, NAME_MAX_BYTES),
		.field_code = read_loose_text(reader, "field_code", CODE_MAX),
		.field_name = read_loose_text(reader, "field_name", NAME_MAX_BYTES),
		.by_post = true,
	};

	if (json_object_get(reader->member.object, "by_post")) {
		api_read_bool(&reader->member, "by_post", API_OPTIONAL, &procedure.by_post);
	}
	api_read_int(&reader->member, "fee", API_OPTIONAL, 0, MONEY_MAX_VND, &procedure.fee_vnd);
	g_array_append_val(reader->json->catalogue.procedures, procedure);
}

static const struct {
	const char *member;
	void (*read)(struct catalogue_reader *reader);
} arrays[] = {
	{"offices", read_office},
	{"agencies", read_agency},
	{"procedures", read_procedure},
};

static enum hoso_error read_array(struct catalogue_reader *reader, json_t *array,
	void (*read)(struct catalogue_reader *reader), const char **ret_member)
{
	size_t i;
	json_t *entry;

	reader->codes = g_hash_table_new(g_str_hash, g_str_equal);
	reader->member = (struct api_reader){0};
	json_array_foreach(array, i, entry)
	{
		reader->member = (struct api_reader){.object = entry};
		if (!json_is_object(entry)) {
			api_read_fail(&reader->member, HOSO_BAD_MEMBER, NULL);
			break;
		}
		read(reader);
		if (api_read_end(&reader->member)) {
			break;
		}
	}
	g_hash_table_unref(reader->codes);
	*ret_member = reader->member.member ? reader->member.member : *ret_member;
	return reader->member.error;
}

static enum hoso_error read_arrays(
	struct catalogue_reader *reader, json_t *body, const char **ret_member)
{
	struct api_reader top = {.object = body};
	enum hoso_error error = HOSO_OK;

	for (size_t i = 0; i < G_N_ELEMENTS(arrays) && !error; i++) {
		json_t *array = api_read_member(&top, arrays[i].member, API_OPTIONAL);
		*ret_member = arrays[i].member;
		if (array && !json_is_array(array)) {
			return HOSO_BAD_MEMBER;
		}
		error = read_array(reader, array, arrays[i].read, ret_member);
	}
	if (!error) {
		error = api_read_end(&top);
		*ret_member = top.member;
	}
	return error;
}

static struct catalogue_json *catalogue_json_new(void)
{
	struct catalogue_json *json = g_new0(struct catalogue_json, 1);

	json->texts = g_string_chunk_new(16384);
	json->catalogue.offices = g_array_new(FALSE, FALSE, sizeof(struct catalogue_office));
	json->catalogue.agencies = g_array_new(FALSE, FALSE, sizeof(struct catalogue_agency));
	json->catalogue.procedures = g_array_new(FALSE, FALSE, sizeof(struct catalogue_procedure));
	return json;
}

enum hoso_error catalogue_json_read(
	json_t *body, struct catalogue_json **ret_json, const char **ret_member)
{
	struct catalogue_reader reader = {0};
	enum hoso_error error;

	*ret_member = NULL;
	if (!json_is_object(body)) {
		return HOSO_BAD_JSON;
	}
	reader.json = catalogue_json_new();
	error = read_arrays(&reader, body, ret_member);
	if (error) {
		catalogue_json_free(reader.json);
		return error;
	}
	*ret_json = reader.json;
	return HOSO_OK;
}

/* Who hangs where, after the import: what is known, and over it what was sent. */
static GHashTable *parents_of(const struct catalogue_json *json, const struct pg_trip *trip)
{
	GHashTable *parents = g_hash_table_new(g_str_hash, g_str_equal);

	for (int row = 0; row < catalogue_office_count(trip); row++) {
		struct catalogue_office office = catalogue_office_at(trip, row);
		g_hash_table_replace(parents, (gpointer)office.code, (gpointer)office.parent);
	}
	for (guint i = 0; i < json->catalogue.offices->len; i++) {
		const struct catalogue_office *office =
			&g_array_index(json->catalogue.offices, struct catalogue_office, i);
		g_hash_table_replace(parents, (gpointer)office->code, (gpointer)office->parent);
	}
	return parents;
}

/* A way up that is longer than there are offices goes round. */
static bool reaches_a_root(GHashTable *parents, const char *code)
{
	for (guint steps = 0; steps < g_hash_table_size(parents); steps++) {
		code = g_hash_table_lookup(parents, code);
		if (!code) {
			return false;
		}
		if (code[0] == '\0') {
			return true;
		}
	}
	return false;
}

bool catalogue_json_check_parents(const struct catalogue_json *json, const struct pg_trip *trip)
{
	g_autoptr(GHashTable) parents = parents_of(json, trip);
	bool good = true;

	for (guint i = 0; i < json->catalogue.offices->len && good; i++) {
		const struct catalogue_office *office =
			&g_array_index(json->catalogue.offices, struct catalogue_office, i);
		good = reaches_a_root(parents, office->code);
	}
	return good;
}

void catalogue_json_free(struct catalogue_json *json)
{
	if (!json) {
		return;
	}
	g_array_unref(json->catalogue.offices);
	g_array_unref(json->catalogue.agencies);
	g_array_unref(json->catalogue.procedures);
	g_string_chunk_free(json->texts);
	g_free(json);
}
