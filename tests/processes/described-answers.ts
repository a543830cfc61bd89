import type { IncomingHttpHeaders } from "node:http";
import Ajv, { type ValidateFunction } from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { openApiDocument } from "@/lib/contracts/http-api/openapi-document";
import type {
  OpenApiDocument,
  OpenApiOperation,
  OpenApiResponse,
} from "@/lib/contracts/http-api/openapi-types";

type Seen = { status: number; headers: IncomingHttpHeaders; body: string };

/**
 * Checks a response of the public HTTP API against /openapi.json, more strictly than a client would: undescribed fields are errors.
 * @throws when the response doesn't conform.
 */
export function requireDescribed(method: string, target: string, answer: Seen): void {
  const path = target.split("?", 1)[0] as string;
  const message = `${method} ${path} was answered ${answer.status} ${answer.body.slice(0, 500)}`;
  const found = findPath(path);
  if (!found) {
    if (answer.status !== 404) throw new Error(`The description has no such path: ${message}`);
    return;
  }
  const operation = found[method === "HEAD" ? "get" : method.toLowerCase()];
  if (!operation) {
    const isPreflight = method === "OPTIONS" && answer.status === 204;
    if (!isPreflight && answer.status !== 405)
      throw new Error(`The description has no such method: ${message}`);
    return;
  }
  const wrong = problemOf(operation, answer, method === "HEAD");
  if (wrong) throw new Error(`${wrong}: ${message}`);
}

function problemOf(operation: OpenApiOperation, { status, headers, body }: Seen, isHead: boolean) {
  const response = responseOf(operation, status);
  if (!response) return "The description has no such status";
  for (const name of Object.keys(response.headers ?? {})) {
    const { required, schema } = headerOf(response.headers as Json, name);
    const value = headers[name.toLowerCase()];
    if (required && value === undefined) return `${name} is missing`;
    if (value !== undefined && schema.type === "integer" && !/^\d+$/.test(String(value)))
      return `${name} is not a whole number: ${value}`;
  }
  if (isHead) return null;
  if (!response.content) return body === "" ? null : "The description has no body here";
  const [type = ""] = (headers["content-type"] ?? "").split(";");
  const media = response.content[type];
  if (!media) return `The description has no ${type || "untyped"} body here`;
  const value = JSON.parse(body) as { error?: { code?: string } };
  const validate = validatorOf(media.schema);
  if (!validate(value)) return ajv.errorsText(validate.errors);
  // The examples of errors are named after the expected codes.
  const code = status >= 400 ? value.error?.code : undefined;
  if (code !== undefined && media.examples && !(code in media.examples))
    return `The description has no ${code} here`;
  return null;
}

type Json = Record<string, unknown>;
type Header = { required?: boolean; schema: { type: string } };

const document = closed(
  openApiDocument({
    productName: "Keyward",
    baseUrl: "http://localhost:3000",
    appUrl: "http://localhost:3000",
    version: "0",
  }),
) as OpenApiDocument;
const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true });
addFormats(ajv);
// Keywords of OpenAPI and JSON Schema that don't affect validation.
ajv.addVocabulary(["example", "components", "openapi", "info", "servers", "tags", "paths"]);
ajv.addSchema({ $id: "openapi.json", components: document.components });

const validators = new Map<Json, ValidateFunction>();
function validatorOf(schema: Json): ValidateFunction {
  const known = validators.get(schema);
  if (known) return known;
  const absolute = JSON.parse(
    JSON.stringify(schema).replaceAll('"#/components/', '"openapi.json#/components/'),
  );
  const validate = ajv.compile(absolute);
  validators.set(schema, validate);
  return validate;
}

function responseOf({ responses }: OpenApiOperation, status: number): OpenApiResponse | undefined {
  const { $ref: reference = "" } = (responses[status] ?? {}) as { $ref?: string };
  const [, name = ""] = /^#\/components\/responses\/(\w+)$/.exec(reference) ?? [];
  return document.components.responses[name] ?? responses[status];
}

function headerOf(headers: Json, name: string): Header {
  const header = headers[name] as Header | { $ref: string };
  return "$ref" in header
    ? ((document.components.headers as Record<string, Header>)[name] as Header)
    : header;
}

/** Concrete paths come before templated ones, as OpenAPI requires. */
const paths = Object.entries(document.paths)
  .map(([template, operations]) => ({
    pattern: patternOf(template),
    variables: template.split("{").length,
    operations,
  }))
  .sort((a, b) => a.variables - b.variables);

/** OpenAPI has no parameter for several path segments. The description of this one says that it may have any number. */
function patternOf(template: string): RegExp {
  const pattern = template
    .replace(/[.]/g, "\\.")
    .replace("{original_path}", ".+")
    .replace(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${pattern}/?$`);
}

function findPath(path: string): Record<string, OpenApiOperation> | null {
  return paths.find(({ pattern }) => pattern.test(path))?.operations ?? null;
}

/** The description, changed so that undescribed fields are not allowed. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, closed(inner)]);
  const copy = Object.fromEntries(entries) as Json;
  if (copy.type === "object" && copy.properties && copy.additionalProperties === undefined)
    copy.additionalProperties = false;
  return copy;
}
