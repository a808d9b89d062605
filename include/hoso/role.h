#ifndef HOSO_ROLE_H
#define HOSO_ROLE_H

/* Who acts. Name, wire token, what a citizen reads in the portal's ChucDanh. Source: domain 1.2. */
/* clang-format off */
#define HOSO_ROLES(X) \
	X(ROLE_CLERK, "clerk", "Giao dịch viên") \
	X(ROLE_COURIER, "courier", "Bưu tá") \
	X(ROLE_SUPERVISOR, "supervisor", "Kiểm soát viên") \
	X(ROLE_AGENCY, "agency", "Cán bộ Một cửa") \
	X(ROLE_SYSTEM, "system", "Hệ thống")
/* clang-format on */

enum role {
#define X(name, wire, vi) name,
	HOSO_ROLES(X)
#undef X
		ROLE_COUNT
};

#define ROLE_BIT(role) (1u << (role))

/** role_wire() - the token of @role. */
const char *role_wire(enum role role);

/** role_label() - the Vietnamese title of @role. */
const char *role_label(enum role role);

/** role_from_wire() - ROLE_COUNT when @wire is no role. */
enum role role_from_wire(const char *wire);

#endif
