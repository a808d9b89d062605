#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "base/attr.h"
#include "base/log.h"
#include "config.h"
#include "config_file.h"

/* A folder of its own for each test, with hosod.conf in it. */
struct place {
	char *folder;
	char *file;
};

static void write_file(const struct place *place, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(place->folder, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);

	assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
	assert_true(g_file_set_contents(path, text, -1, NULL));
}

static int make_place(void **state)
{
	struct place *place = g_new0(struct place, 1);

	place->folder = g_dir_make_tmp("hoso-config-XXXXXX", NULL);
	place->file = g_build_filename(place->folder, "hosod.conf", NULL);
	write_file(place, "hosod.conf", "");
	*state = place;
	return 0;
}

static int remove_place(void **state)
{
	struct place *place = *state;
	char *command[] = {(char *)"/bin/rm", (char *)"-r", place->folder, NULL};

	g_spawn_sync(NULL, command, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL);
	g_free(place->folder);
	g_free(place->file);
	g_free(place);
	return 0;
}

static struct config *load(const struct place *place, const char *environment, const char *override)
{
	char *variables[] = {(char *)environment, NULL};
	char *overrides[] = {(char *) override, NULL};
	const struct config_sources sources = {place->file, variables, overrides};
	g_auto(GStrv) problems = NULL;
	struct config *config = config_load(&sources, &problems);

	for (unsigned i = 0; problems && problems[i]; i++) {
		print_message("# %s\n", problems[i]);
	}
	return config;
}

/* Every problem in one text, a line each; fails when there is none. */
static char *load_problems(const struct place *place, const char *environment, const char *override)
{
	char *variables[] = {(char *)environment, NULL};
	char *overrides[] = {(char *) override, NULL};
	const struct config_sources sources = {place->file, variables, overrides};
	g_auto(GStrv) problems = NULL;
	struct config *config = config_load(&sources, &problems);

	assert_null(config);
	assert_non_null(problems);
	assert_true(g_strv_length(problems) > 0);
	return g_strjoinv("\n", problems);
}

static char *print_to_text(const struct config *config)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (config) {
		config_print(config, out);
	} else {
		config_print_reference(out);
	}
	fclose(out);
	return text;
}

static void an_empty_file_gives_the_defaults(void **state)
{
	struct config *config = load(*state, NULL, NULL);

	assert_non_null(config);
	assert_string_equal(config->http_listen, "127.0.0.1:8443");
	assert_null(config->http_certificate);
	assert_string_equal(config->portal_profile, "none");
	assert_null(config->portal_url);
	assert_int_equal(config->database_connections, 4);
	assert_int_equal(config->portal_timeout_ms, 10000);
	assert_false(config->portal_set_returned);
	assert_true(config->office_other_item_codes);
	config_free(config);
}

static void a_later_source_wins(void **state)
{
	struct place *place = *state;
	struct config *config;

	write_file(place, "hosod.conf",
		"# comment\n[portal]\ntimeout = 1s\n[database]\nconnections=2\n");
	write_file(place, "hosod.conf.d/10.conf", "[portal]\ntimeout=2s\nconnect_timeout=1s\n");
	write_file(place, "hosod.conf.d/20.conf", "[portal]\r\ntimeout=3s\r\n");
	write_file(place, "hosod.conf.d/30.conf.bak", "[portal]\ntimeout=9s\n");
	config = load(place, NULL, NULL);
	assert_int_equal(config->portal_timeout_ms, 3000);
	assert_int_equal(config->portal_connect_timeout_ms, 1000);
	assert_int_equal(config->database_connections, 2);
	config_free(config);

	config = load(place, "HOSO_PORTAL_TIMEOUT=4s", NULL);
	assert_int_equal(config->portal_timeout_ms, 4000);
	config_free(config);

	config = load(place, "HOSO_PORTAL_TIMEOUT=4s", "portal.timeout=5s");
	assert_int_equal(config->portal_timeout_ms, 5000);
	config_free(config);
}

