#include "io/curl_loop.h"

#include <string.h>

#include <event2/event.h>

#include <hoso/limits.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/log.h"

#define CONNECTION_AGE_MAX_S 30 /* idle longer, the other party may be closing it this moment */

struct curl_loop {
	struct loop *loop;
	struct curl_loop_config config;
	CURLM *multi;
	struct loop_task timer;
	GQueue in_air; /* of struct curl_call, by their link */
	unsigned
		flying; /* of them, how many libcurl has; the others wait for a connection, or were not reported yet */
	GPtrArray *
		idle; /* easy handles for the next calls, without any option: what they hold in buffers is dear to make */
};

static int socket_changed(CURL *easy, curl_socket_t fd, int what, void *user, void *known);
static int timer_changed(CURLM *multi, long timeout_ms, void *user);

struct curl_loop *curl_loop_new(struct loop *loop, const struct curl_loop_config *config)
{
	struct curl_loop *curl;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		return NULL;
	}
	curl = g_new0(struct curl_loop, 1);
	curl->loop = loop;
	curl->config = *config;
	g_queue_init(&curl->in_air);
	curl->idle = g_ptr_array_new_with_free_func(curl_easy_cleanup);
	curl->multi = curl_multi_init();
	if (!curl->multi) {
		g_ptr_array_unref(curl->idle);
		g_free(curl);
		curl_global_cleanup();
		return NULL;
	}
	curl_multi_setopt(curl->multi, CURLMOPT_SOCKETFUNCTION, socket_changed);
	curl_multi_setopt(curl->multi, CURLMOPT_SOCKETDATA, curl);
	curl_multi_setopt(curl->multi, CURLMOPT_TIMERFUNCTION, timer_changed);
	curl_multi_setopt(curl->multi, CURLMOPT_TIMERDATA, curl);
	curl_multi_setopt(curl->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
	curl_multi_setopt(
		curl->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)config->connections_max);
	curl_multi_setopt(curl->multi, CURLMOPT_MAXCONNECTS, (long)config->connections_max);
	return curl;
}

void curl_loop_free(struct curl_loop *curl)
{
	if (!curl) {
		return;
	}
	curl->config.connections_max =
		0; /* who waits is cancelled, too, and does not start first */
	while (curl->in_air.head) {
		curl_loop_cancel(curl, curl->in_air.head->data);
	}
	g_ptr_array_unref(curl->idle);
	curl_multi_cleanup(curl->multi);
	loop_cancel(&curl->timer);
	g_free(curl);
	curl_global_cleanup();
}

static size_t answer_arrived(char *bytes, size_t size, size_t count, void *user)
{
	struct curl_call *call = user;

	if (!call->answer) {
		call->answer = g_string_new(NULL);
	}
	if (call->answer->len + size * count > PORTAL_ANSWER_MAX) {
		call->answer_cut = true;
		return 0;
	}
	g_string_append_len(call->answer, bytes, (gssize)(size * count));
	return size * count;
}

static struct curl_slist *make_header_list(const struct curl_call *call)
{
	/* Nobody needs 100-continue here, and a server that never sends it must not hold us up. */
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");

	for (size_t i = 0; call->headers && call->headers[i]; i++) {
		list = curl_slist_append(list, call->headers[i]);
	}
	return list;
}

static void set_request(struct curl_call *call)
{
	CURL *easy = call->easy;

	curl_easy_setopt(easy, CURLOPT_URL, call->url);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->header_list);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->detail);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, answer_arrived);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	if (call->method == CURL_CALL_POST) {
		curl_easy_setopt(easy, CURLOPT_POST, 1L);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call->body_bytes ? call->body : "");
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body_bytes);
	}
	if (call->fresh_connection) {
		curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
		curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	}
}

