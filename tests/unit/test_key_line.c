#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

#include "device_source.h"
#include "key_line.h"

static const unsigned letters[] = {KEY_A, KEY_B, KEY_C, KEY_D, KEY_E, KEY_F, KEY_G, KEY_H, KEY_I,
	KEY_J, KEY_K, KEY_L, KEY_M, KEY_N, KEY_O, KEY_P, KEY_Q, KEY_R, KEY_S, KEY_T, KEY_U, KEY_V,
	KEY_W, KEY_X, KEY_Y, KEY_Z};

/* One event, as the kernel gives it. */
static void keys_put(GArray *events, int64_t at_ms, unsigned type, unsigned code, int value)
{
	struct input_event event = {
		.type = (unsigned short)type, .code = (unsigned short)code, .value = value};

	event.input_event_sec = at_ms / 1000;
	event.input_event_usec = at_ms % 1000 * 1000;
	g_array_append_val(events, event);
}

/* The key down and up, and the reports behind both. */
static void keys_press(GArray *events, int64_t at_ms, unsigned code)
{
	for (int value = 1; value >= 0; value--) {
		keys_put(events, at_ms, EV_MSC, MSC_SCAN, 0x70000);
		keys_put(events, at_ms, EV_KEY, code, value);
		keys_put(events, at_ms, EV_SYN, SYN_REPORT, 0);
	}
}

static unsigned key_of(char character)
{
	if (character == '\n' || character == '\t') {
		return character == '\n' ? KEY_ENTER : KEY_TAB;
	}
	if (character >= '0' && character <= '9') {
		return character == '0' ? KEY_0 : KEY_1 + (unsigned)(character - '1');
	}
	return character == '-' ? KEY_MINUS : letters[character - 'A'];
}

/* The keys for digits and upper-case letters; '\n' is Enter, '\t' Tab. Returns the time after the last one. */
static int64_t keys_type(GArray *events, int64_t at_ms, int64_t step_ms, const char *text)
{
	for (; *text; text++, at_ms += step_ms) {
		bool shift = g_ascii_isupper(*text);
		if (shift) {
			keys_put(events, at_ms, EV_KEY, KEY_LEFTSHIFT, 1);
			keys_put(events, at_ms, EV_SYN, SYN_REPORT, 0);
		}
		keys_press(events, at_ms, key_of(*text));
		if (shift) {
			keys_put(events, at_ms, EV_KEY, KEY_LEFTSHIFT, 0);
			keys_put(events, at_ms, EV_SYN, SYN_REPORT, 0);
		}
	}
	return at_ms;
}

/* Everything that was given, one a line: the texts, and what else a look was about. */
static bool note(void *context, const struct source_look *look)
{
	GString *notes = context;

	if (look->matter == SOURCE_CODES && !look->error) {
		g_string_append_len(notes, look->texts[0].bytes, (gssize)look->texts[0].length);
	} else {
		g_string_append_printf(notes, "matter %d error %d", look->matter, look->error);
	}
	g_string_append_c(notes, '\n');
	return true;
}

static char *heard_by(struct key_line *keys, const GArray *events)
{
	GString *notes = g_string_new(NULL);

	for (guint i = 0; i < events->len; i++) {
		key_line_feed(
			keys, &g_array_index(events, struct input_event, i), "-", note, notes);
	}
	return g_string_free(notes, FALSE);
}

static GArray *no_events(void)
{
	return g_array_new(FALSE, FALSE, sizeof(struct input_event));
}

#define LOST "matter 3 error 0\n"

static void enter_and_tab_end_a_code(void **state)
{
	g_autoptr(GArray) events = no_events();
	struct key_line keys = {0};
	g_autofree char *heard = NULL;

	(void)state;
	assert_int_equal(SOURCE_LOST, 3);
	keys_type(events, 1000, 0, "EE123456785VN\nRR123456785VN\t\n\tCA123456785VN\n");
	heard = heard_by(&keys, events);
	assert_string_equal(heard, "EE123456785VN\nRR123456785VN\nCA123456785VN\n");
}

