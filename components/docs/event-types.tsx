import { CodeBlock } from "@/components/ui/code-block";
import { eventExample } from "@/lib/contracts/event-examples";
import { eventTypeNames, eventTypes } from "@/lib/contracts/event-types";

/** Every type of event with an example of its body. Each has an anchor. */
export function EventTypes() {
  return (
    <div className="min-w-0 rounded-surface border bg-surface">
      {eventTypeNames.map((type) => (
        <details
          key={type}
          id={type}
          className="scroll-mt-6 border-b px-4 last:border-b-0 target:bg-sunken sm:px-5"
        >
          <summary className="cursor-pointer py-3">
            <span className="break-words font-medium font-mono">{type}</span>
            <span className="block text-muted">{eventTypes[type]}</span>
          </summary>
          <div className="pb-4">
            <CodeBlock label={`example of ${type}`} code={JSON.stringify(eventExample(type), null, 2)} />
          </div>
        </details>
      ))}
    </div>
  );
}
