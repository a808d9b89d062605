#include "api/api_clock.h"

#include "api/api.h"
#include "api/api_guard.h"
#include "flow/skew_teller.h"
#include "model/device_clock.h"

void api_clock_note(const struct exchange *exchange, const struct api *api, int64_t now_ms)
{
	int64_t offset_ms;

	if (device_clock_read(exchange_header(exchange, "Hoso-Device-Time"), now_ms, &offset_ms)) {
		skew_teller_tell(api->skew_teller, api_actor(exchange), now_ms, offset_ms);
	}
}
