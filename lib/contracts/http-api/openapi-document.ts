import { z } from "zod";
import { type PublicErrorCode, publicErrorCodes } from "../error-codes";
import { errorHelp } from "../error-help";
import { errorAnswer, unkeyErrorAnswer, unkeyErrorOf } from "./error";
import { examples } from "./examples";
import { forwardAuthOperations } from "./forward-auth-operations";
import { keyOperations } from "./key-operations";
import { namedSchemas } from "./named-schemas";
import type { Operation } from "./operation";
import { processOperations } from "./process-operations";
import { serviceOperations } from "./service-operations";

/** Every operation of the public HTTP interface by its id. */
export const operations: Record<string, Operation> = {
  ...keyOperations,
  ...serviceOperations,
  ...forwardAuthOperations,
  ...processOperations,
};

type Json = Record<string, unknown>;
export type OpenApiDocument = {
  openapi: "3.1.0";
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: { schemas: Record<string, Json>; responses: Record<string, OpenApiResponse> } & Json;
} & Json;
export type OpenApiResponse = { content?: Record<string, { schema: Json; examples?: Json }> } & Json;
export type OpenApiOperation = {
  operationId: string;
  responses: Record<string, OpenApiResponse>;
} & Json;

/** The OpenAPI description of the public HTTP interface, made from the schemas that validate its requests. */
export function openApiDocument(server: {
  productName: string;
  baseUrl: string;
  appUrl: string;
  version: string;
}): OpenApiDocument {
  const paths: OpenApiDocument["paths"] = {};
  const responses: Record<string, OpenApiResponse> = {};
  for (const [id, operation] of Object.entries(operations)) {
    const path = paths[operation.path] ?? {};
    const described = operationObject(id, operation, server.appUrl);
    path[operation.method.toLowerCase()] = shareErrors(described, operation, responses);
    paths[operation.path] = path;
  }
  const used = new Set(Object.values(operations).map(({ tag }) => tag));
  return {
    openapi: "3.1.0",
    info: {
      title: `${server.productName} API`,
      version: server.version,
      summary: "API keys: managing them, deciding about them, and what was decided.",
      description: introduction,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: server.baseUrl }],
    tags: Object.entries(tags)
      .filter(([name]) => used.has(name))
      .map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: componentSchemas(), responses, headers: responseHeaders, securitySchemes },
  };
}

const introduction = `Every answer has an X-Request-Id; a client's own is kept if it matches [A-Za-z0-9_-]{1,64}.
Every answer to a known key has RateLimit headers. Errors have one shape, with a stable code. HEAD answers as GET does, without
the body. A slash at the end of a path changes nothing. A method that a path does not have is 405 with Allow.`;

const tags: Record<string, string> = {
  "API keys": "Managing API keys with a key that has `can_manage_keys`.",
  Workspace: "What a key tells of itself and its workspace.",
  Decisions: "Asking whether a key may pass, with a service token.",
  Quotas: "What workspaces may use and have used, with a service token.",
  Gateways: "What gateways ask about each request.",
  Operations: "For the programs that run the server.",
};

const securitySchemes = {
  apiKey: { type: "apiKey", in: "header", name: "x-api-key", description: "An API key." },
  bearerKey: { type: "http", scheme: "bearer", description: "An API key: `Authorization: Bearer KEY`." },
  apiKeyAuthorization: {
    type: "apiKey",
    in: "header",
    name: "Authorization",
    description: "An API key with its scheme: `Authorization: api-key KEY`.",
  },
  serviceToken: {
    type: "http",
    scheme: "bearer",
    description: "A token of the operator's own services, from SERVICE_TOKEN or SERVICE_TOKENS.",
  },
  serviceTokenBasic: {
    type: "http",
    scheme: "basic",
    description: "A service token as the password. The user name is not looked at.",
  },
};

const security: Record<Operation["access"], Json[]> = {
  key: [{ apiKey: [] }, { bearerKey: [] }, { apiKeyAuthorization: [] }],
  service_token: [{ serviceToken: [] }],
  service_token_or_basic: [{ serviceToken: [] }, { serviceTokenBasic: [] }],
  none: [],
};

