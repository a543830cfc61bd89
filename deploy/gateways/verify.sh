#!/bin/sh
# Asks Keyward whether a key may make a request. The answer is always 200: "valid" says whether it may, and "status" what to
# answer a client whose key was refused. Both secrets come from the environment.
curl --silent --show-error --max-time 3 http://127.0.0.1:3000/api/v1/verify \
  -H "Authorization: Bearer $SERVICE_TOKEN" \
  -H "Content-Type: application/json" \
  -d '{"key": "'"$API_KEY"'", "method": "GET", "path": "/v1/files", "client_ip": "127.0.0.1"}'
