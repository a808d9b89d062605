#ifndef HOSO_CLIENT_AUDIT_H
#define HOSO_CLIENT_AUDIT_H

#include <stddef.h>

#include <jansson.h>

/*
 * The hash chain of a dossier, computed anew from what the API says, by code that the server does
 * not share: hash = SHA-256(hash before ‖ canonical event).
 */

enum audit_fault {
	AUDIT_WHOLE,
	AUDIT_GAP,    /* the sequence does not go 1, 2, 3 …: an event is missing or doubled */
	AUDIT_BROKEN, /* the hash is not that of the event and of what stands before it */
	AUDIT_SHAPE,  /* a member is missing or not of its type */
};

/**
 * audit_check() - are @events, in whatever order, what was once recorded?
 * @dossier_id: the chain of an event that names none of its own; events of merged stubs do
 * @ret_at:     index of the first event that is wrong; not written when the chain is whole.
 */
enum audit_fault audit_check(const char *dossier_id, const json_t *events, size_t *ret_at);

#endif
