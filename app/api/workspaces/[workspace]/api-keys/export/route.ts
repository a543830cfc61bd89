import { Readable } from "node:stream";
import { keyListFilters } from "@/lib/contracts/api-key-list";
import { readQuery } from "@/lib/server/http/read-body";
import { withMember } from "@/lib/server/http/with-member";
import { exportApiKeys } from "@/lib/server/keys/export-api-keys";

// The connection is cut if reading fails, so that half a file isn't taken for a whole one.
export const GET = withMember(
  { permission: "api_key.read_own", apiAccess: true },
  async ({ actor, request, params }) => {
    const filters = readQuery(new URL(request.url), keyListFilters);
    const file = `api-keys-${params.workspace}-${new Date().toISOString().slice(0, 10)}.csv`;
    return new Response(
      Readable.toWeb(Readable.from(encoded(exportApiKeys(actor, filters)))) as ReadableStream,
      {
        headers: {
          "content-type": "text/csv; charset=utf-8",
          "content-disposition": `attachment; filename="${file}"`,
          "cache-control": "no-store",
        },
      },
    );
  },
);

async function* encoded(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const piece of pieces) yield encoder.encode(piece);
}
