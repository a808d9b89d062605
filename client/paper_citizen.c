#include "paper.h"

/* The two papers that a citizen gets: the invitation to come, and the receipt for what was handed over. */

void paper_invitation(struct compose *compose, struct facts *const *facts, unsigned count)
{
	static const char *const titles[] = {"NGƯỜI LẬP GIẤY MỜI"};
	char *const *text = facts[0]->text;
	const char *names[] = {text[FACT_FROM]};
	g_autofree char *turn = g_strdup_printf(
		"(Lần thứ %s)", text[FACT_INVITATION][0] ? text[FACT_INVITATION] : "……");

	(void)count;
	compose_heading(compose, text[FACT_OFFICE], text[FACT_NUMBER]);
	compose_title(compose, "GIẤY MỜI NHẬN BƯU GỬI", turn);
	compose_field(compose, "Kính gửi Ông/Bà", text[FACT_RECEIVER_NAME]);
	compose_field(compose, "Địa chỉ", text[FACT_RECEIVER_ADDRESS]);
	compose_text(compose, ALIGN_LEFT, 1, false, false,
		"Bưu điện đã đến phát nhưng chưa gặp được Ông/Bà. Kính mời Ông/Bà đến nhận bưu gửi:");
	compose_codes(compose, text[FACT_ITEM_CODE]);
	compose_field(compose, "Thủ tục", text[FACT_PROCEDURE]);
	compose_field(compose, "Mã hồ sơ", text[FACT_DOSSIER_CODE]);
	compose_field(compose, "Nhận tại", text[FACT_OFFICE_ADDRESS]);
	compose_fields(
		compose, "Giờ mở cửa", text[FACT_HOURS], "Điện thoại", text[FACT_OFFICE_PHONE]);
	compose_fields(compose, "Trước hết ngày", text[FACT_DEADLINE], "Số tiền phải nộp",
		text[FACT_COLLECT]);
	if (text[FACT_CHANNEL][0]) {
		compose_field(compose, "Đã mời qua", text[FACT_CHANNEL]);
	}
	compose_field(compose, "Giấy tờ phải nộp lại", text[FACT_RECLAIMED]);
	compose_text(compose, ALIGN_LEFT, 1, true, false, "Khi đến, xin Ông/Bà mang theo:");
	compose_text(compose, ALIGN_LEFT, 1, false, false,
		"- Giấy mời này;\n- Căn cước, hộ chiếu hoặc tài khoản VNeID mức độ 2;\n- Người nhận thay: thêm giấy "
		"ủy quyền và giấy tờ của mình.");
	compose_text(compose, ALIGN_LEFT, 0.9, false, true,
		"Sau hai lần mời, cách nhau ít nhất 02 ngày làm việc, nếu Ông/Bà không đến thì bưu gửi được chuyển "
		"trả lại cơ quan giải quyết.");
	compose_date(compose, text[FACT_PLACE], text[FACT_DATE]);
	compose_signatures(compose, titles, names, G_N_ELEMENTS(titles));
}

void paper_receipt(struct compose *compose, struct facts *const *facts, unsigned count)
{
	static const char *const titles[] = {"NGƯỜI NHẬN", "NGƯỜI TRẢ KẾT QUẢ"};
	char *const *text = facts[0]->text;
	const char *names[] = {text[FACT_RECIPIENT], text[FACT_FROM]};

	(void)count;
	compose_heading(compose, text[FACT_OFFICE], text[FACT_NUMBER]);
	compose_title(compose, "GIẤY BIÊN NHẬN TRẢ KẾT QUẢ",
		"Kết quả giải quyết thủ tục hành chính, trả qua dịch vụ bưu chính công ích");
	compose_codes(compose, text[FACT_ITEM_CODE]);
	compose_field(compose, "Mã hồ sơ", text[FACT_DOSSIER_CODE]);
	compose_field(compose, "Thủ tục", text[FACT_PROCEDURE]);
	compose_field(compose, "Cơ quan giải quyết", text[FACT_AGENCY]);
	compose_field(compose, "Chủ hồ sơ", text[FACT_RECEIVER_NAME]);
	compose_field(compose, "Kết quả (loại, số, ngày)", text[FACT_RESULT]);
	compose_field(compose, "Người nhận", text[FACT_RECIPIENT]);
	compose_fields(compose, "Quan hệ", text[FACT_RELATION], "Điện thoại", "");
	compose_fields(compose, "Giấy tờ", text[FACT_ID_KIND], "4 số cuối", text[FACT_ID_LAST4]);
	compose_field(compose, "Giấy ủy quyền (nếu nhận thay)", text[FACT_AUTHORISATION]);
	compose_fields(
		compose, "Số tiền đã thu", text[FACT_COLLECT], "Biên lai số", text[FACT_RECEIPT]);
	compose_field(compose, "Giấy tờ thu hồi", text[FACT_RECLAIMED]);
	compose_text(compose, ALIGN_LEFT, 0.9, false, true,
		"Hai bên đã cùng kiểm đếm. Người nhận đã nhận đủ kết quả nêu trên.");
	compose_date(compose, text[FACT_PLACE], text[FACT_DATE]);
	compose_signatures(compose, titles, names, G_N_ELEMENTS(titles));
}
