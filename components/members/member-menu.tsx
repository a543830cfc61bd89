"use client";

import { CirclePause, CirclePlay, Ellipsis, LogOut, PenLine, UserMinus, UserPen } from "lucide-react";
import { IconButton } from "@/components/ui/icon-button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { toast } from "@/components/ui/toast";
import { ApiError, errorMessage, wasNotConfirmed } from "@/lib/client/api-client";
import { useSetSuspension } from "@/lib/client/change-members";
import type { MemberView } from "@/lib/contracts/workspaces";
import { memberDialogs } from "./load-dialogs";
import type { MemberActions } from "./member-rights";
import { suspendedSentence } from "./member-words";

export type MemberDialogName = "rename" | "role" | "suspend" | "remove";

/** Most members have no keys to decide about. The server responds with `undecided_keys` if this one does. */
const noDecisions = { transfers: [], revocations: [] };

export function MemberMenu({
  workspaceSlug,
  member,
  may,
  onDialog,
}: {
  workspaceSlug: string;
  member: MemberView;
  may: MemberActions;
  onDialog: (name: MemberDialogName, member: MemberView) => void;
}) {
  const suspension = useSetSuspension(workspaceSlug);

  function setSuspended(suspended: boolean) {
    suspension.mutate(
      { userId: member.userId, suspended, ...noDecisions },
      {
        onSuccess: () =>
          toast.success(
            suspended
              ? suspendedSentence(member)
              : `${member.name} is reinstated. ${member.email === null ? "Its" : "Their"} keys work again.`,
          ),
        onError(error) {
          if (wasNotConfirmed(error)) return;
          if (error instanceof ApiError && error.code === "undecided_keys") onDialog("suspend", member);
          else
            toast.error(`Couldn’t ${suspended ? "suspend" : "reinstate"} ${member.name}.`, {
              description: errorMessage(error),
            });
        },
      },
    );
  }

  return (
    <Menu
      trigger={
        <IconButton
          label={`Actions for ${member.name}`}
          aria-busy={suspension.isPending}
          {...memberDialogs.preloads}
        >
          <Ellipsis aria-hidden />
        </IconButton>
      }
    >
      {may.rename && (
        <MenuItem icon={<PenLine aria-hidden />} onSelect={() => onDialog("rename", member)}>
          Rename
        </MenuItem>
      )}
      {may.changeRole && (
        <MenuItem icon={<UserPen aria-hidden />} onSelect={() => onDialog("role", member)}>
          Change role
        </MenuItem>
      )}
      {may.suspend && (
        <MenuItem icon={<CirclePause aria-hidden />} onSelect={() => setSuspended(true)}>
          Suspend
        </MenuItem>
      )}
      {may.reinstate && (
        <MenuItem icon={<CirclePlay aria-hidden />} onSelect={() => setSuspended(false)}>
          Reinstate
        </MenuItem>
      )}
      {may.changeRole && <MenuSeparator />}
      {may.remove && (
        <MenuItem icon={<UserMinus aria-hidden />} tone="bad" onSelect={() => onDialog("remove", member)}>
          Remove
        </MenuItem>
      )}
      {may.leave && (
        <MenuItem icon={<LogOut aria-hidden />} tone="bad" onSelect={() => onDialog("remove", member)}>
          Leave workspace
        </MenuItem>
      )}
    </Menu>
  );
}
