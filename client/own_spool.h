#ifndef HOSO_CLIENT_OWN_SPOOL_H
#define HOSO_CLIENT_OWN_SPOOL_H

#include "client.h"
#include "spool.h"

/**
 * own_spool_open() - this person's spool on this device, to write into it. Says what is wrong with it: that another
 * hoso has it, that it cannot be opened, how much of it was damaged. Returns a sysexit; EX_OK: spool_close() it.
 */
int own_spool_open(struct client *client, struct spool **ret_spool);

#endif
