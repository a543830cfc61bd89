import { Spool } from "@/lib/engine/log/spool";

/**
 * Appends to a spool on a disk of `megabytes` and drains it, until ten times that much was written. Then it fills the disk with
 * entries that are not drained, drains them, and appends again. Prints how many appends failed in each part.
 */
const [folder = "", megabytes = ""] = process.argv.slice(2);
const spool = new Spool(folder, false);
const line = `${"x".repeat(999)}\n`;
let seq = 0;
let drainedSeq = 0;

/** Appends about 100 kB. @returns Whether that succeeded. */
function append(): boolean {
  try {
    spool.append(seq + 1, 100, line.repeat(100));
    seq += 100;
    return true;
  } catch {
    return false;
  }
}

function drain(): void {
  spool.seal();
  for (let batch = spool.next(drainedSeq); batch; batch = spool.next(drainedSeq)) {
    if (batch.firstSeq !== drainedSeq + 1) throw new Error(`${drainedSeq} is followed by ${batch.firstSeq}`);
    drainedSeq += batch.count;
    spool.drained(batch, 0);
  }
  if (drainedSeq !== seq) throw new Error(`only ${drainedSeq} of ${seq} entries came back`);
}

let refusedWhileCopied = 0;
for (let turn = 0; turn < Number(megabytes) * 100; turn += 1) {
  if (!append()) refusedWhileCopied += 1;
  drain();
}
while (append());
const refusedAgain = !append();
drain();
console.log(JSON.stringify({ refusedWhileCopied, refusedAgain, takenAfterCopying: append() }));
drain();
spool.close();
