"use client";

import { useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { RadioGroup } from "@/components/ui/radio-group";
import { exportAccessLog, type LogFileFormat } from "@/lib/client/export-access-log";
import type { AccessLogFilters } from "@/lib/client/queries/access-logs";

const formats = [
  { value: "csv", label: "CSV", hint: "For spreadsheets." },
  { value: "ndjson", label: "NDJSON", hint: "One JSON object per line, for programs." },
] satisfies { value: LogFileFormat; label: string; hint: string }[];

/** Downloads the entries that match the filters, with progress. Closing cancels the download. */
export function ExportLogDialog({
  workspaceSlug,
  query,
  onClose,
}: {
  workspaceSlug: string;
  query: AccessLogFilters;
  onClose: () => void;
}) {
  const [format, setFormat] = useState<LogFileFormat>("csv");
  const [bytes, setBytes] = useState<number | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const running = useRef<AbortController | null>(null);

  function close() {
    running.current?.abort();
    onClose();
  }

  async function start() {
    const aborter = new AbortController();
    running.current = aborter;
    setFailure(null);
    setBytes(0);
    try {
      const blob = await exportAccessLog(workspaceSlug, query, format, aborter.signal, setBytes);
      save(blob, `access-log-${workspaceSlug}-${new Date().toISOString().slice(0, 10)}.${format}`);
      onClose();
    } catch (error) {
      if (!aborter.signal.aborted) setFailure((error as Error).message);
      setBytes(null);
    }
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title="Export access logs"
      description="All entries of the chosen time range that match the filters, oldest first."
      size="small"
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            variant="primary"
            onClick={() => void start()}
            pending={bytes !== null}
            pendingLabel="Exporting…"
          >
            Export
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <RadioGroup label="Format" options={formats} value={format} onValueChange={setFormat} />
        {bytes !== null && (
          <p role="status" className="text-muted text-sm tabular-nums">
            {`${(bytes / 1_000_000).toLocaleString("en-US", { maximumFractionDigits: 1, minimumFractionDigits: 1 })} MB received`}
          </p>
        )}
        {failure && <Alert>{failure}</Alert>}
      </div>
    </Dialog>
  );
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
