#ifndef HOSO_MODEL_ID_CARD_H
#define HOSO_MODEL_ID_CARD_H

#include <stdbool.h>
#include <stddef.h>

#include <hoso/error.h>
#include <hoso/scan.h>

#define ID_CARD_BYTES_MAX 2048 /* of the QR code's text; a long address has some 300 */
#define ID_CARD_FIELDS_MIN 7

/**
 * struct id_card - what a counter may keep of an identity card's QR code. The number itself is not in here, on
 * purpose: the image and the number of a card are sensitive data (NĐ 356/2025), and nothing needs them.
 * @kind:  a word of SCAN_ID_KINDS
 * @last4: of the number
 * @party: name and address as on the card; a card knows no phone
 */
struct id_card {
	const char *kind;
	char last4[5];
	struct party party;
};

/** id_card_looks_like() - is this the text of a card's QR code, good or not? A name has no bar in it. */
bool id_card_looks_like(const char *text, size_t length);

/**
 * id_card_parse() - "number|old number|name|ddMMyyyy|sex|address|ddMMyyyy", and what newer cards have behind it.
 * @text:     bytes as a scanner gives them; wiped by the caller
 * @ret_card: written only on success.
 *
 * Errors: HOSO_BAD_UTF8; HOSO_BAD_MEMBER, it is no card: fields are missing, the number is not of twelve digits (nine
 * on the oldest), a date is none, the name or the address is empty, too long or has control characters in it.
 * Source: domain 2.4.
 */
enum hoso_error id_card_parse(const char *text, size_t length, struct id_card *ret_card);

#endif
