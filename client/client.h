#ifndef HOSO_CLIENT_CLIENT_H
#define HOSO_CLIENT_CLIENT_H

#include <argp.h>
#include <libintl.h>
#include <stdbool.h>

#include <hoso/error.h>

#include "session.h"

#define _(text) gettext(text)
#define N_(text) text /* marked for translation, translated where it is shown */

/**
 * struct client - what every verb is given: who and where (session), and how to show things.
 * @server, @ca_file: options of the command line; the session is loaded from them by
 * client_parse().
 */
struct client {
	struct session session;
	enum hoso_language language;
	bool json;
	bool colour;
	const char *server;
	const char *ca_file;
};

/**
 * client_parse() - read a verb's options, and the options that all verbs have, then load the
 * session.
 * @options: the verb's own, ended by {0}; @parse handles them and is given @input.
 *
 * Ends the program on --help, on wrong usage (EX_USAGE) and on wrong settings (EX_CONFIG).
 * @parse may return ARGP_ERR_UNKNOWN for what it does not know, as argp parsers do.
 */
void client_parse(struct client *client, const struct argp_option *options, argp_parser_t parse,
	const char *arguments, const char *help, int argc, char **argv, void *input);

/* One verb per file verb_<name>.c; argv[0] is "hoso <name>"; the result is the exit status
 * (sysexits). */
int verb_accept(struct client *client, int argc, char **argv);
int verb_admin(struct client *client, int argc, char **argv);
int verb_catalogue(struct client *client, int argc, char **argv);
int verb_decode(struct client *client, int argc, char **argv);
int verb_deliver(struct client *client, int argc, char **argv);
int verb_devices(struct client *client, int argc, char **argv);
int verb_exceptions(struct client *client, int argc, char **argv);
int verb_step(struct client *client, int argc, char **argv);
int verb_deadline(struct client *client, int argc, char **argv);
int verb_label(struct client *client, int argc, char **argv);
int verb_list(struct client *client, int argc, char **argv);
int verb_login(struct client *client, int argc, char **argv);
int verb_logout(struct client *client, int argc, char **argv);
int verb_lookup(struct client *client, int argc, char **argv);
int verb_manifest(struct client *client, int argc, char **argv);
int verb_me(struct client *client, int argc, char **argv);
int verb_money(struct client *client, int argc, char **argv);
int verb_outbox(struct client *client, int argc, char **argv);
int verb_paper(struct client *client, int argc, char **argv);
int verb_queue(struct client *client, int argc, char **argv);
int verb_report(struct client *client, int argc, char **argv);
int verb_scan(struct client *client, int argc, char **argv);
int verb_show(struct client *client, int argc, char **argv);
int verb_verify(struct client *client, int argc, char **argv);
int verb_visit(struct client *client, int argc, char **argv);

#endif
