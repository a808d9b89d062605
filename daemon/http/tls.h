#ifndef HOSO_HTTP_TLS_H
#define HOSO_HTTP_TLS_H

#include <openssl/ssl.h>

#define TLS_RECORD_BYTES 16384 /* the most that one record carries */

/**
 * tls_new() - TLS 1.2 or newer, no renegotiation, HTTP/1.1 only.
 * @certificate, @key: PEM files; the chain follows the certificate.
 *
 * NULL and a log line when they cannot be read or do not belong together. SSL_CTX_free() ends it;
 * connections made from it keep what they need.
 */
SSL_CTX *tls_new(const char *certificate, const char *key);

/** tls_say_goodbye() - while it can be said: a client could not tell a cut from an end otherwise. @ssl may be NULL. */
void tls_say_goodbye(SSL *ssl);

#endif
