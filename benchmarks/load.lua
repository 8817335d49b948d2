-- Ask for the targets of a file, one after the other, and say in JSON what came of it.
-- Arguments: file, what stands before each target, where to begin, milliseconds between requests.
local targets, at, pause = {}, 0, 0
local headers = {["Accept"] = "application/sparql-results+json"}
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  for line in io.lines(arguments[1]) do targets[#targets + 1] = arguments[2] .. line end
  at = tonumber(arguments[3]) % #targets
  pause = tonumber(arguments[4])
  math.randomseed(at + 1)
  if pause == 0 then delay = nil end
end

function request()
  at = at % #targets + 1
  return wrk.format("GET", targets[at], headers)
end

-- Whole milliseconds only: chance makes up for the rest.
function delay()
  return math.floor(pause + math.random())
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.3f, "bytes": %d, "p50": %.3f, "p99": %.3f, "most": %.3f, ' ..
    '"failed": %d}\n', summary.requests, summary.duration / 1e6, summary.bytes,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
