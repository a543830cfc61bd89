import { AppError, invalidField } from "@/lib/contracts/app-error";

const side = 256;
/** A file of few bytes can claim any size; a good phone's camera makes 50 million. */
const maximumPixels = 60_000_000;
const maximumSeconds = 10;
/** Each takes a core and some tens of megabytes while it lasts. Who comes when it is full comes again. */
const maximumWaiting = 8;

let waiting = 0;
let last: Promise<unknown> = Promise.resolve();

/**
 * Makes a square WebP of an uploaded PNG, JPEG or WebP, upright, without anything that came along with it: place, camera, text.
 * One at a time.
 * @throws AppError `invalid_request` naming `picture`; `unavailable` while many wait, and where the image library is missing.
 */
export async function drawPicture(uploaded: Buffer): Promise<Buffer> {
  requireKnownFormat(uploaded);
  const sharp = await loadSharp();
  if (waiting >= maximumWaiting)
    throw new AppError("unavailable", "Many pictures are being worked on right now. Try again shortly.", {
      retryAfterSeconds: 5,
    });
  waiting += 1;
  const drawn = last.then(() => draw(sharp, uploaded));
  last = drawn.catch(() => {});
  try {
    return await drawn;
  } finally {
    waiting -= 1;
  }
}

type Sharp = typeof import("sharp")["default"];

async function draw(sharp: Sharp, uploaded: Buffer): Promise<Buffer> {
  try {
    return await sharp(uploaded, { limitInputPixels: maximumPixels, failOn: "error", sequentialRead: true })
      .autoOrient()
      .resize(side, side, { fit: "cover" })
      .webp({ quality: 82 })
      .timeout({ seconds: maximumSeconds })
      .toBuffer();
  } catch {
    throw invalidField("picture", "This picture cannot be read, or has too many pixels. Choose another.");
  }
}

/** By its first bytes, whatever it is called: the library reads many more formats, and some of them read other files. */
function requireKnownFormat(file: Buffer): void {
  const isPng = file.subarray(0, 8).equals(Buffer.from("89504e470d0a1a0a", "hex"));
  const isJpeg = file.subarray(0, 3).equals(Buffer.from("ffd8ff", "hex"));
  const isWebp = file.toString("latin1", 0, 4) === "RIFF" && file.toString("latin1", 8, 12) === "WEBP";
  if (!isPng && !isJpeg && !isWebp) throw invalidField("picture", "Choose a PNG, JPEG or WebP picture.");
}

/** It is native, and may be missing on a platform: everything else works without. */
async function loadSharp(): Promise<Sharp> {
  try {
    const { default: sharp } = await import("sharp");
    sharp.cache(false);
    sharp.concurrency(1);
    return sharp;
  } catch {
    throw new AppError(
      "unavailable",
      "This server cannot work on pictures: its image library is missing on this platform.",
    );
  }
}
