import { installSdk } from "../processes/installed-sdk";
import { refusedExample, startExample } from "./example";

const name = "document-api";

/** Starts examples/document-api, with the packed SDK if that protects it. */
export async function startDocumentApi(settings: Record<string, string>) {
  const prepare = settings.PROTECTED_BY === "sdk" ? installSdk : undefined;
  const { output, stop } = await startExample(name, { PORT: "0", ...settings }, prepare);
  return {
    port: Number(/:(\d+),/.exec(output())?.[1]),
    host: /\/\/([\d.]+):/.exec(output())?.[1],
    stop,
  };
}

/** Starts it when it is expected to fail, and returns its output. */
export function refusedDocumentApi(settings: Record<string, string>): Promise<[number, string]> {
  return refusedExample(name, settings);
}
