#ifndef HOSO_CLIENT_REASON_WORDS_H
#define HOSO_CLIENT_REASON_WORDS_H

#include <jansson.h>

#include <hoso/error.h>

/* Reasons and next steps as people read them. */

/** reason_words() - the Vietnamese words of a reason's code; the code itself when it is not known. */
const char *reason_words(const char *wire);

/** reason_words_step() - "Phát lại, từ 01/12/2026, trước hết 02/12/2026"; g_free(). */
char *reason_words_step(enum hoso_language language, const json_t *step);

#endif
