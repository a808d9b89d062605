#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "api/api.h"
#include "api/api_guard.h"
#include "api/api_manifest.h"
#include "api/api_read.h"
#include "api/scan_json.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/uuid7.h"
#include "flow/manifest_close.h"
#include "store/manifest.h"

/*
 *   body ──read──► the manifest as it is, and the consent ──made into scans──► the booking ──► the manifest as it became
 *
 * Between the reading and the booking somebody may scan: the booking looks at the revision under its lock.
 */
struct close_post {
	struct exchange *exchange;
	struct api *api;
	struct manifest_closing closing;
	struct uuid consent;
	char payment[16];
	GStringChunk *texts;
};

static void free_post(struct close_post *post)
{
	g_free(post->closing.lines);
	g_free((void *)post->closing.booking.scans);
	g_free(post->closing.booking.answers);
	g_string_chunk_free(post->texts);
	g_free(post);
}

static void fail(struct close_post *post, enum hoso_error error, const char *member)
{
	api_problem(post->exchange, error, member);
	free_post(post);
}

static const char *keep_text(struct close_post *post, const char *text)
{
	return g_string_chunk_insert(post->texts, text);
}

static void was_closed(struct booking *booking, enum hoso_error error)
{
	struct manifest_closing *closing = container_of(booking, struct manifest_closing, booking);
	struct close_post *post = container_of(closing, struct close_post, closing);
	char id[UUID_TEXT_SIZE];

	if (error) {
		fail(post, error, NULL);
		return;
	}
	uuid7_format(&closing->close.id, id);
	log_info("manifest=%s lines=%u account=%s: closed", id, booking->count,
		booking->actor.login);
	api_manifest_reply(post->exchange, post->api, &closing->close.id, 200);
	free_post(post);
}

static void put_text(json_t *data, const char *member, const char *text)
{
	if (text[0]) {
		json_object_set_new(data, member, json_string(text));
	}
}

static void put_signature(const struct close_post *post, json_t *data)
{
	put_text(data, "officer", post->closing.close.signer);
	put_text(data, "unit", post->closing.seal.signer_unit);
	put_text(data, "minutes", post->closing.close.minutes);
}

/* The data of the event that closing records of a line. */
static json_t *data_of(const struct close_post *post, const struct manifest_seal_line *line)
{
	const struct manifest_seal *seal = &post->closing.seal;
	json_t *data = json_object();

	put_text(data, "note", line->note);
	switch (seal->kind) {
	case MANIFEST_BAG:
		put_text(data, "next_office", seal->next_office);
		put_text(data, "bag", seal->label);
		break;
	case MANIFEST_ROUTE:
		put_text(data, "courier", seal->courier);
		put_text(data, "route", seal->label);
		break;
	case MANIFEST_HANDOVER_IN:
		put_signature(post, data);
		if (line->complete >= 0) {
			json_object_set_new(data, "complete", json_boolean(line->complete));
		}
		if (line->amount_vnd > 0) {
			json_object_set_new(data, "fee", json_integer(line->amount_vnd));
			put_text(data, "payment", post->payment);
		}
		break;
	case MANIFEST_HANDOVER_OUT:
		put_signature(post, data);
		json_object_set_new(data, "note",
			json_sprintf("Nhận theo biên bản %s", post->closing.close.minutes));
		break;
	case MANIFEST_REMITTANCE:
		put_text(data, "money_kind", line->money_kind);
		put_text(data, "minutes", post->closing.close.minutes);
		put_text(data, "payment", post->payment);
		put_text(data, "direction", "out");
		json_object_set_new(data, "amount", json_integer(line->amount_vnd));
		break;
	case MANIFEST_KIND_COUNT:
		g_assert_not_reached();
	}
	return data;
}

static enum hoso_error make_scan(const struct close_post *post,
	const struct manifest_seal_line *line, struct scan *scan, const char **ret_member)
{
	json_t *json = json_pack("{s:o, s:s, s:s, s:o, s:o}", "event_id", api_uuid(&line->id),
		"code", line->item_code, "kind",
		event_wire(manifest_kind_event(post->closing.seal.kind)), "occurred_at",
		api_time(post->closing.close.signed_at_ms), "data", data_of(post, line));
	enum hoso_error error =
		scan_from_json(json, clock_now_ms(), post->api->other_item_codes, scan, ret_member);

	json_decref(json);
	return error;
}

