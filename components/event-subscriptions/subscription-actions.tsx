"use client";

import { CirclePause, CirclePlay, Ellipsis, KeyRound, SlidersHorizontal, Trash2 } from "lucide-react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import type { EventSubscription } from "@/lib/contracts/event-subscriptions";
import { subscriptionDialog } from "./load-dialogs";
import type { SubscriptionDialogName } from "./subscription-dialog";
import { usePauseSubscription } from "./use-pause-subscription";

/**
 * What can be done to a subscription: a row's menu, or buttons for the header of its page. The page opens the dialogs: show
 * `SubscriptionDialog` of load-dialogs.ts for the name that `onDialog` gets.
 */
export function SubscriptionActions({
  shape,
  ...props
}: {
  shape: "menu" | "buttons";
  workspaceSlug: string;
  subscription: EventSubscription;
  onDialog: (name: SubscriptionDialogName, subscription: EventSubscription) => void;
}) {
  const { pause, pending } = usePauseSubscription(props.workspaceSlug, props.subscription);
  const open = (name: SubscriptionDialogName) => props.onDialog(name, props.subscription);
  const Shape = shape === "menu" ? ActionMenu : ActionButtons;
  return (
    <Shape subscription={props.subscription} pausing={pending} onPause={() => void pause()} onDialog={open} />
  );
}

type ShapeProps = {
  subscription: EventSubscription;
  pausing: boolean;
  onPause: () => void;
  onDialog: (name: SubscriptionDialogName) => void;
};

function ActionMenu({ subscription, pausing, onPause, onDialog }: ShapeProps) {
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
        <MenuItem icon={<CirclePause aria-hidden />} onSelect={onPause}>
          Pause
        </MenuItem>
      ) : (
        <MenuItem icon={<CirclePlay aria-hidden />} onSelect={() => onDialog("resume")}>
          Resume
        </MenuItem>
      )}
      <MenuItem icon={<KeyRound aria-hidden />} onSelect={() => onDialog("secret")}>
        Change secret
      </MenuItem>
      <MenuItem icon={<SlidersHorizontal aria-hidden />} onSelect={() => onDialog("edit")}>
        Edit
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<Trash2 aria-hidden />} tone="bad" onSelect={() => onDialog("delete")}>
        Delete
      </MenuItem>
    </Menu>
  );
}

function ActionButtons({ subscription, pausing, onPause, onDialog }: ShapeProps) {
  const { preloads } = subscriptionDialog;
  return (
    <div className="flex flex-wrap gap-2">
      <Button onClick={() => onDialog("edit")} {...preloads}>
        Edit
      </Button>
      <Button onClick={() => onDialog("secret")} {...preloads}>
        Change secret
      </Button>
      {subscription.status === "active" ? (
        <Button onClick={onPause} pending={pausing} pendingLabel="Pausing…">
          Pause
        </Button>
      ) : (
        <Button variant="primary" onClick={() => onDialog("resume")} {...preloads}>
          Resume
        </Button>
      )}
      <Button className="text-bad!" onClick={() => onDialog("delete")} {...preloads}>
        Delete
      </Button>
    </div>
  );
}
