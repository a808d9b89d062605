#include "manifest_consent.h"

#include <string.h>
#include <sysexits.h>

#include <hoso/wire.h>

#include "password.h"
#include "print.h"
#include "query.h"

static int sign(const struct manifest_officer *officer, struct client *session, json_int_t revision)
{
	json_t *body = json_pack("{s:s, s:I}", "id", officer->consent, "revision", revision);
	json_t *answer = NULL;
	json_t *ended = NULL;
	int status = query_send(session, "POST", officer->path, body, &answer);

	json_decref(body);
	json_decref(answer);
	(void)query_send(session, "DELETE", WIRE_SESSION, NULL, &ended);
	json_decref(ended);
	return status;
}

int manifest_consent_ask(
	const struct manifest_officer *officer, const char *password_file, json_int_t revision)
{
	struct client session = *officer->client;
	char *password = NULL;
	json_t *answer = NULL;
	json_t *body;
	enum hoso_error error =
		password_read(password_file, _("The officer's password"), &password);
	int status;

	if (error) {
		return print_error(officer->client, error, NULL);
	}
	session.session.token = NULL;
	body = json_pack("{s:s, s:s}", "account", officer->account, "password", password);
	password_free(password);
	status = query_send(&session, "POST", WIRE_SESSION, body, &answer);
	json_decref(body);
	if (status == EX_OK) {
		session.session.token = (char *)print_text(answer, "token");
		status = sign(officer, &session, revision);
	}
	json_decref(answer);
	return status;
}

void manifest_consent_show(const struct client *client, const json_t *manifest)
{
	const json_t *consent = json_object_get(manifest, "consent");
	bool holds = json_equal(
		json_object_get(consent, "revision"), json_object_get(manifest, "revision"));

	if (json_is_object(consent) && strcmp(print_text(manifest, "state"), "open") == 0) {
		print_line(client, holds ? PRINT_GOOD : PRINT_DOUBT, "  %s: %s, %s",
			holds ? _("signed by the agency")
			      : _("signed by the agency, but changed since: they sign again"),
			print_text(consent, "name"), print_text(consent, "unit"));
	}
}
