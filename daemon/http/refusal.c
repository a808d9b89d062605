#include "http/refusal.h"

#include <string.h>

#include <event2/buffer.h>
#include <glib.h>

void refusal_write(struct evbuffer *output, enum hoso_error error)
{
	g_autofree char *body = g_strdup_printf(
		"{\"type\":\"/problems/"
		"%s\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\",\"error\":\"%s\"}\n",
		error_wire(error), error_text(error, HOSO_VI), error_http(error),
		error_text(error, HOSO_VI), error_wire(error));

	evbuffer_add_printf(output,
		"HTTP/1.1 %d Refused\r\n"
		"Connection: close\r\n"
		"%s"
		"Content-Type: application/problem+json\r\n"
		"Cache-Control: no-store\r\n"
		"X-Content-Type-Options: nosniff\r\n"
		"Referrer-Policy: no-referrer\r\n"
		"Content-Length: %zu\r\n\r\n%s",
		error_http(error), error_http(error) == 503 ? "Retry-After: 2\r\n" : "",
		strlen(body), body);
}
