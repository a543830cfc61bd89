"use client";

import { type ReactNode, useState } from "react";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { errorMessage } from "@/lib/client/api-client";
import { beginAuthenticatorSetup } from "@/lib/client/change-two-step";
import { useTwoStep } from "@/lib/client/use-two-step";
import type { AuthenticatorSetup, TwoStepState } from "@/lib/contracts/account";
import { securityDialogs } from "./load-dialogs";

const AuthenticatorDialog = securityDialogs.component("AuthenticatorDialog");
const TurnOffAuthenticatorDialog = securityDialogs.component("TurnOffAuthenticatorDialog");
const EmailCodesDialog = securityDialogs.component("EmailCodesDialog");
const RecoveryCodesDialog = securityDialogs.component("RecoveryCodesDialog");
const RemakeRecoveryCodesDialog = securityDialogs.component("RemakeRecoveryCodesDialog");

/** `requiredBy` is the name of the workspace if it requires two-step verification. */
export function TwoStepSection({ requiredBy }: { requiredBy: string | null }) {
  const state = useTwoStep();
  return (
    <Section
      title="Two-step verification"
      description="Asks for a code or a passkey after your password, so that a stolen password isn’t enough to sign in."
      actions={
        state.data && (
          <Badge tone={isOn(state.data) ? "ok" : "neutral"}>{isOn(state.data) ? "On" : "Off"}</Badge>
        )
      }
    >
      {state.data ? (
        <TwoStepControls state={state.data} requiredBy={requiredBy} />
      ) : state.error ? (
        <ErrorState
          title="Couldn’t load two-step verification"
          onRetry={() => void state.refetch()}
          retrying={state.isFetching}
        >
          {errorMessage(state.error)}
        </ErrorState>
      ) : (
        <div role="status" aria-label="Loading two-step verification">
          <Skeleton className="h-9 w-52" />
        </div>
      )}
    </Section>
  );
}

/** Passkeys count: they're also asked for after the password. */
function isOn({ authenticator, passkeys, emailCodes }: TwoStepState): boolean {
  return authenticator || passkeys > 0 || emailCodes;
}

type Open =
  | { dialog: "set up"; setup: AuthenticatorSetup }
  | { dialog: "codes"; codes: string[] }
  | { dialog: "remake" }
  | { dialog: "email codes" }
  | { dialog: "turn off" };

function TwoStepControls({ state, requiredBy }: { state: TwoStepState; requiredBy: string | null }) {
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const show = (dialog: Open) => securityDialogs.whenLoaded(() => setOpen(dialog));

  const { submit: setUp, pending } = useSubmit(beginAuthenticatorSetup, {
    doing: "Setting up an authenticator app",
    onDone: (setup) => show({ dialog: "set up", setup }),
    onFailure: (error) => toast.error("Couldn’t start the setup.", { description: errorMessage(error) }),
  });

  return (
    <div className="grid gap-3 sm:grid-cols-[max-content_minmax(0,1fr)]">
      {requiredBy && !isOn(state) && (
        <div className="sm:col-span-2">
          <Alert tone="warn" title={`${requiredBy} requires two-step verification`}>
            Set up an authenticator app or add a passkey to open its other pages.
          </Alert>
        </div>
      )}
      <SecondStep description={`${state.authenticator ? "On. " : ""}A code from an app on your phone.`}>
        {state.authenticator ? (
          <Button onClick={() => show({ dialog: "turn off" })} {...securityDialogs.preloads}>
            Turn off authenticator app
          </Button>
        ) : (
          <Button
            variant={isOn(state) ? "secondary" : "primary"}
            pending={pending}
            pendingLabel="Setting up…"
            onClick={() => void setUp()}
            {...securityDialogs.preloads}
          >
            Set up authenticator app
          </Button>
        )}
      </SecondStep>
      <SecondStep
        description={`${state.emailCodes ? "On. " : ""}Less secure: anyone with access to your email can use it.`}
      >
        <Button onClick={() => show({ dialog: "email codes" })} {...securityDialogs.preloads}>
          Email codes
        </Button>
      </SecondStep>
      {isOn(state) && (
        <SecondStep
          description={
            state.recoveryCodesLeft === 0
              ? "No recovery codes left. Create new ones."
              : `${state.recoveryCodesLeft} of 10 recovery codes left.`
          }
        >
          <Button onClick={() => show({ dialog: "remake" })} {...securityDialogs.preloads}>
            Recovery codes
          </Button>
        </SecondStep>
      )}
      {open?.dialog === "set up" && (
        <AuthenticatorDialog
          setup={open.setup}
          onTurnedOn={(codes) => setOpen(codes.length > 0 ? { dialog: "codes", codes } : null)}
          onClose={close}
        />
      )}
      {open?.dialog === "codes" && <RecoveryCodesDialog codes={open.codes} onDone={close} />}
      {open?.dialog === "email codes" && (
        <EmailCodesDialog
          state={state}
          onDone={(codes) => setOpen(codes.length > 0 ? { dialog: "codes", codes } : null)}
          onClose={close}
        />
      )}
      {open?.dialog === "remake" && (
        <RemakeRecoveryCodesDialog
          left={state.recoveryCodesLeft}
          onMade={(codes) => setOpen({ dialog: "codes", codes })}
          onClose={close}
        />
      )}
      {open?.dialog === "turn off" && (
        <TurnOffAuthenticatorDialog isLastStep={state.passkeys === 0 && !state.emailCodes} onClose={close} />
      )}
    </div>
  );
}

/** A button and its description, in two columns if there's room. */
function SecondStep({ description, children }: { description: string; children: ReactNode }) {
  return (
    <div className="grid items-center gap-x-4 gap-y-1 max-sm:justify-items-start sm:col-span-2 sm:grid-cols-subgrid">
      {children}
      <span className="text-muted text-sm">{description}</span>
    </div>
  );
}
