"use client";

import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { TextInput } from "./text-input";

/** A password field that can show what was typed. */
export function PasswordInput({
  autoComplete,
  ...rest
}: Omit<ComponentProps<typeof TextInput>, "type" | "mono"> & {
  autoComplete: "current-password" | "new-password";
}) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <div className="relative">
      <TextInput
        {...rest}
        type={shown ? "text" : "password"}
        autoComplete={autoComplete}
        autoCapitalize="none"
        spellCheck={false}
        className="pr-10 max-sm:pr-12"
      />
      <button
        type="button"
        aria-pressed={shown}
        // Not "Show password": as a label, that would match the field's own name, too.
        aria-label="Show characters"
        title={shown ? "Hide" : "Show"}
        onClick={() => setShown(!shown)}
        className="absolute inset-y-0 right-0 inline-flex w-9 items-center justify-center rounded-control text-muted hover:text-text focus-visible:-outline-offset-2 max-sm:w-11"
      >
        <Icon aria-hidden className="size-4" />
      </button>
    </div>
  );
}
