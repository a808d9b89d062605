#include "model/picture_kind.h"

#include <string.h>
#include <strings.h>

#include "base/attr.h"

#define LENGTH_MIN 12 /* of the longest beginning */

/* "?" stands for any byte. */
static const struct kind {
	const char *media;
	const char *ending;
	const char *begins;
	size_t length;
} kinds[] = {
	{"image/png", "png", "\x89PNG\r\n\x1a\n", 8},
	{"image/jpeg", "jpg", "\xff\xd8\xff", 3},
	{"image/webp", "webp", "RIFF????WEBP", 12},
};

static const struct kind *find(const char *media)
{
	size_t length = media ? strcspn(media, "; \t") : 0;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (length == strlen(kinds[i].media) &&
			strncasecmp(kinds[i].media, media, length) == 0) {
			return &kinds[i];
		}
	}
	return NULL;
}

static bool begins_as(const struct kind *kind, const char *bytes, size_t length)
{
	if (length < LENGTH_MIN) {
		return false;
	}
	for (size_t i = 0; i < kind->length; i++) {
		if (kind->begins[i] != '?' && kind->begins[i] != bytes[i]) {
			return false;
		}
	}
	return true;
}

const char *picture_kind_media(const char *content_type)
{
	const struct kind *kind = find(content_type);

	return kind ? kind->media : NULL;
}

bool picture_kind_is(const char *media, const void *bytes, size_t length)
{
	const struct kind *kind = find(media);

	return kind && begins_as(kind, bytes, length);
}

const char *picture_kind_of(const void *bytes, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (begins_as(&kinds[i], bytes, length)) {
			return kinds[i].media;
		}
	}
	return NULL;
}

const char *picture_kind_ending(const char *media)
{
	const struct kind *kind = find(media);

	return kind ? kind->ending : "bin";
}
