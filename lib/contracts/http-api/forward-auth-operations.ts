import { z } from "zod";
import { keyDenials } from "./key-denials";
import { httpMethods, type Operation, type Operations } from "./operation";

export const forwardAuthPath = "/api/forward-auth";

const mayBeEmpty = (description: string) => ({ description, mayBeEmpty: true }) as const;

const answerHeaders = {
  "X-Keyward-Workspace-Id": "The workspace of the key.",
  "X-Keyward-Key-Id": "The id of the key.",
  "X-Keyward-Key-Name": "The name of the key, percent-encoded.",
  "X-Keyward-Permission-Level": "`read_only`, `read_write` or `custom`.",
  "X-Keyward-Permissions": mayBeEmpty("The declared permissions that the key has, separated by spaces."),
  "X-Keyward-User-Id": "The owner of the key.",
  "X-Keyward-Role": "The owner's current role.",
  "X-Keyward-Environment": "The environment of the key.",
  "X-Keyward-External-Workspace-Id": mayBeEmpty("Your own id of the workspace."),
  "X-Keyward-External-User-Id": mayBeEmpty("Your own id of the owner."),
};

const errorHeaders = {
  "X-Keyward-Status": "The status of the code, even if `deny` changed the status of the answer.",
  "X-Keyward-Error": "The error code.",
};

const forwardAuth = {
  tag: "Gateways",
  access: "key",
  answer: null,
  answerHeaders,
  errorHeaders,
  errors: keyDenials,
} as const satisfies Partial<Operation>;

const header = (description: string) => ({ description, schema: z.string() });

const byHeaders = {
  ...forwardAuth,
  path: forwardAuthPath,
  summary: "Authorize the request that the headers describe",
  description:
    "Decides about the request that one pair of headers describes. Each header must be sent once, by a trusted proxy. Returns 200 without a body if the request is allowed.",
  query: z.object({
    workspace: z.string().optional().meta({
      description: "Only keys of this workspace are allowed; others get `insufficient_permissions`.",
    }),
    permission: z.array(z.string()).optional().meta({
      description: "A declared permission that the key needs. If repeated, the key needs all of them.",
    }),
    deny: z
      .literal("auth_request")
      .optional()
      .meta({ description: "For nginx: 401 stays 401, and every other denial is 403." }),
  }),
  headers: {
    "X-Forwarded-Method": header("The method of the original request, with `X-Forwarded-Uri`."),
    "X-Forwarded-Uri": header("The target of the original request."),
    "X-Original-Method": header("The method of the original request, with `X-Original-URI`."),
    "X-Original-URI": header("The target of the original request."),
  },
  deniesWith403: true,
} as const satisfies Partial<Operation>;

const byPath = {
  ...forwardAuth,
  path: `${forwardAuthPath}/{original_path}`,
  summary: "Authorize a request by its own method and path",
  description:
    "For Envoy. The path can have any number of segments. The query is that of the original request and is ignored.",
  pathParameters: { original_path: "The path of the original request." },
} as const satisfies Partial<Operation>;

/** Gateways may call these with any method: some use the method of the original request. */
export const forwardAuthOperations: Operations = Object.fromEntries(
  httpMethods.flatMap((method) => {
    const suffix = method === "GET" ? "" : `By${method[0]}${method.slice(1).toLowerCase()}`;
    return [
      [`forwardAuth${suffix}`, { ...byHeaders, method }],
      [`forwardAuthOfPath${suffix}`, { ...byPath, method }],
    ];
  }),
);
