-- Asks Keyward whether a request may pass (HAProxy 2.6 or newer). Refuses the request unless Keyward clearly allows it.

-- HAProxy asks through its own keyward_questions, which has the addresses of Keyward.
local keyward = "http://keyward/api/forward-auth"
local by_way_of = "abns@keyward-8000"

local function set(names)
  local result = {}
  for _, name in ipairs(names) do
    result[name] = true
  end
  return result
end

-- The headers that Keyward reads.
local asked = set({
  "authorization", "x-api-key", "user-agent", "x-request-id", "x-forwarded-for", "origin",
  "x-http-method-override", "x-http-method", "x-method-override",
})
local identity = {
  "x-keyward-workspace-id", "x-keyward-key-id", "x-keyward-key-name", "x-keyward-permission-level",
  "x-keyward-permissions", "x-keyward-user-id", "x-keyward-role", "x-keyward-environment",
  "x-keyward-external-workspace-id", "x-keyward-external-user-id",
}
-- Of a key that was rotated.
local rotated = {
  ["x-keyward-key-rotated"] = "txn.key_rotated", ["deprecation"] = "txn.key_deprecation", ["sunset"] = "txn.key_sunset",
}
local told = {
  "content-type", "cache-control", "www-authenticate", "retry-after", "ratelimit", "ratelimit-policy",
  "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "x-request-id", "x-keyward-status", "x-keyward-error",
  "access-control-allow-origin", "access-control-expose-headers", "vary",
  "x-keyward-key-rotated", "deprecation", "sunset",
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
  local headers = {
    ["x-forwarded-method"] = { [0] = txn.sf:method() },
    ["x-forwarded-uri"] = { [0] = txn.sf:pathq() },
  }
  -- In every spelling that servers read as one of these names, with all values: Keyward must see what the API could see.
  for name, values in pairs(txn.http:req_get_headers()) do
    local spelled = name:gsub("[^a-z0-9]", "-")
    if asked[spelled] then
      headers[name] = values
    end
  end

  -- Longer than keyward_questions waits, so that its answer arrives.
  local answer = core.httpclient():get({ url = keyward, dst = by_way_of, headers = headers, timeout = 5000 })
  if answer == nil or answer.status == nil or answer.headers == nil or answer.headers["x-request-id"] == nil then
    return unavailable(txn)
  end
  if answer.status == 200 and answer.headers["x-keyward-workspace-id"] ~= nil then
    for _, name in ipairs(identity) do
      local values = answer.headers[name]
      txn.http:req_set_header(name, values and values[0] or "")
    end
    txn.http:req_set_header("x-request-id", answer.headers["x-request-id"][0])
    for name, variable in pairs(rotated) do
      if answer.headers[name] ~= nil then
        txn:set_var(variable, answer.headers[name][0])
      end
    end
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
