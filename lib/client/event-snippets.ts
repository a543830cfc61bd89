export const eventSnippetLanguages = ["javascript", "python", "go"] as const;
export type EventSnippetLanguage = (typeof eventSnippetLanguages)[number];
export type EventSnippet = { id: EventSnippetLanguage; label: string; code: string };

const javascript = `import { createHmac, timingSafeEqual } from "node:crypto";
import express from "express";

const secret = process.env.SIGNING_SECRET;
if (!secret) throw new Error("Set SIGNING_SECRET.");

function isGenuine(rawBody = "", header = "") {
  const fields = header.split(",").map((field) => field.split("="));
  const sentAt = fields.find(([name]) => name === "t")?.[1];
  const age = Math.abs(Date.now() / 1000 - Number(sentAt));
  if (!(age <= 300)) return false; // 5 minutes
  const mac = createHmac("sha256", secret).update(\`\${sentAt}.\`).update(rawBody);
  const expected = Buffer.from(mac.digest("hex"));
  // There are two signatures while the secret is being changed. One must match.
  return fields.some(([name, value = ""]) => {
    const given = Buffer.from(value);
    return name === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

// A delivery can arrive more than once. Keep the ids in your database instead.
const handled = new Set();

const app = express();
// The signature is of the raw body, so verify before you parse.
app.post("/keyward", express.raw({ type: () => true, limit: "1mb" }), (request, response) => {
  if (!isGenuine(request.body, request.get("X-Keyward-Signature"))) return response.sendStatus(401);
  const event = JSON.parse(request.body);
  if (!handled.has(event.id)) {
    handled.add(event.id); // the same as the Webhook-Id header
    console.log(event.type, event.id); // Do slow work later: answer within 10 seconds.
  }
  response.sendStatus(204);
});
app.listen(8080);`;

const python = `import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

secret = os.environ["SIGNING_SECRET"].encode()
if not secret:
    raise SystemExit("Set SIGNING_SECRET.")

# A delivery can arrive more than once. Keep the ids in your database instead.
handled = set()


def is_genuine(raw_body, header):
    fields = [field.partition("=")[::2] for field in header.split(",")]
    sent_at = next((value for name, value in fields if name == "t"), "")
    if not sent_at.isdecimal() or abs(time.time() - float(sent_at)) > 300:  # 5 minutes
        return False
    signed = sent_at.encode() + b"." + raw_body
    expected = hmac.new(secret, signed, hashlib.sha256).hexdigest().encode()
    # There are two signatures while the secret is being changed. One must match.
    return any(
        hmac.compare_digest(value.encode(), expected) for name, value in fields if name == "v1"
    )


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        # The signature is of the raw body, so verify before you parse.
        raw_body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not is_genuine(raw_body, self.headers.get("X-Keyward-Signature", "")):
            self.send_error(401)
            return
        event = json.loads(raw_body)
        if event["id"] not in handled:
            handled.add(event["id"])  # the same as the Webhook-Id header
            print(event["type"], event["id"])  # Do slow work later: answer within 10 seconds.
        self.send_response(204)
        self.end_headers()


ThreadingHTTPServer(("", 8080), Receiver).serve_forever()`;

const go = `package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

var secret = []byte(os.Getenv("SIGNING_SECRET"))

// A delivery can arrive more than once. Keep the ids in your database instead.
var handled sync.Map

func isGenuine(rawBody []byte, header string) bool {
	var sentAt string
	var signatures []string
	for _, field := range strings.Split(header, ",") {
		name, value, _ := strings.Cut(field, "=")
		if name == "t" {
			sentAt = value
		} else if name == "v1" {
			signatures = append(signatures, value)
		}
	}
	seconds, err := strconv.ParseInt(sentAt, 10, 64)
	if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
		return false
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(sentAt + "."))
	mac.Write(rawBody)
	expected := []byte(hex.EncodeToString(mac.Sum(nil)))
	// There are two signatures while the secret is being changed. One must match.
	for _, signature := range signatures {
		if hmac.Equal([]byte(signature), expected) {
			return true
		}
	}
	return false
}

func receive(response http.ResponseWriter, request *http.Request) {
	// The signature is of the raw body, so verify before you parse.
	rawBody, err := io.ReadAll(http.MaxBytesReader(response, request.Body, 1<<20))
	if err != nil || !isGenuine(rawBody, request.Header.Get("X-Keyward-Signature")) {
		response.WriteHeader(http.StatusUnauthorized)
		return
	}
	var event struct{ ID, Type string }
	if err := json.Unmarshal(rawBody, &event); err != nil {
		response.WriteHeader(http.StatusBadRequest)
		return
	}
	// event.ID is the same as the Webhook-Id header.
	if _, repeated := handled.LoadOrStore(event.ID, true); !repeated {
		fmt.Println(event.Type, event.ID) // Do slow work later: answer within 10 seconds.
	}
	response.WriteHeader(http.StatusNoContent)
}

func main() {
	if len(secret) == 0 {
		log.Fatal("Set SIGNING_SECRET.")
	}
	http.HandleFunc("/keyward", receive)
	log.Fatal(http.ListenAndServe(":8080", nil))
}`;

/**
 * Endpoints that verify deliveries. They read the signing secret from the environment, so they can be shown anywhere. A proxy in front
 * of them accepts the connections with TLS.
 */
export const eventSnippets: readonly EventSnippet[] = [
  { id: "javascript", label: "JavaScript", code: javascript },
  { id: "python", label: "Python", code: python },
  { id: "go", label: "Go", code: go },
];
