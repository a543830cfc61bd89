"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { loadOnUse } from "@/components/ui/load-on-use";
import { Section } from "@/components/ui/section";
import { policySentences } from "@/lib/contracts/key-policy";
import type { Workspace } from "@/lib/contracts/workspaces";

const policy = loadOnUse(() => import("./key-policy-dialog"));
const KeyPolicyDialog = policy.component("KeyPolicyDialog");
const UnmetKeyList = loadOnUse(() => import("./unmet-key-list")).component("UnmetKeyList");

export function KeyPolicySection({ workspace: { slug, keyPolicy } }: { workspace: Workspace }) {
  const [changing, setChanging] = useState(false);
  return (
    <Section
      title="Key policy"
      description="What API keys must meet when they’re created, rotated, or extended. Existing keys keep working."
      actions={
        <Button onClick={() => policy.whenLoaded(() => setChanging(true))} {...policy.preloads}>
          Change policy
        </Button>
      }
    >
      {keyPolicy ? (
        <>
          <ul className="list-disc pl-5">
            {policySentences(keyPolicy).map((sentence) => (
              <li key={sentence}>{sentence}.</li>
            ))}
          </ul>
          <UnmetKeyList workspaceSlug={slug} policy={keyPolicy} />
        </>
      ) : (
        <p className="text-muted">No conditions. Members choose the expiration and addresses of each key.</p>
      )}
      {changing && (
        <KeyPolicyDialog workspaceSlug={slug} policy={keyPolicy ?? {}} onClose={() => setChanging(false)} />
      )}
    </Section>
  );
}
