/*
 * The counter's spool after anything that a disk can do to it. Every record that is whole is found,
 * whatever lies around it; nothing is found that was not written; and what is damaged is counted.
 *
 * A checksum keeps random bytes from ever being a record, so the bytes are a script that builds the
 * two files: "operation, length, payload", where the operation says what is made of the payload.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <jansson.h>

#include <hoso/limits.h>

#include "record.h"
#include "record_file.h"

/* What is made of a payload; bit 3 of the operation puts it into "answers" instead of "scans". */
enum operation { AS_IT_IS, WHOLE, FLIPPED, TORN, OPERATION_COUNT };
#define TO_ANSWERS 8

struct built {
	GByteArray *bytes;
	GPtrArray *whole; /* texts of the records that must be found, in order */
	bool tidy;        /* nothing but whole records */
	int memory;
	char path[40];
};

struct seen {
	const struct built *built;
	unsigned next; /* of the whole ones */
	unsigned found;
	size_t end;
};

static struct built files[2];
static char *folder;

static void remove_folder(void)
{
	for (int i = 0; i < 2; i++) {
		g_autofree char *link = g_build_filename(folder, i ? "answers" : "scans", NULL);
		g_unlink(link);
	}
	g_rmdir(folder);
	g_free(folder);
}

/* The folder's files are links to memory: an execution writes nothing to a disk. */
static void start(void)
{
	folder = g_dir_make_tmp("fuzz-spool-XXXXXX", NULL); /* below $TMPDIR, which `run` removes */
	g_assert(folder);
	atexit(remove_folder);
	for (int i = 0; i < 2; i++) {
		struct built *built = &files[i];
		g_autofree char *link = g_build_filename(folder, i ? "answers" : "scans", NULL);

		built->memory = memfd_create("spool", MFD_CLOEXEC);
		g_snprintf(built->path, sizeof built->path, "/proc/self/fd/%d", built->memory);
		g_assert(built->memory >= 0 && symlink(built->path, link) == 0);
		built->bytes = g_byte_array_new();
		built->whole = g_ptr_array_new_with_free_func(g_free);
	}
}

static void add_record(struct built *built, enum operation operation, const uint8_t *text,
	size_t length, uint8_t where)
{
	size_t size;
	g_autofree char *record = record_make((const char *)text, length, &size);

	g_assert(record_read(record, size) == length);
	if (operation == FLIPPED) {
		record[where % size] ^= (char)(1 << where % 8);
		g_assert(record_read(record, size) == 0);
	} else if (operation == TORN) {
		size = where % size;
	} else {
		g_ptr_array_add(built->whole, g_strndup((const char *)text, length));
	}
	built->tidy &= operation == WHOLE || size == 0;
	g_byte_array_append(built->bytes, (const guint8 *)record, (guint)size);
}

static void build(const uint8_t *bytes, size_t length)
{
	for (int i = 0; i < 2; i++) {
		g_byte_array_set_size(files[i].bytes, 0);
		g_ptr_array_set_size(files[i].whole, 0);
		files[i].tidy = true;
	}
	while (length > 2) {
		struct built *built = &files[bytes[0] & TO_ANSWERS ? 1 : 0];
		enum operation operation = bytes[0] % OPERATION_COUNT;
		size_t payload = MIN(bytes[1], length - 2);

		if (operation == AS_IT_IS) {
			g_byte_array_append(built->bytes, bytes + 2, (guint)payload);
			built->tidy &= payload == 0;
		} else if (payload > 0) {
			add_record(built, operation, bytes + 2, payload,
				bytes[0] >> 4 | bytes[1] << 4);
		}
		bytes += 2 + payload;
		length -= 2 + payload;
	}
}

static void record_seen(void *context, const char *text, struct spool_place place)
{
	struct seen *seen = context;
	const GByteArray *bytes = seen->built->bytes;
	g_autofree char *record = NULL;
	size_t size;

	g_assert(place.length > 0 && place.length <= SPOOL_RECORD_MAX);
	g_assert(place.offset >= seen->end + RECORD_HEAD_SIZE);
	seen->end = place.offset + place.length + 1;
	g_assert(seen->end <= bytes->len);
	record = record_make(text, place.length, &size);
	g_assert(memcmp(record, bytes->data + place.offset - RECORD_HEAD_SIZE, size) == 0);
	if (seen->next < seen->built->whole->len) {
		const char *wanted = seen->built->whole->pdata[seen->next];
		seen->next += strlen(wanted) == strnlen(text, place.length) &&
			      memcmp(wanted, text, strlen(wanted)) == 0;
	}
	seen->found++;
}

static void check_file(struct built *built)
{
	struct record_file file;
	struct seen seen = {.built = built};

	g_assert(ftruncate(built->memory, 0) == 0);
	g_assert(pwrite(built->memory, built->bytes->data, built->bytes->len, 0) ==
		 (ssize_t)built->bytes->len);
	g_assert(!record_file_open(&file, AT_FDCWD, built->path, false, record_seen, &seen));
	g_assert(seen.next == built->whole->len);
	g_assert(!built->tidy || (file.damaged == 0 && seen.found == built->whole->len));
	g_assert(file.damaged > 0 || seen.end == built->bytes->len);
	record_file_done(&file);
}

static void check_entry(const struct spool *spool, const struct spool_entry *entry)
{
	g_autofree char *text = spool_scan_text(spool, entry);
	g_autofree char *answer = spool_answer_text(spool, entry);
	json_t *scan = text ? json_loadb(text, entry->scan.length, 0, NULL) : NULL;
	const char *id = json_string_value(json_object_get(scan, "event_id"));

	g_assert(id && strcmp(id, entry->event_id) == 0);
	g_assert(entry->state == SPOOL_UNSENT || entry->answer.length > 0);
	g_assert(!answer || entry->answer.length > 0);
	json_decref(scan);
}

static void check_spool(void)
{
	struct spool *spool = NULL;
	size_t counts[SPOOL_STATE_COUNT] = {0};
	size_t first_unsent;

	g_assert(spool_open(folder, SPOOL_LOOK, &spool) == HOSO_OK);
	first_unsent = spool_size(spool);
	for (size_t i = 0; i < spool_size(spool); i++) {
		const struct spool_entry *entry = spool_entry(spool, i);

		check_entry(spool, entry);
		counts[entry->state]++;
		first_unsent = entry->state == SPOOL_UNSENT ? MIN(first_unsent, i) : first_unsent;
	}
	g_assert(spool_first_unsent(spool) == first_unsent);
	for (int state = 0; state < SPOOL_STATE_COUNT; state++) {
		g_assert(spool_count(spool, (enum spool_state)state) == counts[state]);
	}
	spool_close(spool);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (!files[0].bytes) {
		start();
	}
	build(bytes, length);
	check_file(&files[0]);
	check_file(&files[1]);
	check_spool();
	return 0;
}
