#include "unit.h"

#include <string.h>

#include <glib.h>

#include "api/scan_json.h"
#include "base/clock.h"
#include "base/uuid7.h"

#define NOW_MS 1795402800000 /* 2026-11-23T03:00:00Z */
#define EVENT_ID "01a20658-9b80-7abc-8def-0123456789ab"
#define BIT(name) FIELD_BIT(FIELD_##name)

static struct scan scan;
static const char *member;

/* A good value of each member, as it stays. */
static const char *const good[FIELD_COUNT] = {[FIELD_SENDER] = "{\"name\":\"An\"}",
	[FIELD_RECEIVER] = "{\"name\":\"Một cửa\"}",
	[FIELD_AGENCY] = "\"H06\"",
	[FIELD_PROCEDURE] = "\"1.001\"",
	[FIELD_SERVICE] = "1",
	[FIELD_LEG_KIND] = "\"result\"",
	[FIELD_DOSSIER_CODE] = "\"000.00.05.H06-261123-0001\"",
	[FIELD_PAPERS] = "[{\"copy\":2,\"name\":\"Giấy\"}]",
	[FIELD_SEAL] = "\"S1\"",
	[FIELD_FEE] = "0",
	[FIELD_POSTAGE] = "1",
	[FIELD_COLLECT] = "30000",
	[FIELD_RECEIPT] = "\"R1\"",
	[FIELD_WINDOW_FROM] = "\"2026-11-24T01:00:00.000Z\"",
	[FIELD_WINDOW_TO] = "\"2026-11-24T03:00:00.000Z\"",
	[FIELD_COURIER] = "\"bt1\"",
	[FIELD_NEXT_OFFICE] = "\"VT-02\"",
	[FIELD_BAG] = "\"T1\"",
	[FIELD_ROUTE] = "\"Tuyến 1\"",
	[FIELD_OFFICER] = "\"Bình\"",
	[FIELD_UNIT] = "\"Một cửa\"",
	[FIELD_MINUTES] = "\"BB1\"",
	[FIELD_COMPLETE] = "true",
	[FIELD_DUE_ON] = "\"2026-12-01\"",
	[FIELD_RECIPIENT] = "\"An\"",
	[FIELD_RELATION] = "\"self\"",
	[FIELD_ID_KIND] = "\"cccd\"",
	[FIELD_ID_LAST4] = "\"0123\"",
	[FIELD_AUTHORISATION] = "\"UQ1\"",
	[FIELD_COLLECTED] = "10000000000",
	[FIELD_RECLAIMED] = "\"Bản chính\"",
	[FIELD_REASON] = "\"B1\"",
	[FIELD_NEXT_ON] = "\"2028-02-29\"",
	[FIELD_CHANNEL] = "\"sms\"",
	[FIELD_SHELF] = "\"K3\"",
	[FIELD_REQUESTER] = "\"An\"",
	[FIELD_MONEY_KIND] = "\"postage\"",
	[FIELD_AMOUNT] = "5",
	[FIELD_DIRECTION] = "\"in\"",
	[FIELD_TARGET] = "\"" EVENT_ID "\"",
	[FIELD_VOID_REASON] = "\"incorrect_data\"",
	[FIELD_PAYMENT] = "\"transfer_post\"",
	[FIELD_NOTE] = "\"ghi chú\"",
	[FIELD_SUBMITTER] = "{\"name\":\"Ba\"}",
	[FIELD_CONCESSION] = "\"HN50\"",
	[FIELD_GRAMS] = "250",
	[FIELD_MISSING_PAPERS] = "[\"Giấy khai sinh\"]",
	[FIELD_RECEIVED_ON] = "\"2026-11-23\"",
	[FIELD_SIGNATURE] = "\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"",
	[FIELD_PHOTO] = "\"ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"",
	[FIELD_POSITION] = "{\"lat\":10.346,\"lon\":107.084}",
	[FIELD_PIN] = "\"012345\"",
	[FIELD_CONTACT] = "\"phone\"",
	[FIELD_RECLAIM] = "[\"Giấy phép cũ\",\"Sổ\"]",
	[FIELD_VISIT] = "\"" EVENT_ID "\""};

