/*
 * The settings of a file, or of the command line. There is a configuration or there are problems,
 * never both and never neither; a configuration printed and read again prints the same; and a value
 * is never repeated in a problem, for it may be a password in the wrong place.
 *
 * The first byte: bit 0, the bytes are --set arguments, separated by 0x1e, and not a file.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "config.h"

#define MARK "dOnTtElL"
#define SILENCE_EVERY 4

static int memory = -1;
static char path[40];

static void write_file(const void *bytes, size_t length)
{
	if (memory < 0) {
		memory = memfd_create("hosod.conf", MFD_CLOEXEC);
		g_snprintf(path, sizeof path, "/proc/self/fd/%d", memory);
	}
	g_assert(memory >= 0 && ftruncate(memory, 0) == 0);
	g_assert(pwrite(memory, bytes, length, 0) == (ssize_t)length);
}

static struct config *load(char *const *overrides, char ***ret_problems)
{
	static char *const environment[] = {NULL};
	struct config_sources sources = {
		.file = path, .environment = environment, .overrides = overrides};

	return config_load(&sources, ret_problems);
}

static char *print(const struct config *config, size_t *ret_length)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_length);

	config_print(config, out);
	fclose(out);
	return text;
}

/* By libpq's own reading: a folder may be called so. */
static void check_conninfo(const char *text)
{
	PQconninfoOption *options = PQconninfoParse(text, NULL);

	g_assert(options);
	for (const PQconninfoOption *option = options; option->keyword; option++) {
		g_assert(!option->val || !g_str_has_suffix(option->keyword, "password"));
	}
	PQconninfoFree(options);
}

static void check_together(const struct config *config)
{
	g_assert(config->portal_profile && config->database_conninfo && config->http_listen);
	g_assert(!config->http_certificate == !config->http_key);
	g_assert(!config->portal_certificate == !config->portal_key);
	g_assert(strcmp(config->portal_profile, "none") == 0 || config->portal_url);
	g_assert(!config->portal_url || g_str_has_prefix(config->portal_url, "https://"));
	g_assert(config->portal_timeout_ms > 0 && config->http_connections > 0);
	check_conninfo(config->database_conninfo);
}

static void check_printed(const struct config *config)
{
	size_t length = 0;
	size_t again_length = 0;
	char *text = print(config, &length);
	char *again;
	char **problems = NULL;
	struct config *second;

	write_file(text, length);
	second = load(NULL, &problems);
	g_assert(second && !problems);
	again = print(second, &again_length);
	g_assert(strcmp(text, again) == 0);
	g_strfreev(config_reload(second, second));
	config_free(second);
	free(again);
	free(text);
}

/* One more line, in which a password stands where none may. */
static void check_silence(const char *text)
{
	g_autofree char *leaky = NULL;
	char **problems = NULL;
	struct config *config;

	/* A whole load for one answer: not for every input. */
	if (strlen(text) % SILENCE_EVERY != 0 || strstr(text, MARK)) {
		return;
	}
	leaky = g_strconcat(text, "\n[database]\nconninfo=password=" MARK "\n", NULL);
	write_file(leaky, strlen(leaky));
	config = load(NULL, &problems);
	g_assert(!config && problems && problems[0]);
	for (char **problem = problems; *problem; problem++) {
		g_assert(!strstr(*problem, MARK));
	}
	g_strfreev(problems);
}

static void check_load(char *const *overrides)
{
	char **problems = NULL;
	struct config *config = load(overrides, &problems);

	g_assert(!config == !!problems);
	if (config) {
		check_together(config);
		check_printed(config);
		config_free(config);
	} else {
		g_assert(problems[0]);
		g_strfreev(problems);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	if (length == 0) {
		return 0;
	}
	text = fuzz_text(bytes + 1, length - 1);
	if (bytes[0] & 1) {
		lines = g_strsplit(text, "\x1e", -1);
		write_file("", 0);
		check_load(lines);
	} else {
		write_file(bytes + 1, length - 1);
		check_load(NULL);
		check_silence(text);
	}
	return 0;
}
