"use client";

import { useState } from "react";
import { DescriptionList } from "@/components/ui/description-list";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { estimateSize, type Load } from "./estimate-size";

const fields: { name: keyof Load; label: string; most: number; initial: string }[] = [
  { name: "peakPerSecond", label: "Requests per second, at peak", most: 1e7, initial: "2,000" },
  { name: "perDay", label: "Requests per day", most: 1e12, initial: "50,000,000" },
  { name: "retentionDays", label: "Days of access log to keep", most: 3650, initial: "90" },
  { name: "keys", label: "API keys", most: 1e9, initial: "10,000" },
];

/** Rates in, machines out. Nothing leaves the page. */
export function SizeCalculator() {
  const [texts, setTexts] = useState(
    () =>
      Object.fromEntries(fields.map(({ name, initial }) => [name, initial])) as Record<keyof Load, string>,
  );
  const numbers = fields.map(({ name, most }) => parseCount(texts[name], most));
  const isComplete = numbers.every((number) => number !== null);
  const load = Object.fromEntries(fields.map(({ name }, index) => [name, numbers[index]])) as Load;
  return (
    <div className="grid gap-6 rounded-surface border bg-surface p-5">
      <div className="grid gap-4 sm:grid-cols-2">
        {fields.map(({ name, label, most }, index) => (
          <Field
            key={name}
            label={label}
            error={
              numbers[index] === null
                ? `Enter a number from 0 to ${most.toLocaleString("en-US")}.`
                : undefined
            }
          >
            <TextInput
              inputMode="numeric"
              autoComplete="off"
              value={texts[name]}
              onChange={(event) => setTexts({ ...texts, [name]: event.target.value })}
            />
          </Field>
        ))}
      </div>
      <div role="status" aria-label="Estimate">
        {isComplete ? (
          <Estimate load={load} />
        ) : (
          <p className="text-muted">Correct the numbers above first.</p>
        )}
      </div>
    </div>
  );
}

function Estimate({ load }: { load: Load }) {
  const size = estimateSize(load);
  const count = (number: number, noun: string) =>
    `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
  return (
    <div className="grid gap-4">
      <DescriptionList
        items={[
          {
            term: "Keyward",
            value: `${count(size.instances, "instance")}, each with 1 core and ${size.instanceMegabytes} MB. One can be away`,
          },
          {
            term: "PostgreSQL",
            value: `${count(size.postgresCores, "core")}, ${count(size.postgresConnections, "connection")}`,
          },
          { term: "Its disk", value: `${size.diskGigabytes.toLocaleString("en-US")} GB` },
        ]}
      />
      {size.isBeyondMeasured && (
        <p className="text-sm text-warn">
          This rate is beyond what was measured with one PostgreSQL. Measure it with your machines first.
        </p>
      )}
    </div>
  );
}

/** Commas, spaces and underscores may separate thousands. */
export function parseCount(text: string, most: number): number | null {
  const digits = text.replace(/[\s,_]/g, "");
  if (!/^\d{1,15}$/.test(digits)) return null;
  const number = Number(digits);
  return number <= most ? number : null;
}
