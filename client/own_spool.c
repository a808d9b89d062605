#include "own_spool.h"

#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include <glib.h>

#include "print.h"

int own_spool_open(struct client *client, struct spool **ret_spool)
{
	g_autofree char *folder = session_spool_folder(&client->session);
	enum hoso_error error = spool_open(folder, SPOOL_WRITE, ret_spool);

	if (error == HOSO_CONFLICT) {
		print_note(_("another hoso works with %s; set HOSO_STATE to use another folder"),
			folder);
		return EX_TEMPFAIL;
	}
	if (error) {
		g_autofree char *detail = g_strdup_printf("%s: %s", folder, strerror(errno));
		return print_error(client, error, detail);
	}
	if (spool_damaged(*ret_spool) > 0) {
		print_note(_("%zu damaged places of the spool were set aside in %s/corrupt"),
			spool_damaged(*ret_spool), folder);
	}
	return EX_OK;
}