static const struct scan_json_rules with_key = {
	.has_pin_key = true, .pin_key = {.bytes = {1, 2, 3}}};

static enum event_kind kind_that_has(int field)
{
	int kind = 0;

	while (kind < EVENT_KIND_COUNT &&
		!(scan_allowed((enum event_kind)kind) & FIELD_BIT(field))) {
		kind++;
	}
	assert_int_not_equal(kind, EVENT_KIND_COUNT);
	return (enum event_kind)kind;
}

static uint64_t needed_beside(enum event_kind kind, int field)
{
	uint64_t citizen = BIT(RECIPIENT) | BIT(RELATION) | BIT(ID_KIND) | BIT(ID_LAST4);

	if (kind == EVENT_ACCEPTED) {
		return field == FIELD_LEG_KIND || field == FIELD_DOSSIER_CODE
			       ? BIT(LEG_KIND) | BIT(DOSSIER_CODE)
			       : BIT(SENDER) | BIT(RECEIVER) | BIT(AGENCY) | BIT(PROCEDURE) |
					 BIT(SERVICE) |
					 (field == FIELD_SUBMITTER ? BIT(AUTHORISATION) : 0) |
					 (field == FIELD_CONCESSION ? BIT(POSTAGE) : 0);
	}
	if (kind == EVENT_DELIVERED) {
		return FIELD_BIT(field) & (citizen | BIT(AUTHORISATION) | BIT(PIN) | BIT(RECLAIMED))
			       ? citizen | BIT(AUTHORISATION)
			       : BIT(OFFICER) | BIT(MINUTES);
	}
	return scan_required(kind);
}

static json_t *value_of(const char *text)
{
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

	assert_non_null(value);
	return value;
}

/* A scan that is right, but for the one member that is given. */
static json_t *scan_with(int field, const char *value)
{
	enum event_kind kind = kind_that_has(field);
	uint64_t needed = needed_beside(kind, field);
	json_t *data = json_object();

	for (int other = FIELD_COUNT - 1; other >= 0; other--) {
		if (needed & FIELD_BIT(other)) {
			json_object_set_new(data, scan_field_wire((enum scan_field)other),
				value_of(good[other]));
		}
	}
	json_object_set_new(data, scan_field_wire((enum scan_field)field), value_of(value));
	return json_pack("{s:s, s:s, s:s, s:s, s:o}", "event_id", EVENT_ID, "code", "RR123456785VN",
		"kind", event_wire(kind), "occurred_at", "2026-11-23T10:00:00+07:00", "data", data);
}

static enum hoso_error read_json(json_t *json)
{
	enum hoso_error error = scan_from_json(json, NOW_MS, false, &scan, &member);

	json_decref(json);
	return error;
}

static void assert_kept(int field, const char *expected)
{
	g_autofree char *found = NULL;
	json_t *data = json_loads(scan.data, 0, NULL);
	json_t *value = json_object_get(data, scan_field_wire((enum scan_field)field));

	assert_non_null(value);
	found = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	assert_string_equal(found, expected);
	json_decref(data);
}

static void a_good_value_of_every_member_is_taken_as_it_is(void **state)
{
	(void)state;
	scan_json_set_rules(&with_key);
	for (int field = 0; field < FIELD_COUNT; field++) {
		assert_non_null(good[field]);
		assert_int_equal(read_json(scan_with(field, good[field])), HOSO_OK);
		assert_null(member);
		assert_true(scan.present & FIELD_BIT(field));
		if (field != FIELD_POSITION &&
			field != FIELD_PIN) { /* which do not stay as they are */
			assert_kept(field, good[field]);
		}
		assert_int_equal(scan.data_bytes, strlen(scan.data));
	}
}

