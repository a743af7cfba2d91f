done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("figures %d %d %d %d\n", summary.requests,
    e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(95)))
end