static void every_problem_is_shown_with_its_place(void **state)
{
	struct place *place = *state;
	g_autofree char *problems = NULL;

	write_file(place, "hosod.conf",
		"stray=1\n[portal]\nprofil=dvcqg\ntimeout=10 parsecs\nnonsense\n"
		"unit=a\nunit=b\n[htpp]\nlisten=x\n");
	write_file(place, "hosod.conf.d/a.conf", "[log]\nlevel=loud\n");
	problems = load_problems(place, "HOSO_DATABASE_CONNECTIONS=33", "nothing");
	assert_non_null(strstr(problems, "/hosod.conf:1: neither"));
	assert_non_null(strstr(problems, "/hosod.conf:3: portal.profil: there is no such setting"));
	assert_non_null(
		strstr(problems, "/hosod.conf:4: portal.timeout: must be a duration from 100ms"));
	assert_non_null(strstr(problems, "/hosod.conf:5: neither"));
	assert_non_null(strstr(problems, "/hosod.conf:7: portal.unit: stands in line 6"));
	assert_non_null(strstr(problems, "/hosod.conf:9: htpp.listen: there is no such setting"));
	assert_non_null(strstr(problems, "a.conf:2: log.level: must be one of: err, warning"));
	assert_non_null(
		strstr(problems, "HOSO_DATABASE_CONNECTIONS: database.connections: must be a "
				 "whole number from 2 to 32"));
	assert_non_null(strstr(problems, "--set: must be section.key=value"));
}

static void values_are_read_strictly(void **state)
{
	static const char *const bad[] = {
		"portal.timeout=10",
		"portal.timeout=s",
		"portal.timeout=-1s",
		"portal.timeout=1.5s",
		"portal.timeout=99ms",
		"portal.timeout=61s",
		"portal.timeout=99999999999999999999s",
		"portal.timeout=9223372036854775807min",
		"database.connections=1",
		"database.connections=0x4",
		"database.connections=4 ",
		"database.connections=",
		"portal.set_returned=maybe",
		"portal.profile=",
		"portal.profile=dvcqg, webhook",
		"portal.profile=DVCQG",
		"portal.url=http://portal.example",
		"portal.url=https://user:word@portal.example/",
		"portal.url=https://",
		"http.listen=",
		"http.listen=8443",
		"http.listen=::1:8443",
		"http.listen=127.0.0.1:65536",
		"http.listen=127.0.0.1:",
		"http.listen=unix:relative",
		"http.key=relative.pem",
		"database.conninfo=dbname=hoso password=hush",
		"database.conninfo=not a conninfo",
		"database.conninfo=postgresql://u:hush@h/hoso",
		"database.conninfo=",
		"portal.user=two\nlines",
		"portal.user= blank before",
		"portal.user=blank behind ",
		"portal.user=Latin-1 \xea",
		"http.key=/etc/a\tb",
		"portal.nothing=1",
		"=1",
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		g_autofree char *problems = load_problems(*state, NULL, bad[i]);

		/* What stands in the wrong place may be a password. */
		assert_null(strstr(problems, "hush"));
		assert_null(strstr(problems, "word@"));
	}
}

static void good_values_are_taken(void **state)
{
	static const char *const good[] = {
		"portal.timeout=100ms",
		"portal.timeout=1min",
		"database.connections=32",
		"portal.set_returned=yes",
		"http.listen=[::1]:0",
		"http.listen=unix:/run/hoso/sock",
		"metrics.listen=",
		"database.conninfo=postgresql:///hoso?host=/run/x&passfile=/etc/p",
		"portal.url=https://portal.example:8443/api",
	};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		struct config *config = load(*state, NULL, good[i]);

		assert_non_null(config);
		config_free(config);
	}
}

