export type PasskeyView = {
  id: string;
  name: string;
  /** Whether the passkey is synced to other devices. */
  backedUp: boolean;
  createdAt: string;
  lastUsedAt: string | null;
};

/** `recoveryCodes` is filled if the person had none, and is shown only once. */
export type AddedPasskey = { passkey: PasskeyView; recoveryCodes: string[] };
