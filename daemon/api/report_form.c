#include "api/report_form.h"

#include <hoso/leg.h>

#include "base/attr.h"

/* clang-format off */
#define COLUMNS(array) array, ARRAY_SIZE(array)
#define KEY(title) {"key", title, CELL_KEY, 0, 0, 0, NULL}
#define NAME(title) {"name", title, CELL_NAME, 0, 0, 0, NULL}
#define NOTE(title) {"note", title, CELL_NOTE, 0, 0, 0, NULL}
#define COUNT(key, title, a, figure) {key, title, CELL_COUNT, a, 0, 0, figure}
#define SHARE(key, title, a, b) {key, title, CELL_SHARE, a, b, 0, NULL}

/* plan: the numbers of store/report_plan.c */
static const struct report_column indicator_columns[] = {
	KEY("Mã"), NAME("Chỉ tiêu"), COUNT("numerator", "Tử số", 0, NULL), COUNT("denominator", "Mẫu số", 1, NULL),
	SHARE("share", "Tỷ lệ (%)", 0, 1), {"target", "Mục tiêu (%)", CELL_TARGET, 2, 0, 0, NULL},
	{"reached", "Đạt", CELL_REACHED, 0, 1, 2, NULL}, NOTE("Mẫu số: nguồn, ngày, người nhập"),
};
static const struct report_column plan_agency_columns[] = {
	KEY("Mã cơ quan"), NAME("Cơ quan"), COUNT("received", "Tiếp nhận qua bưu chính", 0, "received"),
	COUNT("received_all", "Tiếp nhận, mọi kênh", 1, NULL), SHARE("received_share", "K4 (%)", 0, 1),
	COUNT("delivered", "Kết quả đã phát", 2, "result_delivered"), COUNT("handed", "Kết quả đã giao bưu điện", 3, "result_handed"),
	COUNT("registered", "Đăng ký trả qua bưu điện", 4, "result_registered"),
	COUNT("returned_all", "Trả kết quả, mọi kênh", 5, NULL), SHARE("delivered_share", "K5, đã phát (%)", 2, 5),
	NOTE("Mẫu số: nguồn, ngày, người nhập"),
};
static const struct report_section plan_sections[] = {
	{"indicator", "Chỉ tiêu của kế hoạch", NULL, COLUMNS(indicator_columns)},
	{"agency", "Theo cơ quan", "agency", COLUMNS(plan_agency_columns)},
};
static const struct report_word plan_words[] = {
	{"indicator", "K1", "Thủ tục trực tuyến toàn trình, một phần có phát sinh hồ sơ", NULL},
	{"indicator", "K2", "Hồ sơ giải quyết trực tuyến, trên tất cả hồ sơ đã giải quyết", NULL},
	{"indicator", "K2.34", "Hồ sơ giải quyết trực tuyến, chỉ trên thủ tục toàn trình, một phần", NULL},
	{"indicator", "K3", "Thủ tục nhận, trả qua bưu chính công ích có phát sinh hồ sơ", NULL},
	{"indicator", "K4", "Hồ sơ được tiếp nhận qua bưu chính công ích", "received"},
	{"indicator", "K5", "Hồ sơ được trả kết quả qua bưu chính công ích: đã phát (mặc định)", "result_delivered"},
	{"indicator", "K5.handed", "Hồ sơ được trả kết quả: đã giao bưu điện", "result_handed"},
	{"indicator", "K5.registered", "Hồ sơ được trả kết quả: đăng ký trả qua bưu điện", "result_registered"},
};
static const char *const plan_definitions[] = {
	"K1, K2: từ số liệu nhập của cơ quan; bưu chính không có số liệu này. K2 có hai cách hiểu, nêu cả hai.",
	"K3: số thủ tục trong danh mục công khai (ngày cuối kỳ) có ít nhất một bưu gửi được nhận trong kỳ.",
	"K4: số hồ sơ có bưu gửi loại Gửi hồ sơ được bàn giao cho cơ quan trong kỳ (thời điểm ký biên bản giao nhận, QĐ 45/2016 Điều 7.4).",
	"K5: số hồ sơ có bưu gửi loại Trả kết quả. Đã phát: phát thành công trong kỳ (mặc định). Đã giao bưu điện: bưu điện nhận từ cơ quan trong kỳ. "
	"Đăng ký: hồ sơ đăng ký hình thức 2, 3, bưu gửi đầu tiên nhận trong kỳ. Trả hồ sơ bị từ chối không phải là trả kết quả.",
	"Mẫu số là của cả cơ quan, mọi kênh, do cơ quan cung cấp. Không có mẫu số thì không có tỷ lệ.",
	NULL,
};