static void settings_that_need_one_another_are_held_together(void **state)
{
	g_autofree char *key = load_problems(*state, NULL, "http.certificate=/a.pem");
	g_autofree char *profile = load_problems(*state, NULL, "portal.profile=dvcqg");
	g_autofree char *open_wide = load_problems(*state, NULL, "http.listen=0.0.0.0:443");

	assert_non_null(strstr(key, "http.key: must be set, for http.certificate is"));
	assert_non_null(strstr(profile, "portal.url: must be set, for portal.profile = dvcqg is"));
	assert_non_null(strstr(profile, "portal.password_file: must be set"));
	assert_null(strstr(profile, "portal.secret_file"));
	assert_non_null(strstr(open_wide, "neither on loopback"));
}

static void foreign_variables_are_left_alone(void **state)
{
	struct config *config = load(*state, "HOSO_SERVER=https://localhost", NULL);
	g_autofree char *problems = load_problems(*state, "HOSO_PORTAL_TIMEOUTS=1s", NULL);

	assert_non_null(config);
	config_free(config);
	assert_string_equal(problems, "HOSO_PORTAL_TIMEOUTS: there is no such setting");
}

static void files_that_cannot_be_read_are_problems(void **state)
{
	struct place *place = *state;
	g_autofree char *huge = g_strnfill(100 * 1000, '#');
	g_autofree char *missing = NULL;
	g_autofree char *large = NULL;
	g_autofree char *broken = NULL;

	write_file(place, "hosod.conf", huge);
	large = load_problems(place, NULL, NULL);
	assert_non_null(strstr(large, "cannot be read: File too large"));
	write_file(place, "hosod.conf", "[portal]\nuser=\xff\n");
	broken = load_problems(place, NULL, NULL);
	assert_non_null(strstr(broken, "is not UTF-8"));
	g_unlink(place->file);
	missing = load_problems(place, NULL, NULL);
	assert_non_null(strstr(missing, "cannot be read: No such file"));
}

static void what_is_printed_is_read_back(void **state)
{
	struct place *place = *state;
	struct config *config = load(place, "HOSO_PORTAL_TIMEOUT=1500ms", "portal.user=Bưu điện");
	g_autofree char *first = print_to_text(config);
	g_autofree char *second = NULL;

	assert_non_null(strstr(first, "\n[portal]\nprofile=none\n"));
	assert_non_null(strstr(first, "\ntimeout=1500ms\n"));
	config_free(config);
	write_file(place, "hosod.conf", first);
	config = load(place, NULL, NULL);
	second = print_to_text(config);
	assert_string_equal(first, second);
	config_free(config);
}

static void the_reference_has_a_row_for_every_printed_setting(void **state)
{
	struct config *config = load(*state, NULL, NULL);
	g_autofree char *printed = print_to_text(config);
	g_autofree char *reference = print_to_text(NULL);
	g_auto(GStrv) lines = g_strsplit(printed, "\n", -1);
	g_auto(GStrv) rows = g_strsplit(reference, "\n", -1);
	unsigned settings = 0;

	for (unsigned i = 0; lines[i]; i++) {
		settings += strchr(lines[i], '=') != NULL;
	}
	assert_int_equal(g_strv_length(rows) - 1, settings);
	assert_true(settings > 25);
	assert_non_null(strstr(reference, "| `portal.timeout` | `10s` | ms | no | Give up on"));
	assert_non_null(strstr(reference, "| `log.level` | `info` | err, warning"));
	config_free(config);
}

static void reload_takes_only_what_is_marked(void **state)
{
	struct config *config = load(*state, NULL, "log.level=err");
	struct config *fresh = load(*state, "HOSO_LOG_LEVEL=debug", "database.connections=9");
	g_auto(GStrv) restart = config_reload(config, fresh);

	assert_string_equal(config->log_level, "debug");
	assert_string_equal(fresh->log_level, "err");
	assert_int_equal(config->database_connections, 4);
	assert_int_equal(g_strv_length(restart), 1);
	assert_string_equal(restart[0], "database.connections");
	config_free(fresh);
	config_free(config);
}

