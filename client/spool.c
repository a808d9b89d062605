#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>
#include <jansson.h>

#include <hoso/limits.h>

#include "record_file.h"

#define SCANS "scans"
#define ANSWERS "answers"
#define COMPACT_BYTES                                                                              \
	(1024 * 1024) /* below this a tidy file is not worth the risk of a rewrite                 \
		       */

struct spool {
	int folder;
	int lock;
	struct record_file scans;
	struct record_file answers;
	GArray *entries;     /* struct spool_entry */
	GHashTable *indexes; /* event id -> index + 1 */
	size_t counts[SPOOL_STATE_COUNT];
	size_t first_unsent;
};

static const char *const state_words[SPOOL_STATE_COUNT] = {"unsent", "answered", "rejected"};

static struct spool_entry *entry_at(const struct spool *spool, size_t index)
{
	return &g_array_index(spool->entries, struct spool_entry, index);
}

static struct spool_entry *entry_find(const struct spool *spool, const char *event_id)
{
	size_t index = GPOINTER_TO_SIZE(g_hash_table_lookup(spool->indexes, event_id));

	return index ? entry_at(spool, index - 1) : NULL;
}

static void add_entry(struct spool *spool, const char *event_id, struct spool_place place)
{
	struct spool_entry entry = {.state = SPOOL_UNSENT, .scan = place};

	g_strlcpy(entry.event_id, event_id, sizeof entry.event_id);
	g_array_append_val(spool->entries, entry);
	g_hash_table_insert(
		spool->indexes, g_strdup(event_id), GSIZE_TO_POINTER(spool->entries->len));
	spool->counts[SPOOL_UNSENT]++;
}

static void set_state(struct spool *spool, struct spool_entry *entry, enum spool_state state)
{
	spool->counts[entry->state]--;
	spool->counts[state]++;
	entry->state = state;
}

static const char *text_member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static void scan_found(void *context, const char *text, struct spool_place place)
{
	struct spool *spool = context;
	json_t *scan = json_loadb(text, place.length, 0, NULL);
	const char *event_id = text_member(scan, "event_id");

	if (strlen(event_id) == UUID_TEXT_SIZE - 1 && !entry_find(spool, event_id)) {
		add_entry(spool, event_id, place);
	}
	json_decref(scan);
}

static enum spool_state state_from_word(const char *word)
{
	int state = 0;

	while (state < SPOOL_STATE_COUNT && strcmp(state_words[state], word) != 0) {
		state++;
	}
	return (enum spool_state)state;
}

static void answer_found(void *context, const char *text, struct spool_place place)
{
	struct spool *spool = context;
	json_t *line = json_loadb(text, place.length, 0, NULL);
	struct spool_entry *entry = entry_find(spool, text_member(line, "event_id"));
	enum spool_state state = state_from_word(text_member(line, "state"));

	if (entry && state < SPOOL_STATE_COUNT) {
		set_state(spool, entry, state);
		entry->answer = place;
	}
	json_decref(line);
}

/* A new folder is only there after a power cut when the folders above it are on the disk as well.
 */
