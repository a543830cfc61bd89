import { z } from "zod";
import { keyDenials } from "./key-denials";
import { httpMethods, type Operation, type Operations } from "./operation";

export const forwardAuthPath = "/api/forward-auth";

const answerHeaders = {
  "X-Keyward-Workspace-Id": "The workspace of the key.",
  "X-Keyward-Key-Id": "The id of the key.",
  "X-Keyward-Key-Name": "The name of the key, percent-encoded.",
  "X-Keyward-Permission-Level": "`read_only`, `read_write` or `custom`.",
  "X-Keyward-Permissions": "The declared permissions that the key has, separated by spaces.",
  "X-Keyward-User-Id": "The owner of the key.",
  "X-Keyward-Role": "The owner's role now.",
  "X-Keyward-Environment": "The environment of the key.",
};

const errorHeaders = {
  "X-Keyward-Status": "The status of the code, whatever the gateway was told.",
  "X-Keyward-Error": "The code.",
};

const question = {
  tag: "Gateways",
  access: "key",
  answer: null,
  answerHeaders,
  errorHeaders,
  errors: keyDenials,
} as const satisfies Partial<Operation>;

const header = (description: string) => ({ description, schema: z.string() });

const ofTheHeaders = {
  ...question,
  path: forwardAuthPath,
  summary: "Decide about a gateway's request",
  description:
    "Decides about the request that one pair of headers names, each header once. Only a trusted proxy may ask. An allowed request is 200 without a body.",
  query: z.object({
    workspace: z
      .string()
      .optional()
      .meta({ description: "Only keys of this workspace may pass; others are `insufficient_permissions`." }),
    permission: z
      .array(z.string())
      .optional()
      .meta({ description: "A declared permission that the key needs. With several, it needs each." }),
    deny: z
      .literal("auth_request")
      .optional()
      .meta({ description: "For nginx: 401 stays 401, and every other denial is 403." }),
  }),
  headers: {
    "X-Forwarded-Method": header("The method of the original request, with `X-Forwarded-Uri`."),
    "X-Forwarded-Uri": header("The target of the original request."),
    "X-Original-Method": header("The same from gateways that send this pair, with `X-Original-URI`."),
    "X-Original-URI": header("The target of the original request."),
  },
  deniesWith403: true,
} as const satisfies Partial<Operation>;

const ofTheRequest = {
  ...question,
  path: `${forwardAuthPath}/{original_path}`,
  summary: "Decide about a request by its own method and path",
  description: "For Envoy. The path may have any number of segments; the query is the client's own.",
  pathParameters: { original_path: "The path of the original request." },
} as const satisfies Partial<Operation>;

/** What gateways ask, by whichever method: some send the client's own. */
export const forwardAuthOperations: Operations = Object.fromEntries(
  httpMethods.flatMap((method) => {
    const by = method === "GET" ? "" : `By${method[0]}${method.slice(1).toLowerCase()}`;
    return [
      [`forwardAuth${by}`, { ...ofTheHeaders, method }],
      [`forwardAuthOfPath${by}`, { ...ofTheRequest, method }],
    ];
  }),
);
