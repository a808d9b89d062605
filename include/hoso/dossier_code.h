#ifndef HOSO_DOSSIER_CODE_H
#define HOSO_DOSSIER_CODE_H

#include <stddef.h>

#include <hoso/error.h>
#include <hoso/limits.h>

/** struct dossier_code - mã số hồ sơ: opaque, never rewritten; comes only from dossier_code_parse(). */
struct dossier_code {
	char text[DOSSIER_CODE_MAX + 1];
};

/* The generations seen, for classification only; storage takes all. Source: domain 2.1. */
enum dossier_code_shape {
	DOSSIER_CODE_OTHER,
	DOSSIER_CODE_UNIT_LAST,  /* 000.00.05.H06-210715-0001, QCVN 102:2016 */
	DOSSIER_CODE_UNIT_FIRST, /* G01.899.909-260916-890028, QĐ 20/2020 */
	DOSSIER_CODE_INSURANCE,  /* 03706/2026/07906, bảo hiểm xã hội */
};

/**
 * dossier_code_parse() - read a dossier code; surrounding space and letter case are undone.
 *
 * Takes ^[A-Z0-9][A-Z0-9.\-/]{4,59}$ with at least one digit; else HOSO_BAD_DOSSIER_CODE, and a text of
 * S10's shape is refused too: it is an item's.
 */
enum hoso_error dossier_code_parse(const char *text, size_t length, struct dossier_code *ret_code);

/**
 * dossier_code_find() - the first strict dossier code inside a text, such as a look-up URL in a QR code.
 * HOSO_BAD_DOSSIER_CODE when there is none.
 */
enum hoso_error dossier_code_find(const char *text, size_t length, struct dossier_code *ret_code);

enum dossier_code_shape dossier_code_shape(const struct dossier_code *code);

#endif
