#include "proofs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

#include <hoso/limits.h>

#include "base/clock.h"
#include "base/text.h"
#include "call.h"
#include "interrupt.h"
#include "model/picture_kind.h"
#include "whole_file.h"

#define PART_BYTES (256 * 1024) /* some seconds at the edge of a network */
_Static_assert(PART_BYTES >= PROOF_PART_BYTES_MIN && PART_BYTES <= PROOF_PART_BYTES_MAX,
	"as the server wants it");

static char *queue_folder(const struct client *client)
{
	g_autofree char *spool = session_spool_folder(&client->session);

	return g_build_filename(spool, "proofs", NULL);
}

/* A picture is never read whole before its size is known. */
static enum hoso_error read_picture(const char *path, GBytes **ret_picture)
{
	struct stat status;
	char *bytes;
	gsize length;

	if (stat(path, &status) < 0) {
		return HOSO_FILE;
	}
	if (!S_ISREG(status.st_mode) || status.st_size > PROOF_BYTES_MAX) {
		return S_ISREG(status.st_mode) ? HOSO_TOO_LARGE : HOSO_PROOF_TYPE;
	}
	if (!g_file_get_contents(path, &bytes, &length, NULL)) {
		return HOSO_FILE;
	}
	*ret_picture = g_bytes_new_take(bytes, length);
	return HOSO_OK;
}

static void hash_of(GBytes *picture, char ret_sha256[DIGEST_TEXT_SIZE])
{
	gsize length;
	const void *bytes = g_bytes_get_data(picture, &length);
	struct digest digest = text_digest(bytes, length, "", 0);

	text_hex(digest.bytes, sizeof digest.bytes, ret_sha256);
}

enum hoso_error proofs_keep(
	const struct client *client, const char *path, char ret_sha256[DIGEST_TEXT_SIZE])
{
	g_autofree char *folder = queue_folder(client);
	g_autoptr(GBytes) picture = NULL;
	g_autofree char *kept = NULL;
	gsize length;
	const void *bytes;
	enum hoso_error error = read_picture(path, &picture);
	mode_t mask;

	if (error) {
		return error;
	}
	bytes = g_bytes_get_data(picture, &length);
	if (!picture_kind_of(bytes, length)) {
		return HOSO_PROOF_TYPE;
	}
	if (g_mkdir_with_parents(folder, 0700) < 0) {
		return HOSO_FILE;
	}
	hash_of(picture, ret_sha256);
	kept = g_build_filename(folder, ret_sha256, NULL);
	mask = umask(0077); /* somebody's signature: nobody else's to read */
	error = whole_file_write(kept, picture);
	umask(mask);
	return error;
}

