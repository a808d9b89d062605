#include "paper.h"

#include <string.h>

#include "label.h"

/* clang-format off */
static const struct paper papers[] = {
	{"slip", "phieu-gui", "Phiếu gửi hồ sơ", 210, 297, 15, 11, false, paper_slip},
	{"list", "bang-ke", "Bảng kê bưu gửi", 297, 210, 12, 10.5, true, paper_list},
	{"handover", "bien-ban", "Biên bản giao nhận hồ sơ", 297, 210, 12, 10.5, true, paper_handover},
	{"invitation", "giay-moi", "Giấy mời nhận bưu gửi", 148, 210, 10, 9.5, false, paper_invitation},
	{"receipt", "bien-nhan", "Giấy biên nhận trả kết quả", 148, 210, 10, 9.5, false, paper_receipt},
};
/* clang-format on */

const struct paper *paper_find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(papers); i++) {
		if (strcmp(papers[i].name, name) == 0 || strcmp(papers[i].vietnamese, name) == 0) {
			return &papers[i];
		}
	}
	return NULL;
}

char *paper_names(void)
{
	GString *names = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(papers); i++) {
		g_string_append_printf(names, "  %-10s  %-9s  %s\n", papers[i].name,
			papers[i].vietnamese, papers[i].title);
	}
	return g_string_free(names, FALSE);
}

static void lay_out_labels(
	struct sheet *sheet, const struct measure *measure, const GPtrArray *facts)
{
	for (unsigned i = 0; i < facts->len && !sheet->error; i++) {
		sheet_page(sheet);
		label_compose(sheet, measure, facts->pdata[i]);
	}
}

void paper_lay_out(const struct paper *paper, struct sheet *sheet, const struct measure *measure,
	const GPtrArray *facts)
{
	struct compose compose = {.sheet = sheet, .measure = measure};
	struct facts *const *all = (struct facts *const *)facts->pdata;

	if (!paper) {
		lay_out_labels(sheet, measure, facts);
		return;
	}
	compose.margin_mm = paper->margin_mm;
	compose.size_pt = paper->size_pt;
	if (paper->is_list) {
		compose_page(&compose);
		paper->compose(&compose, all, facts->len);
		compose_numbers(&compose);
		return;
	}
	for (unsigned i = 0; i < facts->len && !sheet->error; i++) {
		compose_page(&compose);
		paper->compose(&compose, all + i, 1);
	}
}
