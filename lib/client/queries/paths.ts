export function workspacePath(workspace: string): string {
  return `/api/workspaces/${encodeURIComponent(workspace)}`;
}

export function apiKeysPath(workspace: string): string {
  return `${workspacePath(workspace)}/api-keys`;
}

export function apiKeyPath(workspace: string, keyId: string): string {
  return `${apiKeysPath(workspace)}/${encodeURIComponent(keyId)}`;
}

export function eventSubscriptionsPath(workspace: string): string {
  return `${workspacePath(workspace)}/event-subscriptions`;
}

export function eventSubscriptionPath(workspace: string, id: string): string {
  return `${eventSubscriptionsPath(workspace)}/${encodeURIComponent(id)}`;
}
