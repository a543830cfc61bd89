import { AppError, invalidField } from "@/lib/contracts/app-error";

const side = 256;
/** A small file can claim any dimensions. Good phone cameras take about 50 million pixels. */
const maximumPixels = 60_000_000;
const maximumSeconds = 10;
/** Each picture takes a core and tens of megabytes. Beyond this number, uploads are rejected. */
const maximumWaiting = 8;

let waiting = 0;
let last: Promise<unknown> = Promise.resolve();

/**
 * Converts an uploaded PNG, JPEG, or WebP to an upright square WebP without metadata, such as location and camera.
 * Converts one picture at a time.
 * @throws AppError `invalid_request` naming `picture`; `unavailable` if too many uploads are waiting or the image
 * library is missing.
 */
export async function drawPicture(uploaded: Buffer): Promise<Buffer> {
  requireKnownFormat(uploaded);
  const sharp = await loadSharp();
  if (waiting >= maximumWaiting)
    throw new AppError("unavailable", "Too many pictures are being processed right now. Try again shortly.", {
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
    throw invalidField("picture", "This picture can't be read or has too many pixels. Choose another one.");
  }
}

/**
 * Checks the first bytes, whatever the file's type says: the library supports many more formats, and some of them
 * read other files.
 */
function requireKnownFormat(file: Buffer): void {
  const isPng = file.subarray(0, 8).equals(Buffer.from("89504e470d0a1a0a", "hex"));
  const isJpeg = file.subarray(0, 3).equals(Buffer.from("ffd8ff", "hex"));
  const isWebp = file.toString("latin1", 0, 4) === "RIFF" && file.toString("latin1", 8, 12) === "WEBP";
  if (!isPng && !isJpeg && !isWebp) throw invalidField("picture", "Choose a PNG, JPEG or WebP picture.");
}

/** The library is native and may be missing on some platforms. Everything else works without it. */
async function loadSharp(): Promise<Sharp> {
  try {
    const { default: sharp } = await import("sharp");
    sharp.cache(false);
    sharp.concurrency(1);
    return sharp;
  } catch {
    throw new AppError(
      "unavailable",
      "Pictures aren't available on this server because its image library is missing.",
    );
  }
}
