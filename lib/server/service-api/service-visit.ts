import type { Runtime } from "../runtime";

/** What a route for services is called with. Each checks the service's token itself, before it reads anything else. */
export type ServiceVisit = {
  request: Request;
  requestId: string;
  params: Record<string, string>;
  server: Runtime;
};

export type ServiceRouteHandler = (visit: ServiceVisit) => Promise<Response>;
