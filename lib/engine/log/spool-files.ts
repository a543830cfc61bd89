import { closeSync, fstatSync, fsyncSync, openSync, statSync, unlinkSync } from "node:fs";
import type { Segment } from "./spool-segments";

/** Whether a segment's file still has its name. If not, it vanishes with this process. */
export function isThere(segment: Segment): boolean {
  try {
    return fstatSync(segment.fd).nlink > 0 && statSync(segment.path).ino === fstatSync(segment.fd).ino;
  } catch {
    return false;
  }
}

/** Makes the names of new files survive a power loss. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

export function deleteSegment({ fd, path }: Segment): void {
  closeSync(fd);
  try {
    unlinkSync(path);
  } catch {
    // The file is already gone.
  }
}
