"use client";

// What stands beside a key now and then, loaded together on use.
export { ConcernEvidence, KeyConcernNote } from "./key-concern-note";
export { RotateOffer } from "./rotate-offer";
