#include "facts.h"

#include <string.h>

#include <hoso/leg.h>

#include "base/text.h"

static const char *const words[] = {
#define X(name, word) [name] = word,
	HOSO_FACTS(X)
#undef X
};

/* clang-format off */
static const struct { enum fact fact; const char *token, *words; } tokens[] = {
	{FACT_SERVICE, "1", "Gửi hồ sơ"},
	{FACT_SERVICE, "2", "Nhận kết quả"},
	{FACT_SERVICE, "3", "Gửi hồ sơ và nhận kết quả"},
	{FACT_RELATION, "self", "Chính chủ"},
	{FACT_RELATION, "authorised", "Người được ủy quyền"},
	{FACT_RELATION, "organisation", "Đại diện tổ chức"},
	{FACT_RELATION, "other", "Khác"},
	{FACT_ID_KIND, "cccd", "Căn cước công dân"},
	{FACT_ID_KIND, "can_cuoc", "Thẻ căn cước"},
	{FACT_ID_KIND, "cmnd", "Chứng minh nhân dân"},
	{FACT_ID_KIND, "passport", "Hộ chiếu"},
	{FACT_ID_KIND, "vneid", "VNeID mức 2"},
};
/* clang-format on */

struct facts *facts_new(void)
{
	struct facts *facts = g_new0(struct facts, 1);

	for (unsigned i = 0; i < FACT_COUNT; i++) {
		facts->text[i] = g_strdup("");
	}
	return facts;
}

void facts_free(struct facts *facts)
{
	if (facts) {
		for (unsigned i = 0; i < FACT_COUNT; i++) {
			g_free(facts->text[i]);
		}
		json_decref(facts->papers);
		g_free(facts);
	}
}

enum fact fact_from_word(const char *word)
{
	for (unsigned i = 0; i < FACT_COUNT; i++) {
		if (strcmp(words[i], word) == 0) {
			return (enum fact)i;
		}
	}
	return FACT_COUNT;
}

const char *fact_word(enum fact fact)
{
	return words[fact];
}

static bool is_money(enum fact fact)
{
	return fact == FACT_FEE || fact == FACT_POSTAGE || fact == FACT_COLLECT;
}

static bool is_digits(const char *text, size_t length)
{
	return length > 0 && strspn(text, "0123456789") >= length;
}

/* 1250000 as 1.250.000 đồng. */
static char *money_words(const char *digits)
{
	GString *text = g_string_new(NULL);
	size_t length = strlen(digits);

	for (size_t i = 0; i < length; i++) {
		g_string_append_c(text, digits[i]);
		if ((length - 1 - i) % 3 == 0 && i + 1 < length) {
			g_string_append_c(text, '.');
		}
	}
	return g_string_free(g_string_append(text, " đồng"), FALSE);
}

static bool is_day(const char *text)
{
	return strlen(text) == 10 && is_digits(text, 4) && text[4] == '-' &&
	       is_digits(text + 5, 2) && text[7] == '-' && is_digits(text + 8, 2);
}

/* As a person writes it; the date of the paper stays as it is, for compose_date(). */
static char *put_into_words(enum fact fact, const char *text)
{
	enum leg_kind kind = fact == FACT_LEG_KIND ? leg_kind_from_wire(text) : LEG_KIND_COUNT;

	if (kind != LEG_KIND_COUNT) {
		return g_strdup(leg_kind_label(kind));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(tokens); i++) {
		if (tokens[i].fact == fact && strcmp(tokens[i].token, text) == 0) {
			return g_strdup(tokens[i].words);
		}
	}
	if (is_money(fact) && is_digits(text, strlen(text)) && strlen(text) < 16) {
		return money_words(text);
	}
	if (fact != FACT_DATE && is_day(text)) {
		return g_strdup_printf("%.2s/%.2s/%.4s", text + 8, text + 5, text);
	}
	return text_escape(text);
}

enum hoso_error facts_set(struct facts *facts, enum fact fact, const char *text)
{
	if (strlen(text) > FACT_BYTES_MAX) {
		return HOSO_TOO_LARGE;
	}
	g_free(facts->text[fact]);
	facts->text[fact] = put_into_words(fact, text);
	return HOSO_OK;
}

