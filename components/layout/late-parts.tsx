import { Toaster } from "@/components/ui/toaster";
import { SessionEndNotice } from "./session-end-notice";

/** What the signed-in pages share and can do without at first. */
export function LateParts() {
  return (
    <>
      <SessionEndNotice />
      <Toaster />
    </>
  );
}