static bool sync_folders(int folder)
{
	static const char *const above[] = {"..", "../.."};
	bool good = fsync(folder) == 0;

	for (size_t i = 0; good && i < G_N_ELEMENTS(above); i++) {
		int fd = openat(folder, above[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd >= 0) { /* else it is not ours, and so it was there before */
			good = fsync(fd) == 0;
			close(fd);
		}
	}
	return good;
}

static enum hoso_error load(struct spool *spool, enum spool_mode mode)
{
	bool repair = mode == SPOOL_WRITE;
	enum hoso_error error;

	g_array_set_size(spool->entries, 0);
	g_hash_table_remove_all(spool->indexes);
	memset(spool->counts, 0, sizeof spool->counts);
	spool->first_unsent = 0;
	error = record_file_open(&spool->scans, spool->folder, SCANS, repair, scan_found, spool);
	if (error) {
		return error;
	}
	error = record_file_open(
		&spool->answers, spool->folder, ANSWERS, repair, answer_found, spool);
	if (!error && repair && !sync_folders(spool->folder)) {
		return HOSO_FILE;
	}
	return error;
}

static enum hoso_error take_lock(struct spool *spool)
{
	spool->lock = openat(spool->folder, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (spool->lock < 0) {
		return HOSO_FILE;
	}
	if (flock(spool->lock, LOCK_EX | LOCK_NB) < 0) {
		return errno == EWOULDBLOCK ? HOSO_CONFLICT : HOSO_FILE;
	}
	return HOSO_OK;
}

/* Write the rejected scans, and nothing else, to a new file beside the old one. */
static bool write_kept(
	struct spool *spool, const char *name, const struct record_file *from, bool want_answers)
{
	g_autofree char *new_name = g_strconcat(name, ".new", NULL);
	struct record_file to = {.fd = openat(spool->folder, new_name,
					 O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
	bool good = to.fd >= 0;

	for (size_t i = 0; good && i < spool->entries->len; i++) {
		const struct spool_entry *entry = entry_at(spool, i);
		struct spool_place place = want_answers ? entry->answer : entry->scan;
		if (entry->state == SPOOL_REJECTED) {
			g_autofree char *text = record_file_text(from, place);
			good = text && !record_file_append(&to, text, false, &place);
		}
	}
	good = good && fsync(to.fd) == 0 &&
	       renameat(spool->folder, new_name, spool->folder, name) == 0 &&
	       fsync(spool->folder) == 0;
	record_file_done(&to);
	return good;
}

/* Scans first: an answer without its scan is harmless, a scan without its answer would be sent
 * again. */
static enum hoso_error compact(struct spool *spool)
{
	bool good = write_kept(spool, SCANS, &spool->scans, false) &&
		    write_kept(spool, ANSWERS, &spool->answers, true);

	record_file_done(&spool->scans);
	record_file_done(&spool->answers);
	return good ? load(spool, SPOOL_WRITE) : HOSO_FILE;
}

static enum hoso_error start(struct spool *spool, const char *folder, enum spool_mode mode)
{
	enum hoso_error error;

	if (mode == SPOOL_WRITE && g_mkdir_with_parents(folder, 0700) < 0) {
		return HOSO_FILE;
	}
	spool->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (spool->folder < 0) {
		return mode == SPOOL_LOOK && errno == ENOENT ? HOSO_OK : HOSO_FILE;
	}
	error = mode == SPOOL_WRITE ? take_lock(spool) : HOSO_OK;
	if (!error) {
		error = load(spool, mode);
	}
	if (!error && mode == SPOOL_WRITE && spool->counts[SPOOL_UNSENT] == 0 &&
		spool->scans.size > COMPACT_BYTES) {
		error = compact(spool);
	}
	return error;
}

enum hoso_error spool_open(const char *folder, enum spool_mode mode, struct spool **ret_spool)
{
	struct spool *spool = g_new0(struct spool, 1);
	enum hoso_error error;
	int why;

	spool->folder = spool->lock = spool->scans.fd = spool->answers.fd = -1;
	spool->entries = g_array_new(FALSE, FALSE, sizeof(struct spool_entry));
	spool->indexes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	error = start(spool, folder, mode);
	if (error) {
		why = errno;
		spool_close(spool);
		errno = why;
		return error;
	}
	*ret_spool = spool;
	return HOSO_OK;
}

void spool_close(struct spool *spool)
{
	if (!spool) {
		return;
	}
	record_file_done(&spool->scans);
	record_file_done(&spool->answers);
	if (spool->folder >= 0) {
		close(spool->folder);
	}
	if (spool->lock >= 0) {
		close(spool->lock);
	}
	g_array_unref(spool->entries);
	g_hash_table_unref(spool->indexes);
	g_free(spool);
}

/* The lock last: who comes before it is gone is turned away, who comes behind begins a spool of their own. */
void spool_retire(struct spool *spool, const char *folder)
{
	static const char *const files[] = {SCANS, ANSWERS, "lock"};
	bool is_over =
		spool->counts[SPOOL_ANSWERED] == spool->entries->len && spool_damaged(spool) == 0;

	for (size_t i = 0; is_over && i < G_N_ELEMENTS(files); i++) {
		unlinkat(spool->folder, files[i], 0);
	}
	if (is_over) {
		rmdir(folder); /* fails when something else is in it, and then it stays */
	}
	spool_close(spool);
}

enum hoso_error spool_append(struct spool *spool, const char *event_id, const char *json)
{
	struct spool_place place;
	enum hoso_error error;

	if (spool->counts[SPOOL_UNSENT] >= SPOOL_UNSENT_MAX) {
		return HOSO_BUSY;
	}
	error = record_file_append(&spool->scans, json, true, &place);
	if (error) {
		return error;
	}
	add_entry(spool, event_id, place);
	return HOSO_OK;
}

enum hoso_error spool_answer(
	struct spool *spool, const char *event_id, enum spool_state state, const char *answer)
{
	struct spool_entry *entry = entry_find(spool, event_id);
	g_autofree char *line =
		g_strdup_printf("{\"event_id\":\"%s\",\"state\":\"%s\",\"answer\":%s}", event_id,
			state_words[state], answer);
	struct spool_place place;
	enum hoso_error error;

	if (!entry) {
		return HOSO_NOT_FOUND;
	}
	error = record_file_append(&spool->answers, line, false, &place);
	if (error) {
		return error;
	}
	set_state(spool, entry, state);
	entry->answer = place;
	return HOSO_OK;
}

size_t spool_count(const struct spool *spool, enum spool_state state)
{
	return spool->counts[state];
}

size_t spool_damaged(const struct spool *spool)
{
	return spool->scans.damaged + spool->answers.damaged;
}

size_t spool_size(const struct spool *spool)
{
	return spool->entries->len;
}

const struct spool_entry *spool_entry(const struct spool *spool, size_t index)
{
	return entry_at(spool, index);
}

const struct spool_entry *spool_find(const struct spool *spool, const char *event_id)
{
	return entry_find(spool, event_id);
}

size_t spool_first_unsent(struct spool *spool)
{
	while (spool->first_unsent < spool->entries->len &&
		entry_at(spool, spool->first_unsent)->state != SPOOL_UNSENT) {
		spool->first_unsent++;
	}
	return spool->first_unsent;
}

char *spool_scan_text(const struct spool *spool, const struct spool_entry *entry)
{
	return record_file_text(&spool->scans, entry->scan);
}

char *spool_answer_text(const struct spool *spool, const struct spool_entry *entry)
{
	g_autofree char *line = record_file_text(&spool->answers, entry->answer);
	json_t *object = line ? json_loads(line, 0, NULL) : NULL;
	char *dumped = json_dumps(json_object_get(object, "answer"), JSON_COMPACT);
	char *text = g_strdup(dumped);

	free(dumped);
	json_decref(object);
	return text;
}
