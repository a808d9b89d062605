#include "paper.h"

#define ROW_CELLS_MAX COMPOSE_COLUMNS_MAX

/* clang-format off */
static const struct column list_columns[] = {
	{"STT", 11, ALIGN_CENTRE, false},
	{"Số hiệu bưu gửi", 78, ALIGN_CENTRE, true},
	{"Loại", 22, ALIGN_LEFT, false},
	{"Người gửi", 48, ALIGN_LEFT, false},
	{"Người nhận, địa chỉ", 62, ALIGN_LEFT, false},
	{"Thu hộ", 26, ALIGN_RIGHT, false},
	{"Ghi chú", 24, ALIGN_LEFT, false},
};
static const struct column handover_columns[] = {
	{"STT", 11, ALIGN_CENTRE, false},
	{"Số hiệu bưu gửi (phiếu gửi)", 78, ALIGN_CENTRE, true},
	{"Mã hồ sơ", 48, ALIGN_LEFT, false},
	{"Người gửi", 44, ALIGN_LEFT, false},
	{"Thủ tục", 41, ALIGN_LEFT, false},
	{"Phí, lệ phí", 23, ALIGN_RIGHT, false},
	{"Đủ / Thiếu", 15, ALIGN_CENTRE, false},
	{"Ghi chú", 15, ALIGN_LEFT, false},
};
/* clang-format on */

static char *in_lines(const char *first, const char *second, const char *third)
{
	GString *text = g_string_new(first);
	const char *further[] = {second, third};

	for (size_t i = 0; i < G_N_ELEMENTS(further); i++) {
		if (*further[i]) {
			g_string_append_printf(text, "%s%s", text->len > 0 ? "\n" : "", further[i]);
		}
	}
	return g_string_free(text, FALSE);
}

static char **list_row(unsigned number, char *const *text)
{
	char **row = g_new0(char *, ROW_CELLS_MAX + 1);

	row[0] = g_strdup_printf("%u", number);
	row[1] = g_strdup(text[FACT_ITEM_CODE]);
	row[2] = g_strdup(text[FACT_LEG_KIND]);
	row[3] = g_strdup(text[FACT_SENDER_NAME]);
	row[4] = in_lines(
		text[FACT_RECEIVER_NAME], text[FACT_RECEIVER_ADDRESS], text[FACT_RECEIVER_PHONE]);
	row[5] = g_strdup(text[FACT_COLLECT]);
	row[6] = g_strdup(text[FACT_NOTE]);
	return row;
}

static char **handover_row(unsigned number, char *const *text)
{
	char **row = g_new0(char *, ROW_CELLS_MAX + 1);

	row[0] = g_strdup_printf("%u", number);
	row[1] = g_strdup(text[FACT_ITEM_CODE]);
	row[2] = g_strdup(text[FACT_DOSSIER_CODE]);
	row[3] = g_strdup(text[FACT_SENDER_NAME]);
	row[4] = g_strdup(text[FACT_PROCEDURE]);
	row[5] = g_strdup(text[FACT_FEE]);
	row[6] = g_strdup(text[FACT_COMPLETE]);
	row[7] = g_strdup(text[FACT_NOTE]);
	return row;
}

static void compose_rows(struct compose *compose, const struct column *columns, unsigned cells,
	char **(*row)(unsigned number, char *const *text), struct facts *const *facts,
	unsigned count)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);

	for (unsigned i = 0; i < count; i++) {
		g_ptr_array_add(rows, row(i + 1, facts[i]->text));
	}
	compose_table(compose, columns, cells, (const char *const *const *)rows->pdata, rows->len);
}

static void compose_total(struct compose *compose, const char *what, unsigned count)
{
	g_autofree char *text = g_strdup_printf("%s: %u", what, count);

	compose_text(compose, ALIGN_LEFT, 1, true, false, text);
}

/* Only a manifest that was closed has one: whoever holds the paper can ask whether the record is still the same. */
static void compose_hash(struct compose *compose, const char *hash)
{
	if (*hash) {
		compose_field(compose, "Mã kiểm chứng (SHA-256)", hash);
	}
}

void paper_list(struct compose *compose, struct facts *const *facts, unsigned count)
{
	static const char *const titles[] = {"NGƯỜI LẬP BẢNG KÊ", "NGƯỜI NHẬN"};
	char *const *text = facts[0]->text;
	const char *names[] = {text[FACT_FROM], text[FACT_TO]};

	compose_heading(compose, text[FACT_OFFICE], text[FACT_NUMBER]);
	compose_title(compose, "BẢNG KÊ BƯU GỬI", NULL);
	compose_fields(compose, "Nơi giao", text[FACT_FROM_UNIT], "Nơi nhận", text[FACT_TO_UNIT]);
	compose_fields(compose, "Túi / tuyến phát số", "", "Giờ giao", "");
	compose_rows(compose, list_columns, G_N_ELEMENTS(list_columns), list_row, facts, count);
	compose_total(compose, "Tổng số bưu gửi", count);
	compose_hash(compose, text[FACT_HASH]);
	compose_date(compose, text[FACT_PLACE], text[FACT_DATE]);
	compose_signatures(compose, titles, names, G_N_ELEMENTS(titles));
}

void paper_handover(struct compose *compose, struct facts *const *facts, unsigned count)
{
	static const char *const titles[] = {"BÊN GIAO", "BÊN NHẬN"};
	char *const *text = facts[0]->text;
	const char *names[] = {text[FACT_FROM], text[FACT_TO]};

	compose_heading(compose, text[FACT_OFFICE], text[FACT_NUMBER]);
	compose_title(compose, "BIÊN BẢN GIAO NHẬN HỒ SƠ",
		"(Quyết định số 45/2016/QĐ-TTg ngày 19 tháng 10 năm 2016 của Thủ tướng Chính phủ)");
	compose_date(compose, text[FACT_PLACE], text[FACT_DATE]);
	compose_fields(compose, "Bên giao", text[FACT_FROM], "Đơn vị", text[FACT_FROM_UNIT]);
	compose_fields(compose, "Bên nhận", text[FACT_TO], "Đơn vị", text[FACT_TO_UNIT]);
	compose_text(compose, ALIGN_LEFT, 1, false, false,
		"Hai bên đã cùng kiểm đếm và giao nhận các hồ sơ sau:");
	compose_rows(compose, handover_columns, G_N_ELEMENTS(handover_columns), handover_row, facts,
		count);
	compose_total(compose, "Tổng số hồ sơ", count);
	compose_fields(compose, "Số hồ sơ đầy đủ", "", "Số hồ sơ còn thiếu", "");
	compose_field(compose, "Tổng số phí, lệ phí bàn giao", "");
	compose_field(compose, "Biên bản ký lúc … giờ … phút; ý kiến khác", "");
	compose_hash(compose, text[FACT_HASH]);
	compose_text(compose, ALIGN_LEFT, 0.9, false, true,
		"Biên bản lập thành 02 bản, mỗi bên giữ 01 bản. Với hồ sơ nộp cho cơ quan, thời điểm hai bên ký biên bản là thời điểm nộp hồ sơ.");
	compose_signatures(compose, titles, names, G_N_ELEMENTS(titles));
}
