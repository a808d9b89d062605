#include "key_line.h"

#include "base/attr.h"

#define VALUE_RELEASED 0
#define VALUE_PRESSED 1 /* 2 is the kernel's own repeat of a held key, which no scanner means */

/* Plain and with Shift; 0 for keys that type nothing. The numbers of the kernel's input-event-codes.h. */
/* clang-format off */
static const char layout[][2] = {
	[KEY_1] = "1!", [KEY_2] = "2@", [KEY_3] = "3#", [KEY_4] = "4$", [KEY_5] = "5%",
	[KEY_6] = "6^", [KEY_7] = "7&", [KEY_8] = "8*", [KEY_9] = "9(", [KEY_0] = "0)",
	[KEY_A] = "aA", [KEY_B] = "bB", [KEY_C] = "cC", [KEY_D] = "dD", [KEY_E] = "eE", [KEY_F] = "fF",
	[KEY_G] = "gG", [KEY_H] = "hH", [KEY_I] = "iI", [KEY_J] = "jJ", [KEY_K] = "kK", [KEY_L] = "lL",
	[KEY_M] = "mM", [KEY_N] = "nN", [KEY_O] = "oO", [KEY_P] = "pP", [KEY_Q] = "qQ", [KEY_R] = "rR",
	[KEY_S] = "sS", [KEY_T] = "tT", [KEY_U] = "uU", [KEY_V] = "vV", [KEY_W] = "wW", [KEY_X] = "xX",
	[KEY_Y] = "yY", [KEY_Z] = "zZ",
	[KEY_MINUS] = "-_", [KEY_EQUAL] = "=+", [KEY_LEFTBRACE] = "[{", [KEY_RIGHTBRACE] = "]}",
	[KEY_SEMICOLON] = ";:", [KEY_APOSTROPHE] = "'\"", [KEY_GRAVE] = "`~", [KEY_BACKSLASH] = "\\|",
	[KEY_COMMA] = ",<", [KEY_DOT] = ".>", [KEY_SLASH] = "/?", [KEY_SPACE] = "  ",
	/* the number pad, Num Lock or not: a scanner means the digits */
	[KEY_KP0] = "00", [KEY_KP1] = "11", [KEY_KP2] = "22", [KEY_KP3] = "33", [KEY_KP4] = "44",
	[KEY_KP5] = "55", [KEY_KP6] = "66", [KEY_KP7] = "77", [KEY_KP8] = "88", [KEY_KP9] = "99",
	[KEY_KPDOT] = "..", [KEY_KPMINUS] = "--", [KEY_KPPLUS] = "++", [KEY_KPASTERISK] = "**",
	[KEY_KPSLASH] = "//", [KEY_KPEQUAL] = "==",
};
/* clang-format on */

static bool is_letter(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool ends(const struct key_line *keys, unsigned code)
{
	bool control = keys->control[0] || keys->control[1];

	/* Some scanners type Enter as Ctrl-M or Ctrl-J. */
	return code == KEY_ENTER || code == KEY_KPENTER || code == KEY_TAB ||
	       (control && (code == KEY_M || code == KEY_J));
}

static char typed_by(const struct key_line *keys, unsigned code)
{
	bool shift = keys->shift[0] || keys->shift[1];

	if (code >= ARRAY_SIZE(layout) || keys->control[0] || keys->control[1] ||
		keys->alternate[0] || keys->alternate[1]) {
		return '\0';
	}
	if (keys->caps_lock && is_letter(layout[code][0])) {
		shift = !shift;
	}
	return layout[code][shift];
}

/* True when the key is one that only changes what others type. */
static bool take_modifier(struct key_line *keys, unsigned code, int value)
{
	bool held = value != VALUE_RELEASED;

	switch (code) {
	case KEY_LEFTSHIFT:
	case KEY_RIGHTSHIFT:
		keys->shift[code == KEY_RIGHTSHIFT] = held;
		return true;
	case KEY_LEFTCTRL:
	case KEY_RIGHTCTRL:
		keys->control[code == KEY_RIGHTCTRL] = held;
		return true;
	case KEY_LEFTALT:
	case KEY_RIGHTALT:
		keys->alternate[code == KEY_RIGHTALT] = held;
		return true;
	case KEY_CAPSLOCK:
		keys->caps_lock ^= value == VALUE_PRESSED;
		return true;
	default:
		return false;
	}
}

void key_line_deafen(struct key_line *keys, int64_t now_ms)
{
	bool caps_lock = keys->caps_lock;

	*keys = (struct key_line){.caps_lock = caps_lock, .deaf = true, .last_ms = now_ms};
}

/* True when the event is not to be heard. */
static bool is_deaf(struct key_line *keys, const struct input_event *event, int64_t now_ms,
	const char *from, source_looked looked, void *context)
{
	bool idle = now_ms - keys->last_ms >= KEY_LINE_IDLE_MS;

	keys->last_ms = now_ms;
	if (!keys->deaf) {
		return false;
	}
	if (idle && event->value == VALUE_PRESSED) {
		keys->deaf = keys->missed = false;
	} else if (event->value == VALUE_PRESSED && ends(keys, event->code)) {
		struct source_look look = {.matter = SOURCE_LOST, .from = from};
		if (keys->missed) {
			looked(context, &look);
		}
		keys->missed = false;
	} else if (event->value == VALUE_PRESSED) {
		keys->missed |= typed_by(keys, event->code) != '\0';
	}
	return keys->deaf;
}

/* What is lost may be the end of one scan, whole ones, and the beginning of another: all is to be made again. */
static void lose(struct key_line *keys, int64_t now_ms, const char *from, source_looked looked,
	void *context)
{
	struct source_look look = {.matter = SOURCE_LOST, .from = from};

	key_line_deafen(keys, now_ms);
	keys->broken = true;
	looked(context, &look);
}

static bool is_report(const struct input_event *event)
{
	return event->type == EV_SYN && event->code == SYN_REPORT;
}

void key_line_feed(struct key_line *keys, const struct input_event *event, const char *from,
	source_looked looked, void *context)
{
	int64_t now_ms = event->input_event_sec * 1000LL + event->input_event_usec / 1000;
	char byte;

	if (event->type == EV_SYN && event->code == SYN_DROPPED) {
		lose(keys, now_ms, from, looked, context);
		return;
	}
	if (keys->broken) {
		keys->broken = !is_report(event);
		return;
	}
	if (event->type != EV_KEY || is_deaf(keys, event, now_ms, from, looked, context) ||
		take_modifier(keys, event->code, event->value) || event->value != VALUE_PRESSED) {
		return;
	}
	if (ends(keys, event->code)) {
		text_line_end(&keys->line, from, 0, looked, context);
		return;
	}
	byte = typed_by(keys, event->code);
	if (byte) {
		text_line_add(&keys->line, byte);
	}
}
