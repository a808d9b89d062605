#ifndef HOSO_MODEL_CATALOGUE_H
#define HOSO_MODEL_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include <hoso/error.h>

/*
 * What the catalogue consists of: tables, their columns, and what may stand in a cell. One description is the
 * CSV's header, the JSON's members, and the reader of both. A cell is a text in one way of writing: whole numbers
 * in decimal, flags as true or false, days as YYYY-MM-DD, "" for nothing. Pure.
 */

enum catalogue_kind {
	CATALOGUE_OFFICES,
	CATALOGUE_AGENCIES,
	CATALOGUE_PROCEDURES,
	CATALOGUE_PAPERS,
	CATALOGUE_FEES,
	CATALOGUE_POSTAGE,
	CATALOGUE_CONCESSIONS,
	CATALOGUE_CALENDAR,
	CATALOGUE_AREAS,
	CATALOGUE_RELATIONS,
	CATALOGUE_TERMS,
	CATALOGUE_COUNT
};

enum cell_type {
	CELL_CODE,   /* [A-Z0-9][A-Z0-9._-]*, @max characters */
	CELL_WORD,   /* a code that others made: any text without spaces at its ends, @max bytes */
	CELL_TEXT,   /* one line, @max bytes */
	CELL_NOTE,   /* may have lines, @max bytes */
	CELL_NUMBER, /* whole, @min to @max */
	CELL_FLAG,
	CELL_DAY,
	CELL_CHOICE, /* one of @choices */
	CELL_LIST /* what belongs to a version, and has a file of its own: its lines, see CATALOGUE_LINE_END */
};

enum cell_need { CELL_KEY, CELL_REQUIRED, CELL_OPTIONAL };

#define CATALOGUE_CELLS_MAX 16

/* A list as one cell: cells and lines apart by what no cell may hold. */
#define CATALOGUE_CELL_END "\x1f"
#define CATALOGUE_LINE_END "\x1e"

/**
 * struct catalogue_column
 * @fallback: what a new row has when the cell is not there
 * @choices:  with a space between them
 */
struct catalogue_column {
	const char *name;
	enum cell_type type;
	enum cell_need need;
	int64_t min;
	int64_t max;
	const char *fallback;
	const char *choices;
};

/**
 * struct catalogue_table
 * @count:     columns; the lists of a version stand behind @file_count, for they are in no file of its own
 * @is_dated:  its last columns in the file are valid_from and valid_to
 * @owner:     whose versions its lines belong to, and @list: the column there; else its own kind and -1
 */
struct catalogue_table {
	const char *name;
	const struct catalogue_column *columns;
	int count;
	int file_count;
	int keys;
	bool is_dated;
	enum catalogue_kind owner;
	int list;
};

const struct catalogue_table *catalogue_table(enum catalogue_kind kind);

/** catalogue_kind_from_name() - CATALOGUE_COUNT for none. */
enum catalogue_kind catalogue_kind_from_name(const char *name);

/** catalogue_column() - its place; -1 for none. */
int catalogue_column(const struct catalogue_table *table, const char *name);

/* Where the columns stand that rules speak of; -1 where a table has none of that name. */
#define OFFICE_PARENT 2
#define PLACE_MERGED(kind) ((kind) == CATALOGUE_OFFICES ? 4 : (kind) == CATALOGUE_AGENCIES ? 3 : -1)
#define PLACE_AREA(kind) ((kind) == CATALOGUE_OFFICES ? 3 : (kind) == CATALOGUE_AGENCIES ? 2 : -1)
#define PROCEDURE_DAYS 7
#define PROCEDURE_PAPERS 12
#define PROCEDURE_FEES 13
int catalogue_from(const struct catalogue_table *table); /* of valid_from; -1 */
int catalogue_to(const struct catalogue_table *table);   /* of valid_to; -1 */

