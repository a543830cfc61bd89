"use client";

import { CirclePause, CirclePlay, Ellipsis, KeyRound, SlidersHorizontal, Trash2 } from "lucide-react";
import { IconButton } from "@/components/ui/icon-button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import type { EventSubscription } from "@/lib/contracts/event-subscriptions";
import { subscriptionDialog } from "./load-dialogs";
import type { SubscriptionDialogName } from "./subscription-dialog";
import { usePauseSubscription } from "./use-pause-subscription";

/**
 * What can be done to a subscription, as a menu. The page opens the dialogs: show `SubscriptionDialog` of load-dialogs.ts for the name
 * that `onDialog` gets.
 */
export function SubscriptionActions({
  workspaceSlug,
  subscription,
  onDialog,
}: {
  workspaceSlug: string;
  subscription: EventSubscription;
  onDialog: (name: SubscriptionDialogName, subscription: EventSubscription) => void;
}) {
  const { pause, pending: pausing } = usePauseSubscription(workspaceSlug, subscription);
  const open = (name: SubscriptionDialogName) => onDialog(name, subscription);
  return (
    <Menu
      trigger={
        <IconButton
          label={`Actions for ${subscription.endpointUrl}`}
          aria-busy={pausing}
          {...subscriptionDialog.preloads}
        >
          <Ellipsis aria-hidden />
        </IconButton>
      }
    >
      {subscription.status === "active" ? (
        <MenuItem icon={<CirclePause aria-hidden />} onSelect={() => void pause()}>
          Pause
        </MenuItem>
      ) : (
        <MenuItem icon={<CirclePlay aria-hidden />} onSelect={() => open("resume")}>
          Resume
        </MenuItem>
      )}
      <MenuItem icon={<KeyRound aria-hidden />} onSelect={() => open("secret")}>
        Change secret
      </MenuItem>
      <MenuItem icon={<SlidersHorizontal aria-hidden />} onSelect={() => open("edit")}>
        Edit
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<Trash2 aria-hidden />} tone="bad" onSelect={() => open("delete")}>
        Delete
      </MenuItem>
    </Menu>
  );
}
