import type { RateLimit } from "@/lib/engine/decide";
import type { KeyRecord } from "@/lib/engine/keys/key-record";
import type { KeyActor } from "../actor";

/** What a key-authenticated route is called with, after the decision allowed it. */
export type KeyRequest = {
  request: Request;
  url: URL;
  /** The variable part of the path, such as the key id. */
  params: Record<string, string>;
  actor: KeyActor;
  key: KeyRecord;
  rateLimit: RateLimit;
};

export type KeyRouteHandler = (request: KeyRequest) => Promise<Response>;

/** A path of the key-authenticated API, and what answers on it by method. */
export type KeyRoute = {
  path: RegExp;
  /** Needs `can_manage_keys`. */
  managesKeys: boolean;
  methods: Partial<Record<"GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE", KeyRouteHandler>>;
};