/* Why a line is refused: token, Vietnamese, English; each says what to do. */
/* clang-format off */
#define CATALOGUE_REASONS(X) \
	X(CATALOGUE_FINE, "fine", "", "") \
	X(CATALOGUE_NOT_UTF8, "not_utf8", "Tệp không phải UTF-8. Trong Excel: Lưu thành, chọn “CSV UTF-8”.", "The file is not UTF-8. In Excel: Save As, “CSV UTF-8”.") \
	X(CATALOGUE_BAD_QUOTE, "bad_quote", "Dấu ngoặc kép không khớp. Đặt cả ô trong ngoặc kép, ngoặc kép bên trong viết hai lần.", "A quote does not match. Put the whole cell into quotes, and write a quote inside twice.") \
	X(CATALOGUE_FILE_TOO_LONG, "too_many_lines", "Tệp quá nhiều dòng. Hãy chia thành nhiều tệp.", "The file has too many lines. Split it.") \
	X(CATALOGUE_NO_HEADER, "no_header", "Tệp trống, hoặc thiếu dòng tên cột. Hãy xuất bảng này để lấy mẫu.", "The file is empty, or has no line with the columns' names. Export the table for a sample.") \
	X(CATALOGUE_UNKNOWN_COLUMN, "unknown_column", "Không có cột này. Xóa cột hoặc sửa tên cột.", "There is no such column. Remove it, or mend its name.") \
	X(CATALOGUE_COLUMN_TWICE, "column_twice", "Cột này có hai lần.", "The column is there twice.") \
	X(CATALOGUE_COLUMN_MISSING, "column_missing", "Thiếu cột bắt buộc này.", "This column is required.") \
	X(CATALOGUE_TOO_MANY_CELLS, "too_many_cells", "Dòng có nhiều ô hơn số cột. Ô có dấu phân cách phải đặt trong ngoặc kép.", "The line has more cells than there are columns. A cell with a separator in it must be in quotes.") \
	X(CATALOGUE_MISSING, "missing", "Ô này không được để trống.", "This cell must not be empty.") \
	X(CATALOGUE_TOO_LONG, "too_long", "Nội dung ô quá dài.", "The cell is too long.") \
	X(CATALOGUE_BAD_TEXT, "bad_text", "Ô có ký tự điều khiển hoặc xuống dòng.", "The cell has control characters or a line break.") \
	X(CATALOGUE_BAD_CODE, "bad_code", "Mã chỉ gồm chữ in hoa không dấu, số, dấu chấm, gạch ngang, gạch dưới.", "A code has capital letters without marks, digits, dots, dashes and underscores.") \
	X(CATALOGUE_BAD_NUMBER, "bad_number", "Phải là số nguyên trong khoảng cho phép, không có dấu phân cách hàng nghìn.", "It must be a whole number within the bounds, without separators of thousands.") \
	X(CATALOGUE_BAD_FLAG, "bad_flag", "Phải là có hoặc không (true/false, 1/0).", "It must be yes or no (true/false, 1/0).") \
	X(CATALOGUE_BAD_DAY, "bad_day", "Phải là một ngày có thật, dạng 2026-01-31 hoặc 31/01/2026.", "It must be a day that exists, as 2026-01-31 or 31/01/2026.") \
	X(CATALOGUE_BAD_CHOICE, "bad_choice", "Giá trị không nằm trong các lựa chọn của cột này.", "The value is none of this column's choices.") \
	X(CATALOGUE_TWICE, "twice", "Mục này đã có ở một dòng khác trong tệp.", "The same thing stands in another line of the file.") \
	X(CATALOGUE_DAYS_DIFFER, "days_differ", "Các dòng của cùng một thủ tục phải có cùng ngày hiệu lực.", "The lines of one procedure must have the same valid_from.") \
	X(CATALOGUE_UNKNOWN_REFERENCE, "unknown_reference", "Không có mã này trong danh mục vào ngày hiệu lực. Hãy nhập mục đó trước.", "The catalogue does not have this code on that day. Import that first.") \
	X(CATALOGUE_RING, "ring", "Đơn vị không thể nằm dưới chính nó.", "An office cannot be below itself.") \
	X(CATALOGUE_IN_USE, "in_use", "Còn đơn vị trực thuộc. Chuyển các đơn vị đó trước, hoặc ghi merged_into.", "Offices hang below it. Move them first, or say merged_into.") \
	X(CATALOGUE_PAST, "past", "Ngày hiệu lực đã qua mà nội dung thay đổi: hồ sơ đã nhận giữ bản cũ. Ghi hôm nay hoặc ngày sau, hoặc để trống.", "The day is past and the content differs: dossiers keep what they were taken in under. Say today or later, or leave it empty.") \
	X(CATALOGUE_TOO_FAR, "too_far", "Ngày quá xa. Kiểm tra lại năm.", "The day is too far away. Check the year.") \
	X(CATALOGUE_ENDS_BEFORE, "ends_before", "Ngày hết hiệu lực phải sau ngày hiệu lực, và không trước hôm nay.", "It must end after it begins, and not before today.") \
	X(CATALOGUE_OVERLAP, "overlap", "Trùng thời gian với một bản khác của cùng mã.", "It overlaps another version of the same code.") \
	X(CATALOGUE_MERGED_OPEN, "merged_open", "Có merged_into thì phải có valid_to: ngày sáp nhập.", "merged_into needs valid_to: the day of the merger.") \
	X(CATALOGUE_SAME_AREA, "same_area", "Hai địa bàn phải khác nhau; trong một địa bàn luôn là district.", "The two areas must differ; within one it is always district.") \
	X(CATALOGUE_SLIP_SHORT, "slip_short", "Thời hạn khi phải mang giấy hẹn về không thể ngắn hơn thời hạn gửi.", "The term with a slip cannot be shorter than the one without.") \
	X(CATALOGUE_MERGED_SELF, "merged_self", "Không thể sáp nhập vào chính mình.", "It cannot be merged into itself.")
/* clang-format on */

enum catalogue_reason {
#define X(name, wire, vi, en) name,
	CATALOGUE_REASONS(X)
#undef X
		CATALOGUE_REASON_COUNT
};

const char *catalogue_reason_wire(enum catalogue_reason reason);
const char *catalogue_reason_text(enum catalogue_reason reason, enum hoso_language language);

/**
 * catalogue_cell() - what a person wrote, in the one way of writing.
 * @text:     any UTF-8; brought into NFC, blanks at its ends are dropped
 * @ret_cell: owned by the caller; written only when it is CATALOGUE_FINE
 *
 * Empty is refused where the column needs something, and fine otherwise.
 */
enum catalogue_reason catalogue_cell(
	const struct catalogue_column *column, const char *text, char **ret_cell);

/* Days as whole numbers: since 1970-01-01, as clock_local_day(). */
#define CATALOGUE_NEVER INT32_MAX
bool catalogue_parse_day(const char *text, int32_t *ret_day); /* YYYY-MM-DD */
void catalogue_format_day(int32_t day, char ret_text[11]);    /* "" for CATALOGUE_NEVER */

#endif
