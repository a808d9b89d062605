#include "http/tls.h"

#include <openssl/err.h>

#include "base/log.h"

/*
 * A client that offers only h2 is told so in the handshake, instead of getting bytes it cannot
 * read.
 */
static int protocol_choose(SSL *ssl, const unsigned char **ret_protocol, unsigned char *ret_length,
	const unsigned char *offered, unsigned int offered_length, void *arg)
{
	static const unsigned char ours[] = "\x08http/1.1";
	unsigned char *protocol = NULL;
	int chosen = SSL_select_next_proto(
		&protocol, ret_length, ours, sizeof ours - 1, offered, offered_length);

	(void)ssl;
	(void)arg;
	*ret_protocol = protocol;
	return chosen == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

SSL_CTX *tls_new(const char *certificate, const char *key)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
	char reason[256];

	if (tls && SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION) == 1 &&
		SSL_CTX_use_certificate_chain_file(tls, certificate) == 1 &&
		SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) == 1 &&
		SSL_CTX_check_private_key(tls) == 1) {
		SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
		SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);
		SSL_CTX_set_alpn_select_cb(tls, protocol_choose, NULL);
		return tls;
	}
	ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
	ERR_clear_error();
	log_err("certificate=%s key=%s: cannot be used: %s", certificate, key, reason);
	SSL_CTX_free(tls);
	return NULL;
}

void tls_say_goodbye(SSL *ssl)
{
	if (ssl && SSL_is_init_finished(ssl) && !(SSL_get_shutdown(ssl) & SSL_SENT_SHUTDOWN)) {
		SSL_shutdown(ssl);
		ERR_clear_error();
	}
}
