#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

#include "bell.h"

/* What a bell does to a terminal is read back from a file that stands in for it. */
static char *strokes_of(void (*play)(GString *score))
{
	g_autoptr(GString) score = g_string_new(NULL);

	play(score);
	return g_string_free(g_steal_pointer(&score), FALSE);
}

static int saved_stdout = -1;
static FILE *terminal;

static void hear(void)
{
	terminal = tmpfile();
	fflush(stdout);
	saved_stdout = dup(STDOUT_FILENO);
	dup2(fileno(terminal), STDOUT_FILENO);
}

static long heard_so_far(void)
{
	fflush(stdout);
	return (long)lseek(STDOUT_FILENO, 0, SEEK_CUR);
}

static void stop_hearing(void)
{
	fflush(stdout);
	dup2(saved_stdout, STDOUT_FILENO);
	close(saved_stdout);
	fclose(terminal);
}

/* Each step of 10 ms: a stroke or not. */
static void play_all(GString *score)
{
	for (int tune = 0; tune < BELL_TUNE_COUNT; tune++) {
		struct bell bell;
		long before = heard_so_far();
		int64_t now_ms = 1000;
		bell_init(&bell, true);
		bell_ring(&bell, (enum bell_tune)tune, now_ms);
		do {
			long after = heard_so_far();
			g_string_append_c(score, after > before ? '!' : '.');
			before = after;
			now_ms += 120;
		} while (bell_turn(&bell, now_ms) >= 0 || heard_so_far() > before);
		g_string_append_c(score, '\n');
	}
}

static void each_outcome_has_a_rhythm_of_its_own(void **state)
{
	g_autofree char *score = NULL;

	(void)state;
	hear();
	score = strokes_of(play_all);
	stop_hearing();
	assert_string_equal(score, "!\n!!\n!...!\n!!...!!\n!!!!!!\n");
}

static void the_graver_goes_on_and_silence_is_silent(void **state)
{
	struct bell bell;
	struct bell silent;
	long strokes[3];

	(void)state;
	hear();
	bell_init(&silent, false);
	bell_ring(&silent, BELL_NOT_STORED, 1000);
	strokes[0] = heard_so_far();
	bell_init(&bell, true);
	bell_ring(&bell, BELL_NOT_STORED, 1000);
	bell_ring(&bell, BELL_STORED, 1001);
	strokes[1] = heard_so_far();
	assert_int_equal(bell_turn(&bell, 1119), 1);
	assert_int_equal(bell_turn(&bell, 1120), 120);
	strokes[2] = heard_so_far();
	stop_hearing();
	assert_int_equal(strokes[0], 0);
	assert_int_equal(strokes[1], 1);
	assert_int_equal(strokes[2], 2);
	assert_int_equal(bell_turn(&silent, 5000), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_outcome_has_a_rhythm_of_its_own),
		cmocka_unit_test(the_graver_goes_on_and_silence_is_silent),
	};

	return cmocka_run_group_tests_name("bell", tests, NULL, NULL);
}
