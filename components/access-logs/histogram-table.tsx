import type { AccessLogOverview } from "@/lib/contracts/access-logs";

/** The bars with entries, for assistive technology. */
export function HistogramTable({
  label,
  bars,
  timeOf,
}: {
  label: string;
  bars: AccessLogOverview["bars"];
  timeOf: (index: number) => string;
}) {
  return (
    <div className="sr-only">
      <table aria-label={`${label}, as a table`}>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Allowed</th>
            <th scope="col">Denied</th>
          </tr>
        </thead>
        <tbody>
          {bars.map(
            ({ start, allowed, denied }, index) =>
              allowed + denied > 0 && (
                <tr key={start}>
                  <th scope="row">{timeOf(index)}</th>
                  <td>{allowed}</td>
                  <td>{denied}</td>
                </tr>
              ),
          )}
        </tbody>
      </table>
    </div>
  );
}
