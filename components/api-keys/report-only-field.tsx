import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import type { ApiKey } from "@/lib/contracts/api-keys";
import type { EditApiKeyValues } from "./edit-api-key-values";

const keepChoice = { value: "keep", label: "Unchanged" };
const enforceChoices = [
  { value: "", label: "When I decide" },
  { value: "1", label: "In 1 day" },
  { value: "7", label: "In 7 days" },
  { value: "30", label: "In 30 days" },
];

/** Whether stricter limits are only reported at first, and until when. */
export function ReportOnlyField({
  values: { reportOnly, enforceIn },
  reported,
  onChange,
}: {
  values: EditApiKeyValues;
  /** What the key reports already. It has one date for all of it. */
  reported: ApiKey["reportOnly"];
  onChange: (changes: Partial<EditApiKeyValues>) => void;
}) {
  return (
    <div className="grid gap-3">
      <Checkbox
        label="Report only"
        hint="Requests that the stricter limits would refuse still pass, and are marked in the access log."
        checked={reportOnly}
        onChange={(event) => onChange({ reportOnly: event.target.checked })}
      />
      {reportOnly && (
        <Field label="Start refusing them">
          <Select
            value={enforceIn}
            onValueChange={(choice) => onChange({ enforceIn: choice })}
            options={reported ? [keepChoice, ...enforceChoices] : enforceChoices}
            className="w-full"
          />
        </Field>
      )}
    </div>
  );
}
