#ifndef HOSO_CLIENT_INTAKE_SLIP_H
#define HOSO_CLIENT_INTAKE_SLIP_H

#include "client.h"
#include "intake_form.h"

/**
 * struct intake_slip - what is printed of the dossier that was taken in last. All zero: of none.
 * @about: as a data file of hoso paper has it; owned
 * @token: of the public look-up; "" until the server has answered
 */
struct intake_slip {
	json_t *about;
	char code[ITEM_CODE_MAX + 1];
	char event_id[UUID_TEXT_SIZE];
	char token[64];
};

void intake_slip_take(
	struct intake_slip *slip, const struct intake_form *form, const char *event_id);
void intake_slip_done(struct intake_slip *slip);

/** intake_slip_answer() - the server has answered for a scan; it may be this one. */
void intake_slip_answer(struct intake_slip *slip, const char *event_id, const char *token);

/** intake_slip_print() - the sending slip as @folder/CODE.pdf, read back before it is written. The exit status. */
int intake_slip_print(const struct intake_slip *slip, struct client *client, const char *folder);

#endif
