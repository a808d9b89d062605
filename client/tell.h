#ifndef HOSO_CLIENT_TELL_H
#define HOSO_CLIENT_TELL_H

#include <hoso/error.h>
#include <hoso/item_code.h>

#include "bell.h"
#include "client.h"
#include "sender.h"
#include "source.h"
#include "tally.h"

/*
 * What the person at the counter sees and hears of each scan: a line with the time, the code and what became of it, in words
 * first; colour and bell only say the same again. With --json each is one JSON object.
 */
struct tell {
	const struct client *client;
	const char *manifest; /* what is scanned goes onto it; NULL: it is recorded at once */
	struct bell bell;
};

/* One scan that is on the disk. @extra: it stands on no list of expected ones. */
struct tell_scan {
	const char *event_id;
	const char *code;
	const char *kind;
	size_t unsent;
	bool extra;
};

void tell_init(struct tell *tell, const struct client *client);

void tell_stored(struct tell *tell, const struct tell_scan *scan);

/** tell_refused() - the disk did not take it; errno says why for HOSO_FILE. */
void tell_refused(struct tell *tell, const char *code, enum hoso_error error);

/** tell_bad() - what was read is no code. @what: the text, any bytes; "" when there is none. */
void tell_bad(struct tell *tell, const char *from, const char *what, enum hoso_error error);

/** tell_choices() - @text may be any of @codes; somebody has to say which. */
void tell_choices(
	struct tell *tell, const char *text, const struct item_code *codes, unsigned count);

/** tell_device() - a scanner was unplugged, is there again, or gave half a scan. */
void tell_device(struct tell *tell, enum source_matter matter, const char *from);

/** tell_answer() - what the server said. True when a supervisor has to look at it. */
bool tell_answer(struct tell *tell, const struct sender_answer *answer);

/** tell_session() - expected, scanned, extra, missing: the counts, and the codes that want somebody's eyes. */
void tell_session(struct tell *tell, const struct tally *tally, size_t unsent);

#endif
