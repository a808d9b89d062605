#include "api/api_proof.h"

#include <string.h>

#include <glib.h>
#include <jansson.h>

#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_query.h"
#include "api/api_read.h"
#include "base/attr.h"
#include "base/text.h"
#include "model/picture_kind.h"
#include "store/proof.h"

/*
 * Pictures go in and come out as they are: looked at by their first bytes, never decoded. A phone that was cut off asks
 * with HEAD how much is there (Upload-Offset) and sends the rest with Content-Range.
 */

static void add_number(struct exchange *exchange, const char *header, int64_t number)
{
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);

	exchange_add_header(exchange, header, text);
}

static bool read_hash(struct exchange *exchange, struct digest *ret_hash)
{
	static const char *const known[] = {NULL};
	struct api_query query = api_query_begin(exchange, known);
	enum hoso_error error = query.error;

	if (!error &&
		!text_unhex(exchange_param(exchange, 0), ret_hash->bytes, sizeof ret_hash->bytes)) {
		error = HOSO_NOT_FOUND;
	}
	if (error) {
		api_problem(exchange, error, query.member);
	}
	return !error;
}

static bool take_number(const char **text, char end, size_t *ret_number)
{
	size_t digits = strspn(*text, "0123456789");
	char *stop;

	/* Eight digits are more than any proof has, and overflow nothing. */
	if (digits == 0 || digits > 8 || (*text)[digits] != end) {
		return false;
	}
	*ret_number = (size_t)g_ascii_strtoull(*text, &stop, 10);
	*text += digits + (end != '\0');
	return true;
}

/* "bytes 0-262143/1048576"; absent: the whole. */
static bool read_range(const struct exchange *exchange, struct proof_part *part)
{
	const char *range = exchange_header(exchange, "Content-Range");
	size_t last;

	part->from = 0;
	part->total = part->length;
	if (!range) {
		return true;
	}
	if (!g_str_has_prefix(range, "bytes ")) {
		return false;
	}
	range += strlen("bytes ");
	return take_number(&range, '-', &part->from) && take_number(&range, '/', &last) &&
	       take_number(&range, '\0', &part->total) && last < part->total &&
	       last - part->from + 1 == part->length && part->from <= last;
}

static enum hoso_error check_part(const struct proof_part *part)
{
	struct digest whole;

	if (part->total > PROOF_BYTES_MAX) {
		return HOSO_TOO_LARGE;
	}
	if (part->from + part->length < part->total && part->length < PROOF_PART_BYTES_MIN) {
		return HOSO_BAD_REQUEST;
	}
	if (part->from == 0 && !picture_kind_is(part->media, part->bytes, part->length)) {
		return HOSO_PROOF_TYPE;
	}
	if (part->length < part->total) {
		return HOSO_OK;
	}
	whole = text_digest(part->bytes, part->length, "", 0);
	return memcmp(whole.bytes, part->sha256.bytes, sizeof whole.bytes) ? HOSO_PROOF_HASH
									   : HOSO_OK;
}

/* @more: the part's length. */
static void part_came(struct api_read *read)
{
	const size_t *length = read->more;
	struct proof_put put = proof_put_outcome(&read->trip, *length);

	add_number(read->exchange, "Upload-Offset", put.have);
	if (put.is_complete || (put.is_taken && !put.is_wrong)) {
		api_reply(read->exchange, put.is_complete ? 200 : 202,
			json_pack("{s:s, s:I, s:b}", "sha256", exchange_param(read->exchange, 0),
				"bytes", (json_int_t)put.have, "complete", put.is_complete));
	} else if (put.is_taken) {
		api_problem(read->exchange, HOSO_PROOF_HASH, NULL);
	} else {
		api_problem(read->exchange, put.over_quota ? HOSO_PROOF_QUOTA : HOSO_PROOF_OFFSET,
			NULL);
	}
}

void api_proof_put(struct exchange *exchange, void *arg)
{
	struct api *api = arg;
	struct proof_part part = {0};
	enum hoso_error error;
	struct api_read *read;

	if (!read_hash(exchange, &part.sha256)) {
		return;
	}
	part.bytes = exchange_body(exchange, &part.length);
	part.media = picture_kind_media(exchange_header(exchange, "Content-Type"));
	error = !part.media || !read_range(exchange, &part) ? HOSO_BAD_REQUEST : check_part(&part);
	if (error) {
		api_problem(exchange, error, NULL);
		return;
	}
	read = api_read_new(api, exchange);
	read->more = g_memdup2(&part.length, sizeof part.length);
	proof_put(&read->trip, api_actor(exchange)->account, &part);
	api_read_run(read, part_came);
}

static void progress_came(struct api_read *read)
{
	bool complete;
	int64_t have = proof_progress(&read->trip, &complete);

	add_number(read->exchange, "Upload-Offset", have);
	exchange_add_header(read->exchange, "Upload-Complete", complete ? "?1" : "?0");
	exchange_reply(read->exchange, 200, NULL, NULL);
}

/* Whatever it pretends to be, it is saved and not shown, and may do nothing where it is opened all the same. */
static void picture_came(struct api_read *read)
{
	g_autofree char *disposition = NULL;
	const char *media;
	const void *bytes;
	size_t length;

	if (!proof_learn(&read->trip, &media, &bytes, &length)) {
		api_problem(read->exchange, HOSO_NOT_FOUND, NULL);
		return;
	}
	disposition = g_strdup_printf("attachment; filename=\"%.16s.%s\"",
		exchange_param(read->exchange, 0), picture_kind_ending(media));
	exchange_add_header(read->exchange, "Content-Disposition", disposition);
	exchange_add_header(
		read->exchange, "Content-Security-Policy", "default-src 'none'; sandbox");
	exchange_reply(read->exchange, 200, picture_kind_media(media),
		g_string_new_len(bytes, (gssize)length));
}

void api_proof_get(struct exchange *exchange, void *arg)
{
	struct api *api = arg;
	struct digest sha256;
	struct api_read *read;

	if (!read_hash(exchange, &sha256)) {
		return;
	}
	read = api_read_new(api, exchange);
	if (exchange_method(exchange) == HTTP_HEAD) {
		proof_ask_progress(&read->trip, api_actor(exchange)->account, &sha256);
		api_read_run(read, progress_came);
	} else {
		proof_ask(&read->trip, api_actor(exchange), &sha256);
		api_read_run(read, picture_came);
	}
}
