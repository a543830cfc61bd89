import { examples } from "./examples";
import { responseHeaders } from "./openapi-headers";
import { errorsOf, otherAnswersOf, shareErrors, successOf } from "./openapi-responses";
import { componentSchemas, inlineSchema, schemaOf } from "./openapi-schemas";
import type { Json, OpenApiDocument, OpenApiOperation, OpenApiResponse } from "./openapi-types";
import type { Operation } from "./operation";
import { operations } from "./operations";

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
      summary: "Manage API keys, decide about requests, and read the access log.",
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

const introduction = `Every response has an X-Request-Id: the client's, if it matches [A-Za-z0-9_-]{1,64}, or a new one.
Every response to a known key has RateLimit headers. All errors have the same shape and a stable code. HEAD works like GET, without
the body. A trailing slash in a path is ignored. A method that a path doesn't support is 405 with Allow.`;

const tags: Record<string, string> = {
  "API keys": "Manage API keys with a key that has `can_manage_keys`.",
  Workspace: "Information about the calling key and its workspace.",
  "Event subscriptions":
    "Be told of what happens in the workspace, by signed requests. Needs a `read_write` key of an owner or admin.",
  "Events of your customers":
    "Send events of your own, and manage the event subscriptions of every workspace, with a service token.",
  Decisions: "Check API keys, with a service token.",
  Quotas: "Set quotas and record usage, with a service token.",
  Gateways: "Authorization of requests for gateways.",
  Leaks: "Report keys that were found where they shouldn't be.",
  Operations: "Health checks and this document.",
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
    description: "A service token, configured with SERVICE_TOKEN or SERVICE_TOKENS.",
  },
  serviceTokenBasic: {
    type: "http",
    scheme: "basic",
    description: "A service token as the password. The user name is ignored.",
  },
};

const security: Record<Operation["access"], Json[]> = {
  key: [{ apiKey: [] }, { bearerKey: [] }, { apiKeyAuthorization: [] }],
  service_token: [{ serviceToken: [] }],
  service_token_or_basic: [{ serviceToken: [] }, { serviceTokenBasic: [] }],
  none: [],
};

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