const responseHeaders = {
  "X-Request-Id": {
    description: "A label for this call: the client's own if it sent one, else a new one.",
    required: true,
    schema: { type: "string" },
  },
  "RateLimit-Policy": {
    description: 'The limit of the key, such as `"default";q=600;w=60`.',
    schema: { type: "string" },
  },
  RateLimit: {
    description: 'Calls that are left, and the seconds until there are more, such as `"default";r=599;t=1`.',
    schema: { type: "string" },
  },
  "X-RateLimit-Limit": { description: "Calls a minute.", schema: { type: "integer" } },
  "X-RateLimit-Remaining": { description: "Calls that are left.", schema: { type: "integer" } },
  "X-RateLimit-Reset": {
    description: "Unix time in seconds when the full limit is available again.",
    schema: { type: "integer" },
  },
  "Retry-After": {
    description: "Whole seconds to wait before the next try.",
    schema: { type: "integer", minimum: 1 },
  },
  "WWW-Authenticate": {
    description: "The challenge of RFC 6750. It has no `error` if no credential was sent.",
    schema: { type: "string" },
  },
};
type HeaderName = keyof typeof responseHeaders;
const rateLimitHeaders: HeaderName[] = [
  "RateLimit-Policy",
  "RateLimit",
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
];

function operationObject(id: string, operation: Operation, appUrl: string): OpenApiOperation {
  const example = (examples as Record<string, { request?: unknown; answer?: unknown }>)[id];
  const parameters = parametersOf(operation);
  return {
    operationId: id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.description && { description: operation.description }),
    security: security[operation.access],
    ...(parameters.length > 0 && { parameters }),
    ...(operation.body && {
      requestBody: {
        required: true,
        content: {
          [operation.bodyType ?? "application/json"]: {
            schema: schemaOf(operation.body),
            ...(example?.request !== undefined && { example: example.request }),
          },
        },
      },
    }),
    responses: {
      [operation.status ?? 200]: successOf(operation, example?.answer),
      ...otherAnswersOf(operation),
      ...errorsOf(operation, appUrl),
    },
  };
}

function parametersOf({ path, pathParameters, query, headers }: Operation): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    description: pathParameters?.[name],
    schema: { type: "string" },
  }));
  const { properties = {}, required = [] } = query ? inlineSchema(query) : {};
  const inQuery = Object.entries(properties as Record<string, Json>).map(
    ([name, { description, ...schema }]) => ({
      name,
      in: "query",
      ...((required as string[]).includes(name) && { required: true }),
      ...(description !== undefined && { description }),
      schema,
    }),
  );
  const inHeaders = Object.entries(headers ?? {}).map(
    ([name, { description, schema, required = false }]) => ({
      name,
      in: "header",
      ...(required && { required }),
      description,
      schema: inlineSchema(schema),
    }),
  );
  return [...inPath, ...inQuery, ...inHeaders];
}

function successOf({ answer, access, answerHeaders }: Operation, example: unknown) {
  return {
    description: "Success.",
    headers: {
      ...headersOf(access === "key" ? ["X-Request-Id", ...rateLimitHeaders] : ["X-Request-Id"]),
      ...ownHeaders(answerHeaders),
    },
    ...(answer && { content: { "application/json": { schema: schemaOf(answer), example } } }),
  };
}

/** Most operations have the same errors: those are written once. The first operation of a kind decides which they are. */
function shareErrors(
  described: OpenApiOperation,
  { access, errorHeaders, errorBody }: Operation,
  shared: Record<string, OpenApiResponse>,
): OpenApiOperation {
  if (access === "none") return described;
  const kind = errorHeaders ? "Gateway" : errorBody ? "Unkey" : access === "key" ? "Key" : "Service";
  const responses = Object.entries(described.responses).map(([status, response]) => {
    const reason = errorNames[status];
    if (!reason) return [status, response];
    const name = `${kind}${reason}`;
    shared[name] ??= response;
    const isSame = JSON.stringify(shared[name]) === JSON.stringify(response);
    return [status, isSame ? { $ref: `#/components/responses/${name}` } : response];
  });
  return { ...described, responses: Object.fromEntries(responses) };
}

