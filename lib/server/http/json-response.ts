/** 200 with a body. */
export function ok(body: unknown): Response {
  return Response.json(body);
}

/** 201 with what was made. */
export function created(body: unknown): Response {
  return Response.json(body, { status: 201 });
}