static struct manifest_seal_line seal_line(
	struct close_post *post, const struct manifest_line *line)
{
	return (struct manifest_seal_line){
		.id = line->id,
		.item_code = keep_text(post, line->item_code),
		.complete = line->complete,
		.note = keep_text(post, line->note),
		.money_kind = keep_text(post, line->money_kind),
		.amount_vnd = line->amount_vnd,
	};
}

static enum hoso_error make_scans(
	struct close_post *post, const PGresult *rows, const char **ret_member)
{
	struct manifest_closing *closing = &post->closing;
	struct scan *scans = g_new(struct scan, MAX(pg_rows(rows), 1));
	enum hoso_error error = HOSO_OK;
	unsigned count = 0;

	closing->lines = g_new0(struct manifest_seal_line, MAX(pg_rows(rows), 1));
	closing->booking.scans = scans;
	for (int row = 0; row < pg_rows(rows) && !error; row++) {
		struct manifest_line line = manifest_line_at(rows, row);
		if (line.counts) {
			closing->lines[count] = seal_line(post, &line);
			error = make_scan(post, &closing->lines[count], &scans[count], ret_member);
			count++;
		}
	}
	closing->booking.count = count;
	closing->booking.answers = g_new0(struct scan_answer, MAX(count, 1));
	if (!error && count == 0) {
		*ret_member = "lines";
		error = HOSO_MISSING_DATA;
	}
	return error;
}

/* The officer's own session says who and when; it is good for the revision that they saw, and for no other. */
static enum hoso_error take_consent(struct close_post *post, const PGresult *rows)
{
	struct manifest_close *close = &post->closing.close;
	struct manifest_consent consent;
	const char *whole;
	size_t length;

	if (!manifest_consent_at(rows, &consent)) {
		return HOSO_NOT_FOUND;
	}
	if (consent.revision != post->closing.revision) {
		return HOSO_MANIFEST_CHANGED;
	}
	g_strlcpy(close->signer, consent.name, sizeof close->signer);
	/* As much of a long name as an event's data takes. */
	length = MIN(strlen(consent.unit), (size_t)WORD_MAX);
	whole = g_utf8_find_prev_char(consent.unit, consent.unit + length + 1);
	length = consent.unit[length] && whole ? (size_t)(whole - consent.unit) : length;
	g_strlcpy(close->signer_unit, consent.unit, length + 1);
	close->signer_account = consent.account;
	close->signed_at_ms = consent.at_ms;
	return HOSO_OK;
}

static void take_head(struct close_post *post, const struct manifest *manifest)
{
	const struct manifest_close *close = &post->closing.close;

	post->closing.seal = (struct manifest_seal){
		.id = manifest->id,
		.kind = manifest->kind,
		.office = keep_text(post, manifest->office_code),
		.agency = keep_text(post, manifest->agency_code),
		.next_office = keep_text(post, manifest->next_office_code),
		.courier = keep_text(post, manifest->courier),
		.label = keep_text(post, manifest->label),
		.opened_at_ms = manifest->opened_at_ms,
		.signed_at_ms = close->signed_at_ms,
		.signer = close->signer,
		.signer_unit = close->signer_unit,
		.minutes = close->minutes,
	};
}

/* What goes to an agency, or comes from it, is signed by it: a name, its unit, and the number of the minutes. */
static enum hoso_error check_signature(
	const struct close_post *post, enum manifest_kind kind, const char **ret_member)
{
	const struct manifest_close *close = &post->closing.close;

	if (manifest_kind_has_agency(kind)) {
		*ret_member = !close->signer[0]        ? "name"
			      : !close->signer_unit[0] ? "unit"
			      : !close->minutes[0]     ? "minutes"
						       : NULL;
	}
	return *ret_member ? HOSO_MISSING_MEMBER : HOSO_OK;
}

static enum hoso_error prepare(
	struct close_post *post, const struct pg_trip *trip, const char **ret_member)
{
	struct manifest manifest = manifest_at(trip->results[0], 0);
	enum hoso_error error = HOSO_OK;

	if (!uuid7_is_none(&post->consent)) {
		error = take_consent(post, trip->results[2]);
		*ret_member = error ? "consent" : NULL;
	}
	error = error ? error : check_signature(post, manifest.kind, ret_member);
	if (error) {
		return error;
	}
	take_head(post, &manifest);
	return make_scans(post, trip->results[1], ret_member);
}

static bool is_closed_alike(const struct close_post *post, const struct manifest *manifest)
{
	return strcmp(manifest->state, "closed") == 0 &&
	       memcmp(manifest->close_content.bytes, post->closing.close.content.bytes,
		       sizeof manifest->close_content.bytes) == 0;
}