/* volume */
static const struct report_column volume_columns[] = {
	KEY("Mã"), NAME("Tên"), COUNT("accepted", "Nhận gửi", 0, "accepted"),
	COUNT("accepted_to_agency", "trong đó đến cơ quan", 1, "accepted_to_agency"),
	COUNT("delivered", "Phát thành công", 2, "delivered"),
	COUNT("delivered_to_agency", "trong đó đến cơ quan", 3, "delivered_to_agency"),
	COUNT("returned", "Chuyển hoàn", 4, "returned"), COUNT("lost", "Thất lạc", 5, "lost"),
	COUNT("recorded_late", "Ghi nhận sau khi hết kỳ", 6, NULL),
};
static const struct report_section volume_sections[] = {
	{"total", "Tổng số", NULL, COLUMNS(volume_columns)},
	{"agency", "Theo cơ quan", "agency", COLUMNS(volume_columns)},
	{"office", "Theo bưu cục", "at_office", COLUMNS(volume_columns)},
	{"procedure", "Theo thủ tục, nhiều nhất trước", "procedure", COLUMNS(volume_columns)},
	{"courier", "Theo bưu tá", "courier", COLUMNS(volume_columns)},
	{"kind", "Theo loại bưu gửi", "kind", COLUMNS(volume_columns)},
	{"day", "Theo ngày", "day", COLUMNS(volume_columns)},
};
static const struct report_word volume_words[] = {
	{"total", "", "Tổng", NULL},
#define X(name, wire, to_agency, vi) {"kind", wire, vi, NULL},
	HOSO_LEG_KINDS(X)
#undef X
};
static const char *const volume_definitions[] = {
	"Nhận gửi: bưu gửi được chấp nhận trong kỳ, tính cho bưu cục và người nhận. Phát thành công, chuyển hoàn, thất lạc: kết thúc trong kỳ, "
	"tính cho bưu cục và người phát. Một bưu gửi có thể nhận ở kỳ này và phát ở kỳ sau.",
	"Đến cơ quan: gửi hồ sơ, hồ sơ bổ sung, giấy tờ thu hồi, liên thông; còn lại đến người dân.",
	"Ghi nhận sau khi hết kỳ: xảy ra trong kỳ nhưng máy chủ nhận được sau khi kỳ kết thúc (quét ngoại tuyến); đã nằm trong các cột trước.",
	"Bưu cục, bưu tá nêu bằng mã. Không suy ra, không ẩn dòng ít số liệu.",
	NULL,
};

/* quality */
static const struct report_column quality_columns[] = {
	KEY("Mã"), NAME("Tên"), COUNT("due", "Đến hạn trong kỳ", 0, "due"), COUNT("in_time", "Đúng hạn", 1, "in_time"),
	COUNT("late", "Quá hạn", 2, "late"), SHARE("in_time_share", "Đúng hạn (%)", 1, 0),
	COUNT("ended", "Kết thúc", 3, "ended"), COUNT("first_try", "Phát được lần đầu", 4, "first_try"),
	SHARE("first_try_share", "Lần đầu (%)", 4, 3), COUNT("to_citizen", "Đến người dân, kết thúc", 5, "to_citizen"),
	COUNT("returned", "Chuyển hoàn", 6, "not_collected"), SHARE("returned_share", "Chuyển hoàn (%)", 6, 5),
};
static const struct report_section quality_sections[] = {
	{"total", "Tổng số", NULL, COLUMNS(quality_columns)},
	{"relation", "Theo địa bàn", NULL, COLUMNS(quality_columns)},
	{"agency", "Theo cơ quan", "agency", COLUMNS(quality_columns)},
	{"office", "Theo bưu cục", "at_office", COLUMNS(quality_columns)},
	{"procedure", "Theo thủ tục", "procedure", COLUMNS(quality_columns)},
	{"courier", "Theo bưu tá", "courier", COLUMNS(quality_columns)},
};
static const struct report_word quality_words[] = {
	{"total", "", "Tổng", NULL},
	{"relation", "", "Chưa rõ địa bàn", NULL},
};
static const char *const quality_definitions[] = {
	"Đến hạn trong kỳ: bưu gửi có ngày hẹn J+n (TT 17/2017 Điều 7) trong kỳ và đã qua; không tính bưu gửi đã hủy.",
	"Đúng hạn: đến cơ quan thì đã bàn giao không sau ngày hẹn; đến người dân thì đã phát lần thứ nhất hoặc đã mời nhận không sau ngày hẹn "
	"(Điều 3.5, 7.2), dù lần đó chưa thành công.",
	"Phát được lần đầu: phát thành công mà chưa có lần phát hỏng, trên số phát thành công và chuyển hoàn kết thúc trong kỳ.",
	"Chuyển hoàn (%): trên bưu gửi đến người dân kết thúc trong kỳ. Địa bàn: giữa bưu cục (nhận hoặc phát) và cơ quan.",
	NULL,
};

