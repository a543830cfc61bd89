import { z } from "zod";
import { namedSchemas } from "./named-schemas";
import type { Json } from "./openapi-types";

/** The schemas that have a name, described once in the document. */
export function componentSchemas(): Record<string, Json> {
  const { schemas } = z.toJSONSchema(namedSchemas, { ...conversion, uri: referenceTo });
  return Object.fromEntries(
    Object.entries(schemas)
      .map(([id, { $schema, $id, ...schema }]): [string, Json] => [id, schema])
      .sort(([a], [b]) => a.localeCompare(b, "en")),
  );
}

function referenceTo(id: string): string {
  return `#/components/schemas/${id}`;
}

/** A reference to a schema that has a name, or the schema itself. */
export function schemaOf(schema: z.ZodType): Json {
  const id = namedSchemas.get(schema)?.id;
  return id === undefined ? inlineSchema(schema) : { $ref: referenceTo(id) };
}

export function inlineSchema(schema: z.ZodType): Json {
  const { $schema, ...rest } = z.toJSONSchema(schema, conversion);
  return rest;
}

/** What a client sends, before it is transformed; answers are not transformed. */
const conversion = {
  io: "input",
  override({ jsonSchema }) {
    // The format says the same, and no reader needs the expression that checks it.
    if (jsonSchema.format) delete jsonSchema.pattern;
    // A field that is only there to explain why it is refused.
    for (const [name, property] of Object.entries(jsonSchema.properties ?? {}))
      if (typeof property === "object" && property.not) delete jsonSchema.properties?.[name];
  },
} satisfies z.core.ToJSONSchemaParams;
