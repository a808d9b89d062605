#include <locale.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>
#include <sodium.h>

#include "app.h"
#include "base/attr.h"
#include "base/crash.h"
#include "config.h"
#include "flow/password.h"
#include "photo_child.h"
#include "report_child.h"
#include "store/setup.h"

#define EXIT_USAGE 64
#define EXIT_UNAVAILABLE 69
#define MEMORY_KEPT_BYTES (8 * 1024 * 1024)

static const char usage[] =
	"hosod [migrate | first-supervisor] [--config FILE] [--set section.key=value …]\n"
	"      --check-config      check the configuration and stop\n"
	"      --print-config      show the settings in force\n"
	"      --config-reference  the table of all settings\n"
	"      --version           the version of the program\n";

/* Easily read aloud and typed: no 0 o 1 l i. 20 of 31 letters are 99 bits. */
static void make_password(char ret_password[25])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
	char *at = ret_password;

	for (int i = 0; i < 20; i++) {
		if (i > 0 && i % 5 == 0) {
			*at++ = '-';
		}
		*at++ = letters[randombytes_uniform(sizeof letters - 1)];
	}
	*at = '\0';
}

static int exit_for(enum hoso_error error)
{
	switch ((int)error) {
	case HOSO_OK:
		return 0;
	case HOSO_DATABASE_DOWN:
		return EXIT_UNAVAILABLE;
	default:
		return CONFIG_EXIT_BAD;
	}
}

static int migrate(const struct config *config)
{
	return exit_for(setup_migrate(
		config->database_owner_conninfo, config->schema_folder, stdout, stderr));
}

static int first_supervisor(const struct config *config)
{
	char password[25];
	char hash[PASSWORD_HASH_SIZE];
	enum hoso_error error;

	if (sodium_init() < 0) {
		return CONFIG_EXIT_BAD;
	}
	make_password(password);
	if (!password_hash_now(password, hash)) {
		fprintf(stderr, "not enough memory to hash a password\n");
		return CONFIG_EXIT_BAD;
	}
	error = setup_first_supervisor(config->database_conninfo, "supervisor", hash, stderr);
	if (error == HOSO_CONFLICT) {
		fprintf(stderr, "there are accounts already; a supervisor adds more with: hoso "
				"admin account add\n");
	} else if (!error) {
		printf("supervisor\n%s\n", password);
	}
	return exit_for(error);
}

/*
 * A request's memory is given back to the C library and asked for again by the next: to and from the
 * kernel each time, it costs more than the request.
 */
static void keep_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, MEMORY_KEPT_BYTES);
	mallopt(M_TRIM_THRESHOLD, MEMORY_KEPT_BYTES);
}

static int serve(struct config **config, const struct config_sources *sources)
{
	keep_memory();
	if (sodium_init() < 0) {
		return CONFIG_EXIT_BAD;
	}
	return app_serve(g_steal_pointer(config), sources);
}

static int print_problems(char **problems)
{
	for (char **problem = problems; *problem; problem++) {
		fprintf(stderr, "%s\n", *problem);
	}
	return CONFIG_EXIT_BAD;
}

static int run(const char *verb, const struct config_sources *sources)
{
	g_auto(GStrv) problems = NULL;
	struct config *config = config_load(sources, &problems);
	int status = 0;

	if (!config) {
		return print_problems(problems);
	}
	if (strcmp(verb, "--print-config") == 0) {
		config_print(config, stdout);
	} else if (strcmp(verb, "migrate") == 0) {
		status = migrate(config);
	} else if (strcmp(verb, "first-supervisor") == 0) {
		status = first_supervisor(config);
	} else if (strcmp(verb, "serve") == 0) {
		status = serve(&config, sources);
	}
	config_free(config);
	return status;
}

static bool is_verb(const char *word)
{
	static const char *const verbs[] = {
		"migrate", "first-supervisor", "--check-config", "--print-config", NULL};

	return g_strv_contains(verbs, word);
}

static int helper_main(const char *verb)
{
	if (strcmp(verb, "password") == 0) {
		return password_helper_main();
	}
	if (strcmp(verb, "photo") == 0 || strcmp(verb, "photo-all") == 0) {
		return photo_child_main(strcmp(verb, "photo-all") == 0);
	}
	if (strcmp(verb, "report-pdf") == 0 || strcmp(verb, "report-xlsx") == 0) {
		return report_child_main(strcmp(verb, "report-pdf") == 0);
	}
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	g_autoptr(GPtrArray) overrides = g_ptr_array_new();
	struct config_sources sources = {.environment = environ};
	const char *verb = "serve";

	setlocale(LC_CTYPE, "C.UTF-8");
	if (argc == 3 && strcmp(argv[1], "--helper") == 0) {
		return helper_main(argv[2]);
	}
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--version") == 0) {
			printf("hosod " HOSO_VERSION "\n");
			crash_print();
			return 0;
		} else if (strcmp(argv[i], "--config-reference") == 0) {
			config_print_reference(stdout);
			return 0;
		} else if (strcmp(argv[i], "--config") == 0 && i + 1 < argc) {
			sources.file = argv[++i];
		} else if (strcmp(argv[i], "--set") == 0 && i + 1 < argc) {
			g_ptr_array_add(overrides, argv[++i]);
		} else if (is_verb(argv[i]) && strcmp(verb, "serve") == 0) {
			verb = argv[i];
		} else {
			fputs(usage, stderr);
			return EXIT_USAGE;
		}
	}
	g_ptr_array_add(overrides, NULL);
	sources.overrides = (char *const *)overrides->pdata;
	return run(verb, &sources);
}