static void set_road(const struct curl_loop_config *config, CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)CONNECTION_AGE_MAX_S);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "hosod/" HOSO_VERSION);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)config->timeout_ms);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)config->connect_timeout_ms);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (config->ca_file) {
		curl_easy_setopt(easy, CURLOPT_CAINFO, config->ca_file);
		/* Debian's libcurl would go on trusting /etc/ssl/certs beside it. */
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	}
	if (config->client_certificate) {
		curl_easy_setopt(easy, CURLOPT_SSLCERT, config->client_certificate);
		curl_easy_setopt(easy, CURLOPT_SSLKEY, config->client_key);
	}
}

static CURL *take_handle(struct curl_loop *curl)
{
	CURL *easy = curl->idle->len > 0
			     ? g_ptr_array_steal_index_fast(curl->idle, curl->idle->len - 1)
			     : curl_easy_init();

	g_assert(easy);
	return easy;
}

/* libcurl knows nothing of @call any more; its outputs remain. */
static void leave_libcurl(struct curl_call *call)
{
	if (call->easy) {
		curl_multi_remove_handle(call->curl->multi, call->easy);
		curl_easy_reset(call->easy);
		g_ptr_array_add(call->curl->idle, call->easy);
		call->easy = NULL;
		call->curl->flying--;
	}
	curl_slist_free_all(call->header_list);
	call->header_list = NULL;
}

static void answer_caller(struct curl_call *call, enum hoso_error error)
{
	loop_cancel(&call->report);
	g_queue_unlink(&call->curl->in_air, &call->link);
	call->done(call, error);
}

static void note_how_far(struct curl_call *call)
{
	long sent_bytes = 0;

	/* It only grows, also when libcurl sends the request a second time on a new connection. */
	if (call->easy) {
		curl_easy_getinfo(call->easy, CURLINFO_REQUEST_SIZE, &sent_bytes);
		call->perhaps_sent = sent_bytes > 0;
	}
}

static void report_call(struct loop_task *task)
{
	struct curl_call *call = container_of(task, struct curl_call, report);

	answer_caller(call, call->curl_code == CURLE_OK ? HOSO_OK : HOSO_NETWORK);
}

/* The callback runs in the next turn: then neither libcurl nor the submitter is on the stack. */
static void finish_call(struct curl_call *call, CURLcode code)
{
	call->curl_code = code;
	leave_libcurl(call);
	loop_defer(call->curl->loop, &call->report, report_call);
}

static void fly(struct curl_call *call)
{
	struct curl_loop *curl = call->curl;

	call->waits = false;
	call->easy = take_handle(curl);
	call->header_list = make_header_list(call);
	g_assert(call->header_list);
	set_request(call);
	set_road(&curl->config, call->easy);
	curl->flying++;
	if (curl_multi_add_handle(curl->multi, call->easy) != CURLM_OK) {
		finish_call(call, CURLE_FAILED_INIT);
	}
}

/* libcurl would let a call wait for a connection on the call's own time; so it gets no more than it
 * can send, in the order in which they came. */
static void start_calls(struct curl_loop *curl)
{
	for (GList *link = curl->in_air.head; link; link = link->next) {
		struct curl_call *call = link->data;

		if (curl->flying >= curl->config.connections_max) {
			return;
		}
		if (call->waits) {
			fly(call);
		}
	}
}

void curl_loop_call(struct curl_loop *curl, struct curl_call *call, curl_call_cb done)
{
	call->curl = curl;
	call->done = done;
	call->waits = true;
	call->link.data = call;
	g_queue_push_tail_link(&curl->in_air, &call->link);
	start_calls(curl);
}

void curl_loop_cancel(struct curl_loop *curl, struct curl_call *call)
{
	g_assert(call->curl == curl);
	call->waits = false;
	note_how_far(call);
	leave_libcurl(call);
	start_calls(curl);
	answer_caller(call, HOSO_CANCELED);
}

void curl_call_done(struct curl_call *call)
{
	g_assert(!call->easy);
	if (call->answer) {
		g_string_free(call->answer, TRUE);
		call->answer = NULL;
	}
}

