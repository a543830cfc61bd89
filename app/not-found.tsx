import type { Metadata } from "next";
import { MessagePage } from "@/components/layout/message-page";
import { buttonStyle } from "@/components/ui/button-style";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <MessagePage
      title="Page not found, or you don’t have access"
      action={
        <a href="/settings" className={buttonStyle()}>
          Go to your settings
        </a>
      }
    >
      Check the address, or ask an admin of the workspace for access.
    </MessagePage>
  );
}
