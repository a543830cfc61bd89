import type { Runtime } from "../runtime";

/** What a route for services is called with. Each checks the service's token itself, before it reads anything else. */
export type ServiceRequest = {
  request: Request;
  requestId: string;
  params: Record<string, string>;
  server: Runtime;
};

export type ServiceRouteHandler = (request: ServiceRequest) => Promise<Response>;
