import { z } from "zod";

/** Schemas that the OpenAPI document lists by name, so that generated clients get a type for each. */
export const namedSchemas = z.registry<{ id: string }>();

export function named<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  namedSchemas.add(schema, { id });
  return schema;
}
