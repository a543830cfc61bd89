"use client";

import { type FormEvent, useEffect, useRef, useState } from "react";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/textarea";
import { focusFirstError } from "@/lib/client/focus-first-error";
import { longestPastedText, reportLeakedKeys, wordsOf } from "@/lib/client/report-leaked-keys";

/** Reports pasted keys. Gives the same answer whether or not they are known. The field is uncontrolled, so that no state holds the keys. */
export function ReportKeyForm() {
  const [isReported, setIsReported] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { submit, pending, wrong, failure, refuse } = useSubmit(reportLeakedKeys, {
    doing: "Reporting the key",
    fields: ["credentials"],
    onDone: () => setIsReported(true),
    onFailure: () => focusFirstError(form.current),
  });

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const words = wordsOf(String(new FormData(event.currentTarget).get("keys") ?? ""));
    if (words.length > 0) return void submit(words);
    refuse({ credentials: "Paste the key that you found." });
    focusFirstError(form.current);
  }

  if (isReported) return <Reported onAgain={() => setIsReported(false)} />;
  return (
    <form
      ref={form}
      onSubmit={onSubmit}
      noValidate
      method="post"
      className="grid max-w-140 gap-5 rounded-surface border bg-surface p-5"
    >
      {failure && <Alert>{failure}</Alert>}
      <Field
        label="API key"
        hint="Paste the whole key. Several keys, and the text around them, are fine."
        error={wrong.credentials}
      >
        <Textarea
          name="keys"
          mono
          maxLength={longestPastedText}
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          className="wrap-anywhere"
        />
      </Field>
      <Button
        type="submit"
        variant="primary"
        pending={pending}
        pendingLabel="Reporting…"
        className="justify-self-start"
      >
        Report key
      </Button>
    </form>
  );
}

function Reported({ onAgain }: { onAgain: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className="grid max-w-140 justify-items-start gap-3 rounded-surface border bg-surface p-5">
      <h2 ref={heading} tabIndex={-1} className="font-semibold text-lg outline-none">
        Thank you for the report
      </h2>
      <p>
        If this is a working key, it’s being revoked now, and its owner and the admins are told by email. We
        can’t say whether it was one.
      </p>
      <Button onClick={onAgain}>Report another key</Button>
    </div>
  );
}
