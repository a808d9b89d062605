#include "model/shape.h"

#include <stdbool.h>

static bool fits(char byte, char shape)
{
	switch (shape) {
	case 'd':
		return byte >= '0' && byte <= '9';
	case 'A':
		return byte >= 'A' && byte <= 'Z';
	case 'L':
		return byte >= 'A' && byte <= 'Y';
	default:
		return byte == shape;
	}
}

size_t shape_span(const char *text, const char *shape)
{
	size_t span = 0;

	while (shape[span]) {
		/* The end of the text fits nothing, so this never reads past it. */
		if (!fits(text[span], shape[span])) {
			return 0;
		}
		span++;
	}
	return span;
}
