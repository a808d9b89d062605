#include <string.h>
#include <sysexits.h>

#include <glib.h>

#include "audit.h"
#include "client.h"
#include "manifest_seal.h"
#include "print.h"
#include "query.h"

struct verify_options {
	struct client *client;
	GPtrArray *codes;
	bool all;
	const char *manifest;
	unsigned whole;
	unsigned faulty;
};

enum { OPTION_ALL = 1000, OPTION_MANIFEST };

static const struct argp_option options[] = {
	{"all", OPTION_ALL, NULL, 0, N_("Every dossier this account may see"), 0},
	{"manifest", OPTION_MANIFEST, "ID", 0, N_("A closed manifest: is its seal still its own?"),
		0},
	{0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct verify_options *verify = state->input;

	switch (key) {
	case OPTION_ALL:
		verify->all = true;
		return 0;
	case OPTION_MANIFEST:
		verify->manifest = argument;
		return 0;
	case ARGP_KEY_ARG:
		g_ptr_array_add(verify->codes, argument);
		return 0;
	case ARGP_KEY_END:
		if (!verify->manifest && verify->all == (verify->codes->len > 0)) {
			argp_error(state, "%s", _("say which dossiers, or --all"));
		}
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const char *fault_words(enum audit_fault fault)
{
	switch (fault) {
	case AUDIT_GAP:
		return _("an event is missing or doubled");
	case AUDIT_BROKEN:
		return _("the event or one before it was changed");
	case AUDIT_SHAPE:
		return _("the event is not complete");
	case AUDIT_WHOLE:
		break;
	}
	return _("whole");
}

static void report(const struct verify_options *verify, const json_t *dossier,
	enum audit_fault fault, size_t at)
{
	const json_t *events = json_object_get(dossier, "events");
	const char *code = print_text(dossier, "dossier_code");
	const char *event_id = fault ? print_text(json_array_get(events, at), "event_id") : "";

	if (verify->client->json) {
		json_t *line =
			json_pack("{s:s, s:s, s:b, s:I, s:s}", "id", print_text(dossier, "id"),
				"dossier_code", code, "whole", fault == AUDIT_WHOLE, "events",
				(json_int_t)json_array_size(events), "event_id", event_id);
		print_json(line);
		json_decref(line);
		return;
	}
	print_line(verify->client, fault ? PRINT_BAD : PRINT_GOOD, "%s  %zu  %s %s",
		*code ? code : print_text(dossier, "id"), json_array_size(events),
		fault_words(fault), event_id);
}

static int verify_one(struct verify_options *verify, const char *code)
{
	g_autofree char *segment = query_segment(code);
	g_autofree char *path = g_strconcat("/v1/dossiers/", segment, NULL);
	json_t *dossier;
	enum audit_fault fault;
	size_t at = 0;
	int status = query_get(verify->client, path, &dossier);

	if (status != EX_OK) {
		return status;
	}
	/* No events at all would be whole; but every dossier began with one. */
	fault = json_array_size(json_object_get(dossier, "events")) == 0
			? AUDIT_GAP
			: audit_check(print_text(dossier, "id"), json_object_get(dossier, "events"),
				  &at);
	report(verify, dossier, fault, at);
	verify->whole += fault == AUDIT_WHOLE;
	verify->faulty += fault != AUDIT_WHOLE;
	json_decref(dossier);
	return EX_OK;
}

static int verify_item(void *context, const json_t *item)
{
	return verify_one(context, print_text(item, "id"));
}

static int verify_all(struct verify_options *verify)
{
	g_autoptr(GString) query = query_new("/v1/dossiers");

	query_add(query, "limit", "200");
	return query_pages(verify->client, query, true, verify_item, verify);
}

static int verify_manifest(struct verify_options *verify)
{
	g_autofree char *id = query_segment(verify->manifest);
	g_autofree char *path = g_strconcat("/v1/manifests/", id, NULL);
	json_t *manifest;
	bool whole;
	int status = query_get(verify->client, path, &manifest);

	if (status != EX_OK) {
		return status;
	}
	whole = manifest_seal_holds(manifest);
	if (verify->client->json) {
		json_t *line = json_pack("{s:s, s:b, s:O}", "manifest", verify->manifest, "whole",
			whole, "hash", json_object_get(manifest, "hash"));
		print_json(line);
		json_decref(line);
	} else {
		print_line(verify->client, whole ? PRINT_GOOD : PRINT_BAD, "%s  %s  %s",
			print_text(manifest, "id"), print_text(manifest, "hash"),
			whole ? _("whole") : _("not closed, or changed since it was signed"));
	}
	json_decref(manifest);
	return whole ? EX_OK : EX_DATAERR;
}

int verb_verify(struct client *client, int argc, char **argv)
{
	struct verify_options verify = {.client = client, .codes = g_ptr_array_new()};
	int status = EX_OK;

	client_parse(client, options, parse, N_("CODE… | --all"),
		N_("Compute the chain of hashes anew and compare: was a recorded event changed, "
		   "removed or put in?"),
		argc, argv, &verify);
	if (verify.manifest) {
		g_ptr_array_unref(verify.codes);
		return verify_manifest(&verify);
	}
	if (verify.all) {
		status = verify_all(&verify);
	}
	for (unsigned i = 0; status == EX_OK && i < verify.codes->len; i++) {
		status = verify_one(&verify, g_ptr_array_index(verify.codes, i));
	}
	g_ptr_array_unref(verify.codes);
	if (status != EX_OK) {
		return status;
	}
	print_note(_("whole: %u, not whole: %u"), verify.whole, verify.faulty);
	return verify.faulty > 0 ? EX_DATAERR : EX_OK;
}