/* out of hours */
static const struct report_column slot_columns[] = {
	NAME("Thời gian"), COUNT("accepted", "Nhận gửi", 0, NULL), COUNT("by_courier", "trong đó bưu tá nhận", 1, NULL),
	COUNT("delivered", "Phát đến người dân", 2, NULL),
};
static const struct report_column hours_columns[] = {
	KEY("Mã"), NAME("Tên"), COUNT("accepted", "Nhận gửi", 0, NULL), COUNT("accepted_outside", "ngoài giờ", 1, NULL),
	SHARE("accepted_share", "ngoài giờ (%)", 1, 0), COUNT("delivered", "Phát đến người dân", 2, NULL),
	COUNT("delivered_outside", "ngoài giờ", 3, NULL), SHARE("delivered_share", "ngoài giờ (%)", 3, 2),
};
static const struct report_section hours_sections[] = {
	{"total", "Tổng số", NULL, COLUMNS(hours_columns)},
	{"slot", "Theo thời gian", NULL, COLUMNS(slot_columns)},
	{"office", "Theo bưu cục", "at_office", COLUMNS(hours_columns)},
};
static const struct report_word hours_words[] = {
	{"total", "", "Tổng", NULL}, {"slot", "open", "Trong giờ của Bộ phận Một cửa", NULL},
	{"slot", "before", "Trước giờ", NULL}, {"slot", "noon", "Nghỉ trưa", NULL}, {"slot", "after", "Sau giờ", NULL},
	{"slot", "weekend", "Ngày nghỉ cuối tuần", NULL}, {"slot", "holiday", "Ngày lễ, Tết", NULL},
};
static const char *const hours_definitions[] = {
	"Ngoài giờ: ngoài giờ làm việc của Bộ phận Một cửa theo bảng giờ của hệ thống; ngày lễ là nghỉ, ngày làm bù như thứ Hai.",
	"Nhận gửi theo giờ chấp nhận; phát theo giờ phát thành công. Giờ của máy quét, múi giờ Việt Nam.",
	NULL,
};

/* the quarter's report */
static const struct report_column count_columns[] = {NAME("Nội dung"), COUNT("value", "Số lượng", 0, NULL)};
static const struct report_column money_columns[] = {NAME("Nội dung"), {"value", "Số tiền (đồng)", CELL_MONEY, 0, 0, 0, NULL}};
static const struct report_column claim_columns[] = {
	NAME("Nội dung"), COUNT("value", "Số lượng", 0, NULL), NOTE("Nguồn, ngày, người nhập")};
static const struct report_column compensation_columns[] = {
	NAME("Nội dung"), {"value", "Số tiền (đồng)", CELL_MONEY, 0, 0, 0, NULL}, NOTE("Nguồn, ngày, người nhập")};
static const struct report_column level_columns[] = {
	NAME("Nội dung"), COUNT("safe", "An toàn", 0, NULL), COUNT("accepted", "Nhận gửi", 1, NULL),
	SHARE("share", "Mức độ an toàn (%)", 0, 1)};