static void values_come_into_one_form(void **state)
{
	static const struct {
		int field;
		const char *given, *kept;
	} cases[] = {
		/* two ways to write the same letters */
		{FIELD_NOTE, "\"e\\u0323\\u0302\"", "\"ệ\""},
		{FIELD_SEAL, "\"D\\u0061\\u0300\"", "\"Dà\""},
		{FIELD_SENDER, "{\"phone\":\"+84 912.345-678\",\"name\":\"a\\u0300\"}",
			"{\"name\":\"à\",\"phone\":\"0912345678\"}"},
		{FIELD_PAPERS, "[{\"original\":1,\"name\":\"a\\u0300\"}]",
			"[{\"name\":\"à\",\"original\":1}]"},
		{FIELD_PAPERS, "[]", "[]"},
		{FIELD_DOSSIER_CODE, "\" 000.00.05.h06-261123-0001 \"",
			"\"000.00.05.H06-261123-0001\""},
		{FIELD_WINDOW_FROM, "\"2026-11-24T08:00:00+07:00\"",
			"\"2026-11-24T01:00:00.000Z\""},
		{FIELD_WINDOW_FROM, "\"2026-11-24T08:00:00.123456+07:00\"",
			"\"2026-11-24T01:00:00.123Z\""},
		{FIELD_WINDOW_FROM, "\"2026-11-24T08:00:00.123456789+07:00\"",
			"\"2026-11-24T01:00:00.123Z\""},
		{FIELD_TARGET, "\"01A20658-9B80-7ABC-8DEF-0123456789AB\"", "\"" EVENT_ID "\""},
		{FIELD_COMPLETE, "false", "false"},
		{FIELD_RECLAIM, "[\"a\\u0300\"]", "[\"à\"]"},
		{FIELD_RECLAIMED, "[{\"state\":\"lost\",\"name\":\"a\\u0300\"}]",
			"[{\"name\":\"à\",\"state\":\"lost\"}]"},
		{FIELD_SIGNATURE,
			"\"00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF\"",
			"\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\""},
		/* where somebody lives is theirs: some hundred metres, whatever came */
		{FIELD_POSITION, "{\"lat\":10.3459999,\"lon\":107.0842468013579}",
			"{\"accuracy_m\":100,\"lat\":\"10.346\",\"lon\":\"107.084\"}"},
		{FIELD_POSITION, "{\"lat\":-0.0004,\"lon\":-179.99951,\"accuracy_m\":3.2}",
			"{\"accuracy_m\":100,\"lat\":\"0.000\",\"lon\":\"-180.000\"}"},
		{FIELD_POSITION, "{\"lat\":\"10.346\",\"lon\":\"-0.001\",\"accuracy_m\":100}",
			"{\"accuracy_m\":100,\"lat\":\"10.346\",\"lon\":\"-0.001\"}"},
		{FIELD_POSITION, "{\"lat\":21,\"lon\":105,\"accuracy_m\":1500.2}",
			"{\"accuracy_m\":1501,\"lat\":\"21.000\",\"lon\":\"105.000\"}"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		assert_int_equal(read_json(scan_with(cases[i].field, cases[i].given)), HOSO_OK);
		assert_kept(cases[i].field, cases[i].kept);
	}
}

/* clang-format off */
static const struct bad { int field; const char *value; enum hoso_error error; } bad_values[] = {
	{FIELD_SEAL, "1", HOSO_BAD_MEMBER}, {FIELD_SEAL, "null", HOSO_BAD_MEMBER}, {FIELD_SEAL, "\"\"", HOSO_BAD_MEMBER},
	{FIELD_SEAL, "[\"S1\"]", HOSO_BAD_MEMBER}, {FIELD_SEAL, "\"a\\u0007b\"", HOSO_BAD_MEMBER},
	{FIELD_NOTE, "\"\\u202eabc\"", HOSO_BAD_MEMBER}, {FIELD_NOTE, "{}", HOSO_BAD_MEMBER},
	{FIELD_FEE, "-1", HOSO_BAD_MEMBER}, {FIELD_FEE, "1.0", HOSO_BAD_MEMBER}, {FIELD_FEE, "\"1\"", HOSO_BAD_MEMBER},
	{FIELD_FEE, "10000000001", HOSO_BAD_MEMBER}, {FIELD_AMOUNT, "true", HOSO_BAD_MEMBER},
	{FIELD_SERVICE, "0", HOSO_BAD_MEMBER}, {FIELD_SERVICE, "4", HOSO_BAD_MEMBER}, {FIELD_SERVICE, "\"1\"", HOSO_BAD_MEMBER},
	{FIELD_NEXT_ON, "\"2027-02-29\"", HOSO_BAD_MEMBER}, {FIELD_NEXT_ON, "\"2026-1-1\"", HOSO_BAD_MEMBER},
	{FIELD_NEXT_ON, "\"24/11/2026\"", HOSO_BAD_MEMBER}, {FIELD_NEXT_ON, "20261124", HOSO_BAD_MEMBER},
	{FIELD_WINDOW_TO, "\"2026-11-24\"", HOSO_BAD_MEMBER}, {FIELD_WINDOW_TO, "\"2026-11-24T25:00:00Z\"", HOSO_BAD_MEMBER},
	{FIELD_WINDOW_TO, "\"2026-11-24T08:00:00\"", HOSO_BAD_MEMBER}, {FIELD_WINDOW_TO, "1795402800", HOSO_BAD_MEMBER},
	{FIELD_COMPLETE, "1", HOSO_BAD_MEMBER}, {FIELD_COMPLETE, "\"true\"", HOSO_BAD_MEMBER},
	{FIELD_TARGET, "\"01a20658-9b80-4abc-8def-0123456789ab\"", HOSO_BAD_MEMBER}, {FIELD_TARGET, "7", HOSO_BAD_MEMBER},
	{FIELD_RELATION, "\"Self\"", HOSO_BAD_MEMBER}, {FIELD_RELATION, "1", HOSO_BAD_MEMBER},
	{FIELD_ID_KIND, "\"\"", HOSO_BAD_MEMBER}, {FIELD_MONEY_KIND, "\"cod\"", HOSO_BAD_MEMBER},
	{FIELD_DIRECTION, "\"IN\"", HOSO_BAD_MEMBER}, {FIELD_VOID_REASON, "\"oops\"", HOSO_BAD_MEMBER},
	{FIELD_VISIT, "\"1\"", HOSO_BAD_MEMBER}, {FIELD_VISIT, "1", HOSO_BAD_MEMBER},
	{FIELD_PAYMENT, "\"card\"", HOSO_BAD_MEMBER}, {FIELD_PAYMENT, "true", HOSO_BAD_MEMBER},
	{FIELD_LEG_KIND, "\"parcel\"", HOSO_BAD_MEMBER}, {FIELD_LEG_KIND, "4", HOSO_BAD_MEMBER},
	{FIELD_ID_LAST4, "\"123\"", HOSO_BAD_MEMBER}, {FIELD_ID_LAST4, "\"079123456789\"", HOSO_BAD_MEMBER},
	{FIELD_ID_LAST4, "\"12 4\"", HOSO_BAD_MEMBER}, {FIELD_ID_LAST4, "1234", HOSO_BAD_MEMBER},
	{FIELD_REASON, "\"Z9\"", HOSO_UNKNOWN_REASON}, {FIELD_REASON, "1", HOSO_UNKNOWN_REASON},
	{FIELD_REASON, "\"\"", HOSO_UNKNOWN_REASON}, {FIELD_DOSSIER_CODE, "7", HOSO_BAD_MEMBER},
	{FIELD_DOSSIER_CODE, "\"hồ sơ\"", HOSO_BAD_DOSSIER_CODE}, {FIELD_DOSSIER_CODE, "\"RR123456785VN\"", HOSO_BAD_DOSSIER_CODE},
	{FIELD_PAPERS, "{}", HOSO_BAD_MEMBER}, {FIELD_PAPERS, "[\"Giấy\"]", HOSO_BAD_MEMBER},
	{FIELD_PAPERS, "[{\"copy\":1}]", HOSO_MISSING_MEMBER}, {FIELD_PAPERS, "[{\"name\":\"x\",\"copy\":1000}]", HOSO_TOO_MANY_PAPERS},
	{FIELD_PAPERS, "[{\"name\":\"x\",\"copies\":1}]", HOSO_UNKNOWN_MEMBER},
	{FIELD_PAPERS, "[{\"name\":\"x\",\"copy\":-1}]", HOSO_BAD_MEMBER},
	{FIELD_SUBMITTER, "\"Ba\"", HOSO_BAD_MEMBER}, {FIELD_SUBMITTER, "{}", HOSO_MISSING_MEMBER},
	{FIELD_GRAMS, "0", HOSO_BAD_MEMBER}, {FIELD_GRAMS, "50001", HOSO_BAD_MEMBER}, {FIELD_GRAMS, "1.5", HOSO_BAD_MEMBER},
	{FIELD_CONCESSION, "7", HOSO_BAD_MEMBER}, {FIELD_MISSING_PAPERS, "{}", HOSO_BAD_MEMBER},
	{FIELD_MISSING_PAPERS, "[\"\"]", HOSO_BAD_MEMBER}, {FIELD_MISSING_PAPERS, "[{\"name\":\"x\"}]", HOSO_BAD_MEMBER},
	{FIELD_SENDER, "\"An\"", HOSO_BAD_MEMBER}, {FIELD_SENDER, "{}", HOSO_MISSING_MEMBER},
	{FIELD_SENDER, "{\"name\":\"An\",\"cccd\":\"079123456789\"}", HOSO_UNKNOWN_MEMBER},
	{FIELD_SENDER, "{\"name\":\"An\",\"address\":7}", HOSO_BAD_MEMBER},
	{FIELD_SIGNATURE, "\"0011\"", HOSO_BAD_MEMBER}, {FIELD_PHOTO, "7", HOSO_BAD_MEMBER},
	{FIELD_PHOTO, "\"g0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"", HOSO_BAD_MEMBER},
	{FIELD_POSITION, "\"10.3,107.0\"", HOSO_BAD_MEMBER}, {FIELD_POSITION, "{\"lat\":10}", HOSO_BAD_MEMBER},
	{FIELD_POSITION, "{\"lat\":90.1,\"lon\":0}", HOSO_BAD_MEMBER}, {FIELD_POSITION, "{\"lat\":0,\"lon\":-181}", HOSO_BAD_MEMBER},
	{FIELD_POSITION, "{\"lat\":\"10x\",\"lon\":0}", HOSO_BAD_MEMBER}, {FIELD_POSITION, "{\"lat\":\"\",\"lon\":0}", HOSO_BAD_MEMBER},
	{FIELD_POSITION, "{\"lat\":\"1e1\",\"lon\":0}", HOSO_BAD_MEMBER}, {FIELD_POSITION, "{\"lat\":\"nan\",\"lon\":0}", HOSO_BAD_MEMBER},
	{FIELD_POSITION, "{\"lat\":10,\"lon\":0,\"alt\":3}", HOSO_BAD_MEMBER},
	{FIELD_POSITION, "{\"lat\":10,\"lon\":0,\"accuracy_m\":-1}", HOSO_BAD_MEMBER},
	{FIELD_PIN, "\"12345\"", HOSO_BAD_MEMBER}, {FIELD_PIN, "\"1234567\"", HOSO_BAD_MEMBER},
	{FIELD_PIN, "123456", HOSO_BAD_MEMBER}, {FIELD_PIN, "\"12345a\"", HOSO_BAD_MEMBER},
	{FIELD_CONTACT, "\"0912345678\"", HOSO_BAD_MEMBER}, {FIELD_RECLAIM, "[]", HOSO_BAD_MEMBER},
	{FIELD_RECLAIM, "[\"a\",\"a\"]", HOSO_BAD_MEMBER}, {FIELD_RECLAIM, "[\"a\\nb\"]", HOSO_BAD_MEMBER},
	{FIELD_RECLAIM, "[7]", HOSO_BAD_MEMBER}, {FIELD_RECLAIM, "\"a\"", HOSO_BAD_MEMBER},
	{FIELD_RECLAIMED, "[{\"name\":\"a\"}]", HOSO_BAD_MEMBER}, {FIELD_RECLAIMED, "[{\"name\":\"a\",\"state\":\"eaten\"}]", HOSO_BAD_MEMBER},
	{FIELD_RECLAIMED, "[]", HOSO_BAD_MEMBER}, {FIELD_RECLAIMED, "7", HOSO_BAD_MEMBER},
};
/* clang-format on */

static void a_bad_value_is_named_and_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad_values); i++) {
		const struct bad *bad = &bad_values[i];

		assert_int_equal(read_json(scan_with(bad->field, bad->value)), bad->error);
		assert_string_equal(member, scan_field_wire((enum scan_field)bad->field));
	}
}