/* "" when the answer has no such header. libcurl keeps one header at a time, so its value is copied. */
static void read_header(const struct call *call, const char *name, char *ret_value, size_t size)
{
	struct curl_header *header = NULL;
	bool found = curl_easy_header(call->easy, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK;

	g_strlcpy(ret_value, found ? header->value : "", size);
}

static enum hoso_error ask_progress(struct client *client, const char *path, size_t *ret_have,
	bool *ret_complete, struct call_problem *ret_problem)
{
	char offset[32], complete[8];
	json_t *body = NULL;
	struct call call;
	enum hoso_error error;

	call_init(&call, &client->session, "HEAD", path, NULL);
	curl_easy_setopt(call.easy, CURLOPT_NOBODY, 1L);
	error = call_finish(&call, curl_easy_perform(call.easy), ret_problem, &body);
	read_header(&call, "Upload-Offset", offset, sizeof offset);
	read_header(&call, "Upload-Complete", complete, sizeof complete);
	if (!error && (!*offset || !*complete)) {
		ret_problem->error = error = HOSO_NETWORK; /* not hosod's answer */
	}
	*ret_have = (size_t)g_ascii_strtoull(offset, NULL, 10);
	*ret_complete = strcmp(complete, "?1") == 0;
	json_decref(body);
	call_done(&call);
	return error;
}

static enum hoso_error put_part(struct client *client, const char *path, GBytes *picture,
	size_t from, struct call_problem *ret_problem)
{
	gsize total;
	const char *bytes = g_bytes_get_data(picture, &total);
	size_t length = MIN(PART_BYTES, total - from);
	g_autofree char *range = g_strdup_printf(
		"Content-Range: bytes %zu-%zu/%zu", from, from + length - 1, (size_t)total);
	g_autofree char *type = g_strconcat("Content-Type: ", picture_kind_of(bytes, total), NULL);
	json_t *body = NULL;
	struct call call;
	enum hoso_error error;

	call_init(&call, &client->session, "PUT", path, NULL);
	curl_easy_setopt(call.easy, CURLOPT_POSTFIELDS, bytes + from);
	curl_easy_setopt(call.easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
	call.headers = curl_slist_append(call.headers, range);
	call.headers = curl_slist_append(call.headers, type);
	call.headers = curl_slist_append(call.headers, "Expect:");
	curl_easy_setopt(call.easy, CURLOPT_HTTPHEADER, call.headers);
	error = call_finish(&call, curl_easy_perform(call.easy), ret_problem, &body);
	json_decref(body);
	call_done(&call);
	return error;
}

/* HOSO_OK: all of it is there. Asked before each part, so that a part whose answer was lost is not sent again. */
static enum hoso_error send_one(struct client *client, const char *file, const char *sha256,
	int64_t until_ms, struct call_problem *ret_problem)
{
	g_autofree char *path = g_strconcat("/v1/proofs/", sha256, NULL);
	g_autoptr(GBytes) picture = NULL;
	bool complete = false;
	size_t have = 0;
	enum hoso_error error = read_picture(file, &picture);

	*ret_problem = (struct call_problem){.error = error};
	for (unsigned part = 0; !error && part <= 2 * (PROOF_BYTES_MAX / PART_BYTES); part++) {
		error = ask_progress(client, path, &have, &complete, ret_problem);
		if (error || complete) {
			return error;
		}
		if (have >= g_bytes_get_size(picture) || interrupt_asked() ||
			clock_monotonic_ms() >= until_ms) {
			break;
		}
		error = put_part(client, path, picture, have, ret_problem);
		/* libcurl sends a part again when its connection dies: then it is there already. */
		error = error == HOSO_PROOF_OFFSET ? HOSO_OK : error;
	}
	return error ? error : HOSO_NETWORK;
}

static GPtrArray *waiting_names(const char *folder)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
	struct digest digest;
	const char *name;

	while (entries && (name = g_dir_read_name(entries))) {
		if (text_unhex(name, digest.bytes, sizeof digest.bytes)) {
			g_ptr_array_add(names, g_strdup(name));
		}
	}
	return names;
}

/* The server cannot be asked, or does not know us: the others would fare the same. */
static bool is_the_road(enum hoso_error error)
{
	return error_may_retry(error) || error == HOSO_UNAUTHORIZED || error == HOSO_BAD_CONFIG;
}

struct proofs_outcome proofs_send(
	struct client *client, int64_t timeout_ms, struct call_problem *ret_problem)
{
	g_autofree char *folder = queue_folder(client);
	g_autoptr(GPtrArray) names = waiting_names(folder);
	int64_t until_ms = clock_monotonic_ms() + timeout_ms;
	struct proofs_outcome outcome = {.left = names->len};
	enum hoso_error error = client->session.server ? HOSO_OK : HOSO_BAD_CONFIG;

	*ret_problem = (struct call_problem){.error = error};
	for (guint i = 0; i < names->len && !is_the_road(error) && !interrupt_asked(); i++) {
		g_autofree char *file = g_build_filename(folder, names->pdata[i], NULL);
		struct call_problem problem;
		error = send_one(client, file, names->pdata[i], until_ms, &problem);
		if (!error && unlink(file) == 0) {
			outcome.sent++;
			outcome.left--;
			continue;
		}
		*ret_problem = problem;
		outcome.refused += error && !is_the_road(error);
	}
	return outcome;
}
