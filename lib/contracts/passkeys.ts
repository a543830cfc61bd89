export type PasskeyView = {
  id: string;
  name: string;
  /** Synced to the person's other devices; else it is on one device alone. */
  backedUp: boolean;
  createdAt: string;
  lastUsedAt: string | null;
};

/** `recoveryCodes` came with it where the person had none, and are shown this once. */
export type AddedPasskey = { passkey: PasskeyView; recoveryCodes: string[] };