static void what_is_too_long_is_refused(void **state)
{
	static const struct {
		int field;
		size_t most;
	} cases[] = {{FIELD_SEAL, WORD_MAX}, {FIELD_NOTE, NOTE_MAX}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *longest = g_strnfill(cases[i].most, 'x');
		g_autofree char *fits = g_strdup_printf("\"%s\"", longest);
		g_autofree char *too_long = g_strdup_printf("\"%sx\"", longest);

		assert_int_equal(read_json(scan_with(cases[i].field, fits)), HOSO_OK);
		assert_int_equal(read_json(scan_with(cases[i].field, too_long)), HOSO_BAD_MEMBER);
	}
}

static enum hoso_error read_papers(unsigned count, const char *name)
{
	g_autoptr(GString) papers = g_string_new("[");

	for (unsigned i = 0; i < count; i++) {
		g_string_append_printf(papers, "%s{\"name\":\"%s\"}", i ? "," : "", name);
	}
	g_string_append_c(papers, ']');
	return read_json(scan_with(FIELD_PAPERS, papers->str));
}

static void too_many_papers_or_too_much_in_all_is_refused(void **state)
{
	g_autofree char *name = g_strnfill(200, 'x');

	(void)state;
	assert_int_equal(read_papers(SCAN_PAPERS_MAX, "x"), HOSO_OK);
	assert_int_equal(read_papers(SCAN_PAPERS_MAX + 1, "x"), HOSO_TOO_MANY_PAPERS);
	assert_int_equal(read_papers(SCAN_PAPERS_MAX, name), HOSO_TOO_LARGE);
}

