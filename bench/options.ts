/** The duration of each part. */
export type Pace = {
  quick: boolean;
  rounds: number;
  seconds: number;
  /** Warm-up before each measurement, not counted. */
  leadSeconds: number;
  warmSeconds: number;
  /** For Next.js and better-auth, for which V8 has more to compile. */
  longWarmSeconds: number;
};
export type Options = { pace: Pace; write: boolean; only: Part | null; keys: number; rows: number };
/** What can be measured by itself. */
export type Part = "events" | "log";

const whole: Pace = {
  quick: false,
  rounds: 5,
  seconds: 3,
  leadSeconds: 0.5,
  warmSeconds: 3,
  longWarmSeconds: 10,
};
const quick: Pace = {
  quick: true,
  rounds: 2,
  seconds: 0.7,
  leadSeconds: 0.2,
  warmSeconds: 0.7,
  longWarmSeconds: 1.5,
};

export const usage = `npm run bench [-- OPTIONS]
  --quick     takes under two minutes; the figures only show that everything works
  --events    measures only the delivery of events; takes under a minute with --quick
  --log       measures only reading the access log, with 10,000,000 rows unless --rows says otherwise (20,000 with --quick)
  --write     saves the results: docs/performance.md, its chart, and bench/results/latest.json
  --keys N    measures with up to N keys (default 100000; 10000 with --quick)
  --rows N    measures with up to N rows of the access log (default 1000000; 100000 with --quick)

Reading the access log isn't measured without --log: it takes minutes and gigabytes.`;

const flags = new Set(["--quick", "--write", "--events", "--log"]);

/** @throws an Error with a short message for invalid options. */
export function parseOptions(args: string[]): Options {
  const isQuick = args.includes("--quick");
  const options: Options = {
    pace: isQuick ? quick : whole,
    write: args.includes("--write"),
    only: args.includes("--events") ? "events" : args.includes("--log") ? "log" : null,
    keys: isQuick ? 10_000 : 100_000,
    rows: isQuick ? 100_000 : 1_000_000,
  };
  if (options.only === "log") options.rows = isQuick ? 20_000 : 10_000_000;
  for (let at = 0; at < args.length; at += 1) {
    const name = args[at];
    if (name && flags.has(name)) continue;
    const number = Number(args[at + 1]);
    if ((name !== "--keys" && name !== "--rows") || !Number.isInteger(number) || number < 1000)
      throw new Error(`${args.slice(at, at + 2).join(" ")} is not a valid option.\n\n${usage}`);
    options[name === "--keys" ? "keys" : "rows"] = number;
    at += 1;
  }
  return options;
}
