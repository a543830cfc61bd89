import { AppError } from "@/lib/contracts/app-error";
import { type EventSubscription, mostCountedWaiting } from "@/lib/contracts/event-subscriptions";
import type { MemberActor } from "../actor";
import { runtime } from "../runtime";
import { requireManagesSubscriptions } from "./subscription-access";

/** The workspace's subscriptions with their health, newest first. */
export async function showSubscriptions(actor: MemberActor): Promise<EventSubscription[]> {
  requireManagesSubscriptions(actor);
  return read(actor.workspaceId, null);
}

/** @throws AppError `not_found`, the same for unknown subscriptions and those of other workspaces */
export async function showSubscription(actor: MemberActor, id: string): Promise<EventSubscription> {
  requireManagesSubscriptions(actor);
  const [found] = await read(actor.workspaceId, id);
  if (!found) throw new AppError("not_found", "Event subscription not found.");
  return found;
}

async function read(workspaceId: string, id: string | null): Promise<EventSubscription[]> {
  const { rows } = await runtime().pool.query<{ subscription: EventSubscription }>(statement, [
    workspaceId,
    id,
    mostCountedWaiting,
  ]);
  return rows.map(({ subscription }) => subscription);
}

/** One query for all subscriptions: a page of fifty costs one round trip. */
const statement = `
  SELECT json_build_object(
    'id', s.id, 'endpointUrl', s.endpoint_url, 'eventTypes', s.event_types, 'status', s.status,
    'filters', json_build_object('environments', s.environments, 'keys', coalesce((
      SELECT json_agg(json_build_object('id', named.id, 'name', k.name) ORDER BY named.place)
      FROM unnest(s.key_ids) WITH ORDINALITY AS named (id, place)
      LEFT JOIN public.api_keys k ON k.id = named.id AND k.workspace_id = s.workspace_id), '[]')),
    'pausedAt', events.format_time(s.paused_at), 'pausedBecause', s.paused_because,
    'failingSince', events.format_time(s.failing_since), 'lastError', s.last_error,
    'previousSecretExpiresAt', events.format_time(
      CASE WHEN s.previous_secret_expires_at > clock_timestamp() THEN s.previous_secret_expires_at END),
    'createdBy', json_build_object('type', s.created_by_type, 'id', s.created_by_id, 'name', coalesce(
      (SELECT name FROM public.users WHERE id = s.created_by_id),
      (SELECT name FROM public.api_keys WHERE id = s.created_by_id))),
    'createdAt', events.format_time(s.created_at), 'updatedAt', events.format_time(s.updated_at),
    'waiting', (SELECT count(*) FROM (
      SELECT FROM events.deliveries d WHERE d.subscription_id = s.id AND d.status = 'pending' LIMIT $3) counted),
    'lastDay', (SELECT json_build_object(
      'hours', json_agg(json_build_object('hour', events.format_time(h.hour), 'delivered', coalesce(a.delivered, 0),
        'retried', coalesce(a.retried, 0), 'failed', coalesce(a.failed, 0)) ORDER BY h.hour),
      'averageLatencyMs', round(sum(a.latency_ms) / nullif(sum(a.delivered + a.retried + a.failed), 0)))
      FROM generate_series(date_trunc('hour', clock_timestamp()) - interval '23 hours',
        date_trunc('hour', clock_timestamp()), interval '1 hour') AS h (hour)
      LEFT JOIN events.hourly_attempts a ON a.subscription_id = s.id AND a.hour = h.hour)
  ) AS subscription
  FROM public.event_subscriptions s
  WHERE s.workspace_id = $1 AND ($2::text IS NULL OR s.id = $2)
  ORDER BY s.id DESC`;