static void phones_come_in_many_forms_and_leave_in_one(void **state)
{
	static const struct {
		const char *given, *kept;
	} cases[] = {{"0912345678", "0912345678"}, {"0912 345 678", "0912345678"},
		{"+84912345678", "0912345678"}, {"84 912 345 678", "0912345678"},
		{"(0254) 385-1234", "02543851234"}, {"+84.254.385.1234", "02543851234"},
		{"912345678", NULL}, {"09123456", NULL}, {"09123456789012", NULL},
		{"0912345678x", NULL}, {"09+12345678", NULL}, {"+", NULL}, {"0084912345678", NULL},
		{"０９１２３４５６７８", NULL}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *party =
			g_strdup_printf("{\"name\":\"An\",\"phone\":\"%s\"}", cases[i].given);

		assert_int_equal(read_json(scan_with(FIELD_SENDER, party)),
			cases[i].kept ? HOSO_OK : HOSO_BAD_MEMBER);
		if (cases[i].kept) {
			assert_string_equal(scan.sender.phone, cases[i].kept);
		}
	}
}

static void what_the_rules_need_is_copied_out(void **state)
{
	(void)state;
	assert_int_equal(read_json(scan_with(FIELD_SEAL, "\"S1\"")), HOSO_OK);
	assert_int_equal(scan.kind, EVENT_ACCEPTED);
	assert_int_equal(scan.service, 1);
	assert_string_equal(scan.agency, "H06");
	assert_string_equal(scan.procedure, "1.001");
	assert_string_equal(scan.seal, "S1");
	assert_string_equal(scan.sender.name, "An");
	assert_string_equal(scan.receiver.name, "Một cửa");
	assert_int_equal(scan.occurred_at_ms, NOW_MS);
	assert_string_equal(scan.code.text, "RR123456785VN");
	assert_int_equal(read_json(scan_with(FIELD_RELATION, "\"authorised\"")), HOSO_OK);
	assert_true(scan.needs_authorisation);
	assert_string_equal(scan.detail, "An");
	assert_int_equal(read_json(scan_with(FIELD_REASON, "\"A5\"")), HOSO_OK);
	assert_int_equal(scan.reason, REASON_A5);
	assert_string_equal(scan.detail, reason_label(REASON_A5));
}

