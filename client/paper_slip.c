#include "paper.h"

#define BLANK_ROWS 4 /* for papers that are written down by hand */
#define ROW_CELLS 5

/* clang-format off */
static const struct column columns[ROW_CELLS] = {
	{"STT", 8, ALIGN_CENTRE, false},
	{"Tên giấy tờ", 62, ALIGN_LEFT, false},
	{"Bản chính", 10, ALIGN_CENTRE, false},
	{"Bản chứng thực", 12, ALIGN_CENTRE, false},
	{"Bản sao", 10, ALIGN_CENTRE, false},
};
/* clang-format on */

static char *count_text(const json_t *paper, const char *member)
{
	json_int_t count = json_integer_value(json_object_get(paper, member));

	return count > 0 ? g_strdup_printf("%" JSON_INTEGER_FORMAT, count) : g_strdup("");
}

/* A row is freed as one: NULL ends its texts. */
static char **row_new(size_t number, const json_t *paper)
{
	struct facts *clean = facts_new(); /* for its cleaning of a text from outside */
	char **row = g_new0(char *, ROW_CELLS + 1);
	const char *name = json_string_value(json_object_get(paper, "name"));
	bool whole = !name || facts_set(clean, FACT_NOTE, name) == HOSO_OK;

	row[0] = g_strdup_printf("%zu", number);
	row[1] = g_strdup(whole ? clean->text[FACT_NOTE] : "…");
	row[2] = count_text(paper, "original");
	row[3] = count_text(paper, "certified");
	row[4] = count_text(paper, "copy");
	facts_free(clean);
	return row;
}

static void compose_papers(struct compose *compose, const json_t *papers)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	size_t count = json_array_size(papers);

	if (count > SCAN_PAPERS_MAX) {
		sheet_fail(compose->sheet, HOSO_TOO_MANY);
		return;
	}
	for (size_t i = 0; i < (count > 0 ? count : BLANK_ROWS); i++) {
		g_ptr_array_add(rows, row_new(i + 1, json_array_get(papers, i)));
	}
	compose_table(
		compose, columns, ROW_CELLS, (const char *const *const *)rows->pdata, rows->len);
}

static void compose_party(struct compose *compose, const char *who, const char *name,
	const char *address, const char *phone)
{
	compose_field(compose, who, name);
	compose_field(compose, "Địa chỉ", address);
	compose_fields(compose, "Điện thoại", phone, "Thư điện tử", "");
}

static void compose_money(struct compose *compose, char *const *text)
{
	compose_fields(compose, "Cước dịch vụ", text[FACT_POSTAGE], "Hình thức thanh toán", "");
	compose_fields(
		compose, "Phí, lệ phí đã thu", text[FACT_FEE], "Biên lai số", text[FACT_RECEIPT]);
	compose_fields(
		compose, "Thu hộ khi phát", text[FACT_COLLECT], "Số niêm phong", text[FACT_SEAL]);
}

/* What opens the public look-up: as a QR code for a phone, and in letters for whoever has none. */
static void compose_token(struct compose *compose, const char *item_code, const char *token)
{
	g_autofree char *text = g_strdup_printf("%s.%s", item_code, token);
	g_autofree char *words =
		g_strdup_printf("Tra cứu tiến độ hồ sơ: quét mã QR này, hoặc dùng số hiệu %s "
				"và mã tra cứu %s, hoặc số hiệu và 4 số cuối điện thoại.",
			item_code, token);

	compose_qr(compose, text, words);
}

void paper_slip(struct compose *compose, struct facts *const *facts, unsigned count)
{
	static const char *const titles[] = {"NGƯỜI GỬI", "GIAO DỊCH VIÊN / BƯU TÁ"};
	char *const *text = facts[0]->text;
	const char *names[] = {text[FACT_FROM], text[FACT_TO]};

	(void)count;
	compose_heading(compose, text[FACT_OFFICE], text[FACT_NUMBER]);
	compose_title(compose, "PHIẾU GỬI HỒ SƠ",
		"Dịch vụ bưu chính công ích: gửi hồ sơ, nhận kết quả giải quyết thủ tục hành chính");
	compose_codes(compose, text[FACT_ITEM_CODE]);
	compose_fields(compose, "Dịch vụ", text[FACT_SERVICE], "Chiều gửi", text[FACT_LEG_KIND]);
	compose_field(compose, "Mã hồ sơ (nếu đã có)", text[FACT_DOSSIER_CODE]);
	compose_field(compose, "Thủ tục", text[FACT_PROCEDURE]);
	compose_field(compose, "Cơ quan giải quyết", text[FACT_AGENCY]);
	compose_party(compose, "Người gửi", text[FACT_SENDER_NAME], text[FACT_SENDER_ADDRESS],
		text[FACT_SENDER_PHONE]);
	compose_party(compose, "Người nhận", text[FACT_RECEIVER_NAME], text[FACT_RECEIVER_ADDRESS],
		text[FACT_RECEIVER_PHONE]);
	compose_text(compose, ALIGN_LEFT, 1, false, false, "Giấy tờ trong hồ sơ:");
	compose_papers(compose, facts[0]->papers);
	compose_money(compose, text);
	compose_fields(compose, "Thời gian toàn trình", "", "Ngày hẹn trả", text[FACT_DUE_ON]);
	compose_field(compose, "Nhận gửi lúc … giờ … phút, tại", text[FACT_PLACE]);
	compose_text(compose, ALIGN_LEFT, 0.85, false, true,
		"Hồ sơ đã được kiểm đếm và niêm phong trước mặt người gửi. Người gửi được khiếu nại trong 06 "
		"tháng; bưu chính trả lời trong 05 ngày làm việc (nội tỉnh) hoặc 07 ngày làm việc (liên tỉnh). "
		"Hồ sơ mất, hư hỏng được bồi thường theo quy định của pháp luật về bưu chính; phát chậm được hoàn "
		"cước. Người gửi giữ phiếu này để tra cứu, thay đổi địa chỉ hoặc khiếu nại.");
	if (text[FACT_TOKEN][0]) {
		compose_token(compose, text[FACT_ITEM_CODE], text[FACT_TOKEN]);
	}
	compose_date(compose, text[FACT_PLACE], text[FACT_DATE]);
	compose_signatures(compose, titles, names, G_N_ELEMENTS(titles));
}
