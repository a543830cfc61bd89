/** The alias of tsconfig.json, in the one form that dependency-cruiser reads without TypeScript's programming interface. */
module.exports = {
  resolve: {
    alias: {
      "@keyward/sdk$": `${__dirname}/sdk/src/index.ts`,
      "@keyward/sdk": `${__dirname}/sdk/src`,
      "@": __dirname,
    },
    extensions: [".ts", ".tsx", ".mjs", ".js", ".json"],
  },
};
