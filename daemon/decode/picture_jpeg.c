#include "decode/picture.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>
#include <jpeglib.h>

#include "base/attr.h"
#include "decode/retouch.h"

/* struct exif - a TIFF directory inside a JPEG; numbers in the file's own byte order. */
struct exif {
	const uint8_t *bytes;
	size_t length;
	int big_endian;
};

static uint32_t exif_number(const struct exif *exif, size_t at, unsigned size)
{
	uint32_t number = 0;

	if (at > exif->length || exif->length - at < size) {
		return 0;
	}
	for (unsigned i = 0; i < size; i++) {
		number = number << 8 | exif->bytes[at + (exif->big_endian ? i : size - 1 - i)];
	}
	return number;
}

#define EXIF_HEAD 6
#define EXIF_ENTRY 12
#define EXIF_ORIENTATION 0x0112
#define EXIF_ENTRIES_MAX 100

/* 1 to 8 as EXIF 2.3 has it; 1, upright, when the marker does not say, or says nonsense. */
static unsigned exif_orientation(const uint8_t *marker, size_t length)
{
	struct exif exif;
	uint32_t directory, entries;

	if (length < EXIF_HEAD + 8 || memcmp(marker, "Exif\0\0", EXIF_HEAD) != 0) {
		return 1;
	}
	exif = (struct exif){marker + EXIF_HEAD, length - EXIF_HEAD, marker[EXIF_HEAD] == 'M'};
	directory = exif_number(&exif, 4, 4);
	entries = MIN(exif_number(&exif, directory, 2), EXIF_ENTRIES_MAX);
	for (uint32_t i = 0; i < entries; i++) {
		size_t at = (size_t)directory + 2 + (size_t)i * EXIF_ENTRY;
		if (exif_number(&exif, at, 2) == EXIF_ORIENTATION) {
			uint32_t orientation = exif_number(&exif, at + 8, 2);
			return orientation >= 1 && orientation <= 8 ? orientation : 1;
		}
	}
	return 1;
}

static void make_upright(struct grey *grey, unsigned orientation)
{
	/* How the stored picture must be changed, by EXIF's number: mirror first, then turn
	 * clockwise. */
	static const struct {
		int mirror;
		unsigned quarters;
	} changes[] = {{0, 0}, {0, 0}, {1, 0}, {0, 2}, {1, 2}, {1, 3}, {0, 1}, {1, 1}, {0, 3}};
	struct grey upright;

	if (changes[orientation].mirror) {
		upright = retouch_mirror(grey);
		grey_done(grey);
		*grey = upright;
	}
	if (changes[orientation].quarters) {
		upright = retouch_quarter_turns(grey, changes[orientation].quarters);
		grey_done(grey);
		*grey = upright;
	}
}

/* struct jpeg - libjpeg's state; its errors jump to @failed. All that lives across the jump is
 * here. */
struct jpeg {
	struct jpeg_decompress_struct decoder;
	struct jpeg_error_mgr errors;
	jmp_buf failed;
	struct grey grey;
};

static void jpeg_fail(j_common_ptr decoder)
{
	struct jpeg *jpeg = container_of(decoder->err, struct jpeg, errors);

	longjmp(jpeg->failed, 1);
}

/* The file is a stranger's: what libjpeg thinks of it is not for the terminal. */
static void jpeg_say_nothing(j_common_ptr decoder)
{
	(void)decoder;
}

static void read_lines(struct jpeg *jpeg)
{
	while (jpeg->decoder.output_scanline < jpeg->decoder.output_height) {
		JSAMPROW row = grey_row(&jpeg->grey, jpeg->decoder.output_scanline);
		jpeg_read_scanlines(&jpeg->decoder, &row, 1);
	}
}

static enum hoso_error run_jpeg(struct jpeg *jpeg, const void *bytes, size_t length)
{
	unsigned orientation = 1;

	jpeg_mem_src(&jpeg->decoder, bytes, length);
	jpeg_save_markers(&jpeg->decoder, JPEG_APP0 + 1, 0xFFFF);
	jpeg_read_header(&jpeg->decoder, TRUE);
	for (jpeg_saved_marker_ptr marker = jpeg->decoder.marker_list; marker;
		marker = marker->next) {
		if (marker->marker == JPEG_APP0 + 1 && orientation == 1) {
			orientation = exif_orientation(marker->data, marker->data_length);
		}
	}
	jpeg->decoder.out_color_space = JCS_GRAYSCALE;
	jpeg_calc_output_dimensions(&jpeg->decoder);
	if (grey_init(&jpeg->grey, jpeg->decoder.output_width, jpeg->decoder.output_height)) {
		return HOSO_BAD_PICTURE;
	}
	jpeg_start_decompress(&jpeg->decoder);
	read_lines(jpeg);
	jpeg_finish_decompress(&jpeg->decoder);
	make_upright(&jpeg->grey, orientation);
	return HOSO_OK;
}

enum hoso_error picture_decode_jpeg(const void *bytes, size_t length, struct grey *ret_grey)
{
	g_autofree struct jpeg *jpeg = g_new0(struct jpeg, 1);
	enum hoso_error error;

	jpeg->decoder.err = jpeg_std_error(&jpeg->errors);
	jpeg->errors.error_exit = jpeg_fail;
	jpeg->errors.output_message = jpeg_say_nothing;
	if (setjmp(jpeg->failed)) {
		jpeg_destroy_decompress(&jpeg->decoder);
		grey_done(&jpeg->grey);
		return HOSO_BAD_PICTURE;
	}
	jpeg_create_decompress(&jpeg->decoder);
	error = run_jpeg(jpeg, bytes, length);
	jpeg_destroy_decompress(&jpeg->decoder);
	if (error) {
		return error;
	}
	*ret_grey = jpeg->grey;
	return HOSO_OK;
}
