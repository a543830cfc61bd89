import { useState } from "react";
import { CodeBlock } from "@/components/ui/code-block";
import { Select } from "@/components/ui/select";
import { Tabs } from "@/components/ui/tabs";
import { type HeaderForm, headerForms, keySnippets, type SnippetLanguage } from "@/lib/client/key-snippets";
import { keepSnippetChoice, readSnippetChoice, type SnippetChoice } from "@/lib/client/snippet-choice";

const forms = Object.entries(headerForms).map(([value, { label }]) => ({
  value: value as HeaderForm,
  label,
}));

/** Programs with the whole key in them, in the language and with the header that the person chose last. */
export function KeySnippetTabs({ apiBaseUrl, secret }: { apiBaseUrl: string; secret: string }) {
  const [choice, setChoice] = useState(readSnippetChoice);

  function choose(changes: Partial<SnippetChoice>) {
    const chosen = { ...choice, ...changes };
    setChoice(chosen);
    keepSnippetChoice(chosen);
  }

  return (
    <div className="grid gap-2">
      <Tabs
        label="Try it"
        defaultValue={choice.language}
        onValueChange={(language) => choose({ language: language as SnippetLanguage })}
        tabs={keySnippets(apiBaseUrl, secret, choice.header).map((snippet) => ({
          value: snippet.id,
          label: snippet.label,
          content: <CodeBlock label={`${snippet.label} snippet`} code={snippet.code} />,
        }))}
      />
      <Select
        aria-label="Header"
        prefix="Header:"
        size="small"
        value={choice.header}
        onValueChange={(header) => choose({ header })}
        options={forms}
        className="max-w-fit"
      />
    </div>
  );
}
