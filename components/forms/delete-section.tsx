"use client";

import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { Section } from "@/components/ui/section";

/** A section with one button, named like the section, that opens a dialog. `children` gets a function that closes it. */
export function DeleteSection({
  title,
  description,
  children,
}: {
  title: string;
  description: string;
  children: (close: () => void) => ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <Section title={title} description={description}>
      <Button className="text-bad!" onClick={() => setOpen(true)}>
        {title}
      </Button>
      {open && children(() => setOpen(false))}
    </Section>
  );
}
