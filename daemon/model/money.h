#ifndef HOSO_MODEL_MONEY_H
#define HOSO_MODEL_MONEY_H

#include <hoso/scan.h>

/*
 * What a scan says about money. Three kinds of three owners: fee (phí, lệ phí) and collect (thu hộ) are the agency's,
 * postage (cước) is the post's; they are never added up. Source: domain 1.10.
 */
enum money_kind { MONEY_FEE, MONEY_POSTAGE, MONEY_COLLECT, MONEY_KIND_COUNT };

/* In the order of SCAN_MONEY_KINDS. */
const char *money_kind_wire(enum money_kind kind);
enum money_kind money_kind_from_wire(const char *wire); /* MONEY_KIND_COUNT when it is none */

/* Into whose hands it came, or out of whose it went. */
enum money_holder { MONEY_WITH_PERSON, MONEY_WITH_OFFICE, MONEY_WITH_AGENCY };

const char *money_holder_wire(enum money_holder holder);

/** struct money_move - one amount, one movement. */
struct money_move {
	enum money_kind kind;
	bool is_out;
	int64_t amount_vnd;
	enum money_holder holder;
};

#define MONEY_MOVES_MAX 2 /* of one event: fee and postage, or fee and what was collected */

/**
 * money_moves() - what the scan moves, if the rules take it. Pure. Returns how many; amounts of 0 move nothing.
 *
 * accepted: fee and postage come in; its collect is only an amount to be collected. delivered to an agency: the fee
 * goes out to it; to a citizen: fee and what was collected come in. fee: as it says.
 */
unsigned money_moves(const struct scan *scan, struct money_move ret_moves[MONEY_MOVES_MAX]);

/** money_has_receipt() - the scan gives out a receipt of the office's own numbers. */
bool money_has_receipt(const struct scan *scan);

/** money_receipt_year() - the year its number belongs to: local time. */
int money_receipt_year(const struct scan *scan);

#endif
