export type Json = Record<string, unknown>;
export type OpenApiDocument = {
  openapi: "3.1.0";
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: { schemas: Record<string, Json>; responses: Record<string, OpenApiResponse> } & Json;
} & Json;
export type OpenApiResponse = { content?: Record<string, { schema: Json; examples?: Json }> } & Json;
export type OpenApiOperation = {
  operationId: string;
  responses: Record<string, OpenApiResponse>;
} & Json;
