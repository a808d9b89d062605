#include "decode/formats.h"

#include <glib.h>

static const double ratios[RATIOS] = {2, 2.5, 3};

struct bars *bars_new(void)
{
	struct bars *bars = g_new0(struct bars, 1);
	struct format *format = bars->formats;

	spelling_make_code_128(&bars->code_128[0], &bars->code_128[1], &bars->code_128[2]);
	spelling_make_ean(&bars->ean[0], &bars->ean[1], &bars->ean[2], &bars->ean[3]);
	*format++ = (struct format){SYMBOLOGY_CODE_128, &bars->code_128[0], &bars->code_128[1],
		&bars->code_128[2], NULL, NULL, 3, 34, 6, 14, false, 0, spelling_code_128};
	*format++ = (struct format){SYMBOLOGY_EAN_13, &bars->ean[0], &bars->ean[1], &bars->ean[0],
		&bars->ean[2], &bars->ean[3], 12, 12, 4, 12, false, 0, spelling_ean};
	for (unsigned i = 0; i < RATIOS; i++) {
		struct alphabet *star = bars->code_39[i];
		struct alphabet *itf = bars->itf[i];
		spelling_make_code_39(&star[0], &star[1], ratios[i]);
		spelling_make_itf(&itf[0], &itf[1], &itf[2], ratios[i]);
		*format++ = (struct format){SYMBOLOGY_CODE_39, &star[0], &star[1], &star[0], NULL,
			NULL, BARCODE_LENGTH_MIN, 30, 10, 20, true, 1, spelling_code_39};
		*format++ = (struct format){SYMBOLOGY_ITF, &itf[0], &itf[1], &itf[2], NULL, NULL,
			BARCODE_LENGTH_MIN / 2, 12, 10, 8, true, 0, spelling_itf};
	}
	return bars;
}

void bars_free(struct bars *bars)
{
	g_free(bars);
}

void format_chain(const struct format *format, unsigned data, struct fit_chain *ret_chain)
{
	ret_chain->count = 0;
	ret_chain->places[ret_chain->count++] = format->first;
	for (unsigned i = 0; i < data; i++) {
		if (format->middle && i == data / 2) {
			ret_chain->places[ret_chain->count++] = format->middle;
		}
		ret_chain->places[ret_chain->count++] =
			format->middle && i >= data / 2 ? format->right : format->data;
	}
	ret_chain->places[ret_chain->count++] = format->last;
}
