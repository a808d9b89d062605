#ifndef HOSO_MODEL_ACTOR_H
#define HOSO_MODEL_ACTOR_H

#include <stdint.h>

#include <hoso/limits.h>
#include <hoso/role.h>

/**
 * struct actor - who is at work, as their session says. A copy is an owner.
 * @office: 0 for an officer of an agency; @agency: 0 for everybody else.
 */
struct actor {
	int64_t account;
	int32_t office;
	int32_t agency;
	enum role role;
	char name[WORD_MAX + 1];
	char login[ACCOUNT_MAX + 1];
	char office_code[WORD_MAX + 1];
	char office_name[WORD_MAX * 4 + 1]; /* the agency's name for an officer */
	char device[WORD_MAX + 1];
};

#endif
