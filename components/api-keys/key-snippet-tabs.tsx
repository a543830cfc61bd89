import { useState } from "react";
import { CodeBlock } from "@/components/ui/code-block";
import { Select } from "@/components/ui/select";
import { Tabs } from "@/components/ui/tabs";
import { type HeaderForm, headerForms, keySnippets, type SnippetLanguage } from "@/lib/client/key-snippets";
import {
  keepSnippetChoice,
  languageOfClient,
  readSnippetChoice,
  type SnippetChoice,
} from "@/lib/client/snippet-choice";

const forms = Object.entries(headerForms).map(([value, { label }]) => ({
  value: value as HeaderForm,
  label,
}));

/**
 * Programs with the whole key in them, in the language of the program that used its predecessor, or else that the person chose last.
 * The header is always the person's last choice: nothing records in which header a program sends its key.
 */
export function KeySnippetTabs({
  apiBaseUrl,
  secret,
  lastClient,
}: {
  apiBaseUrl: string;
  secret: string;
  /** The user agent that used the predecessor last. */
  lastClient: string | null;
}) {
  const [choice, setChoice] = useState(() => {
    const kept = readSnippetChoice();
    return { ...kept, language: languageOfClient(lastClient) ?? kept.language };
  });

  function choose(changes: Partial<SnippetChoice>) {
    setChoice({ ...choice, ...changes });
    keepSnippetChoice({ ...readSnippetChoice(), ...changes });
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