/* What the rows say already need not wait for its turn. */
static enum hoso_error look(const struct close_post *post, const struct manifest *manifest)
{
	const struct actor *actor = &post->closing.booking.actor;

	if (manifest->office_id != actor->office) {
		return HOSO_NOT_FOUND;
	}
	if (!(manifest_kind_roles(manifest->kind) & ROLE_BIT(actor->role))) {
		return manifest_kind_refusal(manifest->kind);
	}
	if (strcmp(manifest->state, "open") != 0) {
		return HOSO_MANIFEST_CLOSED;
	}
	return manifest->revision == post->closing.revision ? HOSO_OK : HOSO_MANIFEST_CHANGED;
}

static void head_came(struct api_read *read)
{
	struct close_post *post = *(struct close_post **)read->more;
	const char *member = NULL;
	struct manifest manifest;
	enum hoso_error error = HOSO_NOT_FOUND;

	if (pg_rows(read->trip.results[0]) == 1) {
		manifest = manifest_at(read->trip.results[0], 0);
		if (is_closed_alike(post, &manifest) &&
			manifest.office_id == post->closing.booking.actor.office) {
			api_manifest_reply(post->exchange, post->api, &manifest.id, 200);
			free_post(post);
			return;
		}
		error = look(post, &manifest);
	}
	error = error ? error : prepare(post, &read->trip, &member);
	if (!error) {
		error = manifest_closing_submit(post->api->bookings, &post->closing, was_closed);
	}
	if (error) {
		fail(post, error, member);
	}
}

static void read_close(struct api_reader *reader, struct close_post *post)
{
	static const char *const payments[] = {"", "cash", "transfer_post", NULL};
	struct manifest_close *close = &post->closing.close;
	char payment[WORD_MAX + 1] = "";
	int64_t revision;

	api_read_int(reader, "revision", API_REQUIRED, 0, INT32_MAX, &revision);
	post->closing.revision = (int32_t)revision;
	api_read_uuid(reader, "consent", API_OPTIONAL, &post->consent);
	api_manifest_word(reader, "name", API_OPTIONAL, close->signer, sizeof close->signer);
	api_manifest_word(
		reader, "unit", API_OPTIONAL, close->signer_unit, sizeof close->signer_unit);
	api_manifest_word(reader, "minutes", API_OPTIONAL, close->minutes, sizeof close->minutes);
	if (!api_read_time(reader, "signed_at", API_OPTIONAL, &close->signed_at_ms)) {
		close->signed_at_ms = clock_now_ms();
	}
	api_read_text(reader, "payment", API_OPTIONAL, payment, sizeof payment);
	if (!g_strv_contains(payments, payment)) {
		api_read_fail(reader, HOSO_BAD_MEMBER, "payment");
	}
	g_strlcpy(post->payment, payment[0] ? payment : "cash", sizeof post->payment);
	if (!uuid7_is_none(&post->consent) && (close->signer[0] || close->signer_unit[0])) {
		api_read_fail(reader, HOSO_BAD_MEMBER, "name");
	}
}

static bool read_body(struct close_post *post)
{
	struct api_reader reader = {0};
	g_autofree char *content = NULL;
	char *canonical;
	enum hoso_error error;
	json_t *body;

	if (!api_manifest_body(post->exchange, &body)) {
		return false;
	}
	canonical = json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS);
	content =
		g_strdup_printf("%" PRIi64 "\n%s", post->closing.booking.actor.account, canonical);
	free(canonical);
	post->closing.close.content = text_digest("", 0, content, strlen(content));
	reader.object = body;
	read_close(&reader, post);
	error = api_read_end(&reader);
	json_decref(body);
	if (error) {
		api_problem(post->exchange, error, reader.member);
	}
	return !error;
}

void api_manifest_close(struct exchange *exchange, void *arg)
{
	struct close_post *post;
	struct api_read *read;
	struct uuid id;

	if (!api_manifest_id(exchange, 0, &id)) {
		return;
	}
	post = g_new0(struct close_post, 1);
	post->exchange = exchange;
	post->api = arg;
	post->texts = g_string_chunk_new(16384);
	post->closing.booking.actor = *api_actor(exchange);
	post->closing.close.id = id;
	if (!read_body(post)) {
		free_post(post);
		return;
	}
	read = api_read_new(arg, exchange);
	read->more = g_memdup2(&post, sizeof post);
	manifest_ask(&read->trip, api_actor(exchange), &id);
	manifest_line_list_ask(&read->trip, api_actor(exchange), &id);
	manifest_consent_find(&read->trip, &post->consent, &id);
	api_read_run(read, head_came);
}
