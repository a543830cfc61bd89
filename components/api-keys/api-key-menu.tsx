"use client";

import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { loadOnUse } from "@/components/ui/load-on-use";
import { Menu } from "@/components/ui/menu";
import type { Viewer } from "@/lib/client/key-rights";
import type { ApiKey } from "@/lib/contracts/api-keys";
import type { ApiKeyDialogName } from "./api-key-dialog";
import { keyDialog } from "./load-dialogs";

const items = loadOnUse(() => import("./api-key-menu-items"));
const ApiKeyMenuItems = items.component("ApiKeyMenuItems");

export function ApiKeyMenu({
  apiKey,
  ...rest
}: {
  workspaceSlug: string;
  viewer: Viewer;
  apiKey: ApiKey;
  onDialog: (name: ApiKeyDialogName, apiKey: ApiKey) => void;
}) {
  const [pending, setPending] = useState(false);

  async function showPending(work: Promise<void>) {
    setPending(true);
    await work;
    setPending(false);
  }

  return (
    <Menu
      needs={items}
      trigger={
        <IconButton label={`Actions for ${apiKey.name}`} aria-busy={pending} {...keyDialog.preloads}>
          <Ellipsis aria-hidden />
        </IconButton>
      }
    >
      <ApiKeyMenuItems apiKey={apiKey} onWork={(work) => void showPending(work)} {...rest} />
    </Menu>
  );
}
