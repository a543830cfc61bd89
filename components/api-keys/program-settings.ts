/** Where programs reach the API, and under which name their variables stand. */
export type ProgramSettings = { apiBaseUrl: string; productName: string };
