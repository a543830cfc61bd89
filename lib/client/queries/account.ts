import type { AccountActivity, SessionView, TwoStepState } from "@/lib/contracts/account";
import type { ConnectedAccount } from "@/lib/contracts/identity-providers";
import type { PasskeyView } from "@/lib/contracts/passkeys";
import { queryKeys } from "../query-keys";
import { oneQuery } from "./make-query";

export function sessionListQuery() {
  return oneQuery<{ sessions: SessionView[] }>(queryKeys.sessions, "/api/account/sessions");
}

export function twoStepQuery() {
  return oneQuery<TwoStepState>(queryKeys.twoStep, "/api/account/two-step");
}

export function passkeyListQuery() {
  return oneQuery<{ passkeys: PasskeyView[] }>(queryKeys.passkeys, "/api/account/passkeys");
}

export function connectedAccountListQuery() {
  return oneQuery<{ connectedAccounts: ConnectedAccount[] }>(
    queryKeys.connectedAccounts,
    "/api/account/connected-accounts",
  );
}

export function accountActivityQuery() {
  return oneQuery<{ events: AccountActivity[] }>(queryKeys.accountActivity, "/api/account/activity", {
    background: true,
  });
}
