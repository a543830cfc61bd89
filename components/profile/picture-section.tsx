"use client";

import { useRef, useState } from "react";
import { Avatar } from "@/components/layout/avatar";
import { Button } from "@/components/ui/button";
import { Section } from "@/components/ui/section";
import { errorMessage, fieldError } from "@/lib/client/api-client";
import { useChangePicture } from "@/lib/client/change-account";
import { type Account, maximumPictureBytes } from "@/lib/contracts/account";

export function PictureSection({ account }: { account: Account }) {
  const input = useRef<HTMLInputElement>(null);
  const upload = useRef<HTMLButtonElement>(null);
  const change = useChangePicture();
  const [tooLarge, setTooLarge] = useState(false);
  const removing = change.isPending && change.variables === null;
  const wrong = tooLarge
    ? "The picture must be 5 MB or smaller."
    : change.error && (fieldError(change.error, "picture") ?? errorMessage(change.error));

  function choose(file: File | undefined) {
    // So that the same file can be chosen again after an error.
    if (input.current) input.current.value = "";
    if (!file || change.isPending) return;
    change.reset();
    setTooLarge(file.size > maximumPictureBytes);
    if (file.size <= maximumPictureBytes) change.mutate(file);
  }

  function remove() {
    setTooLarge(false);
    // The Remove button disappears with the picture.
    change.mutate(null, { onSuccess: () => upload.current?.focus() });
  }

  return (
    <Section title="Picture" description="Shown next to your name in your workspaces.">
      <div className="flex flex-wrap items-center gap-4">
        <Avatar person={account} size="large" />
        <div className="grid min-w-0 flex-1 basis-56 gap-2">
          <div className="flex flex-wrap gap-2">
            <Button
              ref={upload}
              aria-describedby="picture-hint"
              pending={change.isPending && !removing}
              pendingLabel="Uploading…"
              onClick={() => input.current?.click()}
            >
              {account.picture ? "Change picture" : "Upload picture"}
            </Button>
            {account.picture && (
              <Button variant="ghost" pending={removing} pendingLabel="Removing…" onClick={remove}>
                Remove picture
              </Button>
            )}
          </div>
          <input
            ref={input}
            type="file"
            accept="image/png,image/jpeg,image/webp"
            aria-label="Picture file"
            tabIndex={-1}
            className="sr-only"
            onChange={(event) => choose(event.target.files?.[0])}
          />
          {wrong ? (
            <p id="picture-hint" role="alert" className="text-bad text-sm">
              {wrong}
            </p>
          ) : (
            <p id="picture-hint" className="text-muted text-sm">
              PNG, JPEG, or WebP, up to 5 MB. Cropped to a square. Location and camera data are removed.
            </p>
          )}
        </div>
      </div>
    </Section>
  );
}
