import { useLocale } from "@/components/ui/relative-time";
import type { UsageOverview } from "@/lib/contracts/quotas";
import { count, dayWords } from "./usage-words";

/** The chart's numbers, newest first. */
export function UsageTable({ days }: { days: UsageOverview["days"] }) {
  const locale = useLocale();
  return (
    <details className="text-sm">
      <summary className="w-fit cursor-pointer rounded-sm py-1 text-muted hover:text-text">
        Numbers by day
      </summary>
      <table aria-label="Requests by day" className="mt-2 w-full max-w-md border-separate border-spacing-0">
        <thead>
          <tr className="text-muted text-xs">
            <th scope="col" className="border-b py-1.5 text-left font-medium">
              Day (UTC)
            </th>
            <th scope="col" className="border-b py-1.5 text-right font-medium">
              Allowed
            </th>
            <th scope="col" className="border-b py-1.5 text-right font-medium">
              Denied
            </th>
          </tr>
        </thead>
        <tbody className="tabular-nums">
          {[...days].reverse().map((day) => (
            <tr key={day.start}>
              <th scope="row" className="border-b py-1.5 text-left font-normal">
                {dayWords(day.start, locale)}
              </th>
              <td className="border-b py-1.5 text-right">{count(day.allowed)}</td>
              <td className="border-b py-1.5 text-right">{count(day.denied)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
