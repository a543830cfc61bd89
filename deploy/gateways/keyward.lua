-- Asks Keyward whether a request may pass (HAProxy 2.6 or newer). Without a clear yes the answer is no.

local keyward = "http://127.0.0.1:3000/api/forward-auth"

-- What a decision is made from. The body stays here.
local asked = {
  "authorization", "x-api-key", "user-agent", "x-request-id", "x-forwarded-for",
  "x-http-method-override", "x-http-method", "x-method-override",
}
local identity = {
  "x-keyward-workspace-id", "x-keyward-key-id", "x-keyward-key-name", "x-keyward-permission-level",
  "x-keyward-user-id", "x-keyward-role", "x-keyward-environment",
}
local told = {
  "content-type", "cache-control", "www-authenticate", "retry-after", "ratelimit", "ratelimit-policy",
  "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-request-id", "x-keyward-status", "x-keyward-error",
}

local function unavailable(txn)
  local reply = txn:reply({ status = 503 })
  reply:add_header("content-type", "application/json")
  reply:add_header("cache-control", "no-store")
  reply:add_header("retry-after", "1")
  reply:set_body('{"error":{"code":"unavailable","message":"This cannot be decided right now. Try again shortly."}}')
  txn:done(reply)
end

core.register_action("keyward", { "http-req" }, function(txn)
  local sent = txn.http:req_get_headers()
  local headers = {
    ["x-forwarded-method"] = { [0] = txn.sf:method() },
    ["x-forwarded-uri"] = { [0] = txn.sf:pathq() },
  }
  -- All values of a name: a repeated credential must be seen as one, and refused.
  for _, name in ipairs(asked) do
    headers[name] = sent[name]
  end

  -- HAProxy tries four times, so this is a quarter of the longest wait.
  local answer = core.httpclient():get({ url = keyward, headers = headers, timeout = 1000 })
  if answer == nil or answer.status == nil or answer.headers == nil or answer.headers["x-request-id"] == nil then
    return unavailable(txn)
  end
  if answer.status == 200 and answer.headers["x-keyward-workspace-id"] ~= nil then
    for _, name in ipairs(identity) do
      txn.http:req_set_header(name, answer.headers[name][0])
    end
    txn.http:req_set_header("x-request-id", answer.headers["x-request-id"][0])
    return
  end
  if answer.status < 400 then
    return unavailable(txn)
  end
  local reply = txn:reply({ status = answer.status })
  for _, name in ipairs(told) do
    if answer.headers[name] ~= nil then
      reply:add_header(name, answer.headers[name][0])
    end
  end
  reply:set_body(answer.body or "")
  txn:done(reply)
end)
