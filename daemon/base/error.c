#include <string.h>

#include <hoso/error.h>

static const struct {
	const char *wire;
	int http;
	int retry;
	const char *vi;
	const char *en;
} errors[] = {
#define X(name, wire, http, retry, vi, en) [name] = {wire, http, retry, vi, en},
	HOSO_ERRORS(X)
#undef X
};

const char *error_wire(enum hoso_error error)
{
	return errors[error].wire;
}

int error_http(enum hoso_error error)
{
	return errors[error].http;
}

int error_may_retry(enum hoso_error error)
{
	return errors[error].retry == HOSO_RETRY;
}

const char *error_text(enum hoso_error error, enum hoso_language language)
{
	return language == HOSO_EN ? errors[error].en : errors[error].vi;
}

enum hoso_error error_from_wire(const char *wire)
{
	for (int i = 0; i < HOSO_ERROR_COUNT; i++) {
		if (strcmp(errors[i].wire, wire) == 0) {
			return (enum hoso_error)i;
		}
	}
	return HOSO_INTERNAL;
}
