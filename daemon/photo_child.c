#include "photo_child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <glib.h>

#include <hoso/known_code.h>
#include <hoso/limits.h>

#include "decode/lockdown.h"
#include "decode/look.h"
#include "io/helper.h"

#define NICENESS 10 /* scans are answered first */

static bool fits(const struct barcode *barcode, void *context)
{
	(void)context;
	return known_code(barcode->text, barcode->length);
}

/* What a library has to say about a stranger's picture is not for the log; what the address sanitizer says is. */
static void silence(void)
{
	int null = HOSO_ADDRESS_SANITIZER ? -1 : open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (null >= 0) {
		dup2(null, STDERR_FILENO);
	}
}

int photo_child_main(bool all)
{
	const struct barcode_wish wish = {
		.fits = all ? NULL : fits, .budget_ms = BARCODE_BUDGET_MS};
	g_autoptr(GByteArray) picture = g_byte_array_new();
	g_autoptr(GByteArray) answer = g_byte_array_new();
	g_autofree struct barcode_list *list = g_new0(struct barcode_list, 1);
	uint8_t error;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_DUMPABLE, 0);
	setpriority(PRIO_PROCESS, 0, NICENESS);
	silence();
	if (!helper_read_question(picture, PICTURE_BYTES_MAX)) {
		return 1;
	}
	look_prepare(picture->data, picture->len);
	if (lockdown_enter(LOOK_MEMORY_BYTES, LOOK_CPU_MS)) {
		return 1;
	}
	error = (uint8_t)look_at(picture->data, picture->len, &wish, list);
	g_byte_array_append(answer, &error, 1);
	if (!error) {
		look_pack(list, answer);
	}
	return helper_write_answer(answer) ? 0 : 1;
}
