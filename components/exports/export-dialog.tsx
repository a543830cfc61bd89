"use client";

import { useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { RadioGroup } from "@/components/ui/radio-group";
import { downloadExport, type ExportProgress } from "@/lib/client/download-export";
import type { ExportFormat } from "@/lib/contracts/export-format";

const formats = [
  { value: "csv", label: "CSV", hint: "For spreadsheets." },
  { value: "ndjson", label: "NDJSON", hint: "One JSON object per line, for programs." },
] satisfies { value: ExportFormat; label: string; hint: string }[];

/** Downloads what a list shows, with progress. Closing cancels the download. */
export function ExportDialog({
  title,
  description,
  path,
  query,
  fileName,
  onClose,
}: {
  title: string;
  description: string;
  /** The route, which takes the query and `format`. */
  path: string;
  query: Record<string, string | undefined>;
  /** Without the date and the extension. */
  fileName: string;
  onClose: () => void;
}) {
  const [format, setFormat] = useState<ExportFormat>("csv");
  const [progress, setProgress] = useState<ExportProgress | null>(null);
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
    setProgress({ rows: 0, bytes: 0 });
    try {
      const blob = await downloadExport(path, query, format, aborter.signal, setProgress);
      save(blob, `${fileName}-${new Date().toISOString().slice(0, 10)}.${format}`);
      onClose();
    } catch (error) {
      if (!aborter.signal.aborted) setFailure((error as Error).message);
      setProgress(null);
    }
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={title}
      description={description}
      size="small"
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            variant="primary"
            onClick={() => void start()}
            pending={progress !== null}
            pendingLabel="Exporting…"
          >
            Export
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <RadioGroup label="Format" options={formats} value={format} onValueChange={setFormat} />
        {progress && (
          <p role="status" className="text-muted text-sm tabular-nums">
            {progressWords(progress)}
          </p>
        )}
        {failure && <Alert>{failure}</Alert>}
      </div>
    </Dialog>
  );
}

function progressWords({ rows, bytes }: ExportProgress): string {
  const megabytes = (bytes / 1_000_000).toLocaleString("en-US", {
    maximumFractionDigits: 1,
    minimumFractionDigits: 1,
  });
  return `${rows.toLocaleString("en-US")} ${rows === 1 ? "row" : "rows"} · ${megabytes} MB received`;
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
