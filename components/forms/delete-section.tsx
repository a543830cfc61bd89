"use client";

import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import type { OnUse } from "@/components/ui/load-on-use";
import { Section } from "@/components/ui/section";

/** A section with one button, named like the section, that opens a dialog. `children` gets a function that closes it. */
export function DeleteSection({
  title,
  description,
  dialog,
  children,
}: {
  title: string;
  description: string;
  /** Loads the dialog. */
  dialog: OnUse;
  children: (close: () => void) => ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <Section title={title} description={description}>
      <Button
        className="text-bad!"
        onClick={() => dialog.whenLoaded(() => setOpen(true))}
        {...dialog.preloads}
      >
        {title}
      </Button>
      {open && children(() => setOpen(false))}
    </Section>
  );
}
