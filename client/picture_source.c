#include "picture_source.h"

#include <glib.h>

#include "base/attr.h"
#include "codes.h"

struct picture_source {
	struct source source;
	char *const *files;
	size_t file_count;
	struct barcode_list list;
};

static int picture_poll_fd(const struct source *source)
{
	(void)source;
	return -1;
}

static enum source_state picture_read(struct source *source, source_looked looked, void *context)
{
	struct picture_source *picture = container_of(source, struct picture_source, source);
	struct source_text texts[PICTURE_CODES_MAX];
	struct source_look look = {.texts = texts};

	if (picture->file_count == 0) {
		return SOURCE_ENDED;
	}
	look.from = *picture->files++;
	picture->file_count--;
	look.error = codes_read(look.from, false, &picture->list);
	if (!look.error) {
		look.text_count = codes_texts(&picture->list, texts);
	}
	looked(context, &look);
	return picture->file_count > 0 ? SOURCE_OPEN : SOURCE_ENDED;
}

static void picture_free(struct source *source)
{
	g_free(container_of(source, struct picture_source, source));
}

struct source *picture_source_new(char *const *files, size_t file_count)
{
	static const struct source_ops ops = {
		.live = false,
		.poll_fd = picture_poll_fd,
		.read = picture_read,
		.free = picture_free,
	};
	struct picture_source *picture = g_new0(struct picture_source, 1);

	picture->source.ops = &ops;
	picture->files = files;
	picture->file_count = file_count;
	return &picture->source;
}
