import sharp from "sharp";
import { beforeEach, describe, expect, test } from "vitest";
import type { Account } from "@/lib/contracts/account";
import type { MemberView } from "@/lib/contracts/workspaces";
import { db, runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { cookieOf, makeStage, type Stage } from "@/tests/factories/console-people";
import { makeSessionCookie } from "@/tests/factories/factories";
import { callConsole } from "@/tests/processes/console-routes";

useRuntime();

let stage: Stage;
let cookie: string;
beforeEach(async () => {
  stage = await makeStage();
  cookie = await makeSessionCookie(stage.users.member);
});

const red = { create: { width: 640, height: 400, channels: 3, background: "#c00" } } as const;
const upload = (body: Uint8Array, type = "image/png", of = cookie) =>
  callConsole("PUT", "/api/account/picture", { cookie: of, body, headers: { "content-type": type } });
const pathAfter = async (body: Uint8Array, type?: string) =>
  ((await upload(body, type)).json as Account).picture ?? "";

describe("a picture", () => {
  test("of any supported format becomes a square WebP, whatever its content type", async () => {
    for (const format of ["png", "jpeg", "webp"] as const) {
      const path = await pathAfter(await sharp(red).toFormat(format).toBuffer(), "application/octet-stream");
      const { bytes, headers, status } = await callConsole("GET", path, { cookie });
      expect(status, format).toBe(200);
      expect(headers.get("content-type")).toBe("image/webp");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(await sharp(bytes).metadata()).toMatchObject({ format: "webp", width: 256, height: 256 });
    }
  });

  test("loses its location and other metadata, and is upright", async () => {
    const photo = await sharp({ create: { ...red.create, width: 400, height: 200 } })
      .composite([
        {
          input: await sharp({ create: { ...red.create, width: 200, height: 200, background: "#00c" } })
            .png()
            .toBuffer(),
          left: 0,
          top: 0,
        },
      ])
      .withExif({ IFD0: { Copyright: "S3CRET" }, IFD3: { GPSLatitude: "52/1 31/1 0/1" } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect((await sharp(photo).metadata()).exif?.toString("latin1")).toContain("S3CRET");
    const { bytes } = await callConsole("GET", await pathAfter(photo, "image/jpeg"), { cookie });
    const metadata = await sharp(bytes).metadata();
    expect([metadata.exif, metadata.xmp, metadata.iptc, metadata.icc, metadata.orientation]).toEqual(
      Array(5).fill(undefined),
    );
    expect(bytes.toString("latin1")).not.toContain("S3CRET");
    // The left half was blue; turned as the camera said, it is the upper one.
    const [, , blueAbove = 0] = await sharp(bytes)
      .extract({ left: 128, top: 20, width: 1, height: 1 })
      .removeAlpha()
      .raw()
      .toBuffer();
    expect(blueAbove).toBeGreaterThan(150);
  });

  test("that is invalid, broken, unsupported, or too large is rejected, and the old one stays", async () => {
    const png = await sharp(red).png().toBuffer();
    const before = await pathAfter(png);
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>';
    const files: Record<string, Uint8Array> = {
      nothing: Buffer.alloc(0),
      text: Buffer.from("hello"),
      svg: Buffer.from(svg),
      gif: await sharp(red).gif().toBuffer(),
      tiff: await sharp(red).tiff().toBuffer(),
      "svg behind the first bytes of a PNG": Buffer.concat([png.subarray(0, 8), Buffer.from(svg)]),
      "a PNG that breaks off": png.subarray(0, png.length - 40),
      "more pixels than any camera makes, in few bytes": await sharp({
        create: { ...red.create, width: 20_000, height: 3_100 },
      })
        .png({ compressionLevel: 1 })
        .toBuffer(),
      "noise that begins as a JPEG": Buffer.concat([Buffer.from("ffd8ffe0", "hex"), Buffer.alloc(5000, 7)]),
    };
    for (const [what, file] of Object.entries(files))
      expect((await upload(file)).json, what).toMatchObject({
        error: { code: "invalid_request", fields: { picture: expect.any(String) } },
      });
    expect((await upload(Buffer.alloc(5 * 1024 * 1024 + 1, 1))).json).toMatchObject({
      error: { code: "payload_too_large", message: "Pictures can be at most 5 MB." },
    });
    expect((await callConsole("GET", "/api/account", { cookie })).json).toMatchObject({ picture: before });
  });

  test("is processed one at a time; excess uploads are told to retry", async () => {
    const large = await sharp({ create: { ...red.create, width: 5000, height: 4000 } })
      .png()
      .toBuffer();
    const answers = await Promise.all(Array.from({ length: 24 }, () => upload(large)));
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].sort()).toEqual([200, 503]);
    const shed = answers.filter(({ status }) => status === 503);
    for (const { headers } of shed) expect(headers.get("retry-after")).toBe("5");
    expect((await upload(large)).status, "afterwards").toBe(200);
  });

  test("is visible only to the person and to members of a shared workspace", async () => {
    const path = await pathAfter(await sharp(red).png().toBuffer());
    const see = async (visitor: Parameters<typeof cookieOf>[1]) =>
      (await callConsole("GET", path, { cookie: await cookieOf(stage, visitor) })).status;
    expect([await see("member"), await see("viewer"), await see("owner")]).toEqual([200, 200, 200]);
    expect([await see("stranger"), await see("signed out")]).toEqual([404, 401]);
    const members = await callConsole("GET", `/api/workspaces/${stage.workspace.slug}/members`, { cookie });
    const { members: views } = members.json as { members: MemberView[] };
    expect(views.find(({ userId }) => userId === stage.users.member.id)?.picture).toBe(path);
    await db().member.updateMany({
      where: { userId: stage.users.viewer.id },
      data: { suspendedAt: new Date() },
    });
    expect(await see("viewer")).toBe(404);
  });

  test("is cached by version, disappears when removed, and is recorded in the audit log", async () => {
    const path = await pathAfter(await sharp(red).png().toBuffer());
    const cacheOf = async (of: string) =>
      (await callConsole("GET", of, { cookie })).headers.get("cache-control");
    expect(await cacheOf(path)).toBe("private, max-age=604800, immutable");
    expect(await cacheOf(path.replace(/v=.*/, "v=older"))).toBe("private, no-cache");
    const next = await pathAfter(
      await sharp({ create: { ...red.create, background: "#0c0" } })
        .png()
        .toBuffer(),
    );
    expect(next).not.toBe(path);
    const removed = await callConsole("DELETE", "/api/account/picture", { cookie });
    expect(removed.json).toMatchObject({ picture: null });
    expect((await callConsole("GET", next, { cookie })).status).toBe(404);
    await callConsole("DELETE", "/api/account/picture", { cookie });
    const events = await db().auditEvent.findMany({
      where: { actorId: stage.users.member.id },
      orderBy: { id: "asc" },
    });
    expect(events.map(({ action }) => action)).toEqual([
      "account.picture_changed",
      "account.picture_changed",
      "account.picture_removed",
    ]);
  });

  test("S20 doesn't extend the session when loaded", async () => {
    const path = await pathAfter(await sharp(red).png().toBuffer());
    await runtime().pool.query("UPDATE sessions SET last_active_at = now() - interval '10 minutes'");
    expect((await callConsole("GET", path, { cookie })).status).toBe(200);
    const { rows } = await runtime().pool.query(
      "SELECT 1 FROM sessions WHERE last_active_at > now() - interval '9 minutes'",
    );
    expect(rows).toEqual([]);
  });

  test("S23 is rejected from another site and with a content type that forms can send", async () => {
    const body = await sharp(red).png().toBuffer();
    const foreign: Record<string, string>[] = [
      { "content-type": "image/png", origin: "https://evil.example" },
      { "content-type": "multipart/form-data; boundary=x" },
      { "content-type": "text/plain" },
      { "content-type": "application/json" },
    ];
    for (const headers of foreign)
      expect(
        (await callConsole("PUT", "/api/account/picture", { cookie, body, headers })).json,
      ).toMatchObject({
        error: { code: "cross_site_request" },
      });
  });
});
