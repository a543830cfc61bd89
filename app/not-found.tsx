import type { Metadata } from "next";
import { MessagePage } from "@/components/layout/message-page";
import { buttonStyle } from "@/components/ui/button-style";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <MessagePage
      title="There is nothing here"
      action={
        <a href="/settings" className={buttonStyle()}>
          Go to your settings
        </a>
      }
    >
      The address may be mistyped, or what it led to is gone or not yours to see.
    </MessagePage>
  );
}
