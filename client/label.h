#ifndef HOSO_CLIENT_LABEL_H
#define HOSO_CLIENT_LABEL_H

#include "facts.h"
#include "sheet/sheet.h"

#define LABEL_SIDE_MIN_MM 25.0
#define LABEL_SIDE_MAX_MM 450.0

/**
 * label_compose() - one label on the sheet's last page: Code 128, its text, a QR code of the same text, from whom, to
 * whom. Letters become smaller until everything fits; what does not fit then is HOSO_TOO_LARGE in sheet->error.
 */
void label_compose(struct sheet *sheet, const struct measure *measure, const struct facts *facts);

#endif
