export function keysHref(workspaceSlug: string): string {
  return `/${workspaceSlug}/settings/api/keys`;
}

export function keyAccessLogHref(workspaceSlug: string, keyId: string): string {
  return `/${workspaceSlug}/settings/api/access-logs?key=${encodeURIComponent(keyId)}`;
}

export function keyHref(workspaceSlug: string, keyId: string): string {
  return `${keysHref(workspaceSlug)}/${encodeURIComponent(keyId)}`;
}
