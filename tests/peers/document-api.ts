import { installSdk } from "../processes/installed-sdk";
import { refusedExample, startExample } from "./example";

const name = "document-api";

/** Starts examples/document-api, with the packed SDK if that protects it. */
export async function startDocumentApi(settings: Record<string, string>) {
  const prepare = settings.PROTECTED_BY === "sdk" ? installSdk : undefined;
  const { printed, stop } = await startExample(name, { PORT: "0", ...settings }, prepare);
  const [, host, port] = /\/\/([\d.]+):(\d+),/.exec(await printed(/listens on .*\n/)) ?? [];
  return { port: Number(port), host, stop };
}

/** Starts it when it is expected to fail, and returns its output. */
export function refusedDocumentApi(settings: Record<string, string>): Promise<[number, string]> {
  return refusedExample(name, settings);
}
