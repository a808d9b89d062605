#ifndef HOSO_TESTS_UNIT_H
#define HOSO_TESTS_UNIT_H

/* What cmocka wants before it is included, once for all tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