/* Every key of a US keyboard that types, by the table that is printed on it. */
static void the_layout_is_a_us_keyboards(void **state)
{
	static const char plain[] = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./ ";
	static const char shifted[] = "~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>? ";
	static const unsigned codes[] = {KEY_GRAVE, KEY_1, KEY_2, KEY_3, KEY_4, KEY_5, KEY_6, KEY_7,
		KEY_8, KEY_9, KEY_0, KEY_MINUS, KEY_EQUAL, KEY_Q, KEY_W, KEY_E, KEY_R, KEY_T, KEY_Y,
		KEY_U, KEY_I, KEY_O, KEY_P, KEY_LEFTBRACE, KEY_RIGHTBRACE, KEY_BACKSLASH, KEY_A,
		KEY_S, KEY_D, KEY_F, KEY_G, KEY_H, KEY_J, KEY_K, KEY_L, KEY_SEMICOLON,
		KEY_APOSTROPHE, KEY_Z, KEY_X, KEY_C, KEY_V, KEY_B, KEY_N, KEY_M, KEY_COMMA, KEY_DOT,
		KEY_SLASH, KEY_SPACE};
	static const unsigned shifts[] = {KEY_LEFTSHIFT, KEY_RIGHTSHIFT};
	g_autoptr(GArray) events = no_events();
	struct key_line keys = {0};
	g_autofree char *heard = NULL;
	g_autofree char *wanted = g_strdup_printf("%s\n%s\n%s\n", plain, shifted, shifted);

	(void)state;
	assert_int_equal(G_N_ELEMENTS(codes), strlen(plain));
	for (size_t round = 0; round < 3; round++) {
		if (round > 0) {
			keys_put(events, 0, EV_KEY, shifts[round - 1], 1);
		}
		for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
			keys_press(events, 0, codes[i]);
		}
		keys_press(events, 0, KEY_KPENTER);
		if (round > 0) {
			keys_put(events, 0, EV_KEY, shifts[round - 1], 0);
		}
	}
	heard = heard_by(&keys, events);
	assert_string_equal(heard, wanted);
}

static void caps_lock_turns_letters_only(void **state)
{
	g_autoptr(GArray) events = no_events();
	struct key_line keys = {0};
	g_autofree char *heard = NULL;

	(void)state;
	keys_press(events, 0, KEY_CAPSLOCK);
	keys_type(events, 0, 0, "EE12-\n");
	keys_press(events, 0, KEY_E);
	keys_press(events, 0, KEY_1);
	keys_press(events, 0, KEY_CAPSLOCK);
	keys_press(events, 0, KEY_E);
	keys_press(events, 0, KEY_ENTER);
	heard = heard_by(&keys, events);
	assert_string_equal(heard, "ee12-\nE1e\n");
}

static void what_is_no_typing_is_not_typed(void **state)
{
	g_autoptr(GArray) events = no_events();
	struct key_line keys = {0};
	g_autofree char *heard = NULL;

	(void)state;
	keys_press(events, 0, KEY_F1);
	keys_press(events, 0, KEY_KP1); /* the number pad types, Num Lock or not */
	keys_put(events, 0, EV_KEY, KEY_2, 1);
	keys_put(events, 0, EV_KEY, KEY_2, 2); /* the kernel repeats a held key */
	keys_put(events, 0, EV_KEY, KEY_2, 2);
	keys_put(events, 0, EV_KEY, KEY_2, 0);
	keys_put(events, 0, EV_KEY, KEY_LEFTALT, 1);
	keys_press(events, 0, KEY_X);
	keys_put(events, 0, EV_KEY, KEY_LEFTALT, 0);
	keys_put(events, 0, EV_REL, REL_X, 5);
	keys_put(events, 0, EV_KEY, KEY_MAX, 1);
	keys_put(events, 0, EV_KEY, KEY_RIGHTCTRL, 1);
	keys_press(events, 0, KEY_M); /* Ctrl-M is Enter */
	keys_put(events, 0, EV_KEY, KEY_RIGHTCTRL, 0);
	heard = heard_by(&keys, events);
	assert_string_equal(heard, "12\n");
}

/* Grabbed while a scan was under way: its rest is no code, nor is what follows without a pause. */
static void half_a_scan_after_the_grab_is_never_a_code(void **state)
{
	g_autoptr(GArray) events = no_events();
	struct key_line keys = {0};
	g_autofree char *heard = NULL;
	int64_t at_ms;

	(void)state;
	key_line_deafen(&keys, 1000);
	at_ms = keys_type(events, 1001, 2, "3456785VN\nRR123456785VN\n");
	at_ms = keys_type(events, at_ms + KEY_LINE_IDLE_MS, 2, "EE123456785VN\n");
	keys_type(events, at_ms + 5, 2, "CA123456785VN\n");
	heard = heard_by(&keys, events);
	assert_string_equal(heard, LOST LOST "EE123456785VN\nCA123456785VN\n");
}

/* The Enter of the command line that started us is a hand's, not half a scan. */
static void a_key_of_before_is_no_lost_scan(void **state)
{
	g_autoptr(GArray) events = no_events();
	struct key_line keys = {0};
	g_autofree char *heard = NULL;

	(void)state;
	key_line_deafen(&keys, 1000);
	keys_put(events, 1050, EV_KEY, KEY_ENTER, 0);
	keys_type(events, 1060, 0, "\n");
	keys_type(events, 5000, 2, "EE123456785VN\n");
	heard = heard_by(&keys, events);
	assert_string_equal(heard, "EE123456785VN\n");
}

static void events_that_the_kernel_dropped_spoil_the_scan_and_no_more(void **state)
{
	g_autoptr(GArray) events = no_events();
	struct key_line keys = {0};
	g_autofree char *heard = NULL;
	int64_t at_ms;

	(void)state;
	keys_put(events, 900, EV_KEY, KEY_LEFTSHIFT, 1); /* its release is among the dropped */
	at_ms = keys_type(events, 1000, 1, "EE1234");
	keys_put(events, at_ms, EV_SYN, SYN_DROPPED, 0);
	keys_put(events, at_ms, EV_KEY, KEY_7, 1); /* of the same report: worth nothing */
	keys_put(events, at_ms, EV_SYN, SYN_REPORT, 0);
	at_ms = keys_type(events, at_ms + 1, 1, "85VN\n");
	keys_type(events, at_ms + KEY_LINE_IDLE_MS, 1, "RR123456785VN\n12-\n");
	heard = heard_by(&keys, events);
	assert_string_equal(heard, LOST LOST "RR123456785VN\n12-\n");
}

static void a_thousand_scans_without_a_pause_are_a_thousand(void **state)
{
	g_autoptr(GArray) events = no_events();
	g_autoptr(GString) wanted = g_string_new(NULL);
	struct key_line keys = {0};
	g_autofree char *heard = NULL;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		g_string_append_printf(wanted, "KH-%08d\n", i);
	}
	keys_type(events, 1000, 1, wanted->str);
	heard = heard_by(&keys, events);
	assert_string_equal(heard, wanted->str);
}

/* The same through the source, from a pipe that cuts the events anywhere. */
static void a_recording_is_read_through_the_device_source(void **state)
{
	g_autoptr(GArray) events = no_events();
	g_autoptr(GString) notes = g_string_new(NULL);
	g_autofree char *folder = g_dir_make_tmp("hoso-keys-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "events", NULL);
	struct source *source;
	enum source_state end = SOURCE_OPEN;

	(void)state;
	keys_type(events, 1000, 1, "EE123456785VN\nRR123456785VN\nCA123");
	assert_true(g_file_set_contents(
		path, events->data, (gssize)(events->len * sizeof(struct input_event)) - 7, NULL));
	assert_int_equal(device_source_new(path, &source), HOSO_OK);
	assert_int_equal(source->ops->poll_fd(source), -1);
	for (int i = 0; end == SOURCE_OPEN && i < 1000; i++) {
		end = source->ops->read(source, note, notes);
	}
	assert_int_equal(end, SOURCE_ENDED);
	assert_string_equal(notes->str, "EE123456785VN\nRR123456785VN\nCA123\n");
	source->ops->free(source);
	unlink(path);
	rmdir(folder);
}

static void what_is_no_scanner_is_refused(void **state)
{
	struct source *source = NULL;

	(void)state;
	assert_int_equal(device_source_new("/dev/input/no-such", &source), HOSO_NOT_FOUND);
	assert_int_equal(device_source_new("ffff:fffe", &source), HOSO_NOT_FOUND);
	assert_int_equal(device_source_new("list", &source), HOSO_NOT_FOUND);
	assert_int_equal(device_source_new("/dev/null", &source), HOSO_FILE);
	assert_null(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(enter_and_tab_end_a_code),
		cmocka_unit_test(the_layout_is_a_us_keyboards),
		cmocka_unit_test(caps_lock_turns_letters_only),
		cmocka_unit_test(what_is_no_typing_is_not_typed),
		cmocka_unit_test(half_a_scan_after_the_grab_is_never_a_code),
		cmocka_unit_test(a_key_of_before_is_no_lost_scan),
		cmocka_unit_test(events_that_the_kernel_dropped_spoil_the_scan_and_no_more),
		cmocka_unit_test(a_thousand_scans_without_a_pause_are_a_thousand),
		cmocka_unit_test(a_recording_is_read_through_the_device_source),
		cmocka_unit_test(what_is_no_scanner_is_refused),
	};

	return cmocka_run_group_tests_name("key_line", tests, NULL, NULL);
}