const errorNames: Record<string, string> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  413: "ContentTooLarge",
  429: "TooManyRequests",
  500: "InternalServerError",
  503: "ServiceUnavailable",
};

function ownHeaders(headers: Record<string, string> = {}): Json {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [
      name,
      { description, required: true, schema: { type: "string" } },
    ]),
  );
}

function otherAnswersOf({ otherAnswers = {} }: Operation): OpenApiOperation["responses"] {
  return Object.fromEntries(
    Object.entries(otherAnswers).map(([status, { description, schema }]) => [
      status,
      {
        description,
        headers: headersOf(["X-Request-Id"]),
        ...(schema && { content: { "application/json": { schema: schemaOf(schema) } } }),
      },
    ]),
  );
}

function errorsOf(operation: Operation, appUrl: string): OpenApiOperation["responses"] {
  const byStatus = new Map<number, PublicErrorCode[]>();
  for (const code of operation.errors) {
    const { status } = publicErrorCodes[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
    if (operation.deniesWith403 && status !== 401 && status !== 403)
      byStatus.set(403, [...(byStatus.get(403) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [String(status), errorOf(operation, status, codes, appUrl)]),
  );
}

function errorOf(
  { access, errorBody, errorHeaders }: Operation,
  status: number,
  codes: PublicErrorCode[],
  appUrl: string,
) {
  const headers: HeaderName[] = ["X-Request-Id"];
  if (status === 401 || (status === 403 && access === "key")) headers.push("WWW-Authenticate");
  if (status === 429 || status === 503) headers.push("Retry-After");
  if (access === "key") headers.push(...rateLimitHeaders);
  return {
    description: codes.map((code) => `\`${code}\`: ${errorHelp[code].means}`).join("\n\n"),
    headers: { ...headersOf(headers), ...ownHeaders(errorHeaders) },
    content: {
      "application/json": {
        schema: schemaOf(errorBody ?? errorAnswer),
        examples: Object.fromEntries(
          codes.map((code) => {
            const example = errorExample(code, appUrl);
            return [code, { value: errorBody === unkeyErrorAnswer ? unkeyErrorOf(example) : example }];
          }),
        ),
      },
    },
  };
}

function errorExample(code: PublicErrorCode, appUrl: string): z.infer<typeof errorAnswer> {
  return {
    error: {
      code,
      message: publicErrorCodes[code].message,
      request_id: "req_01kb2v8c4p6q8r0s2t4v6w8x0y",
      doc_url: `${appUrl}/docs/errors#${code}`,
    },
  };
}

function headersOf(names: HeaderName[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function componentSchemas(): Record<string, Json> {
  const { schemas } = z.toJSONSchema(namedSchemas, { ...conversion, uri: referenceTo });
  return Object.fromEntries(
    Object.entries(schemas)
      .map(([id, { $schema, $id, ...schema }]): [string, Json] => [id, schema])
      .sort(([a], [b]) => a.localeCompare(b, "en")),
  );
}

function referenceTo(id: string): string {
  return `#/components/schemas/${id}`;
}

function schemaOf(schema: z.ZodType): Json {
  const id = namedSchemas.get(schema)?.id;
  return id === undefined ? inlineSchema(schema) : { $ref: referenceTo(id) };
}

function inlineSchema(schema: z.ZodType): Json {
  const { $schema, ...rest } = z.toJSONSchema(schema, conversion);
  return rest;
}

/** What a client sends, before it is transformed; answers are not transformed. */
const conversion = {
  io: "input",
  override({ jsonSchema }) {
    // The format says the same, and no reader needs the expression that checks it.
    if (jsonSchema.format) delete jsonSchema.pattern;
    // A field that is only there to explain why it is refused.
    for (const [name, property] of Object.entries(jsonSchema.properties ?? {}))
      if (typeof property === "object" && property.not) delete jsonSchema.properties?.[name];
  },
} satisfies z.core.ToJSONSchemaParams;
