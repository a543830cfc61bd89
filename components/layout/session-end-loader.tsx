"use client";

import { type ComponentType, useEffect, useState } from "react";

/** No session ends as early: the page is there first. */
const delayMs = 10_000;

/** Fetches what watches over the end of the session once the page has long been usable. */
export function SessionEndLoader() {
  const [Notice, setNotice] = useState<ComponentType | null>(null);
  useEffect(() => {
    const load = () =>
      import("./session-end-notice").then(
        ({ SessionEndNotice }) => setNotice(() => SessionEndNotice),
        // Without it the session ends unannounced. No reason to end the page.
        () => {},
      );
    const timer = setTimeout(load, delayMs);
    return () => clearTimeout(timer);
  }, []);
  return Notice && <Notice />;
}