static void the_data_is_compact_and_sorted_whatever_it_was(void **state)
{
	static const char *const orders[] = {
		"{\"note\": \"x\", \"bag\": \"T1\", \"next_office\": \"B\"}",
		"{\"next_office\":\"B\",\"note\":\"x\",\"bag\":\"T1\"}"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		json_t *json = scan_with(FIELD_BAG, "\"T1\"");

		json_object_set_new(json, "data", value_of(orders[i]));
		assert_int_equal(read_json(json), HOSO_OK);
		assert_string_equal(
			scan.data, "{\"bag\":\"T1\",\"next_office\":\"B\",\"note\":\"x\"}");
	}
}

static void a_pin_leaves_its_digest_and_nothing_of_itself(void **state)
{
	static const char *const pins[] = {"\"012345\"", "\"012345\"", "\"012346\""};
	char *texts[G_N_ELEMENTS(pins)];
	struct digest digests[G_N_ELEMENTS(pins)];

	(void)state;
	scan_json_set_rules(&with_key);
	for (size_t i = 0; i < G_N_ELEMENTS(pins); i++) {
		assert_int_equal(read_json(scan_with(FIELD_PIN, pins[i])), HOSO_OK);
		assert_null(strstr(scan.data, "01234"));
		texts[i] = g_strdup(scan.data);
		digests[i] = scan.pin;
	}
	/* the same is the same content, another is another */
	assert_string_equal(texts[0], texts[1]);
	assert_string_not_equal(texts[0], texts[2]);
	assert_memory_equal(&digests[0], &digests[1], sizeof digests[0]);
	assert_memory_not_equal(&digests[0], &digests[2], sizeof digests[0]);
	for (size_t i = 0; i < G_N_ELEMENTS(pins); i++) {
		g_free(texts[i]);
	}
	scan_json_set_rules(&(struct scan_json_rules){0});
	assert_int_equal(read_json(scan_with(FIELD_PIN, pins[0])), HOSO_PIN_OFF);
	assert_string_equal(member, "pin");
	scan_json_set_rules(&with_key);
}

