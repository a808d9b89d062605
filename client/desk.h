#ifndef HOSO_CLIENT_DESK_H
#define HOSO_CLIENT_DESK_H

#include <glib.h>

#include <hoso/dossier_code.h>
#include <hoso/item_code.h>

#include "client.h"
#include "scan_template.h"
#include "sender.h"
#include "source.h"
#include "spool.h"

/**
 * struct desk - what a counter does all day: a text comes from a source, and becomes a scan in the
 * spool, or a loud complaint. Says what happened to each, also when the server's answer comes.
 *
 * @live: codes come from a keyboard or a camera: the same code again within DEBOUNCE_MS is not a
 * new scan, and for EVENT_BOUND the two halves may come one after the other
 * @stored, @refused, @bad, @unwelcome: scans kept; codes the disk did not take; texts that are no
 * code; scans the server rejected or gave to the supervisor
 */
struct desk {
	struct client *client;
	const struct scan_template *scan_template;
	struct spool *spool;
	bool live;
	GHashTable *seen;      /* code -> struct sighting */
	struct item_code item; /* EVENT_BOUND: one half that waits for the other; "" for none */
	struct dossier_code dossier;
	unsigned stored, refused, bad, unwelcome;
};

void desk_init(struct desk *desk, struct client *client, const struct scan_template *scan_template,
	struct spool *spool, bool live);
void desk_done(struct desk *desk);

/** desk_looked() - a source_looked; @context is the desk. */
void desk_looked(void *context, const struct source_look *look);

/** desk_answered(), desk_changed() - sender_events; @context is the desk. */
void desk_answered(void *context, const struct sender_answer *answer);
void desk_changed(void *context, enum hoso_error error, const struct call_problem *problem);

#endif
