#ifndef HOSO_CLIENT_OWN_SPOOL_H
#define HOSO_CLIENT_OWN_SPOOL_H

#include "client.h"
#include "spool.h"

/**
 * own_spool_open() - this person's spool on this device, to write into it. Says what is wrong with it: that another
 * hoso has it, that it cannot be opened, how much of it was damaged. Returns a sysexit; EX_OK: own_spool_close() it.
 * @apart: NULL, or the id of the one thing that what is kept here is for; such a spool is a folder beside the usual one.
 */
int own_spool_open(struct client *client, const char *apart, struct spool **ret_spool);

/** own_spool_close() - one @apart is gone when nothing in it waits for the server or for a person. */
void own_spool_close(struct client *client, const char *apart, struct spool *spool);

/** own_spool_folder() - of the usual spool, or of the one @apart; g_free(). */
char *own_spool_folder(const struct client *client, const char *apart);

/** own_spool_list() - which spools apart there are, in the order of their ids; g_strfreev(). */
char **own_spool_list(const struct client *client);

/** own_spool_road() - where what is in a spool apart is sent: onto the manifest of that id; g_free(). */
char *own_spool_road(const char *apart);

#endif