/* What the answer's head says, while the easy handle still knows it. */
static void read_head(struct curl_call *call)
{
	struct curl_header *header;
	const char *type = NULL;
	long status = 0;

	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	call->http_status = (int)status;
	curl_easy_getinfo(call->easy, CURLINFO_CONTENT_TYPE, &type);
	g_strlcpy(call->content_type, type ? type : "", sizeof call->content_type);
	if (curl_easy_header(call->easy, "Retry-After", 0, CURLH_HEADER, -1, &header) ==
		CURLHE_OK) {
		call->retry_after_ms = curl_loop_retry_after_ms(header->value, clock_now_ms());
	}
}

static void collect_finished(struct curl_loop *curl)
{
	CURLMsg *message;
	int waiting;

	while ((message = curl_multi_info_read(curl->multi, &waiting))) {
		CURLcode code = message->data.result;
		struct curl_call *call = NULL;

		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&call);
		note_how_far(call);
		if (code != CURLE_OK) {
			log_warn("curl=%d sent=%d cut=%d: %s", (int)code, call->perhaps_sent,
				call->answer_cut,
				call->detail[0] ? call->detail : curl_easy_strerror(code));
		}
		read_head(call);
		finish_call(call, code);
	}
	start_calls(curl);
}

static void act(struct curl_loop *curl, curl_socket_t fd, int what)
{
	int running;

	curl_multi_socket_action(curl->multi, fd, what, &running);
	collect_finished(curl);
}

static void socket_ready(evutil_socket_t fd, short what, void *arg)
{
	act(arg, fd,
		(what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0));
}

static void timer_due(struct loop_task *task)
{
	act(container_of(task, struct curl_loop, timer), CURL_SOCKET_TIMEOUT, 0);
}

/* libcurl: watch @fd for @what. @known is the event of an earlier call. Only the event ends with
 * CURL_POLL_REMOVE; the connection may live on. */
static int socket_changed(CURL *easy, curl_socket_t fd, int what, void *user, void *known)
{
	struct curl_loop *curl = user;
	struct event *event = NULL;
	short wanted = EV_PERSIST;

	(void)easy;
	if (known) {
		event_free(known);
	}
	if (what != CURL_POLL_REMOVE) {
		wanted |= what & CURL_POLL_IN ? EV_READ : 0;
		wanted |= what & CURL_POLL_OUT ? EV_WRITE : 0;
		event = event_new(loop_base(curl->loop), fd, wanted, socket_ready, curl);
		g_assert(event);
		event_add(event, NULL);
	}
	curl_multi_assign(curl->multi, fd, event);
	return 0;
}

/* libcurl: call back in @timeout_ms; -1 is never, and 0 is soon but not from in here. */
static int timer_changed(CURLM *multi, long timeout_ms, void *user)
{
	struct curl_loop *curl = user;

	(void)multi;
	if (timeout_ms < 0) {
		loop_cancel(&curl->timer);
	} else {
		loop_after(curl->loop, &curl->timer, timeout_ms, timer_due);
	}
	return 0;
}

int64_t curl_loop_retry_after_ms(const char *text, int64_t now_ms)
{
	size_t digits = strspn(text, "0123456789");
	time_t at_s;
	int64_t delay_ms;

	if (digits > 0 && text[digits] == '\0') {
		/* More digits than this and the number is over the bound whatever they are. */
		delay_ms = digits > 9 ? RETRY_AFTER_MAX_MS : g_ascii_strtoll(text, NULL, 10) * 1000;
		return MIN(delay_ms, RETRY_AFTER_MAX_MS);
	}
	if (!g_ascii_isalpha(text[0])) {
		return 0; /* a date begins with its day; curl_getdate() would take "-3" for one */
	}
	at_s = curl_getdate(text, NULL);
	if (at_s < 0 || (int64_t)at_s * 1000 <= now_ms) {
		return 0;
	}
	delay_ms = (int64_t)at_s * 1000 - now_ms;
	return MIN(delay_ms, RETRY_AFTER_MAX_MS);
}
