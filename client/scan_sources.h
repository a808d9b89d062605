#ifndef HOSO_CLIENT_SCAN_SOURCES_H
#define HOSO_CLIENT_SCAN_SOURCES_H

#include <glib.h>

#include "client.h"
#include "source.h"

enum scan_source_kind { SCAN_DEVICE, SCAN_SERIAL, SCAN_WATCH, SCAN_CAMERA, SCAN_SOURCE_KIND_COUNT };

/**
 * struct scan_sources - where the codes of hoso scan are to come from; the command line's words.
 * @images: picture files, read once, instead of everything else
 * @named:  struct scan_source; none and no images: the terminal or pipe alone
 * @purpose: what a picture of a watched folder is read for: once for each
 * @preview: show what the camera sees
 */
struct scan_sources {
	GPtrArray *images;
	GArray *named;
	const char *purpose;
	bool preview;
};

struct scan_source {
	enum scan_source_kind kind;
	const char *name;
};

void scan_sources_init(struct scan_sources *sources);
void scan_sources_done(struct scan_sources *sources);

/** scan_sources_add() - false when there are too many. */
bool scan_sources_add(struct scan_sources *sources, enum scan_source_kind kind, const char *name);

/**
 * scan_sources_open() - open them all as one source; with the terminal's keys beside them when there is one.
 * Returns EX_OK, or says what is wrong and what to do, and returns the exit status.
 */
int scan_sources_open(const struct client *client, const struct scan_sources *sources,
	struct source **ret_source);

#endif
