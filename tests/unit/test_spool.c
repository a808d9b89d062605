#include "unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include <hoso/limits.h>

#include "record.h"
#include "spool.h"

#define SCANS 4

static char *folder; /* a fresh one for each test */

static void make_id(unsigned number, char ret_id[UUID_TEXT_SIZE])
{
	g_snprintf(ret_id, UUID_TEXT_SIZE, "01900000-0000-7000-8000-%012x", number);
}

static char *make_scan(unsigned number)
{
	char id[UUID_TEXT_SIZE];

	make_id(number, id);
	return g_strdup_printf(
		"{\"event_id\":\"%s\",\"code\":\"RR%09uVN\",\"note\":\"Đã nhận\"}", id, number);
}

static struct spool *open_spool(void)
{
	struct spool *spool = NULL;

	assert_int_equal(spool_open(folder, SPOOL_WRITE, &spool), HOSO_OK);
	return spool;
}

static enum hoso_error append(struct spool *spool, unsigned number)
{
	g_autofree char *scan = make_scan(number);
	char id[UUID_TEXT_SIZE];

	make_id(number, id);
	return spool_append(spool, id, scan);
}

static void fill(unsigned count)
{
	struct spool *spool = open_spool();

	for (unsigned i = 0; i < count; i++) {
		assert_int_equal(append(spool, i), HOSO_OK);
	}
	spool_close(spool);
}

/* The number of a scan that is there and exactly as it was written; anything else fails the test.
 */
static unsigned number_of(const struct spool *spool, size_t index)
{
	const struct spool_entry *entry = spool_entry(spool, index);
	unsigned number = (unsigned)strtoul(entry->event_id + 24, NULL, 16);
	g_autofree char *expected = make_scan(number);
	g_autofree char *text = spool_scan_text(spool, entry);

	assert_non_null(text);
	assert_string_equal(text, expected);
	return number;
}

static char *path_of(const char *name)
{
	return g_build_filename(folder, name, NULL);
}

static void read_file(const char *name, char **ret_bytes, size_t *ret_size)
{
	g_autofree char *path = path_of(name);

	assert_true(g_file_get_contents(path, ret_bytes, ret_size, NULL));
}

