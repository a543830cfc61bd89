/** 200 with a body. */
export function ok(body: unknown): Response {
  return Response.json(body);
}

/** 202 with an empty body, which reveals nothing about the outcome. */
export function accepted(): Response {
  return Response.json({}, { status: 202 });
}

/** 201 with the created resource. */
export function created(body: unknown): Response {
  return Response.json(body, { status: 201 });
}
