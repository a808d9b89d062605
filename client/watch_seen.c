#include "watch_seen.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MARK_MAX 200 /* bytes of a line: a checksum, a blank, a word */

static void load(struct watch_seen *seen)
{
	FILE *file = fopen(seen->path, "re");
	char line[MARK_MAX + 2];

	while (file && fgets(line, sizeof line, file)) {
		size_t length = strcspn(line, "\n");
		if (line[length] == '\n') { /* the last one may be cut */
			g_hash_table_add(seen->marks, g_strndup(line, length));
		}
	}
	if (file) {
		fclose(file);
	}
}

/* Many marks are of pictures that nobody brings again. Forgetting all would repeat the newest too: so start anew
 * only when it is absurdly many, and the folder was surely emptied since. */
static void forget_when_too_many(struct watch_seen *seen)
{
	if (g_hash_table_size(seen->marks) > WATCH_SEEN_MAX) {
		g_hash_table_remove_all(seen->marks);
		unlink(seen->path);
	}
}

enum hoso_error watch_seen_init(struct watch_seen *seen, const char *path, const char *purpose)
{
	g_autofree char *folder = g_path_get_dirname(path);

	*seen = (struct watch_seen){0};
	if (g_mkdir_with_parents(folder, 0700) < 0) {
		return HOSO_FILE;
	}
	seen->marks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	seen->path = g_strdup(path);
	seen->purpose = g_strdup(purpose);
	load(seen);
	forget_when_too_many(seen);
	return HOSO_OK;
}

void watch_seen_done(struct watch_seen *seen)
{
	g_clear_pointer(&seen->marks, g_hash_table_unref);
	g_clear_pointer(&seen->path, g_free);
	g_clear_pointer(&seen->purpose, g_free);
}

char *watch_seen_mark(const struct watch_seen *seen, GBytes *picture)
{
	g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, picture);

	return g_strdup_printf("%s %s", sum, seen->purpose);
}

bool watch_seen_knows(const struct watch_seen *seen, const char *mark)
{
	return g_hash_table_contains(seen->marks, mark);
}

void watch_seen_keep(struct watch_seen *seen, const char *mark)
{
	int fd = open(seen->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	g_hash_table_add(seen->marks, g_strdup(mark));
	if (fd >= 0) {
		(void)dprintf(fd, "%s\n", mark);
		close(fd);
	}
}
