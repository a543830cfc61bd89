"use client";

import Link from "next/link";
import { lazy, Suspense, useState } from "react";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";
import { ApiError, errorMessage } from "@/lib/client/api-error";
import type { Viewer } from "@/lib/client/key-rights";
import { useApiKey } from "@/lib/client/use-api-key";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { ApiKeyActivityChart } from "./api-key-activity-chart";
import type { ApiKeyDialogName } from "./api-key-dialog";
import { ApiKeyFacts } from "./api-key-facts";
import { ApiKeyPageActions } from "./api-key-page-actions";
import { ApiKeyScreenSkeleton } from "./api-key-screen-skeleton";
import { KeyStatusBadge } from "./key-status-badge";
import { keyDialog } from "./load-dialogs";
import type { ProgramSettings } from "./program-settings";

// The server renders them; only the pages of keys that need them load their scripts.
const RotatedFrom = lazy(() => import("./rotated-from").then((module) => ({ default: module.RotatedFrom })));
const RotationSection = lazy(() =>
  import("./rare-key-sections").then((module) => ({ default: module.RotationSection })),
);
const CreatedKeysSection = lazy(() =>
  import("./rare-key-sections").then((module) => ({ default: module.CreatedKeysSection })),
);
const LeakSection = lazy(() =>
  import("./rare-key-sections").then((module) => ({ default: module.LeakSection })),
);
const ReportOnlySection = lazy(() =>
  import("./report-only-section").then((module) => ({ default: module.ReportOnlySection })),
);
// They stand below everything else, so their scripts may come later than the rest.
const ApiKeyCallers = lazy(() =>
  import("./api-key-callers").then((module) => ({ default: module.ApiKeyCallers })),
);
const ApiKeyRecentRequests = lazy(() =>
  import("./api-key-recent-requests").then((module) => ({ default: module.ApiKeyRecentRequests })),
);
const ApiKeyDialog = keyDialog.component("ApiKeyDialog");

type ApiKeyScreenProps = { workspaceSlug: string; keyId: string; viewer: Viewer; program: ProgramSettings };

export function ApiKeyScreen({ workspaceSlug, keyId, viewer, program }: ApiKeyScreenProps) {
  const key = useApiKey(workspaceSlug, keyId);
  if (key.data)
    return <LoadedApiKey workspaceSlug={workspaceSlug} viewer={viewer} program={program} apiKey={key.data} />;

  const back = <KeysLink workspaceSlug={workspaceSlug} />;
  if (!key.isError) return <ApiKeyScreenSkeleton back={back} />;
  const notFound = key.error instanceof ApiError && key.error.code === "not_found";
  return (
    <>
      <PageHeader title="API key" back={back} />
      <Card flush>
        {notFound ? (
          <EmptyState title="API key not found, or you don’t have access." />
        ) : (
          <ErrorState
            title="Couldn’t load the API key"
            onRetry={() => void key.refetch()}
            retrying={key.isFetching}
          >
            {errorMessage(key.error)}
          </ErrorState>
        )}
      </Card>
    </>
  );
}

function LoadedApiKey({
  workspaceSlug,
  viewer,
  program,
  apiKey,
}: {
  workspaceSlug: string;
  viewer: Viewer;
  program: ProgramSettings;
  apiKey: ApiKey;
}) {
  const [dialog, setDialog] = useState<ApiKeyDialogName | null>(null);
  const open = (name: ApiKeyDialogName) => keyDialog.whenLoaded(() => setDialog(name));
  return (
    <>
      <PageHeader
        title={
          <span className="inline-flex flex-wrap items-center gap-x-3">
            {apiKey.name}
            <KeyStatusBadge apiKey={apiKey} />
          </span>
        }
        back={<KeysLink workspaceSlug={workspaceSlug} />}
        action={
          <ApiKeyPageActions workspaceSlug={workspaceSlug} viewer={viewer} apiKey={apiKey} onDialog={open} />
        }
      >
        {apiKey.predecessor && (
          <Suspense fallback={null}>
            <RotatedFrom workspaceSlug={workspaceSlug} predecessor={apiKey.predecessor} />
          </Suspense>
        )}
      </PageHeader>
      <div className="grid gap-6">
        {apiKey.exposedAt && !apiKey.exposureSettledAt && (
          <Suspense fallback={<Skeleton className="h-64" />}>
            <LeakSection workspaceSlug={workspaceSlug} viewer={viewer} apiKey={apiKey} />
          </Suspense>
        )}
        {apiKey.successor && apiKey.rotatedAt && apiKey.status !== "revoked" && (
          <Suspense fallback={<Skeleton className="h-64" />}>
            <RotationSection
              workspaceSlug={workspaceSlug}
              viewer={viewer}
              apiKey={apiKey}
              successor={apiKey.successor}
              rotatedAt={apiKey.rotatedAt}
              onDialog={open}
            />
          </Suspense>
        )}
        {apiKey.reportOnly && apiKey.status !== "revoked" && (
          <Suspense fallback={<Skeleton className="h-64" />}>
            <ReportOnlySection
              workspaceSlug={workspaceSlug}
              viewer={viewer}
              apiKey={apiKey}
              reportOnly={apiKey.reportOnly}
            />
          </Suspense>
        )}
        <ApiKeyFacts apiKey={apiKey} />
        <ApiKeyActivityChart workspaceSlug={workspaceSlug} keyId={apiKey.id} />
        <Suspense fallback={<Skeleton className="h-64" />}>
          <ApiKeyCallers workspaceSlug={workspaceSlug} keyId={apiKey.id} />
        </Suspense>
        {!!apiKey.createdKeys && (
          <Suspense fallback={<Skeleton className="h-64" />}>
            <CreatedKeysSection workspaceSlug={workspaceSlug} keyId={apiKey.id} />
          </Suspense>
        )}
        <Suspense fallback={<Skeleton className="h-64" />}>
          <ApiKeyRecentRequests workspaceSlug={workspaceSlug} keyId={apiKey.id} />
        </Suspense>
      </div>
      {dialog && (
        <ApiKeyDialog
          name={dialog}
          workspaceSlug={workspaceSlug}
          apiKey={apiKey}
          program={program}
          onClose={() => setDialog(null)}
        />
      )}
    </>
  );
}

function KeysLink({ workspaceSlug }: { workspaceSlug: string }) {
  return (
    <Link href={`/${workspaceSlug}/settings/api/keys`} className="hover:text-text hover:underline">
      API keys
    </Link>
  );
}
