/** 200 with a body. */
export function ok(body: unknown): Response {
  return Response.json(body);
}

/** 202 without a word of what it will lead to. */
export function accepted(): Response {
  return Response.json({}, { status: 202 });
}

/** 201 with what was made. */
export function created(body: unknown): Response {
  return Response.json(body, { status: 201 });
}
