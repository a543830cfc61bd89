import { z } from "zod";
import { decisionCodes, logCodes, logSources, outcomes } from "./access-logs";
import { type Choice, parseCaller, parseChoice, valuesPerChoice } from "./choice";
import { rangePresets } from "./log-range";
import { exportFormat, filterText, time } from "./query-values";

const address = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: "Enter an IP address or CIDR block.",
});

const filters = {
  outcome: z.enum(outcomes).optional(),
  from: time.optional(),
  to: time.optional(),
  cursor: z.string().max(200).optional(),
};

/** A list of values to show and of values to hide (`choice.ts`). */
function choiceOf<Value extends string>(value: z.ZodType<Value>) {
  return z
    .string()
    .max(4000, "At most 4,000 characters.")
    .transform((text, context): Choice<Value> => {
      const choice = parseChoice(text);
      const values = choice ? [...choice.is, ...choice.not] : [];
      const wrong = values.map((one) => value.safeParse(one)).find(({ success }) => !success);
      if (!choice) context.addIssue({ code: "custom", message: "The percent-encoding isn't valid." });
      else if (values.length > valuesPerChoice)
        context.addIssue({ code: "custom", message: `At most ${valuesPerChoice} values.` });
      else if (wrong)
        context.addIssue({
          code: "custom",
          message: wrong.error?.issues[0]?.message ?? "This value isn't valid.",
        });
      return (choice ?? { is: [], not: [] }) as Choice<Value>;
    });
}

/** Which entries: the filters of the console's Access logs page, which its list, chart, export and live view share. */
export const accessLogFilters = {
  outcome: filters.outcome,
  /** Until before `to`. */
  from: filters.from,
  to: filters.to,
  /** Instead of `from` and `to`. */
  range: z.enum(rangePresets).optional(),
  /** Requests with API keys, or sign-ins. */
  view: z.enum(["keys", "sign-ins"]).default("keys"),
  key: choiceOf(filterText(64)).optional(),
  owner: choiceOf(filterText(64)).optional(),
  code: choiceOf(z.enum(logCodes, { error: "This code doesn't exist." })).optional(),
  source: choiceOf(z.enum(logSources, { error: "This source doesn't exist." })).optional(),
  environment: choiceOf(filterText(30)).optional(),
  method: choiceOf(filterText(16)).optional(),
  /** The product that the user agent names (`callerOf`). */
  client: choiceOf(filterText(60)).optional(),
  /** The first two segments of the path, with `:id` for ids (`callerOf`). */
  route: choiceOf(filterText(130)).optional(),
  /** The beginning of a path. */
  path: choiceOf(filterText(500)).optional(),
  ip: choiceOf(address).optional(),
  /** An address or CIDR block with a client (`callerText`). */
  caller: choiceOf(
    filterText(130).refine((text) => {
      const { ip } = parseCaller(text);
      return ip === "" || address.safeParse(ip).success;
    }, "Enter an IP address or CIDR block, a space, and a client."),
  ).optional(),
  requestId: filterText(64).optional(),
};

/** The query of the console's Access logs page. */
export const listAccessLogQuery = z.strictObject({
  ...accessLogFilters,
  cursor: filters.cursor,
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ListAccessLogQuery = z.infer<typeof listAccessLogQuery>;

/** The query of the chart and the facets above the list. */
export const accessLogOverviewQuery = z
  .strictObject(accessLogFilters)
  .refine(({ range, from, to }) => range || (from && to), { path: ["range"], error: "Choose a range." })
  .refine(({ from, to }) => !from || !to || from < to, { path: ["from"], error: "from must be before to." });

/** The query of GET /api/public/v1/access-logs. */
export const publicAccessLogQuery = z.strictObject({
  ...filters,
  ip: address.optional(),
  code: z.enum(decisionCodes).optional(),
  key_id: z
    .string()
    .regex(/^key_[0-9a-z]{1,60}$/, "This is not an API key id.")
    .optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
});

/** The options of `keyward access-log list`, which also shows sign-ins. */
export const operatorAccessLogQuery = publicAccessLogQuery.extend({
  code: z.enum(logCodes).optional(),
  source: z.enum(logSources).optional(),
  method: filterText(16).toUpperCase().optional(),
  /** The beginning of a path. */
  path: filterText(500).optional(),
  request_id: filterText(64).optional(),
});

/** The query of GET /api/public/v1/access-logs/stream. */
export const publicStreamQuery = publicAccessLogQuery.omit({ cursor: true, limit: true });

/** The query of GET /api/public/v1/access-logs/export. */
export const publicExportQuery = publicStreamQuery.extend({ format: exportFormat });

/** The same in the console. */
export const streamAccessLogQuery = z.strictObject(accessLogFilters);
export const exportAccessLogQuery = z.strictObject({ ...accessLogFilters, format: exportFormat });
