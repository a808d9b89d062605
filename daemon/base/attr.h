#ifndef HOSO_BASE_ATTR_H
#define HOSO_BASE_ATTR_H

#include <stddef.h>

#define _must_check_ __attribute__((warn_unused_result))
#define _printf_(at, first) __attribute__((format(printf, at, first)))

/* The struct that embeds a member: callbacks are given the member and find their own state around it. */
#define container_of(pointer, type, member)                                                        \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif
