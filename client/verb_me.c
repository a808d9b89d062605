#include <sysexits.h>

#include "client.h"
#include "print.h"
#include "query.h"

int verb_me(struct client *client, int argc, char **argv)
{
	static const struct argp_option none[] = {{0}};
	const json_t *place;
	json_t *answer;
	int status;

	client_parse(client, none, NULL, NULL, N_("Who is signed in, in which office and role."),
		argc, argv, NULL);
	status = query_get(client, "/v1/me", &answer);
	if (status != EX_OK) {
		return status;
	}
	place = print_place(answer);
	if (client->json) {
		print_json(answer);
	} else {
		print_line(client, PRINT_PLAIN, "%s  %s  %s  %s %s", print_text(answer, "account"),
			print_text(answer, "name"), print_text(answer, "role"),
			print_text(place, "code"), print_text(place, "name"));
	}
	json_decref(answer);
	return EX_OK;
}
