#include "own_spool.h"

#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include <glib.h>

#include "print.h"
#include "query.h"

char *own_spool_folder(const struct client *client, const char *apart)
{
	g_autofree char *usual = session_spool_folder(&client->session);

	return apart ? g_strdup_printf("%s-%s", usual, apart) : g_steal_pointer(&usual);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char **own_spool_list(const struct client *client)
{
	g_autofree char *start = own_spool_folder(client, "");
	g_autofree char *state = g_path_get_dirname(start);
	g_autofree char *prefix = g_path_get_basename(start);
	g_autoptr(GDir) folder = g_dir_open(state, 0, NULL);
	GPtrArray *ids = g_ptr_array_new();
	const char *name;

	while (folder && (name = g_dir_read_name(folder))) {
		if (g_str_has_prefix(name, prefix)) {
			g_ptr_array_add(ids, g_strdup(name + strlen(prefix)));
		}
	}
	g_ptr_array_sort(ids, compare_texts);
	g_ptr_array_add(ids, NULL);
	return (char **)g_ptr_array_free(ids, FALSE);
}

char *own_spool_road(const char *apart)
{
	g_autofree char *id = query_segment(apart);

	return g_strdup_printf("/v1/manifests/%s/lines", id);
}

int own_spool_open(struct client *client, const char *apart, struct spool **ret_spool)
{
	g_autofree char *folder = own_spool_folder(client, apart);
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

void own_spool_close(struct client *client, const char *apart, struct spool *spool)
{
	g_autofree char *folder = apart ? own_spool_folder(client, apart) : NULL;

	if (folder) {
		spool_retire(spool, folder);
	} else {
		spool_close(spool);
	}
}
