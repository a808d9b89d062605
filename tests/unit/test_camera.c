#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

#include "camera.h"
#include "camera_source.h"

static void the_brightness_of_yuyv_is_every_other_byte(void **state)
{
	/* Two rows of two pixels, with two bytes of padding behind each row. */
	static const uint8_t frame[] = {10, 0, 20, 0, 9, 9, 30, 0, 40, 0, 9, 9};
	struct grey grey = {0};

	(void)state;
	assert_int_equal(camera_grey_from_yuyv(frame, sizeof frame, 2, 2, 6, &grey), HOSO_OK);
	assert_memory_equal(grey.pixels, ((const uint8_t[]){10, 20, 30, 40}), 4);
	grey_done(&grey);
}

static void a_frame_that_is_short_of_its_sizes_is_refused(void **state)
{
	static const uint8_t frame[12];
	struct grey grey = {0};

	(void)state;
	assert_int_equal(camera_grey_from_yuyv(frame, 11, 2, 2, 6, &grey), HOSO_BAD_PICTURE);
	assert_int_equal(camera_grey_from_yuyv(frame, 12, 4, 2, 6, &grey), HOSO_BAD_PICTURE);
	assert_int_equal(camera_grey_from_yuyv(frame, 12, 0, 2, 6, &grey), HOSO_BAD_PICTURE);
	assert_int_equal(camera_grey_from_yuyv(frame, 12, 2, 0, 6, &grey), HOSO_BAD_PICTURE);
	assert_int_equal(camera_grey_from_yuyv(frame, 12, 2, 4000000000u, SIZE_MAX / 2, &grey),
		HOSO_BAD_PICTURE);
	assert_null(grey.pixels);
}

static void what_is_no_camera_is_refused(void **state)
{
	struct frame_source *source = NULL;

	(void)state;
	assert_int_equal(camera_open("/dev/no-such-camera", &source), HOSO_NOT_FOUND);
	assert_int_equal(camera_open("/dev/null", &source), HOSO_FILE);
	assert_null(source);
}

static char *write_file(const char *folder, const char *name, const char *content)
{
	char *path = g_build_filename(folder, name, NULL);

	assert_true(g_file_set_contents(path, content, -1, NULL));
	return path;
}

static bool count_looks(void *context, const struct source_look *look)
{
	unsigned *looks = context;

	(void)look;
	(*looks)++;
	return true;
}

/* A frame without a code, or a broken one, is no look: a camera shows thousands of them. */
static void files_stand_in_for_a_camera(void **state)
{
	g_autofree char *folder = g_dir_make_tmp("hoso-camera-XXXXXX", NULL);
	g_autofree char *empty = write_file(folder, "a.pgm", "P5 2 1 255\n##");
	g_autofree char *broken = write_file(folder, "b.pgm", "P5 9 9 255\n#");
	const char *const paths[] = {empty, broken, "/nonexistent.png", NULL};
	struct source *source =
		camera_source_from(camera_open_files(paths), "files", (struct camera_view){0});
	unsigned looks = 0;

	(void)state;
	assert_true(source->ops->live);
	assert_int_equal(source->ops->poll_fd(source), -1);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(source->ops->read(source, count_looks, &looks), SOURCE_OPEN);
	}
	assert_int_equal(source->ops->read(source, count_looks, &looks), SOURCE_ENDED);
	assert_int_equal(looks, 0);
	source->ops->free(source);
	unlink(empty);
	unlink(broken);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_brightness_of_yuyv_is_every_other_byte),
		cmocka_unit_test(a_frame_that_is_short_of_its_sizes_is_refused),
		cmocka_unit_test(what_is_no_camera_is_refused),
		cmocka_unit_test(files_stand_in_for_a_camera),
	};

	return cmocka_run_group_tests_name("camera", tests, NULL, NULL);
}
