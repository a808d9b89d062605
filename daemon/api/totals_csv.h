#ifndef HOSO_API_TOTALS_CSV_H
#define HOSO_API_TOTALS_CSV_H

#include <stdbool.h>

#include <glib.h>

#include <hoso/error.h>
#include <hoso/limits.h>

#include "model/period.h"

/*
 * Figures from outside, as a spreadsheet saves them: CSV in UTF-8, a head of column names, comma or semicolon. Pure.
 * All that is wrong is found, not only the first.
 */

enum totals_what { TOTALS_TOTALS, TOTALS_FIGURES, TOTALS_WHAT_COUNT };

/** totals_what_wire() - "totals", "figures"; totals_what_parse(): TOTALS_WHAT_COUNT for what is none. */
const char *totals_what_wire(enum totals_what what);
enum totals_what totals_what_parse(const char *text);

enum {
	TOTAL_RECEIVED,
	TOTAL_RECEIVED_ONLINE,
	TOTAL_RESOLVED,
	TOTAL_RESOLVED_ONLINE,
	TOTAL_RETURNED,
	TOTAL_COUNT
};

/** struct totals_line - @line: of the file, from 1; the head is 1. @numbers: -1 is "not said". @figure: of figures. */
struct totals_line {
	unsigned line;
	struct period period;
	char place[WORD_MAX + 1]; /* agency, or office of a figure */
	char procedure[WORD_MAX + 1];
	char figure[32];
	int64_t numbers[TOTAL_COUNT]; /* of a figure the first */
	char source[WORD_MAX + 1];
};

/* clang-format off */
/* What is wrong, and what to do. */
#define TOTALS_REASONS(X) \
	X(TOTALS_UNKNOWN_COLUMN, "Tên cột không được biết hoặc lặp lại. Xem hướng dẫn các cột.", "The column's name is not known, or is there twice. See which columns there are.") \
	X(TOTALS_COLUMN_MISSING, "Thiếu cột bắt buộc.", "This column is required.") \
	X(TOTALS_TOO_MANY_CELLS, "Nhiều ô hơn tiêu đề.", "The line has more cells than the head.") \
	X(TOTALS_BAD_QUOTE, "Dấu ngoặc kép không đóng.", "A quote is not closed.") \
	X(TOTALS_BAD_TEXT, "Ký tự không hợp lệ hoặc quá dài.", "The cell has characters that are not allowed, or is too long.") \
	X(TOTALS_TOO_FEW_CELLS, "Ít ô hơn tiêu đề.", "The line has fewer cells than the head.") \
	X(TOTALS_BAD_CUT, "Phải là calendar hoặc 15.", "It must be calendar or 15.") \
	X(TOTALS_BAD_PERIOD, "Phải là tháng 2026-01, quý 2026-Q1, nửa năm 2026-H1 hoặc năm 2026.", "It must be a month 2026-01, a quarter 2026-Q1, half a year 2026-H1, or a year 2026.") \
	X(TOTALS_BAD_NUMBER, "Phải là số nguyên không âm, không có dấu chấm hay dấu phẩy.", "It must be a whole number from 0 on, without dots or commas.") \
	X(TOTALS_MISSING, "Không được để trống.", "It must not be empty.") \
	X(TOTALS_MORE_THAN_WHOLE, "Lớn hơn tổng số của dòng.", "It is more than the whole of the line.") \
	X(TOTALS_NO_NUMBERS, "Dòng không có số liệu nào.", "The line has no number.") \
	X(TOTALS_BAD_FIGURE, "Phải là complaints, complaints_settled, compensated hoặc compensation.", "It must be complaints, complaints_settled, compensated or compensation.") \
	X(TOTALS_TWICE, "Trùng với một dòng trước trong tệp.", "An earlier line of the file is about the same.") \
	X(TOTALS_NO_LINES, "Tệp không có dòng số liệu nào.", "The file has no line with figures.") \
	X(TOTALS_UNKNOWN_OFFICE, "Không có bưu cục này trong phạm vi của bạn.", "There is no such office among yours.") \
	X(TOTALS_UNKNOWN_AGENCY, "Không có cơ quan này trong danh mục.", "The catalogue has no such agency.") \
	X(TOTALS_UNKNOWN_PROCEDURE, "Không có thủ tục này trong danh mục.", "The catalogue has no such procedure.")
/* clang-format on */

enum totals_reason {
#define X(name, vi, en) name,
	TOTALS_REASONS(X)
#undef X
		TOTALS_REASON_COUNT
};

const char *totals_reason_text(enum totals_reason reason, enum hoso_language language);

/** struct totals_error - @column: of the head; "" is the whole line. */
struct totals_error {
	unsigned line;
	char column[32];
	enum totals_reason why;
};

/** struct totals_file - arrays of the structs above. */
struct totals_file {
	enum totals_what what;
	GArray *lines, *errors;
};

/**
 * totals_csv_read() - @ret_file is to be ended by totals_file_done(), whatever comes back.
 *
 * Errors: HOSO_BAD_UTF8; HOSO_TOO_MANY lines. What is wrong in the lines stands in @ret_file->errors.
 */
enum hoso_error totals_csv_read(
	enum totals_what what, const char *text, size_t length, struct totals_file *ret_file);
void totals_file_done(struct totals_file *file);

/** totals_file_fail() - one more error, in the order of lines when all are known: totals_file_sort(). */
void totals_file_fail(
	struct totals_file *file, unsigned line, const char *column, enum totals_reason why);
void totals_file_sort(struct totals_file *file);

#endif