/* A member around the data: replaced by the value, or taken away when there is none. */
static enum hoso_error read_changed(const char *name, const char *value)
{
	json_t *json = scan_with(FIELD_NOTE, "\"x\"");

	if (value) {
		json_object_set_new(json, name, value_of(value));
	} else {
		json_object_del(json, name);
	}
	return read_json(json);
}

static void the_members_around_the_data_are_held_to_their_types(void **state)
{
	static const struct {
		const char *name, *value;
		enum hoso_error error;
	} cases[] = {{"event_id", NULL, HOSO_MISSING_MEMBER}, {"event_id", "7", HOSO_BAD_EVENT_ID},
		{"event_id", "\"01a20658-9b80-4abc-8def-0123456789ab\"", HOSO_BAD_EVENT_ID},
		{"event_id", "\"01700000-0000-7abc-8def-0123456789ab\"", HOSO_EVENT_TOO_OLD},
		{"event_id", "\"01b20658-9b80-7abc-8def-0123456789ab\"", HOSO_EVENT_IN_FUTURE},
		{"code", NULL, HOSO_MISSING_MEMBER}, {"code", "7", HOSO_BAD_MEMBER},
		{"code", "\"RR123456784VN\"", HOSO_BAD_CHECK_DIGIT},
		{"code", "\"ABC-123456\"", HOSO_BAD_ITEM_CODE}, {"kind", NULL, HOSO_MISSING_MEMBER},
		{"kind", "\"eaten\"", HOSO_UNKNOWN_KIND},
		{"occurred_at", NULL, HOSO_MISSING_MEMBER},
		{"occurred_at", "\"now\"", HOSO_BAD_MEMBER},
		{"occurred_at", "\"2026-11-23T10:05:01+07:00\"", HOSO_EVENT_IN_FUTURE},
		{"occurred_at", "\"2026-09-01T10:00:00+07:00\"", HOSO_EVENT_TOO_OLD},
		{"office", "7", HOSO_BAD_MEMBER}, {"data", "[]", HOSO_BAD_MEMBER},
		{"data", "\"x\"", HOSO_BAD_MEMBER}, {"note", "\"x\"", HOSO_UNKNOWN_MEMBER}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		assert_int_equal(read_changed(cases[i].name, cases[i].value), cases[i].error);
	}
	assert_int_equal(read_changed("office", "\"VT-01\""), HOSO_OK);
	assert_string_equal(scan.office, "VT-01");
	assert_int_equal(read_changed("occurred_at", "\"2026-11-23T10:05:00+07:00\""), HOSO_OK);
}

