import {
  type AuditAction,
  type AuditGroup,
  actionsOf,
  auditActions,
  auditGroupNames,
  auditGroups,
} from "@/lib/contracts/audit-actions";
import { actionLabel } from "./action-label";

export function auditActionLabel(action: AuditAction): string {
  return actionLabel(auditActions[action]);
}

/** The words before the target's name, such as "disabled the API key". A newer server may send unknown actions: these keep their code. */
export function auditVerb(action: string): string {
  return (auditActions as Record<string, string | undefined>)[action] ?? action;
}

/** The choices of the filter: each group of actions that a workspace's log can have, then its actions. */
export type ActionChoice = { value: AuditGroup | AuditAction; text: string; isGroup: boolean };

const groups: ActionChoice[][] = auditGroupNames
  .filter((group) => auditGroups[group].workspace)
  .map((group) => [
    { value: group, text: `${auditGroups[group].label}: all`, isGroup: true },
    ...actionsOf(group).map((value) => ({ value, text: auditActionLabel(value), isGroup: false })),
  ]);

export const actionChoices = groups.flat();

/** Choices whose label or code contains a text. A group that contains it is listed with all of its actions. */
export function actionsLike(typed: string): ActionChoice[] {
  const part = typed.toLowerCase();
  return groups.flatMap(([group, ...actions]) => {
    if (!group) return [];
    if (auditGroups[group.value as AuditGroup].label.toLowerCase().includes(part)) return [group, ...actions];
    const like = actions.filter(({ text, value }) =>
      [text, value].some((word) => word.toLowerCase().includes(part)),
    );
    return like.length > 0 ? [group, ...like] : [];
  });
}

/** The choice of this label or value. */
export function actionNamed(text: string): ActionChoice | undefined {
  const wanted = text.toLowerCase();
  return actionChoices.find(
    (choice) => choice.text.toLowerCase() === wanted || choice.value.toLowerCase() === wanted,
  );
}
