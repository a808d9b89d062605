#include <hoso/role.h>

#include <string.h>

static const struct {
	const char *wire;
	const char *label;
} roles[] = {
#define X(name, wire, vi) [name] = {wire, vi},
	HOSO_ROLES(X)
#undef X
};

const char *role_wire(enum role role)
{
	return roles[role].wire;
}

const char *role_label(enum role role)
{
	return roles[role].label;
}

enum role role_from_wire(const char *wire)
{
	int role = 0;

	while (role < ROLE_COUNT && strcmp(roles[role].wire, wire) != 0) {
		role++;
	}
	return (enum role)role;
}
