#ifndef HOSO_BASE_ATTR_H
#define HOSO_BASE_ATTR_H

#include <stddef.h>

#define _must_check_ __attribute__((warn_unused_result))
#define _printf_(at, first) __attribute__((format(printf, at, first)))

/* The struct that embeds a member: callbacks are given the member and find their own state around it. */
#define container_of(pointer, type, member)                                                        \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))

/* Under the address sanitizer some limits cannot hold: its shadow alone is terabytes. */
#if defined(__SANITIZE_ADDRESS__)
#define HOSO_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HOSO_ADDRESS_SANITIZER 1
#endif
#endif
#ifndef HOSO_ADDRESS_SANITIZER
#define HOSO_ADDRESS_SANITIZER 0
#endif

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif
