-- POST /orders, each with an Idempotency-Key of its own. Arguments: the name of the run, which no earlier run had.
-- Ends with one line of JSON for wrk.ts to read.

local body = '{"customer":{"id":"customer-1","name":"Kim","phone":"010-1234-5678"},' ..
  '"lines":[{"productId":"keyboard","quantity":2,"unitPrice":45000},' ..
  '{"productId":"mouse","quantity":1,"unitPrice":30000}],"totalAmount":120000}'
local placeholder = "the-key-comes-here"
local threads = 0
local before, after, prefix
local sent = 0

function setup(thread)
  thread:set("thread_id", threads)
  threads = threads + 1
end

-- The request is written once and only its key changes: what wrk costs, the server on the same machine lacks.
function init(args)
  local request = wrk.format("POST", "/orders", {
    ["Content-Type"] = "application/json",
    ["Idempotency-Key"] = placeholder,
    ["Host"] = wrk.headers["Host"],
    ["Authorization"] = wrk.headers["Authorization"],
  }, body)
  local first, last = request:find(placeholder, 1, true)
  before = request:sub(1, first - 1)
  after = request:sub(last + 1)
  prefix = args[1] .. "-" .. thread_id .. "-"
end

function request()
  sent = sent + 1
  return before .. prefix .. sent .. after
end

-- No response(): wrk would then take each answer apart in Lua. Who runs this asks the server for its status codes.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"p50Ms":%.3f,"p99Ms":%.3f,"failed":%d}\n',
    summary.requests,
    summary.duration / 1e6,
    latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end
