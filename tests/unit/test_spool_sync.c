#include "unit.h"

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "spool.h"

/* What the spool brings to the disk, and when. These stand before the C library's own calls and take notes. */

static GHashTable *synced; /* inode numbers, since the last look */

static int note_sync(int fd, long call)
{
	struct stat status;

	if (synced && fstat(fd, &status) == 0) {
		g_hash_table_add(synced, GSIZE_TO_POINTER((size_t)status.st_ino));
	}
	return (int)syscall(call, fd);
}

int fsync(int fd)
{
	return note_sync(fd, SYS_fsync);
}

int fdatasync(int fd)
{
	return note_sync(fd, SYS_fdatasync);
}

static bool was_synced(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return g_hash_table_contains(synced, GSIZE_TO_POINTER((size_t)status.st_ino));
}

static void remove_spool(const char *parent, const char *folder)
{
	static const char *const names[] = {"scans", "answers", "lock"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(folder, names[i], NULL);
		assert_int_equal(g_unlink(path), 0);
	}
	assert_int_equal(g_rmdir(folder), 0);
	assert_int_equal(g_rmdir(parent), 0);
}

static void what_is_confirmed_is_on_the_disk_under_its_name(void **state)
{
	static const char id[] = "01900000-0000-7000-8000-000000000001";
	g_autofree char *parent = g_dir_make_tmp("hoso-spool-XXXXXX", NULL);
	g_autofree char *folder = g_build_filename(parent, "spool", NULL);
	struct spool *spool = NULL;

	(void)state;
	synced = g_hash_table_new(NULL, NULL);
	assert_int_equal(spool_open(folder, SPOOL_WRITE, &spool), HOSO_OK);
	assert_true(was_synced(folder, "."));
	assert_true(was_synced(folder, ".."));
	for (int again = 0; again < 2; again++) {
		g_hash_table_remove_all(synced);
		assert_int_equal(spool_append(spool, id, "{\"event_id\":\"x\"}"), HOSO_OK);
		assert_true(was_synced(folder, "scans"));
	}
	spool_close(spool);
	g_clear_pointer(&synced, g_hash_table_unref);
	remove_spool(parent, folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_confirmed_is_on_the_disk_under_its_name),
	};

	return cmocka_run_group_tests_name("spool_sync", tests, NULL, NULL);
}
