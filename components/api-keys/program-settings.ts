/** The API's base URL, and the product name that environment variables are named after. */
export type ProgramSettings = { apiBaseUrl: string; productName: string };
