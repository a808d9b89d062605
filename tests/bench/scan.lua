-- wrk's requests: PER_REQUEST scans each, of the items FIRST, FIRST + 1, … in an order that jumps over all LEGS.
-- TOKEN signs in. What the answers hold is counted in the database afterwards; here, that they are 200.
local legs = tonumber(os.getenv("LEGS"))
local at = tonumber(os.getenv("FIRST"))
local per_request = tonumber(os.getenv("PER_REQUEST"))
local kind = os.getenv("KIND")
local weights = {8, 6, 4, 2, 3, 5, 9, 7}
local stride = 611953 -- prime, so that LEGS scans meet LEGS items
local second, now_ms, text

math.randomseed(os.time() + at)

local function item_code(n)
	local digits = string.format("%08d", 10000000 + n)
	local sum = 0
	for i = 1, 8 do
		sum = sum + weights[i] * (digits:byte(i) - 48)
	end
	local rest = 11 - sum % 11
	return "RR" .. digits .. (rest == 10 and 0 or rest == 11 and 5 or rest) .. "VN"
end

local function tick()
	local now = os.time()
	if now ~= second then
		second, now_ms = now, now * 1000
		text = os.date("!%Y-%m-%dT%H:%M:%S.000Z", now)
	end
end

local function scan()
	tick()
	local n = at * stride % legs
	at = at + 1
	return string.format(
		'{"event_id":"%08x-%04x-7%03x-%04x-%06x%06x","kind":"%s","code":"%s","occurred_at":"%s","data":{}}',
		math.floor(now_ms / 65536), now_ms % 65536, math.random(0, 4095), math.random(32768, 49151),
		math.random(0, 16777215), at % 16777216, kind, item_code(n), text)
end

function init()
	wrk.method = "POST"
	wrk.headers["Content-Type"] = "application/json"
	wrk.headers["Authorization"] = "Bearer " .. os.getenv("TOKEN")
end

function request()
	local scans = {}
	for i = 1, per_request do
		scans[i] = scan()
	end
	return wrk.format(nil, nil, nil, "[" .. table.concat(scans, ",") .. "]")
end

function done(summary, latency)
	io.write(string.format('{"requests":%d,"seconds":%.3f,"bad":%d,"p50_us":%d,"p99_us":%d}\n', summary.requests,
		summary.duration / 1e6, summary.errors.status + summary.errors.connect + summary.errors.read
		+ summary.errors.write + summary.errors.timeout, latency:percentile(50), latency:percentile(99)))
end
