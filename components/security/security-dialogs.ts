"use client";

// Every dialog of the security page, loaded together on use.
export { AuthenticatorDialog, TurnOffAuthenticatorDialog } from "./authenticator-dialog";
export { DisconnectAccountDialog } from "./disconnect-account-dialog";
export { EmailCodesDialog } from "./email-codes-dialog";
export { RemovePasskeyDialog, RenamePasskeyDialog } from "./passkey-dialogs";
export { RecoveryCodesDialog, RemakeRecoveryCodesDialog } from "./recovery-codes-dialog";
