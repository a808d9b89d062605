#ifndef HOSO_CLIENT_SOURCE_H
#define HOSO_CLIENT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include <hoso/error.h>

/*
 * Where codes come from: a terminal or pipe (source_lines.h), a grabbed keyboard scanner (device_source.h), a serial
 * scanner (serial_source.h), picture files (picture_source.h), a folder of pictures (watch_source.h), a camera
 * (camera_source.h), or some of these at once (group_source.h). Each is a struct that embeds struct source and fills
 * in the ops.
 */

/**
 * struct source_text - one text as it was read: any bytes, not terminated by NUL, not yet checked.
 * @symbology: ZBar's name, such as "CODE-128"; "" for typed text
 * @typed:     so many bytes in front came at a hand's pace, and the rest as fast as only a scanner types (burst.h)
 */
struct source_text {
	const char *bytes;
	size_t length;
	const char *symbology;
	size_t typed;
};

/* What a look is about. */
enum source_matter {
	SOURCE_CODES,     /* texts, or the error why there are none */
	SOURCE_GONE,      /* the device was unplugged; it is waited for */
	SOURCE_BACK,      /* it is there again */
	SOURCE_LOST,      /* a scan was cut: it has to be made again */
	SOURCE_WANT_VIEW, /* a key: show the session */
	SOURCE_WANT_UNDO, /* a key: undo the last scan */
};

/**
 * struct source_look - what one line, one picture or one camera frame gave. Valid in the callback
 * only.
 * @matter: the other members but @from are for SOURCE_CODES
 * @from:  "-" for a terminal or pipe, the file's name, the camera's device
 * @still: a picture by itself: nothing else was meant to be seen together with it
 * @frame: of a camera: which of its pictures, counted from 1, those without a code too; 0: no camera
 * @error: HOSO_OK, or why there are no texts: HOSO_FILE, HOSO_BAD_PICTURE, HOSO_NO_CODE (never for
 * camera frames: an empty frame is no look), HOSO_TOO_LARGE (a line over the limit)
 * @texts: texts that were seen together; a slip may carry an item code and a dossier code
 */
struct source_look {
	enum source_matter matter;
	const char *from;
	bool still;
	unsigned frame;
	enum hoso_error error;
	const struct source_text *texts;
	size_t text_count;
};

/** source_looked - false when it could not be kept now, and should be given again another time. */
typedef bool (*source_looked)(void *context, const struct source_look *look);

enum source_state {
	SOURCE_OPEN,   /* there may be more */
	SOURCE_ENDED,  /* all is read */
	SOURCE_FAILED, /* the device is gone; the reason was given as a look with an error */
};

struct source;

/**
 * struct source_ops - what a source must do.
 * @live:    the same code may be seen many times by accident, so debounce.h applies
 * @poll_fd: readable when @read has something to do; -1: @read may be called at any time (files)
 * @read:    takes what is there now, calls @looked 0 to n times, and returns. Never waits when
 * poll_fd is readable; handles one picture or one frame at a time, so that sending goes on in
 * between.
 * @free:    gives back everything, the source too
 */
struct source_ops {
	bool live;
	int (*poll_fd)(const struct source *source);
	enum source_state (*read)(struct source *source, source_looked looked, void *context);
	void (*free)(struct source *source);
};

struct source {
	const struct source_ops *ops;
};

#endif