static const struct report_section quarterly_sections[] = {
	{"service", "1. Danh mục dịch vụ", NULL, COLUMNS(count_columns)},
	{"volume", "2. Sản lượng", NULL, COLUMNS(count_columns)},
	{"money", "3. Doanh thu và tiền thu, ba loại riêng", NULL, COLUMNS(money_columns)},
	{"claim", "4. Khiếu nại và bồi thường", NULL, COLUMNS(claim_columns)},
	{"compensation", "5. Tổng tiền bồi thường", NULL, COLUMNS(compensation_columns)},
	{"safety", "6. Mất, thất lạc, hư hỏng", NULL, COLUMNS(count_columns)},
	{"level", "7. Mức độ an toàn", NULL, COLUMNS(level_columns)},
};
static const struct report_word quarterly_words[] = {
	{"service", "1", "Gửi hồ sơ (hồ sơ)", NULL}, {"service", "2", "Nhận kết quả (hồ sơ)", NULL},
	{"service", "3", "Gửi hồ sơ và nhận kết quả (hồ sơ)", NULL},
	{"volume", "accepted_to_agency", "Nhận gửi đến cơ quan (bưu gửi)", NULL},
	{"volume", "accepted_to_citizen", "Nhận gửi đến người dân (bưu gửi)", NULL},
	{"volume", "delivered_to_agency", "Bàn giao cho cơ quan (bưu gửi)", NULL},
	{"volume", "delivered_to_citizen", "Phát cho người dân (bưu gửi)", NULL},
	{"volume", "returned", "Chuyển hoàn (bưu gửi)", NULL},
	{"money", "postage", "Cước: doanh thu của bưu chính", NULL},
	{"money", "fee", "Phí, lệ phí: thu hộ khi nhận, của cơ quan", NULL},
	{"money", "collect", "Thu hộ khi phát, của cơ quan", NULL},
	{"claim", "complaints", "Khiếu nại nhận được", NULL}, {"claim", "complaints_settled", "Khiếu nại đã giải quyết", NULL},
	{"claim", "compensated", "Số vụ bồi thường", NULL}, {"compensation", "compensation", "Tổng tiền bồi thường", NULL},
	{"safety", "lost", "Mất, thất lạc (bưu gửi)", NULL}, {"safety", "damaged", "Hư hỏng (lượt ghi nhận)", NULL},
	{"level", "safety", "Không mất, không hư hỏng, trên số nhận gửi", NULL},
};
static const char *const quarterly_definitions[] = {
	"Theo TT 17/2017/TT-BTTTT Điều 13. Danh mục dịch vụ: hồ sơ có bưu gửi đầu tiên nhận trong kỳ, theo hình thức 1, 2, 3.",
	"Cước, phí–lệ phí và thu hộ là tiền của ba chủ khác nhau; không cộng vào nhau. Cước, phí theo ngày nhận; thu hộ theo ngày phát.",
	"Khiếu nại, bồi thường: số liệu nhập; chưa nhập thì để trống, không phải bằng 0.",
	"Hư hỏng: lượt ghi nhận hư hỏng chưa bị hủy. Mức độ an toàn: 1 − (thất lạc + hư hỏng) ÷ nhận gửi.",
	NULL,
};

#define FORM(title, version, name) \
	{title, version, name##_definitions, COLUMNS(name##_sections), COLUMNS(name##_words)}
static const struct report_form forms[REPORT_COUNT] = {
	[REPORT_PLAN] = FORM("BÁO CÁO KẾT QUẢ THỰC HIỆN CHỈ TIÊU KẾ HOẠCH", 1, plan),
	[REPORT_VOLUME] = FORM("BÁO CÁO SẢN LƯỢNG", 1, volume),
	[REPORT_QUALITY] = FORM("BÁO CÁO CHẤT LƯỢNG", 1, quality),
	[REPORT_OUT_OF_HOURS] = FORM("BÁO CÁO PHỤC VỤ NGOÀI GIỜ HÀNH CHÍNH", 1, hours),
	[REPORT_QUARTERLY] = FORM("BÁO CÁO DỊCH VỤ NHẬN GỬI HỒ SƠ, CHUYỂN TRẢ KẾT QUẢ QUA BƯU CHÍNH CÔNG ÍCH", 1, quarterly),
};
/* clang-format on */

const struct report_form *report_form(enum report_name name)
{
	return &forms[name];
}
