import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { render } from "@/tests/browser/render";
import { ExportDialog } from "./export-dialog";

let stream: ReadableStreamDefaultController<Uint8Array>;
let asked: { url: string; signal: AbortSignal }[];
let answer: () => Response;
const onClose = vi.fn();
const saved = vi.fn();

beforeEach(() => {
  asked = [];
  onClose.mockReset();
  saved.mockReset();
  answer = () =>
    new Response(
      new ReadableStream({
        start(controller) {
          stream = controller;
        },
      }),
      { headers: { "content-type": "application/x-ndjson" } },
    );
  vi.spyOn(window, "fetch").mockImplementation(async (url, init) => {
    asked.push({ url: String(url), signal: init?.signal as AbortSignal });
    init?.signal?.addEventListener("abort", () => stream.error(init.signal?.reason));
    return answer();
  });
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    saved(this.download);
  });
});
afterEach(() => vi.restoreAllMocks());

const send = (text: string) => stream.enqueue(new TextEncoder().encode(text));
const button = (name: string) => page.getByRole("button", { name });

async function start(format = /^NDJSON/) {
  render(
    <ExportDialog
      title="Export audit log"
      description="All of it."
      path="/export"
      query={{ action: "keys", from: undefined }}
      fileName="audit-log-acme"
      onClose={onClose}
    />,
  );
  await userEvent.click(page.getByRole("radio", { name: format }));
  await userEvent.click(button("Export"));
  await expect.poll(() => asked.length).toBeGreaterThan(0);
}

test("counts rows and bytes while they come, and saves a complete file", async () => {
  await start();
  expect(asked[0]?.url).toBe("/export?action=keys&format=ndjson");
  await expect.element(page.getByRole("status")).toHaveTextContent("0 rows · 0.0 MB received");
  send('{"id":1}\n{"id');
  await expect.element(page.getByRole("status")).toHaveTextContent("1 row · 0.0 MB received");
  send('":2}\n{"end":true,"rows":2}\n');
  await expect.element(page.getByRole("status")).toHaveTextContent("2 rows");
  const revoke = vi.spyOn(URL, "revokeObjectURL");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  stream.close();
  await expect.poll(() => saved.mock.calls.length).toBe(1);
  vi.advanceTimersByTime(10_000);
  expect(revoke).toHaveBeenCalledOnce();
  expect(saved.mock.calls[0]?.[0]).toMatch(/^audit-log-acme-\d{4}-\d\d-\d\d\.ndjson$/);
  expect(onClose).toHaveBeenCalledOnce();
});

test("counts the records of CSV, whose values may have line breaks, without the header", async () => {
  await start(/^CSV/);
  send('at,name\r\n1,"a\r\nb"\r\n2,c\r\n');
  await expect.element(page.getByRole("status")).toHaveTextContent("2 rows");
});

test("offers no file that ends without its last line, or whose rows are fewer than it says", async () => {
  await start();
  for (const text of ['{"id":1}\n', '{"id":1}\n{"end":true,"rows":2}\n']) {
    send(text);
    stream.close();
    await expect.element(page.getByRole("alert")).toHaveTextContent("Nothing was saved. Try again.");
    await userEvent.click(button("Export"));
    await expect.element(page.getByRole("alert")).not.toBeInTheDocument();
  }
  expect(saved).not.toHaveBeenCalled();
});

test("says why an export is refused", async () => {
  answer = () =>
    Response.json(
      { error: { message: "This workspace is already exporting a log. Wait until that export has ended." } },
      { status: 429 },
    );
  await start();
  await expect.element(page.getByRole("alert")).toHaveTextContent("already exporting a log");
});

test("Cancel ends the download", async () => {
  await start();
  send('{"id":1}\n');
  await userEvent.click(button("Cancel"));
  expect(asked[0]?.signal.aborted).toBe(true);
  expect(onClose).toHaveBeenCalledOnce();
  expect(saved).not.toHaveBeenCalled();
});
