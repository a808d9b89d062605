/*
 * Hands in a guest machine: they make devices that only a kernel can make, and use them.
 *
 *   guest_hands scanner VENDOR:PRODUCT NAME    a keyboard; each line "MICROSECONDS TEXT" of standard input is typed on
 *                                              it, with so long a pause between two events, and Enter; then it
 *                                              says "typed"
 *   guest_hands watch DEVICE SECONDS           how many key presses does somebody else see?
 *   guest_hands camera DEVICE FORMAT WIDTH HEIGHT FILE FRAMES   the frame in FILE, 20 times a second
 */
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <linux/input.h>
#include <linux/uinput.h>
#include <linux/videodev2.h>

#define FRAME_MAX (4 * 1024 * 1024)

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static void pause_us(long us)
{
	struct timespec time = {us / 1000000, us % 1000000 * 1000};

	nanosleep(&time, NULL);
}

static unsigned key_of(char character)
{
	static const char rows[] = "1234567890-=\0\0QWERTYUIOP\0\0\0\0ASDFGHJKL\0\0\0\0\0ZXCVBNM";
	const char *found = character ? memchr(rows, character, sizeof rows - 1) : NULL;

	return found ? KEY_1 + (unsigned)(found - rows) : KEY_SPACE;
}

static void put(int device, unsigned type, unsigned code, int value)
{
	struct input_event event = {
		.type = (unsigned short)type, .code = (unsigned short)code, .value = value};

	if (write(device, &event, sizeof event) != sizeof event) {
		exit(fail("uinput"));
	}
}

static void turn_key(int device, unsigned key, int value, long us)
{
	put(device, EV_KEY, key, value);
	put(device, EV_SYN, SYN_REPORT, 0);
	pause_us(us);
}

static void type_one(int device, unsigned key, bool shift, long us)
{
	if (shift) {
		turn_key(device, KEY_LEFTSHIFT, 1, us);
	}
	turn_key(device, key, 1, us);
	turn_key(device, key, 0, us);
	if (shift) {
		turn_key(device, KEY_LEFTSHIFT, 0, us);
	}
}

static int make_scanner(const char *usb, const char *name)
{
	struct uinput_setup setup = {.id = {.bustype = BUS_USB}};
	int device = open("/dev/uinput", O_WRONLY | O_CLOEXEC);
	char *product;

	setup.id.vendor = (unsigned short)strtoul(usb, &product, 16);
	setup.id.product = (unsigned short)strtoul(product + 1, NULL, 16);
	snprintf(setup.name, sizeof setup.name, "%s", name);
	ioctl(device, UI_SET_EVBIT, EV_KEY);
	for (int key = KEY_ESC; key < KEY_F1; key++) {
		ioctl(device, UI_SET_KEYBIT, key);
	}
	if (ioctl(device, UI_DEV_SETUP, &setup) < 0 || ioctl(device, UI_DEV_CREATE) < 0) {
		return -1;
	}
	return device;
}

static int scanner(const char *usb, const char *name)
{
	int device = make_scanner(usb, name);
	char line[256];

	if (device < 0) {
		return fail("uinput");
	}
	while (fgets(line, sizeof line, stdin)) {
		char *text;
		long us = strtol(line, &text, 10);
		for (text += *text == ' '; *text && *text != '\n'; text++) {
			type_one(device, key_of(*text), *text >= 'A', us);
		}
		type_one(device, KEY_ENTER, false, us);
		puts("typed");
		fflush(stdout);
	}
	return 0;
}

static int watch(const char *path, int seconds)
{
	int device = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct pollfd wait = {.fd = device, .events = POLLIN};
	time_t end = time(NULL) + seconds;
	unsigned pressed = 0;

	if (device < 0) {
		return fail(path);
	}
	while (time(NULL) < end) {
		struct input_event event;
		poll(&wait, 1, 100);
		while (read(device, &event, sizeof event) == sizeof event) {
			pressed += event.type == EV_KEY && event.value == 1;
		}
	}
	printf("pressed %u\n", pressed);
	return 0;
}

static bool set_format(int device, const char *word, char **sizes, size_t length)
{
	struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_OUTPUT};

	format.fmt.pix.width = (unsigned)strtoul(sizes[0], NULL, 10);
	format.fmt.pix.height = (unsigned)strtoul(sizes[1], NULL, 10);
	format.fmt.pix.pixelformat =
		strcmp(word, "mjpg") == 0 ? V4L2_PIX_FMT_MJPEG : V4L2_PIX_FMT_YUYV;
	format.fmt.pix.field = V4L2_FIELD_NONE;
	format.fmt.pix.bytesperline = 2 * format.fmt.pix.width;
	format.fmt.pix.sizeimage = (unsigned)length;
	return ioctl(device, VIDIOC_S_FMT, &format) == 0;
}

static int camera(const char *path, const char *word, char **sizes, const char *file, int frames)
{
	char *frame = malloc(FRAME_MAX);
	FILE *from = fopen(file, "rb");
	size_t length = from ? fread(frame, 1, FRAME_MAX, from) : 0;
	int device = open(path, O_RDWR | O_CLOEXEC);

	if (length == 0 || device < 0 || !set_format(device, word, sizes, length)) {
		return fail(path);
	}
	puts("filming");
	fflush(stdout);
	for (int i = 0; i < frames; i++) {
		if (write(device, frame, length) != (ssize_t)length) {
			return fail("frame");
		}
		pause_us(50000);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "scanner") == 0) {
		return scanner(argv[2], argv[3]);
	}
	if (argc == 4 && strcmp(argv[1], "watch") == 0) {
		return watch(argv[2], (int)strtol(argv[3], NULL, 10));
	}
	if (argc == 8 && strcmp(argv[1], "camera") == 0) {
		return camera(argv[2], argv[3], argv + 4, argv[6], (int)strtol(argv[7], NULL, 10));
	}
	return fail("usage");
}
