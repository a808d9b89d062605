#ifndef HOSO_CLIENT_DESK_H
#define HOSO_CLIENT_DESK_H

#include <glib.h>

#include <hoso/item_code.h>

#include "client.h"
#include "debounce.h"
#include "pair.h"
#include "scan_template.h"
#include "sender.h"
#include "source.h"
#include "spool.h"
#include "tally.h"
#include "tell.h"
#include "undo.h"
#include "wedge.h"

/** struct question - a text that may be read in more than one way, until somebody has said which. */
struct question {
	unsigned count; /* 0: none is open */
	struct item_code choices[WEDGE_CANDIDATES_MAX];
	char *text;
};

/**
 * struct desk - what a counter does all day: a text comes from a source, and becomes a scan in the
 * spool, or a loud complaint. Says what happened to each, also when the server's answer comes.
 *
 * @live: codes come from a keyboard or a camera: the same code again from the same device soon after (debounce.h) is not a
 * new scan, and for EVENT_BOUND the two halves may come one after the other
 * @can_ask: somebody sits at a terminal and can be asked; an unclear code is not stored otherwise
 * @stored, @undone, @refused, @bad, @unwelcome: scans kept; those of them undone again; codes the disk did not take; texts that are no
 * code; scans the server rejected or gave to the supervisor
 */
struct desk {
	struct client *client;
	const struct scan_template *scan_template;
	struct spool *spool;
	bool live, can_ask;
	struct tell tell;
	struct tally *tally;
	struct undo undo;
	struct question question;
	struct debounce debounce;
	struct pair pair; /* EVENT_BOUND: one half may wait for the other */
	unsigned stored, undone, refused, bad, unwelcome;
};

void desk_init(struct desk *desk, struct client *client, const struct scan_template *scan_template,
	struct spool *spool, bool live);
void desk_done(struct desk *desk);

/** desk_looked() - a source_looked; @context is the desk. */
bool desk_looked(void *context, const struct source_look *look);

/** desk_closed() - no more looks will come: a question that is open is answered with no. */
void desk_closed(struct desk *desk);

/** desk_answered(), desk_changed() - sender_events; @context is the desk. */
void desk_answered(void *context, const struct sender_answer *answer);
void desk_changed(void *context, enum hoso_error error, const struct call_problem *problem);

#endif
