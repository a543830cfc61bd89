import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import type { NewPasskeyInput, PasskeyAssertionInput } from "@/lib/contracts/passkey-input";

/** What a faulty or malicious authenticator or browser may send. */
export type Manner = {
  origin?: string;
  rpId?: string;
  challenge?: string;
  type?: string;
  userVerified?: boolean;
  userPresent?: boolean;
  counter?: number;
  userHandle?: string | undefined;
  backedUp?: boolean;
};

/**
 * A software authenticator with one discoverable credential, and the browser that uses it: ES256 keys and attestation "none",
 * encoded according to WebAuthn Level 3 §6 and §7.
 */
export class PasskeyAuthenticator {
  readonly id = randomBytes(32).toString("base64url");
  private readonly keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  private readonly manner: Manner;
  private userHandle = "";
  counter = 0;

  constructor(manner: Manner = {}) {
    this.manner = { origin: "http://localhost:3000", rpId: "localhost", ...manner };
  }

  /** Answers navigator.credentials.create(). */
  create(
    options: { challenge: string; user: { id: string } },
    manner: Manner = {},
    aaguid: Uint8Array = Buffer.alloc(16),
  ): NewPasskeyInput {
    const how = { ...this.manner, ...manner };
    this.userHandle = options.user.id;
    const id = Buffer.from(this.id, "base64url");
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const credential = Buffer.concat([aaguid, length, id, coseKey(this.keys.publicKey)]);
    const authData = Buffer.concat([this.authenticatorData(how, 0x40), credential]);
    return {
      name: "Chrome on Linux",
      id: this.id,
      clientDataJSON: clientData("webauthn.create", options.challenge, how).toString("base64url"),
      attestationObject: cborMap([
        [cborText("fmt"), cborText("none")],
        [cborText("attStmt"), cborMap([])],
        [cborText("authData"), cborBytes(authData)],
      ]).toString("base64url"),
      transports: ["internal", "hybrid"],
    };
  }

  /** Answers navigator.credentials.get(). */
  get(options: { challenge: string }, manner: Manner = {}): PasskeyAssertionInput {
    const how = { ...this.manner, ...manner };
    const authenticatorData = this.authenticatorData(how, 0);
    const clientDataJSON = clientData("webauthn.get", options.challenge, how);
    const signed = Buffer.concat([authenticatorData, sha256(clientDataJSON)]);
    const handle = "userHandle" in how ? how.userHandle : this.userHandle;
    return {
      id: this.id,
      clientDataJSON: clientDataJSON.toString("base64url"),
      authenticatorData: authenticatorData.toString("base64url"),
      signature: sign("sha256", signed, this.keys.privateKey).toString("base64url"),
      ...(handle !== undefined && { userHandle: handle }),
    };
  }

  /** RP id hash, flags and counter (§6.1). If it is backed up, it is also eligible for backup, like synced passkeys. */
  private authenticatorData(how: Manner, more: number): Buffer {
    this.counter = how.counter ?? this.counter;
    const flags =
      (how.userPresent === false ? 0 : 0x01) |
      (how.userVerified === false ? 0 : 0x04) |
      (how.backedUp ? 0x18 : 0) |
      more;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.counter);
    return Buffer.concat([sha256(how.rpId ?? ""), Buffer.from([flags]), count]);
  }
}

function clientData(type: string, challenge: string, how: Manner): Buffer {
  return Buffer.from(
    JSON.stringify({
      type: how.type ?? type,
      challenge: how.challenge ?? challenge,
      origin: how.origin,
      crossOrigin: false,
    }),
  );
}

/** An ES256 public key as a COSE_Key: kty 2, alg -7, crv 1, x, y. */
function coseKey(key: KeyObject): Buffer {
  const { x = "", y = "" } = key.export({ format: "jwk" });
  return cborMap([
    [Buffer.from([0x01]), Buffer.from([0x02])],
    [Buffer.from([0x03]), Buffer.from([0x26])],
    [Buffer.from([0x20]), Buffer.from([0x01])],
    [Buffer.from([0x21]), cborBytes(Buffer.from(x, "base64url"))],
    [Buffer.from([0x22]), cborBytes(Buffer.from(y, "base64url"))],
  ]);
}

function cborMap(pairs: [Buffer, Buffer][]): Buffer {
  return Buffer.concat([Buffer.from([0xa0 | pairs.length]), ...pairs.flat()]);
}

function cborText(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 | text.length]), Buffer.from(text)]);
}

/** In the shortest form, as CTAP2's canonical CBOR requires. */
function cborBytes(bytes: Buffer): Buffer {
  const head = bytes.length < 256 ? [0x58, bytes.length] : [0x59, bytes.length >> 8, bytes.length & 0xff];
  return Buffer.concat([Buffer.from(head), bytes]);
}

function sha256(data: string | Buffer): Buffer {
  return createHash("sha256").update(data).digest();
}
