import type { z } from "zod";
import { AppError, invalidField } from "@/lib/contracts/app-error";
import { parseClientJson, unusableNameMessage } from "@/lib/contracts/client-json";
import { refuseSecret } from "../keys/refuse-secret";

const maximumBytes = 64 * 1024;

/**
 * Reads and validates a JSON body. Rejects API keys in fields that aren't for secrets, because they would be stored,
 * for example as a name. `mayHoldKeys` is for services that send keys to verify.
 * @throws AppError `payload_too_large`; `invalid_request`, with every wrong field by name.
 */
export async function readBody<T>(
  request: Request,
  shape: z.ZodType<T>,
  { mayHoldKeys = false } = {},
): Promise<T> {
  const text = await readText(request);
  // An empty body means no fields, so that actions without parameters need no body.
  const body = text === "" ? {} : parseJson(text);
  const input = parseInput(body, shape);
  if (!mayHoldKeys) refuseSecrets(body);
  return input;
}

/** @throws AppError `invalid_request` */
export function parseJson(text: string): unknown {
  try {
    return parseClientJson(text);
  } catch (error) {
    const isUnusable = (error as Error).message === unusableNameMessage;
    throw new AppError("invalid_request", isUnusable ? unusableNameMessage : "The body isn't valid JSON.");
  }
}

const secretFields = new Set(["password", "currentPassword", "newPassword", "token", "code"]);

function refuseSecrets(value: unknown, path: readonly string[] = []): void {
  if (typeof value === "string") refuseSecret(path.join("."), value);
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value))
    if (!secretFields.has(name)) refuseSecrets(inner, [...path, name]);
}

/**
 * Reads the body up to a size limit. Content-Length is not trusted.
 * @throws The error that `tooLarge` creates.
 */
export async function readBytes(request: Request, maximum: number, tooLarge: () => Error): Promise<Buffer> {
  if (Number(request.headers.get("content-length") ?? 0) > maximum) throw tooLarge();
  if (!request.body) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maximum) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export async function readText(request: Request): Promise<string> {
  return decodeUtf8(await readBytes(request, maximumBytes, () => new AppError("payload_too_large")));
}

/** @throws AppError `invalid_request` */
export function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new AppError("invalid_request", "The body isn't valid UTF-8.");
  }
}

/** `application/x-www-form-urlencoded`, each field at most once. */
export async function readForm(request: Request): Promise<Record<string, string>> {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers.get("content-type") ?? ""))
    throw new AppError("invalid_request", "Send a form: Content-Type: application/x-www-form-urlencoded.");
  const fields = [...new URLSearchParams(await readText(request))];
  const names = new Set(fields.map(([name]) => name));
  if (names.size !== fields.length) throw new AppError("invalid_request", "A field appears more than once.");
  return Object.fromEntries(fields);
}

/** @throws AppError `invalid_request` with the first message, and with every invalid field. */
export function parseInput<T>(value: unknown, shape: z.ZodType<T>): T {
  const result = shape.safeParse(value);
  if (result.success) {
    requireStorable(value);
    return result.data;
  }
  // A Map, because an object already has properties such as `constructor` that a request could name.
  const fields = new Map<string, string>();
  for (const issue of result.error.issues) {
    const names = issue.code === "unrecognized_keys" ? issue.keys : [issue.path.join(".")];
    const message = issue.code === "unrecognized_keys" ? "Unknown field." : issue.message;
    for (const name of names) if (!fields.has(name)) fields.set(name, message);
  }
  const [[field, message] = ["", "The request is malformed."]] = fields;
  if (field === "") throw new AppError("invalid_request", message);
  throw new AppError("invalid_request", `${field}: ${message}`, { fields: Object.fromEntries(fields) });
}

/**
 * Rejects text that PostgreSQL can't store or that isn't valid Unicode, which the schemas don't check. Call it only
 * on validated values: it recurses as deep as the value.
 */
function requireStorable(value: unknown, path: readonly string[] = []): void {
  if (typeof value === "string") {
    const isHashed = secretFields.has(path.at(-1) ?? "");
    if (/\p{Cs}/u.test(value) || (!isHashed && value.includes("\0")))
      throw invalidField(path.join("."), "This text contains invalid characters.");
  }
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) requireStorable(inner, [...path, name]);
}

/** The query parameters as an object. Repeated parameters are rejected as ambiguous. */
export function readQuery<T>(url: URL, shape: z.ZodType<T>): T {
  const values = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (values.has(name))
      throw new AppError("invalid_request", `${name} appears more than once.`, {
        fields: { [name]: "This parameter appears more than once." },
      });
    if (value !== "") values.set(name, value);
  }
  return parseInput(Object.fromEntries(values), shape);
}