static void credentials_are_found_where_they_exist(void **state)
{
	struct place *place = *state;
	g_autofree char *variable = g_strconcat("CREDENTIALS_DIRECTORY=", place->folder, NULL);
	g_autofree char *expected = g_build_filename(place->folder, "portal-password", NULL);
	struct config *config;

	write_file(place, "portal-password", "x");
	write_file(place, "pin-key", ""); /* nobody has put one there */
	config = load(place, variable, NULL);
	assert_string_equal(config->portal_password_file, expected);
	assert_null(config->portal_secret_file);
	assert_null(config->office_pin_key_file);
	config_free(config);
}

static enum hoso_error read_secret(
	const struct place *place, const char *text, mode_t mode, char **ret_secret)
{
	g_autofree char *path = g_build_filename(place->folder, "secret", NULL);

	write_file(place, "secret", text);
	assert_int_equal(chmod(path, mode), 0);
	return config_file_read_secret(path, ret_secret);
}

static void a_secret_loses_one_newline(void **state)
{
	char *secret = NULL;

	assert_int_equal(read_secret(*state, "mật khẩu \n\n", 0600, &secret), HOSO_OK);
	assert_string_equal(secret, "mật khẩu \n");
	config_file_free_secret(secret);
	assert_int_equal(read_secret(*state, "x", 0400, &secret), HOSO_OK);
	assert_string_equal(secret, "x");
	config_file_free_secret(secret);
}

static void a_secret_that_others_can_read_is_refused(void **state)
{
	struct place *place = *state;
	char *secret = NULL;

	assert_int_equal(read_secret(place, "x", 0640, &secret), HOSO_FILE);
	assert_int_equal(read_secret(place, "x", 0604, &secret), HOSO_FILE);
	assert_null(secret);
	/* systemd's own folder of credentials is guarded as a whole. */
	g_setenv("CREDENTIALS_DIRECTORY", place->folder, TRUE);
	assert_int_equal(read_secret(place, "x", 0444, &secret), HOSO_OK);
	config_file_free_secret(secret);
	g_unsetenv("CREDENTIALS_DIRECTORY");
}

static void a_secret_has_bounds(void **state)
{
	g_autofree char *huge = g_strnfill(4097, 'x');
	char *secret = NULL;

	assert_int_equal(read_secret(*state, "", 0600, &secret), HOSO_FILE);
	assert_int_equal(read_secret(*state, "\n", 0600, &secret), HOSO_FILE);
	assert_int_equal(read_secret(*state, huge, 0600, &secret), HOSO_FILE);
	assert_int_equal(config_file_read_secret("/nonexistent", &secret), HOSO_FILE);
	assert_int_equal(config_file_read_secret("/dev/zero", &secret), HOSO_FILE);
	assert_null(secret);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_PLACE(an_empty_file_gives_the_defaults),
		IN_PLACE(a_later_source_wins),
		IN_PLACE(every_problem_is_shown_with_its_place),
		IN_PLACE(values_are_read_strictly),
		IN_PLACE(good_values_are_taken),
		IN_PLACE(settings_that_need_one_another_are_held_together),
		IN_PLACE(foreign_variables_are_left_alone),
		IN_PLACE(files_that_cannot_be_read_are_problems),
		IN_PLACE(what_is_printed_is_read_back),
		IN_PLACE(the_reference_has_a_row_for_every_printed_setting),
		IN_PLACE(reload_takes_only_what_is_marked),
		IN_PLACE(credentials_are_found_where_they_exist),
		IN_PLACE(a_secret_loses_one_newline),
		IN_PLACE(a_secret_that_others_can_read_is_refused),
		IN_PLACE(a_secret_has_bounds),
	};

	log_init(LOG_ERR);
	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
