import pino from "pino";
import { expect, test, vi } from "vitest";
import { BackgroundWork } from "./background-work";

test("the process waits for work in the background, and for work that begins in the meantime", async () => {
  const work = new BackgroundWork(pino({ level: "silent" }));
  const done: string[] = [];
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  work.start("first", async () => {
    await gate;
    done.push("first");
    work.start("second", async () => {
      await gate;
      done.push("second");
    });
  });
  const finished = work.finish().then(() => done.push("finished"));
  open();
  await finished;
  expect(done).toEqual(["first", "second", "finished"]);
});

test("a failure is logged", async () => {
  const log = pino({ level: "silent" });
  const warned = vi.spyOn(log, "warn");
  const work = new BackgroundWork(log);
  work.start("counting", () => Promise.reject(new Error("a mistake")));
  await work.finish();
  expect(warned).toHaveBeenCalledWith({ error: "a mistake" }, expect.stringMatching(/^counting failed; /));
});