static enum hoso_error set_json(struct facts *facts, enum fact fact, const json_t *value)
{
	const json_t *name = json_object_get(value, "name");
	g_autofree char *number = NULL;

	if (json_is_integer(value)) {
		number = g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
	} else if (!json_is_string(value)) {
		value = name; /* of a place; what is neither is not known */
	}
	if (facts->text[fact][0] || (!number && !json_is_string(value))) {
		return HOSO_OK;
	}
	return facts_set(facts, fact, number ? number : json_string_value(value));
}

/* Every member of @object that is one of our words. */
static enum hoso_error read_members(struct facts *facts, const json_t *object)
{
	enum hoso_error error = HOSO_OK;

	for (unsigned i = 0; !error && i < FACT_COUNT; i++) {
		error = set_json(facts, (enum fact)i, json_object_get(object, words[i]));
	}
	if (!error && !facts->papers && json_is_array(json_object_get(object, "papers"))) {
		facts->papers = json_incref(json_object_get(object, "papers"));
	}
	return error;
}

static enum hoso_error read_party(struct facts *facts, const json_t *party, enum fact name,
	enum fact phone, enum fact address)
{
	enum hoso_error error = set_json(facts, name, json_object_get(party, "name"));

	error = error ? error : set_json(facts, phone, json_object_get(party, "phone"));
	return error ? error : set_json(facts, address, json_object_get(party, "address"));
}

/* @turned: who sent is whom it now goes to. */
static enum hoso_error read_parties(struct facts *facts, const json_t *object, bool turned)
{
	const json_t *sender = json_object_get(object, turned ? "receiver" : "sender");
	const json_t *receiver = json_object_get(object, turned ? "sender" : "receiver");
	enum hoso_error error =
		read_party(facts, sender, FACT_SENDER_NAME, FACT_SENDER_PHONE, FACT_SENDER_ADDRESS);

	return error ? error
		     : read_party(facts, receiver, FACT_RECEIVER_NAME, FACT_RECEIVER_PHONE,
			       FACT_RECEIVER_ADDRESS);
}

static const json_t *leg_of(const json_t *dossier, const char *code)
{
	const json_t *legs = json_object_get(dossier, "legs");

	for (size_t i = 0; i < json_array_size(legs); i++) {
		const json_t *leg = json_array_get(legs, i);
		const char *item = json_string_value(json_object_get(leg, "item_code"));
		if (item && strcmp(item, code) == 0) {
			return leg;
		}
	}
	return NULL;
}

/* A sentence, as it was given, or one made of the list. */
static enum hoso_error read_reclaimed(struct facts *facts, const json_t *reclaimed)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (size_t i = 0; i < json_array_size(reclaimed); i++) {
		const json_t *paper = json_array_get(reclaimed, i);
		const char *name = json_string_value(
			json_is_object(paper) ? json_object_get(paper, "name") : paper);
		const char *state = json_string_value(json_object_get(paper, "state"));
		g_string_append_printf(text, "%s%s%s", i ? "; " : "", name ? name : "",
			!state                        ? ""
			: strcmp(state, "taken") == 0 ? " (đã thu)"
						      : " (bị mất)");
	}
	return facts->text[FACT_RECLAIMED][0] || text->len == 0
		       ? HOSO_OK
		       : facts_set(facts, FACT_RECLAIMED, text->str);
}

/* What was said when the item was taken in and delivered; the latest counts. Notes are not for papers. */
static enum hoso_error read_data(struct facts *facts, const json_t *data)
{
	json_t *copy = json_deep_copy(data);
	enum hoso_error error = read_parties(facts, copy, false);

	json_object_del(copy, "note");
	json_object_del(copy, "agency"); /* a code; the dossier has its name */
	json_object_del(copy, "procedure");
	error = error ? error : read_reclaimed(facts, json_object_get(copy, "reclaimed"));
	error = error ? error : read_members(facts, copy);
	json_decref(copy);
	return error;
}