static void write_file(const char *name, const char *bytes, size_t size)
{
	g_autofree char *path = path_of(name);
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static void what_was_appended_is_found_again_in_order(void **state)
{
	struct spool *spool;

	(void)state;
	fill(SCANS);
	spool = open_spool();
	assert_int_equal(spool_size(spool), SCANS);
	assert_int_equal(spool_count(spool, SPOOL_UNSENT), SCANS);
	assert_int_equal(spool_damaged(spool), 0);
	for (unsigned i = 0; i < SCANS; i++) {
		assert_int_equal(number_of(spool, i), i);
	}
	spool_close(spool);
}

static void an_answer_is_remembered(void **state)
{
	struct spool *spool;
	char id[UUID_TEXT_SIZE];
	g_autofree char *answer = NULL;

	(void)state;
	fill(SCANS);
	spool = open_spool();
	make_id(0, id);
	assert_int_equal(
		spool_answer(spool, id, SPOOL_ANSWERED, "{\"verdict\":\"recorded\"}"), HOSO_OK);
	make_id(2, id);
	assert_int_equal(
		spool_answer(spool, id, SPOOL_REJECTED, "{\"error\":\"key_reuse\"}"), HOSO_OK);
	make_id(99, id);
	assert_int_equal(spool_answer(spool, id, SPOOL_ANSWERED, "{}"), HOSO_NOT_FOUND);
	assert_int_equal(spool_first_unsent(spool), 1);
	spool_close(spool);
	spool = open_spool();
	assert_int_equal(spool_count(spool, SPOOL_UNSENT), SCANS - 2);
	assert_int_equal(spool_count(spool, SPOOL_ANSWERED), 1);
	assert_int_equal(spool_count(spool, SPOOL_REJECTED), 1);
	assert_int_equal(spool_first_unsent(spool), 1);
	answer = spool_answer_text(spool, spool_entry(spool, 2));
	assert_string_equal(answer, "{\"error\":\"key_reuse\"}");
	spool_close(spool);
}

static void a_torn_end_costs_only_the_torn_scan(void **state)
{
	g_autofree char *bytes = NULL;
	size_t whole;
	size_t size;

	(void)state;
	fill(SCANS);
	read_file("scans", &bytes, &size);
	whole = size / SCANS;
	for (size_t cut = 0; cut < size; cut++) {
		struct spool *spool;
		write_file("scans", bytes, cut);
		spool = open_spool();
		assert_int_equal(spool_size(spool), cut / whole);
		for (unsigned i = 0; i < cut / whole; i++) {
			assert_int_equal(number_of(spool, i), i);
		}
		assert_int_equal(spool_damaged(spool), cut % whole ? 1 : 0);
		/* What comes after the cut is found as well. */
		assert_int_equal(append(spool, 77), HOSO_OK);
		spool_close(spool);
		spool = open_spool();
		assert_int_equal(spool_size(spool), cut / whole + 1);
		assert_int_equal(number_of(spool, cut / whole), 77);
		assert_int_equal(spool_damaged(spool), 0);
		spool_close(spool);
	}
}

static void a_flipped_byte_costs_only_its_scan(void **state)
{
	g_autofree char *bytes = NULL;
	size_t whole;
	size_t size;

	(void)state;
	fill(SCANS);
	read_file("scans", &bytes, &size);
	whole = size / SCANS;
	for (size_t at = 0; at < size; at++) {
		static const char flips[] = {0x01, 0x20, (char)0x80, (char)0xFF};
		char flip = flips[at % sizeof flips];
		struct spool *spool;
		bytes[at] ^= flip;
		write_file("scans", bytes, size);
		bytes[at] ^= flip;
		spool = open_spool();
		assert_int_equal(spool_size(spool), SCANS - 1);
		assert_int_equal(spool_damaged(spool), 1);
		for (unsigned i = 0; i < SCANS - 1; i++) {
			assert_int_equal(number_of(spool, i), i < at / whole ? i : i + 1);
		}
		spool_close(spool);
	}
}

static void what_cannot_be_read_is_set_aside(void **state)
{
	g_autofree char *corrupt = path_of("corrupt");
	g_autofree char *bytes = NULL;
	g_autofree char *name = NULL;
	g_autofree char *kept = NULL;
	const char *file;
	GDir *listing;
	size_t size;
	size_t kept_size;

	(void)state;
	fill(SCANS);
	read_file("scans", &bytes, &size);
	bytes[size / SCANS + 30] ^= 1;
	write_file("scans", bytes, size);
	spool_close(open_spool());
	spool_close(open_spool()); /* seen twice, kept once */
	listing = g_dir_open(corrupt, 0, NULL);
	assert_non_null(listing);
	file = g_dir_read_name(listing);
	assert_non_null(file);
	assert_null(g_dir_read_name(listing));
	name = g_build_filename("corrupt", file, NULL);
	g_dir_close(listing);
	read_file(name, &kept, &kept_size);
	assert_int_equal(kept_size, size / SCANS);
	assert_memory_equal(kept, bytes + size / SCANS, kept_size);
}

static void a_damaged_answer_is_asked_for_again(void **state)
{
	g_autofree char *bytes = NULL;
	struct spool *spool;
	char id[UUID_TEXT_SIZE];
	size_t size;

	(void)state;
	fill(2);
	spool = open_spool();
	for (unsigned i = 0; i < 2; i++) {
		make_id(i, id);
		assert_int_equal(spool_answer(spool, id, SPOOL_ANSWERED, "{}"), HOSO_OK);
	}
	spool_close(spool);
	read_file("answers", &bytes, &size);
	for (size_t at = 0; at < size; at++) {
		bytes[at] ^= 4;
		write_file("answers", bytes, size);
		bytes[at] ^= 4;
		spool = open_spool();
		assert_int_equal(spool_size(spool), 2);
		assert_int_equal(spool_count(spool, SPOOL_UNSENT), 1);
		assert_int_equal(spool_first_unsent(spool), at < size / 2 ? 0 : 1);
		spool_close(spool);
	}
}

static void two_writers_cannot_mix(void **state)
{
	struct spool *first = open_spool();
	struct spool *second = NULL;

	(void)state;
	assert_int_equal(append(first, 1), HOSO_OK);
	assert_int_equal(spool_open(folder, SPOOL_WRITE, &second), HOSO_CONFLICT);
	assert_null(second);
	/* Looking on is allowed, and changes nothing. */
	assert_int_equal(spool_open(folder, SPOOL_LOOK, &second), HOSO_OK);
	assert_int_equal(spool_size(second), 1);
	spool_close(second);
	assert_int_equal(append(first, 2), HOSO_OK);
	spool_close(first);
	first = open_spool();
	assert_int_equal(spool_size(first), 2);
	spool_close(first);
}

static void looking_repairs_nothing(void **state)
{
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;
	g_autofree char *corrupt = path_of("corrupt");
	struct spool *spool;
	size_t size;
	size_t size_after;

	(void)state;
	assert_int_equal(spool_open(folder, SPOOL_LOOK, &spool), HOSO_OK);
	assert_int_equal(spool_size(spool), 0);
	spool_close(spool);
	fill(SCANS);
	read_file("scans", &before, &size);
	write_file("scans", before, size - 5);
	assert_int_equal(spool_open(folder, SPOOL_LOOK, &spool), HOSO_OK);
	assert_int_equal(spool_size(spool), SCANS - 1);
	spool_close(spool);
	read_file("scans", &after, &size_after);
	assert_int_equal(size_after, size - 5);
	assert_false(g_file_test(corrupt, G_FILE_TEST_EXISTS));
}

static void a_scan_that_the_disk_refuses_is_not_kept(void **state)
{
	g_autofree char *scans = path_of("scans");
	g_autofree char *too_long = g_strnfill(SPOOL_RECORD_MAX + 1, 'x');
	struct spool *spool;
	char id[UUID_TEXT_SIZE];

	(void)state;
	assert_int_equal(g_mkdir_with_parents(folder, 0700), 0);
	/* Every write to /dev/full fails as on a full disk. */
	assert_int_equal(symlink("/dev/full", scans), 0);
	spool = open_spool();
	assert_int_equal(append(spool, 1), HOSO_FILE);
	assert_int_equal(spool_size(spool), 0);
	make_id(2, id);
	assert_int_equal(spool_append(spool, id, too_long), HOSO_TOO_LARGE);
	assert_int_equal(spool_size(spool), 0);
	spool_close(spool);
	assert_int_equal(unlink(scans), 0);
}

/* Enough of them for a rewrite; all answered but one, which was rejected. */
static void fill_and_answer(unsigned count, unsigned rejected, unsigned unsent)
{
	g_autofree char *padding = g_strnfill(4000, 'x');
	struct spool *spool = open_spool();

	for (unsigned i = 0; i < count; i++) {
		char id[UUID_TEXT_SIZE];
		g_autofree char *scan = NULL;
		make_id(i, id);
		scan = g_strdup_printf("{\"event_id\":\"%s\",\"note\":\"%s\"}", id, padding);
		assert_int_equal(spool_append(spool, id, scan), HOSO_OK);
		if (i != unsent) {
			enum spool_state verdict = i == rejected ? SPOOL_REJECTED : SPOOL_ANSWERED;
			assert_int_equal(
				spool_answer(spool, id, verdict, "{\"error\":\"x\"}"), HOSO_OK);
		}
	}
	spool_close(spool);
}

static void only_a_spool_with_nothing_unsent_is_tidied(void **state)
{
	g_autofree char *answer = NULL;
	struct spool *spool;
	char id[UUID_TEXT_SIZE];

	(void)state;
	fill_and_answer(300, 7, 9);
	spool = open_spool();
	assert_int_equal(spool_size(spool), 300);
	make_id(9, id);
	assert_int_equal(spool_answer(spool, id, SPOOL_ANSWERED, "{}"), HOSO_OK);
	spool_close(spool);
	spool = open_spool();
	assert_int_equal(spool_size(spool), 1);
	make_id(7, id);
	assert_string_equal(spool_entry(spool, 0)->event_id, id);
	assert_int_equal(spool_count(spool, SPOOL_REJECTED), 1);
	answer = spool_answer_text(spool, spool_entry(spool, 0));
	assert_string_equal(answer, "{\"error\":\"x\"}");
	assert_int_equal(append(spool, 1000), HOSO_OK);
	spool_close(spool);
	spool = open_spool();
	assert_int_equal(spool_size(spool), 2);
	assert_int_equal(spool_count(spool, SPOOL_UNSENT), 1);
	spool_close(spool);
}

static void the_folder_is_the_users_alone(void **state)
{
	g_autofree char *scans = path_of("scans");
	struct stat status;

	(void)state;
	fill(1);
	assert_int_equal(stat(folder, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0700);
	assert_int_equal(stat(scans, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
}

static void remove_all(const char *path)
{
	GDir *listing = g_dir_open(path, 0, NULL);
	const char *name;

	while (listing && (name = g_dir_read_name(listing))) {
		g_autofree char *child = g_build_filename(path, name, NULL);
		remove_all(child);
	}
	if (listing) {
		g_dir_close(listing);
	}
	g_remove(path);
}

static int make_folder(void **state)
{
	char *parent = g_dir_make_tmp("hoso-spool-XXXXXX", NULL);

	folder = g_build_filename(parent, "spool", NULL);
	*state = parent;
	return parent ? 0 : -1;
}

static int remove_folder(void **state)
{
	remove_all(*state);
	g_clear_pointer(&folder, g_free);
	g_free(*state);
	return 0;
}

#define SPOOL_TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SPOOL_TEST(what_was_appended_is_found_again_in_order),
		SPOOL_TEST(an_answer_is_remembered),
		SPOOL_TEST(a_torn_end_costs_only_the_torn_scan),
		SPOOL_TEST(a_flipped_byte_costs_only_its_scan),
		SPOOL_TEST(what_cannot_be_read_is_set_aside),
		SPOOL_TEST(a_damaged_answer_is_asked_for_again),
		SPOOL_TEST(two_writers_cannot_mix),
		SPOOL_TEST(looking_repairs_nothing),
		SPOOL_TEST(a_scan_that_the_disk_refuses_is_not_kept),
		SPOOL_TEST(only_a_spool_with_nothing_unsent_is_tidied),
		SPOOL_TEST(the_folder_is_the_users_alone),
	};

	return cmocka_run_group_tests_name("spool", tests, NULL, NULL);
}