static void members_that_nobody_knows_and_members_of_other_kinds_are_refused(void **state)
{
	(void)state;
	assert_int_equal(
		read_changed("data",
			"{\"note\":\"x\",\"window_from\":\"2026-11-24T08:00:00Z\",\"colour\":1}"),
		HOSO_UNKNOWN_MEMBER);
	assert_int_equal(read_changed("kind", "\"note\""), HOSO_UNKNOWN_MEMBER);
	assert_int_equal(read_changed("data", NULL), HOSO_MISSING_DATA);
	assert_int_equal(read_json(json_array()), HOSO_BAD_MEMBER);
	assert_int_equal(read_json(json_null()), HOSO_BAD_MEMBER);
}

static void other_item_codes_are_taken_where_they_are_allowed(void **state)
{
	json_t *json = scan_with(FIELD_SEAL, "\"S1\"");

	(void)state;
	json_object_set_new(json, "code", json_string("vt-2026-000123"));
	assert_int_equal(scan_from_json(json, NOW_MS, true, &scan, &member), HOSO_OK);
	assert_string_equal(scan.code.text, "VT-2026-000123");
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_value_of_every_member_is_taken_as_it_is),
		cmocka_unit_test(values_come_into_one_form),
		cmocka_unit_test(a_bad_value_is_named_and_refused),
		cmocka_unit_test(what_is_too_long_is_refused),
		cmocka_unit_test(too_many_papers_or_too_much_in_all_is_refused),
		cmocka_unit_test(phones_come_in_many_forms_and_leave_in_one),
		cmocka_unit_test(what_the_rules_need_is_copied_out),
		cmocka_unit_test(a_pin_leaves_its_digest_and_nothing_of_itself),
		cmocka_unit_test(the_data_is_compact_and_sorted_whatever_it_was),
		cmocka_unit_test(the_members_around_the_data_are_held_to_their_types),
		cmocka_unit_test(members_that_nobody_knows_and_members_of_other_kinds_are_refused),
		cmocka_unit_test(other_item_codes_are_taken_where_they_are_allowed),
	};

	return cmocka_run_group_tests_name("scan_json", tests, NULL, NULL);
}