/* Until when an invitation lets somebody come is not when the agency promised the result. */
static enum hoso_error read_invitation(struct facts *facts, const json_t *data)
{
	enum hoso_error error = set_json(facts, FACT_DEADLINE, json_object_get(data, "due_on"));

	return error ? error : set_json(facts, FACT_CHANNEL, json_object_get(data, "channel"));
}

static enum hoso_error read_event(struct facts *facts, const json_t *event)
{
	const char *kind = json_string_value(json_object_get(event, "kind"));
	const json_t *data = json_object_get(event, "data");

	return g_strcmp0(kind, "invited") == 0 ? read_invitation(facts, data)
					       : read_data(facts, data);
}

static enum hoso_error read_events(struct facts *facts, const json_t *dossier, const char *code)
{
	const json_t *events = json_object_get(dossier, "events");
	enum hoso_error error = HOSO_OK;

	for (size_t i = json_array_size(events); !error && i-- > 0;) {
		const json_t *event = json_array_get(events, i);
		const char *item = json_string_value(json_object_get(event, "item_code"));
		const char *verdict = json_string_value(json_object_get(event, "verdict"));
		if (item && strcmp(item, code) == 0 && g_strcmp0(verdict, "recorded") == 0) {
			error = read_event(facts, event);
		}
	}
	return error;
}

/* A leg's zero is no amount of money: nothing was said of it. */
static enum hoso_error read_leg(struct facts *facts, const json_t *leg)
{
	json_t *copy = json_deep_copy(leg);
	enum hoso_error error;

	for (unsigned i = 0; i < FACT_COUNT; i++) {
		if (is_money((enum fact)i) &&
			json_integer_value(json_object_get(copy, words[i])) == 0) {
			json_object_del(copy, words[i]);
		}
	}
	error = set_json(facts, FACT_LEG_KIND, json_object_get(copy, "kind"));
	if (!error && json_integer_value(json_object_get(copy, "invitations")) > 0) {
		error = set_json(facts, FACT_INVITATION, json_object_get(copy, "invitations"));
	}
	error = error ? error : read_reclaimed(facts, json_object_get(copy, "reclaim"));
	error = error ? error : read_members(facts, copy);
	json_decref(copy);
	return error;
}

static bool goes_to_agency(const json_t *leg)
{
	const char *wire = json_string_value(json_object_get(leg, "kind"));
	enum leg_kind kind = wire ? leg_kind_from_wire(wire) : LEG_KIND_COUNT;

	return kind != LEG_KIND_COUNT && leg_kind_to_agency(kind);
}

/* A dossier's parties are those of its first leg; the result goes the other way. */
static bool is_turned(const json_t *dossier, const json_t *leg)
{
	const json_t *first = json_array_get(json_object_get(dossier, "legs"), 0);

	return leg && first && goes_to_agency(leg) != goes_to_agency(first);
}

enum hoso_error facts_read(struct facts *facts, const json_t *dossier, const char *code)
{
	const json_t *leg = leg_of(dossier, code);
	enum hoso_error error = read_members(facts, dossier);

	/* Where it was redirected to goes before whom it was sent to. */
	error = error ? error
		      : read_party(facts, json_object_get(leg, "redirected_to"), FACT_RECEIVER_NAME,
				FACT_RECEIVER_PHONE, FACT_RECEIVER_ADDRESS);
	error = error ? error : read_events(facts, dossier, code);
	error = error ? error : read_parties(facts, dossier, is_turned(dossier, leg));
	return error ? error : read_leg(facts, leg);
}

bool facts_is_about(const json_t *dossier, const char *code)
{
	const char *own = json_string_value(json_object_get(dossier, "item_code"));

	return (own && strcmp(own, code) == 0) || leg_of(dossier, code);
}

void facts_fill(struct facts *facts, const struct facts *common)
{
	for (unsigned i = 0; i < FACT_COUNT; i++) {
		if (!facts->text[i][0]) {
			g_free(facts->text[i]);
			facts->text[i] = g_strdup(common->text[i]);
		}
	}
}
